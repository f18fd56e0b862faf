"""Metrics against labels, units and logits: PA180 to PA189.

| metric                              | labels         | output                       |
|-------------------------------------|----------------|------------------------------|
| categorical ones, one-hot IoU, F1   | onehot         | a unit for each class        |
| sparse ones                         | index          | a unit for each class        |
| AUC, precision, recall, binary ones | binary, onehot | probabilities                |
| correlations                        | numbers        | two units and more, or axis 0 |
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from specc.ir.heads import LABELS
from specc.later import later
from specc.rules.pairing import Judge, Pairing, counted_by
from specc.rules.rule import Finding, Rule, each_output, error, instead, warning
from specc.rules.tables import BOUNDS, CUT, PROBABILITIES

if TYPE_CHECKING:
    from specc.rules import mending
else:
    mending = later("specc.rules.mending")

F1 = frozenset({"F1Score", "FBetaScore"})
BY_ROW = frozenset({"CategoricalAccuracy", "TopKCategoricalAccuracy", "CategoricalCrossentropy",
                    "CategoricalHinge"})
BY_NUMBER = frozenset({"SparseCategoricalAccuracy", "SparseTopKCategoricalAccuracy",
                       "SparseCategoricalCrossentropy"})
AT_RATE = frozenset({"PrecisionAtRecall", "RecallAtPrecision", "SensitivityAtSpecificity",
                     "SpecificityAtSensitivity"})
BY_CELL = CUT | AT_RATE | {"AUC", "BinaryAccuracy", "BinaryCrossentropy", "BinaryIoU"}
SQUARES = frozenset({"MeanSquaredError", "RootMeanSquaredError", "MeanAbsoluteError",
                     "LogCoshError", "MeanSquaredLogarithmicError"})
CORRELATIONS = frozenset({"PearsonCorrelation", "ConcordanceCorrelation"})
BY_UNIT = BY_CELL | SQUARES | CORRELATIONS | {  # a number of the labels for each of the output
    "MeanAbsolutePercentageError", "R2Score", "CosineSimilarity", "Poisson", "Hinge",
    "SquaredHinge"}
ONE_HOT = BY_ROW | F1 | {"OneHotIoU", "OneHotMeanIoU", "KLDivergence"}
AVERAGES = frozenset({"Mean", "Sum"})  # of values, not of labels and outputs
CROSS_ENTROPIES = frozenset({"BinaryCrossentropy", "CategoricalCrossentropy",
                             "SparseCategoricalCrossentropy"})


@error("PA180", about=("metric", "labels", "units", "task"), milder=True)
@each_output
def metric_label_mismatch(one: Pairing) -> Iterator[Finding]:
    """The metric reads labels in another encoding than the loss is given, or reads none.

    Why: loss and metrics see the same labels. Indices under `categorical_accuracy` give the level
    of chance in silence, one-hot rows under a sparse metric stop the run, -1 and 1 under an
    accuracy count every -1 as wrong. `Mean` and `Sum` are for values, and raise. An R2 of classes
    is a number, and says little: a warning.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 3, activation = "softmax" }]
        [outputs.y]
        task = "multiclass"
        classes = 3
        loss = "sparse_categorical_crossentropy"
        metrics = ["categorical_accuracy"]    # error: [PA180]

    Use instead: the metric of that encoding; `accuracy` chooses by itself.

    Source: measured with Keras 3.15.
    """
    for judge in one.judges():
        said = _misread(one, judge)
        if judge.metric.name in AVERAGES:
            yield Finding(judge.where, f"`{judge.key}` takes values, and a metric is given labels "
                          "and outputs", advice=counted_by(one) if one.classified else "use mae",
                          about=("metric",))
        elif said:
            yield Finding(judge.where, said[0], advice=said[1])
        elif judge.metric.name == "R2Score" and one.classified:
            yield Finding(judge.where, f"`{judge.key}` is about numbers, and the task is "
                          f"{one.task}", advice=counted_by(one), severity="warning")


def _misread(one: Pairing, judge: Judge) -> tuple[str, str] | None:
    """What is wrong with the labels a metric is given, and what to do."""
    name = judge.metric.name
    single = one.units == 1 or (one.units is None and one.task == "binary")
    match one.labels:
        case "index" if name in ONE_HOT and not single:
            return f"`{judge.key}` reads one-hot rows, and `{one.loss}` is given indices", \
                "use accuracy, or a sparse metric"
        case "index" if name in BY_UNIT and not single:
            return f"`{judge.key}` reads a number for each of {one.units or 'the'} units, and " \
                f"`{one.loss}` is given indices", "use accuracy, or a categorical loss"
        case "onehot" if name in BY_NUMBER:
            return f"`{judge.key}` reads indices, and `{one.loss}` is given one-hot rows", \
                "use accuracy, or a categorical metric"
        case "onehot" if name in ("IoU", "MeanIoU") and judge.metric.get("sparse_y_true"):
            return f"`{judge.key}` reads indices, and `{one.loss}` is given one-hot rows", \
                "use OneHotMeanIoU, or sparse_y_true = false"
        case "sign" if name in BY_CELL | BY_ROW | BY_NUMBER:
            return f"`{judge.key}` reads labels of 0 and 1, and `{one.loss}` is given -1 and 1", \
                'use labels = "binary", which a hinge takes too'
        case "binary" if one.task == "multilabel" and name in BY_NUMBER:
            return f"`{judge.key}` reads one index, and there are several labels", \
                "use binary_accuracy"
        case "binary" if one.task == "binary" and one.units == 1 and (
                name in BY_ROW | BY_NUMBER):
            return f"`{judge.key}` chooses among units, and there is one", \
                "use accuracy, or a binary metric"
    return None


@error("PA181", about=("metric",))
@each_output
def meaniou_needs_argmax(one: Pairing) -> Iterator[Finding]:
    """An intersection over union takes probabilities for the numbers of classes.

    Why: 0.9 is cut to 0, so every prediction is class 0.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 3, activation = "softmax" }]
        [outputs.y]
        task = "multiclass"
        classes = 3
        metrics = [{ type = "MeanIoU", num_classes = 3 }]    # error: [PA181]

    Use instead: `sparse_y_pred = false`.

    Source: measured with Keras 3.15.
    """
    for judge in one.judges():
        if judge.metric.name in ("IoU", "MeanIoU") and judge.metric.get("sparse_y_pred") is True \
                and one.activation in BOUNDS and one.classified:
            yield Finding(judge.where, f"`{judge.key}` reads the numbers of classes, and the "
                          "output gives one number for each class" if one.units != 1 else
                          f"`{judge.key}` reads the numbers of classes, and the output gives "
                          "probabilities", advice="set sparse_y_pred = false"
                          if one.units != 1 else "use BinaryIoU",
                          fix=mending.with_arguments(one, judge, sparse_y_pred=False)
                          if (one.units or 1) > 1 else None)


@error("PA182", about=("metric", "units"))
@each_output
def f1_needs_2d(one: Pairing) -> Iterator[Finding]:
    """An F score needs to know where to cut one unit, and how to make one number of several.

    Why: without `threshold` the largest of one unit is always chosen, so everything is a yes;
    without `average` the value is a list, which no history holds.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1, activation = "sigmoid" }]
        [outputs.y]
        task = "binary"
        metrics = ["f1_score"]    # error: [PA182]

    Use instead: `{ type = "F1Score", threshold = 0.5, average = "micro" }`.

    Source: measured with Keras 3.15.
    """
    for judge in one.judges():
        if judge.metric.name not in F1:
            continue
        if one.units == 1 and judge.metric.get("threshold") is None:
            yield Finding(judge.where, f"`{judge.key}` of one unit chooses it always",
                          advice='set threshold = 0.5 and average = "micro"',
                          fix=mending.with_arguments(one, judge, threshold=0.5, average="micro")
                          if one.activation in PROBABILITIES else None)
        elif judge.metric.get("average") is None:
            yield Finding(judge.where, f"`{judge.key}` gives a number for each class, not one",
                          advice='set average = "macro"')


@error("PA183", about=("metric", "units"))
@each_output
def pearson_single_column(one: Pairing) -> Iterator[Finding]:
    """A correlation is taken along the units of one sample, and there is one unit.

    Why: one number has no variance: the value is NaN, or 0.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1 }]
        [outputs.y]
        task = "regression"
        metrics = ["pearson_correlation"]    # error: [PA183]

    Use instead: `{ type = "PearsonCorrelation", axis = 0 }`, along the batch.

    Source: measured with Keras 3.15.
    """
    for judge in one.judges():
        if judge.metric.name in CORRELATIONS and one.units == 1 and judge.metric.get("axis") != 0:
            yield Finding(judge.where, f"`{judge.key}` along one unit is no number",
                          advice="set axis = 0", fix=mending.with_arguments(one, judge, axis=0))


@warning("PA184", about=("metric", "activation"))
@each_output
def metric_logits_mismatch(one: Pairing) -> Iterator[Finding]:
    """The metric takes logits for probabilities, or the other way round.

    Why: the loss is told by `from_logits`, each metric must be told again. A perfect model was
    measured at a cross-entropy of 16, and at an AUC of 0.5. The KL divergence of logits is an
    error: there is no `from_logits` to set.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1 }]
        [outputs.y]
        task = "binary"
        loss = { type = "BinaryCrossentropy", from_logits = true }
        metrics = [{ type = "AUC" }]    # warning: [PA184]

    Use instead: `{ type = "AUC", from_logits = true }`.

    Source: measured with Keras 3.15.
    """
    logits = one.logits and one.activation == "linear"
    probabilities = not one.logits and one.activation in PROBABILITIES
    for judge in one.judges():
        told = judge.metric.get("from_logits")
        if judge.metric.name in CROSS_ENTROPIES | {"AUC"}:
            if logits and told is False:
                yield Finding(judge.where, f"`{judge.key}` takes probabilities, and the outputs "
                              "are logits", advice="set from_logits = true",
                              fix=mending.with_arguments(one, judge, from_logits=True))
            elif probabilities and told is True:
                where = judge.where.at("from_logits")
                yield Finding(where, f"`{judge.key}` takes logits, and the outputs are "
                              "probabilities", advice="drop from_logits",
                              fix=instead(one, where, value=False))
        elif logits and judge.metric.name in AT_RATE | SQUARES | {"KLDivergence"}:
            right = "softmax" if LABELS.get(one.loss) in ("index", "onehot") else "sigmoid"
            yield Finding(judge.where, f"`{judge.key}` takes probabilities, and the outputs are "
                          "logits", advice=f"end with {right}, or use another metric",
                          severity="error" if judge.metric.name == "KLDivergence" else None)


RULES: tuple[Rule, ...] = (
    metric_label_mismatch, meaniou_needs_argmax, f1_needs_2d, pearson_single_column,
    metric_logits_mismatch,
)

__all__ = ["RULES"]
