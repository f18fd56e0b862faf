"""A plan as `plan.json` of a run's folder holds it, and the plan made again from that."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from specc.diagnostics import Outcome
from specc.facts import Facts
from specc.ir.plan import Plan
from specc.pipeline import plan as make_plan
from specc.record import as_dict, fields, replace
from specc.spec import Spec
from specc.syntax.document import Document
from specc.syntax.parse import parse

PLAN = "plan.json"


class Malformed(Exception):
    """What is not what `record` gives; its text says why."""


def record(spec: Spec, facts: Facts) -> dict[str, Any]:
    """What `plan.json` holds: the document and the facts, enough to make the plan again. What rows
    look like is judged before a run, and is no part of it."""
    classes = {name: list(values) for name, values in facts.classes.items()}
    known = as_dict(replace(facts, profile=None)) | {"classes": classes}
    owners = [[list(path), str(Path(file).resolve())] for path, file in spec.owners.items()]
    return {"file": str(Path(spec.file).resolve()), "tree": spec.tree, "owners": owners,
            "facts": known}


def again(planned: Any) -> Outcome[Plan]:
    """The plan of a record, without a finding where it is as it was. Malformed where it is none."""
    if not isinstance(planned, dict):
        raise Malformed("it holds no table")
    try:
        owners = {tuple(path): file for path, file in planned["owners"]}
        spec = parse(Document(planned["file"], planned["tree"], owners))
        facts = _facts(planned["facts"])
    except (KeyError, TypeError, ValueError, AttributeError) as broken:
        raise Malformed(f"it lacks {broken}") from None
    if spec.value is None:
        return Outcome(None, spec.diagnostics)
    return make_plan(spec.value, facts)


def _facts(tree: Mapping[str, Any]) -> Facts:
    plain = {key: tuple(value) if isinstance(value, list) else value
             for key, value in tree.items() if key in fields(Facts)}
    for key in ("classes", "ranges"):
        plain[key] = {name: tuple(value) for name, value in tree[key].items()}
    made: Any = Facts
    return cast(Facts, made(**plain))
