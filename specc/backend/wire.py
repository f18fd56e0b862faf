"""A graph as plain JSON values, and back: what a saved subclassed model carries in its config.

Places in files are left out; what comes back computes the same. Tuples and components are
marked, so that `decode(encode(graph))` gives equal components.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specc.ir.graph import Graph, InputNode, Node, Ref, Refs
from specc.ops.component import Component, Value
from specc.ops.op import Tensor
from specc.source import Where

NOWHERE = Where("")


def encode(graph: Graph) -> dict[str, Any]:
    """Inputs, nodes and outputs as JSON values; costs and places are left out."""
    return {
        "inputs": [
            {"name": one.name, "dtype": one.tensor.dtype,
             "shape": None if one.tensor.shape is None else list(one.tensor.shape)}
            for one in graph.inputs
        ],
        "nodes": [_node(one) for one in graph.nodes],
        "outputs": {name: _ref(ref) for name, ref in graph.outputs.items()},
    }


def decode(wire: Mapping[str, Any]) -> Graph:
    """The graph that `encode` was given, without places and costs."""
    return Graph(
        tuple(
            InputNode(one["name"],
                      Tensor(None if one["shape"] is None else tuple(one["shape"]), one["dtype"]),
                      NOWHERE)
            for one in wire["inputs"]
        ),
        tuple(_unwire_node(one) for one in wire["nodes"]),
        {name: _unwire_ref(ref) for name, ref in wire["outputs"].items()},
    )


def _node(node: Node) -> dict[str, Any]:
    return {
        "name": node.name,
        "layer_name": node.layer_name,
        "layer": value_out(node.layer),
        "args": [_ref(ref) for ref in node.args],
        "as_list": node.as_list,
        "named": {key: {"many": [_ref(ref) for ref in one]} if isinstance(one, tuple)
                  else _ref(one) for key, one in node.named.items()},
        "constants": {key: value_out(one) for key, one in node.constants.items()},
        "trainable": node.trainable,
        "part": node.model_file is not None,
    }


def _unwire_node(wire: Mapping[str, Any]) -> Node:
    layer = value_in(wire["layer"])
    assert isinstance(layer, Component)
    named: dict[str, Ref | Refs] = {}
    for key, one in wire["named"].items():
        many = isinstance(one, Mapping)
        named[key] = tuple(map(_unwire_ref, one["many"])) if many else _unwire_ref(one)
    return Node(
        name=wire["name"], layer_name=wire["layer_name"], layer=layer,
        args=tuple(map(_unwire_ref, wire["args"])), as_list=wire["as_list"], named=named,
        constants={key: value_in(one) for key, one in wire["constants"].items()},
        trainable=wire["trainable"], model_file="" if wire["part"] else None,
    )


def _ref(ref: Ref) -> list[Any]:
    return [ref.node, ref.index]


def _unwire_ref(wire: list[Any]) -> Ref:
    return Ref(wire[0], wire[1])


def value_out(value: Value) -> Any:
    """An argument as JSON: `{"component": ...}`, `{"tuple": [...]}`, `{"table": {...}}`."""
    if isinstance(value, Component):
        return {"component": value.name, "category": value.category,
                "args": {key: value_out(one) for key, one in value.args.items()}}
    if isinstance(value, tuple | list):
        return {"tuple": [value_out(one) for one in value]}
    if isinstance(value, Mapping):
        return {"table": {key: value_out(one) for key, one in value.items()}}
    return value


def value_in(wire: Any) -> Value:
    """What `value_out` was given; lists come back as tuples."""
    if not isinstance(wire, Mapping):
        return wire
    if "component" in wire:
        return Component(wire["category"], wire["component"],
                         {key: value_in(one) for key, one in wire["args"].items()})
    if "tuple" in wire:
        return tuple(value_in(one) for one in wire["tuple"])
    return {key: value_in(one) for key, one in wire["table"].items()}
