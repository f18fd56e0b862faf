"""What is said of a text that cannot be read, and of values that a spec may not hold.

Imported when there is such a text: `specc.syntax.reader` reads all others without it.
"""

from __future__ import annotations

import datetime
import json as parser
import math
import re
import tomllib
from collections.abc import Iterator, Sequence

from specc.diagnostics import Diagnostic, Edit, Fix, Related
from specc.source import Path, Span, Tree, Where
from specc.syntax import errors
from specc.syntax.brackets import DEPTH, JSON, TOML, Brackets, scan_json, scan_toml
from specc.syntax.reader import WHOLE, NotFinite

_WORD = re.compile(r"[A-Za-z_][\w.:/@+-]*")
_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_WORDS = {"True": "true", "False": "false", "None": '"=none"', "null": '"=none"', "nil": '"=none"'}
_DUPLICATE = ("Cannot overwrite", "Cannot declare", "Cannot mutate", "Cannot redefine")


def not_utf8(name: str, data: bytes, bad: UnicodeDecodeError) -> Diagnostic:
    begin = data.rfind(b"\n", 0, bad.start) + 1
    line = data.count(b"\n", 0, bad.start) + 1
    column = len(data[begin:bad.start].decode("utf-8", "replace")) + 1
    guess = "UTF-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:64] else None
    where = Where(name, span=Span(line, column, line, column + 1))
    return errors.not_utf8(where, byte=data[bad.start], guess=guess)


def toml(name: str, text: str, wrong: Exception | None) -> Iterator[Diagnostic]:
    """Why a TOML text has no tree: its brackets, or what the parser refused."""
    scan = scan_toml(text)
    if scan.too_deep is not None:
        yield too_deep(Where(name, span=span_of(text, scan.too_deep)))
    elif scan.broken is not None:
        opened, end = scan.broken
        yield errors.broken_inline_table(
            Where(name, span=span_of(text, end)),
            related=(Related(Where(name, span=span_of(text, opened)), "it begins here"),),
            advice="break inside [ ], or give it a header")
    elif isinstance(wrong, tomllib.TOMLDecodeError):
        yield from toml_error(name, text, str(wrong), scan)
    elif isinstance(wrong, RecursionError):
        yield too_deep(Where(name))
    else:  # a number of more digits than Python reads, or an impossible date
        yield number(name, text) or errors.toml_syntax(Where(name), problem=lower(str(wrong)))


def json(name: str, text: str, wrong: Exception | None, tree: Tree,
         twice: Sequence[str]) -> Iterator[Diagnostic]:
    """Why a JSON text has no tree, or one that no spec has. twice: keys that stand again."""
    scan = scan_json(text)
    if scan.too_deep is not None:
        yield too_deep(Where(name, span=span_of(text, scan.too_deep)))
    elif isinstance(wrong, parser.JSONDecodeError):
        yield json_error(name, text, wrong, scan)
    elif isinstance(wrong, RecursionError):
        yield too_deep(Where(name))
    elif isinstance(wrong, NotFinite):
        span = outside_strings(text, JSON, re.compile(rf"{wrong}\b"))
        yield errors.not_finite(Where(name, span=span), text=str(wrong))
    elif wrong is not None:  # a number of more digits than Python reads
        yield number(name, text) or errors.json_syntax(Where(name), problem=lower(str(wrong)))
    elif twice:
        yield from duplicated(name, text) or (
            errors.duplicate_key(Where(name), key=key) for key in twice)
    else:
        yield errors.not_a_table(Where(name), found="null" if tree is None else called(tree))


def toml_error(name: str, text: str, message: str, scan: Brackets) -> Iterator[Diagnostic]:
    place = _AT.search(message)
    problem = message[: place.start()] if place else message
    if problem.startswith(_DUPLICATE) and (found := duplicated(name, text)):
        yield from found
        return
    if place is None or place[1] is None:
        yield errors.toml_syntax(Where(name, span=span_of(text, len(text))),
                                 related=_opened(name, text, scan),
                                 problem=lower(problem) + "; the file ends here")
        return
    at = _index(text, int(place[1]), int(place[2]))
    word = _WORD.match(text, at)
    if problem == "Invalid value" and word:
        yield _bare_word(name, text, word)
        return
    where = Where(name, span=span_of(text, at, 1 if word is None else len(word[0])))
    if at >= len(text) or text[at] == "\n":
        problem += ", found the end of the line"
    yield errors.toml_syntax(where, problem=lower(problem), related=tuple(
        Related(Where(name, span=span_of(text, begin)), f"`{text[begin]}` is never closed")
        for begin in scan.open[:1] if begin < at))


