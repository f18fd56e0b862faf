"""Numbers of predictions: mix-ups, calibration, errors, the rows with the largest loss.

All take arrays of `n` rows; rows with NaN in them count as no answer and are left out where one is
needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specc.record import Record
from specc.report.charts import CELLS, Bin

Floats = NDArray[np.float64]
Words = NDArray[Any]
TINY = 1e-7  # a probability is not taken for less, as Keras does
Z = 1.96  # of a 95 % interval
FAR = 1e300  # beyond it the difference of two numbers may be none


class Errors(Record):
    """Of predicted numbers, in the target's own units."""

    count: int
    mean_absolute: float
    root_mean_square: float
    bias: float
    r2: float | None
    nine_tenths: float  # nine of ten errors are no larger
    left_out: int


def errors(truth: Floats, predicted: Floats) -> Errors | None:
    """truth, predicted: (n,). None where no row has both."""
    known = np.isfinite(truth) & np.isfinite(predicted)
    left = int((~known).sum())
    truth, predicted = truth[known], predicted[known]
    if not len(truth):
        return None
    with np.errstate(over="ignore", invalid="ignore"):
        off = predicted - truth
        around = float(((truth - truth.mean()) ** 2).sum())
        square = float((off ** 2).sum())
        return Errors(len(off), float(np.abs(off).mean()), sqrt(square / len(off)),
                      float(off.mean()), 1 - square / around if around > 0 else None,
                      float(np.quantile(np.abs(off), 0.9)), left)


def histogram(values: Floats, most: int = 40) -> tuple[list[float], list[int]]:
    """Edges and counts; what is far out (beyond 0.5 % on each side) is counted at the ends."""
    values = np.clip(values[np.isfinite(values)], -FAR, FAR)
    if not len(values):
        return [0.0, 1.0], [0]
    low, high = (float(one) for one in np.quantile(values, [0.005, 0.995]))
    if not high - low > max(abs(low), abs(high)) * 1e-9:
        low, high = float(values.min()), float(values.max())
    room = (high - low) * 0.02 or max(abs(low) * 0.05, 1e-9)
    low, high = low - room, high + room
    bins = int(min(most, max(8, round(len(values) ** 0.5))))
    counts, edges = np.histogram(np.clip(values, low, high), bins=bins, range=(low, high))
    return [float(one) for one in edges], [int(one) for one in counts]


def density(truth: Floats, predicted: Floats, most: int
            ) -> tuple[list[tuple[float, float]], list[int]]:
    """Points (predicted, truth), or the middles of cells with how many rows each holds, where
    there are more than `most`."""
    known = np.isfinite(truth) & np.isfinite(predicted)
    x, y = np.clip(predicted[known], -FAR, FAR), np.clip(truth[known], -FAR, FAR)
    if len(x) <= most:
        return list(zip(x.tolist(), y.tolist(), strict=True)), []
    low, high = float(min(x.min(), y.min())), float(max(x.max(), y.max()))
    if not low < high:
        return [(low, low)], [len(x)]
    counts, edges, _ = np.histogram2d(x, y, bins=CELLS, range=[(low, high), (low, high)])
    middles = (edges[:-1] + edges[1:]) / 2
    places = np.argwhere(counts > 0)
    return ([(float(middles[i]), float(middles[j])) for i, j in places],
            [int(counts[i, j]) for i, j in places])


def tenths(truth: Floats, predicted: Floats, parts: int = 10) -> list[tuple[float, float]]:
    """Of each tenth of the rows, sorted by prediction: mean prediction and mean truth. Nothing
    where a tenth has fewer than five rows, or where predictions hardly differ beside truths."""
    known = np.isfinite(truth) & np.isfinite(predicted)
    truth, predicted = truth[known], predicted[known]
    order = np.argsort(predicted, kind="stable")
    if len(order) < 5 * parts or not np.ptp(predicted) > 0.05 * np.ptp(truth):
        return []
    return [(float(predicted[one].mean()), float(truth[one].mean()))
            for one in np.array_split(order, parts)]


def calibration(chance: Floats, came_true: NDArray[np.bool_], bins: int = 10
                ) -> tuple[list[Bin], float | None]:
    """Bins of equal width, and the expected calibration error: how far, over all rows, predicted
    probabilities are from what came true.

    chance: (n,), the probability of something; came_true: (n,), whether it was so.
    """
    known = np.isfinite(chance) & (chance >= 0) & (chance <= 1)
    chance, came_true = chance[known], came_true[known]
    if not len(chance):
        return [], None
    part = np.minimum((chance * bins).astype(int), bins - 1)
    found, off = [], 0.0
    for one in range(bins):
        inside = part == one
        count = int(inside.sum())
        if not count:
            continue
        predicted, true = float(chance[inside].mean()), float(came_true[inside].mean())
        low, high = wilson(true, count)
        found.append(Bin(predicted, true, low, high, count))
        off += abs(predicted - true) * count / len(chance)
    return found, off


def wilson(share: float, count: int) -> tuple[float, float]:
    """Where a true share may be by chance, 95 %. Source: Wilson 1927, JASA 22."""
    part = Z * Z / count
    middle = (share + part / 2) / (1 + part)
    half = Z * sqrt(share * (1 - share) / count + part / (4 * count)) / (1 + part)
    return max(0.0, middle - half), min(1.0, middle + half)


def confusion(truth: Words, predicted: Words, names: Sequence[str]) -> NDArray[np.int64]:
    """counts[i, j]: rows of class `names[i]` that were taken for `names[j]`."""
    place = {name: index for index, name in enumerate(names)}
    rows = np.fromiter((place[one] for one in truth), np.int64, len(truth))
    columns = np.fromiter((place[one] for one in predicted), np.int64, len(predicted))
    counts = np.zeros((len(names), len(names)), np.int64)
    np.add.at(counts, (rows, columns), 1)
    return counts


class ClassRow(Record):
    """One class: of those said to be it, how many are; of those that are, how many were said."""

    name: str
    count: int
    predicted: int
    precision: float | None
    recall: float | None
    f1: float | None


def by_class(counts: NDArray[np.int64], names: Sequence[str]) -> list[ClassRow]:
    found = []
    for index, name in enumerate(names):
        hit, there, said = (int(counts[index, index]), int(counts[index].sum()),
                            int(counts[:, index].sum()))
        found.append(class_row(name, hit, there, said))
    return found


def class_row(name: str, hit: int, there: int, said: int) -> ClassRow:
    return ClassRow(name, there, said, hit / said if said else None,
                    hit / there if there else None,
                    2 * hit / (there + said) if there + said else None)


def surprise(chance: Floats) -> Floats:
    """The loss of a row: minus the log of the probability that the truth was given."""
    return np.asarray(-np.log(np.clip(chance, TINY, 1.0)))


def poisson(truth: Floats, predicted: Floats) -> Floats:
    """The deviance of counts: 2 (y log(y / p) - y + p)."""
    predicted = np.maximum(predicted, TINY)
    safe = np.where(truth > 0, truth, 1.0)
    return np.asarray(2 * (truth * np.log(safe / predicted) * (truth > 0) - truth + predicted))


def largest(loss: Floats, count: int) -> list[int]:
    """The rows with the largest loss, that of NaN first; of equal ones the first."""
    filled = np.where(np.isnan(loss), np.inf, loss)
    return [int(one) for one in np.argsort(-filled, kind="stable")[:count]]
