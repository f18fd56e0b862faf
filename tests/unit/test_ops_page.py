"""docs/ops.md is what the script makes of the table."""

from __future__ import annotations

import runpy
from pathlib import Path

from specc.ops import table
from specc.ops.types import CATEGORIES

ROOT = Path(__file__).parents[2]
MADE = runpy.run_path(str(ROOT / "scripts" / "make_ops_page.py"))


def test_the_page_is_current() -> None:
    written = (ROOT / "docs" / "ops.md").read_text(encoding="utf-8")
    assert written == MADE["page"](), "run scripts/make_ops_page.py"


def test_every_component_and_every_argument_is_on_it() -> None:
    """In a row of its component, or of its category and by name at its component."""
    parts = (ROOT / "docs" / "ops.md").read_text(encoding="utf-8").split("\n## ")
    assert len(parts) == 2 + len(CATEGORIES)
    for category, part in zip(CATEGORIES, parts[1:], strict=False):
        sections = {section.split()[0]: section for section in part.split("\n### ")[1:]}
        assert tuple(sections) == table.names(category)
        for name, section in sections.items():
            entry = table.entry(category, name)
            assert entry is not None
            keys = () if entry.refused else entry.params
            assert all(f"`{key}`" in section for key in keys), name
    assert all(f"| `{name}`" in parts[-1] for name in table.names("activation"))