def _bare_word(name: str, text: str, word: re.Match[str]) -> Diagnostic:
    where = Where(name, span=span_of(text, word.start(), len(word[0])))
    quoted = _WORDS.get(word[0], f'"{word[0]}"')
    return errors.bare_word(where, word=word[0], quoted=quoted,
                            fix=Fix(f"write {quoted}", (Edit(where, quoted),)))


def json_error(name: str, text: str, wrong: parser.JSONDecodeError, scan: Brackets) -> Diagnostic:
    problem = lower(wrong.msg)
    if not text[wrong.pos:].strip() and scan.open:
        return errors.json_syntax(Where(name, span=span_of(text, len(text))),
                                  related=_opened(name, text, scan),
                                  problem=problem + "; the file ends here")
    word = _WORD.match(text, wrong.pos)
    where = Where(name, span=span_of(text, wrong.pos, len(word[0]) if word else 1))
    advice, fix = None, None
    if word and word[0] in ("True", "False"):
        fix = Fix(f"write {word[0].lower()}", (Edit(where, word[0].lower()),))
    if (comma := _last_comma(text, wrong.pos)) is not None:
        advice = "JSON takes no comma before a closing bracket"
        fix = Fix("leave it out", (Edit(Where(name, span=span_of(text, comma)), ""),))
    elif text[wrong.pos: wrong.pos + 2] in ("//", "/*") or text[wrong.pos: wrong.pos + 1] == "#":
        advice = "JSON has no comments; a `.specc.toml` file has"
    elif text[wrong.pos: wrong.pos + 1] == "'":
        advice = 'JSON quotes with `"`'
    return errors.json_syntax(where, problem=problem, advice=advice, fix=fix)


def _last_comma(text: str, at: int) -> int | None:
    """The comma before a closing bracket that a parser stopped at, or (Python 3.13) behind."""
    before = text[:at].rstrip()
    if text[at:at + 1] in ("}", "]") and before.endswith(","):
        return len(before) - 1
    return at if text[at:at + 1] == "," and text[at + 1:].lstrip()[:1] in ("}", "]") else None


def duplicated(name: str, text: str) -> tuple[Diagnostic, ...]:
    """Every key that is written again, with the place where it stood first."""
    from specc.syntax.places import duplicates  # the parser that keeps places is slow to import

    return tuple(
        errors.duplicate_key(Where(name, path, "key", again), key=str(path[-1]),
                             related=(Related(Where(name, path, "key", first), "first here"),))
        for path, first, again in duplicates(text.encode()))


def forbidden(name: str, tree: Tree) -> Iterator[Diagnostic]:
    """The values that TOML or JSON can hold and a spec may not; no recursion."""
    todo: list[tuple[Path, Tree]] = [((), tree)]
    while todo:
        path, value = todo.pop()
        where = Where(name, path)
        if isinstance(value, dict | list):
            if len(path) >= DEPTH and value:
                yield too_deep(where)
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


def number(name: str, text: str) -> Diagnostic | None:
    span = outside_strings(text, TOML, re.compile(r"\d[\d_]{1000,}+"))
    return errors.number_too_large(Where(name, span=span), limit="2^63") if span else None


def outside_strings(text: str, tokens: str, wanted: re.Pattern[str]) -> Span | None:
    """The first match of `wanted` that begins in no string and no comment."""
    begin = 0
    for token in (*re.finditer(tokens, text), None):
        end = token.start() if token else len(text)
        if found := wanted.search(text, begin, end):
            return span_of(text, found.start(), len(found[0]))
        begin = token.end() if token else end
    return None


def _opened(name: str, text: str, scan: Brackets) -> tuple[Related, ...]:
    return tuple(Related(Where(name, span=span_of(text, at)), f"`{text[at]}` is never closed")
                 for at in scan.open[-1:])


def too_deep(where: Where) -> Diagnostic:
    return errors.too_deep(where, limit=DEPTH)


def _index(text: str, line: int, column: int) -> int:
    """The index of a 1-based line and column, as tomllib counts (it folds CR LF first)."""
    at = 0
    for _ in range(line - 1):
        at = text.index("\n", at) + 1
    return at + column - 1


def span_of(text: str, at: int, length: int = 1) -> Span:
    """The span of `length` characters of one line; at the text's end, behind its last line."""
    if at >= len(text):
        at, length = len(text.rstrip()), 1
    line = text.count("\n", 0, at) + 1
    column = at - text.rfind("\n", 0, at)
    return Span(line, column, line, column + length)


def called(tree: Tree) -> str:
    names = {list: "a list", str: "a text", bool: "true or false", int: "a number",
             float: "a number"}
    return names[type(tree)]


def lower(message: str) -> str:
    """A parser's sentence in our manner: lower case, names between backticks."""
    text = message[:1].lower() + message[1:]
    return re.sub(r"'([^']*)'", r"`\1`", text).rstrip(".")
