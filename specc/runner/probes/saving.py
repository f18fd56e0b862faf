"""Stages about what is on the disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from specc.diagnostics import Diagnostic
from specc.runner.errors import reload_differs
from specc.runner.probe_errors import not_loaded_elsewhere, setting_lost
from specc.runner.subject import Subject

CLOSE = 1e-6  # of a number that is measured twice


def reloads(subject: Subject) -> Iterator[Diagnostic]:
    """Trained for a step and saved, the model predicts the same bits in a fresh process."""
    from specc.backend.save import predict

    rows, spec = subject.batch(), subject.plan.spec
    path = subject.saved
    after = subject.fresh.predict(path, rows.inputs, subject.names)
    if isinstance(after, str):
        yield not_loaded_elsewhere(spec.where("model"), reason=after)
        return
    before = predict(subject.stepped, rows.inputs, outputs=subject.names, anew=True)
    for name in subject.names:
        same = np.equal(before[name], after[name]) | (np.isnan(before[name])
                                                      & np.isnan(after[name]))
        differ = int((~same).reshape(len(same), -1).any(axis=1).sum())
        if differ:
            yield reload_differs(spec.where("outputs", name), output=name, rows=differ)


def settings(subject: Subject) -> Iterator[Diagnostic]:
    """Loaded by Keras alone, the model has the optimizer it was compiled with, the same metrics,
    and its loss and metrics come to the same on the same rows."""
    from specc.backend.built import settings as told
    from specc.backend.save import load

    spec, rows = subject.plan.spec, subject.batch()
    loaded = load(subject.saved, spec.where("model"))
    if loaded.value is None:
        yield from loaded.errors
        return
    if getattr(loaded.value, "optimizer", None) is None:
        yield setting_lost(spec.where("compile"), what="the optimizer",
                           before=subject.plan.optimizer.name, after="none")
        return
    before = told(subject.stepped, subject.plan, rows)
    after = told(loaded.value, subject.plan, rows)
    if before.kind != after.kind:
        yield setting_lost(spec.where("compile", "optimizer"), what="the optimizer",
                           before=before.kind, after=after.kind)
        return
    for key, one, other in _differing(before.optimizer, after.optimizer):
        yield setting_lost(spec.where("compile", "optimizer"), what=f"`{key}` of the optimizer",
                           before=one, after=other)
    lost = [(key, one, other) for key, one, other in _differing(before.numbers, after.numbers)
            if not _close(one, other)]
    for key, one, other in lost:
        if key != "loss" or len(lost) == 1:  # the whole follows from its parts
            yield setting_lost(_place(subject, key), what=f"the `{key}` of a batch",
                               before=one, after=other)


def _differing(one: Mapping[str, Any],
               other: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for key in sorted(one.keys() | other.keys()):
        if one.get(key) != other.get(key):
            yield key, one.get(key), other.get(key)


def _close(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return False
    return bool(np.allclose(one, other, rtol=CLOSE, atol=CLOSE, equal_nan=True))


def _place(subject: Subject, key: str) -> Any:
    """The output that a number is of; of one output the loss is the whole."""
    spec, (name, _, number) = subject.plan.spec, key.rpartition(".")
    if not name and len(subject.names) == 1:
        name = subject.names[0]
    if not name:
        return spec.where("compile")
    return spec.where("outputs", name, "loss" if number == "loss" else "metrics")
