"""How wide hidden layers are: AR171 to AR174."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from specc.diagnostics import Related, number_of
from specc.ir.graph import Node
from specc.rules.inside import (
    MIXING,
    PASSING,
    PLAIN_CONVOLUTIONS,
    RELUS,
    Chain,
    behind,
    bend,
    channels,
    role,
    steps,
)
from specc.rules.pairing import Subject
from specc.rules.rule import Finding, Rule, info, warning
from specc.rules.tables import SIGMOIDS

TINY = 3  # units
TOY = 2  # columns
WIDE = 512  # units of a head


@info("AR171")
def increasing_dense_width(subject: Subject) -> Iterator[Finding]:
    """The hidden Dense layers of a classifier get wider towards its end.

    Why: a classifier has ever less to say: from what was seen to a few classes. Where the last
    layers are the widest, they have the most weights for the least work.

    Example:

        [model]
        kind = "sequential"
        layers = [
          { type = "Dense", units = 16, activation = "relu" },
          { type = "Dense", units = 32, activation = "relu" },    # info: [AR171]
          { type = "Dense", units = 64, activation = "relu" },
          { type = "Dense", units = 3, activation = "softmax" },
        ]
        [outputs.y]
        task = "multiclass"
        classes = 3

    Use instead: the same widths the other way round, or one width for all.

    Source: NeuraLint f019.
    """
    ends = {one.head.tensor.node for one in subject.pairings
            if one.classified and one.head.output.target_input is None}
    for chain in subject.flow.chains:
        if chain[-1].name not in ends:
            continue
        dense = [node for node in _tail(chain) if isinstance(node.layer.get("units"), int)][:-1]
        widths = [node.layer.get("units") for node in dense]
        if len(widths) > 2 and all(a < b for a, b in pairwise(widths)):
            shape = subject.flow.leaving(chain[-1])
            if shape and isinstance(shape[-1], int) and shape[-1] >= widths[-1]:
                continue  # many classes
            yield Finding(dense[1].at("units"), "hidden layers get wider towards the output: "
                          f"{', '.join(map(str, widths))} units",
                          advice="turn the order round")
            return


def _tail(chain: Chain) -> list[Node]:
    """The Dense layers at the end of a chain, in order, with only passing layers between."""
    found: list[Node] = []
    for node in reversed(chain):
        if node.layer.name == "Dense":
            found.append(node)
        elif node.layer.name not in PASSING:
            break
    return found[::-1]


@info("AR172")
def tiny_hidden_layer(subject: Subject) -> Iterator[Finding]:
    """A hidden relu layer has one or two units.

    Why: a relu that is 0 for every row is dead for good; of two that happens to both soon. A code
    before wider layers, and a toy of two columns, are meant.

    Example:

        [model]
        kind = "sequential"
        layers = [
          { type = "Dense", units = 2, activation = "relu" },    # info: [AR172]
          { type = "Dense", units = 1 },
        ]
        [outputs.y]
        task = "regression"

    Use instead: at least 8 units.

    Source: DeepLocalize 41372874.
    """
    flow = subject.flow
    for chain, at, node in steps(flow):
        units = node.layer.get("units")
        if node.layer.name != "Dense" or not isinstance(units, int) or units >= TINY:
            continue
        entering = channels(flow, node)
        second = _next(chain, at)
        if entering is None or entering <= TOY or second is None or _wide(second) > units:
            continue
        if bend(flow, chain, at)[0] in RELUS and role(flow, chain, at) == "hidden":
            yield Finding(node.at("units"), f"a hidden layer of {number_of(units, 'relu unit')}",
                          advice="use at least 8")
            return


def _next(chain: Chain, at: int) -> Node | None:
    """The next layer of a chain that mixes channels."""
    for node in behind(chain, at):
        if node.layer.name in MIXING:
            return node
        if node.layer.name not in PASSING:
            return None
    return None


def _wide(node: Node) -> int:
    size = node.layer.get("units", node.layer.get("filters"))
    return size if isinstance(size, int) else 0


@warning("AR173")
def bottleneck_collapse(subject: Subject) -> Iterator[Finding]:
    """Everything has to pass a single unit before a wider layer.

    Why: whatever the layers behind compute, they compute it of one number. Gates and the codes of
    autoencoders are meant, and a column of numbers that a Flatten takes.

    Example:

        [model]
        kind = "sequential"
        layers = [
          { type = "Dense", units = 1, activation = "relu" },    # warning: [AR173]
          { type = "Dense", units = 16, activation = "relu" },
          { type = "Dense", units = 1 },
        ]
        [outputs.y]
        task = "regression"

    Use instead: as many units as the layer behind.

    Source: own judgement.
    """
    flow = subject.flow
    if any(output.target_input for output in subject.plan.spec.outputs.values()):
        return
    for chain, at, node in steps(flow):
        if node.layer.name not in MIXING or _wide(node) != 1 or (channels(flow, node) or 1) == 1:
            continue
        if node.layer.name in PLAIN_CONVOLUTIONS and not flow.before[node.name]:
            continue  # makes one channel of a picture
        second = _next(chain, at)
        shape = flow.leaving(node)
        if second is None or _wide(second) < 2 or bend(flow, chain, at)[0] in {
                *SIGMOIDS, "softmax"}:
            continue
        flat = shape is not None and len(shape) == 2
        if flat or (node.layer.name in PLAIN_CONVOLUTIONS
                    and second.layer.name == node.layer.name):
            what = "units" if "units" in node.layer.args else "filters"
            yield Finding(node.at(what), f"a single {what.removesuffix('s')} stands before a "
                          f"layer of {_wide(second)}",
                          advice=f"use {_wide(second)}",
                          related=(Related(second.where, "the wider layer"),))
            return


@info("AR174")
def flatten_vs_gap_head(subject: Subject) -> Iterator[Finding]:
    """The maps of a saved backbone are laid flat before a wide Dense.

    Why: 7 x 7 x 2048 numbers into 1024 units are a hundred million weights, more than the backbone
    has, and few rows to learn them from. A global pooling leaves the 2048.

    Example:

        [inputs.x]
        shape = [224, 224, 3]
        [model]
        kind = "sequential"
        layers = [
          { model = "backbones/resnet50.keras", output_shape = [7, 7, 2048] },
          { type = "Flatten" },
          { type = "Dense", units = 1024, activation = "relu" },    # info: [AR174]
          { type = "Dense", units = 1 },
        ]
        [outputs.y]
        task = "regression"

    Use instead: `GlobalAveragePooling2D` instead of `Flatten`.

    Source: Keras's guide to transfer learning.
    """
    for chain, at, node in steps(subject.flow):
        if node.model_file is None or at + 2 >= len(chain) or (
                chain[at + 1].layer.name != "Flatten"):
            continue
        shape = subject.flow.leaving(node)
        head = _next(chain, at + 1)
        if shape is None or len(shape) != 4 or set(shape[1:-1]) == {1} or head is None:
            continue
        if head.layer.name == "Dense" and _wide(head) > WIDE:
            yield Finding(head.where, f"{_wide(head)} units take the flattened maps of a backbone",
                          advice="use GlobalAveragePooling2D instead of Flatten",
                          related=(Related(chain[at + 1].where, "flattened here"),))
            return


RULES: tuple[Rule, ...] = (
    bottleneck_collapse, tiny_hidden_layer, increasing_dense_width, flatten_vs_gap_head)
