"""Using a finished run in a fresh process: predict from raw columns, measure on new rows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from specc.data.decode import decode
from specc.data.judged import judged
from specc.data.prepare import apply
from specc.data.source import read_table
from specc.diagnostics import Outcome, SpecError
from specc.runner.data import with_dataset
from specc.runner.errors import cannot_write
from specc.runner.finished import Finished, opened
from specc.runner.score import nested, score
from specc.source import Where
from specc.syntax.errors import no_such_file


def predict(path: Path, data: Path) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Predictions for the rows of a raw table, in class names and own units, and notes."""
    run = opened(path)
    return predict_frame(run, _table(run, data), data.name)


def predict_frame(run: Finished, frame: pd.DataFrame, name: str, model: Any = None
                  ) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The same for a frame. `row`: the number of each row in it, from 1."""
    ready = apply(run.preparation, frame, name)
    if ready.value is None:
        raise SpecError(ready.diagnostics)
    model = model or run.model()
    from specc.backend.save import predict as raw_predict

    names = [head.name for head in run.plan.heads]
    raw = raw_predict(model, ready.value.inputs, outputs=names)
    frames = [pd.DataFrame({"row": np.asarray(ready.value.rows) + 1})]
    frames += [decode(head, run.preparation.targets[head.name], raw[head.name])
               for head in run.plan.heads]
    said = tuple(f"{one.severity} {one.code}: {one.message}" for one in ready.diagnostics)
    return pd.concat(frames, axis=1), (*ready.value.notes, *said)


def write_to(path: Path) -> None:
    """Make the folder of a table that will be written; SpecError where none can be there."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as refused:
        raise SpecError([cannot_write(Where(str(path)), path=str(path),
                                      reason=refused.strerror or str(refused))]) from None
    if path.is_dir():
        raise SpecError([cannot_write(Where(str(path)), path=str(path), reason="it is a folder")])


def evaluate(path: Path, data: Path | None = None) -> dict[str, Any]:
    """The numbers of a finished run: over its own splits again, or over a new table with answers.

    Gives `{"train": {...}, ...}`, or `{"data": {...}}`.
    """
    run = opened(path)
    if data is not None:
        rows = judged(run.plan, run.preparation, _table(run, data), data.name)
        if rows.value is None:
            raise SpecError(rows.diagnostics)
        parts: Mapping[str, Any] = {"data": rows.value}
    else:
        parts = _own_rows(run)
    model = run.model()
    return {name: nested(score(model, run.plan, run.preparation, arrays))
            for name, arrays in parts.items()}


def _own_rows(run: Finished) -> dict[str, Any]:
    """The arrays of the run's own splits, read and prepared again."""
    from specc.data.learn import learn

    done: Outcome[Any] = learn(run.plan.spec).then(
        lambda dataset: with_dataset(run.plan.spec, dataset))
    if done.value is None:
        raise SpecError(done.diagnostics)
    prepared = done.value.prepared
    return {name: arrays for name in ("train", "validation", "test")
            if (arrays := getattr(prepared, name)) is not None}


def _table(run: Finished, data: Path) -> pd.DataFrame:
    if not data.exists():
        raise SpecError([no_such_file(Where(str(data)), path=str(data))])
    read = read_table(data, run.preparation.text_columns)
    if read.value is None:
        raise SpecError(read.diagnostics)
    return read.value

