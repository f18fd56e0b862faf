"""Layers that learn from data outside training, adapted on the training rows.

Normalization, Discretization, lookups and TextVectorization behind an input and without written
state; what stands between the two is applied to the rows first. It happens while the model is
built, right before the layer is first called: the size of a vocabulary decides the shapes of what
follows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import Any

import keras
import numpy as np

from specc.data.spool import Streamed
from specc.ir.graph import Graph
from specc.ir.learning import STATE, learns
from specc.ops.component import Component
from specc.record import replace

AT_ONCE = 1024  # rows that pass the layers before at a time
MOST_BYTES = 1 << 28  # of streamed rows that are read whole; never the machine's memory
PIECE = 1 << 14  # streamed rows that are learned from at a time


def adapt(layer: Any, rows: Any, before: Sequence[Any] = ()) -> None:
    """Learn from all training rows at once, in their order; rows is an array, or streamed.

    before: the layers that the rows pass first. Streamed rows of more than `MOST_BYTES` are
    learned from in pieces, as Keras learns from a data set of batches: means and variances are
    summed up piece by piece, and quantiles merged, which can differ in the last bits. Keras needs
    TensorFlow for that, whatever its back end; without it they are read whole.
    """
    if isinstance(rows, Streamed):
        if rows.nbytes > MOST_BYTES and find_spec("tensorflow") is not None:
            layer.adapt(_through(before, part) if before else part for part in rows.pieces(PIECE))
            return
        rows = rows[:]
    if before:
        parts = [_through(before, rows[at:at + AT_ONCE]) for at in range(0, len(rows), AT_ONCE)]
        rows = np.concatenate(parts)
    layer.adapt(rows)


def _through(layers: Sequence[Any], rows: Any) -> Any:
    for layer in layers:
        rows = layer(rows)
    return keras.ops.convert_to_numpy(rows)


def written(component: Component, layer: Any) -> Component:
    """The component with what its layer learned written down, where shapes depend on it.

    A saved subclassed model rebuilds its layers from their components before it reads weights.
    """
    state = STATE.get(component.name)
    if state == "vocabulary":
        special = {"include_special_tokens": False}
        learned = tuple(_plain(one) for one in layer.get_vocabulary(**special))
    elif state == "bin_boundaries":
        learned = tuple(float(one) for one in layer.bin_boundaries)
    else:
        return component
    kept = {key: value for key, value in component.args.items()
            if not (key == "num_bins" and state == "bin_boundaries")}
    return replace(component, args={**kept, state: learned})


def _plain(token: Any) -> Any:
    return token.item() if hasattr(token, "item") else token


def rewritten(graph: Graph, layers: Mapping[str, Any]) -> Graph:
    """The graph with the learned state of its layers written down (see `written`)."""
    nodes = tuple(
        replace(node, layer=written(node.layer, layers[node.layer_name]))
        if learns(node, graph) else node
        for node in graph.nodes
    )
    return replace(graph, nodes=nodes)
