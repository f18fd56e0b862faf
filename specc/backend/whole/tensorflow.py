"""Epochs of TensorFlow: a loop over steps in one `tf.function`, rows gathered from tensors.

The rows of a batch are counted when the loop runs, not known when it is traced, as in Keras's own
loop. With known shapes small models are a third faster, but TensorFlow then turns divisions into
multiplications, and last bits differ (measured). A step is compiled by XLA where Keras would
compile it (`jit_compile`), the loop around it never. The optimizer's sum of gradients
over replicas, of which there is one, is left out: it is an identity that TensorFlow's graph
optimizer takes out of Keras's loop and leaves in this one, where it keeps a learning rate from
being multiplied in first.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras.src.backend.tensorflow.optimizer import TFOptimizer
from numpy.typing import NDArray

from specc.backend.whole.pace import Pace


class TensorProgram:
    """See `specc.backend.whole.Program`.

    parts, kept: arrays of training and of validation rows as the model takes them, `(x, y)` or
    `(x, y, weight)`; kept is None without validation. Both stay on the device of the model,
    strings on the host.
    """

    def __init__(self, model: Any, parts: Any, kept: Any, batch: int, checked: int) -> None:
        held = _resident(parts)
        model._symbolic_build(data_batch=tf.nest.map_structure(lambda one: one[:1], held))
        self._train = _Steps(model, model.train_step, held, batch)
        self.steps = self._train.count
        self._test = None
        if kept is not None:
            kept = tf.nest.map_structure(_as_keras_casts, kept)
            self._test = _Steps(model, model.test_step, _resident(kept), checked)

    def train(self, order: NDArray[np.int64]) -> None:
        self._train.run(tf.convert_to_tensor(order))

    def test(self) -> None:
        if self._test is not None:
            self._test.run()


class _Steps:
    """A step over all batches of some rows, in an order or as the rows stand."""

    def __init__(self, model: Any, step: Any, held: Any, batch: int) -> None:
        rows = int(tf.nest.flatten(held)[0].shape[0])
        self.count = -(-rows // batch)
        even = rows % batch == 0
        self._pace = Pace()
        if model.jit_compile:
            step = tf.function(step, autograph=False, jit_compile=True)

        def pick(order: Any, at: Any) -> Any:
            if order is None:
                return tf.nest.map_structure(lambda whole: _slice(whole, at, batch, even), held)
            taken = order[at * batch:(at + 1) * batch]
            return tf.nest.map_structure(lambda whole: tf.gather(whole, taken), held)

        def several(order: Any, first: Any, stop: Any) -> None:
            def body(at: Any) -> tuple[Any]:
                step(pick(order, at))
                return (at + 1,)

            tf.while_loop(lambda at: at < stop, body, (first,))

        self._several = tf.function(several, autograph=False)

    def run(self, order: Any = None) -> None:
        with _one_replica():
            for first, stop in self._pace.pieces(self.count):
                self._several(order, tf.constant(first), tf.constant(stop))


@contextmanager
def _one_replica() -> Iterator[None]:
    """Steps that are traced here do not sum gradients over replicas."""
    reduced = TFOptimizer._all_reduce_sum_gradients
    TFOptimizer._all_reduce_sum_gradients = lambda self, pairs: list(pairs)
    try:
        yield
    finally:
        TFOptimizer._all_reduce_sum_gradients = reduced


def _slice(whole: Any, at: Any, batch: int, even: bool) -> Any:
    """A batch of rows as they stand. Where all batches are full, `fit` knows their size."""
    if not even:
        return whole[at * batch:(at + 1) * batch]
    return tf.slice(whole, [at * batch] + [0] * (whole.shape.rank - 1), [batch, *whole.shape[1:]])


def _resident(parts: Any) -> Any:
    """Arrays as tensors: where the model computes, but strings, which only the host can hold."""
    def held(one: Any) -> Any:
        if getattr(one, "dtype", None) == tf.string:
            with tf.device("CPU:0"):
                return tf.identity(one)
        return tf.convert_to_tensor(one)

    return tf.nest.map_structure(held, parts)


def _as_keras_casts(one: Any) -> Any:
    """Arrays that `fit` is given as such it casts to `floatx`; a feed's tensors it leaves."""
    real = isinstance(one, np.ndarray) and one.dtype.kind == "f"
    return one.astype(keras.config.floatx(), copy=False) if real else one
