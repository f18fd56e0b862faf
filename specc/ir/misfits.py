"""What is said of a tensor that does not fit a layer: where its positions were lost, if a layer
before took them away.

A convolution behind a Flatten, a recurrent layer behind another that gives only its last step: what
enters has too few axes, and the mistake stands further up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specc.diagnostics import Diagnostic, Related
from specc.ir import shape_errors
from specc.ir.activation import ACTIVATION_LAYERS
from specc.ir.graph import Graph, Node, Ref
from specc.ops.component import Component
from specc.ops.op import Misfit
from specc.source import Where
from specc.tensor import Shape

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


def told(node: Node, misfit: Misfit, shapes: tuple[Shape | None, ...], graph: Graph) -> Diagnostic:
    """The diagnostic of a node that something of these shapes does not fit."""
    place = node.at(misfit.param) if misfit.param else node.where
    flat = [ref for ref, shape in zip(node.refs(), shapes, strict=True)
            if ref.index == 0 and shape is not None and len(shape) == 2]
    for one in _before(flat, graph) if misfit.slug in RANKS else ():
        if one.layer.name == "Flatten" and node.layer.name.startswith(OVER_POSITIONS):
            return shape_errors.flatten_before_conv(
                place, reason=misfit.reason, related=[Related(one.where, "flattened here")],
                advice="put the Flatten behind it")
        if one.layer.name in RECURRENT and _takes_steps(node) and not _all_steps(one):
            return shape_errors.rnn_return_sequences_missing(
                place, reason=misfit.reason, advice="set return_sequences = true there",
                related=[Related(_returning(one), f"`{one.layer.name}` gives its last step only")])
    kind = shape_errors.MISFITS.get(misfit.slug, shape_errors.input_shape)
    return kind(place, reason=misfit.reason)


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
