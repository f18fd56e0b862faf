"""Activations inside a model: missing, doubled, or in the wrong place: AR151 to AR153."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from specc.diagnostics import Related, Severity
from specc.ir.graph import Node
from specc.ops.component import Component
from specc.rules.flow import DROPOUTS
from specc.rules.inside import (
    AVERAGE_POOLINGS,
    BENDS,
    LEARNERS,
    MAX_POOLINGS,
    MIXING,
    PASSING,
    PLAIN_CONVOLUTIONS,
    RELUS,
    Chain,
    behind,
    bend,
    bend_at,
    channels,
    learners_behind,
    role,
    steps,
)
from specc.rules.pairing import Subject
from specc.rules.rule import Finding, Rule, error, warning
from specc.rules.tables import CENTERED, REGRESSION, SIGMOIDS, SOFTMAXES

LINEAR = frozenset({  # layers between that keep sums of values sums of values
    "Flatten", "Identity", "BatchNormalization", "GaussianNoise", "ZeroPadding1D", "ZeroPadding2D",
    "ZeroPadding3D", "Cropping1D", "Cropping2D", "Cropping3D", "GlobalAveragePooling1D",
    "GlobalAveragePooling2D", "GlobalAveragePooling3D", *AVERAGE_POOLINGS, *DROPOUTS})
SATURATING = SIGMOIDS | CENTERED
SQUASHING = SATURATING | SOFTMAXES
Bent: TypeAlias = tuple[str, int]  # an activation, and where in the chain the layer stands
DEEP, DEEPEST = 4, 10  # saturating layers one behind the other; from 10 on: vanishing-depth


@error("AR151", milder=True)
def missing_nonlinearity(subject: Subject) -> Iterator[Finding]:
    """Two layers follow each other without anything between that bends their values.

    Why: a linear layer of a linear layer is one linear layer; the second has no use. An error where
    two Dense (or convolutions of 1 by 1) that are linear both stand one right behind the other, a
    warning elsewhere, and where `activation = "linear"` says that it is meant (deep linear networks
    are studied for themselves). A first layer that is narrower than what enters and what leaves (a
    factorization, a code), a separable convolution and a part before a merge are meant. Max pooling
    bends, but not enough for two in a row.

    Example:

        [model]
        kind = "sequential"
        layers = [
          { type = "Dense", units = 16 },    # error: [AR151]
          { type = "Dense", units = 1 },
        ]
        [outputs.y]
        task = "regression"

    Use instead: `activation = "relu"`, or one layer.

    Source: NeuraLint f009.
    """
    shared = _shared(subject)
    for chain, at, node in steps(subject.flow):
        second = _unbent(subject, chain, at) if node.layer_name not in shared else None
        if second is None or node.doubtful or not node.trainable or second.layer_name in shared:
            continue
        one = chain[at + 1] is second and _pointwise(node) and _pointwise(second)
        certain = one and _linear_too(subject, chain, at + 1) and "activation" not in node.written
        yield Finding(bend_at(node), f"this {node.layer.name} and the {second.layer.name} behind "
                      f"it {'are one' if one else 'have no activation between'}",
                      advice='write activation = "relu", or "linear" if it is meant' if certain
                      else 'write activation = "relu"', severity=None if certain else "warning",
                      related=(Related(second.where, f"the {second.layer.name} stands here"),))
        return


def _linear_too(subject: Subject, chain: Chain, at: int) -> bool:
    """Whether a layer has no activation either, or is the one that the model ends with: what a head
    does with the sum changes nothing about its being one."""
    return bend(subject.flow, chain, at)[0] == "linear" or role(
        subject.flow, chain, at) == "output"


def _shared(subject: Subject) -> frozenset[str]:
    """The layers that are called more than once."""
    calls: dict[str, int] = {}
    for node in subject.plan.graph.nodes:
        calls[node.layer_name] = calls.get(node.layer_name, 0) + 1
    return frozenset(name for name, times in calls.items() if times > 1)


def _unbent(subject: Subject, chain: Chain, at: int) -> Node | None:
    """The layer behind that adds up what this one adds up, nothing bending between."""
    node, flow = chain[at], subject.flow
    cost = flow.graph.costs.get(node.name)
    if cost is None or not cost.known or node.layer.name not in MIXING or (
            flow.activation(node) != "linear"):
        return None
    pooled = False
    for there in range(at + 1, len(chain)):
        other = chain[there]
        name = other.layer.name
        if name in MIXING:
            again = pooled and not _bare(subject, chain, there)
            return None if again or _narrow(subject, node, other) else other
        if name in MAX_POOLINGS and node.layer.name in PLAIN_CONVOLUTIONS:
            pooled = True
        elif name not in LINEAR and not (name == "Activation" and flow.activation(
                other) == "linear"):
            return None
    return None


def _bare(subject: Subject, chain: Chain, at: int) -> bool:
    """Whether a convolution has no activation before the next layer that learns either."""
    if chain[at].layer.name not in PLAIN_CONVOLUTIONS:
        return False
    if subject.flow.activation(chain[at]) != "linear":
        return False
    for other in behind(chain, at):
        if other.layer.name in LEARNERS:
            return True
        if other.layer.name not in LINEAR and other.layer.name not in MAX_POOLINGS:
            return False
    return False


def _narrow(subject: Subject, node: Node, second: Node) -> bool:
    """Whether the first layer is narrower than what enters it and what leaves the second, or one
    of two that share the axes of a window; or not known."""
    width, wide = _width(node), _width(second)
    entering = channels(subject.flow, node)
    if width is None or wide is None or entering is None or width < min(entering, wide):
        return True
    if node.layer.name != "Dense" and _pointwise(node) and width == min(entering, wide):
        return True  # the linear end of a block that the next one widens (MobileNet)
    windows = [one.layer.get("kernel_size") or () for one in (node, second)]
    return any(1 in window and set(window) != {1} for window in windows) or (
        (node.layer.get("groups") or 1) > 1 or (second.layer.get("groups") or 1) > 1)


def _width(node: Node) -> int | None:
    size = node.layer.get("units", node.layer.get("filters"))
    return size if isinstance(size, int) else None


def _pointwise(node: Node) -> bool:
    """Whether a layer mixes the last axis and nothing else."""
    return node.layer.name == "Dense" or (
        set(node.layer.get("kernel_size") or ()) == {1} == set(node.layer.get("strides") or ()))


@warning("AR152")
def softmax_hidden(subject: Subject) -> Iterator[Finding]:
    """A softmax stands between two layers, and nothing is weighted by it.

    Why: the units compete for a sum of 1, so most are near 0 and pass on neither values nor
    gradients. As weights of an attention, a gate or a mixture, which something is multiplied by,
    a softmax is right.

    Example:

        [model]
        kind = "sequential"
        layers = [
          { type = "Dense", units = 16, activation = "softmax" },    # warning: [AR152]
          { type = "Dense", units = 1 },
        ]
        [outputs.y]
        task = "regression"

    Use instead: `relu`.

    Source: own judgement.
    """
    flow = subject.flow
    ends = {one.end.node.name for one in subject.pairings if one.end}
    for chain, at, node in steps(flow):
        if flow.activation(node) not in SOFTMAXES or node.name in ends:
            continue
        bare = node.layer.name not in BENDS
        made = node if bare else _maker(chain, at)
        shape = flow.leaving(node)
        if made is None or made.layer.name not in MIXING or shape is None or shape[-1] in (1, None):
            continue
        if node.layer.get("axis", -1) not in (-1, len(shape) - 1):
            continue  # along time: an attention
        takers = learners_behind(flow, node)
        if takers and all(one.layer.name in MIXING for one in takers):
            yield Finding(bend_at(node), "a softmax inside the model", advice="use relu")
            return


def _maker(chain: Chain, at: int) -> Node | None:
    """The layer that gives what an activation layer takes."""
    return chain[at - 1] if at else None


@warning("AR153")
def saturating_hidden_activation(subject: Subject) -> Iterator[Finding]:
    """Hidden layers that follow each other all squash their values (an info below four of them).

    Why: a sigmoid passes on at most a quarter of a gradient, a tanh next to nothing where it is
    near its ends; over several layers little is left for the first ones. Gates, codes and smooth
    regressions with tanh are meant.

    Example:

        [model]
        kind = "sequential"
        layers = [
          { type = "Dense", units = 16, activation = "sigmoid" },    # info: [AR153]
          { type = "Dense", units = 16, activation = "sigmoid" },
          { type = "Dense", units = 1 },
        ]
        [outputs.y]
        task = "regression"

    Use instead: `relu` or `gelu`, or a normalization between.

    Source: AUTOTRAINER, vanishing gradients; DeepLocalize 39217567; Glorot & Bengio 2010.
    """
    smooth = all(one.task == "regression" or one.loss in REGRESSION for one in subject.pairings)
    for chain in subject.flow.chains:
        run = longest_run(subject, chain, SATURATING)
        names = {name for name, _ in run}
        if not 2 <= len(run) < DEEPEST or (smooth and names <= CENTERED):
            continue
        he = any(isinstance(made := chain[at].layer.args.get("kernel_initializer"), Component)
                 and made.name in ("HeNormal", "HeUniform") for _, at in run)
        yield Finding(bend_at(bend(subject.flow, chain, run[0][1])[1]),
                      f"{len(run)} hidden layers in a row end in "
                      f"{' or '.join(sorted(names))}", advice="use relu",
                      severity=None if len(run) >= DEEP or he else "info")
        return


def longest_run(subject: Subject, chain: Chain, wanted: frozenset[str]) -> list[Bent]:
    """The longest run of hidden layers one behind the other that end in such an activation, each
    as its activation and its place; a normalization between them cuts it."""
    best: list[Bent] = []
    run: list[Bent] = []
    for at, node in enumerate(chain):
        if node.layer.name in MIXING:
            name, _ = bend(subject.flow, chain, at)
            if name in wanted and role(subject.flow, chain, at) == "hidden":
                run.append((name, at))
            else:
                run = []
        elif node.layer.name not in PASSING or node.layer.name.endswith("Normalization"):
            run = []
        if len(run) > len(best):
            best = run  # it may go on growing
    return best


def doubled(subject: Subject) -> Iterator[Finding]:
    """Inside the model: an activation layer behind a layer that has an activation already.

    An error for two that squash, an info for a relu of a relu, else a warning. A softmax of
    anything else than probabilities may weight something, and is not meant here.
    """
    flow = subject.flow
    ends = {one.end.node.name for one in subject.pairings if one.end}
    for chain, at, node in steps(flow):
        ahead = _ahead(chain, at) if node.layer.name in BENDS and node.name not in ends else None
        if ahead is None or ahead.doubtful:
            continue
        first, then = flow.activation(ahead), flow.activation(node)
        if "linear" in (first, then) or first == "glu" or (
                then in SOFTMAXES and first not in SOFTMAXES):
            continue
        yield Finding(bend_at(node), f"{first} and then {then}", advice="drop one of them",
                      severity=_gravity(first, then),
                      related=(Related(bend_at(ahead), f"{first} is applied here"),))


def _ahead(chain: Chain, at: int) -> Node | None:
    """The layer before that an activation layer bends again, through a dropout."""
    for node in reversed(chain[max(0, at - 2):at]):
        if node.layer.name not in DROPOUTS:
            return node if node.layer.name in MIXING or node.layer.name in BENDS else None
    return None


def _gravity(first: str, then: str) -> Severity:
    """How grave two activations in a row are."""
    if first in SQUASHING and then in SQUASHING:
        return "error"
    return "info" if first in RELUS and then in RELUS else "warning"


RULES: tuple[Rule, ...] = (missing_nonlinearity, softmax_hidden, saturating_hidden_activation)
