"""One mistake, one diagnostic: each single mistake put into the example specs gives exactly one
error, and its first or a related place is the line of the mistake.

Where a mistake can be mended for certain, mending it brings no error.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest
from acceptance.injections import SORTS, SPECS, Injection, injections

import specc
from specc.diagnostics import Diagnostic
from specc.fixes.rounds import mend
from specc.pipeline import Checked, check_text

ALL = tuple(injections())


@cache
def errors(one: Injection) -> tuple[Diagnostic, ...]:
    return specc.check_text(one.text.encode(), str(one.file)).errors


def held(file: str, texts: Mapping[str, bytes]) -> Checked:
    return check_text(texts[os.path.realpath(file)], file)


def told(one: Injection) -> str | None:
    """What is wrong with what is said of an injection."""
    found = errors(one)
    if len(found) != 1:
        return f"{one.name}: {len(found)} errors: {[(d.code, line(d)) for d in found]}"
    places = {line(found[0]), *(known.where.span.line for known in found[0].related
                                if known.where.span)}
    return None if places & set(one.lines) else f"{one.name}: {found[0].code} at {places}"


def line(found: Diagnostic) -> int | None:
    return found.span.line if found.span else None


def test_there_are_many() -> None:
    assert len(SPECS) >= 15
    assert len({(one.file, one.text) for one in ALL}) >= 3000
    assert {one.kind for one in ALL} == {sort.__name__ for sort in SORTS}
    assert all(count >= 3 for count in Counter(one.kind for one in ALL).values())


@pytest.mark.parametrize("file", SPECS, ids=lambda file: file.name.split(".")[0])
def test_the_specs_are_fine_without(file: Path) -> None:
    assert specc.check(file).errors == ()


@pytest.mark.parametrize("kind", [sort.__name__ for sort in SORTS])
def test_one_mistake_gives_one_error_in_its_line(kind: str) -> None:
    wrong = [said for one in ALL if one.kind == kind and (said := told(one)) is not None]
    assert not wrong


@pytest.mark.parametrize("kind", [sort.__name__ for sort in SORTS])
def test_what_is_mended_brings_no_error(kind: str) -> None:
    for one in ALL:
        if one.kind != kind or not any(found.fix for found in errors(one)):
            continue
        done = mend([str(one.file)], held, lambda found: found.severity == "error",
                    {os.path.realpath(one.file): one.text.encode()})
        for change in done.changes.values():
            left = specc.check_text(change.after, str(one.file)).errors
            assert left == (), (one.name, change.after.decode())


def test_a_second_mistake_is_seen() -> None:
    """What holds above can fail: with two mistakes there are two errors."""
    one = next(one for one in ALL if one.kind == "wrong_version")
    two = Injection(one.file, one.kind, f"{one.text}\n[budget]\nparams = 2\n", one.lines)
    assert told(two) is not None


def test_another_line_is_seen() -> None:
    one = ALL[0]
    assert told(one) is None
    assert told(Injection(one.file, one.kind, one.text, (1,))) is not None
