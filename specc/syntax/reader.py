"""Bytes to a plain tree: TOML 1.0 or JSON in, dicts, lists and scalars out.

Before a parser sees the text, `specc.syntax.brackets` refuses what would make the
parser slow or deep, and what newer readers accept though TOML 1.0 does not. After it, one walk
refuses the values a spec may not hold. Nothing raises for what stands in a file.
"""

from __future__ import annotations

import datetime
import json
import math
import os
import re
import stat
import tomllib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, TypeAlias

from specc.diagnostics import Diagnostic, Edit, Fix, Outcome, Related
from specc.source import Path, Span, Tree, Where
from specc.syntax import errors
from specc.syntax.brackets import DEPTH, JSON, TOML, Brackets, scan_json, scan_toml

if TYPE_CHECKING:
    from pathlib import Path as FilePath

Format: TypeAlias = Literal["toml", "json"]

LIMIT = 4 * 1024 * 1024  # bytes of a file; a spec of a thousand layers has 100 kB
WHOLE = 2**63  # TOML's whole numbers have 64 bits
BOM = b"\xef\xbb\xbf"

_WORD = re.compile(r"[A-Za-z_][\w.:/@+-]*")
_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_WORDS = {"True": "true", "False": "false", "None": '"=none"', "null": '"=none"', "nil": '"=none"'}
_DUPLICATE = ("Cannot overwrite", "Cannot declare", "Cannot mutate", "Cannot redefine")


class _NotFinite(ValueError):
    """JSON's parser met NaN or Infinity; carries the word."""


def read_file(path: str | FilePath, limit: int = LIMIT) -> Outcome[tuple[Tree, bytes]]:
    """A file's tree and its bytes. `.json` is JSON, everything else TOML.

    A file larger than `limit` bytes is not read, and neither is anything that is not a regular
    file. What could not be read at all has a code in `errors.UNREADABLE`.
    """
    name = os.fspath(path)
    where = Where(name)
    try:
        found = os.stat(name)
        if stat.S_ISDIR(found.st_mode):
            return Outcome(None, (errors.is_a_directory(where, path=name),))
        if not stat.S_ISREG(found.st_mode):
            return Outcome(None, (errors.unreadable_file(
                where, path=name, reason="not a regular file"),))
        if found.st_size > limit:
            return Outcome(None, (errors.file_too_large(where, size=found.st_size, limit=limit),))
        with open(name, "rb") as file:
            data = file.read(limit + 1)
    except FileNotFoundError:
        return Outcome(None, (errors.no_such_file(where, path=name),))
    except (OSError, ValueError) as refused:  # ValueError: a zero byte in the name
        reason = getattr(refused, "strerror", None) or str(refused)
        return Outcome(None, (errors.unreadable_file(where, path=name, reason=reason.lower()),))
    tree = read(name, data, "json" if name.endswith(".json") else "toml", limit)
    return Outcome(None if tree.value is None else (tree.value, data), tree.diagnostics)


def read(path_or_name: str | FilePath, data: bytes, kind: Format,
         limit: int = LIMIT) -> Outcome[Tree]:
    """The tree of a document: a dict of dicts, lists and scalars.

    No value where the text cannot be read. Values that a spec may not hold (dates, `nan`) are
    reported one and all; then there is a tree, with errors beside it.
    """
    name = os.fspath(path_or_name)
    if len(data) > limit:
        return Outcome(None, (errors.file_too_large(Where(name), size=len(data), limit=limit),))
    data = data.removeprefix(BOM)
    if (bad := _decode_error(name, data)) is not None:
        return Outcome(None, (bad,))
    text = data.decode("utf-8")
    if not text.strip():
        return Outcome(None, (errors.empty_file(Where(name, span=Span(1, 1, 1, 2))),))
    scan = scan_toml(text) if kind == "toml" else scan_json(text)
    if scan.too_deep is not None:
        return Outcome(None, (_too_deep(Where(name, span=_span(text, scan.too_deep))),))
    parsed = _parse_toml(name, text, scan) if kind == "toml" else _parse_json(name, text, scan)
    if parsed.value is None:
        return parsed
    tree = parsed.value
    if not isinstance(tree, dict):
        return Outcome(None, (errors.not_a_table(Where(name), found=_called(tree)),))
    return Outcome(tree, () if _harmless(tree, DEPTH) else tuple(_forbidden(name, tree)))


def _decode_error(name: str, data: bytes) -> Diagnostic | None:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as bad:
        begin = data.rfind(b"\n", 0, bad.start) + 1
        line = data.count(b"\n", 0, bad.start) + 1
        column = len(data[begin:bad.start].decode("utf-8", "replace")) + 1
        guess = "UTF-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:64] else None
        where = Where(name, span=Span(line, column, line, column + 1))
        return errors.not_utf8(where, byte=data[bad.start], guess=guess)
    return None


