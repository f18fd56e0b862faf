"""What stands where in a document, also in one that is half written.

tree-sitter and `tomllib` are for whole documents: of `layers = [{ type = "De`, the one reads every
table below as part of the list, the other nothing. While somebody types, most documents are like
that. `specc.lsp.lenient` reads them the way a person does and never gives up; here is what it
gives, and the question that is asked of it: what is at this place?
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, TypeAlias

from specc.record import Record
from specc.source import Path, Tree

# "section": all below a header. "table" and "list": in brackets. "gap": where a key or an item may
# come; of a list its path is that of the item. "value": anything but a text, or nothing yet.
Role: TypeAlias = Literal["section", "table", "list", "gap", "header", "key", "text", "value",
                          "comment"]
CONTAINERS = ("section", "table", "list")
LEAVES = ("text", "value")
KEPT = 32  # outlines; every document that is open has one


class Part(Record):
    """A stretch of a document: what it is, and the path that it is about."""

    role: Role
    path: Path
    begin: int  # offsets of code points
    end: int
    closed: bool = True  # whether the quote or bracket that ends it is there

    def holds(self, offset: int) -> bool:
        """Whether a cursor at an offset is in it: in words also at their ends, in brackets and
        comments not."""
        if self.role in ("table", "list"):
            return self.begin < offset < self.end or (offset == self.end and not self.closed)
        return self.begin + (self.role == "comment") <= offset <= self.end


class Outline(Record):
    """A document's parts in the order they begin, outer ones first, and the tree they spell."""

    text: str
    json: bool
    parts: tuple[Part, ...]
    tree: dict[str, Tree]

    def around(self, offset: int) -> list[Part]:
        """All parts that a cursor is in, the innermost last."""
        return [one for one in self.parts if one.begin <= offset and one.holds(offset)]

    def innermost(self, offset: int) -> Part | None:
        """The part that a cursor is in; None between two that do not touch it."""
        found = self.around(offset)
        return found[-1] if found and found[-1].role not in CONTAINERS else None

    def of(self, path: Path, *roles: Role) -> Iterator[Part]:
        """The parts that are about a path, of these roles if any are named."""
        return (one for one in self.parts
                if one.path == path and (not roles or one.role in roles))

    def key(self, path: Path) -> Part | None:
        """Where a key is written first."""
        return next(self.of(path, "key"), None)

    def value(self, path: Path) -> Part | None:
        """Where a value is written; a table under a header has no one place."""
        return next(self.of(path, "text", "value", "list", "table"), None)


@lru_cache(maxsize=KEPT)
def outline(text: str, json: bool) -> Outline:
    """The outline of a TOML text, or of a JSON text; of any text at all."""
    from specc.lsp.lenient import read

    return read(text, json)


__all__ = ["CONTAINERS", "LEAVES", "Outline", "Part", "Role", "outline"]
