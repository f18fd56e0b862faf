"""A table whose columns are read when they are asked for, and forgotten soon after.

It answers what `specc.data` asks of a `pandas.DataFrame`: its columns, its length, a column
(`cells(frame, name)`), and some of its rows. So whatever is learned of streamed rows is learned
by the same code, from the same numbers in the same order, a column at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specc.data.columnar import File, column_of
from specc.data.table import Cells, gaps
from specc.record import Record
from specc.spec import Range

LOOKED_AT = 100_000  # rows of a column that are kept to judge what it looks like


class Look(Record):
    """What is remembered of a column that was read: every `stride`-th of its rows, and of all of
    them what a sample cannot say."""

    sample: Cells
    constant: bool
    limits: Range | None


class Column:
    """One column, as `frame[name]` of pandas answers."""

    def __init__(self, held: Cells) -> None:
        self._held = held

    @property
    def dtype(self) -> np.dtype[Any]:
        return self._held.dtype

    def to_numpy(self) -> Cells:
        return self._held


class LazyFrame:
    """Rows of one or more files, all of them or those that `rows` names, in that order."""

    def __init__(self, files: Sequence[File], columns: Sequence[str], texts: frozenset[str],
                 rows: NDArray[np.int64] | None = None) -> None:
        self._files, self._texts, self._rows = files, texts, rows
        self.columns = list(columns)
        self._last: tuple[str, Cells] | None = None
        self.looks: dict[str, Look] = {}

    def __len__(self) -> int:
        return sum(one.rows for one in self._files) if self._rows is None else len(self._rows)

    def __getitem__(self, name: str) -> Column:
        if self._last is None or self._last[0] != name:
            self._last = None
            found = column_of(self._files, name, text=name in self._texts)
            if self._rows is not None:
                found = found[self._rows]
            found.flags.writeable = False
            self._last = name, found
            if name not in self.looks:
                self.looks[name] = look(found, self.stride)
        return Column(self._last[1])

    @property
    def stride(self) -> int:
        """Every how many rows one is kept to look at."""
        return max(1, -(-len(self) // LOOKED_AT))

    @property
    def iloc(self) -> _Rows:
        return _Rows(self)

    def taken(self, rows: NDArray[np.int64]) -> LazyFrame:
        """Some of the rows, as a table of their own."""
        if len(rows) == len(self) and bool((np.diff(rows) == 1).all()):
            return self
        below = rows if self._rows is None else self._rows[rows]
        return LazyFrame(self._files, self.columns, self._texts, below)

    def reset_index(self, *, drop: bool) -> LazyFrame:
        """Rows are numbered from 0 already."""
        return self

    def forget(self) -> None:
        """Let go of the column that was read last."""
        self._last = None


class _Rows:
    """`frame.iloc[rows]`."""

    def __init__(self, frame: LazyFrame) -> None:
        self._frame = frame

    def __getitem__(self, rows: NDArray[np.int64]) -> LazyFrame:
        return self._frame.taken(rows)


def look(data: Cells, stride: int) -> Look:
    """What is remembered of a column."""
    sample = data[::stride].copy()
    if data.dtype == object:
        first = data[0] if len(data) else None
        return Look(sample, all(value == first for value in data), None)
    known = data[~gaps(data)]
    constant = len(known) in (0, len(data)) and bool((known == known[:1]).all())
    limits = (float(known.min()), float(known.max())) if len(known) else None
    return Look(sample, constant, limits)


__all__ = ["LazyFrame", "Look"]
