"""The layer that decides how wide an output is, and the argument that says it."""

from __future__ import annotations

from specc.ir.activation import ACTIVATION_LAYERS
from specc.ir.graph import Graph, Node, Ref
from specc.ops.component import Component
from specc.record import Record
from specc.source import Where

KEEPS_WIDTH = frozenset({
    *ACTIVATION_LAYERS, "Activation", "Dropout", "AlphaDropout", "GaussianDropout",
    "GaussianNoise", "Identity", "ActivityRegularization", "BatchNormalization",
    "LayerNormalization", "RMSNormalization", "UnitNormalization", "GroupNormalization",
    "Cropping1D", "ZeroPadding1D", "UpSampling1D", "GlobalAveragePooling1D", "GlobalMaxPooling1D",
    "GlobalAveragePooling2D", "GlobalMaxPooling2D", "GlobalAveragePooling3D",
    "GlobalMaxPooling3D",
})
ARGUMENTS = ("units", "filters")


class Width(Record):
    node: Node
    argument: str  # "units" or "filters"
    nested: bool  # it is an argument of the layer inside a wrapper

    @property
    def where(self) -> Where:
        """Where the number is written."""
        return self.node.at("layer").at(self.argument) if self.nested else self.node.at(
            self.argument)


def width_of(graph: Graph, ref: Ref) -> Width | None:
    """The layer whose `units` or `filters` are the last axis of a tensor, if one is."""
    node = graph.node(ref.node)
    while node is not None and node.layer.name in KEEPS_WIDTH and node.args:
        node = graph.node(node.args[0].node)
    if node is None or node.layer.get("data_format") == "channels_first":
        return None
    layer, nested = node.layer, False
    if layer.name in ("TimeDistributed", "SpectralNormalization"):
        inner = layer.get("layer")
        layer, nested = (inner if isinstance(inner, Component) else layer), True
    argument = next((one for one in ARGUMENTS if one in layer.args), None)
    return Width(node, argument, nested) if argument else None
