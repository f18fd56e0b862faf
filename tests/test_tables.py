"""The tidy check: codes, names and pages keep their promises, and every rule has its cases."""

from __future__ import annotations

import ast
import re
import textwrap
from pathlib import Path

import pytest
from test_cases import EVERY

from specc.catalog import CATALOG, explain
from specc.diagnostics import Kind
from specc.pipeline import check_text
from specc.rules import RULES
from specc.testing.pages import MARK

SOURCES = sorted((Path(__file__).parents[1] / "specc").rglob("*.py"))
HEAD = 'specc = 1\nname = "example"\n'
INPUT = "[inputs.x]\nshape = [4]\n"
# About a file's bytes or its size: an example would not fit on a page.
WITHOUT_EXAMPLE = {"SX001", "SX002", "SX003", "SX004", "SX010", "SX015", "SX023", "SX206"}


def section(kind: Kind, begin: str) -> str:
    """What stands behind `Example:` (or `Example (JSON):`) up to the next part."""
    _, *rest = re.split(rf"^{begin}(?: \([^)]*\))?:", kind.page, maxsplit=1, flags=re.MULTILINE)
    ends = r"\n(?:Use instead|Why|Source|Rows \(rows.csv\)|Example):"
    return re.split(ends, rest[0])[0] if rest else ""


def example(kind: Kind) -> str:
    """A rule's example as a whole spec."""
    text = textwrap.dedent(section(kind, "Example").strip("\n"))
    return HEAD + ("" if "[inputs." in text else INPUT) + text


def test_codes_and_names_are_unique() -> None:
    for words in ([one.code for one in CATALOG], [one.name for one in CATALOG]):
        assert len(words) == len(set(words)), sorted(w for w in words if words.count(w) > 1)


def test_every_declared_kind_is_in_the_catalog() -> None:
    declared = {decorator.args[0].value
                for path in SOURCES for node in ast.walk(ast.parse(path.read_text("utf-8")))
                if isinstance(node, ast.FunctionDef) for decorator in node.decorator_list
                if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Name)
                and decorator.func.id in ("error", "warning", "info")
                and isinstance(decorator.args[0], ast.Constant)}
    assert declared == {one.code for one in CATALOG}


@pytest.mark.parametrize("kind", CATALOG, ids=lambda kind: kind.code)
def test_kind(kind: Kind) -> None:
    assert re.fullmatch(r"(SX|OP|IR|PA|SH|AR|TR|DA|RU|HE|GO|TU|IM)\d{3}", kind.code)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", kind.name)
    assert kind.severity in ("error", "warning", "info")
    claim = kind.page.split("\n\n")[0]
    assert claim.endswith(".")
    assert bool(section(kind, "Example").strip()) != (kind.code in WITHOUT_EXAMPLE)
    assert kind.page.partition("Use instead:")[2].strip()
    assert explain(kind.code) is explain(kind.name) is kind


@pytest.mark.parametrize("kind", [rule.kind for rule in RULES], ids=lambda kind: kind.name)
def test_rule(kind: Kind) -> None:
    """It says why and whence, its example fails with it alone, and it has its cases.

    An example that needs rows is tried in tests/data/test_row_cases.py.
    """
    assert kind.code[:2] in ("PA", "SH", "AR", "TR", "DA")
    assert section(kind, "Why").strip()
    assert kind.page.partition("Source:")[2].strip()
    text = example(kind)
    wanted = [number for number, line in enumerate(text.splitlines(), 1) if MARK.search(line)]
    assert len(wanted) == 1
    if not section(kind, "Rows"):
        found = check_text(text.encode(), "example.specc.toml").diagnostics
        assert [(one.code, one.span.line) for one in found if one.span] == [
            (kind.code, wanted[0])], [one.message for one in found]
    about = [case for case in EVERY if kind.name in case.title.split()]
    failing = [case for case in about if kind.code in [code for _, _, code in case.marks]]
    passing = [case for case in about if not case.marks]
    assert len(failing) >= 2
    assert len(passing) >= 2


def test_an_error_is_milder_where_a_case_says_so() -> None:
    """What may be ignored now and then is told from the cases, not asserted beside them."""
    marked = {explain(code) for case in EVERY for _, severity, code in case.marks
              if severity != "error"}
    assert {one.code for one in marked if one and one.severity == "error"} == {
        one.code for one in CATALOG if one.milder}


def test_the_tables_are_not_empty() -> None:
    assert len(CATALOG) > 100
    assert len(RULES) > 30
