"""Callbacks against what they watch and against one another: TR140 to TR145.

Which metrics get better upwards is Keras's own answer (`_direction` of its metric classes), and
`tests/keras/test_directions.py` compares the table with it.
"""

from __future__ import annotations

from collections.abc import Iterator

from specc.diagnostics import Related, number_of
from specc.ir.training import compares
from specc.ops.component import Component
from specc.rules.extent import at_callback, callbacks, put, rate_of, schedule_of
from specc.rules.pairing import Subject
from specc.rules.rule import Finding, Rule, error, info, warning

DOWN = frozenset({
    "BinaryCrossentropy", "CategoricalCrossentropy", "CategoricalHinge", "Hinge", "KLDivergence",
    "LogCoshError", "MeanAbsoluteError", "MeanAbsolutePercentageError", "MeanSquaredError",
    "MeanSquaredLogarithmicError", "Poisson", "RootMeanSquaredError",
    "SparseCategoricalCrossentropy", "SquaredHinge"})
UP = frozenset({
    "AUC", "Accuracy", "BinaryAccuracy", "BinaryIoU", "CategoricalAccuracy",
    "ConcordanceCorrelation", "CosineSimilarity", "F1Score", "FBetaScore", "IoU", "MeanIoU",
    "OneHotIoU", "OneHotMeanIoU", "PearsonCorrelation", "Precision", "PrecisionAtRecall",
    "R2Score", "Recall", "RecallAtPrecision", "SensitivityAtSpecificity",
    "SparseCategoricalAccuracy", "SparseTopKCategoricalAccuracy", "SpecificityAtSensitivity",
    "TopKCategoricalAccuracy"})
UNDIRECTED = frozenset({
    "FalseNegatives", "FalsePositives", "Mean", "Sum", "TrueNegatives", "TruePositives"})
COUNTED_DOWN = ("FalseNegatives", "FalsePositives")


def named(about: Subject, kind: str) -> Iterator[tuple[int, Component]]:
    """The callbacks of a class, each with its number in the file."""
    return ((index, one) for index, one in callbacks(about) if one.name == kind)


def same_number(about: Subject, monitor: str) -> str:
    """A monitored name without its part: `loss`, or `OUTPUT.metric`."""
    for prefix in ("val_", "val.", "validation.", "train."):
        monitor = monitor.removeprefix(prefix)
    if len(about.plan.heads) == 1:  # Keras's name, or specc's
        monitor = monitor.removeprefix(f"{about.plan.heads[0].name}.")
    return monitor.replace(".", "_")


def watched(about: Subject, monitor: str) -> Component | None:
    """The metric whose number a callback watches, or None (a loss, the rate, a name unknown)."""
    wanted, several = same_number(about, monitor), len(about.plan.heads) > 1
    for head in about.plan.heads:
        for key, metric in head.metrics:
            if wanted == (f"{head.name}_{key}" if several else key):
                return metric
    return None


def better(about: Subject, monitor: str) -> str | None:
    """`min` or `max`: which way a watched number gets better; None where nobody knows."""
    metric, number = watched(about, monitor), same_number(about, monitor)
    if metric is not None and metric.name in UP:
        return "max"
    down = metric is not None and metric.name in (*DOWN, *COUNTED_DOWN)
    return "min" if down or number == "loss" or number.endswith("_loss") else None


def undirected(about: Subject, monitor: str) -> bool:
    """Whether Keras cannot tell which way a number gets better."""
    metric = watched(about, monitor)
    return metric.name in UNDIRECTED if metric else same_number(about, monitor) == "learning_rate"


