"""A text as an editor speaks of it: lines and characters, in the encoding that was agreed on.

An editor counts lines from 0, and characters in units of UTF-8, UTF-16 or UTF-32. specc counts
lines and code points from 1 (`specc.source.Span`), and after a byte order mark. Between the two
stand *offsets*: code points from the begin of the text. Lines are not the same either: an editor
ends one at `\\n`, `\\r\\n` or `\\r`, every parser here at `\\n` alone.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from typing import Literal, TypeAlias

from specc.record import Record
from specc.source import Span

Encoding: TypeAlias = Literal["utf-8", "utf-16", "utf-32"]
Point: TypeAlias = tuple[int, int]  # line and character, both from 0, as the editor counts
Stretch: TypeAlias = tuple[int, int]  # begin and end, as offsets

BOM = "\ufeff"
_END = re.compile(r"\r\n|\n|\r")
# What Python calls each encoding, and the bytes of a unit.
_CODECS: Mapping[Encoding, tuple[str, int]] = {
    "utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}


class Text(Record):
    """A text, and where its lines begin for an editor and for specc."""

    text: str
    encoding: Encoding
    begins: tuple[int, ...]  # of the editor's lines
    feeds: tuple[int, ...]  # of specc's lines

    def point(self, offset: int) -> Point:
        """The line and character of an offset. One between `\\r` and `\\n` is the line's end."""
        offset = max(0, min(offset, len(self.text)))
        line = bisect_right(self.begins, offset) - 1
        begin, end = self.line(line)
        return line, units(self.text[begin:min(offset, end)], self.encoding)

    def offset(self, line: int, character: int) -> int:
        """The offset of a line and character; what lies behind the line's end is its end."""
        if line < 0:
            return 0
        if line >= len(self.begins):
            return len(self.text)
        begin, end = self.line(line)
        return begin + _characters(self.text[begin:end], character, self.encoding)

    def line(self, number: int) -> Stretch:
        """A line without what ends it."""
        last = number + 1 == len(self.begins)
        end = len(self.text) if last else self.begins[number + 1]
        while end > self.begins[number] and not last and self.text[end - 1] in "\r\n":
            end -= 1
        return self.begins[number], end

    def stretch(self, span: Span) -> Stretch:
        """The offsets of a span of specc, kept inside the text."""
        begin = self._at(span.line, span.column)
        return begin, max(begin, self._at(span.end_line, span.end_column))

    def _at(self, line: int, column: int) -> int:
        begin = self.feeds[min(max(line, 1), len(self.feeds)) - 1]
        return min(begin + max(column, 1) - 1, len(self.text))


def text(content: str, encoding: Encoding = "utf-16") -> Text:
    """A text with its lines counted."""
    begins = (0, *(found.end() for found in _END.finditer(content)))
    mark = len(BOM) if content.startswith(BOM) else 0
    feeds = (mark, *(found.end() for found in re.finditer("\n", content)))
    return Text(content, encoding, begins, feeds)


class Change(Record):
    """A stretch of a text, as offsets, and what comes in its place."""

    begin: int
    end: int
    text: str


def difference(old: str, new: str) -> Change:
    """The one change that makes a text another: all between what they begin and end with alike."""
    begin = _alike(old, new)
    rest = min(len(old), len(new)) - begin
    end = min(rest, _alike(old[::-1], new[::-1]))
    return Change(begin, len(old) - end, new[begin:len(new) - end])


def _alike(one: str, other: str) -> int:
    """How many letters two texts begin with in common: halved, since Python compares faster than
    it counts."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def units(content: str, encoding: Encoding) -> int:
    """How many units of an encoding a text takes."""
    if encoding == "utf-32" or content.isascii():
        return len(content)
    codec, width = _CODECS[encoding]
    return len(content.encode(codec, "surrogatepass")) // width


def _characters(content: str, wanted: int, encoding: Encoding) -> int:
    """How many code points of a text lie before a unit; one that the unit splits does not."""
    if encoding == "utf-32" or content.isascii():
        return max(0, min(wanted, len(content)))
    for index, one in enumerate(content):
        wanted -= units(one, encoding)
        if wanted < 0:
            return index
    return len(content)


__all__ = ["BOM", "Change", "Encoding", "Point", "Stretch", "Text", "difference", "text", "units"]
