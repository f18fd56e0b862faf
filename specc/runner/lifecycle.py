"""The life of a model, as a list of steps: rows, build, fit, evaluate, save, reload, predict.

Each finished epoch is on disk before the next begins; every other file is written whole or not at
all. What is measured is what is on disk: the saved model is loaded again and has to predict the
same bits.
"""

from __future__ import annotations

import math
import os
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from specc.data.decode import decode, truth
from specc.data.prepare import Arrays
from specc.data.table import cells, numbers
from specc.diagnostics import Diagnostic, SpecError, number_of
from specc.health.schedule import Diagnose
from specc.identity import Hashes, hashes, resolved
from specc.ir.plan import Head, Plan
from specc.pipeline import Checked, finish
from specc.record import Record, as_dict
from specc.runner import errors
from specc.runner.data import Ready, read_rows
from specc.runner.finished import PLAN, record
from specc.runner.folder import (
    MODEL,
    PREPARED,
    Folder,
    digest_of,
    digests,
    new,
    write_csv,
)
from specc.runner.progress import Progress, Silent
from specc.runner.score import nested, number, score, unmet
from specc.runner.watch import Watch
from specc.summary import as_text

INTERRUPTED = "interrupted.keras"
PARTS = ("train", "validation", "test")


class Run(Record):
    """A finished run.

    `metrics` is nested, as metrics.json: `metrics["test"]["price"]["mae"]`; `history` has a row
    an epoch, in the model's units; `diagnostics` holds what was not as expected.
    """

    folder: Path
    plan: Plan
    model: Any
    metrics: Mapping[str, Any]
    history: Sequence[Mapping[str, Any]]
    diagnostics: tuple[Diagnostic, ...] = ()
    unchecked: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return not any(one.severity == "error" for one in self.diagnostics)

    def predict(self, table: pd.DataFrame | str | os.PathLike[str]) -> pd.DataFrame:
        """Predictions for a table of raw columns, or a file of them, as `specc predict` gives
        them; what it notes is warned of. SpecError for rows that do not fit."""
        from specc.data.source import read_table
        from specc.runner.finished import opened
        from specc.runner.use import predict_frame

        finished = opened(self.folder)
        if isinstance(table, pd.DataFrame):
            frame, name = table, "the table"
        else:
            name = Path(table).name
            frame = _value(read_table(Path(table), finished.preparation.text_columns))
        found, notes = predict_frame(finished, frame, name, self.model)
        for note in notes:
            warnings.warn(note, stacklevel=2)
        return found

    def number(self, key: str) -> float | None:
        """A number by its one name: `run.number("test.price.mae")`."""
        return number(self.metrics, key)


def run(checked: Checked, out: Path, progress: Progress | None = None, *,
        diagnose: Diagnose = "epoch") -> Run:
    """Live a checked spec's life. SpecError for whatever is wrong before training begins."""
    progress = progress or Silent()
    _stop_on_errors(checked)
    with_rows, ready = read_rows(checked)
    _stop_on_errors(with_rows)
    if ready is None:
        raise SpecError([errors.nothing_to_run(checked.plan.spec.where())] if checked.plan else [])
    progress.step(_opening(ready))
    from specc.backend.start import start

    progress.step("import Keras")
    _value(start())
    folder = open_folder(out, ready, hashes(ready.plan), with_rows)
    model, history, said = fit(ready, folder, progress, diagnose)
    progress.step("evaluate, save, reload")
    with kept(model, folder, history, said, progress):
        metrics = {part: score(model, ready.plan, ready.prepared.preparation, arrays)
                   for part in PARTS if (arrays := getattr(ready.prepared, part)) is not None}
        folder.json("metrics.json", {part: nested(found) for part, found in metrics.items()})
        said += keep(model, ready, folder)
        said += unmet(ready.plan.spec, metrics)
        pictures(ready.plan, folder, history)
    said = list(finish(said, ready.plan, with_rows.sources))
    _close(folder, "finished", said)
    return Run(folder.path, ready.plan, model, folder.read("metrics.json"), history,
               (*with_rows.diagnostics, *said), with_rows.unchecked)


def _stop_on_errors(checked: Checked) -> None:
    if not checked.ok:
        raise SpecError(checked.diagnostics)


def _opening(ready: Ready) -> str:
    counts = ", ".join(f"{len(arrays):,} {part}" for part in PARTS
                       if (arrays := getattr(ready.prepared, part)) is not None)
    notes = "".join(f"\n  {note}" for note in ready.dataset.notes)
    return f"{ready.plan.spec.name}: {counts} rows{notes}"


