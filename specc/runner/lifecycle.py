"""The life of a model, as a list of steps: rows, build, fit, evaluate, save, reload, predict.

Each finished epoch is written before the next begins; every other file is written whole or not at
all. What is measured is what is on disk: the saved model is loaded again and has to predict the
same bits. A run that was ended, however it was, goes on to the same bits (`specc.runner.resume`).
"""

from __future__ import annotations

import math
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pandas as pd

from specc.diagnostics import Diagnostic, SpecError, number_of
from specc.health.schedule import Diagnose
from specc.identity import Hashes, hashes, resolved
from specc.ir.plan import Plan
from specc.pipeline import Checked, finish
from specc.record import Record, as_dict, replace
from specc.runner import errors
from specc.runner.data import Ready, read_rows
from specc.runner.finished import PLAN, record
from specc.runner.folder import INTERRUPTED, STATUS, Folder, digests, new
from specc.runner.interrupt import Interrupts
from specc.runner.keeper import Keeper, close, tidy, writing
from specc.runner.lock import locked
from specc.runner.machine import ENVIRONMENT, held_to, history_of
from specc.runner.progress import Progress, Silent
from specc.runner.resume import FORM, Past, check_same, past, put_back, unfinished
from specc.runner.saving import keep
from specc.runner.score import nested, number, score, unmet
from specc.runner.watch import Watch
from specc.summary import as_text

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
        resume: bool | Path = False, inexact: bool = False, diagnose: Diagnose = "epoch",
        fast: bool = True) -> Run:
    """Live a checked spec's life. SpecError for whatever is wrong before training begins.

    resume: go on with the newest unfinished run of this spec under `out`, or with the one in this
    folder; inexact: although specc, Keras or the back end are other ones by now.
    diagnose: how often the model is looked at while it trains. fast: whole epochs in one compiled
    function where that is possible; the same numbers.
    """
    progress = progress or Silent()
    _stop_on_errors(checked)
    with_rows, ready = read_rows(checked)
    _stop_on_errors(with_rows)
    if ready is None:
        raise SpecError([errors.nothing_to_run(checked.plan.spec.where())] if checked.plan else [])
    progress.step(_opening(ready))
    with open_folder(out, ready, with_rows, resume) as (folder, named), Interrupts() as pressed:
        from specc.backend.start import start

        with untrained(folder, pressed, progress), writing(folder):
            progress.step("import Keras")
            _value(start())
            before = begin(folder, ready, named, progress, resume=bool(resume), inexact=inexact)
        model, history, said = fit(ready, folder, progress, before, pressed, named.all,
                                   diagnose, fast=fast)
        progress.step("evaluate, save, reload")
        with kept(model, folder, history, said, pressed, progress), writing(folder, len(history)):
            metrics = {part: score(model, ready.plan, ready.prepared.preparation, arrays)
                       for part in PARTS if (arrays := getattr(ready.prepared, part)) is not None}
            folder.json("metrics.json", {part: nested(one) for part, one in metrics.items()})
            said += keep(model, ready, folder)
            said += unmet(ready.plan.spec, metrics)
            pictures(ready.plan, folder, history)
            said = list(finish(said, ready.plan, with_rows.sources))
            close(folder, "finished", said)
            tidy(folder)
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


@contextmanager
def open_folder(out: Path, ready: Ready, checked: Checked, resume: bool | Path = False
                ) -> Iterator[tuple[Folder, Hashes]]:
    """The run's folder, held against other processes, with what is known before the first epoch:
    the spec twice, what was learned. A new one, or that of an unfinished run."""
    spec, named = ready.plan.spec, hashes(ready.plan)
    form = resolved(ready.plan, ready.dataset.digest, digests(ready.plan))
    try:
        path = (new(out, spec.name, named.all).path if resume is False else
                unfinished(out, spec, form) if resume is True else resume)
    except OSError as refused:
        place = spec.where("name")
        raise SpecError([errors.cannot_write(place, path=str(out),
                                             reason=refused.strerror or str(refused))]) from None
    folder = Folder(path)
    with locked(path), writing(folder):
        if resume is not False:
            check_same(path, form, spec)
        begun = "begin" if resume is False else "resume"
        folder.log(f"{begun} {spec.file} {named.all}")
        folder.json(FORM, form)
        text = checked.sources.get(spec.file, b"").decode("utf-8", "replace")
        folder.text("spec.json.txt" if spec.file.endswith(".json") else "spec.toml", text)
        folder.text("summary.txt", as_text(ready.plan) + "\n")
        folder.json(PLAN, record(spec, ready.dataset.facts))
        yield folder, hashes(ready.plan, ready.dataset.digest, digests(ready.plan))


