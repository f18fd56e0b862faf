"""How large the windows of convolutions are: AR162, AR163 and AR167."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from specc.diagnostics import Related
from specc.ir.graph import Node
from specc.rules.inside import PLAIN_CONVOLUTIONS
from specc.rules.pairing import Subject
from specc.rules.rule import Finding, Rule, info
from specc.rules.stacks import DEEP, Stack, stacks

LONG, LONGISH = 64, 16  # steps of a window


@info("AR162")
def decreasing_kernel_size(subject: Subject) -> Iterator[Finding]:
    """In a plain stack of convolutions a later window is smaller than the one before.

    Why: later maps are smaller and their pixels mean more, so a window there sees more at the same
    size; the large early ones cost most. The first layer and windows of 1 are not meant, and no
    branches.

    Example:

        [inputs.x]
        shape = [64, 64, 3]
        [model]
        kind = "sequential"
        layers = [
          { type = "Conv2D", filters = 8, kernel_size = 7, activation = "relu" },
          { type = "MaxPooling2D" },
          { type = "Conv2D", filters = 16, kernel_size = 5, activation = "relu" },
          { type = "MaxPooling2D" },
          { type = "Conv2D", filters = 32, kernel_size = 3, activation = "elu" },    # info: [AR162]
          { type = "GlobalAveragePooling2D" },
          { type = "Dense", units = 1 },
        ]
        [outputs.y]
        task = "regression"

    Use instead: windows of 3 everywhere.

    Source: NeuraLint f016; Simonyan & Zisserman 2014, arXiv:1409.1556.
    """
    for stack in stacks(subject):
        pairs = list(_pairs(stack.members, stem=stack.begins))
        if any(_larger(behind, before) for before, behind in pairs):
            continue  # up and down: what asymmetric-conv-block is about
        for before, behind in pairs:
            if _larger(before, behind):
                yield _odd(before, behind, "smaller")
                return


@info("AR163")
def asymmetric_conv_block(subject: Subject) -> Iterator[Finding]:
    """In a block between two poolings of a deep plain stack a later window is larger.

    Why: blocks of equal windows see as much with fewer choices to make; a larger window behind a
    smaller one is seldom meant.

    Example:

        [inputs.x]
        shape = [96, 96, 3]
        [model]
        kind = "sequential"
        layers = [
          { type = "Conv2D", filters = 8, kernel_size = 3, activation = "relu", repeat = 3 },
          { type = "MaxPooling2D" },
          { type = "Conv2D", filters = 16, kernel_size = 3, activation = "relu" },
          { type = "Conv2D", filters = 16, kernel_size = 5, activation = "elu" },    # info: [AR163]
          { type = "MaxPooling2D" },
          { type = "Conv2D", filters = 32, kernel_size = 3, activation = "relu", repeat = 3 },
          { type = "MaxPooling2D" },
          { type = "GlobalAveragePooling2D" },
          { type = "Dense", units = 1 },
        ]
        [outputs.y]
        task = "regression"

    Use instead: the same window for all convolutions of a block.

    Source: NeuraLint f026; Simonyan & Zisserman 2014, arXiv:1409.1556.
    """
    for stack in stacks(subject):
        if len(stack.members) < DEEP:
            continue
        for block in _blocks(stack):
            for before, behind in _pairs(block, stem=False):
                if _larger(behind, before):
                    yield _odd(before, behind, "larger")
                    return


def _blocks(stack: Stack) -> Iterator[tuple[Node, ...]]:
    """The convolutions between each two poolings."""
    block: list[Node] = []
    for node in stack.members:
        if node.layer.name in PLAIN_CONVOLUTIONS:
            block.append(node)
        else:
            yield tuple(block)
            block = []


def _pairs(members: tuple[Node, ...], *, stem: bool) -> Iterator[tuple[Node, Node]]:
    """Convolutions one behind the other, those with a window of 1 left out.

    stem: the first is that of the model, and is left out too.
    """
    wide = [one for one in members if one.layer.name in PLAIN_CONVOLUTIONS][stem:]
    wide = [one for one in wide if 1 not in (one.layer.get("kernel_size") or (1,))]
    yield from pairwise(wide)


def _larger(one: Node, other: Node) -> bool:
    """Whether one window is longer than another along some axis."""
    return any(a > b for a, b in zip(one.layer.get("kernel_size"), other.layer.get("kernel_size"),
                                     strict=False))


def _odd(before: Node, behind: Node, what: str) -> Finding:
    first, then = (" x ".join(map(str, one.layer.get("kernel_size"))) for one in (before, behind))
    return Finding(behind.at("kernel_size"), f"a window of {then} is {what} than the {first} "
                   "before it", advice="use the same size",
                   related=(Related(before.at("kernel_size"), "the one before"),))


@info("AR167")
def conv1d_long_kernel(subject: Subject) -> Iterator[Finding]:
    """A window over a sequence is very long.

    Why: above 64 steps, or a quarter of the sequence, it has many weights and little left to
    slide along. A strided first layer over one channel (a bank of filters on a raw signal) and a
    window over everything are meant.

    Example:

        [inputs.x]
        shape = [2000, 4]
        [model]
        kind = "sequential"
        layers = [
          { type = "Conv1D", filters = 8, kernel_size = 700 },    # info: [AR167]
          { type = "GlobalMaxPooling1D" },
          { type = "Dense", units = 1 },
        ]
        [outputs.y]
        task = "regression"

    Use instead: several short windows with `dilation_rate` or `strides`.

    Source: StackOverflow 55776436.
    """
    for stack in stacks(subject):
        for index, node in enumerate(stack.members):
            window = (node.layer.get("kernel_size") or (0,))[0]
            shape = subject.flow.entering(node)
            if node.layer.name != "Conv1D" or window <= LONGISH or shape is None:
                continue
            steps = shape[-2] if isinstance(shape[-2], int) else None
            bank = index == 0 and stack.begins and shape[-1] == 1 and node.layer.get(
                "strides") != (1,)
            if bank or (steps is not None and window >= steps) or (window <= LONG and (
                    steps is None or window * 4 <= steps)):
                continue
            yield Finding(node.at("kernel_size"), f"a window of {window} steps"
                          + (f" over a sequence of {steps}" if steps else ""),
                          advice="use short windows with dilation_rate or strides")
            return


RULES: tuple[Rule, ...] = (decreasing_kernel_size, asymmetric_conv_block, conv1d_long_kernel)
