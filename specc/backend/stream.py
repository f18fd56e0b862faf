"""Streamed rows, batch by batch: the same batches on every back end, a window in memory.

On TensorFlow a `tf.data` pipeline takes whole windows from Python and cuts batches out of them in
C++; elsewhere a `PyDataset` cuts them from the window that it holds. What a window is, and the
order of rows in it, `specc.data.order.Blocks` says: a function of (seed, epoch).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

import keras
import numpy as np

from specc.data.order import Blocks
from specc.data.spool import Streamed

Parts: TypeAlias = tuple[Any, ...]  # (x,), (x, y) or (x, y, weight), of arrays to be indexed


class Windows:
    """The windows of the epoch that `turn` said, as tuples of arrays."""

    def __init__(self, parts: Parts, count: int, seed: int, shuffle: bool) -> None:
        self._parts, self._seed, self._shuffle = parts, seed, shuffle
        self._blocks, self._epoch = Blocks.of(count, width_of(parts)), 0

    def turn(self, epoch: int) -> None:
        self._epoch = epoch

    def __iter__(self) -> Iterator[Parts]:
        for rows in self._blocks.windows(self._seed, self._epoch, self._shuffle):
            yield keras.tree.map_structure(lambda one: one[rows], self._parts)  # noqa: B023


def width_of(parts: Parts) -> int:
    """Streamed numbers in a row."""
    return sum(one.width for one in keras.tree.flatten(parts) if isinstance(one, Streamed))


class TensorStream:
    """The feed for TensorFlow. `source` iterates the windows anew each epoch."""

    def __init__(self, parts: Parts, count: int, batch: int, seed: int = 0,
                 shuffle: bool = False) -> None:
        import tensorflow as tf

        self.steps = -(-count // batch)
        self._windows = Windows(parts, count, seed, shuffle)
        like = keras.tree.map_structure(
            lambda one: tf.TensorSpec((None, *one.shape[1:]), one.dtype), parts)
        options = tf.data.Options()
        options.autotune.enabled = False
        given = tf.data.Dataset.from_generator(lambda: iter(self._windows), output_signature=like)
        self.source = given.prefetch(1).rebatch(batch).prefetch(2).apply(
            tf.data.experimental.assert_cardinality(self.steps)).with_options(options)

    def turn(self, epoch: int) -> None:
        self._windows.turn(epoch)


class ArrayStream(keras.utils.PyDataset):  # type: ignore[misc]
    """The feed for JAX and PyTorch. Batches are asked for in their order; going back begins anew,
    at the cost of reading what lies before."""

    def __init__(self, parts: Parts, count: int, batch: int, seed: int = 0,
                 shuffle: bool = False) -> None:
        super().__init__()
        self.steps, self.source = -(-count // batch), self
        self._count, self._batch = count, batch
        self._windows = Windows(parts, count, seed, shuffle)
        self._begin()

    def turn(self, epoch: int) -> None:
        self._windows.turn(epoch)
        self._begin()

    def _begin(self) -> None:
        self._coming = iter(self._windows)
        self._held: Parts | None = None
        self._first = 0

    def __len__(self) -> int:
        return self.steps

    def __getitem__(self, step: int) -> Parts:
        begin, end = step * self._batch, min(self._count, (step + 1) * self._batch)
        if begin < self._first:
            self._begin()
        while self._held is None or self._end < end:
            self._advance(begin)
        held: Parts = keras.tree.map_structure(
            lambda one: one[begin - self._first:end - self._first], self._held)
        return held

    @property
    def _end(self) -> int:
        """The row behind what is held, counted in the epoch's order."""
        return self._first + (0 if self._held is None else len(keras.tree.flatten(self._held)[0]))

    def _advance(self, begin: int) -> None:
        """Hold the next window as well, and no row before `begin` any longer."""
        coming, end = next(self._coming), self._end
        if self._held is None or end <= begin:
            self._held, self._first = coming, end
            return
        drop, self._first = begin - self._first, begin
        self._held = keras.tree.map_structure(lambda a, b: np.concatenate([a[drop:], b]),
                                              self._held, coming)


def stream(parts: Parts, count: int, batch: int, seed: int = 0,
           shuffle: bool = False) -> TensorStream | ArrayStream:
    """The feed for the back end in use; in the order of the rows without `shuffle`."""
    chosen = TensorStream if keras.backend.backend() == "tensorflow" else ArrayStream
    return chosen(parts, count, batch, seed, shuffle)


def is_streamed(parts: Any) -> bool:
    """Whether anything in a structure of arrays is streamed."""
    return any(isinstance(one, Streamed) for one in keras.tree.flatten(parts))


def batches(parts: Parts, batch: int) -> Any:
    """What `evaluate` and `predict` take: batches in the order of the rows."""
    return stream(parts, len(keras.tree.flatten(parts)[0]), batch).source


__all__ = ["ArrayStream", "TensorStream", "batches", "is_streamed", "stream"]
