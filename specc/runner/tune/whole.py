"""A search from a checked spec to the best model's run: all that can be wrong is said first."""

from __future__ import annotations

import math
import os
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from specc.diagnostics import Diagnostic, SpecError, number_of
from specc.facts import written
from specc.pipeline import Checked, check_file, finish, plan
from specc.record import Record, replace
from specc.runner import tune_errors as errors
from specc.runner.data import Ready, read_rows
from specc.runner.errors import cannot_write, nothing_to_run
from specc.runner.folder import Folder
from specc.runner.lifecycle import Run
from specc.runner.lifecycle import run as live
from specc.runner.progress import Progress, Silent
from specc.runner.tune import rows
from specc.runner.tune.space import Point
from specc.runner.tune.study import Study, at_point, shown, study_of, trials, wrong_trials
from specc.runner.tune.watch import JOURNAL, TABLE, Ledger, Trial, Watch
from specc.runner.tune.written import changes_for, difference, kind_of, with_changes
from specc.spec import Spec
from specc.syntax.document import Document
from specc.syntax.parse import parse


class Tuned(Record):
    """A finished search.

    `file` is the best spec as written, `spec` the same, as `specc.load` gives it; `table` has a
    row a trial; `point` the best values; `run` the best model, refitted on the training rows,
    measured on the test rows and saved.
    """

    folder: Path
    file: Path
    spec: Checked
    table: pd.DataFrame
    point: Point
    run: Run


def tune(checked: Checked, out: Path, *, jobs: int = 1, progress: Progress | None = None,
         show: bool = True) -> Tuned:
    """Search, write down the best, refit it and measure it on the test rows."""
    progress = progress or Silent()
    if checked.plan is None or checked.errors:
        raise SpecError(checked.diagnostics)
    spec, study = checked.plan.spec, rows.value(study_of(checked))
    assert spec.tune is not None
    points = rows.value(trials(spec, spec.tune))
    _stop(list(wrong_trials(study, spec, points)), checked)
    with_rows, ready = read_rows(checked)
    if ready is None or with_rows.errors:
        raise SpecError(with_rows.diagnostics or (nothing_to_run(spec.where()),))
    pool = _pool(study, spec, ready)
    _stop(list(wrong_trials(study, spec, points, ready.dataset.facts)), checked)
    folder = _folder(out, spec, study.key)
    study = _journaled(study, folder)
    rows.hold(study, pool)
    progress.step(f"{spec.name}: {number_of(len(points), 'trial')}, "
                  f"{number_of(len(pool.folds), 'fold')}, {number_of(len(pool.y), 'row')} "
                  f"({len(ready.dataset.parts['test']):,} test rows aside)")
    jobs = jobs if jobs > 0 else os.cpu_count() or 1
    best, record = _searched(study, spec, points, pool, jobs, folder, progress, show)
    objective = f"validation.{study.objective}"
    if not math.isfinite(best.mean):
        raise SpecError([errors.no_finite_score(spec.where("tune", "objective"),
                                                objective=objective, trials=len(points))])
    progress.step(f"best: trial {best.number}, {objective} {best.mean:.5g}: {shown(best.point)}")
    file, said = _write(checked, best.point, folder, show)
    found = check_file(str(file))
    found = found if found.ok else _in_memory(checked, best.point)
    run = live(found, out, progress)
    _note(folder, run, best, objective)
    run = replace(run, diagnostics=(*said, *run.diagnostics))
    return Tuned(folder.path, file, found, record.table(objective), best.point, run)


def _stop(found: list[Diagnostic], checked: Checked) -> None:
    if found:
        raise SpecError(finish(found, checked.plan, checked.sources))


def _pool(study: Study, spec: Spec, ready: Ready) -> rows.Pool:
    pool: rows.Pool = rows.value(rows.pool_of(study, spec, ready.dataset))
    return pool


def _folder(out: Path, spec: Spec, digest: str) -> Folder:
    """`<out>/<name>/tune-<time>-<hash>/`, a folder of its own."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    number = 0
    while True:
        suffix = f"-{number}" if number else ""
        path = out / spec.name / f"tune-{stamp}-{digest[:8]}{suffix}"
        try:
            path.mkdir(parents=True)
        except FileExistsError:
            number += 1
            continue
        except OSError as refused:
            raise SpecError([cannot_write(spec.where("name"), path=str(out),
                                          reason=refused.strerror or str(refused))]) from None
        return Folder(path)


def _journaled(study: Study, folder: Folder) -> Study:
    return replace(study, journal=str((folder / JOURNAL).resolve()))


def _searched(study: Study, spec: Spec, points: list[Point], pool: rows.Pool, jobs: int,
              folder: Folder, progress: Progress, show: bool) -> tuple[Trial, Ledger]:
    """Live the trials, the finished ones on disk as they end; the best, and all."""
    from specc.backend.start import start

    assert spec.tune is not None
    progress.step("import Keras")
    try:
        rows.value(start())
    except KeyboardInterrupt:
        with suppress(OSError):
            folder.path.rmdir()  # nothing was tried
        raise
    from specc.runner.tune.search import in_order
    from specc.runner.tune.search import live as live_all

    points = in_order(points, spec.tune)
    record = Ledger(points, len(pool.folds), study.larger)
    try:
        with Watch(folder, record, f"validation.{study.objective}", show):
            live_all(study, spec.tune, points, pool, jobs, spec.fit.epochs)
    except KeyboardInterrupt:
        progress.step(f"interrupted; finished trials, in {folder / TABLE}: "
                      f"{len(record.finished)} of {len(points)}")
        raise
    return record.ranked()[0], record


def _write(checked: Checked, point: Point, folder: Folder,
           show: bool) -> tuple[Path, list[Diagnostic]]:
    """best.specc.toml (or .json), and the difference to the original on stderr."""
    assert checked.plan is not None
    spec = checked.plan.spec
    kind = kind_of(spec.file)
    source = checked.sources.get(spec.file, b"")
    text = source.decode("utf-8-sig").replace("\r\n", "\n")
    changes = changes_for(spec.file, source, str(folder.path), point, spec.tree, spec.owners)
    new = with_changes(text, kind, changes)
    name = f"best.specc.{kind}"
    folder.text(name, new)
    if show:
        print(difference(text, new, spec.file, str(folder / name)), end="", file=sys.stderr)
    found = check_file(str(folder / name))
    if found.ok:
        return folder / name, []
    return folder / name, [errors.best_does_not_check(
        spec.where(), file=str(folder / name), reason=found.errors[0].message)]


def _in_memory(checked: Checked, point: Point) -> Checked:
    """The original with the best values, where the written one cannot be used."""
    assert checked.plan is not None
    spec = checked.plan.spec
    document = at_point(Document(spec.file, spec.tree, spec.owners, checked.sources), point)
    done = parse(document).then(lambda one: plan(one, written(one)))
    return Checked(spec.file, done.value, finish(done.diagnostics, done.value, checked.sources),
                   done.unchecked, checked.sources)


def _note(folder: Folder, run: Run, best: Trial, objective: str) -> None:
    """tune.json: which trial won, and where its run is."""
    folder.json("tune.json", {
        "objective": objective, "value": best.mean, "trial": best.number, "params": best.point,
        "run": os.path.relpath(run.folder, folder.path)})
