"""A search as plain data, which travels to other processes, and the spec of one of its trials."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from specc.diagnostics import Diagnostic, Outcome, Related
from specc.facts import Facts, written
from specc.ir.heads import metric_keys
from specc.ir.plan import Plan
from specc.ops.table import canonical
from specc.pipeline import Checked
from specc.pipeline import plan as make_plan
from specc.record import Record, replace
from specc.runner import tune_errors as errors
from specc.runner.tune import space
from specc.runner.tune.space import Point, Space
from specc.spec import Spec, Tune
from specc.syntax.document import Document
from specc.syntax.parse import parse
from specc.syntax.written import written as as_written

# Which way a metric gets better, where Keras or its meaning says so. What only counts or averages
# (Mean, Sum, TruePositives at an unknown threshold) is not here: then the spec has to say `mode`.
LARGER = frozenset((
    "Accuracy", "AUC", "BinaryAccuracy", "BinaryIoU", "CategoricalAccuracy", "CosineSimilarity",
    "F1Score", "FBetaScore", "IoU", "MeanIoU", "OneHotIoU", "OneHotMeanIoU", "Precision",
    "PrecisionAtRecall", "R2Score", "Recall", "RecallAtPrecision", "SensitivityAtSpecificity",
    "SparseCategoricalAccuracy", "SparseTopKCategoricalAccuracy", "SpecificityAtSensitivity",
    "TopKCategoricalAccuracy", "PearsonCorrelation", "ConcordanceCorrelation", "accuracy", "acc",
))
SMALLER = frozenset((
    "BinaryCrossentropy", "CategoricalCrossentropy", "CategoricalHinge", "FalseNegatives",
    "FalsePositives", "Hinge", "KLDivergence", "LogCoshError", "MeanAbsoluteError",
    "MeanAbsolutePercentageError", "MeanSquaredError", "MeanSquaredLogarithmicError", "Poisson",
    "RootMeanSquaredError", "SparseCategoricalCrossentropy", "SquaredHinge", "crossentropy", "ce",
    "loss",
))
LOSS = "validation.loss"


class Study(Record):
    """What a search is: the document (settings applied), and how a trial is judged.

    `objective` is what `specc.runner.score` calls it: `loss`, `price.mae`. `journal`: the file to
    which each finished fold adds a line. `key`: equal for equal documents and folds.
    """

    document: Document
    objective: str
    larger: bool
    folds: int
    seed: int
    journal: str | None = None
    key: str = ""

    @property
    def output(self) -> str | None:
        """The output that is judged; None for the loss of all."""
        return self.objective.rpartition(".")[0] or None


def study_of(checked: Checked) -> Outcome[Study]:
    """The study of a checked spec, its objective among the metrics that are computed."""
    assert checked.plan is not None
    plan = checked.plan
    if plan.spec.tune is None:
        return Outcome(None, (errors.nothing_to_tune(plan.spec.where()),))
    tune = plan.spec.tune
    objective = tune.objective or LOSS
    place = plan.spec.where("tune", "objective")
    split, _, rest = objective.partition(".")
    if split != "validation":
        return Outcome(None, (errors.objective_not_validation(place, objective=objective),))
    larger = direction(plan, rest) if tune.mode is None else tune.mode == "max"
    if larger is None:
        return Outcome(None, (errors.unknown_direction(place, objective=objective),))
    document = Document(plan.spec.file, _judging(plan, rest), plan.spec.owners)
    key = sha256(json.dumps([document.tree, document.file, rest, tune.folds, tune.seed],
                            sort_keys=True).encode()).hexdigest()
    return Outcome(Study(document, rest, larger, tune.folds, tune.seed, key=key))


def direction(plan: Plan, objective: str) -> bool | None:
    """Whether more of `price.mae` is better; None where that is not known."""
    metric = objective.rpartition(".")[2]
    known = {f"{head.name}.{key}": component.name for head in plan.heads
             for key, component in head.metrics}
    word = known.get(objective) or canonical("metric", metric) or metric
    return True if word in LARGER else False if word in SMALLER else None


def _judging(plan: Plan, objective: str) -> dict[str, Any]:
    """The document's tree, its outputs computing the objective."""
    tree: dict[str, Any] = plan.spec.tree
    name, _, metric = objective.rpartition(".")
    if not name or any(head.name == name and metric in metric_keys(head) for head in plan.heads):
        return tree
    output = tree["outputs"][name]
    metrics = [*output.get("metrics", []), metric]
    return {**tree, "outputs": {**tree["outputs"], name: {**output, "metrics": metrics}}}


