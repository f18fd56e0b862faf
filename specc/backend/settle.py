"""For measuring: waiting until a device has computed what it was told to.

TensorFlow, JAX and torch return from a call before a GPU has done its work. A clock that is read
then says how long it takes to ask.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import keras

from specc.backend.snapshot import sync


def settle(model: Any) -> None:
    """Return when everything that changes a model's variables is done, one of them on the host."""
    sync(model)
    variables = [*model.variables, *(model.optimizer.variables if model.optimizer else ())]
    back_end = keras.backend.backend()
    if back_end == "tensorflow":
        import tensorflow as tf

        tf.test.experimental.sync_devices()
    elif back_end == "jax":
        import jax

        jax.block_until_ready([one.value for one in variables])
    elif back_end == "torch":
        import torch

        if torch.cuda.is_available():
            torch.cuda.synchronize()
    if variables:
        keras.ops.convert_to_numpy(min(variables, key=lambda one: math.prod(one.shape)))


def epoch_watch(model: Any, ended: Callable[[], None]) -> Any:
    """A callback of Keras that calls `ended` when an epoch is computed."""
    def on_epoch_end(epoch: int, logs: Any = None) -> None:
        settle(model)
        ended()

    return keras.callbacks.LambdaCallback(on_epoch_end=on_epoch_end)
