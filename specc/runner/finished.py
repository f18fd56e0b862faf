"""A finished run, opened again in another process: its plan, its model, what was learned."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from specc.data.preparation import Preparation
from specc.diagnostics import SpecError
from specc.facts import Facts
from specc.ir.plan import Plan
from specc.pipeline import plan as make_plan
from specc.record import Record, as_dict, fields, replace
from specc.runner.errors import not_a_run, unreadable_run
from specc.runner.folder import MODEL, PREPARED, Folder, digest_of
from specc.source import Where
from specc.spec import Spec
from specc.syntax.document import Document
from specc.syntax.parse import parse

PLAN = "plan.json"
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


def record(spec: Spec, facts: Facts) -> dict[str, Any]:
    """What `plan.json` holds: the document and the facts, enough to make the plan again. What rows
    look like is judged before a run, and is no part of it."""
    classes = {name: list(values) for name, values in facts.classes.items()}
    known = as_dict(replace(facts, profile=None)) | {"classes": classes}
    owners = [[list(path), str(Path(file).resolve())] for path, file in spec.owners.items()]
    return {"file": str(Path(spec.file).resolve()), "tree": spec.tree, "owners": owners,
            "facts": known}


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
    if not isinstance(planned, dict):
        reason = "it holds no table"
        raise SpecError([unreadable_run(where, path=str(path / PLAN), reason=reason)])
    try:
        owners = {tuple(path): file for path, file in planned["owners"]}
        spec = parse(Document(planned["file"], planned["tree"], owners))
        facts = _facts(planned["facts"])
    except (KeyError, TypeError) as broken:
        raise SpecError([unreadable_run(where, path=str(path / PLAN),
                                        reason=f"it lacks {broken}")]) from None
    if spec.value is None:
        raise SpecError(spec.diagnostics)
    made = make_plan(spec.value, facts)
    if made.value is None:
        raise SpecError(made.diagnostics)
    return made.value


def _facts(tree: Mapping[str, Any]) -> Facts:
    plain = {key: tuple(value) if isinstance(value, list) else value
             for key, value in tree.items() if key in fields(Facts)}
    for key in ("classes", "ranges"):
        plain[key] = {name: tuple(value) for name, value in tree[key].items()}
    made: Any = Facts
    return cast(Facts, made(**plain))
