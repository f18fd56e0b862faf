"""Initial weights that are the same on every back end.

Keras's initializers say how weights are distributed, and ask the back end for numbers: TensorFlow
draws others from the same seed than JAX or torch. While a model is built they are drawn here
instead: raw 64-bit draws of Philox, which NumPy promises to keep (NEP 19), as uniform numbers, and
through the inverse of the distribution function as normal ones.

Only what is asked for with an integer as its seed is drawn here, which is what initializers do.
Layers that draw while they train (dropout) hold generators, and stay with the back end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

import numpy as np
from keras.src import backend  # private: `keras.random` asks `backend.random`, and has no hook
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

Floats: TypeAlias = NDArray[Any]
Shape: TypeAlias = Sequence[int]
Draw: TypeAlias = Callable[..., Any]
Distribution: TypeAlias = Callable[[Floats, float, float], Floats]

CHUNK = 1 << 20  # draws at a time: a large kernel takes no more memory than itself
HALF = float(ndtr(2.0) - ndtr(-2.0))  # of a normal distribution, within two deviations


def uniform(draws: Floats, low: float, high: float) -> Floats:
    return low + draws * (high - low)


def normal(draws: Floats, mean: float, deviation: float) -> Floats:
    return np.asarray(mean + deviation * ndtri(draws))


def truncated_normal(draws: Floats, mean: float, deviation: float) -> Floats:
    """Normal, and drawn again where it lies further than two deviations from the mean."""
    return np.asarray(mean + deviation * ndtri(ndtr(-2.0) + draws * HALF))


# What `keras.random` calls, with the names and defaults of its second and third argument.
DISTRIBUTIONS: dict[str, tuple[Distribution, tuple[tuple[str, float], tuple[str, float]]]] = {
    "uniform": (uniform, (("minval", 0.0), ("maxval", 1.0))),
    "normal": (normal, (("mean", 0.0), ("stddev", 1.0))),
    "truncated_normal": (truncated_normal, (("mean", 0.0), ("stddev", 1.0))),
}


@contextmanager
def same_everywhere() -> Iterator[None]:
    """Draw initial weights from NumPy's Philox, whatever the back end."""
    random = backend.random
    before = {name: getattr(random, name) for name in DISTRIBUTIONS}
    for name, own in before.items():
        setattr(random, name, _instead(own, *DISTRIBUTIONS[name]))
    try:
        yield
    finally:
        for name, own in before.items():
            setattr(random, name, own)


def _instead(own: Draw, distribution: Distribution,
             arguments: tuple[tuple[str, float], tuple[str, float]]) -> Draw:
    (first, one), (second, other) = arguments

    def drawn(shape: Shape, *rest: Any, dtype: Any = None, seed: Any = None, **named: Any) -> Any:
        if not isinstance(seed, int):
            return own(shape, *rest, dtype=dtype, seed=seed, **named)
        given = {first: one, second: other} | dict(zip((first, second), rest, strict=False)) | named
        values = sample(distribution, tuple(shape), seed, float(given[first]), float(given[second]))
        return backend.convert_to_tensor(values, dtype=dtype or backend.floatx())

    return drawn


def sample(distribution: Distribution, shape: tuple[int, ...], seed: int, first: float,
           second: float) -> Floats:
    """float32 of a shape. The n-th number depends on the seed and on n alone."""
    bits = np.random.Philox(key=seed)
    values = np.empty(int(np.prod(shape, dtype=np.int64)), np.float32)
    for begin in range(0, len(values), CHUNK):
        part = values[begin:begin + CHUNK]
        raw = bits.random_raw(len(part)) >> np.uint64(11)
        part[:] = distribution((raw + 0.5) * 2.0**-53, first, second)
    return values.reshape(shape)
