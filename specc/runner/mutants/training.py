"""Faults of training, one at a time: what a bug in a data pipeline or a training loop would do.

Each says what it does to the rows, to the new model, or to the loop. None where the spec has
nothing of the kind (no sample weights, a single column).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from specc.data.encode import ColumnFit
from specc.data.order import permutation
from specc.data.prepare import Arrays, Prepared
from specc.diagnostics import Outcome
from specc.ir.plan import Plan
from specc.record import Record, replace
from specc.runner.data import Ready
from specc.runner.goldens import Loop

Rows: TypeAlias = Callable[[Ready], "Ready | None"]
Tamper: TypeAlias = Callable[[Any], bool]  # whether there was anything to tamper with


def always(ready: Ready) -> bool:
    return True


class Fault(Record):
    """What a fault does; one of the three. `loop` trains a model for some epochs in a folder.
    `applies`: whether there is anything for it to spoil, where the fault itself cannot tell."""

    says: str
    rows: Rows | None = None
    model: Tamper | None = None
    loop: Loop | None = None
    applies: Callable[[Ready], bool] = always


# --- rows ---------------------------------------------------------------------------------------

def training(change: Callable[[Arrays], Arrays | None]) -> Rows:
    """A change of the training rows alone."""
    def rows(ready: Ready) -> Ready | None:
        changed = change(ready.prepared.train)
        return None if changed is None else _with(ready, replace(ready.prepared, train=changed))

    return rows


def _with(ready: Ready, prepared: Prepared) -> Ready:
    return replace(ready, prepared=prepared)


def taken(arrays: Arrays, order: Any) -> Arrays:
    """Rows by their numbers, in that order."""
    return Arrays({name: one[order] for name, one in arrays.inputs.items()},
                  {name: one[order] for name, one in arrays.targets.items()},
                  {name: one[order] for name, one in arrays.weights.items()}, arrays.rows[order])


def labels_shifted(arrays: Arrays) -> Arrays:
    return replace(arrays, targets={name: np.roll(one, 1, axis=0)
                                    for name, one in arrays.targets.items()})


def some_labels_swapped(arrays: Arrays) -> Arrays | None:
    """Of a hundred rows one has the label of another."""
    count = len(arrays)
    if count < 4:
        return None
    order = np.arange(count)
    places = permutation(count, 0, 0)[:max(2, count // 100)]
    order[places] = np.roll(places, 1)
    changed = {name: one[order] for name, one in arrays.targets.items()}
    same = all(np.array_equal(changed[name], one) for name, one in arrays.targets.items())
    return None if same else replace(arrays, targets=changed)


def weights_ignored(arrays: Arrays) -> Arrays | None:
    return replace(arrays, weights={}) if arrays.weights else None


def numeric(arrays: Arrays) -> tuple[str, Any] | None:
    """The first input of numbers, as it is fed."""
    for name, one in arrays.inputs.items():
        if one.dtype.kind == "f" and one.ndim == 2:
            return name, one
    return None


def columns(change: Callable[[Any], Any]) -> Callable[[Arrays], Arrays | None]:
    """A change of the first input of numbers; of two columns or more."""
    def changed(arrays: Arrays) -> Arrays | None:
        found = numeric(arrays)
        if found is None or found[1].shape[1] < 2:
            return None
        name, values = found
        return replace(arrays, inputs={**arrays.inputs, name: change(values.copy())})

    return changed


def first_zeroed(values: Any) -> Any:
    values[:, 0] = 0.0
    return values


def first_two_swapped(values: Any) -> Any:
    values[:, [0, 1]] = values[:, [1, 0]]
    return values


def rounded(values: Any) -> Any:
    return values.astype(np.float16).astype(values.dtype)


def scaled_on_all_rows(ready: Ready) -> Ready | None:
    """Inputs scaled by what validation and test rows say too.

    Standard scaling is affine: of what training rows scaled, scaled once more by all rows, comes
    what scaling by all rows gives.
    """
    prepared = ready.prepared
    parts = [one for one in (prepared.train, prepared.validation, prepared.test) if one is not None]
    inputs = ready.plan.spec.inputs
    affine: dict[str, tuple[Any, Any]] = {}
    for name, fit in ready.dataset.preparation.inputs.items():
        scaled = np.array([flag for one in fit.columns for flag in _scaled(one)])
        if inputs[name].defaults.scale != "standard" or not scaled.any():
            continue
        if prepared.train.inputs[name].ndim != 2:
            continue
        whole = np.concatenate([part.inputs[name] for part in parts]).astype(np.float64)
        spread = whole.std(axis=0)
        affine[name] = (np.where(scaled, whole.mean(axis=0), 0.0),
                        np.where(scaled & (spread > 0), spread, 1.0))
    if not affine or len(parts) < 2:
        return None

    def again(arrays: Arrays) -> Arrays:
        changed = {name: ((arrays.inputs[name] - shift) / size).astype(arrays.inputs[name].dtype)
                   for name, (shift, size) in affine.items()}
        return replace(arrays, inputs={**arrays.inputs, **changed})

    return _with(ready, replace(
        prepared, train=again(prepared.train),
        validation=None if prepared.validation is None else again(prepared.validation),
        test=None if prepared.test is None else again(prepared.test)))


def _scaled(column: ColumnFit) -> list[bool]:
    """Of the prepared columns that a column becomes, which are scaled: never a code or a flag."""
    scaled = column.encode is None and (column.center, column.divide) != (0.0, 1.0)
    return [scaled and at == 0 for at in range(column.width)]


def validation_is_training(ready: Ready) -> Ready | None:
    if ready.prepared.validation is None:
        return None
    rows = taken(ready.prepared.train, slice(0, len(ready.prepared.validation)))
    return _with(ready, replace(ready.prepared, validation=rows))


def validation_in_training(ready: Ready) -> Ready | None:
    """The first validation row is trained on too."""
    known = ready.prepared.validation
    if known is None:
        return None
    first, train = taken(known, slice(0, 1)), ready.prepared.train
    if set(first.weights) != set(train.weights):
        return None

    def joined(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
        return {name: np.concatenate([values, other[name]]) for name, values in one.items()}

    both = Arrays(joined(train.inputs, first.inputs), joined(train.targets, first.targets),
                  joined(train.weights, first.weights), np.concatenate([train.rows, first.rows]))
    return _with(ready, replace(ready.prepared, train=both))


# --- the new model ------------------------------------------------------------------------------

def weights_larger(model: Any) -> bool:
    """All initial weights, times 1.01."""
    for one in model.trainable_variables:
        one.assign(one * 1.01)
    return True


def biases_moved(model: Any) -> bool:
    found = [one for one in model.trainable_variables if one.name == "bias"]
    for one in found:
        one.assign(one + 0.01)
    return bool(found)


def last_layer_untrained(model: Any) -> bool:
    layer = next((one for one in reversed(model.layers) if one.trainable_weights), None)
    if layer is None or len(model.trainable_weights) == len(layer.trainable_weights):
        return False
    layer.trainable = False
    return True


# --- the loop -----------------------------------------------------------------------------------

def _train(model: Any, plan: Plan, rows: Arrays, validation: Arrays | None, folder: Path,
           first: int, last: int) -> Outcome[Any]:
    from specc.backend.train import train

    return train(model, plan, rows, validation, folder=folder, initial_epoch=first, epochs=last)


def _each_epoch(before: Callable[[Any, Plan, Arrays, int], tuple[Plan, Arrays, int]]) -> Loop:
    """A loop of trainings of one epoch each; `before` says with what plan, rows and number."""
    def loop(model: Any, plan: Plan, rows: Arrays, validation: Arrays | None, folder: Path,
             epochs: int) -> Outcome[Any]:
        from specc.backend.train import Trained

        history: dict[str, list[Any]] = {}
        done: Outcome[Any] = Outcome(Trained())
        for epoch in range(epochs):
            now, given, number = before(model, plan, rows, epoch)
            done = _train(model, now, given, validation, folder, number, number + 1)
            if done.value is None:
                return done
            for name, values in done.value.history.items():
                history.setdefault(name, []).extend(values)
        return Outcome(Trained(history))

    return loop


def _in_order(plan: Plan, rows: Arrays, order: Any) -> tuple[Plan, Arrays]:
    """Rows in an order of ours, which training then keeps."""
    still = replace(plan.spec, fit=replace(plan.spec.fit, shuffle=False))
    return replace(plan, spec=still), taken(rows, order)


def order_of(plan: Plan, count: int, epoch: int) -> Any:
    return (permutation(count, plan.spec.seed, epoch) if plan.spec.fit.shuffle
            else np.arange(count))


def same_order(model: Any, plan: Plan, rows: Arrays, epoch: int) -> tuple[Plan, Arrays, int]:
    return (*_in_order(plan, rows, order_of(plan, len(rows), 0)), epoch)


def last_batch_dropped(model: Any, plan: Plan, rows: Arrays, epoch: int
                       ) -> tuple[Plan, Arrays, int]:
    count = len(rows)
    kept = count - count % plan.spec.fit.batch_size or count
    return (*_in_order(plan, rows, order_of(plan, count, epoch)[:kept]), epoch)


def first_batch_twice(model: Any, plan: Plan, rows: Arrays, epoch: int
                      ) -> tuple[Plan, Arrays, int]:
    order = order_of(plan, len(rows), epoch)
    return (*_in_order(plan, rows, np.concatenate([order[:plan.spec.fit.batch_size], order])),
            epoch)


def optimizer_forgets(model: Any, plan: Plan, rows: Arrays, epoch: int
                      ) -> tuple[Plan, Arrays, int]:
    """What the optimizer remembers (moments, the count of steps) is lost between epochs."""
    for one in model.optimizer.variables:
        if one is not getattr(model.optimizer, "_learning_rate", None):
            one.assign(np.zeros(one.shape))
    return plan, rows, epoch


def epoch_skipped(model: Any, plan: Plan, rows: Arrays, validation: Arrays | None, folder: Path,
                  epochs: int) -> Outcome[Any]:
    """The order of rows begins with that of the second epoch."""
    return _train(model, plan, rows, validation, folder, 1, epochs + 1)


def other_seed(model: Any, plan: Plan, rows: Arrays, validation: Arrays | None, folder: Path,
               epochs: int) -> Outcome[Any]:
    """Rows, and what layers draw, follow another seed than the initial weights do."""
    moved = replace(plan, spec=replace(plan.spec, seed=plan.spec.seed + 1000))
    return _train(model, moved, rows, validation, folder, 0, epochs)


def shuffled(ready: Ready) -> bool:
    return ready.plan.spec.fit.shuffle


def remainder(ready: Ready) -> bool:
    """Whether the last batch is smaller than the others, and not the only one."""
    count, size = len(ready.prepared.train), ready.plan.spec.fit.batch_size
    return count > size and count % size != 0


def remembering(ready: Ready) -> bool:
    """Whether the optimizer remembers anything; plain SGD does not."""
    optimizer = ready.plan.optimizer
    return optimizer.name != "SGD" or bool(optimizer.get("momentum", 0.0))


FAULTS: dict[str, Fault] = {
    "labels-shifted": Fault("each label belongs to the row before", training(labels_shifted)),
    "labels-swapped": Fault("one label in a hundred is another row's",
                            training(some_labels_swapped)),
    "sample-weights-ignored": Fault("every row counts once", training(weights_ignored)),
    "column-zeroed": Fault("one column is always 0", training(columns(first_zeroed))),
    "columns-swapped": Fault("two columns swapped", training(columns(first_two_swapped))),
    "inputs-rounded": Fault("inputs rounded to 16 bits", training(columns(rounded))),
    "row-lost": Fault("the last training row is lost",
                      training(lambda arrays: taken(arrays, slice(0, len(arrays) - 1)))),
    "rows-reversed": Fault("training rows in reverse",
                           training(lambda arrays: taken(arrays, slice(None, None, -1)))),
    "scaled-on-all-rows": Fault("scaling learns from validation and test rows too",
                                scaled_on_all_rows),
    "validation-is-training": Fault("training rows are validated on", validation_is_training),
    "validation-in-training": Fault("one validation row is trained on", validation_in_training),
    "weights-larger": Fault("initial weights times 1.01", model=weights_larger),
    "biases-moved": Fault("biases start at 0.01", model=biases_moved),
    "last-layer-untrained": Fault("the last layer keeps its weights", model=last_layer_untrained),
    "same-order": Fault("rows in the first epoch's order, always", loop=_each_epoch(same_order),
                        applies=shuffled),
    "epoch-skipped": Fault("the first epoch's order is skipped", loop=epoch_skipped,
                           applies=shuffled),
    "other-seed": Fault("rows and masks of another seed", loop=other_seed, applies=shuffled),
    "last-batch-dropped": Fault("the last, smaller batch is dropped",
                                loop=_each_epoch(last_batch_dropped), applies=remainder),
    "first-batch-twice": Fault("each epoch begins with its first batch twice",
                               loop=_each_epoch(first_batch_twice)),
    "optimizer-forgets": Fault("the optimizer begins anew each epoch",
                               loop=_each_epoch(optimizer_forgets), applies=remembering),
}
