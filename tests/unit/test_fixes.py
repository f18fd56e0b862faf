"""Every fix takes away what it mends, brings no error, and touches nothing else.

Held over all failing literate cases, as TOML and as JSON, and over words misspelt in the example
specs: there the mended text is the one that was there before, to the byte.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_cases import CASES

from specc.diagnostics import Diagnostic, Edit, Fix
from specc.diagnostics.spelling import meant
from specc.fixes.edits import apart, edited, put
from specc.fixes.rounds import mend
from specc.identity import hashes
from specc.pipeline import Checked, check_text
from specc.source import Path as Steps
from specc.source import Span, Where
from specc.syntax.places import locate
from specc.testing.pages import PageCase as Case

ROOT = Path(__file__).parents[2]
SPECS = sorted((ROOT / "specs").rglob("*.specc.toml"))
NAMES = {"toml": "case.specc.toml", "json": "case.specc.json"}


def check(text: bytes, kind: str) -> Checked:
    return check_text(text, NAMES[kind], "json" if kind == "json" else "toml")


def as_json(text: str) -> bytes:
    return json.dumps(tomllib.loads(text), indent=2).encode()


def forms(case: Case) -> Iterator[tuple[str, bytes]]:
    """A case as TOML and as JSON; what is wrong with a text itself has one form."""
    yield "toml", case.text.encode()
    try:
        yield "json", as_json(case.text)
    except (ValueError, TypeError):
        return


def fixable() -> list[tuple[str, str, bytes]]:
    return [(f"{Path(case.page).stem}: {case.title}", kind, text)
            for case in CASES if case.marks for kind, text in forms(case)
            if any(one.fix for one in check(text, kind).diagnostics)]


FIXABLE = fixable()


def same(found: Checked) -> set[tuple[str, Steps]]:
    return {(one.code, one.where.path) for one in found.diagnostics}


def all_mended(text: bytes, kind: str) -> bytes:
    """The text after every fix, as `specc check --fix` writes it."""
    name = NAMES[kind]
    here = os.path.realpath(name)
    done = mend([name], lambda _, texts: check(texts[here], kind), lambda _: True, {here: text})
    return done.changes[here].after if done.changes else text


def test_there_are_fixes() -> None:
    assert len({name for name, _, _ in FIXABLE}) >= 10
    assert {kind for _, kind, _ in FIXABLE} == {"toml", "json"}


def test_json_has_the_same_fixes() -> None:
    """Whatever the file is written in, the same can be mended to the same data."""
    by_kind = {kind: {name: text for name, one, text in FIXABLE if one == kind}
               for kind in NAMES}
    for name, text in by_kind["json"].items():
        toml = all_mended(by_kind["toml"][name], "toml").decode()
        assert json.loads(all_mended(text, "json")) == tomllib.loads(toml)


@pytest.mark.parametrize(("name", "kind", "text"), FIXABLE, ids=lambda one: str(one)[:50])
def test_one_fix_takes_one_finding_away(name: str, kind: str, text: bytes) -> None:
    before = check(text, kind)
    for one in before.diagnostics:
        if one.fix is None:
            continue
        after = edited(text, one.fix.edits)
        wrong = same(check(after, kind))
        assert (one.code, one.where.path) not in wrong
        assert wrong <= same(before)
        assert untouched(after, put(text, one.fix.edits)) == untouched(
            text, [edit.where.span for edit in one.fix.edits])


@pytest.mark.parametrize(("name", "kind", "text"), FIXABLE, ids=lambda one: str(one)[:50])
def test_all_fixes_at_once(name: str, kind: str, text: bytes) -> None:
    after = all_mended(text, kind)
    assert after != text
    assert same(check(after, kind)) < same(check(text, kind))
    assert not any(one.fix for one in check(after, kind).diagnostics)
    assert all_mended(after, kind) == after


def untouched(text: bytes, spans: list[Span | None] | tuple[Span, ...]) -> str:
    """What stands around some spans, each a sign now, without the code that is tested."""
    lines = text.decode().split("\n")
    for span in sorted((one for one in spans if one), key=lambda one: (-one.line, -one.column)):
        kept = (lines[span.line - 1][:span.column - 1] + "\0"
                + lines[span.end_line - 1][span.end_column - 1:])
        lines[span.line - 1:span.end_line] = [kept]
    return "\n".join(lines)


# Keys, and texts that are not names that the author gives.
WORD = re.compile(r'(?<=")(?<!name = ")[A-Za-z][A-Za-z0-9]*(?:_[a-z0-9]+)*(?=")|^[a-z_]+(?= =)'
                  r'|(?<=[{,] )[a-z_]+(?= =)', re.MULTILINE)


def misspelt() -> Iterator[tuple[str, bytes, bytes]]:
    """Example specs with one word in another case, or with other strokes in it."""
    for file in SPECS:
        text = file.read_text()
        for word in WORD.finditer(text):
            for wrong in (word[0].swapcase(), word[0].replace("_", "-"), f"{word[0]}_"):
                if wrong != word[0]:
                    yield (str(file), text.encode(),
                           (text[:word.start()] + wrong + text[word.end():]).encode())


def test_a_misspelt_word_is_mended_to_what_it_was() -> None:
    """Or left, where more than one word may be meant, or none; it never becomes another spec."""
    mended = left = 0
    for file, right, wrong in misspelt():
        def checked(_: str, texts: dict[str, bytes], file: str = file) -> Checked:
            return check_text(texts[os.path.realpath(file)], file)

        done = mend([file], checked, lambda one: one.severity == "error",
                    {os.path.realpath(file): wrong})
        if not done.changes:
            left += 1
            continue
        change, = done.changes.values()
        mended += 1
        assert meaning(file, change.after) == meaning(file, right), change.after.decode()
    assert mended >= 300
    assert mended > left


def meaning(file: str, text: bytes) -> object:
    plan = check_text(text, file).plan
    assert plan is not None
    return hashes(plan)


def fix(span: Span, text: str = "x", path: Steps = ()) -> Fix:
    return Fix("", (Edit(Where("a", path, span=span), text),))


def test_of_two_fixes_that_meet_the_first_is_taken() -> None:
    a, b, c = fix(Span(1, 1, 1, 4)), fix(Span(1, 3, 1, 5)), fix(Span(1, 5, 1, 6))
    assert apart([a, b, c]) == [a, c]
    assert apart([a, a]) == [a, a]
    outer, inner = fix(Span(1, 1, 1, 2), path=("a",)), fix(Span(3, 1, 3, 2), path=("a", "b"))
    assert apart([outer, inner]) == [outer]


def test_edits_count_characters_and_keep_the_mark() -> None:
    text = "\ufeff# \U0001f642\r\nä = \"ö\" # é\r\n".encode()
    edits = [Edit(Where("a", span=Span(2, 5, 2, 8)), '"oo"'),
             Edit(Where("a", span=Span(2, 1, 2, 2)), "key")]
    assert edited(text, edits) == "\ufeff# \U0001f642\r\nkey = \"oo\" # é\r\n".encode()
    assert put(text, edits) == (Span(2, 1, 2, 4), Span(2, 7, 2, 11))


ADDED = {
    'm = [{ type = "AUC" }] # c\n': 'm = [{ type = "AUC", axis = 0 }] # c\n',
    'm = [{ type = "AUC", name = "x" }]': 'm = [{ type = "AUC", axis = 0, name = "x" }]',
    '[[m]]\r\n  type = "AUC" # c\r\n': '[[m]]\r\n  axis = 0\r\n  type = "AUC" # c\r\n',
    '{"m": [{"type":\n "AUC",\n "x": 1}]}': '{"m": [{"type":\n "AUC", "axis": 0,\n "x": 1}]}',
    'm = [{ type = "AUC", axis = 1 }]': None,
    'm = ["AUC"]': None,
}


@pytest.mark.parametrize("text", ADDED)
def test_an_argument_is_added_behind_the_type(text: str) -> None:
    edit = Edit(Where("a", ("m", 0, "axis")), "0", adds=True)
    found = Diagnostic("AA1", "a", "error", "", Where("a"), fix=Fix("", (edit,)))
    one, = locate([found], {"a": text})
    after = edited(text.encode(), one.fix.edits).decode() if one.fix else None
    assert after == ADDED[text]


def endless(_: str, texts: dict[str, bytes]) -> Checked:
    """Finds fault with any text, and would have it longer."""
    (here, text), = texts.items()
    where = Where(here, ("x",), span=Span(1, 1, 1, 1))
    one = Diagnostic(f"AA{len(text)}", "a", "warning", "", where,
                     fix=Fix("longer", (Edit(where, "a"),)))
    return Checked(here, None, (one,), sources={here: text})


def test_rounds_come_to_an_end() -> None:
    done = mend(["/a"], endless, lambda _: True, {"/a": b""})
    assert len(done.changes["/a"].after) == 100


@pytest.mark.parametrize(("word", "known", "right"), [
    ("Conv_2d", ("Conv1D", "Conv2D"), "Conv2D"),
    ("batch-size", ("batch_size",), "batch_size"),
    ("Relu", ("relu", "relu6"), "relu"),
    ("rel", ("relu",), None),
    ("AB", ("aB", "Ab"), None),
    ("ab", ("ab",), None),
])
def test_what_is_surely_meant(word: str, known: tuple[str, ...], right: str | None) -> None:
    assert meant(word, known) == right
