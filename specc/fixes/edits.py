"""Edits put into a text: everything between them stays as it is, to the byte."""

from __future__ import annotations

from collections.abc import Iterable

from specc.diagnostics import Edit, Fix
from specc.source import Path, Span

BOM = b"\xef\xbb\xbf"


def edited(source: bytes, edits: Iterable[Edit]) -> bytes:
    """A text after edits that do not meet; byte order mark and ends of lines are kept."""
    mark = BOM if source.startswith(BOM) else b""
    text = source.removeprefix(BOM).decode("utf-8")
    for begin, end, new in reversed(_stretches(text, edits)):
        text = text[:begin] + new + text[end:]
    return mark + text.encode("utf-8")


def put(source: bytes, edits: Iterable[Edit]) -> tuple[Span, ...]:
    """Where the texts that `edited` puts in stand afterwards."""
    edits = tuple(edits)
    after = edited(source, edits).removeprefix(BOM).decode("utf-8")
    moved, spans = 0, []
    for begin, end, new in _stretches(source.removeprefix(BOM).decode("utf-8"), edits):
        spans.append(_span(after, begin + moved, begin + moved + len(new)))
        moved += len(new) - (end - begin)
    return tuple(spans)


def apart(fixes: Iterable[Fix]) -> list[Fix]:
    """The fixes that can be applied together: of two that meet, or that touch one value or a part
    of it, the first; of two that say the same, both."""
    chosen: list[Fix] = []
    for fix in fixes:
        if not any(_clash(fix, other) for other in chosen):
            chosen.append(fix)
    return chosen


def meets(a: Span | None, b: Span | None) -> bool:
    """Whether two spans share a character, or are one place between two."""
    return a is not None and b is not None and (
        a == b or (_begin(a) < _end(b) and _begin(b) < _end(a)))


def holds(outer: Span, inner: Span | None) -> bool:
    """Whether a span has all of another in it."""
    return inner is not None and _begin(outer) <= _begin(inner) and _end(inner) <= _end(outer)


def _clash(a: Fix, b: Fix) -> bool:
    if set(a.edits) == set(b.edits):
        return False
    return any(one.where.file == other.where.file and (
        _one_value(one.where.path, other.where.path) or meets(one.where.span, other.where.span))
        for one in a.edits for other in b.edits)


def _one_value(a: Path, b: Path) -> bool:
    """Whether two paths name one value, or one names a part of the other's."""
    shorter = min(len(a), len(b))
    return shorter > 0 and a[:shorter] == b[:shorter]


def _stretches(text: str, edits: Iterable[Edit]) -> list[tuple[int, int, str]]:
    """What is replaced, in order: begin and end in characters from 0, and what comes there."""
    begins = [0]
    while (at := text.find("\n", begins[-1])) >= 0:
        begins.append(at + 1)
    found = dict.fromkeys((one.where.span, one.text) for one in edits)
    return sorted((begins[span.line - 1] + span.column - 1,
                   begins[span.end_line - 1] + span.end_column - 1, new)
                  for span, new in found if span is not None)


def _span(text: str, begin: int, end: int) -> Span:
    line, last = text.count("\n", 0, begin) + 1, text.count("\n", 0, end) + 1
    return Span(line, begin - text.rfind("\n", 0, begin), last, end - text.rfind("\n", 0, end))


def _begin(span: Span) -> tuple[int, int]:
    return span.line, span.column


def _end(span: Span) -> tuple[int, int]:
    return span.end_line, span.end_column


__all__ = ["apart", "edited", "holds", "meets", "put"]
