"""Layers made and called along a graph: the one way that all kinds of model share.

`make_layers` constructs each layer once, seeded by its full name; `follow` calls them in the
graph's order on any tensors: symbolic ones while a model is built, real ones in a subclassed
model's `call`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias

import keras

from specc.backend.draws import same_everywhere
from specc.backend.objects import argument, make
from specc.backend.seeds import seed_layer
from specc.ir.graph import Graph, Node, Ref

Layers: TypeAlias = dict[str, Any]  # Keras layers by full name
Visit: TypeAlias = Callable[[Node], None]


@contextmanager
def settings(policy: str) -> Iterator[None]:
    """Build under the spec's dtype policy and Keras's own defaults, whatever the caller set, with
    the same initial weights on every back end."""
    before = (keras.config.dtype_policy(), keras.config.image_data_format(),
              keras.config.floatx())
    keras.config.set_dtype_policy(policy)
    keras.config.set_image_data_format("channels_last")
    keras.config.set_floatx("float32")
    try:
        with same_everywhere():
            yield
    finally:
        keras.config.set_floatx(before[2])
        keras.config.set_image_data_format(before[1])
        keras.config.set_dtype_policy(before[0])


def live(graph: Graph) -> Graph:
    """The graph without nodes that no output depends on; Keras would drop them as well."""
    needed: set[str] = {ref.node for ref in graph.outputs.values()}
    for node in reversed(graph.nodes):
        if node.name in needed:
            needed.update(ref.node for ref in node.refs())
    nodes = tuple(node for node in graph.nodes if node.name in needed)
    return Graph(graph.inputs, nodes, graph.outputs, graph.costs)


def make_layer(node: Node, seed: int, *, last: bool = False,
               trust: frozenset[str] = frozenset()) -> Any:
    """Construct the layer of a node, seeded. `last`: it gives an output, which stays float32."""
    seed_layer(seed, node.layer_name)
    more: dict[str, Any] = {"name": node.layer_name}
    mixed = keras.config.dtype_policy().compute_dtype != "float32"
    if last and mixed and "dtype" not in node.layer.args:
        more["dtype"] = "float32"
    layer = make(node.layer, trust, **more)
    if not node.trainable:
        layer.trainable = False
    return layer


def freeze(graph: Graph, layers: Mapping[str, Any]) -> None:
    """Freeze again what is not to be trained, now that it is built: attention makes its projections
    when it is built, and they are born trainable."""
    for node in graph.nodes:
        if not node.trainable and node.layer_name in layers:
            layers[node.layer_name].trainable = True  # TensorFlow's Keras skips an equal value
            layers[node.layer_name].trainable = False


def last_layers(graph: Graph) -> frozenset[str]:
    """The full names of the layers whose results are outputs."""
    return graph.last_layers()


def follow(graph: Graph, layers: Mapping[str, Any], entering: Mapping[str, Any],
           visit: Visit | None = None, training: bool | None = None) -> dict[str, Any]:
    """Call the layers in order on the tensors that enter; the outputs by name.

    `visit` is called with each node before its layer is: seeding, adapting, and remembering
    where an error belongs hang on it.
    """
    results: dict[str, list[Any]] = {name: [tensor] for name, tensor in entering.items()}
    for node in graph.nodes:
        if visit is not None:
            visit(node)
        results[node.name] = call(layers[node.layer_name], node, results, training)
    return {name: _at(results, ref) for name, ref in sorted(graph.outputs.items())}


def call(layer: Any, node: Node, results: Mapping[str, list[Any]],
         training: bool | None = None) -> list[Any]:
    """One call of one layer: its results in order. A constant goes before `training`."""
    args: list[Any] = [_at(results, ref) for ref in node.args]
    if node.as_list:
        args = [args]
    named: dict[str, Any] = {}
    for key, refs in node.named.items():
        named[key] = ([_at(results, ref) for ref in refs] if isinstance(refs, tuple)
                      else _at(results, refs))
    if node.model_file is not None:
        args, named = _as_part(layer, args, named)
    if training is not None:
        named["training"] = training
    for key, value in node.constants.items():
        named[key] = argument(value)
    given = layer(*args, **named)
    if isinstance(given, Mapping):
        return list(given.values())
    return list(given) if isinstance(given, tuple | list) else [given]


class _Held(frozenset[str]):
    """Names that Keras passes on through the call context, but does not force on a layer.

    A functional model overwrites `training` of each recorded call with its own (Keras 3.15,
    `functional.operation_fn` asks `in`), so that `layer(x, training=False)` has no effect. What
    only iterates still finds the name.
    """

    def __contains__(self, name: object) -> bool:
        return False


def hold(graph: Graph, layers: Mapping[str, Any]) -> None:
    """Let `with = { training = ... }` mean the same in a functional model as anywhere else.

    Of a layer all of whose calls say it; a layer that is also called without cannot be held.
    """
    for node in graph.nodes:
        if "training" in node.constants and node.layer_name in layers:
            layers[node.layer_name]._call_context_args = _Held({"training"})


def half_held(graph: Graph) -> Iterator[Node]:
    """The calls without `training` of layers that have calls with it."""
    held = {node.layer_name for node in graph.nodes if "training" in node.constants}
    for node in graph.nodes:
        if node.layer_name in held and "training" not in node.constants:
            yield node


def _as_part(part: Any, args: list[Any], named: dict[str, Any]
             ) -> tuple[list[Any], dict[str, Any]]:
    """Tensors as a saved model takes them: in the structure of its own inputs."""
    taken = getattr(part, "input", None)
    if isinstance(taken, Mapping):
        tensors = dict(zip(taken, args, strict=False)) | named
        return [tensors], {}
    if named:
        args = [named[one.name] for one in part.inputs]
    return (args if len(args) == 1 else [args]), {}


def _at(results: Mapping[str, list[Any]], ref: Ref) -> Any:
    return results[ref.node][ref.index]