def open_folder(out: Path, ready: Ready, named: Hashes, checked: Checked) -> Folder:
    """The folder, with what is known before the first epoch: the spec twice, what was learned."""
    spec = ready.plan.spec
    try:
        folder = new(out, spec.name, named.all)
    except OSError as refused:
        place = spec.where("name")
        raise SpecError([errors.cannot_write(place, path=str(out),
                                             reason=refused.strerror or str(refused))]) from None
    folder.json("spec.json", resolved(ready.plan, ready.dataset.digest, digests(ready.plan)))
    text = checked.sources.get(spec.file, b"").decode("utf-8", "replace")
    folder.text("spec.json.txt" if spec.file.endswith(".json") else "spec.toml", text)
    folder.text("log.txt", f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} begin "
                f"{spec.file} {named.all}\n")
    folder.text("summary.txt", as_text(ready.plan) + "\n")
    folder.json(PLAN, record(spec, ready.dataset.facts))
    return folder


def fit(ready: Ready, folder: Folder, progress: Progress, diagnose: Diagnose = "epoch"
        ) -> tuple[Any, list[dict[str, Any]], list[Diagnostic]]:
    """Build and train; the model, a row an epoch, and what was said meanwhile."""
    from specc.backend.build import build
    from specc.backend.start import environment
    from specc.backend.train import train

    plan, prepared = ready.plan, ready.prepared
    named = hashes(plan, ready.dataset.digest, digests(plan))
    folder.json("environment.json",
                environment() | {"seed": plan.spec.seed, "hashes": as_dict(named)})
    model = _value(build(plan, prepared.train.inputs))
    history: list[dict[str, Any]] = []
    said: list[Diagnostic] = []
    watch = Watch(model, ready, folder, progress, diagnose)

    def epoch(number: int, logs: Mapping[str, Any]) -> None:
        row = {"epoch": number + 1, **logs}
        folder.line("history.jsonl", row)
        history.append(row)
        progress.epoch(number, logs)
        loss = logs.get("train.loss", 0.0)
        if not math.isfinite(loss):
            said.append(errors.loss_not_finite(plan.spec.where("compile"), epoch=number + 1,
                                               value=loss))
            model.stop_training = True
        watch.epoch(number, logs)

    progress.begin(plan.spec.fit.epochs)
    watch.begin()
    try:
        with kept(model, folder, history, said, progress):
            trained = train(model, plan, prepared.train, prepared.validation,
                            folder=folder.path, on_epoch=epoch)
    finally:
        progress.end()
    _value(trained)
    said[:] = watch.end() or said  # watched, it knows of the loss as well, and where that began
    said += [one for one in trained.diagnostics if one.severity != "error"]
    if len(history) < plan.spec.fit.epochs:
        progress.step(f"stopped after {len(history)} of "
                      f"{number_of(plan.spec.fit.epochs, 'epoch')}")
    return model, history, said


@contextmanager
def kept(model: Any, folder: Folder, history: Sequence[object], said: Sequence[Diagnostic],
         progress: Progress) -> Iterator[None]:
    """An interrupt inside leaves the model as it then is, and a folder that says so."""
    from specc.backend.save import save

    try:
        yield
    except KeyboardInterrupt:
        save(model, folder / INTERRUPTED)
        _close(folder, "interrupted", said)
        progress.step(f"interrupted; {number_of(len(history), 'epoch')} and {INTERRUPTED} are in "
                      f"{folder.path}")
        raise


def _value(outcome: Any) -> Any:
    """The value of an outcome; SpecError where there is none."""
    if outcome.value is None:
        raise SpecError(outcome.diagnostics)
    return outcome.value


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
    before = predict(model, arrays.inputs, outputs=names)
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


def pictures(plan: Plan, folder: Folder, history: Sequence[Mapping[str, Any]]) -> None:
    """loss.png and graph.png."""
    from specc.runner import pictures as draw

    if history:
        folder.file("loss.png", lambda path: draw.loss_curves(path, history, plan.spec.name))
    folder.file("graph.png", lambda path: draw.graph(path, plan))


def _close(folder: Folder, status: str, said: Sequence[Diagnostic]) -> None:
    folder.json("status.json", {
        "status": status,
        "diagnostics": [{"code": one.code, "name": one.name, "severity": one.severity,
                         "message": one.message} for one in said]})
    with (folder / "log.txt").open("a", encoding="utf-8") as log:
        for one in said:
            log.write(f"{one.severity} {one.code} {one.message}\n")
        log.write(f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} {status}\n")

