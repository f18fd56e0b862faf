"""What does not learn: AR141 and AR142."""

from __future__ import annotations

from collections.abc import Iterator

from specc.diagnostics import Related
from specc.ir.graph import Cost, Node
from specc.rules.inside import PLAIN_CONVOLUTIONS, steps
from specc.rules.pairing import Subject
from specc.rules.rule import Finding, Rule, error, warning

FEW = 8  # rows of a batch


@error("AR141")
def frozen_everything(subject: Subject) -> Iterator[Finding]:
    """No weight of the model learns, or (a warning) all but those of an output layer do.

    Why: training changes nothing, and Keras only warns. An output layer that is frozen passes its
    random weights on while everything before it is bent to them; usually the part that was to be
    frozen is the other one.

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
                      advice="leave trainable = false out of the layers that are to learn")
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
    """A BatchNormalization goes on learning its statistics inside a part that is frozen.

    Why: with `training = true` a frozen one is normalized by each batch all the same. A trainable
    one behind a frozen convolution of a model with saved weights forgets the statistics that these
    weights were trained with, the faster the smaller the batch is.

    Example:

        [inputs.x]
        shape = [8, 8, 3]
        [model]
        kind = "sequential"
        [[model.layers]]
        type = "BatchNormalization"
        trainable = false
        with = { training = true }    # warning: [AR142]
        [[model.layers]]
        type = "Flatten"
        [[model.layers]]
        type = "Dense"
        units = 1
        [outputs.y]
        task = "regression"

    Use instead: `trainable = false` for the normalization too, and no `training = true`.

    Source: Keras's guide to transfer learning.
    """
    plan = subject.plan
    for chain, at, node in steps(subject.flow):
        training = node.constants.get("training")
        saved = node.model_file is not None
        if not node.trainable and training is True and (
                saved or node.layer.name == "BatchNormalization"):
            yield Finding(node.at("with"), "frozen, and called with training = true: its "
                          "BatchNormalization is normalized by each batch",
                          advice="leave training = true out")
            return
        if node.layer.name != "BatchNormalization" or not node.trainable or training is False:
            continue
        ahead = chain[at - 1] if at else None
        if plan.spec.model.weights and plan.spec.fit.batch_size < FEW and ahead is not None and (
                _frozen_conv(ahead)):
            yield Finding(node.where, "a BatchNormalization that learns behind a frozen "
                          f"{ahead.layer.name} (batch_size = {plan.spec.fit.batch_size})",
                          advice="write trainable = false here too",
                          related=(Related(ahead.at("trainable"), "frozen here"),))
            return


def _frozen_conv(node: Node) -> bool:
    return node.layer.name in PLAIN_CONVOLUTIONS and not node.trainable


RULES: tuple[Rule, ...] = (frozen_everything, frozen_batchnorm)
