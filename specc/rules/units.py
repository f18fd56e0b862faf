"""The shape of an output against the targets': PA160 to PA169.

| loss                               | output (batch, u)      | targets     |
|------------------------------------|------------------------|-------------|
| sparse categorical cross-entropies | u = classes            | (batch,)    |
| categorical ones                   | u = classes            | (batch, classes) |
| binary ones                        | u = 1 or labels        | (batch, u)  |
| all others                         | u = target columns     | (batch, u)  |

Where targets have more axes, all but the last must be the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from specc.diagnostics import Related
from specc.rules.pairing import Pairing
from specc.rules.rule import Finding, Rule, each_output, error, instead
from specc.rules.tables import BROADCASTING, REGRESSION, SOFTMAXES, SPARSE
from specc.source import Where
from specc.tensor import Shape, agree, show

UNPAIRED = ("?", "Circle", "CTC")  # their outputs are no predictions of the targets


def regresses_classes(one: Pairing) -> bool:
    """Whether a classifier is told to regress: its units and its softmax are wrong for one reason,
    and `regression-bounded-output` says it."""
    return (one.activation in SOFTMAXES and one.task in ("regression", "count")
            and one.range is None and one.loss in REGRESSION)


def paired(one: Pairing) -> bool:
    """Whether the loss compares outputs with targets of their shape; a program's own may not."""
    return one.loss not in UNPAIRED and ":" not in one.loss


@error("PA160", about=("units", "labels", "loss"))
@each_output
def silent_broadcast(one: Pairing) -> Iterator[Finding]:
    """Outputs and targets differ in width, and the loss repeats the narrower one.

    Why: every output is compared with every target; the loss falls towards the mean, and nothing
    is said.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 3 }]    # error: [PA160]
        [outputs.y]
        task = "regression"
        target = "price"

    Use instead: as many units as target columns.

    Source: measured with Keras 3.15.
    """
    wanted = _wanted(one)
    if one.loss not in BROADCASTING or wanted is None or one.units in (wanted, None):
        return
    if regresses_classes(one):
        return
    if 1 in (one.units, wanted):
        yield Finding(_where(one), f"an output of {_units(one.units)} is repeated against "
                      f"{_targets(one, wanted)} by `{one.loss}`",
                      advice=f"use {_units(wanted)}", related=_declared(one))


@error("PA161", about=("units", "labels"))
@each_output
def output_rank_mismatch(one: Pairing) -> Iterator[Finding]:
    """Outputs and targets have different shapes, other than in their last axis.

    Why: cross-entropies refuse it; squared errors broadcast (batch, 5, 1) against (batch,) to
    (batch, 5, batch), and train.

    Example:

        [data]
        source = { type = "make_moons", n_samples = 100 }
        [inputs.seen]
        columns = ["x0", "x1"]
        shape = [2, 1]
        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1, activation = "sigmoid" }]    # error: [PA161]
        [outputs.y]
        task = "binary"
        target = "y"

    Use instead: `Flatten` or a global pooling before it, `return_sequences = false`; or say the
    targets' `shape`.

    Source: NeuraLint f011; five programs of the corpus; measured with Keras 3.15.
    """
    if unlike(one):
        yield Finding(_where(one), f"the output is {show(one.shape)}, and the targets are "
                      f"{show(one.target.shape)}", advice=_advice(one, surplus(one) > 0))


def unlike(one: Pairing) -> bool:
    """Whether output and targets certainly differ in more than their last axis."""
    if one.shape is None or one.target.shape is None or not paired(one):
        return False
    output, target = one.shape, one.target.shape
    if not numbered(one):
        return not comparable(output, target)
    return not fits(output[:-1], target) and (
        target[-1] != 1 or not fits(output[:-1], target[:-1]))


def numbered(one: Pairing) -> bool:
    """Whether targets are numbers of classes, which have one axis less than the output."""
    return one.loss in SPARSE and one.labels in ("index", "binary")


def surplus(one: Pairing) -> int:
    """How many axes the output has more than the targets ask for; 0 where nothing is known."""
    if one.shape is None or one.target.shape is None:
        return 0
    axis = numbered(one) and one.target.shape[-1] != 1  # (batch, 1) are numbers of classes, too
    return len(one.shape) - len(one.target.shape) - axis


def fits(a: Shape, b: Shape) -> bool:
    """Whether two shapes may be the same."""
    return len(a) == len(b) and all(map(agree, a, b))


