"""Stages about what is written: no model is built."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Literal

from specc import identity, schema
from specc.diagnostics import Diagnostic
from specc.facts import written as known
from specc.identity import Hashes, canonical_json, hashes, hashes_of
from specc.importer import as_text
from specc.ir import training
from specc.ir.cost import totals
from specc.ir.output_errors import budget_unknown
from specc.ir.plan import Plan
from specc.pipeline import plan as make_plan
from specc.record import as_dict, replace
from specc.runner.probe_errors import not_the_same_again, readers_disagree
from specc.runner.subject import NotLooked, Subject
from specc.source import Tree
from specc.spec import Spec
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
    """Its canonical form, and its document (bases, `--set` and all) as TOML and as JSON, each
    written and read again: the same hashes."""
    spec = subject.plan.spec
    form = identity.canonical(subject.plan)
    wanted = as_dict(hashes_of(form))
    yield from _other(spec, "canonical JSON", wanted,
                      hashes_of(json.loads(canonical_json(form))))
    kinds: tuple[Literal["toml", "json"], ...] = ("json", "toml")
    for kind in kinds[:1] if _has_null(spec.tree) else kinds:  # TOML has no null
        text = as_text(spec.tree, kind, None).encode()
        again = _again(subject.plan, text, kind)
        yield from _other(spec, kind.upper(), wanted, hashes(again) if again else None)


def _other(spec: Spec, form: str, wanted: Mapping[str, str],
           found: Hashes | None) -> Iterator[Diagnostic]:
    """The parts whose hash is another one; all of them where it cannot be read."""
    other = [part for part in PARTS if found is None or getattr(found, part) != wanted[part]]
    if other:
        yield not_the_same_again(spec.where(), form=form, parts=other)


def _has_null(tree: Tree) -> bool:
    inside = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    return tree is None or any(_has_null(one) for one in inside)


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
