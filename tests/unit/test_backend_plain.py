"""The parts of the back end that need no Keras: names of logs, seeds, the wire form."""

from __future__ import annotations

import subprocess
import sys

import pytest

from specc.backend import names, seeds, wire
from specc.ir.graph import Graph, InputNode, Node, Ref
from specc.ir.plan import Head
from specc.ops.component import Component
from specc.ops.op import Tensor
from specc.source import Where
from specc.spec import Output

MAE = Component("metric", "MeanAbsoluteError")


def heads(**metrics: tuple[str, ...]) -> list[Head]:
    return [Head(Output(name, "regression"), Ref(name), Component("loss", "MeanSquaredError"),
                 tuple((key, MAE) for key in keys), None, None)
            for name, keys in metrics.items()]


def test_one_output_bears_no_prefix_in_keras() -> None:
    assert names.log_keys(heads(price=("mae", "r2"))) == {
        "loss": "loss", "mae": "price.mae", "r2": "price.r2"}


def test_several_outputs_do() -> None:
    assert names.log_keys(heads(a=("mae",), b=())) == {
        "loss": "loss", "a_loss": "a.loss", "b_loss": "b.loss", "a_mae": "a.mae"}


@pytest.mark.parametrize("metrics", [
    {"a": ("b_c",), "a_b": ("c",)}, {"a": ("b_loss",), "a_b": ()}, {"y": ("loss",)},
    {"y": ("mae", "val_mae")},
])
def test_ambiguous_names_stay_apart(metrics: dict[str, tuple[str, ...]]) -> None:
    several = len(metrics) > 1
    keys = names.log_keys(heads(**metrics))
    wanted = ["loss", *([f"{o}.loss" for o in metrics] if several else []),
              *(f"{o}.{m}" for o, found in metrics.items() for m in found)]
    assert list(keys.values()) == wanted
    logged = [*keys, *(f"val_{key}" for key in keys)]
    assert len(set(logged)) == len(logged)


def test_logs_get_specc_names() -> None:
    keys = names.log_keys(heads(price=("mae",)))
    assert names.to_specc(keys, {"loss": 1, "val_mae": 2.0, "learning_rate": 0.5}) == {
        "train.loss": 1.0, "val.price.mae": 2.0, "learning_rate": 0.5}


@pytest.mark.parametrize(("said", "keras"), [
    ("val.price.mae", "val_mae"), ("validation.price.mae", "val_mae"), ("val_mae", "val_mae"),
    ("price.mae", "mae"), ("train.price.mae", "mae"), ("val.loss", "val_loss"), ("loss", "loss"),
    ("val.price.loss", "val_loss"), ("val.mae", None), ("val.other.loss", None), ("vals", None),
])
def test_monitor_takes_both_forms(said: str, keras: str | None) -> None:
    assert names.to_keras(names.log_keys(heads(price=("mae",))), said) == keras


def test_a_single_output_without_metrics() -> None:
    assert names.to_keras(names.log_keys(heads(price=())), "val.loss") == "val_loss"


def test_seeds_depend_on_every_name() -> None:
    assert seeds.hashed(42, "dense") == 1008270523  # initial weights of every golden hang on it
    found = {seeds.hashed(*one) for one in ((1, "a"), (2, "a"), (1, "b"), (1, "a", "b"),
                                            (1, "ab"), (1, "a", 0))}
    assert len(found) == 6
    assert all(0 <= one < 2**32 for one in found)


def test_a_graph_survives_the_wire() -> None:
    import json

    inner = Component("layer", "LSTM", {"units": 3, "kernel_regularizer":
                                        Component("regularizer", "L2", {"l2": 0.1})})
    nodes = (Node("both", "both", Component("layer", "Bidirectional", {"layer": inner}),
                  (Ref("x"),), constants={"training": False}),
             Node("y", "both", inner, (Ref("x"), Ref("both", 1)), as_list=True,
                  named={"initial_state": (Ref("both"), Ref("both", 1)), "mask": Ref("x")},
                  trainable=False))
    graph = Graph((InputNode("x", Tensor(("batch", "time", 3)), Where("")),), nodes,
                  {"out": Ref("y", 1)})
    assert wire.decode(json.loads(json.dumps(wire.encode(graph)))) == graph


def test_the_package_and_its_plain_modules_import_no_framework() -> None:
    code = ("import sys, specc.backend, specc.backend.names, specc.backend.start, "
            "specc.backend.wire, specc.backend.seeds\n"
            "print([m for m in ('keras', 'tensorflow', 'jax', 'torch', 'numpy') "
            "if m in sys.modules])")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