def comparable(output: Shape, target: Shape) -> bool:
    """Whether Keras can compare them: all but the last axis the same, where one shape has one
    axis more it is of size 1."""
    if len(output) == len(target):
        return fits(output[:-1], target[:-1])
    longer, shorter = sorted((output, target), key=len, reverse=True)
    return longer[-1] in (1, None) and fits(longer[:-1], shorter)


def _advice(one: Pairing, deep: bool) -> str:
    end = one.end.node.layer if one.end else None
    if deep and end is not None and end.get("return_sequences"):
        return "set return_sequences = false"
    return "flatten or pool before the last layer" if deep else "say the targets' shape"


@error("PA162", about=("units", "labels"), milder=True)
@each_output
def output_units_class_mismatch(one: Pairing) -> Iterator[Finding]:
    """The output has not as many units as there are classes, labels or target columns.

    Why: Keras finds out at the first batch, or on a GPU not at all: labels beyond the last unit
    give NaN there. More units than the sparse loss needs are only never used: a warning.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 9, activation = "softmax" }]    # error: [PA162]
        [outputs.y]
        task = "multiclass"
        classes = 10

    Use instead: a unit for each; 1 for two classes with `binary_crossentropy`.

    Source: NeuraLint f020; DeepLocalize 50079585; measured with Keras 3.15.
    """
    if one.units is None or not paired(one) or regresses_classes(one):
        return
    if one.loss in SPARSE and one.task != "multilabel":
        yield from _numbers(one, one.units)
        return
    wanted = _wanted(one)
    if wanted is not None and wanted != one.units:
        yield _mismatch(one, wanted)


def _numbers(one: Pairing, units: int) -> Iterator[Finding]:
    """Labels are numbers of classes: a unit for each must be there."""
    if one.classes is None or units == one.classes or one.labels == "onehot":
        return
    if units < one.classes:
        yield _mismatch(one, one.classes)
    elif one.head.loss.get("ignore_class") is None:
        yield Finding(_where(one), f"{_units(units)} for {one.classes} classes: some are never "
                      "used", advice=f"use {_units(one.classes)}", severity="warning",
                      related=_declared(one))


def _mismatch(one: Pairing, wanted: int) -> Finding:
    what = f"{_targets(one, wanted)} {'needs' if wanted == 1 else 'need'}"
    if one.task == "binary" and one.classes == 2:
        what = f"two classes judged by `{one.loss}` need"
    known = one.head.output.classes is None and one.task == "multiclass"
    where = _where(one)
    return Finding(where, f"{what} {_units(wanted)}, found {one.units}",
                   advice=f"use {_units(wanted)}", related=_declared(one),
                   fix=instead(one, where, wanted) if known and one.width else None)


def _wanted(one: Pairing) -> int | None:
    """The last axis of the targets, if outputs are compared with it unit by unit. Where the rank
    of the targets is not known, only units that are written as such are held against it."""
    if one.target.shape is None:
        return one.target.last if one.width is not None else None
    if one.shape is not None and len(one.shape) == len(one.target.shape):
        return one.target.last
    if one.shape is not None and len(one.shape) == len(one.target.shape) + 1:
        return 1  # (batch, 1) against (batch,)
    return None


def _where(one: Pairing) -> Where:
    """Where the width is written, else the layer that gives the output."""
    if one.width is not None:
        return one.width.where
    node = one.plan.graph.node(one.head.tensor.node)
    return node.where if node is not None else one.at()


def _units(count: int | None) -> str:
    return f"{count} unit" + ("" if count == 1 else "s")


def _targets(one: Pairing, wanted: int) -> str:
    word = {"binary": "target", "multiclass": "class", "multilabel": "label"}.get(
        one.task, "target column")
    plural = "classes" if word == "class" else f"{word}s"
    return f"{wanted} {word if wanted == 1 else plural}"


def _declared(one: Pairing) -> tuple[Related, ...]:
    key = next((key for key in ("classes", "shape", "target")
                if getattr(one.head.output, key) is not None), None)
    loss = (Related(one.at_loss(), "the loss is set here"),) if one.head.output.loss else ()
    return (*((Related(one.at(key), f"`{key}` is set here"),) if key else ()), *loss)


RULES: tuple[Rule, ...] = (
    silent_broadcast, output_rank_mismatch, output_units_class_mismatch,
)

__all__ = ["RULES"]
