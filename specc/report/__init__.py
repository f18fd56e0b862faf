"""`report.html`: what a run was, how it went and what came of it, as one file without network.

Everything is read from the run's folder; neither Keras nor the rows of the source are needed.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

REPORT = "report.html"


def write(folder: Path, to: Path | None = None,
          closing: Mapping[str, Any] | None = None) -> Path:
    """Write the report on the run in a folder, whole or not at all; where it is. OSError where it
    cannot be written. closing: what status.json is about to hold."""
    from specc.report.page import page

    place = folder / REPORT if to is None else to
    text = page(folder, closing)
    handle, beside = tempfile.mkstemp(dir=place.parent, prefix=".", suffix=".html")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(beside, 0o644)
        os.replace(beside, place)
    finally:
        Path(beside).unlink(missing_ok=True)
    return place


__all__ = ["REPORT", "write"]
