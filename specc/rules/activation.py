"""The last activation against the loss: PA101 to PA105.

| loss                            | output           |
|---------------------------------|------------------|
| binary cross-entropies          | sigmoid, or linear and `from_logits = true` |
| categorical cross-entropies     | softmax, or linear and `from_logits = true` |
"""

from __future__ import annotations

from collections.abc import Iterator

from specc.diagnostics import Related
from specc.ir.activation import WRAPPERS, activation_of
from specc.ir.graph import Graph, Node, applied
from specc.ir.heads import LABELS
from specc.ops.component import Component
from specc.rules.pairing import Pairing, Subject
from specc.rules.rule import Finding, Rule, each_output, error, instead
from specc.rules.tables import (
    BINARY,
    BOUNDS,
    CATEGORICAL,
    CENTERED,
    EXCLUSIVE,
    HALF_LINES,
    MARGIN,
    PROBABILISTIC,
    PROBABILITIES,
    REGRESSION,
    SIGMOIDS,
)
from specc.tensor import Shape, size


@error("PA101", about=("activation", "units"))
def softmax_single_unit(subject: Subject) -> Iterator[Finding]:
    """A softmax over one unit is always 1, whatever enters it.

    Why: the layer passes nothing on. With `binary_crossentropy` on TensorFlow the loss even falls,
    because Keras trains the hidden logits, while every prediction stays exactly 1.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1, activation = "softmax" }]    # error: [PA101]
        [outputs.y]
        task = "binary"

    Use instead: `sigmoid` for two classes, or two units where the loss takes a unit for each class;
    as many units as classes for more; no activation for a regression.

    Source: NeuraLint f017; ten programs of the corpus; measured with Keras 3.15.
    """
    graph = subject.plan.graph
    for node in graph.nodes:
        if activation_of(node.layer) != "softmax" or _competitors(node, graph) != 1:
            continue
        ends = [one for one in subject.pairings if one.end and one.end.node.name == node.name]
        for one in ends:
            advice, right = _beside_softmax(one)
            yield Finding(one.at_end, "softmax over one unit is always 1", advice=advice,
                          fix=instead(one, one.at_end, right) if right and one.end
                          and one.end.param else None, output=one.name)
        if not ends:
            yield Finding(applied(node).at("activation"), "softmax over one unit is always 1",
                          advice="use sigmoid, or a Softmax layer along the axis that competes")


def _competitors(node: Node, graph: Graph) -> int | None:
    """How many values a node's softmax weighs against each other; None if that is not known."""
    one = applied(node)
    inner = one.layer.get("layer")
    if one.layer.name in WRAPPERS and isinstance(inner, Component):
        units = inner.get("units", inner.get("filters"))
        return units if isinstance(units, int) else None
    gives = graph.costs[node.name].gives if node.name in graph.costs else ()
    shape = gives[0].shape if gives else None
    if not shape:
        return None
    return size(_dims(shape, one.axes() if one.layer.name == "Softmax" else (-1,)))


def _dims(shape: Shape, axes: tuple[int, ...]) -> Iterator[int | str | None]:
    for axis in axes:
        yield shape[axis] if -len(shape) <= axis < len(shape) else None


def _beside_softmax(one: Pairing) -> tuple[str, str | None]:
    """What to use instead of a softmax over one unit, and the activation that mends it alone."""
    if one.task in ("multiclass", "distribution"):
        return f"use {one.classes} units" if one.classes else "use as many units as classes", None
    by_class = LABELS.get(one.loss) in ("index", "onehot")  # the loss takes a unit for each class
    if one.task == "binary" and by_class:
        return "use 2 units" if one.promised == "onehot" else (
            "use 2 units, or sigmoid with BinaryCrossentropy"), None
    if one.logits or one.loss in MARGIN:
        return f"use no activation, as `{one.loss}` takes any number", None
    if one.task in ("binary", "multilabel") or one.loss in BINARY:
        certain = one.task == "binary" and one.loss in BINARY
        return "use sigmoid", "sigmoid" if certain else None
    if one.loss == "Poisson":
        return "use softplus or exponential", None
    return "use no activation", "linear" if one.loss in REGRESSION else None


@error("PA102", about=("activation", "loss"))
@each_output
def missing_output_activation(one: Pairing) -> Iterator[Finding]:
    """The output is linear, and the loss takes its values for probabilities.

    Why: outside 0 and 1 the loss is clipped and has no gradient, or it normalizes what is no
    probability; training stands still or gets worse, and nothing is said.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1 }]    # error: [PA102]
        [outputs.y]
        task = "binary"
        loss = "binary_crossentropy"

    Use instead: `loss = { type = "BinaryCrossentropy", from_logits = true }`, or an activation.

    Source: NeuraLint f008 and f012; UMLAUT; measured with Keras 3.15.
    """
    if one.activation != "linear" or one.loss not in PROBABILISTIC or one.logits:
        return
    right = "sigmoid" if one.loss in BINARY else "softmax"
    either = f"add {right}"
    if "from_logits" in one.head.loss.defaults:
        either = f"set from_logits = true in the loss, or add {right}"
    yield Finding(one.at_end, f"the output is linear, but `{one.loss}` takes probabilities",
                  advice=either, related=(Related(one.at_loss(), "the loss is set here"),))


