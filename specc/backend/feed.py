"""Rows in the order that specc says, batch by batch; Keras shuffles nothing.

Two feeds give the same batches: one that stays inside TensorFlow (rows are held as tensors and
gathered in the graph), one for the other back ends. `turn(epoch)` sets the order of an epoch
before it begins. The last batch of an epoch may be smaller, and is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import keras
import numpy as np
from numpy.typing import NDArray

from specc.backend import stream
from specc.record import Record


class Rows(Protocol):
    """Prepared rows: arrays of equal length, by the names of inputs and outputs.

    `weights` holds sample weights of the outputs that have some.
    """

    @property
    def inputs(self) -> Mapping[str, NDArray[Any]]: ...
    @property
    def targets(self) -> Mapping[str, NDArray[Any]]: ...
    @property
    def weights(self) -> Mapping[str, NDArray[Any]]: ...


class Feed(Protocol):
    """Something that `fit` takes as `x`, and that is told which epoch comes."""

    steps: int
    source: Any

    def turn(self, epoch: int) -> None: ...


class Packed(Record):
    """Arrays in the structure a model takes: an array, or arrays by name."""

    x: Any
    y: Any
    weight: Any  # None: no sample weights

    @property
    def parts(self) -> tuple[Any, ...]:
        return (self.x, self.y) if self.weight is None else (self.x, self.y, self.weight)


def pack(model: Any, rows: Rows) -> Packed:
    """Rows in the model's own structure.

    A model of one input takes an array, of several a table by name; a Sequential gives an array,
    the others a table by name. An output without sample weights counts each row once, when
    another output has some.
    """
    outputs = sorted(rows.targets)
    weights = None
    if rows.weights:
        count = len(rows.targets[outputs[0]])
        ones = np.ones(count, dtype="float32")
        weights = {name: rows.weights.get(name, ones) for name in outputs}
    targets = {name: rows.targets[name] for name in outputs}
    if isinstance(model, keras.Sequential):
        first = outputs[0]
        return Packed(pack_inputs(rows.inputs), targets[first], weights and weights[first])
    return Packed(pack_inputs(rows.inputs), targets, weights)


def pack_inputs(inputs: Mapping[str, NDArray[Any]]) -> Any:
    """One input as it is, several by name. Strings become tensors, which TensorFlow alone has."""
    taken = {name: _strings(one) if one.dtype.kind in "OSU" else one
             for name, one in inputs.items()}
    return taken if len(taken) > 1 else next(iter(taken.values()))


def _strings(array: NDArray[Any]) -> Any:
    import tensorflow as tf

    return tf.convert_to_tensor(array.astype(str))


def order_of(count: int, seed: int, epoch: int, shuffle: bool) -> NDArray[np.int64]:
    """The order of `count` rows in an epoch; as they stand without `shuffle`."""
    from specc.data.order import permutation

    return permutation(count, seed, epoch) if shuffle else np.arange(count, dtype=np.int64)


class TensorFeed:
    """A `tf.data` pipeline over tensors that stay where they are.

    Each epoch iterates it anew, after `turn` has assigned the epoch's order.
    """

    def __init__(self, packed: Packed, count: int, batch: int, seed: int, shuffle: bool) -> None:
        import tensorflow as tf

        self._count, self._seed, self._shuffle = count, seed, shuffle
        self.steps = -(-count // batch)
        with tf.device("CPU:0"):
            held = tf.nest.map_structure(tf.convert_to_tensor, packed.parts)
            order = tf.Variable(np.arange(count, dtype=np.int64), trainable=False)

            def pick(step: Any) -> Any:
                rows = order[step * batch:(step + 1) * batch]
                return tf.nest.map_structure(lambda whole: tf.gather(whole, rows), held)

            options = tf.data.Options()
            options.autotune.enabled = False
            steps = tf.data.Dataset.range(self.steps)
            self.source = steps.map(pick).prefetch(2).with_options(options)
        self._order = order

    def turn(self, epoch: int) -> None:
        if self._shuffle:
            self._order.assign(order_of(self._count, self._seed, epoch, True))


class ArrayFeed(keras.utils.PyDataset):  # type: ignore[misc]
    """The same batches for JAX and PyTorch."""

    def __init__(self, packed: Packed, count: int, batch: int, seed: int, shuffle: bool) -> None:
        super().__init__()
        self._packed, self._count, self._batch = packed, count, batch
        self._seed, self._shuffle = seed, shuffle
        self.steps = -(-count // batch)
        self.source = self
        self._order = np.arange(count, dtype=np.int64)

    def turn(self, epoch: int) -> None:
        self._order = order_of(self._count, self._seed, epoch, self._shuffle)

    def __len__(self) -> int:
        return self.steps

    def __getitem__(self, step: int) -> tuple[Any, ...]:
        rows = self._order[step * self._batch:(step + 1) * self._batch]
        taken: tuple[Any, ...] = keras.tree.map_structure(lambda one: one[rows],
                                                          self._packed.parts)
        return taken


def feed(model: Any, rows: Rows, batch: int, seed: int, shuffle: bool) -> Feed:
    """The feed for the back end in use, and for rows that are streamed."""
    packed = pack(model, rows)
    count = len(next(iter(rows.inputs.values())))
    if stream.is_streamed(packed.x):
        return stream.stream(packed.parts, count, batch, seed, shuffle)
    chosen = TensorFeed if keras.backend.backend() == "tensorflow" else ArrayFeed
    return chosen(packed, count, batch, seed, shuffle)


def validation_of(model: Any, rows: Rows | None, batch: int) -> Any:
    """What `fit` takes as `validation_data`: arrays, or batches of streamed rows."""
    if rows is None:
        return None
    packed = pack(model, rows)
    return stream.batches(packed.parts, batch) if stream.is_streamed(packed.x) else packed.parts
