"""From the path of a value to its line and column, looked up only when there is something to say.

tree-sitter keeps the place of every node and survives mistakes; it is imported here, inside
`_parse`, and nowhere else. One walk over a file indexes the wanted paths, so the cost is linear in
the file whatever the number of diagnostics.
"""

from __future__ import annotations

import json
import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

from specc.diagnostics import Diagnostic, Edit, Fix, Related
from specc.record import Record, field, replace
from specc.source import Path, Span, Where

if TYPE_CHECKING:
    from tree_sitter import Node

Bytes: TypeAlias = tuple[int, int]  # begin and end of a stretch of a file

BOM = b"\xef\xbb\xbf"
DEPTH = 200  # deeper than any document that the reader lets through


class _Index(Record, frozen=False):
    """Where the wanted paths stand; grows while one file is walked."""

    wanted: frozenset[Path] | None  # None: every path
    data: bytes  # the text without its byte order mark
    json: bool
    keys: dict[Path, list[Bytes]] = field(default_factory=dict)  # every mention of a key
    values: dict[Path, Bytes] = field(default_factory=dict)
    headers: dict[Path, tuple[Bytes, bool]] = field(default_factory=dict)  # and whether its own
    again: list[tuple[Path, Bytes]] = field(default_factory=list)  # keys written twice
    lengths: dict[Path, int] = field(default_factory=dict)  # of arrays of tables

    def wants(self, path: Path) -> bool:
        return self.wanted is None or path in self.wanted


class _Lines(Record):
    """Turns offsets of bytes into lines and columns of code points."""

    begins: list[int]
    inner: list[int]  # offsets of all bytes that are not the first of their character

    def span(self, at: Bytes) -> Span:
        line, column = self._place(at[0])
        end_line, end_column = self._place(at[1])
        return Span(line, column, end_line, end_column)

    def _place(self, offset: int) -> tuple[int, int]:
        line = bisect_left(self.begins, offset + 1)
        begin = self.begins[line - 1]
        inner = bisect_left(self.inner, offset) - bisect_left(self.inner, begin)
        return line, offset - begin - inner + 1


def locate(diagnostics: Iterable[Diagnostic],
           sources: Mapping[str, bytes | str]) -> tuple[Diagnostic, ...]:
    """The diagnostics with the span of every place in them, edits and related places too.

    A path that is not in the text gets the span of its nearest ancestor that is; a place that has
    a span keeps it; a file that is not in `sources` stays without. A fix whose place is not in
    the text is dropped: to edit an ancestor instead would destroy it. So is one that would write
    over an expression, which others may share. Edits are given as TOML, and come out as what the
    file is written in.
    """
    found = tuple(diagnostics)
    wanted: dict[str, set[Path]] = {}
    for where in (where for one in found for where in _places(one)):
        if where.span is None and where.file in sources:
            prefixes = (where.path[:end] for end in range(len(where.path) + 1))
            wanted.setdefault(where.file, set()).update(prefixes)
    indexes = {file: _index(_bytes(sources[file]), frozenset(paths))
               for file, paths in wanted.items()}
    if not indexes:
        return found
    return tuple(_located(one, indexes) for one in found)


def duplicates(source: bytes | str) -> Iterator[tuple[Path, Span, Span]]:
    """Every key that is written twice: its path, where it stood first, where it stands again."""
    index, lines = _index(_bytes(source), None)
    second: dict[Path, int] = {}
    for path, at in index.again:
        outer = (second.get(path[:end], at[0]) for end in range(1, len(path)))
        if not any(begin < at[0] for begin in outer):  # in a table that stands twice all does
            second.setdefault(path, at[0])
            yield path, lines.span(index.keys[path][0]), lines.span(at)


def span_of(source: bytes | str, path: Path) -> Span | None:
    """Where the value at `path` stands; None where it is not written, or has its own header."""
    index, lines = _index(_bytes(source), frozenset(path[:end] for end in range(len(path) + 1)))
    return lines.span(index.values[path]) if path in index.values else None


def headers_of(source: bytes | str) -> dict[Path, Span]:
    """The `[a.b]` headers of a TOML text, by path."""
    index, lines = _index(_bytes(source), None)
    return {path: lines.span(at) for path, (at, own) in index.headers.items() if own}


