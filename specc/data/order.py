"""The order of rows: a permutation that is a function of a seed and an epoch, and of nothing else.

Raw 64-bit draws of NumPy's counter-based generator Philox, keyed by (seed, epoch), sorted stably.
NumPy promises that the raw stream of a bit generator never changes (its *distributions* may), so
the order is the same on every machine, back end and version, and any epoch can be asked for
without drawing the ones before it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

WORD = (1 << 64) - 1


def permutation(n: int, seed: int, epoch: int) -> NDArray[np.int64]:
    """The order of `n` rows in an epoch: each of 0 .. n-1 once. Epochs count from 0."""
    key = np.array([seed & WORD, epoch & WORD], dtype=np.uint64)
    draws = np.random.Philox(key=key).random_raw(n)
    return np.argsort(draws, kind="stable").astype(np.int64)
