"""Deep stacks without normalization and without shortcuts: AR154 to AR156.

The three say the same of ever milder stacks, so each looks at what the ones before leave.
"""

from __future__ import annotations

from collections.abc import Iterator

from specc.ops.component import Component
from specc.record import Record
from specc.rules.flow import POOLINGS
from specc.rules.inside import (
    MIXING,
    PASSING,
    PLAIN_CONVOLUTIONS,
    RELUS,
    Chain,
    bend,
    bend_at,
    once,
    role,
)
from specc.rules.pairing import Subject
from specc.rules.rule import Finding, Rule, info, warning
from specc.rules.tables import CENTERED, SIGMOIDS

SATURATED, BENT = 10, 30  # layers that squash, layers of any kind: no gradient gets through
MANY = 10  # convolutions, or layers with a relu
BLOCK = 4  # convolutions between two poolings: VGG19's
FLAT = frozenset({"GlorotUniform", "GlorotNormal", "LecunUniform", "LecunNormal"})


class Stack(Record):
    """Layers with weights one behind the other, where they stand, and what they end in."""

    chain: Chain
    layers: tuple[int, ...]
    names: tuple[str, ...]

    def first(self, names: frozenset[str]) -> int:
        """Where the first layer that ends in such an activation stands."""
        return next(at for at, name in zip(self.layers, self.names, strict=True) if name in names)


def stacks(subject: Subject) -> tuple[Stack, ...]:
    """The plain stacks of at least ten hidden layers: no normalization, no selu, no merge."""
    return once(subject, "deep stacks", lambda: tuple(_stacks(subject)))


def _stacks(subject: Subject) -> Iterator[Stack]:
    for chain in subject.flow.chains:
        if len(chain) < MANY:
            continue
        layers: list[int] = []
        names: list[str] = []
        for at, node in enumerate(chain):
            name = node.layer.name
            if name in MIXING:
                if role(subject.flow, chain, at) == "hidden":
                    layers.append(at)
                    names.append(bend(subject.flow, chain, at)[0])
            elif name not in PASSING or name.endswith("Normalization"):
                if len(layers) >= MANY and "selu" not in names:
                    yield Stack(chain, tuple(layers), tuple(names))
                layers, names = [], []
        if len(layers) >= MANY and "selu" not in names:
            yield Stack(chain, tuple(layers), tuple(names))


@warning("AR154")
def vanishing_depth(subject: Subject) -> Iterator[Finding]:
    """A stack is so deep that its first layers get no gradient.

    Why: each sigmoid passes on at most a quarter, so ten of them a millionth; thirty relus without
    a normalization or a shortcut lose it too.

    Example:

        [model]
        kind = "sequential"
        layers = [
          { type = "Dense", units = 16, activation = "sigmoid", repeat = 12 },    # warning: [AR154]
          { type = "Dense", units = 1 },
        ]
        [outputs.y]
        task = "regression"

    Use instead: relu, a normalization between, or residual blocks (`Add`).

    Source: Glorot & Bengio 2010; He et al. 2015, arXiv:1512.03385.
    """
    for stack in stacks(subject):
        if not _vanishes(stack):
            continue
        squashed = _squashed(stack)
        wanted = SIGMOIDS | CENTERED if squashed >= SATURATED else frozenset(stack.names)
        yield Finding(bend_at(bend(subject.flow, stack.chain, stack.first(wanted))[1]),
                      f"{len(stack.layers)} layers in a row without normalization or shortcut, "
                      f"{squashed} of them squashing" if squashed >= SATURATED else
                      f"{len(stack.layers)} layers in a row without normalization or shortcut",
                      advice="put normalizations between, or residual blocks")
        return


def _squashed(stack: Stack) -> int:
    return sum(name in SIGMOIDS | CENTERED for name in stack.names)


def _vanishes(stack: Stack) -> bool:
    return len(stack.layers) >= BENT or _squashed(stack) >= SATURATED


@info("AR155")
def no_norm_deep_conv(subject: Subject) -> Iterator[Finding]:
    """More than ten convolutions follow each other without a normalization.

    Why: such a stack is hard to start and asks for small steps. Blocks of at most four between
    poolings (VGG) are known to train, with care.

    Example:

        [inputs.x]
        shape = [64, 64, 3]
        [model]
        kind = "sequential"
        [[model.layers]]    # info: [AR155]
        type = "Conv2D"
        filters = 16
        kernel_size = 3
        activation = "relu"
        repeat = 12
        [[model.layers]]
        type = "GlobalAveragePooling2D"
        [[model.layers]]
        type = "Dense"
        units = 1
        [outputs.y]
        task = "regression"

    Use instead: `BatchNormalization` behind each convolution.

    Source: Ioffe & Szegedy 2015, arXiv:1502.03167; Simonyan & Zisserman 2014, arXiv:1409.1556.
    """
    for stack in stacks(subject):
        if not _vanishes(stack) and (where := _unpooled(stack)) is not None:
            convs = sum(stack.chain[at].layer.name in PLAIN_CONVOLUTIONS for at in stack.layers)
            yield Finding(stack.chain[where].where,
                          f"{convs} convolutions in a row without a normalization",
                          advice="put a BatchNormalization behind each")
            return


def _unpooled(stack: Stack) -> int | None:
    """Where the first of more than ten convolutions stands; None where there are fewer, or where
    poolings part them in small blocks."""
    convs = [at for at in stack.layers if stack.chain[at].layer.name in PLAIN_CONVOLUTIONS]
    longest = count = 0
    for node in stack.chain[convs[0]:convs[-1] + 1] if convs else ():
        count = 0 if node.layer.name in POOLINGS else (
            count + (node.layer.name in PLAIN_CONVOLUTIONS))
        longest = max(longest, count)
    return convs[0] if len(convs) > MANY and longest > BLOCK else None


@info("AR156")
def relu_init_mismatch(subject: Subject) -> Iterator[Finding]:
    """Ten or more layers with a relu start with weights made for layers without one.

    Why: a relu halves the mean square of what it takes, and `glorot_uniform` does not make up for
    it: through ten layers a signal shrinks to a thirtieth. With a normalization it is no matter.

    Example:

        [model]
        kind = "sequential"
        layers = [
          { type = "Dense", units = 16, activation = "relu", repeat = 12 },    # info: [AR156]
          { type = "Dense", units = 1 },
        ]
        [outputs.y]
        task = "regression"

    Use instead: `kernel_initializer = "he_normal"`.

    Source: He et al. 2015, arXiv:1502.01852; AUTOTRAINER.
    """
    if subject.plan.spec.model.weights:
        return
    for stack in stacks(subject):
        found = [at for at, name in zip(stack.layers, stack.names, strict=True) if name in RELUS
                 and isinstance(made := stack.chain[at].layer.get("kernel_initializer"), Component)
                 and made.name in FLAT]
        if len(found) >= MANY and not _vanishes(stack) and _unpooled(stack) is None:
            first = stack.chain[found[0]]
            made = first.layer.get("kernel_initializer")
            yield Finding(first.at("kernel_initializer"),
                          f"{len(found)} layers with a relu start from {made.name}",
                          advice='write kernel_initializer = "he_normal"')
            return


RULES: tuple[Rule, ...] = (vanishing_depth, no_norm_deep_conv, relu_init_mismatch)
