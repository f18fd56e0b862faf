"""The losses of a look, and the targets as they take them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from specc.backend.objects import make
from specc.ir.activation import activation_of
from specc.ir.plan import Head, Plan
from specc.ops.component import Component

INDEXED, SPREAD = "SparseCategoricalCrossentropy", "CategoricalCrossentropy"
KEPT = ("from_logits", "reduction", "name", "dtype")  # arguments of both
MOST = 1000  # classes


def losses(plan: Plan, targets: Mapping[str, Any],
           trust: frozenset[str] = frozenset()) -> dict[str, tuple[Any, Any]]:
    """Of each output, its loss and its targets.

    A class index becomes a one-hot where that is the same loss: to derive by what an index chooses
    takes TensorFlow some thirty calls where sums are kept in one order, half the time of a look
    at a small model.
    """
    found = {}
    for head in plan.heads:
        loss, truth = head.loss, targets[head.name]
        classes = _classes(plan, head)
        if classes and ((truth >= 0) & (truth < classes)).all():
            loss = Component("loss", SPREAD,
                             {key: loss.args[key] for key in KEPT if key in loss.args})
            truth = np.eye(classes, dtype="float32")[truth.astype("int64").reshape(-1)]
        found[head.name] = make(loss, trust), keras.ops.convert_to_tensor(truth)
    return found


def _classes(plan: Plan, head: Head) -> int:
    """Of how many classes a row is one; 0 where a one-hot is not the same, or too large."""
    if head.loss.name != INDEXED or head.loss.get("ignore_class") is not None:
        return 0
    ref = plan.graph.outputs[head.name]
    node, shape = plan.graph.node(ref.node), plan.graph.tensor(ref).shape
    if node is None or shape is None or len(shape) != 2 or not isinstance(shape[-1], int):
        return 0
    sums_to_one = head.loss.get("from_logits") or activation_of(node.layer) == "softmax"
    return shape[-1] if sums_to_one and shape[-1] <= MOST else 0
