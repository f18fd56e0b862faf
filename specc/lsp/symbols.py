"""The outline of a document that an editor lists: its tables, inputs, layers and outputs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, TypeAlias

from specc.ir.lower import MEANINGS
from specc.lsp.outline import Outline
from specc.lsp.scene import LISTS
from specc.lsp.text import Stretch
from specc.record import Record, replace
from specc.source import Path, Tree, dig
from specc.syntax.values import TABLES
from specc.syntax.written import table

Kind: TypeAlias = Literal["table", "input", "block", "layer", "output", "param"]
# What the tables of a spec hold that has a name of its own.
NAMED: Mapping[str, Kind] = {"params": "param", "inputs": "input", "blocks": "block",
                             "outputs": "output"}
DETAILS = ("task", "source", "kind", "optimizer")  # keys whose word is shown beside a table


class Symbol(Record):
    """A thing with a name, where it stands, and what is in it."""

    name: str
    kind: Kind
    detail: str
    path: Path
    inner: tuple[Symbol, ...] = ()
    whole: Stretch = (0, 0)


def symbols(found: Outline) -> tuple[Symbol, ...]:
    """The symbols of a document, in the order of the file."""
    wanted = [_table(found, name) for name in found.tree if name in TABLES]
    extents = _extents(found, {one.path for one in _all(wanted)})
    return _placed(wanted, extents)


def _table(found: Outline, name: str) -> Symbol:
    inner: list[Symbol] = []
    if name in NAMED:
        for one, value in table(found.tree, name).items():
            layers = _entries(found, (name, one, "layers")) if name == "blocks" else ()
            inner.append(Symbol(one, NAMED[name], _detail(value), (name, one), tuple(layers)))
    for path in LISTS if name == "model" else ():
        inner += _entries(found, path)
    return Symbol(name, "table", _detail(found.tree[name]), (name,), tuple(inner))


def _entries(found: Outline, path: Path) -> Iterator[Symbol]:
    """The entries of a list, groups with theirs."""
    entries = dig(found.tree, path)
    for at, entry in enumerate(entries if isinstance(entries, list) else ()):
        meaning = next((key for key in MEANINGS if key in entry), "") if isinstance(
            entry, dict) else ""
        if meaning:
            word = "group" if meaning == "layers" else str(entry[meaning])
            name = str(entry.get("name", word))
            yield Symbol(name, "layer", "" if name == word else word, (*path, at),
                         tuple(_entries(found, (*path, at, "layers"))))


def _detail(value: Tree) -> str:
    if isinstance(value, dict):
        word = next((value[key] for key in DETAILS if key in value), "")
        word = word.get("type", "") if isinstance(word, dict) else word
        return word if isinstance(word, str) else ""
    return str(value) if isinstance(value, str | int | float) else ""


def _all(several: Iterable[Symbol]) -> Iterator[Symbol]:
    for one in several:
        yield one
        yield from _all(one.inner)


def _extents(found: Outline, wanted: set[Path]) -> dict[Path, Stretch]:
    """From where to where all that is about a path stands, blank lines at its end left out."""
    out: dict[Path, Stretch] = {}
    for part in found.parts:
        if part.role in ("gap", "comment"):
            continue
        end = part.begin + len(found.text[part.begin:part.end].rstrip())
        for path in (part.path[:length] for length in range(1, len(part.path) + 1)):
            if path in wanted:
                old = out.get(path, (part.begin, end))
                out[path] = min(old[0], part.begin), max(old[1], end)
    return out


def _placed(several: Iterable[Symbol], extents: Mapping[Path, Stretch]) -> tuple[Symbol, ...]:
    done = (replace(one, whole=extents[one.path], inner=_placed(one.inner, extents))
            for one in several if one.path in extents)
    return tuple(sorted(done, key=lambda one: one.whole))


__all__ = ["Kind", "Symbol", "symbols"]
