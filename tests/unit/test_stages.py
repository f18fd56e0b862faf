"""The table of stages, and all that is told from it: `[test]`, `specc test --help`, the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from specc.catalog import CATALOG
from specc.cli import main
from specc.pipeline import check_text
from specc.stages import BY_NAME, FAMILIES, MARKERS, OPTIONAL, STAGES
from specc.syntax import form

PAGE = (Path(__file__).parents[2] / "docs" / "testing.md").read_text(encoding="utf-8")
SPEC = """
specc = 1
[inputs.x]
shape = [4]
[model]
kind = "sequential"
layers = [{ type = "Dense", units = 1, name = "y" }]
[outputs.y]
task = "regression"
[test]
"""


def test_names_are_unique_and_words() -> None:
    assert len(BY_NAME) == len(STAGES)
    assert all(re.fullmatch(r"[a-z]{4,13}", name) for name in BY_NAME)
    assert set(MARKERS) == set(FAMILIES) == {one.family for one in STAGES}


def test_the_language_has_a_key_for_each_that_can_be_left_out() -> None:
    assert set(form.TestForm.model_fields) == set(OPTIONAL) == set(BY_NAME) - {"check"}
    text = SPEC + "".join(f'{name} = "a reason"\n' for name in OPTIONAL)
    plan = check_text(text.encode(), "a.specc.toml").plan
    assert plan is not None
    assert plan.spec.test == dict.fromkeys(OPTIONAL, "a reason")


@pytest.mark.parametrize("line", ['lives = "x"', 'check = "x"', "reload = true", 'reload = " "'])
def test_another_key_or_no_reason_is_an_error(line: str) -> None:
    assert check_text((SPEC + line).encode(), "a.specc.toml").errors


def test_help_lists_them(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["test", "--help"])
    said = capsys.readouterr().out
    assert all(re.search(rf"^  {one.name} +{re.escape(one.holds)}$", said, re.MULTILINE)
               for one in STAGES)


def test_the_page_lists_them() -> None:
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|$", PAGE, re.MULTILINE)
    assert [(name, holds) for name, holds, _ in rows] == [(one.name, one.holds) for one in STAGES]
    codes = [code for _, _, said in rows for code in re.findall(r"[A-Z]{2}\d*", said)]
    known = [one.code for one in CATALOG]
    assert all(any(one.startswith(code) for one in known) for code in codes)
    assert {one.code for one in CATALOG if re.fullmatch(r"RU2\d\d", one.code)} <= set(codes)


def test_the_page_lists_the_markers() -> None:
    for family, marker in MARKERS.items():
        row = re.search(rf"^\| `{marker}` \| (.+) \|$", PAGE, re.MULTILINE)
        assert row is not None
        assert re.findall(r"`(\w+)`", row[1].replace("`slow`", "")) == [
            one.name for one in STAGES if one.family == family]
