"""The loss and the metrics of one output, measured on arrays outside of any model.

For numbers in the target's own units, and for the loss of one of several outputs: TensorFlow's
Keras counts every batch of such a loss the same, also the smaller last one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from specc.backend.names import plain
from specc.backend.objects import make
from specc.backend.seeds import caller_unmoved
from specc.backend.start import deterministic
from specc.ir.plan import Head

ROWS = 8192  # at once: what is measured in between may be larger than the rows themselves


def measure(head: Head, truth: NDArray[Any], values: NDArray[Any],
            weights: NDArray[Any] | None = None, *,
            trust: frozenset[str] = frozenset()) -> dict[str, Any]:
    """`{"loss": ..., "mae": ...}` of predictions, in the units of what is given.

    truth, values: (N, ...), as the loss takes them. weights: (N,), for the loss alone, which is
    divided by the number of rows, as Keras does. A metric per class is a list.
    """
    from keras.ops import convert_to_numpy as to_numpy  # NumPy reads no tensor of torch

    with caller_unmoved(), deterministic():
        loss = make(head.loss, trust)
        metrics = {key: make(one, trust) for key, one in head.metrics}
        total = 0.0
        for begin in range(0, len(truth), ROWS):
            part = slice(begin, begin + ROWS)
            rows = len(truth[part])
            weight = None if weights is None else weights[part]
            total += rows * float(np.mean(to_numpy(loss(truth[part], values[part], weight))))
            for metric in metrics.values():
                metric.update_state(truth[part], values[part])
        found: dict[str, Any] = {"loss": total / max(1, len(truth))}
        found |= {key: plain(to_numpy(one.result())) for key, one in metrics.items()}
    return found
