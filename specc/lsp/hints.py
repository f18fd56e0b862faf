"""What comes out of each entry of a model, for the ends of their lines."""

from __future__ import annotations

from collections.abc import Iterator

from specc.lsp.outline import Outline
from specc.lsp.plans import Known
from specc.lsp.shapes import hint
from specc.record import Record
from specc.source import Path


class Hint(Record):
    """A label that an editor shows at an offset, and that is not in the text."""

    offset: int
    label: str


def hints(found: Outline, known: Known | None, begin: int, end: int) -> Iterator[Hint]:
    """The hints of a stretch of a document: shapes and parameters, where they are sure to hold."""
    if known is None:
        return
    for path, offset in _ends(found):
        stamps = known.stamps.get(path, ())
        if begin <= offset <= end and stamps and known.holds(path):
            yield Hint(offset, hint(known.plan, stamps))


def _ends(found: Outline) -> Iterator[tuple[Path, int]]:
    """Every item of a list that may be an entry, and where its hint comes: behind its comma, or at
    the end of its header's line."""
    for part in found.parts:
        if not part.path or not isinstance(part.path[-1], int):
            continue
        if part.role == "section":
            yield part.path, max(part.begin - 1, 0)
        elif part.role == "table" and part.closed:
            yield part.path, part.end + (found.text[part.end:part.end + 1] == ",")


__all__ = ["Hint", "hints"]
