"""Losses and metrics of one output over arrays: for numbers in the target's own units.

`evaluate` measures in the model's units, as `fit` reports. Where a target was scaled, what people
read and expect is measured here, with the same Keras objects, on unscaled arrays.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specc.backend.names import plain
from specc.backend.objects import make
from specc.ir.plan import Head

BATCH = 1024


def measure(head: Head, truth: NDArray[Any], predicted: NDArray[Any],
            weight: NDArray[Any] | None = None) -> dict[str, float]:
    """`{"loss": ..., "mae": ...}` of one output. truth, predicted: (n, ...) in one unit;
    weight: (n,) or None. The loss is the mean over rows."""
    import keras

    loss = make(head.loss)
    mean = keras.metrics.Mean()
    metrics = {key: make(component) for key, component in head.metrics}
    for start in range(0, len(truth), BATCH):
        rows = slice(start, start + BATCH)
        part = None if weight is None else weight[rows]
        mean.update_state(loss(truth[rows], predicted[rows], sample_weight=part),
                          sample_weight=len(truth[rows]))
        for metric in metrics.values():
            metric.update_state(truth[rows], predicted[rows])
    found: Mapping[str, Any] = {"loss": mean.result()} | {
        key: metric.result() for key, metric in metrics.items()}
    return {key: plain(np.asarray(value)) for key, value in found.items()}
