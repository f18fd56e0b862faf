"""What a section of the page is made of: facts, figures, tables, notes."""

from __future__ import annotations

from collections.abc import Sequence

from specc.record import Record
from specc.report.svg import Markup


class Figure(Record):
    """A chart with its title and one line on how it is read."""

    title: str
    picture: Markup
    note: str = ""
    legend: Markup | None = None


class Cell(Record):
    """A cell of a table. share: how strongly it is coloured, 0 to 1. kind: a class of the page."""

    text: str
    share: float | None = None
    kind: str = ""


class Table(Record):
    """words: so many columns from the left are words, the others numbers. heads: the first column
    names the row."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell | str]]
    words: int = 1
    note: str = ""
    kind: str = ""
    over: str = ""  # what stands above the columns, as `predicted` in a table of mix-ups


class Panel(Record):
    """A section about one output."""

    name: str
    task: str
    facts: Sequence[tuple[str, str]] = ()
    parts: Sequence[Figure | Table] = ()
    notes: Sequence[str] = ()
