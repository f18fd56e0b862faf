"""What a training is measured and weighed with: TR125, TR126, TR128 to TR130.

Part of the family `fitting`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from specc.ir.heads import CLASSES
from specc.ir.training import keeps
from specc.rules.extent import TINY, callbacks, part_rows, says, train_rows, trains
from specc.rules.pairing import Subject
from specc.rules.rule import Finding, Rule, error, info, warning
from specc.spec import Parts, Spec

FEW_VALIDATED = 50


@warning("TR125")
def validation_missing(about: Subject) -> Iterator[Finding]:
    """No rows are held back to validate with.

    Why: the training loss falls also when a model learns its rows by heart, and nothing else is
    reported.

    Example:

        [data]
        source = "breast_cancer"    # warning: [TR125]
        [inputs.x]
        scale = "standard"
        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1, activation = "sigmoid" }]
        [outputs.diagnosis]
        task = "binary"
        target = "target"
        metrics = ["accuracy"]
        [fit]
        epochs = 20

    Use instead: `split = { validation = 0.2, test = 0.2 }`. Folds of [tune] validate too.

    Source: UMLAUT.
    """
    spec, rows = about.plan.spec, train_rows(about)
    if spec.data is None or spec.doubtful("data") or keeps(spec, "validation"):
        return
    if not trains(spec) or (rows is not None and rows < TINY):
        return
    folded = spec.tune is not None and spec.tune.folds > 1
    asked = any(str(one.get("monitor", "")).startswith("val") for _, one in callbacks(about))
    if not folded and not asked and not any(key.startswith("validation") for key in spec.expect):
        key = "split" if says(spec, "data", "split") else "source"
        yield Finding(spec.where("data", key), "no rows are held back for validation",
                      advice="add validation = 0.2 to the split")


@info("TR126")
def validation_too_small(about: Subject) -> Iterator[Finding]:
    """Fewer than 50 rows are validated on.

    Why: one row on the other side changes an accuracy over 30 rows by 3.3 points, so callbacks
    and searches follow chance.

    Example:

        [data]
        source = "breast_cancer"
        split = { validation = 0.05, test = 0.2 }    # info: [TR126]
        [inputs.x]
        scale = "standard"
        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1, activation = "sigmoid" }]
        [outputs.diagnosis]
        task = "binary"
        target = "target"
        metrics = ["accuracy"]
        [fit]
        epochs = 20

    Use instead: a larger share, or folds in [tune].

    Source: own judgement.
    """
    spec, count = about.plan.spec, part_rows(about, "validation")
    folded = spec.tune is not None and spec.tune.folds > 1
    larger = count is not None and (about.facts.rows or 0) >= 5 * FEW_VALIDATED
    if count and count < FEW_VALIDATED and larger and not folded and trains(spec):
        yield Finding(spec.where("data", "split", "validation"),
                      f"{count} rows are validated on", advice="use validation = 0.2")


@info("TR128")
def metrics_missing(about: Subject) -> Iterator[Finding]:
    """A classification is trained, and nobody counts how many rows it gets right.

    Why: a cross-entropy of 0.3 says little; an accuracy of 0.9 where 9 of 10 rows are of one
    class says that nothing was learned.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1, activation = "sigmoid" }]
        [outputs.y]    # info: [TR128]
        task = "binary"
        [fit]
        epochs = 20

    Use instead: `metrics = ["accuracy"]`.

    Source: UMLAUT.
    """
    heads, spec = about.plan.heads, about.plan.spec
    if not trains(spec) or any(head.output.metrics for head in heads) or (
            spec.tune is not None and spec.tune.objective is not None):  # which adds its metric
        return
    for head in sorted(heads, key=lambda head: head.name):  # whatever order they are written in
        if head.output.task in CLASSES and not spec.doubtful("outputs", head.name):
            yield Finding(spec.where("outputs", head.name), f"output `{head.name}` is a "
                          "classification without a metric", advice='add metrics = ["accuracy"]')
            return


@error("TR129")
def validation_is_training_data(about: Subject) -> Iterator[Finding]:
    """The same file is trained on and validated or tested with.

    Why: a model that learns its rows by heart looks perfect.

    Example:

        [data]
        source = { train = "claims.csv", validation = "claims.csv" }    # error: [TR129]
        [inputs.x]
        columns = ["age", "value"]
        scale = "standard"
        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1 }]
        [outputs.claims]
        task = "regression"
        target = "claims"

    Use instead: another file, or `split`.

    Source: StackOverflow 53119432.
    """
    spec = about.plan.spec
    source = spec.data.source if spec.data is not None else None
    if not isinstance(source, Parts):
        return
    trained = _path(spec, "train", source.train)
    for part, name in (("validation", source.validation), ("test", source.test)):
        if name is not None and _path(spec, part, name) == trained:
            again = "" if name == source.train else f", as `{source.train}`"
            yield Finding(spec.where("data", "source", part), f"`{name}` is trained on too{again}",
                          advice=f"use another file, or split = {{ {part} = 0.2 }}")


def _path(spec: Spec, part: str, name: str) -> str:
    """The path that a part names, from the folder of the file that wrote it. Its links are not
    followed: the file need not be there."""
    from specc.facts.files import spec_folder  # who has parts has it already

    folder = spec_folder(spec.where("data", "source", part).file)
    return os.path.normpath(os.path.join(folder, name))


@error("TR130")
def sample_weight_zero_sum(about: Subject) -> Iterator[Finding]:
    """All that the loss counts is weighted with 0.

    Why: the loss is 0 whatever the model gives, and no weight moves.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1, activation = "sigmoid" }]
        [outputs.y]
        task = "binary"
        class_weight = { "0" = 0, "1" = 0 }    # error: [TR130]

    Use instead: a weight above 0 for some class, and for some output.

    Source: own judgement.
    """
    spec, heads = about.plan.spec, about.plan.heads
    for head in heads:
        weights = head.output.class_weight
        if isinstance(weights, Mapping) and weights and not any(weights.values()):
            yield Finding(spec.where("outputs", head.name, "class_weight"),
                          "every class counts 0, so nothing is trained",
                          advice="give some class a weight above 0")
    if heads and not spec.doubtful("outputs") and not any(head.output.weight for head in heads):
        yield Finding(spec.where("outputs", heads[0].name, "weight"),
                      "every output counts 0, so nothing is trained", advice="use weight = 1.0")


RULES: tuple[Rule, ...] = (
    validation_missing, validation_too_small, metrics_missing, validation_is_training_data,
    sample_weight_zero_sum,
)

__all__ = ["RULES"]
