"""What a model costs: parameters, floating-point operations and memory, in all and by layer.

Everything is of one sample and one forward pass. FLOPs as `specc.ops.op.Inferred` defines them;
bytes by the dtype of each weight and of each result. What an optimizer keeps: `specc.ir.slots`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specc.ir.graph import Cost, Graph, Node
from specc.ops.component import Component
from specc.ops.op import Weight
from specc.record import Record
from specc.tensor import elements

BYTES = {"complex128": 16, "complex64": 8, "float64": 8, "int64": 8, "uint64": 8, "float16": 2,
         "bfloat16": 2, "int16": 2, "uint16": 2, "bool": 1, "uint8": 1, "int8": 1}
WORD = 4  # bytes of float32 and int32


class Totals(Record):
    """Sums over the graph; None as soon as one part is not known. Bytes and operations are for
    one sample, one forward pass."""

    params: int | None
    trainable_params: int | None
    flops: int | None
    weights_bytes: int | None
    optimizer_bytes: int | None
    activation_bytes: int | None


def totals(graph: Graph, optimizer: Component | None = None) -> Totals:
    costs = [graph.costs[node.name] for node in graph.nodes if node.name in graph.costs]
    return Totals(
        add(cost.count() for cost in costs),
        add(cost.count(trainable_only=True) for cost in costs),
        add(cost.flops for cost in costs),
        add(weight_bytes(cost) for cost in costs),
        None if optimizer is None else add(
            slot_bytes(optimizer, node, graph.costs[node.name]) for node in graph.nodes),
        add(activation_bytes(graph, node) for node in graph.nodes))


def weight_bytes(cost: Cost) -> int | None:
    """Bytes of a layer's weights, trainable or not."""
    if cost.weights is None:
        return None
    return add(None if weight.count is None else weight.count * width(cost, weight)
               for weight in cost.weights)


def slot_bytes(optimizer: Component, node: Node, cost: Cost) -> int | None:
    """Bytes that an optimizer keeps beside a layer's trainable weights."""
    from specc.ir.slots import numbers  # only a summary asks for it

    if cost.weights is None:
        return None
    return add(None if (kept := numbers(optimizer, weight, node.layer_name)) is None
               else kept * width(cost, weight)
               for weight in cost.weights if weight.trainable)


def width(cost: Cost, weight: Weight) -> int:
    """Bytes of one number of a weight."""
    return BYTES.get(weight.dtype or cost.dtype or "float32", WORD)


def activation_bytes(graph: Graph, node: Node) -> int | None:
    """Bytes of what a node gives, for one sample."""
    cost = graph.costs.get(node.name)
    if cost is None:
        return None
    return add(None if tensor.shape is None or (n := elements(tensor.shape)) is None
               else n * BYTES.get(tensor.dtype or "float32", WORD) for tensor in cost.gives)


def add(numbers: Iterable[int | None]) -> int | None:
    """The sum; None if any number is not known."""
    total = 0
    for number in numbers:
        if number is None:
            return None
        total += number
    return total


def rows(graph: Graph) -> Iterator[dict[str, object]]:
    """One row a layer, as `specc summary --format json` prints it."""
    for node in graph.nodes:
        cost = graph.costs[node.name]
        shapes = [None if tensor.shape is None else
                  [dim if isinstance(dim, int) else None for dim in tensor.shape]
                  for tensor in cost.gives]
        yield {
            "name": node.name, "type": node.layer.name,
            "inputs": [ref.node for ref in node.refs()],
            "output_shape": shapes[0] if len(shapes) == 1 else shapes,
            "params": cost.count(), "trainable_params": cost.count(trainable_only=True),
            "flops": cost.flops,
        }
