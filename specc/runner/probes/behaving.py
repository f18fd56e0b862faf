"""Stages about what a model predicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specc.diagnostics import Diagnostic
from specc.ir.activation import Ending, ending
from specc.record import Record
from specc.runner.probe_errors import outside_its_range, row_not_alone
from specc.runner.subject import NotLooked, Subject

CLOSE = {"float32": 1e-6, "mixed_float16": 1e-2, "mixed_bfloat16": 5e-2}  # by the model's policy
SUM = {"float32": 1e-5, "mixed_float16": 1e-2, "mixed_bfloat16": 5e-2}
FEW = 8  # rows that are predicted one by one
ODD = 5  # rows at once, so that the last batch is smaller


class Range(Record):
    """Where an activation puts what it is given; `sums`: along the last axis, to 1."""

    low: float = -np.inf
    high: float = np.inf
    sums: bool = False

    def __str__(self) -> str:
        if self.sums:
            return "so its rows are probabilities that sum to 1"
        if self.low == -np.inf:
            return f"so it is at most {self.high:g}"
        if self.high == np.inf:
            return f"so it is at least {self.low:g}"
        return f"so it lies in {self.low:g}..{self.high:g}"


RANGES: Mapping[str, Range] = {
    "softmax": Range(0, 1, sums=True),
    "sparsemax": Range(0, 1, sums=True),
    "sigmoid": Range(0, 1),
    "hard_sigmoid": Range(0, 1),
    "sparse_sigmoid": Range(0, 1),
    "tanh": Range(-1, 1),
    "hard_tanh": Range(-1, 1),
    "softsign": Range(-1, 1),
    "relu": Range(0),
    "relu6": Range(0, 6),
    "softplus": Range(0),
    "squareplus": Range(0),
    "exponential": Range(0),
    "log_softmax": Range(high=0),
    "log_sigmoid": Range(high=0),
}


def rows(subject: Subject) -> Iterator[Diagnostic]:
    """The same predictions in another order, in smaller batches, and one by one."""
    from specc.backend.save import predict

    taken = subject.batch()
    if len(taken) < 2:
        raise NotLooked("there is one row only")
    together = subject.predicted
    back = {name: np.asarray(one)[::-1].copy() for name, one in taken.inputs.items()}
    few = {name: np.asarray(one)[:FEW] for name, one in taken.inputs.items()}
    ways: Mapping[str, tuple[dict[str, NDArray[Any]], int, slice]] = {
        "in another order of rows": (back, len(taken), slice(None, None, -1)),
        f"in batches of {ODD}": (dict(taken.inputs), ODD, slice(None)),
        "for one row at a time": (few, 1, slice(FEW)),
    }
    said: set[str] = set()
    for how, (inputs, size, place) in ways.items():
        found = predict(subject.model, inputs, outputs=subject.names, batch_size=size)
        for name, values in found.items():
            most = _apart(together[name][place], values, subject.plan.spec.model.dtype)
            if most is not None and name not in said:
                said.add(name)
                yield row_not_alone(subject.plan.spec.where("outputs", name), output=name,
                                    how=how, most=most)


def _apart(one: NDArray[Any], other: NDArray[Any], policy: str) -> float | None:
    """How far two predictions are apart, as a part of what they are; None: no more than rounding.
    What is small beside the largest of the output is held by that."""
    ours, theirs = one.astype("float64"), other.astype("float64")
    scale = float(np.abs(ours[np.isfinite(ours)]).max(initial=0.0))
    same = np.isclose(theirs, ours, rtol=CLOSE[policy], atol=CLOSE[policy] * scale, equal_nan=True)
    if same.all():
        return None
    return float(np.abs(theirs - ours).max() / (scale or 1.0))


def in_range(subject: Subject) -> Iterator[Diagnostic]:
    """Predictions before training, and after a step, lie where the activation says."""
    from specc.backend.save import predict

    ends = {head.name: found for head in subject.plan.heads
            if (found := ending(subject.plan.graph, head.tensor)) is not None
            and found.activation in RANGES}
    if not ends:
        raise NotLooked("no output ends with an activation that bounds it")
    after = predict(subject.stepped, subject.batch().inputs, outputs=subject.names)
    for name, end in ends.items():
        for values in (subject.predicted[name], after[name]):
            wrong = _outside(values, end, subject, name)
            if wrong is not None:
                yield outside_its_range(subject.plan.spec.where("outputs", name), output=name,
                                   activation=end.activation, found=wrong,
                                   wanted=str(RANGES[end.activation]))
                break


def _outside(values: NDArray[Any], end: Ending, subject: Subject, name: str) -> str | None:
    """What lies elsewhere, in words. What is no number is for another stage to say."""
    bound = RANGES[end.activation]
    found = values[np.isfinite(values)].astype("float64")
    slack = SUM[subject.plan.spec.model.dtype]
    low, high = found.min(initial=np.inf), found.max(initial=-np.inf)
    if low < bound.low - slack:
        return f"it reaches {low:.6g}"
    if high > bound.high + slack:
        return f"it reaches {high:.6g}"
    axis = end.node.layer.get("axis", -1) if end.param is None else -1
    direct = subject.plan.graph.outputs[name].node == end.node.name
    if bound.sums and direct and isinstance(axis, int) and np.isfinite(values).all():
        sums = values.astype("float64").sum(axis=axis)
        most = float(np.abs(sums - 1).max(initial=0.0))
        if most > slack:
            return f"a row sums to {float(sums.flat[np.abs(sums - 1).argmax()]):.6g}"
    return None
