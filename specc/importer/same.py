"""Whether two lowered graphs are the same model, whatever their layers are called."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from specc.ir.graph import Graph, Node, Ref
from specc.ops.arguments import canonical_args

Signature: TypeAlias = tuple[object, ...]


def same(one: Graph, other: Graph) -> bool:
    """Equal layers (defaults written or not), wired and shared equally, of the same outputs.

    Order does not count where nothing depends on it: Keras sorts layers by depth itself.
    """
    if one.inputs and {i.name: i.tensor for i in one.inputs} != {
            i.name: i.tensor for i in other.inputs}:
        return False
    return set(one.outputs) == set(other.outputs) and list(_walk(one)) == list(_walk(other))


def _walk(graph: Graph) -> Iterator[Signature]:
    """Every node that an output needs, numbered as it is met from the outputs backwards."""
    nodes = {node.name: node for node in graph.nodes}
    numbers: dict[str, Signature] = {each.name: ("input", each.name) for each in graph.inputs}
    layers: dict[str, int] = {}
    for name in sorted(graph.outputs):
        stack = [graph.outputs[name].node]
        while stack:
            node = nodes.get(stack[-1])
            if node is None or node.name in numbers:
                stack.pop()
                continue
            waiting = [ref.node for ref in node.refs()
                       if ref.node not in numbers and ref.node in nodes]
            if waiting:
                stack += reversed(waiting)
                continue
            numbers[stack.pop()] = ("node", len(numbers))
            layer = layers.setdefault(node.layer_name, len(layers))
            yield (layer, *_signature(node, numbers))
        yield ("output", name, *_ref(graph.outputs[name], numbers))


def _signature(node: Node, numbers: dict[str, Signature]) -> Signature:
    named = tuple(sorted(
        (key, tuple(_ref(one, numbers) for one in value) if isinstance(value, tuple)
         else _ref(value, numbers)) for key, value in node.named.items()))
    args = tuple(_ref(one, numbers) for one in node.args)
    return (node.layer.name, canonical_args(node.layer), args, node.as_list, named,
            dict(node.constants), node.trainable)


def _ref(ref: Ref, numbers: dict[str, Signature]) -> Signature:
    return (*numbers.get(ref.node, ("?",)), ref.index)