def begin(folder: Folder, ready: Ready, named: Hashes, progress: Progress, *,
          resume: bool, inexact: bool) -> Past:
    """What the run goes on from; where it runs is noted."""
    from specc.backend.start import environment

    now = environment() | {"seed": ready.plan.spec.seed, "hashes": as_dict(named)}
    found = Past()
    if resume:
        elsewhere = held_to(folder, now, inexact=inexact)
        found = past(folder, named.all, ready.plan, progress.step)
        found = replace(found, noted=[*elsewhere, *found.noted])
        progress.step(f"goes on with {folder.path} {found.shown(ready.plan.spec.fit.epochs)}")
    folder.json(ENVIRONMENT, history_of(folder, now) if found.epochs else now)
    folder.json(STATUS, {"status": "running", "process": os.getpid()})
    folder.sync()
    return found


def fit(ready: Ready, folder: Folder, progress: Progress, before: Past, pressed: Interrupts,
        run: str, diagnose: Diagnose = "epoch", *, fast: bool = True
        ) -> tuple[Any, list[dict[str, Any]], list[Diagnostic]]:
    """Build and train; the model, a row an epoch, and what was said meanwhile."""
    from specc.backend.build import build
    from specc.backend.train import train

    plan, prepared = ready.plan, ready.prepared
    with untrained(folder, pressed, progress):
        built = build(plan, prepared.train.inputs)
        model = _value(built)
        put_back(before, model, folder)
        watch = Watch(model, ready, folder, progress, diagnose)
        watch.resume(before.history)
    keeper = Keeper(folder, plan, run, before.epochs, pressed)
    history: list[dict[str, Any]] = [dict(row) for row in before.history]
    noted = [*before.noted, *built.diagnostics]
    said: list[Diagnostic] = [*noted, *(one for one in before.said if one not in noted)]

    def epoch(number: int, logs: Mapping[str, Any]) -> None:
        row = {"epoch": number + 1, **logs}
        keeper.row(row)
        history.append(row)
        progress.epoch(number, logs)
        loss = logs.get("train.loss", 0.0)
        if not math.isfinite(loss):
            said.append(errors.loss_not_finite(plan.spec.where("compile"), epoch=number + 1,
                                               value=loss))
            model.stop_training = True
        watch.epoch(number, logs)

    def state(number: int, callbacks: Any) -> None:
        keeper.state(model, number, callbacks, history, said)

    progress.begin(plan.spec.fit.epochs, len(prepared.train))
    try:
        with (kept(model, folder, history, said, pressed, progress), keeper.writing(),
              pressed.training()):
            trained = train(model, plan, prepared.train, prepared.validation,
                            folder=folder.path, on_epoch=epoch, on_state=state,
                            initial_epoch=before.epochs, resumed=before.callbacks(),
                            epochs=before.until(plan.spec.fit.epochs), fast=fast)
    finally:
        progress.end()
    _value(trained)
    if causes := watch.end():  # watched, it knows of the loss as well, and where that began
        said[:] = [*noted, *causes]
    said += [one for one in trained.diagnostics if one.severity != "error"]
    if len(history) < plan.spec.fit.epochs:
        progress.step(f"stopped after {len(history)} of "
                      f"{number_of(plan.spec.fit.epochs, 'epoch')}")
    return model, history, said


@contextmanager
def untrained(folder: Folder, pressed: Interrupts, progress: Progress) -> Iterator[None]:
    """An end inside, before the first epoch, leaves a folder that says so and can go on."""
    try:
        yield
    except KeyboardInterrupt:
        with pressed.deaf(), suppress(OSError):
            folder.json(STATUS, {"status": "interrupted", "diagnostics": []})
        progress.step(f"interrupted before its first epoch; specc run --resume {folder.path} "
                      "goes on")
        raise


@contextmanager
def kept(model: Any, folder: Folder, history: Sequence[object], said: Sequence[Diagnostic],
         pressed: Interrupts, progress: Progress) -> Iterator[None]:
    """An end inside leaves the model as it then is, and a folder that says so and can go on."""
    from specc.backend.save import save

    try:
        yield
    except KeyboardInterrupt:
        if folder.status() == "finished":  # and only being tidied
            raise
        with suppress(OSError):
            with pressed.deaf():
                close(folder, "interrupted", said)
            save(model, folder / INTERRUPTED)
        progress.step(f"interrupted; {number_of(len(history), 'epoch')} and {INTERRUPTED} are in "
                      f"{folder.path}; specc run --resume {folder.path} goes on")
        raise
    except SpecError as stopped:
        with suppress(OSError):
            close(folder, "stopped", stopped.diagnostics)
        raise


def _value(outcome: Any) -> Any:
    """The value of an outcome; SpecError where there is none."""
    if outcome.value is None:
        raise SpecError(outcome.diagnostics)
    return outcome.value


def pictures(plan: Plan, folder: Folder, history: Sequence[Mapping[str, Any]]) -> None:
    """loss.png and graph.png."""
    from specc.runner import pictures as draw

    if history:
        folder.file("loss.png", lambda path: draw.loss_curves(path, history, plan.spec.name))
    folder.file("graph.png", lambda path: draw.graph(path, plan))
