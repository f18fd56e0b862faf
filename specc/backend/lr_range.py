"""A learning-rate range test: steps of training, each with a larger rate than the one before.

Source: Smith 2017, "Cyclical Learning Rates for Training Neural Networks", arXiv:1506.01186.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from specc.backend.build import refusal, refusals
from specc.backend.feed import Rows, order_of, pack
from specc.backend.seeds import caller_unmoved, seed_epoch
from specc.backend.start import deterministic
from specc.diagnostics import Outcome
from specc.ir.plan import Plan

Points = tuple[tuple[float, float], ...]  # (rate, loss of the batch before its step)


class _Batch:
    """Some rows of others."""

    def __init__(self, rows: Rows, chosen: Any) -> None:
        self.inputs = {name: one[chosen] for name, one in rows.inputs.items()}
        self.targets = {name: one[chosen] for name, one in rows.targets.items()}
        self.weights = {name: one[chosen] for name, one in rows.weights.items()}


def sweep(model: Any, plan: Plan, rows: Rows, *, low: float, high: float, steps: int,
          enough: Callable[[list[float]], bool]) -> Outcome[Points]:
    """The loss of each step while the rate grows from `low` to `high` by the same factor.

    Batches come in the order in which training has them. It ends early where a loss is no number,
    or where `enough` says so of the losses so far. The model is trained by it.
    """
    found: list[tuple[float, float]] = []
    model.steps_per_execution = 1
    batches = _batches(model, plan, rows)
    try:
        with caller_unmoved(), deterministic():
            for step in range(steps):
                rate = low * (high / low) ** (step / max(1, steps - 1))
                model.optimizer.learning_rate = rate
                x, y, *weight = next(batches)
                model.reset_metrics()
                loss = float(model.train_on_batch(x, y, *weight, return_dict=True)["loss"])
                if not np.isfinite(loss):
                    break
                found.append((rate, loss))
                if enough([one for _, one in found]):
                    break
    except refusals() as raised:
        return Outcome(None, (refusal(raised, plan.spec.where("fit"), "fit"),))
    return Outcome(tuple(found))


def _batches(model: Any, plan: Plan, rows: Rows) -> Iterator[tuple[Any, ...]]:
    """Batches of epoch after epoch, without end; the last of an epoch may be smaller."""
    spec, epoch = plan.spec, 0
    count, size = len(next(iter(rows.inputs.values()))), plan.spec.fit.batch_size
    while True:
        seed_epoch(model, spec.seed, epoch)
        order = order_of(count, spec.seed, epoch, spec.fit.shuffle)
        for begin in range(0, count, size):
            yield pack(model, _Batch(rows, order[begin:begin + size])).parts
        epoch += 1
