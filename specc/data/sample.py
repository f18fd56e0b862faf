"""A few training rows that stand for all: the ones that a model in training is looked at with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specc.data.order import permutation
from specc.data.prepare import Arrays
from specc.data.split import Index
from specc.data.target import codes_of
from specc.ir.plan import Head, Plan

ROWS = 128  # 64 at least, where there are so many
MOST_NUMBERS = 4e7  # of activations that a look may hold at once


def sample(plan: Plan, arrays: Arrays) -> Arrays:
    """Rows of one part, always the same: classes of the first output that has some keep their
    shares, each with one row at least."""
    count = min(len(arrays), _affordable(plan))
    order = permutation(len(arrays), 0, 0)
    head = next((one for one in plan.heads if one.labels is not None
                 and arrays.targets[one.name].ndim <= 2), None)
    rows = np.sort(order[:count] if head is None else _by_class(
        order, _codes(head, arrays.targets[head.name]), count))
    return Arrays(_of(arrays.inputs, rows), _of(arrays.targets, rows),
                  _of(arrays.weights, rows), arrays.rows[rows])


def _affordable(plan: Plan) -> int:
    """How many rows: fewer where one row's activations are very many."""
    per_row = 0
    for cost in plan.graph.costs.values():
        for tensor in cost.gives:
            sizes = [one for one in (tensor.shape or ())[1:] if isinstance(one, int)]
            per_row += int(np.prod(sizes)) if sizes else 1
    rows = ROWS
    while rows > 16 and rows * per_row > MOST_NUMBERS:
        rows //= 2
    return rows


def _codes(head: Head, targets: NDArray[Any]) -> NDArray[np.int64]:
    """One number of a class for each row; of several labels, the first."""
    codes = codes_of(targets, head.labels)
    return codes if codes.ndim == 1 else codes[:, 0]


def _by_class(order: Index, codes: NDArray[np.int64], count: int) -> Index:
    """The first rows of each class in this order, as many as its share; then whatever comes."""
    classes, sizes = np.unique(codes, return_counts=True)
    taken: list[NDArray[np.int64]] = []
    for one, size in zip(classes, sizes, strict=True):
        quota = max(1, int(count * size / len(codes)))
        taken.append(order[codes[order] == one][:quota])
    chosen = np.concatenate(taken)[:count]
    rest = order[~np.isin(order, chosen)]
    return np.concatenate([chosen, rest[:count - len(chosen)]])


def _of(arrays: Mapping[str, NDArray[Any]], rows: Index) -> dict[str, NDArray[Any]]:
    return {name: one[rows] for name, one in arrays.items()}
