"""Stages about learning: gradients, one batch, one epoch."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

import numpy as np

from specc.data.sample import sample
from specc.diagnostics import Diagnostic
from specc.ops.component import Component
from specc.record import replace
from specc.runner.checkpoint import paths, read
from specc.runner.probe_errors import loss_rises, loss_stays, without_gradient
from specc.runner.subject import Subject, steps

STEPS = 100  # on one batch
FALL = 0.2  # of the first loss, at least
LOOKS = 3  # at gradients, a step apart: what begins at zero gets one when the rest has moved

# The spec's own optimizer, then others: it is the model and its loss that are tried, and a
# learning rate for many epochs moves too little in a hundred steps.
OPTIMIZERS = (None, Component("optimizer", "Adam", {"learning_rate": 0.01}),
              Component("optimizer", "Adam", {"learning_rate": 0.001}))


def gradients(subject: Subject) -> Iterator[Diagnostic]:
    """Every trainable weight gets a gradient that is finite, and not all zero each time."""
    model = subject.build()
    from specc.backend.probe import Looker

    looker = Looker(model, subject.plan, sample(subject.plan, subject.train), LOOKS)
    still: dict[int, tuple[str, str]] = {}
    for look in range(LOOKS):
        if look:
            steps(model, subject.batch(), 1)
        weights = looker.look().weights
        if not look:
            still = {index: (one.layer, one.name) for index, one in enumerate(weights)}
        for index, one in enumerate(weights):
            most = one.gradient_most
            assert most is not None  # looked at with gradients
            if not isfinite(most):
                yield _lacking(subject, one.layer, one.name, finite=False)
                return
            if most > 0:
                still.pop(index, None)
        if not still:
            return
    for layer, weight in still.values():
        yield _lacking(subject, layer, weight, finite=True)


def _lacking(subject: Subject, layer: str, weight: str, *, finite: bool) -> Diagnostic:
    graph = subject.plan.graph
    where = next((node.where for node in graph.nodes if node.layer_name == layer),
                 subject.plan.spec.where("model"))
    return without_gradient(where, layer=layer, weight=weight, finite=finite, looks=LOOKS)


def overfits(subject: Subject) -> Iterator[Diagnostic]:
    """The loss of one batch falls clearly, with the spec's optimizer or with another one."""
    rows = subject.batch()
    tried: list[tuple[float, float]] = []
    for optimizer in OPTIMIZERS:
        plan = replace(subject.plan, optimizer=optimizer or subject.plan.optimizer)
        losses = steps(subject.build(plan), rows, STEPS)
        first, last = losses[0], float(np.mean(losses[-5:]))  # dropout makes single ones jump
        if first - last >= FALL * abs(first):
            return
        tried.append((first, last))
    first, last = min(tried, key=lambda one: one[1] - one[0])
    yield loss_stays(subject.plan.spec.where("model"), first=first, last=last, fall=FALL,
                     rows=len(rows), steps=STEPS)


def descends(subject: Subject) -> Iterator[Diagnostic]:
    """The loss of training rows before an epoch and after it.

    Both as training sees it, without dropout: what batch normalization has averaged after a few
    steps is no measure.
    """
    done = subject.trained
    model = subject.build()
    from specc.backend.probe import Looker
    from specc.backend.snapshot import give

    looker = Looker(model, subject.plan, sample(subject.plan, done.ready.prepared.train), 2)
    before = looker.look()
    give(model, read(paths(done.folder)[-1]).arrays)
    after = looker.look()
    first, last = before.loss + before.penalty, after.loss + after.penalty
    if not last < first:
        yield loss_rises(subject.plan.spec.where("compile"), first=first, last=last,
                         rows=len(done.ready.prepared.train))
