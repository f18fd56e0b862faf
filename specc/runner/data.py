"""A checked spec and its rows: read, learned from, checked again with what they say, prepared.

All of this comes before Keras is imported, so a mistake in the data costs seconds.
"""

from __future__ import annotations

from collections.abc import Iterable

from specc.data.learn import Dataset, learn
from specc.data.prepare import Prepared, prepare
from specc.diagnostics import Diagnostic, Outcome, distinct
from specc.ir.plan import Plan
from specc.pipeline import Checked, finish, unsaid
from specc.pipeline import plan as make_plan
from specc.record import Record, replace
from specc.runner.errors import nothing_to_run
from specc.source import Path
from specc.spec import Spec

JUDGED_BY_RULES = ("PA", "SH", "AR", "TR")


class Ready(Record):
    """Everything that a model needs to be built and trained."""

    plan: Plan
    dataset: Dataset
    prepared: Prepared


def ready(spec: Spec) -> Outcome[Ready]:
    """The plan of a spec with what its rows say, and its arrays."""
    if spec.data is None:
        return Outcome(None, (nothing_to_run(spec.where()),))
    return learn(spec).then(lambda dataset: with_dataset(spec, dataset))


def with_dataset(spec: Spec, dataset: Dataset) -> Outcome[Ready]:
    """The same from rows that are already known (a fold, another part)."""
    planned = make_plan(spec, dataset.facts)
    if not planned.ok or planned.value is None:
        return Outcome(None, planned.diagnostics, planned.unchecked)
    plan = planned.value
    arrays = prepare(plan, dataset)
    found = planned.diagnostics + arrays.diagnostics
    if arrays.value is None:
        return Outcome(None, found, planned.unchecked)
    return Outcome(Ready(plan, dataset, arrays.value), found, planned.unchecked)


def read_rows(checked: Checked) -> tuple[Checked, Ready | None]:
    """A checked spec with its rows; what they show is added to what was said."""
    if not checked.ok or checked.plan is None:
        return checked, None
    if checked.plan.spec.data is None:
        return checked, None
    done = ready(checked.plan.spec)
    kept = checked.diagnostics if done.value is None else _still(checked.diagnostics, done)
    found = finish(_new(done.diagnostics, kept), checked.plan, checked.sources)
    plan = done.value.plan if done.value else checked.plan
    unchecked = done.unchecked if done.value else checked.unchecked
    return replace(checked, plan=plan, unchecked=unchecked,
                   diagnostics=tuple(distinct([*kept, *found])),
                   ignored=checked.ignored | unsaid(done.diagnostics, checked.plan)), done.value


def _still(said: Iterable[Diagnostic], done: Outcome[Ready]) -> tuple[Diagnostic, ...]:
    """What was said before rows were read, without what rules no longer say: they know more now."""
    again = {_identity(one) for one in done.diagnostics}
    return tuple(one for one in said
                 if one.code[:2] not in JUDGED_BY_RULES or _identity(one) in again)


def _new(found: Iterable[Diagnostic], said: Iterable[Diagnostic]) -> list[Diagnostic]:
    """What was not said before rows were read."""
    before = {_identity(one) for one in said}
    return [one for one in found if _identity(one) not in before]


def _identity(one: Diagnostic) -> tuple[str, str, Path]:
    return one.code, one.where.file, one.where.path
