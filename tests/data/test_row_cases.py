"""Cases and examples of rules that judge rows: a `csv` block stands for the file `rows.csv`."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from test_cases import WITH_ROWS
from test_tables import example, section

import specc
from specc.diagnostics import Diagnostic, Kind
from specc.rules import RULES
from specc.runner.data import read_rows
from specc.testing.pages import MARK
from specc.testing.pages import PageCase as Case
from unit.test_families import of_plan

ABOUT_ROWS = [rule.kind for rule in RULES if section(rule.kind, "Rows")]


def said(folder: Path, text: str, rows: str) -> tuple[Diagnostic, ...]:
    """What `specc check --data` says of a spec beside its rows."""
    (folder / "rows.csv").write_text(rows, encoding="utf-8")
    file = folder / "case.specc.toml"
    file.write_text(text, encoding="utf-8")
    return read_rows(specc.check(file))[0].diagnostics


@pytest.mark.parametrize("case", WITH_ROWS, ids=lambda case: case.title)
def test_case(case: Case, tmp_path: Path) -> None:
    found = said(tmp_path, case.text, case.rows)
    checked, ready = read_rows(specc.check(tmp_path / "case.specc.toml"))
    if checked.plan is not None and ready is not None:
        of_plan(checked.plan, ready.dataset.facts)
    assert sorted((one.span.line, one.severity, one.code) for one in found if one.span) == sorted(
        case.marks), [one.message for one in found]


@pytest.mark.parametrize("kind", ABOUT_ROWS, ids=lambda kind: kind.name)
def test_the_example_of_a_rule_fails_with_it_alone(kind: Kind, tmp_path: Path) -> None:
    text, rows = example(kind), textwrap.dedent(section(kind, "Rows").strip("\n"))
    wanted = [number for number, line in enumerate(text.splitlines(), 1) if MARK.search(line)]
    found = said(tmp_path, text, rows)
    assert [(one.code, one.span.line) for one in found if one.span] == [(kind.code, wanted[0])], \
        [one.message for one in found]


def test_there_are_cases_with_rows() -> None:
    assert len(ABOUT_ROWS) >= 7
    assert sum(bool(case.marks) for case in WITH_ROWS) >= 14
    assert sum(not case.marks for case in WITH_ROWS) >= 14
