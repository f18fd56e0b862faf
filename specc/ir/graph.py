"""The graph that all four kinds of model lower to: inputs, calls of layers, outputs.

Frozen; nodes stand in the order they are called, every reference looks backwards. A layer that is
called twice (`call`) is two nodes with one `layer_name`, and only the first owns the weights.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from specc.ops.component import Component, Value
from specc.ops.op import Tensor, Weight
from specc.record import Record, field
from specc.source import Where
from specc.tensor import DType

NOWHERE = Where("")


class Ref(Record):
    """The `index`-th result of a node (or an input, index 0)."""

    node: str
    index: int = 0


Refs = tuple[Ref, ...]


class InputNode(Record):
    name: str
    tensor: Tensor
    where: Where


class Node(Record, aside=("place",)):
    """One call of one layer.

    `name` is unique in the graph; `layer_name` is the layer's (and its weights') full name, the
    same for every call of a shared layer. `args` are positional, `named` by keyword of `call`.
    """

    name: str
    layer_name: str
    layer: Component
    args: tuple[Ref, ...] = ()
    as_list: bool = False  # the positional tensors are passed as one list (merging layers)
    named: Mapping[str, Ref | Refs] = field(default_factory=dict)
    constants: Mapping[str, Value] = field(default_factory=dict)  # `with`
    where: Where = NOWHERE
    written: Collection[str] = ()  # the keys of the entry
    place: Callable[..., Where] | None = None  # of what is written below them
    declared: tuple[tuple[int | str | None, ...], ...] | None = None  # `output_shape`
    trainable: bool = True
    doubtful: frozenset[str] = frozenset()  # arguments that were wrong, said, and left out
    model_file: str | None = None  # a saved part: `{ model = "backbones/x.keras" }`

    def refs(self) -> Iterator[Ref]:
        """Every tensor that enters, positional first."""
        yield from self.args
        for one in self.named.values():
            yield from one if isinstance(one, tuple) else (one,)

    def at(self, argument: str) -> Where:
        """Where an argument is written; the layer itself when it is not."""
        if self.place is None or argument not in self.written:
            return self.where
        return self.place(argument)


class Stamp(Record):
    """One copy of an entry: where it is written, its nodes in `Graph.nodes`, and what it gives
    (what entered it, if it is left out)."""

    place: Callable[..., Where]
    begin: int
    end: int
    gives: Refs


class Applied(Record):
    """The layer that a node applies: its own, or the one that TimeDistributed applies at every
    step, `depth` wrappers further in."""

    node: Node
    layer: Component
    depth: int = 0

    @property
    def where(self) -> Where:
        steps = ("layer",) * (self.depth - 1)
        return self.node.at("layer").at(*steps) if self.depth else self.node.where

    def at(self, argument: str) -> Where:
        """Where an argument is written; the layer itself when it is not."""
        if self.depth == 0:
            return self.node.at(argument)
        return self.where.at(argument) if argument in self.layer.args else self.where

    def axes(self) -> tuple[int, ...]:
        """The axes that the layer's `axis` says, counted in what the node gives: an axis of a
        step is one less."""
        axis = self.layer.get("axis", -1)
        return tuple(one + self.depth if one > 0 else one for one in (
            axis if isinstance(axis, tuple) else (axis,)) if isinstance(one, int))


def applied(node: Node) -> Applied:
    """The layer that a node applies, and where it stands."""
    layer, depth = node.layer, 0
    while layer.name == "TimeDistributed" and isinstance(layer.get("layer"), Component):
        layer, depth = layer.get("layer"), depth + 1
    return Applied(node, layer, depth)


class Cost(Record):
    """What inference found of one node. None: not known."""

    gives: tuple[Tensor, ...]
    weights: tuple[Weight, ...] | None
    flops: int | None
    known: bool = True  # False: poisoned by an earlier error, or opaque
    dtype: DType | None = "float32"  # of weights that have none of their own

    def count(self, *, trainable_only: bool = False) -> int | None:
        """Numbers held in weights (the trainable ones)."""
        if self.weights is None:
            return None
        total = 0
        for weight in self.weights:
            if trainable_only and not weight.trainable:
                continue
            if weight.count is None:
                return None
            total += weight.count
        return total


class Graph(Record, aside=("index", "stamps")):
    """`outputs` maps each `[outputs.NAME]` to its tensor; `costs` is empty before inference."""

    inputs: tuple[InputNode, ...]
    nodes: tuple[Node, ...]
    outputs: Mapping[str, Ref]
    costs: Mapping[str, Cost] = field(default_factory=dict)  # by node name
    stamps: tuple[Stamp, ...] = ()  # every copy of every entry, inner ones first
    index: dict[str, Node] = field(default_factory=dict)  # filled at the first question

    def tensor(self, ref: Ref) -> Tensor:
        """The tensor a reference stands for; of unknown shape where nothing is known."""
        if ref.node in self.costs:
            gives = self.costs[ref.node].gives
            return gives[ref.index] if ref.index < len(gives) else Tensor(None, None)
        for one in self.inputs:
            if one.name == ref.node:
                return one.tensor
        return Tensor(None, None)

    def node(self, name: str) -> Node | None:
        """The node of that name, or None (an input)."""
        if not self.index:
            self.index.update((node.name, node) for node in self.nodes)
        return self.index.get(name)

    def last_layers(self) -> frozenset[str]:
        """The full names of the layers whose results are outputs."""
        givers = {ref.node for ref in self.outputs.values()}
        return frozenset(node.layer_name for node in self.nodes if node.name in givers)

    def layers(self) -> Iterator[Node]:
        """Each layer once, at its first call: the order in which layers are constructed."""
        seen: set[str] = set()
        for node in self.nodes:
            if node.layer_name not in seen:
                seen.add(node.layer_name)
                yield node