def _places(found: Diagnostic) -> Iterator[Where]:
    yield found.where
    yield from (one.where for one in found.related)
    yield from (edit.where for edit in found.fix.edits) if found.fix else ()


def _located(found: Diagnostic, indexes: Mapping[str, tuple[_Index, _Lines]]) -> Diagnostic:
    related = tuple(Related(_nearest(one.where, indexes), one.message) for one in found.related)
    fix = found.fix
    if fix is not None:
        edits = [tuple(_edits(edit, indexes)) for edit in fix.edits]
        fix = Fix(fix.title, tuple(one for some in edits for one in some)) if all(edits) else None
    return replace(found, where=_nearest(found.where, indexes), related=related, fix=fix)


def _nearest(where: Where, indexes: Mapping[str, tuple[_Index, _Lines]]) -> Where:
    """With the span of the path, or of the nearest ancestor that is written."""
    if where.span is not None or where.file not in indexes:
        return where
    index, lines = indexes[where.file]
    path = where.path
    if where.part == "key" and path in index.keys:
        return replace(where, span=lines.span(index.keys[path][0]))
    while path:
        if path in index.values:
            return replace(where, span=lines.span(index.values[path]))
        if path in index.headers:
            return replace(where, span=lines.span(index.headers[path][0]))
        path = path[:-1]
    return replace(where, span=Span(1, 1, 1, 1))


def _edits(edit: Edit, indexes: Mapping[str, tuple[_Index, _Lines]]) -> Iterator[Edit]:
    """An edit with its exact place; of a key, one for every mention of it in headers."""
    if edit.where.span is not None:
        yield edit
    elif edit.where.file in indexes:
        index, lines = indexes[edit.where.file]
        path = edit.where.path
        if edit.adds:
            yield from _added(edit, index, lines)
            return
        if edit.where.part == "key":
            places = index.keys.get(path, [])
        else:
            places = [index.values[path]] if path in index.values else []
            if any(_computed(index.data[at[0]:at[1]]) for at in places):
                return
        text = _as_json(edit) if index.json else edit.text
        yield from (Edit(replace(edit.where, span=lines.span(at)), text) for at in places)


def _added(edit: Edit, index: _Index, lines: _Lines) -> Iterator[Edit]:
    """An argument that a component does not have yet: behind its type, or on a line before it
    where the component is a table of its own."""
    owner, key = edit.where.path[:-1], edit.where.path[-1]
    kind = index.values.get((*owner, "type"))
    if kind is None or edit.where.path in index.values:
        return
    at, text = kind[1], f", {key} = {edit.text}"
    if index.json:
        text = f", {json.dumps(key)}: {_as_json(edit)}"
    elif owner not in index.values:
        at = index.keys[(*owner, "type")][0][0]
        line = index.data.rfind(b"\n", 0, at) + 1
        if index.data[line:at].strip():  # a dotted key
            return
        end = "\r\n" if index.data[:line].endswith(b"\r\n") else "\n"
        text = f"{key} = {edit.text}{end}{index.data[line:at].decode()}"
    yield Edit(replace(edit.where, span=lines.span((at, at))), text)


def _computed(text: bytes) -> bool:
    """Whether a value is an expression, `"=units"`; `"==x"` is a text."""
    inside = text.lstrip(b"\"'")
    return len(inside) < len(text) and inside[:1] == b"=" != inside[1:2]


def _as_json(edit: Edit) -> str:
    if edit.where.part == "key":
        return json.dumps(edit.text)
    return json.dumps(tomllib.loads(f"value = {edit.text}")["value"])


def _index(source: bytes, wanted: frozenset[Path] | None) -> tuple[_Index, _Lines]:
    data = source.removeprefix(BOM)
    is_json = data.lstrip().startswith(b"{")  # no TOML document begins so
    index = _Index(wanted, data, is_json)
    if is_json:
        _walk_json(_parse(data, "json"), index)
    else:
        _walk_toml(_parse(data, "toml"), index)
    begins = [0, *(found.end() for found in re.finditer(b"\n", data))]
    inner = [] if data.isascii() else [found.start() for found in re.finditer(b"[\x80-\xbf]", data)]
    return index, _Lines(begins, inner)


def _bytes(source: bytes | str) -> bytes:
    return source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source


