"""Layers that make one tensor of several: SH120 to SH129."""

from __future__ import annotations

from collections.abc import Iterator

from specc.ir.activation import ending
from specc.ir.graph import Node, Ref
from specc.rules.flow import MERGES
from specc.rules.pairing import Subject
from specc.rules.rule import Finding, Rule, warning
from specc.rules.tables import CENTERED, PROBABILITIES
from specc.tensor import Shape, show


@warning("SH120")
def residual_broadcast(about: Subject) -> Iterator[Finding]:
    """A map of one channel is added to (or multiplied with) one of many, and repeated for each.

    Why: a shortcut that lost its channels looks like one that has them; every channel gets the same
    number. Gates are meant so: a Multiply by a sigmoid or softmax, or by one number a channel, is
    fine.

    Example:

        [inputs.x]
        shape = [32, 32, 16]
        [model]
        kind = "functional"
        layers = [
          { type = "Conv2D", filters = 16, kernel_size = 3, padding = "same", name = "long" },
          { type = "Conv2D", filters = 1, kernel_size = 1, inputs = "x", name = "short" },
          { type = "Add", inputs = ["long", "short"] },    # warning: [SH120]
          { type = "GlobalAveragePooling2D" },
          { type = "Dense", units = 1 },
        ]
        [outputs.y]
        task = "regression"

    Use instead: a projection to as many channels as the other map has.

    Source: own.
    """
    for node in about.plan.graph.nodes:
        if node.layer.name not in ("Add", "Multiply") or len(node.args) < 2:
            continue
        shapes = [about.plan.graph.tensor(ref).shape for ref in node.args]
        widest = max(filter(None, shapes), key=_channels, default=None)
        narrow = next((ref for ref, shape in zip(node.args, shapes, strict=True)
                       if shape and widest and _repeated(shape, widest)), None)
        if narrow is not None and widest and not _meant(about, node, narrow):
            yield Finding(node.where, f"{show(about.plan.graph.tensor(narrow).shape)} is repeated "
                          f"for every channel of {show(widest)}",
                          advice=f"project it to {widest[-1]} channels")


def _channels(shape: Shape) -> int:
    return shape[-1] if isinstance(shape[-1], int) else 0


def _repeated(shape: Shape, widest: Shape) -> bool:
    """Whether a map differs from the widest only in having one channel."""
    return len(shape) > 2 and shape[:-1] == widest[:-1] and None not in shape and (
        shape[-1] == 1 < _channels(widest)) and any(dim != 1 for dim in shape[1:-1])


def _meant(about: Subject, node: Node, narrow: Ref) -> bool:
    """Whether a single channel is an input (a mask), a gate, or not known."""
    graph = about.plan.graph
    end = ending(graph, narrow)
    if graph.node(narrow.node) is None:
        return True
    if node.layer.name == "Add":
        return False
    return end is None or end.activation in PROBABILITIES | CENTERED


@warning("SH121")
def merge_of_one(about: Subject) -> Iterator[Finding]:
    """A merging layer is given a single tensor, which it hands on as it is.

    Why: Keras takes it in silence. What should have been merged as well is missing.

    Example:

        [model]
        kind = "functional"
        layers = [
          { type = "Dense", units = 4, name = "a" },
          { type = "Add", inputs = ["a"] },    # warning: [SH121]
          { type = "Dense", units = 1 },
        ]
        [outputs.y]
        task = "regression"

    Use instead: `inputs` with every tensor, or no merging layer.

    Source: measured with Keras 3.15.
    """
    for node in about.plan.graph.nodes:
        if node.layer.name in MERGES and len(list(node.refs())) == 1 and (
                about.plan.graph.costs[node.name].known):
            yield Finding(node.where, f"`{node.layer.name}` is given one tensor",
                          advice="name the others in `inputs`")


RULES: tuple[Rule, ...] = (residual_broadcast, merge_of_one)

__all__ = ["RULES", "merge_of_one", "residual_broadcast"]
