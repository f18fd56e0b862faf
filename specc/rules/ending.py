"""The last activation against the task, and two activations in a row: PA106 to PA111.

| task                  | output                                               |
|-----------------------|------------------------------------------------------|
| regression            | linear, or an activation that reaches every target   |
| binary                | one sigmoid, or two units and softmax                |
| multiclass            | softmax                                              |
| multilabel            | sigmoid                                              |
"""

from __future__ import annotations

from collections.abc import Iterator

from specc.diagnostics import Related
from specc.ir.activation import ACTIVATION_LAYERS, SHAPE_ONLY, WRAPPERS, activation_of
from specc.ir.graph import Node
from specc.rules.pairing import Pairing, Subject, reaches_below
from specc.rules.rule import Finding, Rule, each_output, error, info, instead, warning
from specc.rules.tables import (
    BINARY,
    BOUNDS,
    CENTERED,
    DISTANCES,
    REGRESSION,
    SIGMOIDS,
    SOFTMAXES,
    within,
)

ALONE = frozenset({*ACTIVATION_LAYERS, "Activation"})  # layers that are an activation
RISKY = ("relu", "relu6", "softplus")  # chosen without a thought of negative targets


@warning("PA106", about=("activation", "loss"))
@each_output
def softmax_with_binary_crossentropy(one: Pairing) -> Iterator[Finding]:
    """A softmax is judged as if each of its units were a question of its own.

    Why: it trains, but the gradients are not those of the classification, and the value of the
    loss cannot be compared with other models'.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 3, activation = "softmax" }]    # warning: [PA106]
        [outputs.y]
        task = "multiclass"
        classes = 3
        loss = "binary_crossentropy"

    Use instead: `categorical_crossentropy`, or `sparse_categorical_crossentropy`.

    Source: NeuraLint f020; DeepLocalize 44322611; measured with Keras 3.15.
    """
    if one.loss not in BINARY or one.logits or one.activation not in SOFTMAXES:
        return
    if one.units is not None and one.units > 1:
        yield Finding(one.at_end, f"softmax over {one.units} units with `{one.loss}`",
                      advice="use CategoricalCrossentropy",
                      related=(Related(one.at_loss(), "the loss is set here"),))


@error("PA107", about=("activation", "task"))
@each_output
def multilabel_softmax(one: Pairing) -> Iterator[Finding]:
    """Several labels may hold at once, and a softmax lets them compete.

    Why: probabilities that sum to 1 cannot say that two labels are both certain.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 5, activation = "softmax" }]    # error: [PA107]
        [outputs.y]
        task = "multilabel"
        classes = 5

    Use instead: `sigmoid` and `binary_crossentropy`; for rows that sum to 1,
    `task = "distribution"`.

    Source: DeepLocalize 38648195.
    """
    if one.task == "multilabel" and one.activation in SOFTMAXES:
        yield Finding(one.at_end, "softmax lets labels compete that may hold together",
                      advice="use sigmoid", fix=instead(one, one.at_end, "sigmoid")
                      if one.loss in BINARY and not one.logits else None)


@warning("PA108", about=("activation",))
@each_output
def regression_bounded_output(one: Pairing) -> Iterator[Finding]:
    """The last activation cannot reach every value that the target may have.

    Why: what lies outside is never predicted, and a `relu` that gives 0 everywhere never learns
    again. An error where the target is known to leave the range, else a warning.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1, activation = "sigmoid" }]    # warning: [PA108]
        [outputs.y]
        task = "regression"

    Use instead: no activation, or targets scaled into the range and said so: `range = [0, 1]` or
    `scale = "minmax"`.

    Source: NeuraLint f015; DeepDiagnosis; DeepLocalize 48221692.
    """
    name, bounds = one.activation, BOUNDS.get(one.activation or "")
    if one.task not in ("regression", "count") or one.loss not in REGRESSION or bounds is None:
        return
    if name is None or name == "linear" or (name == "elu" and one.end and not one.end.param):
        return  # an ELU layer may go as low as it says
    if name in SOFTMAXES:
        certain = one.range is None or not within(one.range, bounds)
        yield Finding(one.at_end, "softmax makes the outputs sum to 1, and the task is "
                      f"{one.task}", advice="use no activation",
                      related=(Related(one.at("task"), "the task is said here"),),
                      severity="error" if certain else None)
    elif (one.range and not within(one.range, bounds)) or (
            one.centered and reaches_below(one, bounds[0])):
        held = show_range(one.range) if one.range else "on both sides of 0 (they are scaled)"
        yield Finding(one.at_end, f"{name} gives {show_range(bounds)}, and the targets lie {held}",
                      advice="use no activation", severity="error")
    elif one.range is None and (name in SIGMOIDS | CENTERED or (
            one.loss in DISTANCES and one.task != "count" and name in RISKY)):
        yield Finding(one.at_end, f"{name} gives {show_range(bounds)}, and nothing says that the "
                      "targets stay there", advice="use no activation, or say `range`")


