"""Components to Keras objects, through Keras's own classes and nothing else.

A component's name comes from the closed table of specc, and only constructors are called:
Keras's `deserialize` and `from_config` never see what a spec says. Only arguments that were
written are passed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import keras

from specc.ops.component import Component, Value

HOMES: Mapping[str, Any] = {
    "layer": keras.layers,
    "optimizer": keras.optimizers,
    "schedule": keras.optimizers.schedules,
    "loss": keras.losses,
    "metric": keras.metrics,
    "callback": keras.callbacks,
    "initializer": keras.initializers,
    "regularizer": keras.regularizers,
    "constraint": keras.constraints,
}


ACTIVITY = "activity_regularizer"


class Untrusted(Exception):
    """A `module:Class` whose module the caller did not trust; its text is that name."""


def class_of(component: Component, trust: frozenset[str] = frozenset()) -> Callable[..., Any]:
    """The Keras class of a component; a class of a trusted module for `module:Class`."""
    if ":" not in component.name:
        found: Callable[..., Any] = getattr(HOMES[component.category], component.name)
        return found
    module, _, name = component.name.partition(":")
    if module not in trust:
        raise Untrusted(component.name)
    loaded: Callable[..., Any] = getattr(import_module(module), name)
    return loaded


def make(component: Component, trust: frozenset[str] = frozenset(), **more: Any) -> Any:
    """The Keras object of a component. `more` holds arguments that specc adds, such as a name.

    Nested layers are named after the outer one: `<outer>_layer`, `<outer>_cell`,
    `<outer>_cells_0`.
    """
    outer = more.get("name") or component.args.get("name")
    given = {key: argument(value, trust, _inner_name(outer, key))
             for key, value in component.args.items()}
    kind = class_of(component, trust)
    if ACTIVITY in given and getattr(kind, "get_config", None) is keras.layers.Layer.get_config:
        # such a layer is saved with the arguments it was given, which have to be plain
        given[ACTIVITY] = keras.regularizers.serialize(keras.regularizers.get(given[ACTIVITY]))
    return kind(**{**given, **more})


def argument(value: Value, trust: frozenset[str] = frozenset(), name: str | None = None) -> Any:
    """An argument as Keras takes it: components made, tuples kept, everything else as it is."""
    if isinstance(value, Component):
        named = name if value.category == "layer" and "name" not in value.args else None
        return make(value, trust, **({"name": named} if named else {}))
    if isinstance(value, tuple | list):
        made = [argument(one, trust, f"{name}_{i}" if name else None)
                for i, one in enumerate(value)]
        # Keras wants lists of cells and layers, and tuples of numbers
        return made if any(isinstance(one, Component) for one in value) else tuple(made)
    if isinstance(value, Mapping):
        return {key: argument(one, trust) for key, one in value.items()}
    return value


def _inner_name(outer: str | None, key: str) -> str | None:
    if not outer:
        return None
    return f"{outer}_{'cell' if key == 'cells' else key}"
