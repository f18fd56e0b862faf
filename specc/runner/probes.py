"""What every spec must be able to do, tried on one batch: compile, come back from disk, learn.

Each probe takes what a model needs and gives findings; none is a good sign. `specc test` and the
pytest plugin run them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from specc.data.prepare import Arrays
from specc.diagnostics import Diagnostic, Outcome, SpecError
from specc.ir.cost import totals
from specc.ir.plan import Plan
from specc.ops.component import Component
from specc.pipeline import Checked
from specc.record import replace
from specc.runner.data import Ready
from specc.runner.errors import reload_differs
from specc.runner.probe_errors import loss_stays, output_not_finite, params_differ

ROWS = 32  # of one batch
STEPS = 100  # on that batch
FALL = 0.2  # of the first loss, at least

# The spec's own optimizer, then others: it is the model and its loss that are tried, and a
# learning rate for many epochs moves too little in a hundred steps.
OPTIMIZERS = (None, Component("optimizer", "Adam", {"learning_rate": 0.01}),
              Component("optimizer", "Adam", {"learning_rate": 0.001}))


def compiles(ready: Ready) -> tuple[Diagnostic, ...]:
    """The model is built, has the parameters that were computed, and gives finite numbers."""
    from specc.backend.save import predict

    built = model_of(ready.plan, ready)
    if built.value is None:
        return built.errors
    spec, model = ready.plan.spec, built.value
    found = list(parameters(ready.plan, model))
    rows = batch(ready.prepared.train)
    predicted = predict(model, rows.inputs, outputs=[head.name for head in ready.plan.heads])
    for name, values in predicted.items():
        wrong = int((~np.isfinite(values)).reshape(len(values), -1).any(axis=1).sum())
        if wrong:
            found.append(output_not_finite(spec.where("outputs", name), output=name, rows=wrong))
    return tuple(found)


def parameters(plan: Plan, model: Any) -> Iterator[Diagnostic]:
    """Whether Keras counts the parameters that were computed; what is not known stays silent."""
    inferred = totals(plan.graph).params
    if inferred is not None and inferred != model.count_params():
        yield params_differ(plan.spec.where("model"), inferred=inferred,
                            built=model.count_params())


def reloads(ready: Ready) -> tuple[Diagnostic, ...]:
    """Trained for a step, saved and loaded again, the model predicts the same bits."""
    from specc.backend.save import load, predict, save

    built = model_of(ready.plan, ready)
    if built.value is None:
        return built.errors
    rows, model = batch(ready.prepared.train), built.value
    steps(model, rows, 1)
    names = [head.name for head in ready.plan.heads]
    before = predict(model, rows.inputs, outputs=names, anew=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        save(model, path)
        loaded = load(path, ready.plan.spec.where("model"))
    if loaded.value is None:
        return loaded.errors
    after = predict(loaded.value, rows.inputs, outputs=names)
    found = []
    for name in names:
        same = np.equal(before[name], after[name]) | (np.isnan(before[name])
                                                      & np.isnan(after[name]))
        differ = int((~same).reshape(len(same), -1).any(axis=1).sum())
        if differ:
            found.append(reload_differs(ready.plan.spec.where("outputs", name), output=name,
                                        rows=differ))
    return tuple(found)


def overfits(ready: Ready) -> tuple[Diagnostic, ...]:
    """The loss of one batch falls clearly, with the spec's optimizer or with another one."""
    rows = batch(ready.prepared.train)
    tried: list[tuple[float, float]] = []
    for optimizer in OPTIMIZERS:
        plan = replace(ready.plan, optimizer=optimizer or ready.plan.optimizer)
        built = model_of(plan, ready)
        if built.value is None:
            return built.errors
        losses = steps(built.value, rows, STEPS)
        first, last = losses[0], float(np.mean(losses[-5:]))  # dropout makes single ones jump
        if first - last >= FALL * abs(first):
            return ()
        tried.append((first, last))
    first, last = min(tried, key=lambda one: one[1] - one[0])
    return (loss_stays(ready.plan.spec.where("model"), first=first, last=last, fall=FALL,
                       rows=len(rows), steps=STEPS),)


def lives(checked: Checked) -> tuple[Diagnostic, ...]:
    """The whole life in a folder that is thrown away: [expect] is held, and the loss finite."""
    from specc.runner.lifecycle import run

    with tempfile.TemporaryDirectory() as folder:
        try:
            return run(checked, Path(folder)).diagnostics
        except SpecError as wrong:
            return wrong.diagnostics


def model_of(plan: Plan, ready: Ready) -> Outcome[Any]:
    """A new model, compiled, with layers that learn from rows having learned from them."""
    from specc.backend.start import start

    begun = start()
    if begun.value is None:
        return Outcome(None, begun.diagnostics)
    from specc.backend.build import build

    return build(plan, ready.prepared.train.inputs)


def batch(rows: Arrays, count: int = ROWS) -> Arrays:
    """The first rows of a part."""
    return Arrays({name: one[:count] for name, one in rows.inputs.items()},
                  {name: one[:count] for name, one in rows.targets.items()},
                  {name: one[:count] for name, one in rows.weights.items()}, rows.rows[:count])


def steps(model: Any, rows: Arrays, count: int) -> list[float]:
    """The loss before each of `count` steps, all on the same rows."""
    from specc.backend.feed import pack
    from specc.backend.seeds import caller_unmoved

    packed = pack(model, rows)
    losses = []
    with caller_unmoved():
        for _ in range(count):
            model.reset_metrics()
            losses.append(float(model.train_on_batch(packed.x, packed.y, packed.weight,
                                                     return_dict=True)["loss"]))
    return losses
