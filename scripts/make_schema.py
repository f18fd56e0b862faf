"""Write `schemas/specc-1.schema.json`, which editors read. Run it after forms or table changed."""

from __future__ import annotations

import json
from pathlib import Path

from specc.schema import schema

FILE = Path(__file__).parents[1] / "schemas" / "specc-1.schema.json"


def text() -> str:
    """The schema as the file has it."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
