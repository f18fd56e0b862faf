"""The activation an output ends with: what pairing and default losses ask for.

It is the activation of the last layer with weights, or of the activation layer behind it, looking
through layers that only change the shape. None where no table can say (sums, poolings, saved
parts): what is not known is silent.
"""

from __future__ import annotations

from specc.ir.graph import Graph, Node, Ref, applied
from specc.ops.component import Component
from specc.record import Record
from specc.source import Where

SHAPE_ONLY = frozenset({
    "Flatten", "Reshape", "Permute", "Cropping1D", "Cropping2D", "Cropping3D", "Dropout",
    "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "AlphaDropout", "GaussianDropout",
    "GaussianNoise", "Identity", "ActivityRegularization", "UpSampling1D", "UpSampling2D",
    "UpSampling3D", "ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D",
})
ACTIVATION_LAYERS = {"ReLU": "relu", "LeakyReLU": "leaky_relu", "PReLU": "leaky_relu",
                     "ELU": "elu", "Softmax": "softmax"}
WRAPPERS = ("TimeDistributed", "Bidirectional", "SpectralNormalization")


class Ending(Record):
    """The activation, the node that applies it, and the argument that says it."""

    activation: str
    node: Node
    param: str | None  # "activation"; None where the layer itself is the activation

    @property
    def where(self) -> Where:
        """Where it is written; inside a wrapper, in the layer that it wraps."""
        if self.param is None:
            return applied(self.node).where
        for holder in ("layer", "cell"):
            if holder in self.node.layer.args:
                return self.node.at(holder).at(self.param)
        return self.node.at(self.param)


def ending(graph: Graph, ref: Ref) -> Ending | None:
    """How the tensor `ref` ends."""
    node = graph.node(ref.node)
    while node is not None and node.layer.name in SHAPE_ONLY and node.args:
        node = graph.node(node.args[0].node)
    if node is None:
        return None
    activation = activation_of(node.layer)
    if activation is None or node.doubtful:
        return None
    inline = applied(node).layer.name not in ACTIVATION_LAYERS
    return Ending(activation, node, "activation" if inline else None)


def activation_of(layer: Component) -> str | None:
    """The activation a layer applies at its end; None where it has none of its own."""
    if layer.name == "ReLU" and layer.get("negative_slope"):
        return "leaky_relu"
    if layer.name in ACTIVATION_LAYERS:
        return ACTIVATION_LAYERS[layer.name]
    if layer.name in WRAPPERS:
        inner = layer.get("layer")
        return activation_of(inner) if isinstance(inner, Component) else None
    if layer.name == "RNN":
        cell = layer.get("cell")
        return activation_of(cell) if isinstance(cell, Component) else None
    if "activation" in layer.defaults or "activation" in layer.args:
        return layer.get("activation") or "linear"
    return None
