"""A place in a document: which file, and which value in it.

A place is a path through the tables and lists of a file *as it was written*. Line and column
are looked up from it only when there is something to say (`specc.syntax.places`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from specc.record import Record, replace

Path: TypeAlias = tuple[str | int, ...]
SUFFIXES = (".specc.toml", ".specc.json")  # what the names of specs end in

Tree: TypeAlias = Any  # what TOML and JSON hold: None, bool, int, float, str, list, dict of these


class Span(Record):
    """A stretch of text: 1-based lines, 1-based columns in code points, the end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Where(Record):
    """A value (or its key) in a file."""

    file: str
    path: Path = ()
    part: Literal["value", "key"] = "value"
    span: Span | None = None  # filled in when it is known (`specc.syntax.places.locate`)

    def at(self, *steps: str | int) -> Where:
        """The place further down: `where.at("layers", 2)`."""
        return replace(self, path=(*self.path, *steps), part="value", span=None)

    def key(self) -> Where:
        """The key instead of its value: what an unknown key underlines."""
        return replace(self, part="key", span=None)

    @property
    def pointer(self) -> str:
        """The path as a JSON Pointer (RFC 6901): `/model/layers/2/units`."""
        return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in self.path)


def owned(file: str, owners: Mapping[Path, str], path: Path) -> Where:
    """The place of `path`, in the file that wrote it; `file` where `owners` names none."""
    for end in range(len(path), 0, -1) if owners else ():
        if path[:end] in owners:
            return Where(owners[path[:end]], path)
    return Where(file, path)


def dig(tree: Tree, path: Path) -> Tree:
    """The value at `path` in `tree`, or None where the path leads nowhere."""
    for step in path:
        if isinstance(tree, Mapping):
            tree = tree.get(step)
        elif isinstance(tree, list | tuple) and isinstance(step, int) and step < len(tree):
            tree = tree[step]
        else:
            return None
    return tree
