"""Dropout and noise: how much, and where: AR111 to AR116."""

from __future__ import annotations

from collections.abc import Iterator

from specc.diagnostics import Related
from specc.ir.activation import SHAPE_ONLY
from specc.ir.graph import Graph, Node
from specc.rules.flow import DROPOUTS
from specc.rules.inside import (
    BENDS,
    MAX_POOLINGS,
    MIXING,
    Chain,
    plain,
    steps,
)
from specc.rules.pairing import Pairing, Subject
from specc.rules.rule import Finding, Rule, each_output, error, info, warning
from specc.rules.tables import SIGMOIDS, SOFTMAXES, within

MOST = 0.5  # of the values
LOUD = 0.5  # of the range from 0 to 1
SPATIAL = frozenset({"SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"})


@error("AR111", milder=True)
def high_dropout(subject: Subject) -> Iterator[Finding]:
    """A Dropout layer drops everything (an error), more than half (a warning) or nothing (an info).

    Why: at 1 only zeros are passed on, and no layer before it gets a gradient; Keras takes it. Of
    more than half too little is left in most models. Words (behind an Embedding) and inputs may
    lose more.

    Example:

        [model]
        kind = "sequential"
        layers = [
          { type = "Dense", units = 16, activation = "relu" },
          { type = "Dropout", rate = 1.0 },    # error: [AR111]
          { type = "Dense", units = 1 },
        ]
        [outputs.y]
        task = "regression"

    Use instead: a rate from 0.1 to 0.5; it is the share that is dropped, not what is kept.

    Source: UMLAUT; StackOverflow 60566498; measured with Keras 3.15.
    """
    flow, said = subject.flow, set[str]()
    for _, _, node in steps(flow):
        rate = node.layer.get("rate")
        if node.layer.name not in DROPOUTS or not isinstance(rate, (int, float)):
            continue
        where = node.at("rate")
        if rate >= 1:
            yield Finding(where, f"{node.layer.name} drops everything",
                          advice="rate is the share that is dropped; use 0.5 at most")
        elif not plain(subject.plan, where):
            continue
        elif rate > MOST and "high" not in said and _inner(flow.before[node.name]):
            said.add("high")
            yield Finding(where, f"{node.layer.name} drops {rate * 100:g} % of the values",
                          severity="warning", advice="use 0.2 to 0.5")
        elif rate == 0 and "none" not in said:
            said.add("none")
            yield Finding(where, f"{node.layer.name} drops nothing", severity="info",
                          advice="drop the layer, or give it a rate")


def _inner(before: tuple[Node, ...]) -> bool:
    """Whether something else than an input or an Embedding stands before."""
    return bool(before) and all(one.layer.name != "Embedding" for one in before)


@warning("AR112")
def dropout_before_batchnorm(subject: Subject) -> Iterator[Finding]:
    """A BatchNormalization learns its statistics of values that dropout has changed.

    Why: dropout raises the variance while training and not when the model is used, so the
    variance that was learned is too large then: the outputs shift.

    Example:

        [model]
        kind = "sequential"
        layers = [
          { type = "Dense", units = 16, activation = "relu" },
          { type = "Dropout", rate = 0.3 },    # warning: [AR112]
          { type = "BatchNormalization" },
          { type = "Dense", units = 1 },
        ]
        [outputs.y]
        task = "regression"

    Use instead: the normalization first, then the dropout; or no dropout.

    Source: Li et al. 2018, arXiv:1801.05134; NeuraLint f006.
    """
    yield from _pairs(subject, DROPOUTS, frozenset({"BatchNormalization"}),
                      "before a BatchNormalization", "put the normalization first")


@info("AR113")
def dropout_before_pooling(subject: Subject) -> Iterator[Finding]:
    """Values are dropped, and then the largest of each window is taken.

    Why: the maximum finds another value where one was dropped, so less is dropped than the rate
    says, and the training sees smaller maxima than the use.

    Example:

        [inputs.x]
        shape = [28, 28, 1]
        [model]
        kind = "sequential"
        layers = [
          { type = "Conv2D", filters = 8, kernel_size = 3, activation = "relu" },
          { type = "Dropout", rate = 0.3 },    # info: [AR113]
          { type = "MaxPooling2D" },
          { type = "Flatten" },
          { type = "Dense", units = 1 },
        ]
        [outputs.y]
        task = "regression"

    Use instead: the pooling first; or `SpatialDropout2D`, which drops whole maps.

    Source: NeuraLint f018; Wu & Gu 2015, arXiv:1512.00242.
    """
    yield from _pairs(subject, DROPOUTS - SPATIAL, MAX_POOLINGS, "before a max pooling",
                      "put the pooling first")