def at_point(document: Document, point: Point) -> Document:
    """The document with other values of its parameters."""
    tree = {**document.tree, "params": {**document.tree.get("params", {}), **point}}
    return replace(document, tree=tree)


def spec_at(study: Study, point: Point) -> Outcome[Spec]:
    return parse(at_point(study.document, point))


def space_of(spec: Spec) -> Space:
    """The space of a spec's [tune]."""
    assert spec.tune is not None
    params = spec.tree.get("params", {})
    return Space(spec.tune.space, params, as_written(spec.tree, params))


def trials(spec: Spec, tune: Tune) -> Outcome[list[Point]]:
    """The trials of a search, in order; one of nothing where there is no space."""
    searched = space_of(spec)
    if not searched.entries:
        return Outcome([{}])
    wrong = space.wrong(searched, tune.search, lambda *steps: spec.where("tune", "space", *steps))
    if wrong:
        return Outcome(None, tuple(wrong))
    if tune.search == "grid":
        return Outcome(space.grid(searched))
    return Outcome(space.sample(searched, tune.trials, tune.seed))


def wrong_trials(study: Study, base: Spec, points: list[Point],
                 facts: Facts | None = None) -> Iterator[Diagnostic]:
    """What is wrong at the corners of the space and in the trials, each mistake once.

    facts: what the rows say, once they are known; before that, what the file says.
    """
    said: set[tuple[object, ...]] = set()
    for point in space.to_check(space_of(base), points):
        for one in _wrong(study, base, point, facts):
            mistake = (one.code, tuple(related.where.path for related in one.related))
            if mistake not in said:
                said.add(mistake)
                yield one


def _wrong(study: Study, base: Spec, point: Point, facts: Facts | None) -> Iterator[Diagnostic]:
    place = base.where("tune", "space")
    found = spec_at(study, point)
    spec = found.value
    if found.ok and spec is not None:
        if same_rows(base) != same_rows(spec):
            yield errors.rows_differ(base.where("tune", "space"), values=shown(point))
            return
        halving = base.tune is not None and base.tune.search == "halving"
        if halving and spec.fit.epochs != base.fit.epochs:
            yield errors.halving_over_epochs(place, values=shown(point))
            return
        known = facts if facts is not None and spec.inputs == base.inputs else written(spec)
        found = Outcome(spec, make_plan(spec, known).diagnostics)
    for one in found.errors:
        yield errors.wrong_trial(place, values=shown(point), found=one.message,
                                 related=(Related(one.where, one.message),))


def same_rows(spec: Spec) -> tuple[Any, ...]:
    """What decides which rows there are and which part each is in."""
    drops = sorted({column.name for one in spec.inputs.values()
                    for column in (*(one.columns or ()), one.defaults) if column.missing == "drop"})
    return (spec.data and replace(spec.data, window=None), tuple(drops))


def shown(point: Mapping[str, Any]) -> str:
    """`units = 30, rate = 0.001`, for messages."""
    text = ", ".join(f"{name} = {value_text(value)}" for name, value in point.items())
    return text or "the spec's own values"


def value_text(value: Any) -> str:
    if isinstance(value, dict) and "type" in value:
        inner = ", ".join(f"{key}={value_text(one)}" for key, one in value.items() if key != "type")
        return f"{value['type']}({inner})" if inner else str(value["type"])
    return f"{value:g}" if isinstance(value, float) else str(value)
