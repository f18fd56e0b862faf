"""Bytes to a plain tree: TOML 1.0 or JSON in, dicts, lists and scalars out.

Before a parser sees the text, `specc.syntax.brackets` refuses what would make the
parser slow or deep, and what newer readers accept though TOML 1.0 does not. After it, one walk
refuses the values a spec may not hold. Nothing raises for what stands in a file.
"""

from __future__ import annotations

import os
import stat
import tomllib
from typing import TYPE_CHECKING, Literal, TypeAlias

from specc.diagnostics import Outcome
from specc.later import later
from specc.source import Span, Tree, Where
from specc.syntax.brackets import DEPTH, scan_json, scan_toml, shallow

if TYPE_CHECKING:
    from specc.syntax import errors
else:
    errors = later("specc.syntax.errors")

if TYPE_CHECKING:
    from pathlib import Path as FilePath

Format: TypeAlias = Literal["toml", "json"]

LIMIT = 4 * 1024 * 1024  # bytes of a file; a spec of a thousand layers has 100 kB
WHOLE = 2**63  # TOML's whole numbers have 64 bits
BOM = b"\xef\xbb\xbf"


class NotFinite(ValueError):
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
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as wrong:
        from specc.syntax import misread  # only what cannot be read needs it

        return Outcome(None, (misread.not_utf8(name, data, wrong),))
    if not text.strip():
        return Outcome(None, (errors.empty_file(Where(name, span=Span(1, 1, 1, 2))),))
    parsed = _parse_toml(name, text) if kind == "toml" else _parse_json(name, text)
    if parsed.value is None or _harmless(parsed.value, DEPTH):
        return parsed
    from specc.syntax import misread

    return Outcome(parsed.value, tuple(misread.forbidden(name, parsed.value)))


def _parse_toml(name: str, text: str) -> Outcome[Tree]:
    """A TOML text, or why it has no tree."""
    try:
        if shallow(text) or not scan_toml(text).stops:
            return Outcome(tomllib.loads(text))
        wrong: Exception | None = None
    except (ValueError, RecursionError) as refused:
        wrong = refused
    from specc.syntax import misread

    return Outcome(None, tuple(misread.toml(name, text, wrong)))


def _parse_json(name: str, text: str) -> Outcome[Tree]:
    """A JSON text, or why it has no tree; `json` is only imported for one."""
    import json

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
        raise NotFinite(word)

    tree: Tree = None
    wrong: Exception | None = None
    try:
        if shallow(text) or not scan_json(text).stops:
            tree = json.loads(text, object_pairs_hook=table, parse_constant=constant)
    except (ValueError, RecursionError) as refused:
        wrong = refused
    if isinstance(tree, dict) and not twice:
        return Outcome(tree)
    from specc.syntax import misread

    return Outcome(None, tuple(misread.json(name, text, wrong, tree, twice)))


def _harmless(tree: Tree, depth: int) -> bool:
    """Whether a tree holds nothing that `misread.forbidden` names, told at a glance."""
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
