"""Everything that can be known without Keras, on one screen.

    text -> Document -> Spec -> Graph -> typed Graph -> Plan -> findings of rules

No stage calls the next; this module does. Each gives an `Outcome`, so all mistakes are said in
one run, and places are looked up only when there is something to say.
"""

from __future__ import annotations

import os
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from specc.diagnostics import Diagnostic, Outcome, distinct
from specc.facts import Facts, check_classes, check_columns, written
from specc.ir import training
from specc.ir.cost import totals
from specc.ir.graph import Graph
from specc.ir.heads import heads
from specc.ir.infer import infer, unreached
from specc.ir.kinds import lower
from specc.ir.learning import unlearned
from specc.ir.plan import Plan
from specc.ir.vocabulary import out_of_vocabulary
from specc.later import later
from specc.ops.component import Component
from specc.record import Record, field, replace
from specc.rules import lint
from specc.source import Where
from specc.spec import Control, Spec
from specc.syntax.document import NO_TEXTS, Document, from_text, load
from specc.syntax.parse import parse
from specc.syntax.reader import Format
from specc.syntax.written import table

if TYPE_CHECKING:
    from specc.ir.saved import Part
    from specc.syntax import errors
else:
    errors = later("specc.syntax.errors")

# Kinds that say a value is none: what reading refuses, and expressions.
NO_VALUE = frozenset(("SX020", "SX021", "SX022", "SX023",
                      "SX201", "SX202", "SX203", "SX204", "SX205", "SX206"))
# Kinds about a table that lacks something; it may be the value that was refused.
NEEDS = frozenset(("missing-key", "missing-argument", "component-without-type", "wrong-value"))

OUT_OF_RANGE = "OP105"  # a number outside what an argument can be
# Kinds about an output whose task, or number of classes, may be what is wrong.
CONTRARY = frozenset(("unread-key", "class-weight-regression", "unknown-class", "missing-class",
                      "not-classes"))

MOST_SAID = 1000  # findings of one file
STDIN = ("-", "<stdin>", "")


class Checked(Record):
    """What checking one spec gave: the plan (if one could be made) and all that was said."""

    file: str
    plan: Plan | None
    diagnostics: tuple[Diagnostic, ...]
    unchecked: tuple[str, ...] = ()
    sources: Mapping[str, bytes] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()  # codes and names of what was found and is not said

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        return tuple(one for one in self.diagnostics if one.severity == "error")

    @property
    def ok(self) -> bool:
        return self.plan is not None and not self.errors


def check_file(file: str, settings: Iterable[str] = (),
               texts: Mapping[str, bytes] = NO_TEXTS, select: Iterable[str] = ()) -> Checked:
    """Check a spec file: never raises for a user's mistake, reads no rows, imports no Keras.

    `texts` stand for files, by real path: what an editor or `--fix` holds and has not written.
    `select`: codes, families and names that are wanted whatever [tool.specc] says.
    """
    return _check(file, load(file, settings, texts), select)


def check_text(text: bytes, name: str = "<stdin>", kind: Format = "toml",
               settings: Iterable[str] = (), select: Iterable[str] = ()) -> Checked:
    """Check a text as if it were the file `name`."""
    return _check(name, from_text(name, text, kind, settings), select)


def _check(file: str, document: Outcome[Document], select: Iterable[str]) -> Checked:
    control = control_of(file, select)
    if control.diagnostics:
        return Checked(file, None, control.diagnostics)
    spec = document.then(parse)
    if control.value is not None and spec.value is not None:
        spec = replace(spec, value=replace(spec.value, control=control.value))
    done = spec.then(lambda value: plan(value, written(value)))
    sources = document.value.sources if document.value else {}
    found = tuple(_named(without_echoes(done.diagnostics)))
    return Checked(file, done.value, finish(found, done.value, sources), done.unchecked, sources,
                   unsaid(found, done.value))


