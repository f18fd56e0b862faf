"""Seeds: whatever is drawn is a function of the spec's seed, the epoch and a layer's full name.

One global seed does not do: a layer inserted in front shifts what all others draw. Explicit seeds
on initializers do not do either: the query, key and value kernels of attention become equal. So
the global seed is set anew before a layer is constructed, and again before it is built.

Nothing here imports Keras at the top; `hashed` is plain Python.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

RATES = ("dropout", "recurrent_dropout", "rate", "stddev")  # at 0, nothing is drawn
STATE = "seed_generator_state"  # what Keras calls the variable of a SeedGenerator


def hashed(seed: int, *names: str | int) -> int:
    """A number of 32 bits that depends on the seed and on every name, in order."""
    text = "\0".join([str(seed), *map(str, names)])
    return int.from_bytes(sha256(text.encode()).digest()[:4], "big")


def seed_layer(seed: int, name: str) -> None:
    """Set Keras's global seed to that of one layer: before it is constructed, and built."""
    import keras

    keras.utils.set_random_seed(hashed(seed, name))


@contextmanager
def caller_unmoved() -> Iterator[None]:
    """Leave Python's and NumPy's random state as it was: Keras sets both with its own."""
    import numpy as np

    python, numeric = random.getstate(), np.random.get_state()
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numeric)


def seed_epoch(model: Any, seed: int, epoch: int) -> None:
    """Set the state of every seed generator in the model (dropout, noise) for one epoch.

    `model` is a Keras model whose layers bear their full names. A seed that the spec writes on a
    layer is part of what its state depends on.
    """
    import keras
    import numpy as np

    for layer in model.layers:
        states = [one for one in layer.variables if one.name == STATE]
        written = getattr(layer, "seed", None)
        names = (layer.name,) if written is None else (layer.name, f"seed {written}")
        for index, state in enumerate(states):
            state.assign(np.array([hashed(seed, "epoch", epoch, *names, index), 0]))
    if keras.backend.backend() == "torch":  # where a Dropout without a seed draws from torch's own
        import torch

        torch.manual_seed(hashed(seed, "epoch", epoch))


def drawing(model: Any) -> bool:
    """Whether anything in the model draws numbers while it is trained.

    Recurrent layers and attention hold a generator for dropout that they may not have.
    """
    return any(one.name == STATE and _draws(layer) for layer in model.layers
               for one in layer.variables)


def _draws(layer: Any) -> bool:
    config = layer.get_config()
    rates = [config[name] for name in RATES if name in config]
    return any(rates) if rates else True
