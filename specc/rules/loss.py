"""The loss against the task: PA120 to PA129.

| task                   | loss                                                            |
|------------------------|-----------------------------------------------------------------|
| binary                 | binary cross-entropy; over two units a categorical one; hinge    |
| multiclass             | categorical cross-entropy (one-hot) or the sparse one (indices)  |
| multilabel             | binary cross-entropy, Dice, Tversky                              |
| regression             | squared, absolute, Huber, log-cosh; binary cross-entropy in 0..1 |
| count                  | Poisson; squared logarithmic                                     |
| distribution           | KL divergence, categorical cross-entropy                         |
"""

from __future__ import annotations

from collections.abc import Iterator

from specc.diagnostics import Related
from specc.rules.pairing import Pairing
from specc.rules.rule import Finding, Rule, each_output, error, warning
from specc.rules.tables import (
    BINARY,
    EXCLUSIVE,
    HINGES,
    MARGIN,
    PROBABILISTIC,
    REGRESSION,
    SIGMOIDS,
    SPARSE,
    within,
)
from specc.spec import Task

INSTEAD: dict[Task, str] = {
    "binary": "BinaryCrossentropy", "multiclass": "SparseCategoricalCrossentropy",
    "multilabel": "BinaryCrossentropy", "regression": "MeanSquaredError", "count": "Poisson",
    "distribution": "KLDivergence",
}


@error("PA120", about=("loss", "task", "units"))
@each_output
def wrong_loss_for_task(one: Pairing) -> Iterator[Finding]:
    """The loss answers another question than the task asks.

    Why: a cross-entropy of real targets, one probability for three classes, or one class where
    several labels may hold: each has a gradient, and none leads to what is asked for.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1, activation = "sigmoid" }]
        [outputs.y]
        task = "regression"
        loss = "binary_crossentropy"    # error: [PA120]

    Use instead: the task's own loss (leave `loss` out), or the other task. Targets that are
    proportions may be judged by `binary_crossentropy`: say `range = [0, 1]`.

    Source: NeuraLint f015 and f020; DeepLocalize 58609115.
    """
    reason = _wrong_loss(one)
    if reason:
        yield Finding(one.at_loss(), reason, advice=f"use {INSTEAD[one.task]}",
                      related=(Related(one.at("task"), f"the task is {one.task}"),))


def _wrong_loss(one: Pairing) -> str | None:
    """Why the loss cannot serve the task."""
    match one.task:
        case "regression" | "count" if one.loss in PROBABILISTIC | HINGES:
            if one.loss in BINARY and one.range and within(one.range, (0, 1)):
                return None
            unless = " (and nothing says that the targets lie from 0 to 1)" \
                if one.loss in BINARY and one.range is None else ""
            return f"`{one.loss}` judges classes, and the task is {one.task}{unless}"
        case "multiclass" if one.loss in BINARY | MARGIN and one.units == 1:
            if one.classes is not None and one.classes > 2:
                return f"`{one.loss}` of one unit tells two classes apart, not {one.classes}"
        case "multilabel" if one.loss in EXCLUSIVE | {"CategoricalHinge"}:
            return f"`{one.loss}` takes one class of several, and several labels may hold"
        case "distribution" if one.loss in SPARSE | MARGIN:
            return f"`{one.loss}` takes labels, and the targets are distributions"
    return None


@warning("PA121", about=("loss", "task"))
@each_output
def one_vs_rest_multiclass(one: Pairing) -> Iterator[Finding]:
    """Exactly one class holds, and each is judged as a question of its own.

    Why: it trains, but K separate problems: outputs do not sum to 1, and most of each unit's rows
    are negatives.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 3, activation = "sigmoid" }]
        [outputs.y]
        task = "multiclass"
        classes = 3
        loss = "binary_crossentropy"    # warning: [PA121]

    Use instead: `softmax` and `categorical_crossentropy`; if several classes may hold,
    `task = "multilabel"`. Focal losses are used so on purpose, and are let pass.

    Source: DeepLocalize 58609115.
    """
    if one.task != "multiclass" or one.loss != "BinaryCrossentropy":
        return
    if one.classes is None or one.classes <= 2 or one.units != one.classes:
        return
    if one.activation in SIGMOIDS or (one.logits and one.activation == "linear"):
        yield Finding(one.at_loss(), f"`{one.loss}` makes {one.classes} separate questions of one "
                      f"choice among {one.classes}",
                      advice="use CategoricalCrossentropy and softmax")


@warning("PA122", about=("loss", "task"))
@each_output
def classification_with_regression_loss(one: Pairing) -> Iterator[Finding]:
    """Classes are judged by their distance.

    Why: where the prediction is quite wrong the gradient of a squared error through sigmoid or
    softmax is almost 0. It is an error where labels are promised to be indices of several classes:
    class 2 is not twice class 1.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1, activation = "sigmoid" }]
        [outputs.y]
        task = "binary"
        loss = "mse"    # warning: [PA122]

    Use instead: `binary_crossentropy`, `categorical_crossentropy`; a Brier score or a
    distillation says so in `[lint] ignore`.

    Source: NeuraLint, 34311586; seven programs of the corpus.
    """
    if not one.classified or one.loss not in REGRESSION:
        return
    numbers = one.promised == "index" and one.task == "multiclass" and (one.classes or 3) > 2
    message = f"`{one.loss}` measures distances, and the task is {one.task}"
    if numbers:
        message += ": the numbers of classes have no distance"
    yield Finding(one.at_loss(), message, advice=f"use {INSTEAD[one.task]}",
                  severity="error" if numbers else None,
                  related=(Related(one.at("task"), f"the task is {one.task}"),))


@error("PA123", milder=True)
@each_output
def label_smoothing_range(one: Pairing) -> Iterator[Finding]:
    """Labels are smoothed by a share that is no share, or one that leaves little of them.

    Why: Keras takes 2.0 in silence, and then the loss prefers the wrong classes.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 3, activation = "softmax" }]
        [outputs.y]
        task = "multiclass"
        classes = 3
        loss = { type = "CategoricalCrossentropy", label_smoothing = 2.0 }    # error: [PA123]

    Use instead: 0.05 to 0.1; from 0 to below 1 in any case.

    Source: measured with Keras 3.15.
    """
    share = one.head.loss.args.get("label_smoothing")
    if not isinstance(share, int | float):
        return
    where = one.at_loss("label_smoothing")
    if not 0 <= share < 1:
        yield Finding(where, f"`label_smoothing` is a share from 0 to below 1, found {share:g}",
                      advice="use 0.1")
    elif share > 0.3:
        yield Finding(where, f"`label_smoothing` of {share:g} leaves little of the labels",
                      advice="use 0.05 to 0.1", severity="warning")


RULES: tuple[Rule, ...] = (
    wrong_loss_for_task, label_smoothing_range, one_vs_rest_multiclass,
    classification_with_regression_loss,
)

__all__ = ["RULES"]
