"""How labels are encoded against what the loss is given: PA150 to PA159.

Only what the file promises (`labels`, `range`) can be wrong: without it specc encodes as the loss
wants.

| labels  | losses                                                   |
|---------|----------------------------------------------------------|
| index   | sparse and generalized categorical cross-entropy, Circle, CTC |
| onehot  | categorical cross-entropies, categorical hinge, KL divergence |
| binary  | binary cross-entropies, Dice, Tversky                    |
| sign    | hinge, squared hinge                                     |
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from specc.diagnostics import Related, nearest
from specc.ir.heads import LABELS
from specc.rules.pairing import Pairing
from specc.rules.rule import Finding, Rule, each_output, error, warning
from specc.rules.tables import BINARY, CATEGORICAL, MARGIN, OVERLAPS, SPARSE, within
from specc.tensor import show

ROWS = CATEGORICAL | {"CategoricalHinge", "KLDivergence"}  # a row of K numbers for each sample
NUMBERS = SPARSE | {"Circle", "CTC"}  # the number of the class
MEANING = {"index": "the numbers of the classes", "onehot": "one-hot rows", "binary": "0 and 1",
           "sign": "-1 and 1"}


@error("PA150", about=("labels", "loss"))
@each_output
def label_sign_mismatch(one: Pairing) -> Iterator[Finding]:
    """Labels of -1 and 1 meet a loss that takes 0 and 1.

    Why: the logarithm is weighed by a negative number, and the loss falls without end: -98 was
    measured, and falling.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1, activation = "sigmoid" }]
        [outputs.y]
        task = "binary"
        loss = "binary_crossentropy"
        labels = "sign"    # error: [PA150]

    Use instead: `labels = "binary"`, or `hinge`.

    Source: measured with Keras 3.15.
    """
    signed = one.classified and one.head.output.range == (-1, 1)
    if (one.promised == "sign" or signed) and one.loss in BINARY | OVERLAPS:
        yield Finding(one.at("labels" if one.promised == "sign" else "range"),
                      f"`{one.loss}` takes labels of 0 and 1, not of -1 and 1",
                      advice='use labels = "binary", or Hinge',
                      related=(Related(one.at_loss(), "the loss is set here"),))


@error("PA151", about=("labels", "loss"))
@each_output
def label_encoding_mismatch(one: Pairing) -> Iterator[Finding]:
    """Labels are promised in one encoding, and the loss takes another.

    Why: some losses refuse the shapes; the focal and generalized cross-entropies, the categorical
    hinge and the KL divergence broadcast them instead, and train on nonsense in silence.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 3, activation = "softmax" }]
        [outputs.y]
        task = "multiclass"
        classes = 3
        loss = "sparse_categorical_crossentropy"
        labels = "onehot"    # error: [PA151]

    Use instead: the loss of that encoding, or no `labels` at all: specc encodes as the loss wants.

    Source: DeepLocalize 50079585; measured with Keras 3.15.
    """
    if _beyond_one(one):
        low, high = one.head.output.range or (0, 0)
        yield Finding(one.at("range"), f"labels go from {low:g} to {high:g}, and `{one.loss}` "
                      "takes numbers from 0 to 1", advice=_other_loss(one),
                      related=(Related(one.at_loss(), "the loss is set here"),))
    if one.promised is None or not _misfit(one):
        return
    wanted = LABELS.get(one.loss, "binary")
    instead = {"index": "SparseCategoricalCrossentropy", "onehot": "CategoricalCrossentropy",
               "binary": "BinaryCrossentropy", "sign": "Hinge"}[one.promised]
    if one.task == "multilabel":
        wanted, instead = "binary", "one class of several"
    advice = f'use labels = "{wanted}"' + (
        f", or {instead}" if instead != one.loss and one.task != "multilabel" else "")
    yield Finding(one.at("labels"), f"labels are promised to be {MEANING[one.promised]}, and "
                  f"`{one.loss}` takes {MEANING[wanted]}", advice=advice,
                  related=(Related(one.at_loss(), "the loss is set here"),))


def _beyond_one(one: Pairing) -> bool:
    """Whether labels that are said to lie outside 0 and 1 meet a loss of probabilities."""
    limits = one.head.output.range
    return one.classified and limits is not None and one.loss in BINARY | OVERLAPS and (
        not within(limits, (0, 1)))


def _other_loss(one: Pairing) -> str:
    if one.task == "multiclass":
        return "use SparseCategoricalCrossentropy for numbers of classes"
    return "use labels of 0 and 1"


def _misfit(one: Pairing) -> bool:
    """Whether the promised labels are not what the loss takes."""
    several = one.task == "multiclass" and (one.classes or 3) > 2
    match one.promised:
        case "index":
            return one.task == "multilabel" or one.loss in ROWS or (
                several and one.loss in BINARY | MARGIN | OVERLAPS)
        case "onehot":
            return one.loss in NUMBERS
        case "binary":
            return (several and one.loss in NUMBERS) or (
                one.task == "binary" and one.loss in ROWS)
        case "sign":
            return one.loss in ROWS | NUMBERS
    return False


@error("PA153", about=("labels",))
@each_output
def label_out_of_range(one: Pairing) -> Iterator[Finding]:
    """Labels that are to be numbers of classes are less than 0, more than there are, or no whole
    numbers.

    Why: classes are counted from 0. A number that no unit stands for is refused on a CPU, and
    gives NaN or nonsense on a GPU. Fractions are cut off: labels that were divided by 255 with
    the pictures all become class 0, and the loss falls nicely.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 3, activation = "softmax" }]
        [outputs.y]
        task = "multiclass"
        classes = 3
        labels = "index"
        range = [1, 3]    # error: [PA153]

    Use instead: labels from 0; without `labels` specc counts the classes of the rows itself.

    Source: DeepLocalize 59325381; measured with Keras 3.15.
    """
    limits, most = one.head.output.range, one.units or one.classes
    if limits is None or one.labels != "index" or one.loss not in NUMBERS or (
            one.task not in ("binary", "multiclass")):
        return
    left_out = one.head.loss.get("ignore_class")
    low, high = limits
    if not low.is_integer() or not high.is_integer() or 0 < high < 1:
        yield Finding(one.at("range"), f"labels go from {low:g} to {high:g}, and `{one.loss}` "
                      "takes the numbers of classes", advice="leave labels as they are counted")
    elif (low < 0 and low != left_out) or (
            most is not None and high >= most and high != left_out):
        last = f"0 to {most - 1}" if most is not None else "0 on"
        yield Finding(one.at("range"), f"labels go from {low:g} to {high:g}, and classes are "
                      f"counted from {last}", advice="count them from 0")


@warning("PA152")
@each_output
def class_weight_with_onehot_seq(one: Pairing) -> Iterator[Finding]:
    """Classes are weighed that there are not, or where one sample holds many of them.

    Why: a weight belongs to a sample, so one is used for a whole sequence or image, whichever
    classes stand in it. A weight of a class that there is not weighs nothing: an error.

    Example:

        [inputs.frames]
        shape = [20, 4]
        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 3, activation = "softmax" }]
        [outputs.y]
        task = "multiclass"
        classes = 3
        shape = [20]
        class_weight = { "0" = 1.0, "1" = 2.0, "2" = 2.0 }    # warning: [PA152]

    Use instead: `sample_weight`, or a focal loss.

    Source: the Keras documentation of `fit`.
    """
    if one.head.output.class_weight is None or not one.classified:
        return
    if one.shape is not None and len(one.shape) > 2:
        yield Finding(one.at("class_weight"), f"an output of {show(one.shape)} holds many classes "
                      "in one sample, and a weight belongs to a sample",
                      advice="use sample_weight")
    known = named_classes(one)
    for name in weighed(one) if known else ():
        if name not in known:
            yield Finding(one.at("class_weight", name).key(), f"no class is called `{name}`"
                          + nearest(name, known), advice="the classes are " + ", ".join(known),
                          severity="error")


@error("PA154", about=("task",), milder=True)
@each_output
def class_weight_regression(one: Pairing) -> Iterator[Finding]:
    """Classes are weighed where there are none; a warning where one of several is left out.

    Why: Keras rounds real targets to numbers of classes, and weighs each row by what comes out,
    without a word. A class that is left out counts 1, beside weights that were chosen for others.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1 }]
        [outputs.price]
        task = "regression"
        class_weight = { "0" = 1.0, "1" = 2.0 }    # error: [PA154]

    Use instead: `sample_weight`, a column that says how much each row counts; a weight for every
    class, or "balanced".

    Source: measured with Keras 3.15.
    """
    if one.head.output.class_weight is None:
        return
    if not one.classified:
        yield Finding(one.at("class_weight"), f"task `{one.task}` has no classes that could be "
                      "weighed", advice="use sample_weight")
        return
    names, known = weighed(one), named_classes(one)
    left_out = [name for name in known if name not in names]
    if names and left_out and all(name in known for name in names):
        yield Finding(one.at("class_weight"), f"class {', '.join(left_out[:3])} is given no "
                      "weight, and counts 1", advice="give every class one", severity="warning")


def weighed(one: Pairing) -> tuple[str, ...]:
    """The classes that `class_weight` names."""
    weights = one.head.output.class_weight
    return tuple(weights) if isinstance(weights, Mapping) else ()


def named_classes(one: Pairing) -> tuple[str, ...]:
    """The classes as `class_weight` names them, where they are known: by name, else by number."""
    if one.names is not None:
        return tuple(str(name).lower() if isinstance(name, bool) else str(name)
                     for name in one.names)
    counted = one.plan.spec.data is None and isinstance(one.head.output.classes, int)
    return tuple(map(str, range(one.classes))) if counted and one.classes else ()


RULES: tuple[Rule, ...] = (
    class_weight_regression, label_sign_mismatch, label_encoding_mismatch, label_out_of_range,
    class_weight_with_onehot_seq,
)

__all__ = ["RULES"]
