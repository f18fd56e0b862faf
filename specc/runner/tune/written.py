"""best.specc.toml: the original text, its comments and layout kept, with other values in it.

A value is replaced where it stands; where the file does not hold it (it is a base's, or Keras's
default), a line is added. Paths are rewritten so that they lead where they led before.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from difflib import unified_diff
from pathlib import PurePath
from typing import Literal

from specc.record import Record
from specc.source import Path, Span, Tree, dig
from specc.syntax.document import SETTINGS
from specc.syntax.places import headers_of, span_of
from specc.syntax.reader import read
from specc.syntax.rendered import key_of, rendered


class Change(Record):
    path: Path
    value: Tree


def with_changes(text: str, kind: str, changes: list[Change]) -> str:
    """The text with each value changed or added. kind: "toml" or "json"."""
    for change in changes:
        text = _put(text, kind, change)
    return text


def _put(text: str, kind: str, change: Change) -> str:
    span = span_of(text, change.path)
    if span is not None:
        return _replaced(text, span, rendered(change.value, kind))
    if kind == "json":
        return _added_json(text, change)
    return _added_toml(_without_tables(text, change.path), change)


def _offset(text: str, line: int, column: int) -> int:
    """Where a 1-based line and column are; lines end with a line feed, as places count them."""
    begin = 0
    for _ in range(line - 1):
        begin = text.index("\n", begin) + 1
    return begin + column - 1


def _replaced(text: str, span: Span, by: str) -> str:
    begin = _offset(text, span.line, span.column)
    return text[:begin] + by + text[_offset(text, span.end_line, span.end_column):]


def _without_tables(text: str, path: Path) -> str:
    """The text without the tables whose headers lie at `path` or below it."""
    while True:
        headers = sorted(headers_of(text).items(), key=lambda one: one[1].line)
        for at, (found, span) in enumerate(headers):
            if found[:len(path)] == path:
                begin = _offset(text, span.line, 1)
                end = (_offset(text, headers[at + 1][1].line, 1) if at + 1 < len(headers)
                       else len(text))
                text = text[:begin] + text[end:]
                break
        else:
            return text


def _added_toml(text: str, change: Change) -> str:
    """A line below the header of its table, or a table at the end."""
    *parents, last = change.path
    line = f"{key_of(str(last))} = {rendered(change.value, 'toml')}\n"
    if not parents:
        return line + text
    headers = headers_of(text)
    for depth in range(len(parents), 0, -1):
        table = tuple(parents[:depth])
        if table in headers:
            dotted = "".join(f"{key_of(str(one))}." for one in parents[depth:])
            after = text.find("\n", _offset(text, headers[table].line, 1))
            if after < 0:
                return f"{text}\n{dotted}{line}"
            return text[:after + 1] + dotted + line + text[after + 1:]
    header = ".".join(key_of(str(one)) for one in parents)
    return text.rstrip("\n") + f"\n\n[{header}]\n{line}"


def _added_json(text: str, change: Change) -> str:
    """A member at the front of the nearest object that is there."""
    for depth in range(len(change.path) - 1, -1, -1):
        span = span_of(text, change.path[:depth]) if depth else None
        if depth and span is None:
            continue
        begin = _offset(text, span.line, span.column) if span else text.index("{")
        value: Tree = change.value
        for step in reversed(change.path[depth + 1:]):
            value = {str(step): value}
        more = "" if text[begin + 1:].lstrip().startswith("}") else ","
        member = f"{json.dumps(str(change.path[depth]))}: {json.dumps(value)}{more}"
        return f"{text[:begin + 1]}{member} {text[begin + 1:].lstrip(' ')}"
    return text


def changes_for(file: str, text: bytes, place: str, point: Mapping[str, Tree], tree: Tree,
                owners: Mapping[Path, str]) -> list[Change]:
    """What changes in the text of `file` when it is written to the folder `place`.

    The best values of the params; what `--set` changed (`owners`), but for how
    to search; and relative paths.
    """
    own = read(file, text, kind_of(file)).value
    changes = {path: dig(tree, path) for path, owner in owners.items()
               if owner == SETTINGS and path[0] != "tune"}
    changes |= {("params", name): value for name, value in point.items()}
    for path, name in _paths(own, ()):
        if path not in changes:
            changes[path] = moved(name, os.path.dirname(file), place)
    return [Change(path, value) for path, value in changes.items()
            if dig(own, path) != value or type(dig(own, path)) is not type(value)]


def kind_of(file: str) -> Literal["toml", "json"]:
    return "json" if file.endswith(".json") else "toml"


def moved(name: str, source: str, target: str) -> str:
    """A relative path from one folder as seen from another, with forward slashes."""
    if os.path.isabs(name):
        return name
    path = os.path.relpath(os.path.join(os.path.abspath(source), name), os.path.abspath(target))
    return PurePath(path).as_posix()


def _paths(tree: Tree, at: Path) -> Iterator[tuple[Path, str]]:
    """Every value of a spec that is a path relative to the file."""
    if not isinstance(tree, dict):
        return
    extends = tree.get("extends")
    for path, value in [(("extends",), extends), *(
            (("extends", at), one) for at, one in enumerate(extends or ())
            if isinstance(extends, list))]:
        if isinstance(value, str):
            yield path, value
    source = dig(tree, ("data", "source"))
    parts = source.items() if isinstance(source, dict) and "type" not in source else ()
    for path, value in [(("data", "source"), source), *(
            (("data", "source", name), one) for name, one in parts)]:
        if isinstance(value, str) and _is_file(value):
            yield path, value
    weights = dig(tree, ("model", "weights"))
    if isinstance(weights, str) and not weights.startswith("="):
        yield ("model", "weights"), weights
    yield from _models(tree.get("model"), ("model",))
    yield from _models(tree.get("blocks"), ("blocks",))


def _models(tree: Tree, at: Path) -> Iterator[tuple[Path, str]]:
    """Saved parts among the entries: `{ model = "backbones/x.keras" }`."""
    if isinstance(tree, dict):
        name = tree.get("model")
        if isinstance(name, str) and not name.startswith("="):
            yield (*at, "model"), name
    items = tree.items() if isinstance(tree, dict) else enumerate(
        tree if isinstance(tree, list) else ())
    for key, value in items:
        yield from _models(value, (*at, key))


def _is_file(source: str) -> bool:
    return not source.startswith("=") and bool(PurePath(source).suffix)


def difference(before: str, after: str, name: str, new_name: str) -> str:
    """A unified diff of two texts."""
    return "".join(unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True),
                                name, new_name))
