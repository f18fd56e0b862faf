"""Whether masks go where they went: Keras writes them into the file, a spec leaves them out."""

from __future__ import annotations

from collections.abc import Iterator

from specc.diagnostics import Diagnostic
from specc.ir.graph import Graph, Node
from specc.ir.scope import snake
from specc.saved.errors import operation_unsaid, structure_unsaid
from specc.saved.parts import Parts
from specc.source import Where


def wrong_masks(parts: Parts, graph: Graph, file: str) -> tuple[Diagnostic, ...]:
    """Layers that a mask enters where none did, or the other way round."""
    return tuple(_wrong(parts, graph, Where(file)))


def _wrong(parts: Parts, graph: Graph, where: Where) -> Iterator[Diagnostic]:
    maskless, masked, leaving = map(frozenset, (parts.maskless, parts.masked, parts.leaving))
    for node in graph.nodes:
        if node.layer_name in maskless and _enters(node, graph):
            yield operation_unsaid(
                where, layer=node.layer_name, name=snake(node.layer.name),
                reason="a mask enters it, which operations drop and layers pass on")
        if node.layer_name in masked and not _enters(node, graph):
            yield structure_unsaid(
                where, layer=node.layer_name,
                reason="it is given a mask that operations compute, which a spec cannot say")
        if node.name in leaving and any(one.masked for one in graph.costs[node.name].gives):
            yield structure_unsaid(
                where, layer=node.layer_name,
                reason="a mask would leave the nested model that it ends, and Keras drops it there")


def _enters(node: Node, graph: Graph) -> bool:
    return any(graph.tensor(ref).masked for ref in node.refs())
