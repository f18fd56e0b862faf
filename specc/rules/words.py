"""Which words stand in the layers of a model: what families of rules are asked for by.

One pass over the layers, without a look along the graph.
"""

from __future__ import annotations

from specc.ir.activation import activation_of
from specc.ir.graph import Graph
from specc.ops.component import Component
from specc.record import Record, field


class Words(Record):
    """`hidden`: the activations of layers with a kernel and of activation layers that give no
    output. `narrow`: whether such a layer has one or two units."""

    arguments: frozenset[str]
    hidden: frozenset[str]
    narrow: bool
    frozen: bool


class Seen(Record):
    """What the pass has met so far."""

    arguments: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    narrow: set[int] = field(default_factory=set)
    layers: set[int] = field(default_factory=set)  # components that were looked at: blocks share


def words_of(graph: Graph) -> Words:
    """The words of every layer, those that wrappers hold among them."""
    ends, seen, frozen = {ref.node for ref in graph.outputs.values()}, Seen(), False
    for node in graph.nodes:
        frozen = frozen or not node.trainable
        if id(node.layer) in seen.layers and node.name not in ends:
            continue
        _meet(node.layer, seen, node.name in ends)
    return Words(frozenset(seen.arguments), frozenset(seen.hidden), bool(seen.narrow), frozen)


def _meet(layer: Component, seen: Seen, ends: bool) -> None:
    if not ends:
        seen.layers.add(id(layer))
    seen.arguments.update(layer.args)
    for value in layer.args.values():
        if isinstance(value, Component) and value.category == "layer":
            _meet(value, seen, ends)
    if ends or "recurrent_initializer" in layer.defaults:
        return
    if (activation := activation_of(layer)) is not None:
        seen.hidden.add(activation)
    for key in ("units", "filters"):
        size = layer.args.get(key)
        if isinstance(size, int) and size < 3:
            seen.narrow.add(size)


__all__ = ["Words", "words_of"]