def _named(found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Numbers that a table refuses, under the name of the rule that is about them, if one is."""
    for one in found:
        if one.code == OUT_OF_RANGE:
            from specc.rules.named import under_its_name

            one = under_its_name(one)
        yield one


def control_of(file: str, select: Iterable[str] = ()) -> Outcome[Control]:
    """What the project of a spec says of findings; no value where it says nothing.

    Its pyproject.toml is read as TOML only if it has a table for specc.
    """
    try:
        folder = os.getcwd() if file in STDIN else os.path.dirname(os.path.realpath(file))
    except (OSError, ValueError):  # no such folder, or no path at all: reading it says so
        return Outcome(None)
    path = os.path.join(folder, "pyproject.toml")
    while not os.path.exists(path):  # the folder that `specc.facts.files.project_folder` finds
        above = os.path.dirname(folder)
        if above == folder or os.path.exists(os.path.join(folder, ".git")):
            return Outcome(None)
        folder, path = above, os.path.join(above, "pyproject.toml")
    try:
        with open(path, "rb") as stream:
            text = stream.read()
    except OSError as problem:
        from specc.config import unreadable

        return unreadable(path, problem)
    if b"tool.specc" not in text and not (b"[tool]" in text and b"specc" in text):
        return Outcome(None)
    from specc.config import control  # most projects have none

    return control(path, text, file, tuple(select))


def plan(spec: Spec, facts: Facts) -> Outcome[Plan]:
    """A spec to a plan: lowered, inferred, judged and linted, as far as `facts` allow."""
    columns = Outcome(spec, (*check_columns(spec, facts), *check_classes(spec)),
                      tuple(facts.unchecked))
    lowered = lower(spec, facts)
    saved = lowered.then(lambda value: _saved(spec, value))
    graph = lowered.then(lambda value: infer(value, spec.model.dtype, saved.value or {}))
    if graph.value is None:
        return Outcome(None, columns.diagnostics + graph.diagnostics, columns.unchecked)
    judged = heads(spec, graph.value, facts)
    optimizer = training.optimizer(spec)
    doubtful = {str(one.where.path[1]) for one in judged.diagnostics
                if one.where.path[:1] == ("outputs",)}
    doubtful |= {name for name in table(spec.tree, "outputs") if spec.doubtful("outputs", name)}
    # A task that does not go with what else the output says may be what is wrong.
    contrary = {str(one.where.path[1]) for one in (*columns.diagnostics, *judged.diagnostics)
                if one.name in CONTRARY}
    parts = ("params", "data", "inputs", "blocks", "model", "outputs")
    certain = not any(spec.doubtful(part) for part in parts)
    watching = training.callbacks(spec, judged.value or (), doubtful)
    whole = Plan(spec, graph.value, judged.value or (),
                 optimizer.value or Component("optimizer", "?"), watching.value or ())
    found = (*columns.diagnostics, *graph.diagnostics, *judged.diagnostics,
             *(unreached(whole.graph) if lowered.ok and certain else ()),
             *unlearned(spec, whole.graph),
             *out_of_vocabulary(spec, whole.graph, facts),
             *optimizer.diagnostics, *watching.diagnostics,
             *training.unsupported(spec),
             *training.expectations(spec, whole.heads, doubtful),
             *(training.budget(spec, totals(whole.graph),
                               whole=graph.ok and columns.ok and certain)
               if spec.budget else ()),
             *lint(_without(whole, contrary) if contrary else whole, facts))
    unread = saved.unchecked[len(lowered.unchecked):]
    return Outcome(whole, tuple(distinct(found)), columns.unchecked + graph.unchecked + unread)


def _without(whole: Plan, outputs: Container[str]) -> Plan:
    return replace(whole, heads=tuple(one for one in whole.heads if one.name not in outputs))


def _saved(spec: Spec, graph: Graph) -> Outcome[Mapping[str, Part]]:
    """The saved parts of a model, read as data; the one thing that is asked for from above, and
    only by a spec that has any (pyproject.toml, `ignore_imports`)."""
    if not any(node.model_file for node in graph.nodes):
        return Outcome({})
    from specc.saved.part import read_parts

    return read_parts(spec, graph)


def held_to(checked: Checked, keras: str) -> Checked:
    """What was checked, with what Keras `keras` lacks of it: `--keras 3.10`."""
    from specc.ir.versions import lacking, unseen

    found = lacking(checked.plan, keras) if checked.plan else ()
    said = (*checked.diagnostics, *finish(found, checked.plan, checked.sources))
    return replace(checked, diagnostics=tuple(sorted(said, key=_order)),
                   unchecked=(*checked.unchecked, *unseen(checked.plan, keras)))


def without_echoes(found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """What later stages say of a value that reading or an expression refused is left out: they
    did not see the value that was meant."""
    found = tuple(found)
    refused = {(one.where.file, one.where.path) for one in found if one.code in NO_VALUE}
    for one in found:
        file, path = one.where.file, one.where.path
        inside = any((file, path[:end]) in refused for end in range(1, len(path) + 1))
        needed = one.name in NEEDS and any(
            other == file and steps[:-1] == path for other, steps in refused)
        if one.code in NO_VALUE or not (inside or needed):
            yield one


def finish(found: Iterable[Diagnostic], plan: Plan | None,
           sources: Mapping[str, bytes]) -> tuple[Diagnostic, ...]:
    """What is printed: ignored warnings left out, places looked up, in the order of the file."""
    spec = plan.spec if plan else None
    kept = [one for one in distinct(found) if spec is None or one.severity == "error"
            or not spec.ignores(one.code, one.name)]
    if spec is not None and spec.control is not None and spec.control.severity:
        kept = [as_the_project_has_it(one, spec.control) for one in kept]
    if not kept:
        return ()
    from specc.syntax.places import locate  # only what is said has a place

    if len(kept) > MOST_SAID:
        rest = len(kept) - MOST_SAID
        kept = [*kept[:MOST_SAID], errors.and_more(Where(kept[0].where.file), count=rest)]
    if plan and plan.spec.params:
        from specc.syntax.origin import with_origins

        kept = with_origins(kept, plan.spec)
    return tuple(sorted(locate(tuple(kept), sources), key=_order))


def unsaid(found: Iterable[Diagnostic], plan: Plan | None) -> frozenset[str]:
    """The codes and names of what is ignored, and was found."""
    if plan is None or (not plan.spec.ignore and plan.spec.control is None):
        return frozenset()
    return frozenset(word for one in found
                     if one.severity != "error" and plan.spec.ignores(one.code, one.name)
                     for word in (one.code, one.name))


def as_the_project_has_it(one: Diagnostic, control: Control) -> Diagnostic:
    """A warning or a note with the severity that [tool.specc] gives it."""
    wanted = control.severity.get(one.code) or control.severity.get(one.name)
    return one if wanted is None or one.severity == "error" else replace(one, severity=wanted)


def _order(one: Diagnostic) -> tuple[str, int, int, str]:
    span = one.span
    return (one.where.file, span.line if span else 0, span.column if span else 0, one.code)


__all__ = ["Checked", "as_the_project_has_it", "check_file", "check_text", "control_of", "finish",
           "held_to", "plan", "unsaid"]
