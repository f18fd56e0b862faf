"""A saved part, `{ model = "backbones/x.keras" }`: a graph inside the graph.

It is inferred anew for the tensors that enter it, so that a free length of the part is what it is
here, and what does not fit inside is said of the part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from specc.diagnostics import Outcome
from specc.ir.graph import Cost, Graph, InputNode, Node
from specc.ops.op import Entering, Misfit, Tensor, Weight
from specc.ops.shaping import total
from specc.record import Record, replace
from specc.tensor import agree, show, unify


class Part(Record):
    """What a saved model is: its graph, and the dtype policy it was saved under."""

    graph: Graph
    policy: str = "float32"


Infer = Callable[[Graph, str], Outcome[Graph]]


def infer_part(node: Node, part: Part, entering: Entering, infer: Infer) -> Cost | Misfit:
    """What a saved part gives for what enters, its weights, and its cost."""
    inputs = _inputs(node, part.graph.inputs, entering)
    if isinstance(inputs, Misfit):
        return inputs
    done = infer(Graph(inputs, part.graph.nodes, part.graph.outputs), part.policy)
    if done.errors or done.value is None:
        said = done.errors[0].message if done.errors else "it has no shape"
        return Misfit(f"inside `{node.model_file}`: {said}", "model")
    costs = done.value.costs
    return Cost(tuple(done.value.tensor(ref) for ref in part.graph.outputs.values()),
                _weights(part.graph.nodes, costs),
                total(costs[one.name].flops for one in part.graph.nodes))


def _inputs(node: Node, inputs: tuple[InputNode, ...],
            entering: Entering) -> tuple[InputNode, ...] | Misfit:
    """The part's inputs with the shapes that enter: by position, or by name."""
    given = dict(zip((one.name for one in inputs), entering.args, strict=False))
    given |= {key: one for key, one in entering.named.items() if isinstance(one, Tensor)}
    missing = [one.name for one in inputs if one.name not in given]
    if missing or len(given) != len(inputs) or len(entering.args) > len(inputs):
        names = ", ".join(f"`{one.name}`" for one in inputs)
        return Misfit(f"`{node.model_file}` takes {names}; give it `inputs`", "inputs")
    taken = []
    for one in inputs:
        wanted, found = one.tensor.shape, given[one.name].shape
        if wanted is None or found is None:
            taken.append(one)
            continue
        if len(wanted) != len(found) or not all(map(agree, wanted, found)):
            return Misfit(f"`{node.model_file}` takes {show(wanted)} as `{one.name}`, but "
                          f"{show(found)} enters")
        shape = tuple(map(unify, found, wanted))
        taken.append(replace(one, tensor=replace(one.tensor, shape=shape)))
    return tuple(taken)


def _weights(nodes: Iterable[Node], costs: Mapping[str, Cost]) -> tuple[Weight, ...] | None:
    """Every weight of the part, called as its layer is and typed as that types it."""
    found: list[Weight] = []
    for node in nodes:
        cost = costs[node.name]
        if cost.weights is None:
            return None
        found += (replace(weight, name=f"{node.layer_name}/{weight.name}",
                          dtype=weight.dtype or cost.dtype) for weight in cost.weights)
    return tuple(found)
