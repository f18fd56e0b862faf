"""What back ends computed, compared with what the first one did: pure functions of arrays.

A row is a kind of number. How far two are apart is the largest difference, as a part of what it is
held to: of the largest number of the array, for predictions and gradients; of the number itself,
or of one where it is smaller, for losses and metrics, which are sums of terms of that size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from specc.record import Record

Computed: TypeAlias = Mapping[str, NDArray[Any]]  # names as in specc.backend.agree
ROWS = "prepared rows"
OWN = "initial weights, each its own"


class Kind(Record):
    """A row of the table. tolerance: a part; `whole`: of the array's largest number."""

    prefix: str
    title: str
    tolerance: float
    whole: bool


KINDS = (
    Kind("before/", "predictions, untrained", 1e-6, True),
    Kind("gradient/", "gradients of the first batch", 1e-5, True),
    Kind("step/", "losses of steps", 1e-6, False),
    Kind("epoch/", "losses and metrics of epochs", 1e-5, False),
    Kind("after/", "predictions, trained", 1e-4, True),
)


class Row(Record):
    """One kind of number on one other back end. `far` is None where only equality counts."""

    what: str
    other: str
    far: float | None
    tolerance: float
    same: bool
    where: str = ""  # the array that is furthest off
    judged: bool = True  # a difference counts


def compared(found: Mapping[str, Computed], digests: Mapping[str, str]) -> tuple[Row, ...]:
    """The table: every other back end against the first."""
    first, *others = found
    return tuple(row for other in others
                 for row in _rows(found[first], found[other], other,
                                  digests[first] == digests[other]))


def _rows(first: Computed, other: Computed, name: str, same_rows: bool) -> Sequence[Row]:
    own = far_apart(_of(first, "own/"), _of(other, "own/"), whole=True)
    rows = [Row(ROWS, name, None, 0, same_rows),
            Row(OWN, name, own[0], 0, own[0] == 0, own[1], judged=False)]
    for kind in KINDS:
        one, two = _of(first, kind.prefix), _of(other, kind.prefix)
        if not one and not two:
            continue
        far, where = far_apart(one, two, whole=kind.whole)
        rows.append(Row(kind.title, name, far, kind.tolerance, far <= kind.tolerance, where))
    return rows


def _of(found: Computed, prefix: str) -> Computed:
    return {name.removeprefix(prefix): one for name, one in found.items()
            if name.startswith(prefix)}


def far_apart(first: Computed, other: Computed, *, whole: bool) -> tuple[float, str]:
    """The largest difference, and the array it is in. Infinite where arrays are missing, have
    other shapes, or are not finite in the same places."""
    if missing := sorted(first.keys() ^ other.keys()):
        return float("inf"), missing[0]
    worst = max(((_far(first[name], other[name], whole), name) for name in first),
                default=(0.0, ""))
    return worst if worst[0] > 0 else (0.0, "")


def _far(one: NDArray[Any], two: NDArray[Any], whole: bool) -> float:
    if one.shape != two.shape:
        return float("inf")
    if one.dtype.kind not in "fiub" or not one.size:
        return 0.0 if np.array_equal(one, two) else float("inf")
    first, second = one.astype("float64"), two.astype("float64")
    finite = np.isfinite(first)
    if not np.array_equal(first[~finite], second[~finite], equal_nan=True) or not np.all(
            np.isfinite(second[finite])):
        return float("inf")
    first, second = first[finite], second[finite]
    if not first.size:
        return 0.0
    apart = np.abs(first - second)
    if whole:
        largest = float(max(np.abs(first).max(), np.abs(second).max()))
        return float(apart.max()) / largest if largest > 0 else 0.0
    return float((apart / np.maximum(np.abs(first), 1.0)).max())