def show_range(limits: tuple[float, float]) -> str:
    """`from 0 to 1`, `from 0 up`, `up to 0`."""
    low, high = limits
    if high == float("inf"):
        return f"from {low:g} up"
    return f"up to {high:g}" if low == -float("inf") else f"from {low:g} to {high:g}"


@warning("PA109", about=("activation",))
@each_output
def activation_before_softmax(one: Pairing) -> Iterator[Finding]:
    """The layer right before the softmax (or sigmoid) bends its values already.

    Why: logits may be any number. After a `relu` no class can be argued against, and a unit that
    is 0 for every row stays 0.

    Example:

        [model]
        kind = "sequential"
        layers = [
          { type = "Dense", units = 3, activation = "relu" },    # warning: [PA109]
          { type = "Softmax" },
        ]
        [outputs.y]
        task = "multiclass"
        classes = 3

    Use instead: a linear layer before the softmax.

    Source: UMLAUT, FinalLayerHasActivation.
    """
    for before, first in _bent_twice(one):
        if not _squash_both(before, first):
            yield Finding(before.at("activation"), f"{first} right before the {one.activation}",
                          advice="use no activation here")


@error("PA110", about=("activation",), milder=True)
def redundant_activation(subject: Subject) -> Iterator[Finding]:
    """Two activations that both squash stand one after the other.

    Why: a softmax of probabilities is nearly uniform: over ten classes no one gets more than 0.24.
    Inside a model any two in a row are a warning, and a relu of a relu an info; a softmax of
    scores may be an attention, and is left alone.

    Example:

        [model]
        kind = "sequential"
        layers = [
          { type = "Dense", units = 3, activation = "softmax" },
          { type = "Softmax" },    # error: [PA110]
        ]
        [outputs.y]
        task = "multiclass"
        classes = 3

    Use instead: one of them.

    Source: NeuraLint f003.
    """
    for one in subject.pairings:
        for before, first in _bent_twice(one):
            if _squash_both(before, first):
                yield Finding(one.at_end, f"{first} and then {one.activation}: both squash",
                              advice="drop one of them", output=one.name, related=(
                                  Related(before.at("activation"), f"{first} is applied here"),))
    if subject.has(ALONE):
        from specc.rules.bending import doubled

        yield from doubled(subject)


def _squash_both(before: Node, first: str) -> bool:
    """Whether an activation before a trailing softmax or sigmoid is one too many for certain: one
    that makes probabilities, or a tanh that stands there for itself."""
    return first in SIGMOIDS | SOFTMAXES or (first in CENTERED and before.layer.name in ALONE)


def _bent_twice(one: Pairing) -> Iterator[tuple[Node, str]]:
    """The layer before a trailing softmax or sigmoid layer, through layers that only change the
    shape, and its activation if that is not linear."""
    if one.end is None or one.activation not in SIGMOIDS | SOFTMAXES or not one.end.node.args:
        return
    if one.end.node.layer.name not in ALONE:
        return
    before = one.plan.graph.node(one.end.node.args[0].node)
    while before is not None and before.layer.name in SHAPE_ONLY and before.args:
        before = one.plan.graph.node(before.args[0].node)
    if before is None or before.layer.name in {*WRAPPERS, "RNN"} or before.doubtful:
        return
    first = activation_of(before.layer)
    if first is not None and first in BOUNDS and first != "linear":
        yield before, first


@info("PA111", about=("activation",))
@each_output
def logits_never_activated(one: Pairing) -> Iterator[Finding]:
    """The model gives logits, and a `threshold` says that somebody reads probabilities.

    Why: `specc predict` applies the sigmoid before it cuts. The saved model alone does not: whoever
    loads `model.keras` and compares its output with 0.3 cuts logits.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1 }]    # info: [PA111]
        [outputs.y]
        task = "binary"
        threshold = 0.3
        loss = { type = "BinaryCrossentropy", from_logits = true }

    Use instead: `sigmoid` and a loss of probabilities, if others use the saved model.

    Source: the Keras tutorials, which put an activation behind a model of logits.
    """
    if one.logits and one.activation == "linear" and one.written(one.at("threshold")) is not None:
        yield Finding(one.at_end, "the saved model gives logits, and `threshold` cuts "
                      "probabilities",
                      advice="add sigmoid and take from_logits away, if others use the model",
                      related=(Related(one.at("threshold"), "the threshold is set here"),))


RULES: tuple[Rule, ...] = (
    redundant_activation, multilabel_softmax, regression_bounded_output,
    softmax_with_binary_crossentropy, activation_before_softmax, logits_never_activated,
)

__all__ = ["RULES"]
