"""`[tool.specc]` in pyproject.toml: what a project says of the findings in its specs.

    [tool.specc]
    select = ["PA", "TR"]                        # warnings of these families only
    ignore = { TR124 = "our rows are few" }      # a code or a name, and why
    severity = { PA171 = "error" }               # of what is a warning or a note
    trust = ["labmodels"]                        # modules that --trust may import
    [tool.specc.per-path]
    "legacy/**" = { ignore = { AR118 = "as published" } }

Imported only for a project that has the table. Errors are neither left out nor made less grave;
whether the words are codes is asked where all codes are known (`specc.controls`).
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import TypeAlias

from specc.config import errors
from specc.diagnostics import Diagnostic, Outcome, Severity
from specc.record import Record
from specc.source import Path, Span, Tree, Where
from specc.spec import Control

SEVERITIES = ("error", "warning", "info")
Check: TypeAlias = Callable[[Where, Tree], Iterator[Diagnostic]]
ROOT = ("tool", "specc")
ALWAYS = "SX"  # what is about the text itself, as ignores that ignore nothing
AT = re.compile(r" \(at line (\d+), column (\d+)\)$|\s*\(at end of document\)$")


class Config(Record):
    """The table of one project, known to be well formed."""

    select: Mapping[Path, str]
    ignore: Mapping[Path, str]  # the place of a word to the word
    severity: Mapping[Path, str]
    by_path: Mapping[str, Mapping[Path, str]]  # a pattern to what is ignored there
    levels: Mapping[str, Severity]  # a word to the severity it is given


def control(path: str, text: bytes, file: str, select: tuple[str, ...] = ()) -> Outcome[Control]:
    """What the pyproject.toml at `path` says of the spec `file`; no value where it has no table.

    `select`, from the command line, stands for its select, and brings back what it names alone.
    """
    shown = _shown(path)
    read = _read(shown, text)
    if read.value is None:
        return Outcome(None, read.diagnostics)
    config, folder = read.value, os.path.dirname(path)
    inside = os.path.relpath(os.path.realpath(file), folder).replace(os.sep, "/")
    places: dict[str, tuple[Path, ...]] = {}
    for found in (config.ignore, *(some for pattern, some in config.by_path.items()
                                   if matches(pattern, inside))):
        for at, word in found.items():
            places[word] = (*places.get(word, ()), at)
    every = [config.select, config.ignore, config.severity, *config.by_path.values()]
    return Outcome(Control(
        shown, folder, () if select or not config.select else (ALWAYS, *config.select.values()),
        places,
        config.levels, select,
        tuple(pair for some in every for pair in some.items())))


def unreadable(path: str, problem: OSError) -> Outcome[Control]:
    """What to say of a pyproject.toml that is there and cannot be read."""
    reason = (problem.strerror or str(problem)).lower()
    return Outcome(None, (errors.unreadable_config(Where(_shown(path)), reason=reason),))


def _shown(path: str) -> str:
    """A path as people write it: from the working folder, where it is in there."""
    shown = os.path.relpath(path)
    return path if shown.startswith("..") else shown


@lru_cache(maxsize=64)
def _read(file: str, text: bytes) -> Outcome[Config]:
    """The table of a text, or all that is wrong with it."""
    try:
        tree = tomllib.loads(text.decode("utf-8-sig"))
    except UnicodeDecodeError as problem:
        line, at = text.count(b"\n", 0, problem.start) + 1, problem.start
        column = len(text[text.rfind(b"\n", 0, at) + 1:at].decode("utf-8", "replace")) + 1
        return Outcome(None, (errors.unreadable_config(
            Where(file, span=Span(line, column, line, column + 1)),
            reason=f"byte 0x{text[at]:02x} is not utf-8"),))
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        return Outcome(None, (_not_toml(file, str(problem)),))
    table = tree.get("tool", {})
    table = table.get("specc") if isinstance(table, dict) else None
    if table is None:
        return Outcome(None)
    wrong = tuple(_wrong(Where(file, ROOT), table))
    if wrong:
        from specc.syntax.places import locate

        return Outcome(None, locate(wrong, {file: text}))
    by_path = table.get("per-path", {})
    return Outcome(Config(
        {(*ROOT, "select", at): word for at, word in enumerate(table.get("select", ()))},
        _words(table, "ignore"), _words(table, "severity"),
        {pattern: _words(by_path[pattern], "ignore", (*ROOT, "per-path", pattern))
         for pattern in by_path},
        table.get("severity", {})))


def _words(table: Mapping[str, Tree], key: str, above: Path = ROOT) -> dict[Path, str]:
    return {(*above, key, word): word for word in table.get(key, {})}


def _not_toml(file: str, problem: str) -> Diagnostic:
    """What tomllib says, at the place that it says."""
    at = AT.search(problem)
    span = None
    if at and at[1]:
        line, column = int(at[1]), int(at[2])
        span = Span(line, column, line, column + 1)
    reason = AT.sub("", problem)
    return errors.unreadable_config(Where(file, span=span), reason=reason[:1].lower() + reason[1:])


# -- what is wrong with it ------------------------------------------------------------------------


def _wrong(at: Where, table: Tree) -> Iterator[Diagnostic]:
    yield from _table(at, table, {"select": _select, "ignore": _reasons, "severity": _severities,
                                  "per-path": _by_path, "trust": _trust})


def _table(at: Where, table: Tree, keys: Mapping[str, Check]) -> Iterator[Diagnostic]:
    """A table of known keys, each with its own check."""
    for key, value, place in _items(at, table):
        if isinstance(value, Diagnostic):
            yield value
        elif key in keys:
            yield from keys[key](place, value)
        else:
            yield errors.unknown_config_key(place.key(), key=key, known=keys)


def _items(at: Where, table: Tree) -> Iterator[tuple[str, Tree, Where]]:
    """The keys and values of a table, with their places; a finding where it is none."""
    if not isinstance(table, dict):
        yield "", errors.wrong_config(at, wanted="a table", found=table), at
        return
    for key, value in table.items():
        yield key, value, at.at(key)


def _select(at: Where, words: Tree) -> Iterator[Diagnostic]:
    yield from _list(at, words, lambda word: bool(word.strip()),
                     'codes, families or names, as ["PA", "TR120"]')


def _trust(at: Where, names: Tree) -> Iterator[Diagnostic]:
    yield from _list(at, names, lambda name: all(map(str.isidentifier, name.split("."))),
                     'names of modules, as ["labmodels.layers"]')


def _list(at: Where, words: Tree, good: Callable[[str], bool], wanted: str) -> Iterator[Diagnostic]:
    if not isinstance(words, list):
        yield errors.wrong_config(at, wanted=f"a list of {wanted}", found=words)
        return
    for index, word in enumerate(words):
        if not isinstance(word, str) or not good(word):
            yield errors.wrong_config(at.at(index), wanted=f"one of {wanted}", found=word)


def _reasons(at: Where, table: Tree) -> Iterator[Diagnostic]:
    for _, reason, place in _items(at, table):
        if isinstance(reason, Diagnostic):
            yield reason
        elif not isinstance(reason, str) or not reason.strip():
            yield errors.wrong_config(place, wanted="a reason, as a text", found=reason)


def _severities(at: Where, table: Tree) -> Iterator[Diagnostic]:
    for word, level, place in _items(at, table):
        if isinstance(level, Diagnostic):
            yield level
        elif level == "off":
            yield errors.wrong_config(place, found=level, wanted=(
                f'"error", "warning" or "info" (or ignore = {{ {word} = "reason" }})'))
        elif level not in SEVERITIES:
            yield errors.wrong_config(place, wanted='"error", "warning" or "info"', found=level)


def _by_path(at: Where, table: Tree) -> Iterator[Diagnostic]:
    for pattern, value, place in _items(at, table):
        if isinstance(value, Diagnostic):
            yield value
        elif not pattern or pattern.startswith(("/", "./")) or {"..", "."} & set(
                pattern.split("/")) or "\\" in pattern:
            yield errors.wrong_config(place.key(), found=pattern,
                                      wanted='a path from the folder of this file, as "legacy/**"')
        else:
            yield from _table(place, value, {"ignore": _reasons})


def matches(pattern: str, path: str) -> bool:
    """Whether a path, from the project's folder, is what a pattern means: `*` and `?` stay in one
    part, `**` does not; a pattern of one part is found at any depth; a folder means all in it."""
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", pattern.rstrip("/"))
    wild = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    head = "" if "/" in pattern.rstrip("/") else "(?:.*/)?"
    body = "".join(wild.get(part) or re.escape(part) for part in parts)
    return re.fullmatch(f"{head}{body}(?:/.*)?", path) is not None


__all__ = ["Config", "control", "matches", "unreadable"]