@warning("TR140")
def callback_mode_suspect(about: Subject) -> Iterator[Finding]:
    """A callback takes the worse number for the better one, or cannot know which is.

    Why: with the wrong mode EarlyStopping stops at the best epoch and keeps the worst. With
    `mode = "auto"` Keras asks the metric, and where that does not say (counts of rows, sums, the
    learning rate), it raises when the first epoch ends: an error.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1, activation = "sigmoid" }]
        [outputs.y]
        task = "binary"
        metrics = ["accuracy"]
        [fit]
        epochs = 20
        [[fit.callbacks]]
        type = "EarlyStopping"
        monitor = "val_accuracy"
        mode = "min"    # warning: [TR140]
        patience = 5
        restore_best_weights = true

    Use instead: leave `mode` out where the metric is one of Keras's with a direction; else say it.

    Source: measured with Keras 3.15.
    """
    for index, one in callbacks(about):
        monitor, mode = str(one.get("monitor", "")), one.get("mode")
        if not compares(one) or ":" in one.name:
            continue
        right = better(about, monitor)
        if mode == "auto" and undirected(about, monitor):
            yield Finding(at_callback(about, index, "monitor"), f"Keras does not know whether "
                          f"`{monitor}` gets better upwards, and raises after the first epoch",
                          advice=f'set mode = "{right}"' if right else "set `mode`",
                          severity="error")
        elif mode != "auto" and right is not None and mode != right:
            where = at_callback(about, index, "mode")
            yield Finding(where, f"`{monitor}` gets better "
                          f"{'upwards' if right == 'max' else 'downwards'}, and mode is \"{mode}\"",
                          advice=f'use "{right}"', fix=put(about, where, right))


@error("TR141")
def plateau_with_schedule(about: Subject) -> Iterator[Finding]:
    """A callback is to reduce a learning rate that a schedule decides.

    Why: Keras raises when the callback first acts, which may be after hours.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1 }]
        [outputs.y]
        task = "regression"
        [compile.optimizer]
        type = "Adam"
        learning_rate = { type = "CosineDecay", initial_learning_rate = 0.001, decay_steps = 900 }
        [fit]
        epochs = 20
        callbacks = [{ type = "ReduceLROnPlateau", patience = 3 }]    # error: [TR141]

    Use instead: one of the two.

    Source: measured with Keras 3.15.
    """
    schedule = schedule_of(about)
    for index, _ in named(about, "ReduceLROnPlateau"):
        if schedule is not None:
            yield Finding(at_callback(about, index), "the learning rate is decided by "
                          f"`{schedule.name}`, and `ReduceLROnPlateau` cannot set it",
                          advice="use one of the two", related=(Related(
                              about.plan.spec.where("compile", "optimizer"), "the schedule is set "
                              "here"),))


@error("TR142")
def min_lr_above_lr(about: Subject) -> Iterator[Finding]:
    """The rate at which ReduceLROnPlateau ends is not below the one it begins with.

    Why: it never acts, and says nothing.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1 }]
        [outputs.y]
        task = "regression"
        [compile]
        optimizer = { type = "Adam", learning_rate = 0.001 }
        [fit]
        epochs = 20
        callbacks = [{ type = "ReduceLROnPlateau", min_lr = 0.01 }]    # error: [TR142]

    Use instead: `min_lr = 1e-6`.

    Source: measured with Keras 3.15.
    """
    rate = rate_of(about)
    for index, one in named(about, "ReduceLROnPlateau"):
        least = one.get("min_lr") or 0
        if rate is not None and least >= rate:
            yield Finding(at_callback(about, index, "min_lr"), f"`min_lr` {least:g} is not below "
                          f"the learning rate, {rate:g}, so it is never reduced",
                          advice=f"use {rate / 1000:g}")


def outlasted(about: Subject) -> Iterator[tuple[int, Component, Component]]:
    """Each ReduceLROnPlateau that EarlyStopping on the same number forestalls."""
    for index, plateau in named(about, "ReduceLROnPlateau"):
        for _, stop in named(about, "EarlyStopping"):
            same = same_monitor(about, plateau, stop)
            if same and plateau.get("patience") >= stop.get("patience"):
                yield index, plateau, stop


