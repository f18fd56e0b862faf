"""Stacks of convolutions and poolings, and how they shrink a map: AR161, AR164 to AR166."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from specc.diagnostics import Related
from specc.ir.graph import Node
from specc.record import Record
from specc.rules.flow import GLOBAL_POOLINGS, POOLINGS
from specc.rules.inside import (
    AVERAGE_POOLINGS,
    MAX_POOLINGS,
    PASSING,
    PLAIN_CONVOLUTIONS,
    Chain,
    once,
)
from specc.rules.pairing import Subject
from specc.rules.rule import Finding, Rule, info, warning
from specc.tensor import size

LARGE_HEAD, HUGE_HEAD = 1_000_000, 10_000_000  # weights of the first Dense
LARGE_MAP = 32  # pixels a side
DEEP = 10  # convolutions and poolings


POOLED = POOLINGS | GLOBAL_POOLINGS


class Stack(Record):
    """Convolutions and poolings on one path, nothing else that learns between, in order."""

    members: tuple[Node, ...]
    behind: Node | None  # what ends the stack: the first that neither shapes, bends nor pools
    begins: bool  # nothing that learns stands before it
    flat: bool  # a Flatten stands behind the last of them

    @property
    def convs(self) -> tuple[Node, ...]:
        return tuple(one for one in self.members if one.layer.name in PLAIN_CONVOLUTIONS)

    @property
    def poolings(self) -> tuple[Node, ...]:
        return tuple(one for one in self.members if one.layer.name not in PLAIN_CONVOLUTIONS)

    @property
    def strided(self) -> bool:
        return any(set(one.layer.get("strides") or ()) - {1} for one in self.convs)


def stacks(subject: Subject) -> tuple[Stack, ...]:
    """Every stack that has a convolution, in the order of the model."""
    return once(subject, "stacks", lambda: tuple(
        stack for chain in subject.flow.chains for stack in _of(subject, chain)
        if not POOLED.issuperset(one.layer.name for one in stack.members)))


def _of(subject: Subject, chain: Chain) -> Iterator[Stack]:
    members: list[Node] = []
    begins = not subject.flow.before[chain[0].name]
    flat = False
    for node in chain:
        name = node.layer.name
        if (name in PLAIN_CONVOLUTIONS or name in POOLED) and not node.doubtful:
            members.append(node)
            flat = False
        elif name in PASSING and not name.startswith("UpSampling"):
            flat = flat or name in ("Flatten", "Reshape")
        else:
            yield Stack(tuple(members), node, begins, flat)
            members, begins = [], False
    yield Stack(tuple(members), None, begins, flat)


@info("AR161")
def no_downsampling(subject: Subject) -> Iterator[Finding]:
    """Convolutions never make the map smaller, and a Dense takes all of it.

    Why: nearly all weights of the model then stand in that one Dense, which learns every place on
    its own, and no convolution sees more than a few pixels.

    Example:

        [inputs.x]
        shape = [64, 64, 3]
        [model]
        kind = "sequential"
        layers = [
          { type = "Conv2D", filters = 16, kernel_size = 3, activation = "relu", repeat = 3 },
          { type = "Flatten" },
          { type = "Dense", units = 32, activation = "relu" },    # info: [AR161]
          { type = "Dense", units = 1 },
        ]
        [outputs.y]
        task = "regression"

    Use instead: `MaxPooling2D` between, `strides = 2`, or a global pooling before the Dense.

    Source: NeuraLint f002.
    """
    for stack in stacks(subject):
        convs = [one for one in stack.convs if one.layer.name != "Conv1D"]
        dense = stack.behind
        if not convs or stack.poolings or stack.strided or not stack.flat or dense is None or (
                dense.layer.name != "Dense"):
            continue
        shape = subject.flow.leaving(convs[-1])
        units, held = dense.layer.get("units"), size(shape[1:]) if shape else None
        if shape is None or held is None or not isinstance(units, int):
            continue
        large = min(dim for dim in shape[1:-1] if isinstance(dim, int)) > LARGE_MAP
        if (len(convs) >= 3 and (large or held * units > LARGE_HEAD)) or (
                len(convs) == 2 and held * units > HUGE_HEAD):
            sides = " x ".join(str(dim) for dim in shape[1:])
            yield Finding(dense.where, f"a Dense takes a map of {sides} that nothing made smaller: "
                          f"{held * units:,} weights", advice="put MaxPooling2D between")
            return


@info("AR164")
def decreasing_filters(subject: Subject) -> Iterator[Finding]:
    """The map gets smaller, and so does the number of its channels.

    Why: a classifier trades places for features; where both shrink, what was seen is lost. The
    last convolution, windows of 1, decoders and branches are not meant.

    Example:

        [inputs.x]
        shape = [28, 28, 1]
        [model]
        kind = "sequential"
        layers = [
          { type = "Conv2D", filters = 32, kernel_size = 3, activation = "relu" },
          { type = "MaxPooling2D" },
          { type = "Conv2D", filters = 16, kernel_size = 3, activation = "elu" },    # info: [AR164]
          { type = "MaxPooling2D" },
          { type = "Conv2D", filters = 8, kernel_size = 3, activation = "relu" },
          { type = "Flatten" },
          { type = "Dense", units = 1 },
        ]
        [outputs.y]
        task = "regression"

    Use instead: twice the filters wherever the map is halved.

    Source: NeuraLint f023.
    """
    for stack in stacks(subject):
        if stack.behind is None or stack.behind.layer.name != "Dense":
            continue
        for before, node in pairwise(stack.convs[:-1]):
            few, many = node.layer.get("filters"), before.layer.get("filters")
            windows = (*(before.layer.get("kernel_size") or (1,)),
                       *(node.layer.get("kernel_size") or (1,)))
            if not isinstance(few, int) or not isinstance(many, int) or few >= many:
                continue
            if 1 not in windows and _shrinks(subject, before, node):
                yield Finding(node.at("filters"), f"{few} filters behind {many}, and the map is "
                              "smaller too", advice="use at least as many",
                              related=(Related(before.at("filters"), "the ones before"),))
                return


def _shrinks(subject: Subject, before: Node, node: Node) -> bool:
    """Whether fewer places enter one convolution than entered the other."""
    areas = [size(shape[1:-1]) if (shape := subject.flow.entering(one)) else None
             for one in (before, node)]
    pooled = [size(shape[1:-1]) if (shape := subject.flow.leaving(one)) else None
              for one in (before, node)]
    if None in areas or None in pooled:
        return False
    # Valid padding takes a rim: only a pooling or a stride halves.
    return (areas[1] or 0) * 2 <= (areas[0] or 0) and (pooled[1] or 0) <= (pooled[0] or 0)


@warning("AR165")
def pooling_after_every_conv(subject: Subject) -> Iterator[Finding]:
    """Each of five or more convolutions is followed by a max pooling at once.

    Why: the map is gone after a few layers, each of which had one look at it; two or three
    convolutions in a row see more with fewer weights before a place is given up.

    Example:

        [inputs.x]
        shape = [160, 160, 3]
        [model]
        kind = "sequential"
        layers = [
          { layers = [
            { type = "Conv2D", filters = 16, kernel_size = 3, activation = "relu" },
            { type = "MaxPooling2D" },    # warning: [AR165]
          ], repeat = 5 },
          { type = "Flatten" },
          { type = "Dense", units = 1 },
        ]
        [outputs.y]
        task = "regression"

    Use instead: two convolutions before each pooling.

    Source: NeuraLint f025; Simonyan & Zisserman 2014, arXiv:1409.1556.
    """
    for stack in stacks(subject):
        kinds = [one.layer.name for one in stack.members if one.layer.name not in GLOBAL_POOLINGS]
        if len(kinds) < DEEP or "Conv1D" in kinds:
            continue
        pairs = list(zip(kinds[::2], kinds[1::2], strict=False))
        if all(a in PLAIN_CONVOLUTIONS and b in MAX_POOLINGS for a, b in pairs):
            yield Finding(stack.members[1].where, f"each of {len(pairs)} convolutions has a max "
                          "pooling behind it", advice="put two convolutions before each pooling")
            return


@info("AR166")
def ineffective_pooling(subject: Subject) -> Iterator[Finding]:
    """A deep plain stack is made smaller by averages alone.

    Why: an average dims what stands out in a window, which the maximum keeps; in deep plain
    stacks it mostly learns less well. Models that end in a global pooling, or stride, are not
    meant.

    Example:

        [inputs.x]
        shape = [64, 64, 3]
        [model]
        kind = "sequential"
        layers = [
          { layers = [
            { type = "Conv2D", filters = 16, kernel_size = 3, activation = "relu", repeat = 3 },
            { type = "AveragePooling2D", pool_size = 2 },    # info: [AR166]
          ], repeat = 3 },
          { type = "Flatten" },
          { type = "Dense", units = 1 },
        ]
        [outputs.y]
        task = "regression"

    Use instead: `MaxPooling2D`.

    Source: NeuraLint f027.
    """
    for stack in stacks(subject):
        averages = [one for one in stack.poolings if one.layer.name in AVERAGE_POOLINGS]
        if len(stack.members) >= DEEP and len(averages) >= 3 and not stack.strided and (
                len(averages) == len(stack.poolings)):
            yield Finding(averages[0].where, f"{len(averages)} average poolings and no other",
                          advice="use MaxPooling2D")
            return


RULES: tuple[Rule, ...] = (
    no_downsampling, pooling_after_every_conv, ineffective_pooling, decreasing_filters)
