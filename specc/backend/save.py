"""Saving, reloading, predicting and evaluating, with one batch size everywhere.

Another batch size changes last bits, so every evaluation and prediction takes the spec's
`validation_batch_size`.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from specc.backend import errors
from specc.backend import subclassed as _registered  # noqa: F401  (its class must be known)
from specc.backend.build import load_part, refusals
from specc.backend.distribute import alone
from specc.backend.feed import Rows, pack, pack_inputs
from specc.backend.measure import measure
from specc.backend.names import log_keys, plain
from specc.backend.seeds import caller_unmoved
from specc.backend.start import deterministic
from specc.backend.stream import batches, is_streamed
from specc.diagnostics import Outcome, SpecError
from specc.ir.plan import Plan
from specc.record import replace
from specc.source import Where

BATCH = 1024


def save(model: Any, path: Path) -> None:
    """Write `model.keras` as a whole or not at all: a file beside it, then renamed.

    SpecError where Keras has no words for something in the model; OSError of a disk's own.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(suffix=".keras", prefix=f".{path.stem}-", dir=path.parent)
    os.close(handle)
    beside = Path(name)
    try:
        _written(model, beside, path)
        beside.chmod(0o644)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def _written(model: Any, beside: Path, path: Path) -> None:
    try:
        model.save(beside)
    except OSError:
        raise
    except refusals() as raised:
        found = errors.model_not_saved(Where(str(path)), file=path.name, reason=_first(raised))
        raise SpecError([found]) from raised


def _first(raised: BaseException) -> str:
    """The first line of what was raised, as a part of a sentence."""
    text = str(raised).strip()
    return text.splitlines()[0].rstrip(".")[:300] if text else type(raised).__name__


def load(path: Path, where: Where | None = None, *, compiled: bool = True) -> Outcome[Any]:
    """A saved model, in safe mode. What cannot be read is a diagnostic."""
    place = where or Where(str(path))
    try:
        with caller_unmoved():
            if not compiled:
                return Outcome(load_part(path))
            return Outcome(keras.saving.load_model(path, safe_mode=True))
    except refusals() as raised:
        found = errors.model_unreadable(place, file=path.name, reason=_first(raised))
        return Outcome(None, (found,))


def predict(model: Any, inputs: Mapping[str, NDArray[Any]], *,
            outputs: Sequence[str] | None = None,
            batch_size: int = BATCH, anew: bool = False) -> dict[str, NDArray[Any]]:
    """Predictions by output name, from prepared arrays by input name.

    anew: traced for these rows alone. In a trace that has seen other numbers of rows TensorFlow
    rewrites sums otherwise, and a model predicts other last bits than one loaded from its file.

    outputs: the names of the plan's outputs. A Sequential does not know the name of its own:
    without `outputs` it is its last layer's.
    """
    x = pack_inputs(inputs)
    model = alone(model)
    if anew:
        model.predict_function = None
    with caller_unmoved(), deterministic():
        if is_streamed(x):
            given = model.predict(batches((x,), batch_size), verbose=0)
        else:
            given = model.predict(x, batch_size=batch_size, verbose=0)
    if isinstance(given, Mapping):
        return {name: np.asarray(one) for name, one in given.items()}
    name = outputs[0] if outputs else model.layers[-1].name
    return {name: np.asarray(given)}


def evaluate(model: Any, plan: Plan, rows: Rows, *,
             batch_size: int | None = None) -> dict[str, Any]:
    """Losses and metrics of a compiled model over rows: `{"loss": ..., "price.mae": ...}`.

    Equal to the last bit to what `fit` reports of the same rows as validation, except the losses
    of single outputs of several, where the last batch is smaller: those are measured right here
    (`specc.backend.measure`), and TensorFlow's are not.
    """
    model = alone(model)
    packed = pack(model, rows)
    keys = log_keys(plan.heads)
    size = batch_size or plan.spec.fit.validation_batch_size
    with caller_unmoved(), deterministic():
        if is_streamed(packed.x):
            found = model.evaluate(batches(packed.parts, size), verbose=0, return_dict=True)
        else:
            found = model.evaluate(packed.x, packed.y, sample_weight=packed.weight,
                                   batch_size=size, verbose=0, return_dict=True)
    named = {keys.get(key, key): plain(value) for key, value in found.items()}
    count = len(next(iter(rows.targets.values())))
    if len(plan.heads) > 1 and count > size and count % size:
        predicted = predict(model, rows.inputs, batch_size=size)
        for head in plan.heads:
            named[f"{head.name}.loss"] = measure(
                replace(head, metrics=()), rows.targets[head.name], predicted[head.name],
                rows.weights.get(head.name))["loss"]
    return named