def _pairs(subject: Subject, first: frozenset[str], then: frozenset[str], what: str,
           advice: str) -> Iterator[Finding]:
    """The first dropout that something stands behind, with at most an activation between."""
    for chain, at, node in steps(subject.flow):
        if node.layer.name not in first or not node.layer.get("rate") or (
                not subject.flow.before[node.name]):
            continue
        behind = _behind(chain, at)
        cost = subject.plan.graph.costs.get(behind.name) if behind is not None else None
        if behind is not None and cost is not None and cost.known and behind.trainable and (
                behind.layer.name in then):
            yield Finding(node.where, f"{node.layer.name} {what}", advice=advice,
                          related=(Related(behind.where, f"{behind.layer.name} stands here"),))
            return


def _behind(chain: Chain, at: int) -> Node | None:
    """The next layer of a chain that is no activation."""
    return next((node for node in chain[at + 1:at + 3] if node.layer.name not in BENDS), None)


@warning("AR114")
@each_output
def dropout_on_output(one: Pairing) -> Iterator[Finding]:
    """Values are dropped behind the last layer with weights.

    Why: while training, some outputs are 0 whatever the model says, and the rest are too large;
    the loss blames the weights for it. Before a softmax a dropped logit is a class with logit 0.

    Example:

        [model]
        kind = "sequential"
        layers = [
          { type = "Dense", units = 1 },
          { type = "Dropout", rate = 0.3 },    # warning: [AR114]
        ]
        [outputs.y]
        task = "regression"

    Use instead: dropout before the last layer.

    Source: own judgement; Srivastava et al. 2014 drop inputs and hidden units only.
    """
    dropped: Node | None = None
    for node in _back(one.plan.graph, one.head.tensor.node):
        if node.layer.name in DROPOUTS and node.layer.get("rate"):
            dropped = node
        if node.layer.name in MIXING and dropped is not None:
            yield Finding(dropped.where, f"{dropped.layer.name} behind the last layer",
                          advice="put it before the last layer")


def _back(graph: Graph, name: str) -> Iterator[Node]:
    """From an output back to the layer with weights that makes it, through what only shapes,
    drops or ends in a probability."""
    node = graph.node(name)
    while node is not None:
        yield node
        ends = node.layer.name in BENDS and (
            node.layer.name == "Softmax" or node.layer.get("activation") in SIGMOIDS | SOFTMAXES)
        if not (ends or node.layer.name in SHAPE_ONLY) or len(node.args) != 1:
            return
        node = graph.node(node.args[0].node)


@info("AR115")
def dropout_then_dropout(subject: Subject) -> Iterator[Finding]:
    """Two layers of the same kind drop one after the other.

    Why: together they do what one of them does with a higher rate: 1 - (1 - a)(1 - b).

    Example:

        [model]
        kind = "sequential"
        layers = [
          { type = "Dense", units = 16, activation = "relu" },
          { type = "Dropout", rate = 0.3 },
          { type = "Dropout", rate = 0.2 },    # info: [AR115]
          { type = "Dense", units = 1 },
        ]
        [outputs.y]
        task = "regression"

    Use instead: one of them.

    Source: own judgement.
    """
    for chain, at, node in steps(subject.flow):
        if at and node.layer.name in DROPOUTS and chain[at - 1].layer.name == node.layer.name:
            first = chain[at - 1]
            a, b = first.layer.get("rate"), node.layer.get("rate")
            if not isinstance(a, (int, float)) or not isinstance(b, (int, float)) or not (
                    0 < a < 1 and 0 < b < 1):
                continue
            yield Finding(node.where, f"{node.layer.name} right behind {node.layer.name}",
                          advice=f"write one, with rate = {1 - (1 - a) * (1 - b):.3g}",
                          related=(Related(first.where, "the first one stands here"),))
            return


@info("AR116")
def gaussian_noise_scale(subject: Subject) -> Iterator[Finding]:
    """The noise on an input is as large as the input.

    Why: values between 0 and 1 drown in noise of deviation above 0.5. It is meant where the model
    learns to take noise away, so nothing is said of an output whose target is that input.

    Example:

        [inputs.x]
        shape = [8]
        range = [0, 1]
        [model]
        kind = "sequential"
        layers = [
          { type = "GaussianNoise", stddev = 1.0 },    # info: [AR116]
          { type = "Dense", units = 1 },
        ]
        [outputs.y]
        task = "regression"

    Use instead: a deviation around 0.1.

    Source: own judgement.
    """
    spec = subject.plan.spec
    if any(output.target_input for output in spec.outputs.values()):
        return
    for _, _, node in steps(subject.flow):
        stddev = node.layer.get("stddev")
        if node.layer.name != "GaussianNoise" or not isinstance(stddev, (int, float)):
            continue
        source = spec.inputs.get(node.args[0].node) if node.args else None
        if source is None or not source.range or stddev <= LOUD:
            continue
        if within(source.range, (0, 1)) and plain(subject.plan, node.at("stddev")):
            yield Finding(node.at("stddev"), f"noise of deviation {stddev:g} on values between "
                          f"{source.range[0]:g} and {source.range[1]:g}", advice="use about 0.1")
            return


RULES: tuple[Rule, ...] = (
    high_dropout, dropout_on_output, dropout_before_batchnorm, dropout_before_pooling,
    dropout_then_dropout, gaussian_noise_scale)
