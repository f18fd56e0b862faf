"""Prepared inputs on the disk, written a column at a time and read by rows.

The file holds blocks of `BLOCK` rows, in a block one column after another, in the dtype that the
model takes: so a column is written in long stretches, and rows are read in long stretches. It has
no name (on POSIX), so that nothing is left of it, however the process ends; what is read does not
count as memory of the process.
"""

from __future__ import annotations

import errno
import io
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

BLOCK = 2048  # rows
Key: TypeAlias = slice | NDArray[np.int64]


FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class NoRoom(Exception):
    """A temporary file cannot be made, or not be written to the end. `needs`: its bytes."""

    def __init__(self, needs: int, reason: str) -> None:
        super().__init__(reason)
        self.needs, self.reason = needs, reason


class Temporary(io.BufferedRandom):
    """An open file that closes itself when nobody holds it any longer."""

    def __init__(self, descriptor: int) -> None:
        super().__init__(io.FileIO(descriptor, "r+", closefd=False))
        self._descriptor = descriptor

    def __del__(self) -> None:
        with suppress(OSError, ValueError):  # of what is still to be written, nobody will read
            self.close()
        os.close(self._descriptor)


def temporary(needs: int) -> Temporary:
    """An open file without a name, where there is room for so many bytes; else NoRoom."""
    try:
        folder = tempfile.gettempdir()
        free = shutil.disk_usage(folder).free
        if free < needs:
            raise NoRoom(needs, f"{free / 2**30:.1f} GiB are free")
        with tempfile.TemporaryFile(dir=folder) as made:
            return Temporary(os.dup(made.fileno()))
    except OSError as refused:
        raise NoRoom(needs, refused.strerror or str(refused)) from None


@contextmanager
def writing(needs: int) -> Iterator[None]:
    """What is written inside may find the disk full: NoRoom."""
    try:
        yield
    except OSError as refused:
        if refused.errno not in FULL:
            raise
        raise NoRoom(needs, (refused.strerror or str(refused)).lower()) from None


class Spool:
    """`rows` times `width` numbers of one dtype in a temporary file; NoRoom where there is none."""

    def __init__(self, rows: int, width: int, dtype: str) -> None:
        self.rows, self.width, self.dtype = rows, width, np.dtype(dtype)
        self._file = temporary(self.nbytes)
        self._lock = threading.Lock()

    @property
    def nbytes(self) -> int:
        return self.rows * self.width * self.dtype.itemsize

    def __len__(self) -> int:
        return self.rows

    def put(self, row: int, column: int, made: NDArray[Any]) -> None:
        """Columns of some rows (m, k), from a row on that begins a block, up to the end of one (or
        of the rows)."""
        cast = made.astype(self.dtype)
        for begin in range(0, len(cast), BLOCK):
            first = row + begin
            rows = min(BLOCK, self.rows - first)
            place = (first * self.width + column * rows) * self.dtype.itemsize
            block = np.ascontiguousarray(cast[begin:begin + BLOCK].T)
            with self._lock, writing(self.nbytes):
                self._file.seek(place)
                self._file.write(block.data)

    def block(self, number: int) -> NDArray[Any]:
        """The rows of a block, (rows, width)."""
        first = number * BLOCK
        rows = min(BLOCK, self.rows - first)
        out = np.empty((self.width, rows), self.dtype)
        with self._lock:
            self._file.seek(first * self.width * self.dtype.itemsize)
            read = self._file.readinto(out.data.cast("B"))
        if read != out.nbytes:
            raise OSError("the temporary file of prepared rows was cut short")
        return out.T

    def take(self, rows: NDArray[np.int64]) -> NDArray[Any]:
        """Any rows in any order, (m, width); each block is read once."""
        out = np.empty((len(rows), self.width), self.dtype)
        order = np.argsort(rows, kind="stable")
        ascending = rows[order]
        numbers = ascending // BLOCK
        starts = np.flatnonzero(np.diff(numbers, prepend=-1))
        for begin, end in zip(starts, [*starts[1:], len(rows)][:len(starts)], strict=True):
            number = int(numbers[begin])
            out[order[begin:end]] = self.block(number)[ascending[begin:end] - number * BLOCK]
        return out


class Streamed:
    """Some rows of a spool, as an array of one input that is read in pieces: (n, *tail).

    It has the shape and dtype of the array it stands for; an index gives an array.
    """

    def __init__(self, spool: Spool, rows: NDArray[np.int64], tail: tuple[int, ...]) -> None:
        self._spool, self._rows = spool, rows
        self.shape, self.dtype, self.ndim = (len(rows), *tail), spool.dtype, 1 + len(tail)

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def nbytes(self) -> int:
        return len(self._rows) * self._spool.width * self.dtype.itemsize

    @property
    def width(self) -> int:
        """Numbers in a row."""
        return self._spool.width

    def __getitem__(self, key: Key) -> NDArray[Any]:
        rows = self._rows[key]
        return self._spool.take(rows).reshape(len(rows), *self.shape[1:])

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        """All rows in memory, for what asks NumPy for them; never on the way to training."""
        whole = self[:]
        return whole if dtype is None else whole.astype(dtype)

    def pieces(self, rows: int) -> Iterator[NDArray[Any]]:
        """All rows in their order, so many at a time."""
        for begin in range(0, len(self), rows):
            yield self[begin:begin + rows]


def streamed(arrays: Any) -> bool:
    """Whether a table of arrays by name holds streamed ones."""
    return any(isinstance(one, Streamed) for one in arrays.values())


__all__ = ["BLOCK", "Key", "NoRoom", "Spool", "Streamed", "streamed", "temporary", "writing"]
