"""How outputs end: for every loss the tasks it serves, the last layers, and metrics that fit.

One row a way to pair task, loss and last activation without objection; `specc.rules` says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from specc.ops import table
from specc.record import Record, replace
from specc.source import Tree
from specc.spec import Range, Task
from specc.testing.draws import Chance

Entry = dict[str, Tree]
Width = Literal["one", "some", "several"]  # 1, 1 to 3, 2 to 4 units

NUMBERS = ("mae", "mse", "RootMeanSquaredError", "LogCoshError", "R2Score", "MeanAbsoluteError",
           "ConcordanceCorrelation")
SOFT = ("accuracy", "AUC", "Precision", "Recall", "BinaryAccuracy", "TruePositives",
        "TrueNegatives", "FalsePositives", "FalseNegatives", "BinaryCrossentropy", "BinaryIoU")
CURVES: tuple[Tree, ...] = (
    {"type": "PrecisionAtRecall", "recall": 0.5}, {"type": "RecallAtPrecision", "precision": 0.5},
    {"type": "SensitivityAtSpecificity", "specificity": 0.5},
    {"type": "SpecificityAtSensitivity", "sensitivity": 0.5})
ONE_HOT: tuple[Tree, ...] = (
    "accuracy", "CategoricalAccuracy", "CategoricalCrossentropy",
    {"type": "TopKCategoricalAccuracy", "k": 2}, {"type": "F1Score", "average": "macro"},
    {"type": "FBetaScore", "average": "micro"})
INDEX: tuple[Tree, ...] = (
    "accuracy", "SparseCategoricalAccuracy", "SparseCategoricalCrossentropy",
    {"type": "SparseTopKCategoricalAccuracy", "k": 2})


class Ending(Record):
    """One way to end: task, loss, activation, units, metrics, and what targets are.

    `logits`: the loss may be given logits, and the layer is linear then.
    """

    task: Task
    activations: tuple[str, ...]
    width: Width
    metrics: tuple[Tree, ...] = ()
    range: Range | None = None
    logits: bool = False
    arguments: Mapping[str, Tree] = {}


REAL = Ending("regression", ("linear",), "some", NUMBERS)
BINARY = Ending("binary", ("sigmoid",), "one", (*SOFT, *CURVES), logits=True)
LABELS = Ending("multilabel", ("sigmoid",), "several",
                ("BinaryAccuracy", "AUC", "Precision", "Recall"), logits=True)
HOT = Ending("multiclass", ("softmax",), "several", ONE_HOT, logits=True)
COUNTED = Ending("multiclass", ("softmax",), "several", INDEX, logits=True)
SHARES = Ending("distribution", ("softmax",), "several", ("KLDivergence", "CosineSimilarity"))
SIDES = Ending("binary", ("linear", "tanh"), "one", ())
OVERLAPS = tuple(replace(one, logits=False) for one in (BINARY, LABELS, HOT))

ENDINGS: Mapping[str, tuple[Ending, ...]] = {
    "MeanSquaredError": (REAL,), "MeanAbsoluteError": (REAL,), "Huber": (REAL,),
    "LogCosh": (REAL,),
    "MeanAbsolutePercentageError": (replace(REAL, range=(1, 9), metrics=(
        *NUMBERS, "MeanAbsolutePercentageError")),),
    "MeanSquaredLogarithmicError": (
        replace(REAL, activations=("softplus", "exponential"), range=(0, 9), metrics=(
            *NUMBERS, "MeanSquaredLogarithmicError")),
        Ending("count", ("softplus",), "one", ("mae", "Poisson"))),
    "Poisson": (Ending("count", ("exponential", "softplus"), "one", ("mae", "mse", "Poisson")),),
    "CosineSimilarity": (replace(REAL, width="several", metrics=(
        "mae", "CosineSimilarity", "PearsonCorrelation")),),
    "BinaryCrossentropy": (
        BINARY, LABELS, replace(REAL, activations=("sigmoid",), range=(0, 1), metrics=("mae",))),
    "BinaryFocalCrossentropy": (BINARY, LABELS),
    "CategoricalCrossentropy": (HOT, SHARES),
    "CategoricalFocalCrossentropy": (HOT,),
    "SparseCategoricalCrossentropy": (COUNTED,),
    "CategoricalGeneralizedCrossEntropy": (replace(COUNTED, logits=False),),
    "CategoricalHinge": (Ending("multiclass", ("linear", "tanh"), "several",
                                ("CategoricalHinge", "CategoricalAccuracy")),),
    "Hinge": (replace(SIDES, metrics=("Hinge",)),),
    "SquaredHinge": (replace(SIDES, metrics=("SquaredHinge", "Hinge")),),
    "KLDivergence": (SHARES,),
    "Dice": OVERLAPS,
    "Tversky": OVERLAPS,
    "Circle": (Ending("multiclass", ("unit",), "several"),),
    "CTC": (Ending("multiclass", ("aligned",), "several"),),
}
STEPS, LETTERS = 2, 5  # of a CTC target, and how many times the output is as long


class Drawn(Record):
    """An output: its table, the layers that make it of a vector, and its target columns."""

    output: dict[str, Tree]
    layers: list[Entry]


def losses() -> tuple[str, ...]:
    return tuple(one for one in table.names("loss")
                 if not table.entry("loss", one).refused)  # type: ignore[union-attr]


def tasks() -> tuple[Task, ...]:
    """Every task that an output can be drawn with."""
    return tuple(dict.fromkeys(end.task for ways in ENDINGS.values() for end in ways))


def serving(task: str | None) -> tuple[str, ...]:
    """The losses that a task can have; None: any."""
    return tuple(one for one in losses()
                 if task is None or any(end.task == task for end in ENDINGS[one]))


def ended(random: Chance, loss: str, name: str, task: str | None = None) -> Drawn:
    """An output of that loss; its last layer bears its name."""
    ways = [one for one in ENDINGS[loss] if task in (None, one.task)]
    end = random.choice(ways)
    units = _units(random, end.width)
    if end.task == "multiclass":
        units = max(units, 3)
    logits = end.logits and random.random() < 0.3
    activation = "linear" if logits else random.choice(end.activations)
    output: dict[str, Tree] = {"task": end.task, "target": _target(name, end, units, loss),
                               "loss": {"type": loss, "from_logits": True} if logits else loss}
    if end.task == "multiclass":
        output["classes"] = units
    if end.range is not None:
        output["range"] = list(end.range)
    metrics = _metrics(random, end, units, logits)
    if metrics:
        output["metrics"] = metrics
    return Drawn(output, _layers(activation, units, name))


def _units(random: Chance, width: Width) -> int:
    low, high = {"one": (1, 1), "some": (1, 3), "several": (2, 4)}[width]
    return random.randint(low, high)


def _target(name: str, end: Ending, units: int, loss: str) -> Tree:
    if loss == "CTC":
        return [f"{name}_{i}" for i in range(STEPS)]
    alone = units == 1 or end.task == "multiclass"
    return name if alone else [f"{name}_{i}" for i in range(units)]


def _layers(activation: str, units: int, name: str) -> list[Entry]:
    if activation == "unit":
        return [{"type": "Dense", "units": units},
                {"type": "UnitNormalization", "name": name}]
    if activation == "aligned":
        length = STEPS * LETTERS
        return [{"type": "Dense", "units": length * (units + 1)},
                {"type": "Reshape", "target_shape": [length, units + 1], "name": name}]
    one: Entry = {"type": "Dense", "units": units, "name": name}
    return [one if activation == "linear" else {**one, "activation": activation}]


def _metrics(random: Chance, end: Ending, units: int, logits: bool) -> list[Tree]:
    if logits:
        ways: tuple[Tree, ...] = {"binary": (
            {"type": "BinaryCrossentropy", "from_logits": True},
            {"type": "AUC", "from_logits": True},
            {"type": "BinaryAccuracy", "threshold": 0.0}), "multiclass": ("accuracy",)}.get(
                end.task, ())
    else:
        ways = end.metrics
    if end.task == "regression" and units == 1:
        ways = tuple(one for one in ways if one not in ("PearsonCorrelation", "CosineSimilarity",
                                                        "ConcordanceCorrelation"))
    count = random.randint(0, min(2, len(ways)))
    return random.sample(list(ways), count)


__all__ = ["ENDINGS", "Drawn", "Ending", "ended", "losses", "serving", "tasks"]
