"""Where a NaN began: the epoch in which it came is gone through again, step by step.

Whatever decides a bit is a function of the spec, the seed and the epoch, so an epoch that begins
with the same state ends with the same NaN. The state is kept at the start of each epoch.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from specc.backend.feed import Rows, order_of, pack
from specc.backend.seeds import caller_unmoved, seed_epoch
from specc.backend.start import deterministic
from specc.backend.walk import call, live
from specc.ir.plan import Plan
from specc.record import Record

SHORT = 3e8  # operations of an epoch; more take some tenths of a second at least
MOST_NUMBERS = 50_000_000  # of a state that is kept; a larger one is not gone through again


class Origin(Record):
    """The first thing that was NaN or infinite. `layer`: its full name; None: the loss itself."""

    step: int  # from 1
    layer: str | None
    what: str  # "gives inf", "gets a gradient that is nan"


class Kept:
    """The state of a model at the start of an epoch: weights, optimizer, metrics, seeds.

    Where epochs are so short that copying would be felt, nothing is kept: the epochs before are
    trained anew, which is as short. Nor where the state is very large, which then is not known.
    """

    def __init__(self, model: Any, plan: Plan, rows: int) -> None:
        self.model, self.plan = model, plan
        flops = sum(cost.flops or 0 for cost in plan.graph.costs.values())
        self.short = 3.0 * flops * rows < SHORT
        numbers = sum(int(np.prod(one.shape)) for one in model.variables)
        self.small = numbers <= MOST_NUMBERS
        self._variables: list[Any] = []
        self._values: list[Any] = []
        self._copy: Any = None

    def keep(self) -> None:
        """Remember the state as it is now; the one before is forgotten."""
        if self.short or not self.small:
            return
        if not self._variables:
            self._variables = _state(self.model)
        if keras.backend.backend() == "tensorflow":
            self._on_tensorflow()
        else:
            self._values = [keras.ops.copy(one.value) for one in self._variables]

    def values(self, epoch: int, prepared: Any) -> list[tuple[Any, Any]]:
        """Each variable with what it was at the start of an epoch (from 0); nothing where that is
        not known. prepared: `train` and `validation` rows."""
        if self.short:
            return again(self.model, self.plan, prepared, epoch)
        return list(zip(self._variables, self._values, strict=True))

    def _on_tensorflow(self) -> None:
        """One call for all variables: a step of its own for each costs more than a small epoch."""
        import tensorflow as tf

        if self._copy is None:
            held = [one.value for one in self._variables]
            self._copy = tf.function(lambda: [tf.identity(one) for one in held], autograph=False)
        self._values = self._copy()


def again(model: Any, plan: Plan, prepared: Any, epoch: int) -> list[tuple[Any, Any]]:
    """The state at the start of an epoch, by training the ones before it once more. The variables
    are those of `model`; it is not touched."""
    from specc.backend.build import build
    from specc.backend.train import train

    made = build(plan, prepared.train.inputs).value
    if made is None:
        return []
    if epoch:
        with tempfile.TemporaryDirectory() as folder:  # callbacks may write
            done = train(made, plan, prepared.train, prepared.validation, folder=Path(folder),
                         epochs=epoch)
        if done.value is None:
            return []
    else:
        made.optimizer.build(made.trainable_variables)
    fresh = [] if epoch else model.metrics_variables  # made when training begins, at 0
    ours = [one for one in _state(model) if all(one is not other for other in fresh)]
    theirs = _state(made)[:len(ours)]
    if [one.shape for one in ours] != [one.shape for one in theirs]:
        return []
    return [*((one, keras.ops.convert_to_numpy(other.value))
              for one, other in zip(ours, theirs, strict=True)),
            *((one, np.zeros(one.shape, str(one.dtype))) for one in fresh)]


def find(model: Any, plan: Plan, rows: Rows, kept: Sequence[tuple[Any, Any]],
         epoch: int) -> Origin | None:
    """Where the first number that is none came up in an epoch (from 0).

    kept: the state at its start. The model is afterwards as it was. None where nothing is found.
    """
    if not kept:
        return None
    spec = plan.spec
    now = [(one, keras.ops.convert_to_numpy(one.value)) for one in _state(model)]
    steps_before = model.steps_per_execution
    count, size = len(next(iter(rows.inputs.values()))), spec.fit.batch_size
    order = order_of(count, spec.seed, epoch, spec.fit.shuffle)
    with caller_unmoved(), deterministic(), np.errstate(all="ignore"):
        try:
            _steps(model, 1)
            _give(kept)
            seed_epoch(model, spec.seed, epoch)
            for step in range(-(-count // size)):
                batch = _Batch(rows, order[step * size:(step + 1) * size])
                before = [(one, keras.ops.convert_to_numpy(one.value)) for one in _state(model)]
                x, y, *weight = pack(model, batch).parts
                loss = model.train_on_batch(x, y, *weight, return_dict=True)["loss"]
                wrong = [one for one in model.trainable_variables
                         if not np.isfinite(keras.ops.convert_to_numpy(one.value)).all()]
                if np.isfinite(loss) and not wrong:
                    continue
                _give(before)
                return _first(model, plan, batch, step + 1, wrong, loss_fails=not np.isfinite(loss))
        finally:
            _give(now)
            _steps(model, steps_before)
    return None


class _Batch:
    """Some rows of others."""

    def __init__(self, rows: Rows, chosen: Any) -> None:
        self.inputs = {name: one[chosen] for name, one in rows.inputs.items()}
        self.targets = {name: one[chosen] for name, one in rows.targets.items()}
        self.weights = {name: one[chosen] for name, one in rows.weights.items()}


def _first(model: Any, plan: Plan, batch: _Batch, step: int, wrong: Sequence[Any], *,
           loss_fails: bool) -> Origin:
    """Of a step that fails, what fails first: forwards a layer, then the loss, then a gradient."""
    if loss_fails:
        layer, value = _forwards(model, plan, batch)
        if layer is not None:
            return Origin(step, layer, f"gives {value:g}")
        return Origin(step, None, f"predictions reach {value:.3g}")
    layers = {layer.name: {id(one) for one in layer.trainable_variables} for layer in model.layers}
    bad = {id(one) for one in wrong}
    held = [node.layer_name for node in live(plan.graph).layers()
            if layers.get(node.layer_name, set()) & bad]
    return Origin(step, held[-1] if held else None,
                  "gets a gradient, or takes a step, that is no number")


def _forwards(model: Any, plan: Plan, batch: _Batch) -> tuple[str | None, float]:
    """The first layer, in order, that gives something that is no number; else how large the
    predictions are."""
    graph = live(plan.graph)
    layers = {layer.name: layer for layer in model.layers}
    from specc.backend.feed import pack_inputs

    results: dict[str, list[Any]] = {
        name: [keras.ops.convert_to_tensor(pack_inputs({"x": one}))]
        for name, one in batch.inputs.items()}
    ends = {ref.node for ref in graph.outputs.values()}
    largest = 0.0
    with keras.StatelessScope(collect_losses=True):
        for node in graph.nodes:
            results[node.name] = call(layers[node.layer_name], node, results, True)
            for one in results[node.name]:
                found = np.asarray(keras.ops.convert_to_numpy(one))
                if found.dtype.kind != "f":
                    continue
                if not np.isfinite(found).all():
                    return node.name, float(found[~np.isfinite(found)][0])
                if node.name in ends:
                    largest = max(largest, float(np.abs(found).max()))
    return None, largest


def _state(model: Any) -> list[Any]:
    """All that a step reads or writes, each variable once."""
    held = [*model.variables, *model.optimizer.variables, *model.metrics_variables]
    return list({id(one): one for one in held}.values())


def _give(state: Sequence[tuple[Any, Any]]) -> None:
    for variable, value in state:
        variable.assign(value)


def _steps(model: Any, several: int) -> None:
    if model.steps_per_execution != several:
        model.steps_per_execution = several
    model.train_function = model.test_function = model.predict_function = None
