"""The order of rows: in an epoch, a function of the seed and the epoch alone; in a series, by time.

Raw 64-bit draws of NumPy's counter-based generator Philox, keyed by (seed, epoch), sorted stably.
NumPy promises that the raw stream of a bit generator never changes (its *distributions* may), so
the order is the same on every machine, back end and version, and any epoch can be asked for
without drawing the ones before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from specc.data.table import Cells
from specc.record import Record

WORD = (1 << 64) - 1
FEWEST, MOST, NUMBERS = 64, 8192, 1 << 20  # of a block of streamed rows
AHEAD = 16  # blocks whose rows are shuffled among each other
MONTH = re.compile(r"\d{4}-\d{2}")


def permutation(n: int, seed: int, epoch: int) -> NDArray[np.int64]:
    """The order of `n` rows in an epoch: each of 0 .. n-1 once. Epochs count from 0."""
    key = np.array([seed & WORD, epoch & WORD], dtype=np.uint64)
    draws = np.random.Philox(key=key).random_raw(n)
    return np.argsort(draws, kind="stable").astype(np.int64)


def in_time(column: Cells) -> tuple[NDArray[np.int64], str | None]:
    """Rows sorted by a column, ties in the order of the source; and a text that is no ISO date.

    Text is sorted as dates if every cell is one (`2019-12-31`, `2019-12`, with a time or without),
    else letter by letter, and then an offending cell is the second result.
    """
    if column.dtype != object:
        return np.argsort(column, kind="stable").astype(np.int64), None
    try:
        keys = np.array([_moment(str(value)) for value in column])
    except ValueError:
        words = [str(value) for value in column]
        offending = next(word for word in words if not _is_date(word))
        by_letter = sorted(range(len(words)), key=words.__getitem__)
        return np.array(by_letter, dtype=np.int64), offending
    return np.argsort(keys, kind="stable").astype(np.int64), None


def _moment(word: str) -> float:
    """Seconds since 1970; a time without a zone is UTC."""
    moment = datetime.fromisoformat(word + "-01" if MONTH.fullmatch(word) else word)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _is_date(word: str) -> bool:
    try:
        _moment(word)
    except ValueError:
        return False
    return True


class Blocks(Record):
    """The order of streamed rows: near rows stay near, so that each is read once an epoch.

    `rows` are cut into blocks of `block` rows; blocks are permuted, and the rows of every `AHEAD`
    blocks that then follow each other are permuted among themselves. Both are functions of
    (seed, epoch) and of the two numbers here, which the spec and the data decide, never the
    machine. With no more than `AHEAD` blocks every order of all rows is possible.
    """

    rows: int
    block: int

    @staticmethod
    def of(rows: int, width: int) -> Blocks:
        """Blocks for rows of `width` prepared numbers: 8,192 rows, or what has a million numbers,
        and no fewer than 64."""
        return Blocks(rows, max(FEWEST, min(MOST, NUMBERS // max(1, width))))

    def windows(self, seed: int, epoch: int, shuffle: bool) -> Iterator[NDArray[np.int64]]:
        """The rows of an epoch, a window of blocks at a time; in their own order without
        `shuffle`."""
        count = -(-self.rows // self.block)
        order = permutation(count, seed, epoch) if shuffle else np.arange(count, dtype=np.int64)
        key = np.array([seed & WORD, epoch & WORD], dtype=np.uint64)
        for number, begin in enumerate(range(0, count, AHEAD), start=1):
            rows = np.concatenate([
                np.arange(one * self.block, min(self.rows, (one + 1) * self.block), dtype=np.int64)
                for one in order[begin:begin + AHEAD]])
            if shuffle:  # the blocks are drawn at counter 0, each window far from all others
                philox = np.random.Philox(key=key, counter=[0, 0, 0, number])
                rows = rows[np.argsort(philox.random_raw(len(rows)), kind="stable")]
            yield rows
