"""What rules about the inside of a model share: which layers learn, and which only pass on.

They look along `Flow.chains`, so what lies behind a branch, a merge or a layer that no table knows
is not known, and nothing is said of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal, TypeAlias, TypeVar

from specc.diagnostics import Edit, Fix
from specc.ir.activation import ACTIVATION_LAYERS, SHAPE_ONLY
from specc.ir.graph import Node
from specc.ir.plan import Plan
from specc.ops.component import Component
from specc.rules.flow import (
    CONVOLUTIONS,
    GLOBAL_POOLINGS,
    NORMALIZATIONS,
    POOLINGS,
    RECURRENT,
    Flow,
)
from specc.rules.pairing import Subject
from specc.source import Where, dig

T = TypeVar("T")
Chain: TypeAlias = tuple[Node, ...]
Role: TypeAlias = Literal["hidden", "output"]

PLAIN_CONVOLUTIONS = frozenset({"Conv1D", "Conv2D", "Conv3D"})
MIXING = frozenset({*PLAIN_CONVOLUTIONS, "Dense"})  # every output from every channel
KERNELS = CONVOLUTIONS | {"Dense", "EinsumDense"}
LEARNERS = KERNELS | RECURRENT
BENDS = frozenset({*ACTIVATION_LAYERS, "Activation"})  # layers that are an activation
PASSING = SHAPE_ONLY | BENDS | POOLINGS | GLOBAL_POOLINGS | NORMALIZATIONS
MAX_POOLINGS = frozenset({"MaxPooling1D", "MaxPooling2D", "MaxPooling3D"})
AVERAGE_POOLINGS = POOLINGS - MAX_POOLINGS
RELUS = frozenset({"relu", "relu6", "leaky_relu"})
# Merges that pass on what enters; Multiply and Dot weight it.
JOINS = frozenset({"Add", "Subtract", "Average", "Maximum", "Minimum", "Concatenate"})


def steps(flow: Flow) -> Iterator[tuple[Chain, int, Node]]:
    """Every node in its chain: the chain, where in it, and the node."""
    for chain in flow.chains:
        for at, node in enumerate(chain):
            yield chain, at, node


def behind(chain: Chain, at: int) -> Iterator[Node]:
    """The nodes of a chain behind one of them. (A slice would copy the rest of a long chain.)"""
    for there in range(at + 1, len(chain)):
        yield chain[there]


def role(flow: Flow, chain: Chain, at: int) -> Role | None:
    """Whether the node's result reaches another layer that learns, or the end of the model; None
    where it meets something else first."""
    for node in behind(chain, at):
        if class_of(node) in LEARNERS:
            return "hidden"
        if node.layer.name not in PASSING:
            return None
    if chain[-1].name in flow.ends:
        return "output"
    takers = flow.after[chain[-1].name]
    return "hidden" if takers and all(class_of(one) in LEARNERS for one in takers) else None


def class_of(node: Node) -> str:
    """The class of a layer; of a TimeDistributed that of the layer inside."""
    inner = node.layer.get("layer")
    return inner.name if node.layer.name == "TimeDistributed" and isinstance(
        inner, Component) else node.layer.name


def learners_behind(flow: Flow, node: Node) -> tuple[Node, ...]:
    """The next layers that learn, through branches and merges that pass values on. None at all
    where the values are an output, weight something, or meet a layer that no table knows."""
    found: list[Node] = []
    todo, seen = [node], {node.name}
    while todo:
        one = todo.pop()
        if one.name in flow.ends:
            return ()
        for taker in flow.after[one.name]:
            if taker.layer.name in LEARNERS:
                found.append(taker)
            elif taker.layer.name not in PASSING and taker.layer.name not in JOINS:
                return ()
            elif taker.name not in seen:
                seen.add(taker.name)
                todo.append(taker)
    return tuple(found)


def bend(flow: Flow, chain: Chain, at: int) -> tuple[str, Node]:
    """The activation of a layer and the node that applies it: its own, or that of the activation
    layer right behind it."""
    own = flow.activation(chain[at])
    if own == "linear" and at + 1 < len(chain) and chain[at + 1].layer.name in BENDS:
        return flow.activation(chain[at + 1]), chain[at + 1]
    return own, chain[at]


def bend_at(node: Node) -> Where:
    """Where a node's activation is written."""
    return node.where if node.layer.name in ACTIVATION_LAYERS else node.at("activation")


def kernel(flow: Flow, node: Node) -> tuple[int, ...] | None:
    """The shape of a layer's one kernel; None where it has none, several, or it is not known."""
    cost = flow.graph.costs.get(node.name)
    found = [one.shape for one in (cost.weights if cost and cost.weights else ())
             if one.name == "kernel"]
    if len(found) != 1 or not all(isinstance(dim, int) for dim in found[0]):
        return None
    return tuple(dim for dim in found[0] if isinstance(dim, int))


def once(subject: Subject, key: str, make: Callable[[], T]) -> T:
    """What several rules of a family ask of a plan, worked out for the first."""
    if key not in subject.made:
        subject.made[key] = make()
    made: T = subject.made[key]
    return made


def fan_in(flow: Flow, node: Node) -> int | None:
    """How many numbers one unit of a layer adds up."""
    shape = kernel(flow, node)
    if shape is None or node.layer.name not in MIXING:
        return None
    total = 1
    for dim in shape[:-1]:
        total *= dim
    return total


def channels(flow: Flow, node: Node) -> int | None:
    """The size of the last axis that enters."""
    shape = flow.entering(node)
    return shape[-1] if shape and isinstance(shape[-1], int) else None


def plain(plan: Plan, where: Where) -> bool:
    """Whether a value is written as it is: no expression, which a search may change."""
    value = dig(plan.spec.tree, where.path)
    return value is not None and not (isinstance(value, str) and value.startswith("="))


def rewrite(plan: Plan, argument: str, value: str | int | bool,
            nodes: Iterable[Node]) -> Fix | None:
    """Write another value of an argument in all these layers; None where one of them has no plain
    word or number there."""
    places = {node.at(argument).path: node for node in nodes}
    for node in places.values():
        held = dig(plan.spec.tree, node.at(argument).path)
        if argument not in node.written or isinstance(held, (dict, list)) or not plain(
                plan, node.at(argument)):
            return None
    from json import dumps  # only a fix needs it

    return Fix(f"use {value}", tuple(Edit(node.at(argument), dumps(value))
                                     for node in places.values()))
