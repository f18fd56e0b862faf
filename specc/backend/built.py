"""What a built model is, in plain values: what its layers give, their weights, its settings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

import keras
import numpy as np

from specc.backend.feed import Rows, pack_inputs
from specc.backend.seeds import caller_unmoved
from specc.backend.walk import call, live
from specc.ir.plan import Plan
from specc.record import Record

Given: TypeAlias = tuple[tuple[int, ...], str]  # shape with the rows first, dtype
Held: TypeAlias = tuple[tuple[int, ...], bool]  # shape, trainable


class Settings(Record):
    """How a model is compiled, as far as it can be told: the optimizer's class and config, and
    what losses and metrics come to on some rows, by name."""

    kind: str
    optimizer: Mapping[str, Any]
    numbers: Mapping[str, Any]


def gives(model: Any, plan: Plan, rows: Rows) -> dict[str, list[Given]]:
    """What every call of a layer gives for some rows, by the node: it is run, not promised."""
    layers = {layer.name: layer for layer in model.layers}
    results: dict[str, list[Any]] = {
        name: [keras.ops.convert_to_tensor(pack_inputs({"x": one}))]
        for name, one in rows.inputs.items()}
    found = {}
    with caller_unmoved(), keras.StatelessScope():
        for node in live(plan.graph).nodes:
            results[node.name] = call(layers[node.layer_name], node, results, False)
            found[node.name] = [(tuple(int(dim) for dim in one.shape),
                                 keras.backend.standardize_dtype(one.dtype))
                                for one in results[node.name]]
    return found


def holds(model: Any) -> dict[str, list[Held]]:
    """The weights of every layer, by its full name."""
    out = {}
    for layer in model.layers:
        trained = {id(one) for one in layer.trainable_weights}
        out[layer.name] = [(tuple(one.shape), id(one) in trained) for one in layer.weights]
    return out


def config(model: Any) -> bytes:
    """The model as Keras writes it down."""
    return str(model.to_json()).encode()


def settings(model: Any, plan: Plan, rows: Rows) -> Settings:
    """How a model is compiled."""
    from specc.backend.save import evaluate

    told = keras.saving.serialize_keras_object(model.optimizer)["config"]
    plain = json.loads(json.dumps(told, default=lambda one: np.asarray(one).tolist()))
    inner = getattr(model.optimizer, "inner_optimizer", None)  # half precision scales the loss
    kind = type(model.optimizer).__name__ + (f" around {type(inner).__name__}" if inner else "")
    return Settings(kind, {key: one for key, one in plain.items() if key != "name"},
                    evaluate(model, plan, rows))
