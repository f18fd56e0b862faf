"""Arguments that are good one by one and do not go together."""

from __future__ import annotations

from typing import Any

import pytest

from specc.diagnostics import Diagnostic
from specc.ops import table
from specc.ops.arguments import resolve
from specc.ops.component import Category
from specc.ops.together import CLASHES, SWITCHES
from specc.pipeline import check_text
from specc.source import Where
from unit.wrong_values import CLOSED, required

HERE = Where("a.specc.toml", ("x",))


def said_of(category: Category, tree: Any) -> tuple[Diagnostic, ...]:
    return resolve(category, tree, HERE.at).diagnostics


@pytest.mark.parametrize(("category", "tree", "key", "text"), [
    ("optimizer", {"type": "Adam", "clipnorm": 1.0, "clipvalue": 0.5}, "clipvalue",
     "`clipvalue` cannot stand beside `clipnorm`"),
    ("optimizer", {"type": "SGD", "global_clipnorm": 1.0, "clipvalue": 0.5}, "global_clipnorm",
     "cannot stand beside `clipvalue`"),
    ("optimizer", {"type": "Adam", "name": "a/b"}, "name", "holds a `/`"),
    ("schedule", {"type": "PiecewiseConstantDecay", "boundaries": [1, 2], "values": [1.0, 0.1]},
     "values", "holds a rate more than `boundaries` holds steps, 3, found 2"),
    ("schedule", {"type": "PiecewiseConstantDecay", "boundaries": [2, 2],
                  "values": [1.0, 0.1, 0.01]}, "boundaries", "steps that rise"),
    ("metric", {"type": "AUC", "num_labels": 3}, "num_labels", "`multi_label = true`"),
    ("metric", {"type": "IoU", "num_classes": 2, "target_class_ids": [0, 2]}, "target_class_ids",
     "classes from 0 to 1, found 2"),
    ("metric", {"type": "BinaryIoU", "target_class_ids": [2]}, "target_class_ids", "0 to 1"),
    ("callback", {"type": "ModelCheckpoint", "filepath": "best"}, "filepath", "ends in `.keras`"),
    ("callback", {"type": "ModelCheckpoint", "filepath": "a.keras", "save_weights_only": True},
     "filepath", "ends in `.weights.h5` with `save_weights_only = true`"),
    ("initializer", {"type": "RandomUniform", "minval": 1.0}, "minval", "nothing between"),
    ("initializer", {"type": "RandomUniform", "maxval": -1.0, "minval": 0}, "minval", "nothing"),
    ("constraint", {"type": "MinMaxNorm", "max_value": 1, "min_value": 2}, "min_value", "nothing"),
])
def test_what_keras_would_refuse(category: Category, tree: Any, key: str, text: str) -> None:
    one, = said_of(category, tree)
    name = {"optimizer": "clip-conflict" if "clip" in key else "", "callback": "checkpoint-path"}
    assert one.name == (name.get(category) or "arguments-that-clash")
    assert one.where.path == ("x", key)
    assert text in one.message


@pytest.mark.parametrize(("category", "tree"), [
    ("optimizer", {"type": "Adam", "clipnorm": 1.0, "clipvalue": None}),
    ("optimizer", {"type": "Adam", "ema_momentum": 0.99}),
    ("optimizer", {"type": "Adam", "ema_momentum": 0.5, "use_ema": False}),
    ("metric", {"type": "AUC", "num_labels": 3, "multi_label": True}),
    ("metric", {"type": "IoU", "num_classes": 3, "target_class_ids": [2]}),
    ("callback", {"type": "ModelCheckpoint", "filepath": "a.weights.h5",
                  "save_weights_only": True}),
    ("callback", {"type": "ModelCheckpoint", "filepath": "a.keras", "monitor": "val_loss"}),
    ("initializer", {"type": "RandomUniform", "minval": 0.05}),
    ("initializer", {"type": "HeNormal", "input_axes": None}),
])
def test_look_alikes_that_are_good(category: Category, tree: Any) -> None:
    assert said_of(category, tree) == ()


SWITCHED = [(category, name, argument) for (category, owner), switches in SWITCHES.items()
            for one, name in CLOSED if one == category and owner in ("*", name)
            for argument in switches if argument in table.entry(one, name).params]  # type: ignore[union-attr]
VALUES = {"alpha": 0.5, "ema_momentum": 0.5, "ema_overwrite_frequency": 3,
          "initial_value_threshold": 0.5, "input_axes": [0], "mode": "min", "monitor": "loss",
          "output_axes": [0], "warmup_steps": 10, "warmup_target": 0.1, "write_images": True}


@pytest.mark.parametrize(("category", "name", "argument"), SWITCHED)
def test_what_keras_would_not_look_at(category: Category, name: str, argument: str) -> None:
    tree = {"type": name, **required(category, name), argument: VALUES[argument]}
    one, = said_of(category, tree)
    assert (one.code, one.where.path, one.where.part) == ("OP123", ("x", argument), "key")
    for owner in ("*", name):
        if argument in SWITCHES.get((category, owner), {}):
            switch, how = SWITCHES[category, owner][argument]
            assert how in one.message
            on = {"use_ema": True, "save_best_only": True, "apply_class_balancing": True}.get(
                switch, VALUES.get(switch, 1))
            assert said_of(category, {**tree, switch: on}) == ()


def test_the_tables_name_what_there_is() -> None:
    assert len(SWITCHED) > 40
    for category, name in {*SWITCHES, *CLASHES}:
        assert name == "*" or name in table.names(category)
    for (category, name), switches in SWITCHES.items():
        owners = [one for one in table.names(category) if name in ("*", one)]
        known = {key for one in owners for key in table.entry(category, one).params}  # type: ignore[union-attr]
        assert {*switches, *(switch for switch, _ in switches.values())} <= known


def test_inside_a_layer_in_a_whole_spec() -> None:
    text = """
specc = 1
name = "a"
[inputs.x]
shape = [3]
[model]
kind = "sequential"
layers = [
  { type = "Dense", units = 1,
    kernel_initializer = { type = "RandomUniform", minval = 2.0 } },
]
[outputs.y]
task = "regression"
target = "t"
""".replace("units = 1,\n   ", "units = 1,")
    one, = check_text(text.encode()).diagnostics
    assert (one.code, one.where.pointer) == ("OP122", "/model/layers/0/kernel_initializer/minval")
