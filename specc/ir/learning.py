"""Layers that learn from data outside training: where they may stand, and what they learn from.

Normalization, Discretization, lookups and TextVectorization without written state are adapted on
the training rows of the input before them. Between the two only layers may stand that make the
same of a row always (Rescaling, Resizing, ...): what any other makes of it changes while the model
is trained.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from specc.diagnostics import Diagnostic
from specc.ir.graph import Graph, Node
from specc.later import later
from specc.record import replace
from specc.spec import Spec

if TYPE_CHECKING:
    from specc.ir import errors
else:
    errors = later("specc.ir.errors")

STATE: Mapping[str, str] = {  # layer -> the argument that holds its state, once it is written
    "Normalization": "mean",
    "Discretization": "bin_boundaries",
    "StringLookup": "vocabulary",
    "IntegerLookup": "vocabulary",
    "TextVectorization": "vocabulary",
}

# Layers without weights, chance or state: what they make of the rows can be learned from.
FIXED = frozenset({
    "Rescaling", "Resizing", "CenterCrop", "Cropping1D", "Cropping2D", "Cropping3D", "Flatten",
    "Identity", "Permute", "Reshape", "ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D",
})


def stateless(node: Node) -> bool:
    """Whether a node's layer has to learn its state, since none is written."""
    state = STATE.get(node.layer.name)
    return state is not None and node.layer.args.get(state) is None and state not in node.doubtful


def learns(node: Node, graph: Graph) -> str | None:
    """The input that a node's layer learns from, or None where there is nothing to learn."""
    if not stateless(node) or len(node.args) != 1:
        return None
    between = before(node, graph)
    name = (between[0] if between else node).args[0].node
    return name if graph.node(name) is None and name in {one.name for one in graph.inputs} else None


def before(node: Node, graph: Graph) -> tuple[Node, ...]:
    """The fixed layers that the rows pass before a node, in order."""
    found: list[Node] = []
    while len(node.args) == 1 and (above := graph.node(node.args[0].node)) is not None and (
            above.layer.name in FIXED and len(above.args) == 1):
        found.append(above)
        node = above
    return tuple(reversed(found))


def untaught(node: Node) -> Diagnostic:
    """A layer that stands where it can learn, and has nothing to learn from."""
    found = errors.normalization_not_adapted(node.where, component=node.layer.name, at_hand=False)
    return replace(found, severity="warning")


def unlearned(spec: Spec, graph: Graph) -> Iterator[Diagnostic]:
    """Layers that nothing can teach, and those that nothing teaches while there are no data."""
    for node in graph.layers():
        if not stateless(node) or any(ref.node == "?" for ref in node.refs()):
            continue
        if learns(node, graph) is None:
            yield errors.normalization_not_adapted(node.where, component=node.layer.name)
        elif spec.data is None and not spec.doubtful("data"):
            yield untaught(node)
