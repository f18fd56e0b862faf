"""Embeddings held against the integers that may enter them, as far as facts tell.

TensorFlow stops in the middle of an epoch at an integer that an embedding has no row for; other
back ends take another row, or zeros, and say nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from specc.diagnostics import Diagnostic
from specc.facts import Facts
from specc.ir.graph import Graph, Node
from specc.later import later
from specc.spec import Spec

if TYPE_CHECKING:
    from specc.ir import shape_errors
else:
    shape_errors = later("specc.ir.shape_errors")

KEEPS = frozenset(("Flatten", "Identity", "Permute", "RepeatVector", "Reshape"))  # the integers


def out_of_vocabulary(spec: Spec, graph: Graph, facts: Facts) -> Iterator[Diagnostic]:
    """Embeddings that are fed more integers than they have rows."""
    for node in graph.nodes:
        if node.layer.name != "Embedding" or "input_dim" in node.doubtful:
            continue
        rows, name = node.layer.get("input_dim"), fed_by(node, graph)
        if not isinstance(rows, int) or name is None:
            continue
        low, high = _limits(name, spec, facts)
        if _fractions(name, spec, facts):
            yield shape_errors.embedding_range(node.where, name=name, rows=rows, value=None)
        elif low < 0 or high >= rows:
            yield shape_errors.embedding_range(node.at("input_dim"), name=name, rows=rows,
                                               value=low if low < 0 else high)


def fed_by(node: Node, graph: Graph) -> str | None:
    """The input whose integers enter a node as they are, if they do."""
    while len(node.args) == 1:
        name = node.args[0].node
        if any(one.name == name for one in graph.inputs):
            return name
        before = graph.node(name)
        if before is None or before.layer.name not in KEEPS:
            return None
        node = before
    return None


def _fractions(name: str, spec: Spec, facts: Facts) -> bool:
    """Whether some number of an input is certainly no integer: numbers are scaled, or the smallest
    or largest is a fraction."""
    one = spec.inputs.get(name)
    if one is None or one.text is not None or name in facts.sizes:
        return False
    columns = one.columns or (one.defaults,)
    if any(column.scale != "none" and column.encode is None for column in columns):
        return True
    return any(limit % 1 for limit in facts.input_ranges.get(name, ()))


def _limits(name: str, spec: Spec, facts: Facts) -> tuple[int, int]:
    """The smallest and largest integer of an input; (0, -1) where nothing is known."""
    one = spec.inputs.get(name)
    if name in facts.sizes:
        return 0, facts.sizes[name] - 1
    scaled = one is None or any(column.scale != "none" for column in one.columns or (one.defaults,))
    if scaled or name not in facts.input_ranges:
        return 0, -1
    low, high = facts.input_ranges[name]
    return int(low // 1), int(high // 1)
