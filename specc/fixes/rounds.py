"""Fixes applied in rounds, each judged before the next: nothing is written here.

A round takes the fixes of one spec that do not touch each other, edits the texts in memory, and
checks again every spec that is made of them. It counts only if

- what was fixed is gone, and nothing is wrong with what came in its place;
- every text that could be read still can;
- no error is there that was not there before. What was no word of the language (SX, OP, IR1)
  kept specc from looking further; there errors may come to light that stand elsewhere.

Otherwise half of the fixes is tried, and one that fails alone is left to the author.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from specc.diagnostics import Diagnostic, Edit, Fix
from specc.fixes.edits import apart, edited, holds, put
from specc.pipeline import Checked
from specc.record import Record, field, replace
from specc.source import Path, Span

Texts: TypeAlias = Mapping[str, bytes]  # by real path
Check: TypeAlias = Callable[[str, Texts], Checked]  # a spec, and what stands for files
Wanted: TypeAlias = Callable[[Diagnostic], bool]

ROUNDS = 100  # of one spec
HIDE = ("SX", "OP", "IR1", "IR3", "DA1")  # what keeps the value beside it from being looked at


class Change(Record):
    """A text that fixes changed, and what they mended in it."""

    name: str  # of the file, as findings name it
    before: bytes
    after: bytes
    fixed: tuple[Diagnostic, ...]


class Mended(Record):
    """What came of it: the texts that changed, by real path, and the specs as they are then."""

    changes: Mapping[str, Change]
    checked: Mapping[str, Checked]


class _State(Record, frozen=False):
    """The specs as they are with the texts of now; grows round by round."""

    check: Check
    checked: dict[str, Checked]
    texts: dict[str, bytes] = field(default_factory=dict)
    before: dict[str, bytes] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    fixed: list[Diagnostic] = field(default_factory=list)
    refused: set[object] = field(default_factory=set)


def mend(files: Iterable[str], check: Check, wanted: Wanted, texts: Texts) -> Mended:
    """Every certain fix of the findings that are wanted, as far as they do good.

    `texts` stand for files that are not on the disk, or are there in an older form.
    """
    state = _State(check, {file: check(file, texts) for file in files}, dict(texts))
    for file in tuple(state.checked):
        for _ in range(ROUNDS):
            if not _round(state, file, wanted):
                break
    return _readable(state)


def _round(state: _State, file: str, wanted: Wanted) -> bool:
    """Whether there was something to try for a spec."""
    found = [one for one in state.checked[file].diagnostics
             if one.fix and wanted(one) and _identity(one) not in state.refused]
    state.names |= {os.path.realpath(edit.where.file): edit.where.file
                    for one in found if one.fix for edit in one.fix.edits}
    tried = _apart(found)
    while tried:
        if _take(state, tried):
            return True
        if len(tried) == 1:
            state.refused.add(_identity(tried[0]))
            return True
        tried = tried[:len(tried) // 2]
    return False


def _apart(found: list[Diagnostic]) -> list[Diagnostic]:
    """The findings whose fixes can be applied together, with edits by real path."""
    placed = [replace(one, fix=Fix(one.fix.title, tuple(
        replace(edit, where=replace(edit.where, file=os.path.realpath(edit.where.file)))
        for edit in one.fix.edits))) for one in found if one.fix]
    chosen = {id(fix) for fix in apart(one.fix for one in placed if one.fix)}
    return [one for one in placed if id(one.fix) in chosen]


def _take(state: _State, tried: list[Diagnostic]) -> bool:
    """Apply the fixes of findings if that does good; whether it did."""
    edits: dict[str, list[Edit]] = {}
    for edit in (edit for one in tried if one.fix for edit in one.fix.edits):
        edits.setdefault(edit.where.file, []).append(edit)
    old = {file: _text(state, file) for file in edits}
    texts = state.texts | {file: edited(old[file], edits[file]) for file in edits}
    for file in edits:
        if file not in {os.path.realpath(one.file) for one in state.checked.values()}:
            state.checked[file] = state.check(file, state.texts)  # a base is judged by itself too
    after = {name: state.check(name, texts) for name, one in state.checked.items()
             if _made_of(one) & edits.keys()}
    spans = {file: put(old[file], edits[file]) for file in edits}
    if not all(_good(state.checked[name], one, tried, spans) for name, one in after.items()):
        return False
    state.before = old | state.before
    state.texts = texts
    state.checked |= after
    state.fixed += tried
    return True


def _text(state: _State, file: str) -> bytes:
    """The text of now; what a check read rather than what lies there meanwhile."""
    if file in state.texts:
        return state.texts[file]
    for checked in state.checked.values():
        for name, text in checked.sources.items():
            if os.path.realpath(name) == file:
                return text
    with open(file, "rb") as source:
        return source.read()


def _made_of(checked: Checked) -> frozenset[str]:
    """The files of a spec: its own, its bases, and one that could not be read."""
    names = {checked.file, *checked.sources, *(one.where.file for one in checked.diagnostics)}
    return frozenset(map(os.path.realpath, names))


def _good(before: Checked, after: Checked, tried: list[Diagnostic],
          spans: Mapping[str, tuple[Span, ...]]) -> bool:
    """Whether a spec is better for the edits, by what was found before and after."""
    known = {_identity(one) for one in before.diagnostics}
    left = {_identity(one) for one in after.diagnostics}
    if left & {_identity(one) for one in tried}:
        return False
    fresh = [one for one in after.errors if _identity(one) not in known]
    paths = [path for one in tried if one.fix for path in map(_path_after, one.fix.edits) if path]
    if any(_about(one, paths, spans) for one in fresh):
        return False
    if _unparsed(after) and not _unparsed(before):
        return False
    return not fresh or _unparsed(before) or all(one.code.startswith(HIDE) for one in tried)


def _about(one: Diagnostic, paths: Iterable[Path], spans: Mapping[str, tuple[Span, ...]]) -> bool:
    """Whether an error is about what an edit put in: the value or a part of it, or the text."""
    return any(one.where.path[:len(path)] == path for path in paths) or any(
        holds(span, one.span) for span in spans.get(os.path.realpath(one.where.file), ()))


def _path_after(edit: Edit) -> Path:
    """The path of what was edited, with a key's new name."""
    path = edit.where.path
    return (*path[:-1], edit.text.strip('"')) if edit.where.part == "key" and path else path


def _unparsed(checked: Checked) -> bool:
    """Whether a spec's text, or a base's, could not be read: then there is no text of it."""
    return not checked.sources


def _identity(one: Diagnostic) -> object:
    """What is the same finding in two texts: its place is its path, where it has one."""
    where = one.where
    file = os.path.realpath(where.file)
    return one.code, file, where.path or one.span, where.part


def _readable(state: _State) -> Mended:
    """What is to be written: a text that could not be read, and still cannot, is left alone."""
    lost = {os.path.realpath(one.where.file) for checked in state.checked.values()
            if _unparsed(checked) for one in checked.errors}
    changes = {}
    for file, old in state.before.items():
        text = state.texts[file]
        if file not in lost and text != old:
            fixed = tuple(one for one in state.fixed
                          if one.fix and one.fix.edits[0].where.file == file)
            changes[file] = Change(state.names[file], old, text, fixed)
    return Mended(changes, state.checked)


__all__ = ["Change", "Check", "Mended", "mend"]
