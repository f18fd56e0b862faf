"""Write `golden/hashes.json`: the hashes of every spec under `specs/`.

Run it after a spec was added or changed. A change of hashes without a change of specs means that
the canonical form moved; then `specc.identity.FORM` is raised with it.
"""

from __future__ import annotations

import json
from pathlib import Path

from specc.identity import resolved
from specc.pipeline import check_file

ROOT = Path(__file__).parents[1]


def hashes_of_specs() -> dict[str, dict[str, str]]:
    """The hashes of the specs that are without errors, by path from the root."""
    out = {}
    for path in sorted((ROOT / "specs").rglob("*.specc.*")):
        checked = check_file(str(path))
        if checked.ok and checked.plan is not None:
            out[path.relative_to(ROOT).as_posix()] = resolved(checked.plan)["hashes"]
    return out


def main() -> None:
    text = json.dumps(hashes_of_specs(), indent=2, sort_keys=True) + "\n"
    (ROOT / "golden" / "hashes.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
