"""Stages about what is written: no model is built."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Literal

from specc import schema
from specc.diagnostics import Diagnostic
from specc.facts import written as known
from specc.identity import hashes
from specc.importer import as_text
from specc.ir import training
from specc.ir.cost import totals
from specc.ir.output_errors import budget_unknown
from specc.ir.plan import Plan
from specc.pipeline import plan as make_plan
from specc.record import as_dict, replace
from specc.runner.probe_errors import not_the_same_again, readers_disagree
from specc.runner.subject import NotLooked, Subject
from specc.syntax.document import Document
from specc.syntax.parse import parse
from specc.syntax.reader import Format, read

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

PARTS = ("model", "data", "training")


def readers(subject: Subject) -> Iterator[Diagnostic]:
    """The JSON Schema accepts the document, and pydantic makes the same spec of it as the reader
    that asks pydantic only in doubt."""
    if find_spec("jsonschema") is None:
        raise NotLooked('jsonschema is not installed; pip install "specc[test]"')
    spec = subject.plan.spec
    for one in validator().iter_errors(spec.tree):
        place = spec.where(*one.absolute_path)
        yield readers_disagree(place, reader="the JSON Schema", says=one.message[:200])
    document = Document(spec.file, spec.tree, spec.owners)
    quick, slow = parse(document), parse(document, quick=False)
    if slow.errors:
        yield from (readers_disagree(one.where, reader="pydantic", says=one.message)
                    for one in slow.errors)
    elif quick.value != slow.value:
        yield readers_disagree(spec.where(), reader="pydantic",
                               says="the spec has other values than the quick reader gives")


@lru_cache(maxsize=1)
def validator() -> Validator:
    from jsonschema import Draft7Validator

    made: Validator = Draft7Validator(schema.schema())
    return made


def canonical(subject: Subject) -> Iterator[Diagnostic]:
    """Its document (bases, `--set` and all) as TOML and as JSON, each read again: same hashes."""
    spec = subject.plan.spec
    wanted = as_dict(hashes(subject.plan))
    kinds: tuple[Literal["toml", "json"], ...] = ("toml", "json")
    for kind in kinds:
        text = as_text(spec.tree, kind, None).encode()
        again = _again(subject.plan, text, kind)
        found = as_dict(hashes(again)) if again else {}
        other = [part for part in PARTS if found.get(part) != wanted[part]]
        if other:
            yield not_the_same_again(spec.where(), form=kind.upper(), parts=other)


def _again(plan: Plan, text: bytes, kind: Format) -> Plan | None:
    """The plan of a text that stands where the spec stands."""
    spec = plan.spec
    return (read(spec.file, text, kind)
            .then(lambda tree: parse(Document(spec.file, tree, spec.owners)))
            .then(lambda one: make_plan(one, known(one)))).value


def budget(subject: Subject) -> Iterator[Diagnostic]:
    """[budget] held against what was counted, rows read."""
    spec = replace(subject.plan.spec, budget=subject.budget)
    for one in training.budget(spec, totals(subject.plan.graph), whole=True):
        if one.name == budget_unknown.name:
            subject.notes.append(one.message)
        else:
            yield one