def _parse_toml(name: str, text: str, scan: Brackets) -> Outcome[Tree]:
    if scan.broken is not None:
        opened, end = scan.broken
        return Outcome(None, (errors.broken_inline_table(
            Where(name, span=_span(text, end)),
            related=(Related(Where(name, span=_span(text, opened)), "it begins here"),),
            advice="break inside [ ], or give it a header"),))
    try:
        return Outcome(tomllib.loads(text))
    except tomllib.TOMLDecodeError as wrong:
        return Outcome(None, tuple(_toml_error(name, text, str(wrong), scan)))
    except RecursionError:
        return Outcome(None, (_too_deep(Where(name)),))
    except ValueError as wrong:  # a number of more digits than Python reads, or an impossible date
        return Outcome(None, (_number(name, text) or errors.toml_syntax(
            Where(name), problem=_lower(str(wrong))),))


def _toml_error(name: str, text: str, message: str, scan: Brackets) -> Iterator[Diagnostic]:
    place = _AT.search(message)
    problem = message[: place.start()] if place else message
    if problem.startswith(_DUPLICATE) and (found := _duplicates(name, text)):
        yield from found
        return
    if place is None or place[1] is None:
        yield errors.toml_syntax(Where(name, span=_span(text, len(text))),
                                 related=_opened(name, text, scan),
                                 problem=_lower(problem) + "; the file ends here")
        return
    at = _index(text, int(place[1]), int(place[2]))
    word = _WORD.match(text, at)
    if problem == "Invalid value" and word:
        yield _bare_word(name, text, word)
        return
    where = Where(name, span=_span(text, at, 1 if word is None else len(word[0])))
    if at >= len(text) or text[at] == "\n":
        problem += ", found the end of the line"
    yield errors.toml_syntax(where, problem=_lower(problem))


def _bare_word(name: str, text: str, word: re.Match[str]) -> Diagnostic:
    where = Where(name, span=_span(text, word.start(), len(word[0])))
    quoted = _WORDS.get(word[0], f'"{word[0]}"')
    return errors.bare_word(where, word=word[0], quoted=quoted,
                            fix=Fix(f"write {quoted}", (Edit(where, quoted),)))


def _parse_json(name: str, text: str, scan: Brackets) -> Outcome[Tree]:
    twice: list[str] = []

    def table(pairs: list[tuple[str, Tree]]) -> dict[str, Tree]:
        made = dict(pairs)
        if len(made) < len(pairs):
            seen: set[str] = set()
            for key, _ in pairs:
                if key in seen:
                    twice.append(key)
                seen.add(key)
        return made

    def constant(word: str) -> Tree:
        raise _NotFinite(word)

    try:
        tree = json.loads(text, object_pairs_hook=table, parse_constant=constant)
    except json.JSONDecodeError as wrong:
        return Outcome(None, (_json_error(name, text, wrong, scan),))
    except RecursionError:
        return Outcome(None, (_too_deep(Where(name)),))
    except _NotFinite as wrong:
        span = _outside_strings(text, JSON, re.compile(rf"{wrong}\b"))
        return Outcome(None, (errors.not_finite(Where(name, span=span), text=str(wrong)),))
    except ValueError as wrong:  # a number of more digits than Python reads
        return Outcome(None, (_number(name, text) or errors.json_syntax(
            Where(name), problem=_lower(str(wrong))),))
    if twice:
        return Outcome(None, _duplicates(name, text) or tuple(
            errors.duplicate_key(Where(name), key=key) for key in twice))
    if tree is None:
        return Outcome(None, (errors.not_a_table(Where(name), found="null"),))
    return Outcome(tree)


def _json_error(name: str, text: str, wrong: json.JSONDecodeError, scan: Brackets) -> Diagnostic:
    problem = _lower(wrong.msg)
    if not text[wrong.pos:].strip() and scan.open:
        return errors.json_syntax(Where(name, span=_span(text, len(text))),
                                  related=_opened(name, text, scan),
                                  problem=problem + "; the file ends here")
    word = _WORD.match(text, wrong.pos)
    where = Where(name, span=_span(text, wrong.pos, len(word[0]) if word else 1))
    before = text[: wrong.pos].rstrip()
    advice = None
    if text[wrong.pos: wrong.pos + 1] in ("}", "]") and before.endswith(","):
        advice = "JSON takes no comma before a closing bracket"
    elif text[wrong.pos: wrong.pos + 2] in ("//", "/*") or text[wrong.pos: wrong.pos + 1] == "#":
        advice = "JSON has no comments; a `.specc.toml` file has"
    elif text[wrong.pos: wrong.pos + 1] == "'":
        advice = 'JSON quotes with `"`'
    return errors.json_syntax(where, problem=problem, advice=advice)


