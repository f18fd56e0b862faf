"""Saving a trained model, and the proof that what is on disk is what was measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from specc.data.decode import decode, truth
from specc.data.prepare import Arrays
from specc.data.table import cells, numbers
from specc.diagnostics import Diagnostic
from specc.ir.plan import Head
from specc.runner import errors
from specc.runner.data import Ready
from specc.runner.folder import MODEL, PREPARED, Folder, digest_of, write_csv


def keep(model: Any, ready: Ready, folder: Folder) -> list[Diagnostic]:
    """Save, load again, prove that predictions are the same bits, and write them."""
    from specc.backend.save import load, predict, save

    save(model, folder / MODEL)
    folder.json(PREPARED, {"model": digest_of(folder / MODEL),
                           "preparation": ready.prepared.preparation.to_json()})
    part = "test" if ready.prepared.test is not None else (
        "validation" if ready.prepared.validation is not None else "train")
    arrays: Arrays = getattr(ready.prepared, part)
    names = [head.name for head in ready.plan.heads]
    before = predict(model, arrays.inputs, outputs=names, anew=True)
    loaded = load(folder / MODEL)
    if loaded.value is None:
        return list(loaded.diagnostics)
    after = predict(loaded.value, arrays.inputs, outputs=names)
    found = []
    for head in ready.plan.heads:
        differ = int((~_equal(before[head.name], after[head.name])).sum())
        if differ:
            found.append(errors.reload_differs(ready.plan.spec.where("outputs", head.name),
                                               output=head.name, rows=differ))
    table = predictions(ready, before, arrays)
    folder.file("predictions.csv", lambda path: write_csv(table, path))
    return found


def predictions(ready: Ready, raw: Mapping[str, Any], arrays: Arrays) -> pd.DataFrame:
    """The rows of predictions.csv: the row's number in its source, then truth, prediction and
    probabilities of each output, in class names and own units."""
    frames = [pd.DataFrame({"row": ready.dataset.numbers[arrays.rows]})]
    for head in ready.plan.heads:
        target = ready.prepared.preparation.targets[head.name]
        frames += [_truth(ready, head, arrays), decode(head, target, raw[head.name])]
    return pd.concat(frames, axis=1)


def _truth(ready: Ready, head: Head, arrays: Arrays) -> pd.DataFrame:
    """The answers: classes by name, numbers as they stand in the source where it has them.

    What a model is given is rounded to 32 bits, 141 becomes 140.999998 when it is scaled back.
    """
    target = ready.prepared.preparation.targets[head.name]
    table = truth(head, target, arrays.targets[head.name])
    window = ready.plan.spec.data.window if ready.plan.spec.data else None
    if target.classes is None and window is None and len(table.columns) == len(target.columns):
        for name, column in zip(table.columns, target.columns, strict=True):
            table[name] = numbers(cells(ready.dataset.frame, column))[0][arrays.rows]
    return table


def _equal(a: np.ndarray[Any, Any], b: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Which rows are the same bits; NaN equals NaN."""
    same = (a == b) | ((a != a) & (b != b))
    return np.asarray(same.reshape(len(a), -1).all(axis=1))
