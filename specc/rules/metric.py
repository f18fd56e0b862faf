"""Accuracies and what they count: PA170 to PA179.

| output                   | accuracy                        |
|--------------------------|---------------------------------|
| one probability          | `accuracy`, cut at 0.5          |
| one logit                | `BinaryAccuracy`, cut at 0      |
| one class of several     | `accuracy`: the largest unit    |
| several labels           | `binary_accuracy`               |
| real numbers             | none; `mae`, `rmse`, `r2_score` |
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from specc.ir.heads import LABELS
from specc.later import later
from specc.rules.pairing import Judge, Pairing
from specc.rules.rule import Aspect, Finding, Rule, each_output, error, warning
from specc.rules.tables import BOUNDS, CENTERED, CUT, MARGIN, SIGMOIDS, SOFTMAXES

if TYPE_CHECKING:
    from specc.rules import mending
else:
    mending = later("specc.rules.mending")

LARGEST = frozenset({"CategoricalAccuracy", "SparseCategoricalAccuracy",
                     "TopKCategoricalAccuracy", "SparseTopKCategoricalAccuracy"})
ACCURACIES = LARGEST | {"Accuracy", "BinaryAccuracy"}


@error("PA170", about=("metric",))
@each_output
def metric_accuracy_class(one: Pairing) -> Iterator[Finding]:
    """The class `Accuracy` counts predictions that are equal to the labels to the last bit.

    Why: a probability is never exactly 1. The word `accuracy` chooses the right class; the class
    `Accuracy` is another thing.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1, activation = "sigmoid" }]
        [outputs.y]
        task = "binary"
        metrics = [{ type = "Accuracy" }]    # error: [PA170]

    Use instead: `metrics = ["accuracy"]`.

    Source: measured with Keras 3.15.
    """
    for judge in one.judges():
        if judge.metric.name == "Accuracy" and one.activation in BOUNDS and one.classified:
            yield Finding(judge.where, "`Accuracy` compares floats for equality",
                          advice='use the word "accuracy"',
                          fix=mending.as_word(one, judge, "accuracy"))


@warning("PA171", about=("metric", "task"))
@each_output
def accuracy_on_regression(one: Pairing) -> Iterator[Finding]:
    """Real numbers are counted as right or wrong.

    Why: Keras compares or rounds them in silence, and reports 0.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1 }]
        [outputs.y]
        task = "regression"
        metrics = ["accuracy"]    # warning: [PA171]

    Use instead: `mae`, `{ type = "RootMeanSquaredError" }`, `r2_score`.

    Source: DeepLocalize 48221692, 48934338.
    """
    if one.task not in ("regression", "count"):
        return
    for judge in one.judges():
        if judge.metric.name in ACCURACIES:
            yield Finding(judge.where, f"`{judge.key}` counts classes, and the task is {one.task}",
                          advice="use mae")


@warning("PA172", about=("metric", "task"))
@each_output
def accuracy_on_multilabel(one: Pairing) -> Iterator[Finding]:
    """Of several labels only the largest is counted.

    Why: with several columns `accuracy` becomes the categorical one, which asks whether the
    largest output stands where the first label does.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 5, activation = "sigmoid" }]
        [outputs.y]
        task = "multilabel"
        classes = 5
        metrics = ["accuracy"]    # warning: [PA172]

    Use instead: `binary_accuracy`.

    Source: measured with Keras 3.15.
    """
    if one.task != "multilabel" or one.units == 1:
        return
    for judge in one.judges():
        if judge.metric.name in ("CategoricalAccuracy", "TopKCategoricalAccuracy"):
            yield Finding(judge.where, f"`{judge.key}` looks at the largest of "
                          f"{one.units or 'several'} labels only", advice="use binary_accuracy",
                          fix=mending.in_place_of_word(one, judge, "BinaryAccuracy"),
                          about=None if contested(one) else ("metric",))


def contested(one: Pairing) -> bool:
    """Whether the output's end or loss speaks of another task than the file: then that may be
    what is wrong. A loss of distances speaks of none."""
    if one.task == "multilabel":
        return one.activation in SOFTMAXES or LABELS.get(one.loss) in ("index", "onehot")
    return one.activation in SIGMOIDS or LABELS.get(one.loss) in ("binary", "sign")


@warning("PA173", about=("metric", "activation"))
@each_output
def accuracy_on_logits(one: Pairing) -> Iterator[Finding]:
    """Logits are cut at 0.5, as if they were probabilities.

    Why: a logit of 0.3 means yes and is counted as no; a perfect model with small logits was
    measured at 0.43.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1 }]
        [outputs.y]
        task = "binary"
        loss = { type = "BinaryCrossentropy", from_logits = true }
        metrics = ["accuracy"]    # warning: [PA173]

    Use instead: `{ type = "BinaryAccuracy", threshold = 0.0 }`; `thresholds = 0` for precision
    and recall.

    Source: measured with Keras 3.15.
    """
    margin = one.loss in MARGIN and (one.activation == "linear" or one.activation in CENTERED)
    if not margin and not (one.logits and one.activation == "linear"):
        return
    for judge in one.judges():
        metric, key = judge.metric, _cut_at(judge)
        if key is None:
            continue
        accuracy = metric.name == "BinaryAccuracy"
        yield Finding(judge.where, f"`{judge.key}` cuts at 0.5, and the outputs are "
                      f"{'margins' if margin else 'logits'}, to be cut at 0",
                      advice=f"set {key} = 0" if metric.name in CUT else
                      f'use {{ type = "{metric.name}", {key} = 0.0 }}' if accuracy
                      or metric.name == "BinaryIoU" else "end with sigmoid",
                      fix=mending.with_arguments(one, judge, **{key: 0.0})
                      if accuracy or metric.name in CUT else None)


def _cut_at(judge: Judge) -> str | None:
    """The argument that says where a metric cuts; None where it does not, or it is written."""
    metric = judge.metric
    if metric.name in ("BinaryAccuracy", "BinaryIoU") and metric.get("threshold") == 0.5:
        return "threshold"
    if metric.name in CUT and metric.get("thresholds") is None and not metric.get("top_k"):
        return "thresholds"
    if metric.name in ("F1Score", "FBetaScore") and metric.get("threshold") == 0.5:
        return "threshold"
    return None


@warning("PA174", about=("metric", "task", "units"))
@each_output
def binary_accuracy_on_multiclass(one: Pairing) -> Iterator[Finding]:
    """Each cell of a one-hot row is counted for itself.

    Why: most cells are 0, so a model that says nothing is right in 3 cells of 4.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 4, activation = "softmax" }]
        [outputs.y]
        task = "multiclass"
        classes = 4
        labels = "onehot"
        metrics = ["binary_accuracy"]    # warning: [PA174]

    Use instead: `accuracy`.

    Source: measured with Keras 3.15.
    """
    if one.task != "multiclass" or one.units is None or one.units <= 2:
        return
    about: tuple[Aspect, ...] | None = None if contested(one) else ("metric",)
    for judge in one.judges():
        if judge.metric.name == "BinaryAccuracy":
            yield Finding(judge.where, f"`{judge.key}` counts each of {one.units} cells for itself",
                          advice="use accuracy", fix=mending.as_word(one, judge, "accuracy"),
                          about=about)
        elif judge.metric.name == "BinaryIoU":
            yield Finding(judge.where, f"`{judge.key}` counts each of {one.units} cells for itself",
                          advice="use OneHotMeanIoU", about=about)


RULES: tuple[Rule, ...] = (
    metric_accuracy_class, accuracy_on_regression, accuracy_on_multilabel, accuracy_on_logits,
    binary_accuracy_on_multiclass,
)

__all__ = ["RULES"]