def same_monitor(about: Subject, one: Component, other: Component) -> bool:
    """Whether two callbacks watch the same number of the same part."""
    names = [str(each.get("monitor")) for each in (one, other)]
    return same_number(about, names[0]) == same_number(about, names[1]) and (
        names[0].startswith("val") == names[1].startswith("val"))


@warning("TR143")
def plateau_patience_vs_es(about: Subject) -> Iterator[Finding]:
    """Training is stopped before the learning rate is ever reduced.

    Why: both wait for the same number to get better, and EarlyStopping has no more patience than
    ReduceLROnPlateau.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1 }]
        [outputs.y]
        task = "regression"
        [fit]
        epochs = 60
        callbacks = [
          { type = "EarlyStopping", patience = 5, restore_best_weights = true },
          { type = "ReduceLROnPlateau", patience = 5 },    # warning: [TR143]
        ]

    Use instead: a plateau's patience of half of EarlyStopping's, or less.

    Source: own judgement.
    """
    for index, plateau, stop in outlasted(about):
        waits, least = stop.get("patience"), plateau.get("patience")
        if schedule_of(about) is None:
            yield Finding(at_callback(about, index, "patience"),
                          f"it waits {number_of(least, 'epoch')}, and EarlyStopping stops after "
                          f"{waits}",
                          advice=f"use {waits // 2}" if waits > 1 else "let EarlyStopping wait 10")


@info("TR144")
def early_stopping_no_restore(about: Subject) -> Iterator[Finding]:
    """Training stops some epochs after the best one, and keeps the last weights.

    Why: `patience` epochs of getting worse are behind the best epoch when training stops.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1 }]
        [outputs.y]
        task = "regression"
        [fit]
        epochs = 60
        callbacks = [{ type = "EarlyStopping", patience = 5 }]    # info: [TR144]

    Use instead: `restore_best_weights = true`, or a ModelCheckpoint beside it.

    Source: own judgement.
    """
    kept = any(one.name == "ModelCheckpoint" for _, one in callbacks(about))
    for index, one in named(about, "EarlyStopping"):
        if not one.get("restore_best_weights") and not kept:
            yield Finding(at_callback(about, index, "restore_best_weights"), "the weights of the "
                          "best epoch are not kept", advice="add restore_best_weights = true")


@info("TR145")
def early_stopping_patience(about: Subject) -> Iterator[Finding]:
    """EarlyStopping waits for nothing, or longer than training takes.

    Why: a validation metric goes up and down; with `patience = 0`, Keras's default, one epoch
    down ends training. With a patience of as many epochs as there are it never acts: a warning,
    unless it is there to restore the best weights, which Keras does at the end of training too.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1 }]
        [outputs.y]
        task = "regression"
        [fit]
        epochs = 60
        callbacks = [{ type = "EarlyStopping", restore_best_weights = true }]    # info: [TR145]

    Use instead: `patience = 5` to 10.

    Source: own judgement; measured with Keras 3.15.
    """
    epochs = about.plan.spec.fit.epochs
    hurried = [stop for _, _, stop in outlasted(about)]
    for index, one in named(about, "EarlyStopping"):
        patience, start = one.get("patience"), one.get("start_from_epoch") or 0
        where = at_callback(about, index, "patience")
        if epochs > 1 and start + patience >= epochs:
            after = f", and begins after {start}" if start else ""
            yield Finding(where, f"it waits {number_of(patience, 'epoch')}{after}, and training "
                          f"has {epochs}", advice="use 5 to 10",
                          severity=None if one.get("restore_best_weights") else "warning")
        elif patience == 0 and str(one.get("monitor")).startswith("val") and one not in hurried:
            yield Finding(where, "one epoch that is not better ends training",
                          advice="use patience = 5")


RULES: tuple[Rule, ...] = (
    callback_mode_suspect, plateau_with_schedule, min_lr_above_lr, plateau_patience_vs_es,
    early_stopping_no_restore, early_stopping_patience,
)

__all__ = ["RULES"]
