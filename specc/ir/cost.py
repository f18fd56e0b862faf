"""What a model costs: parameters, floating-point operations and memory, in all and by layer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specc.ir.graph import Graph, Node
from specc.ops.component import Component
from specc.record import Record
from specc.tensor import elements

BYTES = {"float64": 8, "int64": 8, "float16": 2, "bfloat16": 2, "bool": 1, "uint8": 1, "int8": 1}
WORD = 4  # bytes of float32 and int32

# Variables as large as the trainable weights that an optimizer keeps. Source: Keras 3.15,
# `optimizer.build` of each class with default arguments; `slots` adds what arguments add.
SLOTS = {"SGD": 0, "RMSprop": 1, "Adam": 2, "AdamW": 2, "Adamax": 2, "Nadam": 2, "Adadelta": 2,
         "Adagrad": 1, "Ftrl": 2, "Lion": 1, "Lamb": 2, "LossScaleOptimizer": 0}


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
    params = add(cost.count() for cost in costs)
    trainable = add(cost.count(trainable_only=True) for cost in costs)
    kept = slots(optimizer) if optimizer else None
    return Totals(
        params, trainable, add(cost.flops for cost in costs),
        None if params is None else params * WORD,
        None if trainable is None or kept is None else trainable * WORD * kept,
        add(activation_bytes(graph, node) for node in graph.nodes))


def slots(optimizer: Component) -> int | None:
    """How many numbers an optimizer keeps for each trainable weight."""
    base = SLOTS.get(optimizer.name)
    if base is None:
        return None
    extra = [
        optimizer.name == "SGD" and bool(optimizer.get("momentum")),
        optimizer.name == "RMSprop" and bool(optimizer.get("momentum")),
        optimizer.name == "RMSprop" and bool(optimizer.get("centered")),
        optimizer.name in ("Adam", "AdamW") and bool(optimizer.get("amsgrad")),
        bool(optimizer.get("use_ema")),
    ]
    return base + sum(extra)


def activation_bytes(graph: Graph, node: Node) -> int | None:
    """Bytes of what a node gives, for one sample."""
    cost = graph.costs.get(node.name)
    if cost is None or not cost.known:
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
