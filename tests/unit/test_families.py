"""A family of rules that is not asked has nothing to say."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_cases import CASES

from specc.facts import Facts, written
from specc.ir.plan import Plan
from specc.pipeline import Checked, check_file, check_text
from specc.rules import FAMILIES, RULES, lint, rules_of

ROOT = Path(__file__).parents[2]
SPECS = sorted((ROOT / "specs").rglob("*.specc.*"))


def agree(checked: Checked) -> None:
    """All families say of a plan what those say that are concerned by it."""
    if checked.plan is None:
        return
    of_plan(checked.plan, written(checked.plan.spec))


def of_plan(plan: Plan, facts: Facts) -> None:
    asked = [(one.code, one.where) for one in lint(plan, facts)]
    assert asked == [(one.code, one.where) for one in lint(plan, facts, everything=True)]


def test_every_rule_stands_in_one_family() -> None:
    rules = [rule.kind.code for family in FAMILIES for rule in rules_of(family)]
    assert len(rules) == len(set(rules)) == len(RULES) > 30


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.name)
def test_of_specs(path: Path) -> None:
    agree(check_file(str(path)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_of_cases(case: object) -> None:
    agree(check_text(case.text.encode(), "case.specc.toml"))  # type: ignore[attr-defined]
