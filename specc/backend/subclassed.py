"""A model whose `call` walks the graph: what `kind = "subclassed"` builds.

Each layer is an attribute, and there is no functional model inside. The saved config holds the
graph, so the file loads in a fresh process that has imported this module:

    import specc.backend.subclassed
    model = keras.saving.load_model("model.keras")
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras

from specc.backend.seeds import caller_unmoved, seed_layer
from specc.backend.walk import Visit, follow, last_layers, make_layer, settings
from specc.backend.wire import decode, encode
from specc.ir.graph import Graph, Node

SCHEMA = 1  # of the config


@keras.saving.register_keras_serializable("specc")
class GraphModel(keras.Model):  # type: ignore[misc]
    """The layers of a graph, called in its order.

    graph: the wire form of a `specc.ir.graph.Graph` (`specc.backend.wire`).
    seed, policy: of the initial weights and the dtypes, as the spec says them.
    parts: saved models inside, by full layer name: Keras models or their saved form.
    """

    def __init__(self, graph: Mapping[str, Any], seed: int = 0, policy: str = "float32",
                 parts: Mapping[str, Any] | None = None, schema: int = SCHEMA,
                 ready: Mapping[str, Any] | None = None, **keras_args: Any) -> None:
        super().__init__(**keras_args)
        self._wire = dict(graph)
        self._graph = decode(graph)
        self._seed, self._policy = seed, policy
        self._part_names = tuple(parts or ())
        made = dict(ready or {})  # layers that `specc.backend.build` has constructed already
        for name, part in (parts or {}).items():
            made[name] = (part if isinstance(part, keras.Layer)
                          else keras.saving.deserialize_keras_object(part))
        last = last_layers(self._graph)
        with settings(policy), caller_unmoved():
            for node in self._graph.layers():
                layer = made.get(node.layer_name)
                if layer is None:
                    layer = make_layer(node, seed, last=node.layer_name in last)
                setattr(self, _attribute(node.layer_name), layer)

    @property
    def graph(self) -> Graph:
        return self._graph

    @property
    def parts_by_name(self) -> dict[str, Any]:
        """The layers by full name."""
        return {node.layer_name: getattr(self, _attribute(node.layer_name))
                for node in self._graph.layers()}

    def rewire(self, graph: Graph) -> None:
        """Take the graph with learned state written into it; same nodes, same layers."""
        self._wire, self._graph = encode(graph), graph

    def build(self, input_shape: Any = None) -> None:
        """Build every layer in the graph's order, seeded, on symbolic tensors."""
        if not self.built:
            self.build_visiting(None)

    def build_visiting(self, visit: Visit | None) -> None:
        """`build`, with `visit` called before each layer."""
        seeded: set[str] = set()

        def before(node: Node) -> None:
            if visit is not None:
                visit(node)
            if node.layer_name not in seeded:
                seeded.add(node.layer_name)
                seed_layer(self._seed, node.layer_name)

        with settings(self._policy), caller_unmoved():
            follow(self._graph, self.parts_by_name, symbolic(self._graph), before)
        self.built = True

    def call(self, inputs: Any, training: bool | None = None) -> dict[str, Any]:
        """Inputs: one tensor, or tensors by name. Outputs: tensors by name.

        `training` has to stand here, or Keras never says that it trains; and it goes to every
        layer by name, since in Keras's call context one layer's constant leaks to the next.
        """
        names = [one.name for one in self._graph.inputs]
        entering = inputs if isinstance(inputs, Mapping) else {names[0]: inputs}
        return follow(self._graph, self.parts_by_name, entering, training=training)

    def get_build_config(self) -> dict[str, Any]:
        """Keras calls `build_from_config` only where there is something to build from."""
        return {"inputs": [one.name for one in self._graph.inputs]}

    def build_from_config(self, config: Mapping[str, Any]) -> None:
        self.build()

    def get_config(self) -> dict[str, Any]:
        parts = {name: keras.saving.serialize_keras_object(getattr(self, _attribute(name)))
                 for name in self._part_names}
        return {**super().get_config(), "graph": self._wire, "seed": self._seed,
                "policy": self._policy, "parts": parts, "schema": SCHEMA}


def symbolic(graph: Graph) -> dict[str, Any]:
    """A Keras input of each of the graph's inputs, by name. A free length is None."""
    made = {}
    for one in graph.inputs:
        shape = one.tensor.shape or ()
        free = tuple(dim if isinstance(dim, int) else None for dim in shape[1:])
        made[one.name] = keras.Input(free, dtype=one.tensor.dtype or "float32", name=one.name)
    return made


def _attribute(layer_name: str) -> str:
    return f"layer_{layer_name}"  # a prefix: a layer may be called `loss`


def of(graph: Graph, seed: int, policy: str, name: str, parts: Mapping[str, Any],
       ready: Mapping[str, Any]) -> GraphModel:
    """The model of a graph whose layers may be constructed already (`ready`)."""
    model = GraphModel(encode(graph), seed, policy, parts, name=name, ready=ready)
    model.rewire(graph)  # with the places in the file, for what Keras may refuse
    return model
