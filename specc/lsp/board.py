"""Which documents say what of which files.

A spec's findings lie in itself, in its bases and in its project's pyproject.toml, and several specs
may say the same of one file. A finding is shown as long as one document that is open stands for
it, and only over the text that it was found in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from specc.diagnostics import Diagnostic
from specc.record import Record, field


class Said(Record):
    """What one document says of one file, and the text that its places are of."""

    text: str
    found: tuple[Diagnostic, ...]
    sources: Mapping[str, bytes]  # of other files that second places may lie in, by name


class Board(Record, frozen=False):
    """By document, by file (real paths)."""

    said: dict[str, Mapping[str, Said]] = field(default_factory=dict)

    def put(self, document: str, said: Mapping[str, Said]) -> frozenset[str]:
        """What a document says now, instead of all it said before; the files that it speaks or
        spoke of."""
        before = self.said.get(document, {})
        self.said[document] = said
        return frozenset({*before, *said})

    def drop(self, document: str) -> frozenset[str]:
        """A document says no more; the files that it spoke of."""
        return frozenset(self.said.pop(document, {}))

    def of(self, file: str, text: str | None) -> Iterator[tuple[Diagnostic, Said]]:
        """What is said of a file, each once, and what it is part of; of a file that is open only
        what is said of the text of now."""
        seen: set[object] = set()
        for said in self.said.values():
            one = said.get(file)
            if one is None or (text is not None and one.text != text):
                continue
            for found in one.found:
                same = found.code, found.span, found.message
                if same not in seen:
                    seen.add(same)
                    yield found, one


__all__ = ["Board", "Said"]
