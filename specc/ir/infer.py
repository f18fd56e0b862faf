"""Shapes, weights and cost of every node, front to back, without Keras.

A node that cannot be typed is unknown, and so is what depends on it; the unknown is silent, so one
mistake gives one diagnostic.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from specc.diagnostics import Diagnostic, Outcome, distinct
from specc.ir.declared import declare, undeclared, unknown_parts
from specc.ir.graph import Cost, Graph, Node, Ref
from specc.later import later
from specc.ops import OPS
from specc.ops.arguments import decides_shape
from specc.ops.component import Component, Value
from specc.ops.op import Entering, Misfit, Tensor
from specc.ops.shaping import variable_dtype
from specc.record import replace
from specc.tensor import agree, show

if TYPE_CHECKING:
    from specc.ir import misfits, promises, saved, shape_errors
    from specc.ir.saved import Part
else:
    misfits, saved = later("specc.ir.misfits"), later("specc.ir.saved")
    promises = later("specc.ir.promises")
    shape_errors = later("specc.ir.shape_errors")

UNKNOWN = Tensor(None, None)
NO_PARTS: Mapping[str, Part] = {}
# Layers that choose their dtype themselves, whatever the model's policy is.
OWN_DTYPE = ("Hashing", "HashedCrossing", "IntegerLookup", "StringLookup", "TextVectorization")
MOST_WEIGHTS = 2**36  # numbers of one layer; 256 GiB in float32
MOST_GIVEN = 2**33  # numbers of one sample's result; 32 GiB in float32


def infer(graph: Graph, policy: str = "float32",
          parts: Mapping[str, Part] = NO_PARTS) -> Outcome[Graph]:
    """The same graph with `costs` filled in.

    policy: the model's dtype, `[model] dtype`. parts: saved parts that could be read, by file.
    """
    costs: dict[str, Cost] = {}
    tensors: dict[str, tuple[Tensor, ...]] = {one.name: (one.tensor,) for one in graph.inputs}
    found: list[Diagnostic] = []
    unchecked: list[str] = []
    mixed = policy != "float32"
    last = graph.last_layers() if mixed else frozenset()
    known: dict[object, Cost] = {}
    for node in graph.nodes:
        ruled = mixed and node.layer_name not in last
        entering = _entering(node, tensors)
        same = _same(node, ruled, entering)
        cost = known.get(same)
        if cost is None:
            judged = _judged(node, under(node.layer, policy) if ruled else node.layer, entering,
                             parts.get(node.model_file or ""), costs, graph)
            found += judged.diagnostics
            cost = judged.value or _unknown(node)
            if same is not None and judged.ok:
                known[same] = cost
        cost, contradiction = declare(node, cost)
        if contradiction is not None:
            found.append(contradiction)
        if node.layer.name not in OPS or OPS[node.layer.name].needs_state:
            found += undeclared(node, cost)
            unchecked += unknown_parts(node)
        if node.name != node.layer_name:  # a further call owns no weights
            cost = replace(cost, weights=())
        if not node.trainable and cost.weights is not None:
            cost = replace(cost, weights=tuple(replace(w, trainable=False) for w in cost.weights))
        costs[node.name] = cost
        tensors[node.name] = cost.gives
    return Outcome(replace(graph, costs=costs, index={}), tuple(distinct(found)),
                   tuple(dict.fromkeys(unchecked)))


def _judged(node: Node, layer: Component, entering: Entering, part: Part | None,
            before: Mapping[str, Cost], graph: Graph) -> Outcome[Cost]:
    """What a node gives and costs; no value where it does not fit or no memory would hold it.

    before: the costs of the nodes above, for what a further call has to agree with.
    """
    if any(decides_shape(layer.name, key) for key in node.doubtful):
        return Outcome(_unknown(node, _results(node)))
    cost = (_node(node, layer, entering) if part is None
            else saved.infer_part(node, part, entering, infer))
    if node.name != node.layer_name and isinstance(cost, Cost):
        cost = built_otherwise(node, before.get(node.layer_name), cost) or cost
    if isinstance(cost, Misfit):
        above = misfits.Above(graph, before)
        return Outcome(None, (misfits.told(node, cost, above),))
    large = _too_large(node, cost)
    return Outcome(cost) if large is None else Outcome(None, (large,))


def _same(node: Node, ruled: bool, entering: Entering) -> object:
    """What decides what a node gives, so that blocks which are stamped again and again are inferred
    once; None where a node is looked at for itself."""
    alone = entering.named or entering.constants or node.doubtful or node.name != node.layer_name
    if alone or node.layer.name not in OPS:
        return None
    return id(node.layer), ruled, entering.args


def _entering(node: Node, tensors: Mapping[str, tuple[Tensor, ...]]) -> Entering:
    def one(ref: Ref) -> Tensor:
        gives = tensors.get(ref.node, ())
        return gives[ref.index] if ref.index < len(gives) else UNKNOWN

    return Entering(tuple(one(ref) for ref in node.args), {
        key: tuple(one(ref) for ref in value) if isinstance(value, tuple) else one(value)
        for key, value in node.named.items()}, node.constants)


def _node(node: Node, layer: Component, entering: Entering) -> Cost | Misfit:
    if layer.name not in OPS or any(tensor.shape is None for tensor in _all(entering)):
        return _unknown(node, _results(node))
    result = OPS[layer.name].infer(layer, entering)
    if not isinstance(result, Misfit) and any(one.promised is not None for one in _all(entering)):
        result = promises.as_built(layer, entering, result)
    if isinstance(result, Misfit):
        return result
    return Cost(result.gives, result.weights, result.flops, dtype=variable_dtype(layer))


def under(layer: Component, policy: str) -> Component:
    """A layer as it computes under a dtype policy: what has no dtype of its own takes it, and so
    do the layers it holds. Encoders choose their own (`OWN_DTYPE`)."""
    args = {key: _held(value, policy) for key, value in layer.args.items()}
    if layer.name not in OWN_DTYPE:
        args = {"dtype": policy, **args}
    return replace(layer, args=args)


def _held(value: Value, policy: str) -> Value:
    if isinstance(value, tuple):
        return tuple(_held(one, policy) for one in value)
    inner = isinstance(value, Component) and value.category == "layer"
    return under(value, policy) if inner else value


def built_otherwise(node: Node, first: Cost | None, again: Cost) -> Misfit | None:
    """A misfit when a further call would need weights of other shapes than the first call made."""
    if first is None or first.weights is None or again.weights is None:
        return None
    for held, needed in zip(first.weights, again.weights, strict=False):
        if len(held.shape) != len(needed.shape) or not all(map(agree, held.shape, needed.shape)):
            return Misfit(f"`{node.layer_name}` was built with a {held.name.rpartition('/')[2]} of "
                          f"{show(held.shape)} where it is called first, and here it would take "
                          f"{show(needed.shape)}", slug="shared-layer-shape")
    return None


def _too_large(node: Node, cost: Cost) -> Diagnostic | None:
    """A layer that no memory would hold, said where its largest number is written."""
    held = cost.count() or 0
    given = max((count_of(tensor) for tensor in cost.gives), default=0)
    if held <= MOST_WEIGHTS and given <= MOST_GIVEN:
        return None
    numbers = {key: value for key, value in node.layer.args.items()
               if key in node.written and isinstance(value, int)}
    place = node.at(max(numbers, key=lambda key: numbers[key])) if numbers else node.where
    if held > MOST_WEIGHTS:
        return shape_errors.layer_too_large(place, layer=node.layer_name, what="would hold",
                                            count=held,
                                            most=MOST_WEIGHTS)
    return shape_errors.layer_too_large(place, layer=node.layer_name, what="would give",
                                        count=given,
                                        most=MOST_GIVEN)


def count_of(tensor: Tensor) -> int:
    """Numbers of one sample, as far as they are known: free lengths count once."""
    return math.prod(dim for dim in tensor.shape or () if isinstance(dim, int))


def _all(entering: Entering) -> Iterator[Tensor]:
    yield from entering.args
    for value in entering.named.values():
        yield from value if isinstance(value, tuple) else (value,)


def _results(node: Node) -> int:
    """How many tensors come out of a node."""
    name = node.layer.name
    return OPS[name].results_of(node.layer, node.constants) if name in OPS else len(
        node.declared or ())


def _unknown(node: Node, results: int = 1) -> Cost:
    return Cost((UNKNOWN,) * max(results, 1), None, None, known=False)


def reached(graph: Graph) -> frozenset[str]:
    """The names of nodes and inputs that some output depends on."""
    takes = {node.name: [ref.node for ref in node.refs()] for node in graph.nodes}
    todo = [ref.node for ref in graph.outputs.values()]
    seen: set[str] = set()
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += takes.get(name, [])
    return frozenset(seen)


def unreached(graph: Graph) -> Iterator[Diagnostic]:
    """Layers that no output depends on, and inputs that nothing takes."""
    if not graph.outputs or "?" in (seen := reached(graph)):
        return
    layers = {node.layer_name for node in graph.nodes if node.name in seen}
    for node in graph.nodes:
        if node.layer_name not in layers:
            yield shape_errors.disconnected_layer(node.where, name=node.layer_name)
    for one in graph.inputs:
        if one.name not in seen and not any(
                ref.node == one.name for node in graph.nodes for ref in node.refs()):
            yield shape_errors.unused_input(one.where, name=one.name)
