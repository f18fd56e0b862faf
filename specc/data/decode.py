"""Predictions in the words of the data: class names, own units, probabilities.

Columns, for an output `y`: `y.truth`, `y.prediction`, `y.probability.CLASS`. Where an output has
several target columns or steps, their names (or 1, 2, ...) come last: `y.prediction.COLUMN`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from specc.data.target import TargetFit, class_names, codes_of, in_own_units
from specc.ir.plan import Head

UNBOUNDED = ("Hinge", "SquaredHinge", "CategoricalHinge")  # their outputs are no probabilities
Columns = dict[str, NDArray[Any]]


def decode(head: Head, target: TargetFit, predictions: NDArray[Any]) -> pd.DataFrame:
    """What a model said (its raw output), a row for each sample.

    A class is the likeliest; of two, the second if its probability is above the threshold. Logits
    become probabilities first.
    """
    found = np.asarray(predictions, dtype=np.float64)
    if target.one_hot:
        return pd.DataFrame(_one_of_many(head, target, found))
    if target.classes is None:
        logits = target.task == "distribution" and _logits(head)
        own = softmax(found) if logits else in_own_units(target, found)
        return pd.DataFrame(_spread(head.name, "prediction", target, own))
    if head.labels in ("index", "onehot") and found.shape[-1] > 1 and target.task != "multilabel":
        return pd.DataFrame(_one_of_many(head, target, found[..., :len(target.names)]))
    return pd.DataFrame(_each_of_two(head, target, found))


def truth(head: Head, target: TargetFit, targets: NDArray[Any]) -> pd.DataFrame:
    """Prepared targets, back in class names and own units."""
    if target.one_hot:
        codes = np.argmax(targets, axis=-1).astype(np.int64)
        return pd.DataFrame(_spread(head.name, "truth", target, class_names(target, codes)))
    if target.classes is None:
        return pd.DataFrame(_spread(head.name, "truth", target, in_own_units(target, targets)))
    codes = codes_of(targets, head.labels)
    return pd.DataFrame(_spread(head.name, "truth", target, class_names(target, codes)))


def softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Along the last axis."""
    grown = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(grown / grown.sum(axis=-1, keepdims=True))


def sigmoid(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """By the hyperbolic tangent, which does not overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(logits / 2.0)))


def _logits(head: Head) -> bool:
    return bool(head.loss.get("from_logits", False))


def _one_of_many(head: Head, target: TargetFit, found: NDArray[np.float64]) -> Columns:
    """One output unit for each class, on the last axis."""
    bounded = head.loss.name not in UNBOUNDED
    chances = softmax(found) if bounded and _logits(head) else found
    codes = np.argmax(chances, axis=-1).astype(np.int64)
    if found.shape[-1] == 2 and bounded:
        codes = (chances[..., 1] > head.output.threshold).astype(np.int64)
    out = _spread(head.name, "prediction", target, class_names(target, codes))
    if bounded and chances.ndim == 2:
        for i, name in enumerate(target.names):
            if i < chances.shape[-1]:
                out[f"{head.name}.probability.{_word(name)}"] = chances[:, i]
    return out


def _each_of_two(head: Head, target: TargetFit, found: NDArray[np.float64]) -> Columns:
    """Every output unit says how much it is the second of two classes."""
    bounded = head.loss.name not in UNBOUNDED
    if head.labels == "sign":
        chances = (found + 1.0) / 2.0
    else:
        chances = sigmoid(found) if bounded and _logits(head) else found
    codes = (chances > head.output.threshold).astype(np.int64)
    flat = codes.reshape(len(codes), -1)
    single = flat.shape[1] == 1
    out = _spread(head.name, "prediction", target, class_names(target, codes))
    if not bounded or head.labels == "sign":
        return out
    if single:
        second = chances.reshape(-1)
        for name, chance in zip(target.classes or (), (1.0 - second, second), strict=False):
            out[f"{head.name}.probability.{_word(name)}"] = chance
        return out
    return {**out, **_spread(head.name, "probability", target, chances)}


def _spread(name: str, what: str, target: TargetFit, values: NDArray[Any]) -> Columns:
    """(n, ...) as columns: one bears no name of its own, several those of the target's columns."""
    flat = values.reshape(len(values), -1)
    if flat.shape[1] == 1:
        return {f"{name}.{what}": flat[:, 0]}
    names = target.columns if len(target.columns) == flat.shape[1] else \
        tuple(str(i) for i in range(1, flat.shape[1] + 1))
    return {f"{name}.{what}.{one}": flat[:, i] for i, one in enumerate(names)}


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
