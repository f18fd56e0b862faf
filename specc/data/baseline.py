"""What is predicted without a model: the mean, how often a class occurs, the last known value.

| task | constant |
|---|---|
| regression, count | the mean of the training targets, or their median |
| distribution | the mean of the training targets |
| binary, multilabel | how often each label holds |
| multiclass | the share of each class |

Each in the form that the loss takes: probabilities, logits, or signs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specc.data.learn import Dataset
from specc.data.prepare import Arrays
from specc.data.table import cells
from specc.data.target import codes_of, encode
from specc.data.window import windows
from specc.ir.plan import Head, Plan
from specc.record import Record

LEAST = 1e-7  # a probability, so that its logarithm is a number
MOST_NUMBERS = 4_000_000  # of predictions that are made to compare with


class Constant(Record):
    """One constant prediction (..., u), and what it is called."""

    by: str
    value: NDArray[np.float32]


def shares(head: Head, targets: NDArray[Any], classes: int) -> tuple[float, ...]:
    """How often each class occurs; of two, both. Empty for what has no classes."""
    if head.output.task not in ("binary", "multiclass") or head.labels is None or classes < 2:
        return ()
    codes = codes_of(targets, head.labels).ravel()
    if codes.size == 0 or codes.min() < 0 or codes.max() >= classes:
        return ()
    return tuple(np.bincount(codes, minlength=classes) / codes.size)


def constants(plan: Plan, head: Head, targets: NDArray[Any]) -> Iterator[Constant]:
    """The constants that may be best for an output, learned from its training targets."""
    task, logits = head.output.task, bool(head.loss.get("from_logits", False))
    units = (plan.graph.tensor(head.tensor).shape or (None,))[-1]
    if task in ("regression", "count") and head.labels is None:
        flat = targets.reshape(len(targets), -1)
        if units is not None and targets.ndim > 1 and targets.shape[-1] == units:
            flat = targets.reshape(-1, targets.shape[-1])
        yield Constant("predicting the mean", flat.mean(axis=0, dtype="float64").astype("float32"))
        if task == "regression":
            yield Constant("predicting the median", np.median(flat, axis=0).astype("float32"))
    elif task == "distribution":
        yield _chance(targets.reshape(-1, targets.shape[-1]).mean(axis=0), "predicting the mean",
                      logits, one_of_many=True)
    elif head.labels == "sign":
        most = np.where(targets.reshape(-1, targets.shape[-1] if targets.ndim > 1 else 1)
                        .mean(axis=0) >= 0, 1.0, -1.0)
        yield Constant("always saying the commoner class", most.astype("float32"))
    elif task == "multiclass" and isinstance(units, int) and units > 1 and head.labels:
        codes = codes_of(targets, head.labels).ravel()
        counts = np.bincount(codes[(codes >= 0) & (codes < units)], minlength=units)
        yield _chance(counts / max(1, counts.sum()), "guessing by how often a class occurs",
                      logits, one_of_many=True)
    elif task in ("binary", "multilabel") and head.labels == "binary":
        flat = targets.reshape(-1, targets.shape[-1] if targets.ndim > 1 else 1)
        yield _chance(flat.mean(axis=0), "guessing by how often a label holds", logits,
                      one_of_many=False)


def _chance(share: NDArray[Any], by: str, logits: bool, *, one_of_many: bool) -> Constant:
    safe = np.clip(share.astype("float64"), LEAST, 1 - LEAST)
    if logits:
        safe = np.log(safe) if one_of_many else np.log(safe / (1 - safe))
    return Constant(by, safe.astype("float32"))


def spread_out(value: NDArray[Any], targets: NDArray[Any], labels: str | None
               ) -> NDArray[np.float32]:
    """A constant as predictions for these targets, whose own last axis it may replace."""
    leading = targets.shape if labels == "index" else targets.shape[:-1] or targets.shape
    if value.size == 1 and labels != "index":
        leading = targets.shape[:-1] if targets.ndim > 1 else targets.shape
    if value.ndim == 1 and labels != "index" and targets.ndim > 1 and (
            int(np.prod(targets.shape[1:])) == value.size):
        return np.broadcast_to(value.reshape(targets.shape[1:]), targets.shape)
    return np.broadcast_to(value, (*leading, value.shape[-1]))


def few(arrays: Arrays, head: Head) -> slice:
    """So many rows that predictions for them are not too large to hold."""
    per_row = max(1, int(np.prod(arrays.targets[head.name].shape[1:])))
    return slice(0, max(1, MOST_NUMBERS // per_row))


def last_values(plan: Plan, dataset: Dataset, head: Head, part: str) -> NDArray[Any] | None:
    """For each window of a part, the target of the last row that it sees, as often as there are
    steps to predict; None for what is no series, or has classes."""
    window, fit = dataset.preparation.window, dataset.preparation.targets[head.name]
    if window is None or fit.classes is not None or fit.input is not None:
        return None
    by = cells(dataset.frame, window.by) if window.by else None
    sees, aims = windows(dataset.parts[part], by, window)
    if not len(sees):
        return None
    last = dataset.answers[head.name][np.repeat(sees[:, -1:], aims.shape[1], axis=1)]
    return encode(last, fit, head.labels)
