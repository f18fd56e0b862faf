"""Embeddings held against the integers that may enter them, as far as facts tell.

TensorFlow stops in the middle of an epoch at an integer that an embedding has no row for; other
back ends take another row, or zeros, and say nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from specc.diagnostics import Diagnostic
from specc.facts import Facts
from specc.ir.graph import Graph, InputNode, Node, applied
from specc.later import later
from specc.record import Record
from specc.spec import Spec

if TYPE_CHECKING:
    from specc.ir import shape_errors
else:
    shape_errors = later("specc.ir.shape_errors")

KEEPS = frozenset(("Concatenate", "Flatten", "Identity", "Permute", "RepeatVector", "Reshape"))
LOOKUPS = frozenset(("IntegerLookup", "StringLookup", "TextVectorization"))


class Given(Record):
    """What may enter an embedding: who gives it, its smallest and its largest integer. Fractions
    are no integers; (0, -1): nothing is known."""

    giver: str
    low: int
    high: int
    fractions: bool = False


def out_of_vocabulary(spec: Spec, graph: Graph, facts: Facts) -> Iterator[Diagnostic]:
    """Embeddings that are fed more integers than they have rows."""
    for node in graph.nodes:
        if node.layer.name not in ("Embedding", "TimeDistributed"):
            continue
        one = applied(node)
        if one.layer.name != "Embedding" or not node.doubtful.isdisjoint(("input_dim", "layer")):
            continue
        rows = one.layer.get("input_dim")
        given = [_given(giver, spec, facts) for giver in fed_by(node, graph)]
        if not isinstance(rows, int) or not given:
            continue
        least, most = min(given, key=lambda it: it.low), max(given, key=lambda it: it.high)
        cut = next((it for it in given if it.fractions), None)
        if cut is not None:
            yield shape_errors.embedding_range(node.where, name=cut.giver, rows=rows, value=None)
        elif least.low < 0 or most.high >= rows:
            worst, value = (least, least.low) if least.low < 0 else (most, most.high)
            yield shape_errors.embedding_range(one.at("input_dim"), name=worst.giver, rows=rows,
                                               value=value)


def fed_by(node: Node, graph: Graph) -> Iterator[Node | InputNode]:
    """The inputs and layers whose integers enter a node as they are, some of them concatenated."""
    inputs = {one.name: one for one in graph.inputs}
    todo, seen = [node], {node.name}
    while todo:
        for ref in todo.pop().args:
            if ref.node in seen:
                continue
            seen.add(ref.node)
            before = inputs.get(ref.node) or graph.node(ref.node)
            if isinstance(before, Node) and applied(before).layer.name in KEEPS:
                todo.append(before)
            elif before is not None:
                yield before


def _given(giver: Node | InputNode, spec: Spec, facts: Facts) -> Given:
    if isinstance(giver, Node):
        return Given(giver.layer_name, 0, highest(giver))
    return Given(giver.name, *_limits(giver.name, spec, facts),
                 _fractions(giver.name, spec, facts))


def highest(node: Node) -> int:
    """The largest integer that a layer makes of what enters it; -1 where nothing is known."""
    layer = applied(node).layer
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
