"""Built models, used again where only rows or the learning rate differ.

Tracing the functions of a new model takes longer than most short fits. A model whose variables
are set back to where they began, with the learning rate assigned, gives the same bits (measured,
and tested), so the folds of a trial share one.
"""

from __future__ import annotations

import gc
from collections import OrderedDict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specc.backend.build import build
from specc.backend.start import chosen
from specc.backend.train import steps_at_once
from specc.data.prepare import Arrays
from specc.diagnostics import Outcome
from specc.ir.learning import learns
from specc.ir.plan import Plan
from specc.ops.component import Component
from specc.record import Record, replace

HELD = 4  # models in memory


class Held(Record):
    """A compiled model, and all its variables as they were before the first step."""

    model: Any
    began: tuple[NDArray[Any], ...]


_HELD: OrderedDict[str, Held] = OrderedDict()


def made(plan: Plan, arrays: Arrays) -> Outcome[Any]:
    """The compiled model of a plan with its initial weights: built, or set back to them.

    A model that is given out is the caller's until the next call.
    """
    rate = plan.optimizer.args.get("learning_rate")
    if not usable(plan) or isinstance(rate, bool) or not isinstance(rate, int | float):
        return build(plan, arrays.inputs)
    steps = steps_at_once(plan, -(-len(arrays) // plan.spec.fit.batch_size))
    key = repr((described(plan), steps))
    if key in _HELD:
        _HELD.move_to_end(key)
        held = _HELD[key]
        for variable, began in zip(_variables(held.model), held.began, strict=True):
            variable.assign(began)
        held.model.optimizer.learning_rate = float(rate)
        held.model.stop_training = False
        return Outcome(held.model)
    built = build(plan, arrays.inputs)
    if built.value is None:
        return built
    model = built.value
    model.steps_per_execution = steps  # as training would set it and set it back, losing traces
    model.optimizer.build(model.trainable_variables)
    while len(_HELD) >= HELD:
        _HELD.popitem(last=False)
        gc.collect()  # a model is a circle of references; collecting takes 0.2 s, so only here
    _HELD[key] = Held(model, tuple(np.array(one) for one in _variables(model)))
    return built


def release() -> None:
    """Let the models go."""
    _HELD.clear()


def usable(plan: Plan) -> bool:
    """Whether a model may be used again: nothing in it was learned from the rows, and nothing
    but variables holds its state."""
    return (chosen().value == "tensorflow" and plan.spec.model.dtype == "float32"
            and plan.spec.model.kind != "subclassed"
            and not any(learns(node, plan.graph) or node.model_file for node in plan.graph.nodes))


def described(plan: Plan) -> tuple[Any, ...]:
    """All that a compiled model depends on, but for its learning rate."""
    kept = {key: value for key, value in plan.optimizer.args.items() if key != "learning_rate"}
    optimizer = Component(plan.optimizer.category, plan.optimizer.name, kept)
    spec = plan.spec
    return (spec.seed, spec.name, spec.model.kind, spec.model.weights, plan.graph, plan.heads,
            optimizer, replace(spec.compile, optimizer=None), spec.fit.batch_size,
            spec.fit.validation_batch_size)


def _variables(model: Any) -> list[Any]:
    return [*model.variables, *model.optimizer.variables]
