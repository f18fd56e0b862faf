"""A finished run, opened again in another process: its plan, its model, what was learned."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from specc.data.preparation import Preparation
from specc.diagnostics import SpecError
from specc.ir.plan import Plan
from specc.planned import PLAN, Malformed, again, record
from specc.record import Record
from specc.runner.errors import not_a_run, unreadable_run
from specc.runner.folder import MODEL, PREPARED, Folder, digest_of
from specc.source import Where

NEEDED = (MODEL, PREPARED, PLAN, "history.jsonl", "metrics.json")


class Finished(Record):
    """A run's folder, its plan as it was trained, and what was learned of the data."""

    folder: Folder
    plan: Plan
    preparation: Preparation

    def model(self) -> Any:
        """The trained model, compiled as the plan says."""
        from specc.backend.start import start

        begun = start()
        if begun.value is None:
            raise SpecError(begun.diagnostics)
        from specc.backend.build import compile_model
        from specc.backend.save import load

        # as it was compiled it may need the back end that trained it: torch has Adams of its own
        loaded = load(self.folder / MODEL, compiled=False)
        if loaded.value is None:
            raise SpecError(loaded.diagnostics)
        compiled = compile_model(loaded.value, self.plan)
        if compiled.value is None:
            raise SpecError(compiled.diagnostics)
        return compiled.value


def opened(path: Path) -> Finished:
    """The run in a folder. SpecError where it is none, or where its files do not fit together."""
    where = Where(str(path))
    for name in NEEDED:
        if not (path / name).is_file():
            raise SpecError([not_a_run(where, path=str(path), lacks=name)])
    folder = Folder(path)
    try:
        prepared, planned = folder.read(PREPARED), folder.read(PLAN)
    except (json.JSONDecodeError, UnicodeDecodeError) as broken:
        raise SpecError([unreadable_run(where, path=str(path), reason=str(broken))]) from None
    if not isinstance(prepared, dict) or prepared.get("model") != digest_of(path / MODEL):
        reason = "preprocess.json was not made with the model.keras beside it"
        raise SpecError([unreadable_run(where, path=str(path), reason=reason)])
    preparation = Preparation.from_json(prepared.get("preparation"), where.at(PREPARED))
    plan = _plan(planned, where, path)
    if preparation.value is None:
        raise SpecError(preparation.diagnostics)
    return Finished(folder, plan, preparation.value)


def _plan(planned: Any, where: Where, path: Path) -> Plan:
    try:
        made = again(planned)
    except Malformed as broken:
        raise SpecError([unreadable_run(where, path=str(path / PLAN),
                                        reason=str(broken))]) from None
    if made.value is None:
        raise SpecError(made.diagnostics)
    return made.value


__all__ = ["PLAN", "Finished", "opened", "record"]
