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
LOOKUPS = frozenset(("IntegerLookup", "StringLookup", "TextVectorization"))


def out_of_vocabulary(spec: Spec, graph: Graph, facts: Facts) -> Iterator[Diagnostic]:
    """Embeddings that are fed more integers than they have rows."""
    for node in graph.nodes:
        if node.layer.name != "Embedding" or "input_dim" in node.doubtful:
            continue
        rows, giver = node.layer.get("input_dim"), fed_by(node, graph)
        if not isinstance(rows, int) or giver is None:
            continue
        if isinstance(giver, Node):
            name, low, high = giver.layer_name, 0, highest(giver)
        else:
            name, (low, high) = giver, _limits(giver, spec, facts)
        if isinstance(giver, str) and _fractions(giver, spec, facts):
            yield shape_errors.embedding_range(node.where, name=name, rows=rows, value=None)
        elif low < 0 or high >= rows:
            yield shape_errors.embedding_range(node.at("input_dim"), name=name, rows=rows,
                                               value=low if low < 0 else high)


def fed_by(node: Node, graph: Graph) -> Node | str | None:
    """The input, or the layer, whose integers enter a node as they are."""
    while len(node.args) == 1:
        name = node.args[0].node
        if any(one.name == name for one in graph.inputs):
            return name
        before = graph.node(name)
        if before is None or before.layer.name not in KEEPS:
            return before
        node = before
    return None


def highest(node: Node) -> int:
    """The largest integer that a layer makes of what enters it; -1 where nothing is known."""
    layer = node.layer
    if layer.get("output_mode", "int") != "int" or layer.get("pad_to_max_tokens", False):
        return -1
    if layer.name in ("Hashing", "HashedCrossing"):
        return int(layer.get("num_bins")) - 1
    if layer.name == "Discretization" and isinstance(layer.get("bin_boundaries"), tuple):
        return len(layer.get("bin_boundaries"))
    if layer.name not in LOOKUPS or layer.get("invert", False):
        return -1
    from specc.ops.vocabulary import vocabulary_size  # few models look words up

    return (vocabulary_size(layer) or 0) - 1


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
