"""What does not learn: AR141 and AR142."""

from __future__ import annotations

from collections.abc import Iterator

from specc.ir.graph import Cost
from specc.rules.inside import KERNELS, steps
from specc.rules.pairing import Subject
from specc.rules.rule import Finding, Rule, error, warning

FEW = 8  # rows of a batch


@error("AR141", milder=True)
def frozen_everything(subject: Subject) -> Iterator[Finding]:
    """No weight of the model learns, or (a warning) all but those of an output layer do.

    Why: training changes nothing, and Keras only warns; a warning here too where saved weights are
    given, which may only be evaluated. An output layer that is frozen passes its random weights on
    while everything before it is bent to them; usually the part that was to be frozen is the other.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1, trainable = false }]    # error: [AR141]
        [outputs.y]
        task = "regression"

    Use instead: leave out `trainable = false` where something is to be learned.

    Source: own judgement; measured with Keras 3.15.
    """
    graph = subject.plan.graph
    held = [(node, cost) for node in graph.layers()
            if (cost := graph.costs.get(node.name)) is not None and cost.weights != ()]
    if any(cost.weights is None or not cost.known for _, cost in held):
        return
    frozen = [node for node, cost in held if not _learns(cost)]
    stopped = [node for node in frozen if not node.trainable]
    if stopped and len(frozen) == len(held):
        yield Finding(stopped[-1].at("trainable"), "no weight of the model learns",
                      advice="leave trainable = false out of the layers that are to learn",
                      severity="warning" if subject.plan.spec.model.weights else None)
        return
    last = graph.last_layers()
    if not all(node.layer_name in last and node.layer.name == "Dense" for node in stopped):
        return
    for node in stopped[:1]:
        yield Finding(node.at("trainable"), "the output layer keeps its random weights",
                      advice="freeze what comes before it, or nothing", severity="warning")


def _learns(cost: Cost) -> bool:
    return any(weight.trainable for weight in cost.weights or ())


@warning("AR142")
def frozen_batchnorm(subject: Subject) -> Iterator[Finding]:
    """A BatchNormalization learns anew what saved weights were trained with, from small batches.

    Why: its mean and variance are replaced by those of a few rows at a time, and the weights of a
    trained part fit no more. A frozen one is safe: Keras 3 then uses what it knows, whatever
    `training` is.

    Example:

        [inputs.x]
        shape = [8, 8, 3]
        [model]
        kind = "sequential"
        weights = "pretrained.keras"
        layers = [
          { type = "Conv2D", filters = 8, kernel_size = 3, use_bias = false, trainable = false },
          { type = "BatchNormalization" },    # warning: [AR142]
          { type = "ReLU" },
          { type = "Flatten" },
          { type = "Dense", units = 1 },
        ]
        [outputs.y]
        task = "regression"
        [fit]
        batch_size = 4
        epochs = 20

    Use instead: `trainable = false` for the normalization too; of a saved part,
    `with = { training = false }`.

    Source: Keras's guide to transfer learning; measured with Keras 3.15.
    """
    plan, flow = subject.plan, subject.flow
    rows = plan.spec.fit.batch_size
    if rows >= FEW:
        return
    for chain, at, node in steps(flow):
        if not node.trainable or node.constants.get("training") is False:
            continue
        ahead = chain[at - 1] if at else None
        loose = plan.spec.model.weights is not None and ahead is not None and (
            node.layer.name == "BatchNormalization" and not ahead.trainable
            and ahead.layer.name in KERNELS)
        if loose or (node.model_file is not None and _normalizes(flow.graph.costs.get(node.name))):
            yield Finding(node.where, "a BatchNormalization with saved weights learns its "
                          f"statistics from {rows} row{'s' if rows > 1 else ''} at a time",
                          advice="write trainable = false" if loose else
                          "write with = { training = false }")
            return


def _normalizes(cost: Cost | None) -> bool:
    """Whether a saved part holds a BatchNormalization."""
    return cost is not None and any(
        weight.name.endswith("moving_mean") for weight in cost.weights or ())


RULES: tuple[Rule, ...] = (frozen_everything, frozen_batchnorm)
