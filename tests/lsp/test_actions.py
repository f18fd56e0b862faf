"""Fixes and ignores: what is offered does good, keeps the layout, and is what `--fix` writes."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import specc
from lsp.documents import SMALL, tree_of
from specc.cli import main
from specc.lsp.actions import Action, changes, fixing, fixing_all, ignored
from specc.lsp.ignoring import REASON, ignoring
from specc.lsp.outline import outline
from specc.lsp.text import Change, difference
from specc.pipeline import Checked

WRONG = SMALL.replace('"relu"', '"Relu"').replace("task =", "Task =")


def looked_at(text: str, file: str = "/nowhere/a.specc.toml") -> tuple[Checked, dict[str, bytes]]:
    texts = {os.path.realpath(file): text.encode()}
    return specc.check(file, texts=texts), texts


def written(action: Action, file: str = "/nowhere/a.specc.toml") -> str:
    return applied(action.edits[os.path.realpath(file)].text,
                   action.edits[os.path.realpath(file)].changes)


def applied(text: str, several: tuple[Change, ...]) -> str:
    for one in sorted(several, key=lambda one: one.begin, reverse=True):
        text = text[:one.begin] + one.text + text[one.end:]
    return text


def test_each_fix_mends_its_own() -> None:
    checked, texts = looked_at(WRONG)
    assert sum(one.fix is not None for one in checked.diagnostics) == 2
    for one in checked.diagnostics:
        action = fixing(checked, texts, one)
        assert action is not None
        assert action.preferred
        assert sum(len(each.changes) for each in action.edits.values()) == 1
        after, _ = looked_at(written(action))
        assert one.code not in [each.code for each in after.diagnostics]


def test_all_fixes_are_those_of_the_command(tmp_path: Path) -> None:
    file = tmp_path / "a.specc.toml"
    file.write_text(WRONG)
    checked, texts = looked_at(WRONG, str(file))
    action = fixing_all(checked, texts)
    assert action is not None
    main(["check", "--fix", str(file)])
    assert written(action, str(file)) == file.read_text() == SMALL


def test_a_fix_that_would_bring_another_error_is_not_offered() -> None:
    """`values` is quoted, and then is no list."""
    text = SMALL.replace("shape = [4]", "shape = [4]\nvalues = what")
    checked, texts = looked_at(text)
    assert any(one.fix for one in checked.diagnostics)
    assert [fixing(checked, texts, one) for one in checked.diagnostics] == [None]
    assert fixing_all(checked, texts) is None


def test_a_warning_is_ignored_and_an_error_is_not() -> None:
    checked, texts = looked_at(SMALL + '[lint]\nignore = { TR120 = "few" }\n')
    for one in looked_at(WRONG)[0].diagnostics:
        assert ignored(checked, texts, one) is None
    unused = next(one for one in checked.diagnostics if one.code == "SX318")
    assert ignored(checked, texts, unused) is None


def test_what_is_ignored_is_gone(root: Path) -> None:
    text = (root / "specs/digits.specc.toml").read_text().replace("batch_size = 32",
                                                                  "batch_size = 1700")
    checked, texts = looked_at(text)
    warned = [one for one in checked.diagnostics if one.severity != "error"]
    assert warned
    for one in warned:
        action = ignored(checked, texts, one)
        assert action is not None
        assert action.title == f"ignore {one.code} in [lint]"
        after = written(action)
        assert after == text + f'\n[lint]\nignore = {{ {one.code} = "why" }}\n'
        assert one.code not in [each.code for each in looked_at(after)[0].diagnostics]


@pytest.mark.parametrize(("before", "after"), [
    ("a = 1\n", 'a = 1\n\n[lint]\nignore = { TR1 = "why" }\n'),
    ("a = 1", 'a = 1\n\n[lint]\nignore = { TR1 = "why" }\n'),
    ("a = 1\r\n", 'a = 1\r\n\r\n[lint]\r\nignore = { TR1 = "why" }\r\n'),
    ("[lint]\n[b]\n", '[lint]\nignore = { TR1 = "why" }\n[b]\n'),
    ("[lint]", '[lint]\nignore = { TR1 = "why" }\n'),
    ("[lint]\nignore = {}\n", '[lint]\nignore = { TR1 = "why" }\n'),
    ('[lint]\nignore = { A = "x" } # c\n[b]\n',
     '[lint]\nignore = { A = "x", TR1 = "why" } # c\n[b]\n'),
    ('[lint.ignore]\n  A = "x"  # c\n\n[b]\n',
     '[lint.ignore]\n  A = "x"  # c\n  TR1 = "why"\n\n[b]\n'),
    ("[lint.ignore]\n[b]\n", '[lint.ignore]\nTR1 = "why"\n[b]\n'),
    ('lint.ignore.A = "x"\n', 'lint.ignore.A = "x"\nlint.ignore.TR1 = "why"\n'),
    ('[lint]\nignore.A = "x"', '[lint]\nignore.A = "x"\nignore.TR1 = "why"\n'),
    ('lint = { ignore = { A = "x" } }\n', 'lint = { ignore = { A = "x", TR1 = "why" } }\n'),
    ("lint = {}\n", 'lint = { ignore = { TR1 = "why" } }\n'),
    ('{"a": 1}', '{"a": 1, "lint": {"ignore": {"TR1": "why"}}}'),
    ('{\n  "a": 1\n}\n', '{\n  "a": 1,\n  "lint": {"ignore": {"TR1": "why"}}\n}\n'),
    ('{"lint": {}}', '{"lint": {"ignore": {"TR1": "why"}}}'),
    ('{"lint": {"ignore": {"A": "x"}}}', '{"lint": {"ignore": {"A": "x", "TR1": "why"}}}'),
    ('{\n "lint": {\n  "ignore": {\n   "A": "x"\n  }\n }\n}',
     '{\n "lint": {\n  "ignore": {\n   "A": "x",\n   "TR1": "why"\n  }\n }\n}'),
])
def test_where_an_ignore_comes(before: str, after: str) -> None:
    put = ignoring(outline(before, before.startswith("{")), "TR1")
    assert before[:put.offset] + put.text + before[put.offset:] == after
    assert tree_of(after)["lint"]["ignore"]["TR1"] == REASON


TEXTS = st.text(st.sampled_from("ab\n\r "), max_size=25)


@given(TEXTS, TEXTS)
def test_changes_make_one_text_of_another(old: str, new: str) -> None:
    several = tuple(changes(old, new))
    assert applied(old, several) == new
    ends = [(one.begin, one.end) for one in several]
    assert ends == sorted(ends)
    assert all(a[1] <= b[0] for a, b in pairwise(ends))


@given(TEXTS, TEXTS)
def test_the_difference_is_one_change_and_no_larger_than_it_must(old: str, new: str) -> None:
    one = difference(old, new)
    assert applied(old, (one,)) == new
    gone = old[one.begin:one.end]
    if gone and one.text:
        assert gone[0] != one.text[0]
        assert gone[-1] != one.text[-1]
