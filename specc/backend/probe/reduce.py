"""Tensors to the few numbers that signals hold.

Each function takes the namespace it computes in: NumPy, or `keras.ops` inside a compiled
function. Only what both have is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np

from specc.health.signals import Bend

Numbers: TypeAlias = dict[str, Any]

FLAT = 2e-4  # the slope of tanh at 5, of a sigmoid at 8.5
MOSTLY = 0.9  # of the rows and places, on which a saturated unit is flat
SELDOM = 0.01  # of the rows, on which a dead unit is active
SAMPLE = 64  # numbers of a weight that are kept to compare epochs by
FEW_WEIGHTS = 40  # more have a shorter sample each


def layer_numbers(xp: Any, tensor: Any, bend: Bend, activation: str | None,
                  axis: int) -> Numbers:
    """Of one layer's activations (n, ...), whose units lie on `axis`."""
    found: Numbers = {"size": xp.mean(xp.abs(tensor))}
    others = tuple(one for one in range(len(tensor.shape)) if one not in (0, axis))
    if bend == "relu":
        reached = xp.max(tensor, axis=others) if others else tensor  # (n, units)
        active = xp.mean(_numbers(xp, reached > 0), axis=0)
        found["dead"] = xp.mean(_numbers(xp, active < SELDOM))
    elif bend == "saturating":
        slope = 1.0 - tensor * tensor if activation == "tanh" else tensor * (1.0 - tensor)
        flat = xp.mean(_numbers(xp, slope < FLAT), axis=(0, *others))
        found["saturated"] = xp.mean(_numbers(xp, flat > MOSTLY))
    return found


def weight_numbers(xp: Any, value: Any, gradient: Any, name: str, picks: Any) -> Numbers:
    """Of one weight and its gradient, of the same shape, or None."""
    found: Numbers = {"norm": xp.sqrt(xp.sum(value * value)), "most": xp.max(xp.abs(value))}
    if gradient is not None:
        size = xp.abs(gradient)
        found |= {"gradient": xp.mean(size), "gradient_most": xp.max(size),
                  "gradient_norm": xp.sqrt(xp.sum(gradient * gradient))}
    if name == "kernel" and value.shape[-1] > 1:
        found["alike"] = xp.max(xp.max(value, axis=-1) - xp.min(value, axis=-1))
    if picks is not None:
        found["sample"] = xp.take(xp.reshape(value, (-1,)), picks, axis=0)
    return found


def output_numbers(xp: Any, predicted: Any, classes: int, threshold: float | None) -> Numbers:
    """Of predictions (n, ...). classes: units of which the largest wins; 0: none do. threshold:
    of two classes, what the second is predicted above."""
    found: Numbers = {"spread": xp.max(xp.std(predicted, axis=0)), "low": xp.min(predicted),
                      "high": xp.max(predicted)}
    if classes:
        best = xp.reshape(xp.argmax(predicted, axis=-1), (-1, 1))
        hits = xp.equal(best, xp.arange(classes))
        found["chosen"] = xp.mean(_numbers(xp, hits), axis=0)
    elif threshold is not None:
        second = xp.mean(_numbers(xp, predicted > threshold))
        found["chosen"] = xp.stack([1.0 - second, second])
    return found


def norm_numbers(xp: Any, entering: Any, moving: Any, axis: int) -> Any:
    """The median over channels of how far two variances are apart, as a factor of at least 1."""
    axis %= len(entering.shape)
    others = tuple(one for one in range(len(entering.shape)) if one != axis)
    own = xp.var(entering, axis=others)
    apart = xp.log((moving + 1e-3) / (own + 1e-3))
    return xp.exp(xp.median(xp.abs(apart)))


def picks(count: int, weights: int) -> Any:
    """The places of a weight that are kept: evenly spread, the first and the last among them."""
    most = SAMPLE if weights <= FEW_WEIGHTS else SAMPLE // 4
    return np.unique(np.linspace(0, count - 1, min(count, most)).astype("int32"))


def as_numbers(found: Mapping[str, Any]) -> Numbers:
    """Python's own floats, and tuples of them."""
    return {key: float(one) if np.ndim(one) == 0 else tuple(float(each) for each in one)
            for key, one in ((key, np.asarray(one)) for key, one in found.items())}


def _numbers(xp: Any, truth: Any) -> Any:
    return xp.where(truth, np.float32(1), np.float32(0))