def _parse(data: bytes, kind: str) -> Node:
    from tree_sitter import Language, Parser

    if kind == "json":
        from tree_sitter_json import language
    else:
        from tree_sitter_toml import language
    return Parser(Language(language())).parse(data).root_node


def _walk_json(root: Node, index: _Index) -> None:
    values = [one for one in root.named_children if one.type != "comment"]
    if values:
        _walk_value(values[0], (), index)


def _walk_toml(root: Node, index: _Index) -> None:
    for one in root.named_children:
        if one.type == "pair":
            _pair(one, (), index)
        elif one.type in ("table", "table_array_element"):
            _table(one, index)


def _table(node: Node, index: _Index) -> None:
    """`[a.b]` or `[[a.b]]` and the pairs below it."""
    children = node.named_children
    if not children or children[0].type not in ("bare_key", "quoted_key", "dotted_key"):
        return
    header = children[0]
    parts = _parts(header)
    path: Path = ()
    for part in parts[:-1]:
        path = _enter((*path, _text(part)), _extent(part), False, index)
        if path in index.lengths:
            path = (*path, index.lengths[path] - 1)
    path = (*path, _text(parts[-1]))
    if node.type == "table_array_element":
        _enter(path, _extent(parts[-1]), path not in index.lengths, index, _extent(header))
        index.lengths[path] = index.lengths.get(path, 0) + 1
        path = (*path, index.lengths[path] - 1)
        index.headers[path] = (_extent(header), True)
    else:
        _enter(path, _extent(parts[-1]), True, index, _extent(header))
    for child in children[1:]:
        if child.type == "pair":
            _pair(child, path, index)


def _enter(path: Path, key: Bytes, own: bool, index: _Index, whole: Bytes | None = None) -> Path:
    """Note that a header or a dotted key mentions a table; its own header counts more."""
    known = index.headers.get(path)
    if path in index.values or (own and known is not None and known[1]):
        index.again.append((path, key))
    if known is None or (own and not known[1]):
        index.headers[path] = (whole or key, own)
    index.keys.setdefault(path, []).append(key)
    return path


def _pair(node: Node, base: Path, index: _Index) -> None:
    """`a.b = value`, or in JSON `"a": value`."""
    children = [one for one in node.named_children if one.type != "comment"]
    if len(children) < 2:
        return
    parts = _parts(children[0])
    path = base
    for part in parts[:-1]:
        path = _enter((*path, _text(part)), _extent(part), False, index)
    path = (*path, _text(parts[-1]))
    if path in index.values or path in index.headers:
        index.again.append((path, _extent(parts[-1])))
    index.keys.setdefault(path, []).append(_extent(parts[-1]))
    _walk_value(children[-1], path, index)


def _walk_value(node: Node, path: Path, index: _Index) -> None:
    """A value and, where they are wanted, the values in it."""
    if path:
        index.values.setdefault(path, _extent(node))
    if len(path) > DEPTH or not index.wants(path):
        return
    if node.type == "array":
        items = [one for one in node.named_children if one.type not in ("comment", "ERROR")]
        for at, one in enumerate(items):
            if index.wants((*path, at)):
                _walk_value(one, (*path, at), index)
    elif node.type in ("inline_table", "object"):
        for one in node.named_children:
            if one.type == "pair":
                _pair(one, path, index)


def _parts(key: Node) -> list[Node]:
    """The simple keys of a dotted key, in order: `a."b c"` has two; the grammar nests leftwards."""
    parts: list[Node] = []
    while key.type == "dotted_key":
        first, *rest = [one for one in key.named_children if one.type != "ERROR"]
        parts.extend(reversed(rest))
        key = first
    parts.append(key)
    return parts[::-1]


def _text(key: Node) -> str:
    """The key that a simple key spells."""
    raw = (key.text or b"").decode("utf-8", "replace")
    if key.type == "bare_key":
        return raw
    if "\\" not in raw or raw.startswith("'"):
        return raw[1:-1]
    try:
        spelled = json.loads(raw) if key.type == "string" else tomllib.loads(f"k = {raw}")["k"]
    except ValueError:
        return raw[1:-1]
    return str(spelled)


def _extent(node: Node) -> Bytes:
    return node.start_byte, node.end_byte


__all__ = ["duplicates", "headers_of", "locate", "span_of"]
