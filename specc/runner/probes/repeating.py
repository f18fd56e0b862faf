"""Stages about trainings that have to be the same, and about the whole life."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from specc.diagnostics import Diagnostic, SpecError
from specc.record import replace
from specc.runner import checkpoint
from specc.runner.folder import Folder
from specc.runner.probe_errors import resumed_otherwise
from specc.runner.resume_errors import not_repeatable
from specc.runner.subject import TRAINING, NotLooked, Subject


def deterministic(subject: Subject) -> Iterator[Diagnostic]:
    """An epoch trained again from the beginning: all that training changes, and every number."""
    done = subject.trained
    fit = replace(done.ready.plan.spec.fit, epochs=1)
    once = replace(done.ready.plan, spec=replace(done.ready.plan.spec, fit=fit))
    again = subject.training("again", replace(done.ready, plan=once))
    ours, theirs = (checkpoint.read(checkpoint.paths(one.folder)[-1]) for one in (done, again))
    names = _names(done.model)
    what = [f"{names.get(name, name)} differs" for name in
            differing(ours.arrays, theirs.arrays)]
    what += _numbers(ours.history, theirs.history)
    if what:
        yield not_repeatable(subject.plan.spec.where(), epoch=1, what=what)


def resumes(subject: Subject) -> Iterator[Diagnostic]:
    """The training again from the checkpoint of its first epoch, as after `kill -9` in the second:
    the same weights, optimizer and history at the end."""
    from specc.backend.snapshot import take
    from specc.runner.resume import past

    done = subject.trained
    if len(checkpoint.paths(done.folder)) < 2:
        raise NotLooked("a callback ends the training after its first epoch")
    folder = subject.folder / "resumed"
    shutil.copytree(done.folder, folder)
    checkpoint.paths(folder)[0].unlink()
    before = past(Folder(folder), TRAINING, done.ready.plan, lambda text: None)
    again = subject.training(folder.name, done.ready, before)
    names = _names(done.model)
    what = [f"{names.get(name, name)} differs" for name in
            differing(take(done.model), take(again.model))]
    what += _numbers(done.history, again.history)
    if what:
        yield resumed_otherwise(subject.plan.spec.where("fit"), what=what)


def _names(model: Any) -> Mapping[str, str]:
    """Variables by the name they have in a file, as people call them."""
    from specc.backend.snapshot import named

    return {name: told for name, _, told in named(model)}


def differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """The arrays that are not the same bits."""
    return [name for name in sorted(one.keys() | other.keys())
            if name not in one or name not in other
            or np.asarray(one[name]).tobytes() != np.asarray(other[name]).tobytes()]


def _numbers(one: Iterable[Mapping[str, Any]], other: Iterable[Mapping[str, Any]]) -> list[str]:
    """The numbers of two histories that are not the same, first epochs first."""
    ours, theirs = list(one), list(other)
    if len(ours) != len(theirs):
        return [f"there are {len(theirs)} epochs, not {len(ours)}"]
    return [f"`{name}` of epoch {here.get('epoch')} is {there.get(name)!r}, not {here[name]!r}"
            for here, there in zip(ours, theirs, strict=True) for name in here
            if repr(here[name]) != repr(there.get(name))]


def lives(subject: Subject) -> Iterator[Diagnostic]:
    """The whole life in a folder that is thrown away: [expect] is held, and the loss finite."""
    from specc.runner.lifecycle import run

    with tempfile.TemporaryDirectory(dir=subject.folder) as folder:
        try:
            yield from run(subject.checked, Path(folder)).diagnostics
        except SpecError as wrong:
            yield from wrong.diagnostics
