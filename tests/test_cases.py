"""Literate cases: every marked `toml` block of the *.md files under specc/ and docs/.

A `csv` block above one, under the same heading, is the file `rows.csv` beside the spec.

`# error: [PA101]` or `# warning: [name]` at the end of a line says that this line gets exactly this
diagnostic. A block of a page with marks that has none itself must be clean.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from grammar import slips

from specc.diagnostics import Fix
from specc.pipeline import check_text
from specc.testing.pages import PageCase, read_pages

ROOT = Path(__file__).parents[1]

EVERY = list(read_pages(sorted([*ROOT.glob("specc/**/*.md"), *ROOT.glob("docs/**/*.md")]), ROOT))
CASES = [case for case in EVERY if not case.rows]
WITH_ROWS = [case for case in EVERY if case.rows]  # tests/data/test_row_cases.py: NumPy reads them


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{Path(case.page).stem}: {case.title}")
def test_case(case: PageCase) -> None:
    checked = check_text(case.text.encode(), "case.specc.toml")
    found = [(one.span.line, one.severity, one.code) for one in checked.diagnostics if one.span]
    assert sorted(found) == sorted(case.marks), [one.message for one in checked.diagnostics]
    assert [text for one in checked.diagnostics for text in slips(one)] == []


def mend(text: str, fix: Fix) -> str:
    """The text after a fix; the last edit first, so that places stay true."""
    lines = text.splitlines(keepends=True)
    for edit in sorted(fix.edits, key=lambda one: str(one.where.span), reverse=True):
        at = edit.where.span
        assert at is not None
        assert at.line == at.end_line
        line = lines[at.line - 1]
        lines[at.line - 1] = line[:at.column - 1] + edit.text + line[at.end_column - 1:]
    return "".join(lines)


@pytest.mark.parametrize("case", [case for case in CASES if case.marks],
                         ids=lambda case: f"{Path(case.page).stem}: {case.title}")
def test_fix(case: PageCase) -> None:
    """A fix takes away what it mends and brings nothing new."""
    before = check_text(case.text.encode(), "case.specc.toml").diagnostics
    for one in before:
        if one.fix is None:
            continue
        after = check_text(mend(case.text, one.fix).encode(), "case.specc.toml").diagnostics
        assert {(d.code, d.where) for d in after} == {
            (d.code, d.where) for d in before if d is not one}


def test_there_are_fixes() -> None:
    fixed = [one.fix for case in CASES if case.marks
             for one in check_text(case.text.encode(), "case.specc.toml").diagnostics]
    assert sum(fix is not None for fix in fixed) >= 10


def test_there_are_cases() -> None:
    assert sum(bool(case.marks) for case in CASES) >= 50
    assert sum(not case.marks for case in CASES) >= 50
