"""A Keras component, resolved: its class and the arguments that were written and are valid."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from specc.record import Record, field

Category: TypeAlias = Literal[
    "layer", "optimizer", "schedule", "loss", "metric", "callback",
    "initializer", "regularizer", "constraint",
]
Value: TypeAlias = Any  # None, bool, int, float, str, tuple of these, Component


class Component(Record, aside=("defaults",)):
    """`{ type = "Conv2D", filters = 3 }` after checking.

    `name` is Keras's class name, aliases folded (`mse` is `MeanSquaredError`). `args` holds the
    arguments as written, numbers by the slot's type, names by their table; an activation stays
    its canonical name (`"relu"`). What was not written is not there: ask `get`, which knows
    Keras's defaults.
    """

    category: Category
    name: str
    args: Mapping[str, Value] = field(default_factory=dict)
    defaults: Mapping[str, Value] = field(default_factory=dict)  # the table's

    def get(self, key: str, otherwise: Value = None) -> Value:
        """The argument as written, else Keras's default, else `otherwise`."""
        if key in self.args:
            return self.args[key]
        return self.defaults.get(key, otherwise)
