"""The shortest good way to write each component, for `specc ops` and the reference page.

What has no default gets a value that an author would write; a test resolves every example.
"""

from __future__ import annotations

from collections.abc import Mapping

from specc.ops import OPS, table
from specc.ops.component import Category
from specc.ops.types import Many, Number, Part, Text, Times, Type, Words, options_of
from specc.source import Tree

LONG = 80  # characters of a layer that gets a table of its own
# What authors write for an argument that must be there.
USUAL: Mapping[str, Tree] = {
    "activation": "relu", "boundaries": [1000, 2000], "decay_rate": 0.96, "decay_steps": 1000,
    "dims": [2, 1], "factor": 0.2, "filename": "log.csv", "filepath": "best.keras", "filters": 32,
    "first_decay_steps": 1000, "head_dim": 16, "height": 64, "height_factor": 0.2,
    "initial_learning_rate": 0.01, "input_dim": 1000, "key_dim": 16, "kernel_size": 3,
    "max_number": 10, "n": 4, "num_bins": 100, "num_classes": 3, "num_heads": 4,
    "num_key_value_heads": 2, "num_query_heads": 4, "num_tokens": 10, "output_dim": 16,
    "output_size": 4, "pool_size": 2, "precision": 0.8, "rate": 0.5, "recall": 0.8, "scale": 0.1,
    "sensitivity": 0.8, "specificity": 0.8, "stddev": 0.1, "target_class_ids": [0],
    "target_shape": [4, 4], "units": 32, "values": [0.1, 0.01, 0.001], "width": 64,
    "width_factor": 0.2,
}
# Where the usual would not do.
OWN: Mapping[str, Mapping[str, Tree]] = {
    "Bidirectional": {"layer": {"type": "LSTM", "units": 32}},
    "Dot": {"axes": 1},
    "EinsumDense": {"equation": "abc,cd->abd", "output_shape": [None, 32]},
    "Pipeline": {"layers": [{"type": "RandomFlip"}]},
    "RNN": {"cell": {"type": "LSTMCell", "units": 32}},
    "RandomPosterization": {"factor": 4},
    "SpectralNormalization": {"layer": {"type": "Conv2D", "filters": 32, "kernel_size": 3}},
    "StackedRNNCells": {"cells": [{"type": "LSTMCell", "units": 32},
                                  {"type": "LSTMCell", "units": 32}]},
    "TimeDistributed": {"layer": {"type": "Dense", "units": 32}},
}


def arguments(category: Category, name: str) -> dict[str, Tree]:
    """Values for what a component cannot do without."""
    entry = table.entry(category, name)
    params = entry.params.values() if entry else ()
    given = OWN.get(name, {})
    return {one.name: given.get(one.name, USUAL.get(one.name, _least(one.type)))
            for one in params if one.required}


def _least(kind: Type) -> Tree:
    """The simplest value of a type, where no author's choice is known."""
    match options_of(kind)[0]:
        case Number(low=low):
            return 1 if low is None else low
        case Text():
            return "text"
        case Words(words=words):
            return words[0]
        case Times(item=item) | Many(item=item):
            return [_least(item)]
        case Part(category=category, names=names):
            return {"type": (names or table.names(category))[0]}
    return None


def entry_of(category: Category, name: str) -> dict[str, Tree]:
    """A component as a table; a layer with the inputs that it takes, when that is not just one."""
    inputs: dict[str, Tree] = {}
    op = OPS[name] if category == "layer" and name in OPS else None
    if op and op.takes == "list":
        inputs = {"inputs": ["a", "b"]}
    elif op and op.takes == "arguments" and op.calls[1:2] in (("value",), ("keys",)):
        inputs = {"inputs": dict(zip(op.calls, "ab", strict=False))}
    return {"type": name, **inputs, **arguments(category, name)}


def example(category: table.Named, name: str) -> str:
    """A few lines of TOML: the component where it belongs."""
    if category == "activation":
        return f'layers = [{{ type = "Dense", units = 32, activation = "{name}" }}]'
    written = toml(entry_of(category, name))
    short = written if arguments(category, name) else f'"{name}"'
    match category:
        case "layer":
            if len(written) < LONG:
                return f"layers = [{written}]"
            return "[[model.layers]]\n" + _keys(entry_of(category, name))
        case "optimizer":
            return f"[compile]\noptimizer = {short}"
        case "schedule":
            head = '[compile.optimizer]\ntype = "SGD"\n\n[compile.optimizer.learning_rate]\n'
            return head + _keys(entry_of(category, name))
        case "loss":
            return f"[outputs.y]\nloss = {short}"
        case "metric":
            return f"[outputs.y]\nmetrics = [{short}]"
        case "callback":
            return f"[fit]\ncallbacks = [{written}]"
        case _:
            return f'layers = [{{ type = "Dense", units = 32, kernel_{category} = {short} }}]'


def _keys(tree: Mapping[str, Tree]) -> str:
    return "\n".join(f"{key} = {toml(one)}" for key, one in tree.items())


def toml(value: Tree) -> str:
    """A value as TOML writes it on one line; null as the expression that stands for it."""
    match value:
        case None:
            return '"=none"'
        case bool():
            return "true" if value else "false"
        case str():
            from json import dumps

            return dumps(value, ensure_ascii=False)
        case list() | tuple():
            return f"[{', '.join(toml(one) for one in value)}]"
        case Mapping():
            return "{ " + ", ".join(f"{key} = {toml(one)}" for key, one in value.items()) + " }"
    return str(value)


__all__ = ["arguments", "entry_of", "example", "toml"]
