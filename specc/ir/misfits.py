"""What is said of a tensor that does not fit a layer, and of the layers above that made it so.

The mistake often stands further up: a Flatten before a convolution, a recurrent layer that gives
only its last step, a branch of other channels, one layer that looks for the channels elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from specc.diagnostics import Diagnostic, Related
from specc.ir import shape_errors
from specc.ir.activation import ACTIVATION_LAYERS
from specc.ir.graph import Cost, Graph, Node, Ref
from specc.ops.component import Component
from specc.ops.op import Misfit
from specc.record import Record
from specc.source import Where
from specc.tensor import Shape, show

MOST_RELATED = 4
FARTHEST = 300  # layers above that are looked at
RANKS = ("input-rank-mismatch", "input-shape")
# Layers of (batch, features) that leave (batch, features).
FLAT = frozenset({
    "Dense", "Activation", "Dropout", "AlphaDropout", "GaussianDropout", "GaussianNoise",
    "Identity", "ActivityRegularization", "BatchNormalization", "LayerNormalization",
    "RMSNormalization", "UnitNormalization", *ACTIVATION_LAYERS})
OVER_POSITIONS = ("Conv", "DepthwiseConv", "SeparableConv", "MaxPooling", "AveragePooling",
                  "GlobalMaxPooling", "GlobalAveragePooling", "AdaptiveMaxPooling",
                  "AdaptiveAveragePooling", "UpSampling", "ZeroPadding", "Cropping")
OVER_STEPS = frozenset({
    "SimpleRNN", "GRU", "LSTM", "RNN", "Bidirectional", "TimeDistributed", "Attention",
    "AdditiveAttention", "MultiHeadAttention", "GroupQueryAttention"})
RECURRENT = frozenset({"SimpleRNN", "GRU", "LSTM", "RNN", "Bidirectional"})


class Above(Record):
    """The graph, and what is known of it above a node."""

    graph: Graph
    costs: Mapping[str, Cost]

    def shape(self, ref: Ref) -> Shape | None:
        if (cost := self.costs.get(ref.node)) is not None:
            return cost.gives[ref.index].shape if ref.index < len(cost.gives) else None
        return self.graph.tensor(ref).shape


def told(node: Node, misfit: Misfit, above: Above) -> Diagnostic:
    """The diagnostic of a node that what enters it does not fit."""
    place = node.at(misfit.param) if misfit.param else node.where
    flat = [ref for ref in node.refs() if ref.index == 0 and len(above.shape(ref) or ()) == 2]
    for one in _before(flat, above.graph) if misfit.slug in RANKS else ():
        if one.layer.name == "Flatten" and node.layer.name.startswith(OVER_POSITIONS):
            return shape_errors.flatten_before_conv(
                place, reason=misfit.reason, related=[Related(one.where, "flattened here")],
                advice="put the Flatten behind it")
        if one.layer.name in RECURRENT and _takes_steps(node) and not _all_steps(one):
            return shape_errors.rnn_return_sequences_missing(
                place, reason=misfit.reason, advice="set return_sequences = true there",
                related=[Related(_returning(one), f"`{one.layer.name}` gives its last step only")])
    kind = shape_errors.MISFITS.get(misfit.slug, shape_errors.input_shape)
    return kind(place, reason=misfit.reason, related=[
        *_strays(node, above.graph), *_givers(node, above)][:MOST_RELATED])


def _givers(node: Node, above: Above) -> Iterator[Related]:
    """The layers that gave what enters its shape, through those that leave it as it is."""
    refs = tuple(dict.fromkeys(node.refs()))
    shapes = [above.shape(ref) for ref in refs]
    wide = len({shape[-1:] for shape in shapes if shape is not None}) > 1
    for ref, shape in zip(refs, shapes, strict=True):
        giver = _giver(ref, shape, above)
        one = above.graph.node(giver.node)
        if one is None:
            wheres = [each.where for each in above.graph.inputs if each.name == giver.node]
        else:
            size = next((key for key in ("units", "filters") if key in one.written), None)
            wheres = [one.at(size) if size and wide else one.where]
        yield from (Related(where, f"{show(shape)} comes from here") for where in wheres)


def _giver(ref: Ref, shape: Shape | None, above: Above) -> Ref:
    """Where a shape was made: up through layers that leave it as it is."""
    for _ in range(FARTHEST):
        one = above.graph.node(ref.node)
        if one is None or len(one.args) != 1 or one.named or shape is None or (
                above.shape(one.args[0]) != shape):
            break
        ref = one.args[0]
    return ref


def _strays(node: Node, graph: Graph) -> Iterator[Related]:
    """The layers above (and this one) that look for the channels elsewhere than most."""
    found: dict[str, list[Node]] = {}
    todo, seen = [node], {node.name}
    while todo and len(seen) < FARTHEST:
        one = todo.pop()
        layer = one.layer
        if layer.name != "Flatten" and ("data_format" in layer.defaults
                                        or "data_format" in layer.args):
            found.setdefault(layer.get("data_format") or "channels_last", []).append(one)
        for before in (graph.node(ref.node) for ref in one.refs()):
            if before is not None and before.name not in seen:
                seen.add(before.name)
                todo.append(before)
    if len(found) > 1:
        few, many = sorted(found, key=lambda side: len(found[side]))
        yield from (Related(one.at("data_format"), f"`{one.layer.name}` has {few}, and others "
                            f"{many}") for one in found[few])


def _before(refs: Iterable[Ref], graph: Graph) -> Iterator[Node]:
    """What gives these tensors, through what leaves (batch, features) as it is."""
    for ref in dict.fromkeys(refs):
        one = graph.node(ref.node)
        while one is not None:
            yield one
            if one.layer.name not in FLAT or len(one.args) != 1:
                break
            one = graph.node(one.args[0].node)


def _takes_steps(node: Node) -> bool:
    name = node.layer.name
    return name in OVER_STEPS or (name.startswith(OVER_POSITIONS) and name.endswith("1D"))


def _held(node: Node) -> Component:
    inner = node.layer.get("layer")
    return inner if isinstance(inner, Component) else node.layer


def _all_steps(node: Node) -> bool:
    return _held(node).get("return_sequences") is True


def _returning(node: Node) -> Where:
    """Where `return_sequences` is written, else the layer."""
    return node.at("layer").at("return_sequences") if "layer" in node.layer.args and (
        "return_sequences" in _held(node).args) else node.at("return_sequences")


__all__ = ["told"]