def _duplicates(name: str, text: str) -> tuple[Diagnostic, ...]:
    """Every key that is written again, with the place where it stood first."""
    from specc.syntax.places import duplicates  # the parser that keeps places is slow to import

    return tuple(
        errors.duplicate_key(Where(name, path, "key", again), key=str(path[-1]),
                             related=(Related(Where(name, path, "key", first), "first here"),))
        for path, first, again in duplicates(text.encode()))


def _harmless(tree: Tree, depth: int) -> bool:
    """Whether a tree holds nothing that `_forbidden` would name, told at a glance."""
    kind = type(tree)
    if kind is str:
        return bool(tree.isascii())
    if kind is int or kind is float:
        return bool(-WHOLE <= tree < WHOLE)
    if kind is dict:
        return depth > 0 and "".join(tree).isascii() and all(
            _harmless(one, depth - 1) for one in tree.values())
    if kind is list:
        return depth > 0 and all(_harmless(one, depth - 1) for one in tree)
    return kind is bool or tree is None


def _forbidden(name: str, tree: Tree) -> Iterator[Diagnostic]:
    """The values that TOML or JSON can hold and a spec may not; no recursion."""
    todo: list[tuple[Path, Tree]] = [((), tree)]
    while todo:
        path, value = todo.pop()
        where = Where(name, path)
        if isinstance(value, dict | list):
            if len(path) >= DEPTH and value:
                yield _too_deep(where)
                continue
            items = value.items() if isinstance(value, dict) else enumerate(value)
            for key, one in items:
                if isinstance(key, str) and (half := _half(key)):
                    yield errors.half_character(where, text=half)
                else:
                    todo.append(((*path, key), one))
        elif isinstance(value, float) and not math.isfinite(value):
            yield errors.not_finite(where, text=str(value))
        elif isinstance(value, int) and not -WHOLE <= value < WHOLE:
            yield errors.number_too_large(where, limit="2^63")
        elif isinstance(value, str) and (half := _half(value)):
            yield errors.half_character(where, text=half)
        elif isinstance(value, datetime.date | datetime.time):
            yield errors.date_value(where, text=value.isoformat())


def _half(text: str) -> str | None:
    """Half of a surrogate pair in a text, written as JSON writes it."""
    if text.isascii():
        return None
    found = re.search("[\ud800-\udfff]", text)
    return f"\\u{ord(found[0]):04x}" if found else None


def _number(name: str, text: str) -> Diagnostic | None:
    span = _outside_strings(text, TOML, re.compile(r"\d[\d_]{1000,}+"))
    return errors.number_too_large(Where(name, span=span), limit="2^63") if span else None


def _outside_strings(text: str, tokens: re.Pattern[str], wanted: re.Pattern[str]) -> Span | None:
    """The first match of `wanted` that begins in no string and no comment."""
    begin = 0
    for token in (*tokens.finditer(text), None):
        end = token.start() if token else len(text)
        if found := wanted.search(text, begin, end):
            return _span(text, found.start(), len(found[0]))
        begin = token.end() if token else end
    return None


def _opened(name: str, text: str, scan: Brackets) -> tuple[Related, ...]:
    return tuple(Related(Where(name, span=_span(text, at)), f"`{text[at]}` is never closed")
                 for at in scan.open[-1:])


def _too_deep(where: Where) -> Diagnostic:
    return errors.too_deep(where, limit=DEPTH)


def _index(text: str, line: int, column: int) -> int:
    """The index of a 1-based line and column, as tomllib counts (it folds CR LF first)."""
    at = 0
    for _ in range(line - 1):
        at = text.index("\n", at) + 1
    return at + column - 1


def _span(text: str, at: int, length: int = 1) -> Span:
    """The span of `length` characters of one line; at the text's end, behind its last line."""
    if at >= len(text):
        at, length = len(text.rstrip()), 1
    line = text.count("\n", 0, at) + 1
    column = at - text.rfind("\n", 0, at)
    return Span(line, column, line, column + length)


def _called(tree: Tree) -> str:
    names = {list: "a list", str: "a text", bool: "true or false", int: "a number",
             float: "a number"}
    return names[type(tree)]


def _lower(message: str) -> str:
    """A parser's sentence in our manner: lower case, names between backticks."""
    text = message[:1].lower() + message[1:]
    return re.sub(r"'([^']*)'", r"`\1`", text).rstrip(".")