@error("PA103", about=("activation", "loss"), milder=True)
@each_output
def wrong_output_activation(one: Pairing) -> Iterator[Finding]:
    """The loss takes probabilities, and the last activation gives something else.

    Why: `relu` dies at 0 and gives NaN or a constant, `tanh` spends half its range below 0, and
    the rest leave the interval from 0 to 1. `softplus` and `exponential` before a categorical
    cross-entropy, which divides by the sum, do train: a warning.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 3, activation = "relu" }]    # error: [PA103]
        [outputs.y]
        task = "multiclass"
        classes = 3
        loss = "categorical_crossentropy"

    Use instead: `softmax` for one class of several, `sigmoid` for two classes or several labels.

    Source: NeuraLint f012 and f020; DeepLocalize 44066044, 47352366; measured with Keras 3.15.
    """
    if one.loss not in PROBABILISTIC or one.logits or one.activation not in BOUNDS:
        return
    if one.activation in PROBABILITIES or one.activation == "linear":
        return
    if one.activation == "squareplus" and one.loss in CATEGORICAL:
        return
    milder = one.loss in CATEGORICAL and one.activation in ("softplus", "exponential")
    right = "sigmoid" if one.loss in BINARY else "softmax"
    certain = (one.task in ("binary", "multilabel")) if right == "sigmoid" else (one.units or 0) > 1
    yield Finding(one.at_end, f"{one.activation} gives no probabilities, and `{one.loss}` takes "
                  "them", advice=f"use {right}", severity="warning" if milder else None,
                  fix=instead(one, one.at_end, right) if certain else None,
                  related=(Related(one.at_loss(), "the loss is set here"),))


@error("PA104", about=("activation", "loss"), milder=True)
@each_output
def from_logits_with_activation(one: Pairing) -> Iterator[Finding]:
    """The loss applies the activation itself, and the output has one already.

    Why: sigmoid of a sigmoid lies between 0.5 and 0.73. TensorFlow's back end hides it, by
    computing from the logits it remembers; the same model learns something else on JAX and torch.
    `tanh`, `relu` and their kin are no logits either: they cannot say every probability.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1, activation = "sigmoid" }]    # error: [PA104]
        [outputs.y]
        task = "binary"
        loss = { type = "BinaryCrossentropy", from_logits = true }

    Use instead: no activation with `from_logits = true`, or `sigmoid` without it.

    Source: NeuraLint f015; UMLAUT; measured with Keras 3.15.
    """
    if not one.logits or one.loss not in PROBABILISTIC or one.activation is None:
        return
    related = (Related(one.at_loss("from_logits"), "from_logits is set here"),)
    message = f"`{one.loss}` takes logits (from_logits = true), and {one.activation} gives none"
    if one.activation in PROBABILITIES:
        yield Finding(one.at_end, message, related=related,
                      advice=f"drop {one.activation}, or from_logits")
    elif one.activation in CENTERED or one.activation in HALF_LINES:
        certain = one.loss in BINARY and one.activation in HALF_LINES
        yield Finding(one.at_end, message, related=related,
                      severity=None if certain else "warning", advice=f"drop {one.activation}")


@error("PA105", about=("activation", "loss"), milder=True)
@each_output
def sigmoid_with_categorical_crossentropy(one: Pairing) -> Iterator[Finding]:
    """Exactly one class holds, but each unit is a probability of its own.

    Why: outputs do not sum to 1. TensorFlow trains it as if it were a softmax; elsewhere the loss
    falls when every unit goes up.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 10, activation = "sigmoid" }]    # error: [PA105]
        [outputs.y]
        task = "multiclass"
        classes = 10
        loss = "categorical_crossentropy"

    Use instead: `softmax`; if several classes hold at once, `task = "multilabel"` and
    `binary_crossentropy`.

    Source: DeepLocalize 51930566, 55328966, 59278771; measured with Keras 3.15.
    """
    if one.loss not in EXCLUSIVE or one.logits or one.activation not in SIGMOIDS:
        return
    if one.task == "multilabel" or one.units is None or one.units == 1:
        return
    certain = one.task in ("multiclass", "binary") and (
        one.loss != "CategoricalGeneralizedCrossEntropy")
    yield Finding(one.at_end, f"{one.activation} over {one.units} units does not sum to 1, "
                  f"and `{one.loss}` takes one class of {one.units}",
                  advice="use softmax", severity=None if certain else "warning",
                  fix=instead(one, one.at_end, "softmax") if certain else None)


RULES: tuple[Rule, ...] = (
    softmax_single_unit, wrong_output_activation, missing_output_activation,
    from_logits_with_activation, sigmoid_with_categorical_crossentropy,
)

__all__ = ["RULES"]
