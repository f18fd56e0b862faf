"""Plans become Keras models of the kind that is asked for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import plans
import pytest
from plans import chain, graph, layer

from specc.backend.start import start
from specc.ir.graph import Node, Ref
from specc.ops.component import Component
from specc.record import replace
from specc.source import Where
from specc.spec import Model

pytestmark = pytest.mark.keras
start()

import keras  # noqa: E402

from specc.backend.build import build, is_chain  # noqa: E402
from specc.backend.save import predict  # noqa: E402
from specc.backend.train import train  # noqa: E402


def built(plan, rows=None):
    outcome = build(plan, rows)
    assert outcome.value is not None, outcome.diagnostics
    return outcome.value


@pytest.mark.parametrize(("kind", "made"), [
    ("sequential", keras.Sequential), ("functional", keras.Model), ("subclassed", keras.Model),
])
def test_kind(kind, made):
    model = built(plans.plan(plans.mlp(), kind=kind))
    assert isinstance(model, made)
    assert model.count_params() == 8 * 30 + 30 + 30 * 10 + 10 + 10 + 1
    assert [one.name for one in model.layers if one.weights] == ["dense", "dense_1", "price"]


def test_subclassed_hides_no_functional_model():
    model = built(plans.plan(plans.mlp(), kind="subclassed"))
    functional = type(built(plans.plan(plans.mlp())))
    assert not isinstance(model, functional)
    assert not any(isinstance(one, functional | keras.Sequential)
                   for one in model._flatten_layers(include_self=False))


def test_only_a_chain_is_sequential():
    nodes = (*chain(("a", layer("Dense", units=8))),
             Node("sum", "sum", layer("Add"), (Ref("x"), Ref("a")), as_list=True))
    assert not is_chain(graph(nodes, {"y": "sum"}))
    assert is_chain(plans.mlp())


def test_attention_takes_its_tensors_by_name_and_draws_three_kernels():
    nodes = (
        Node("mha", "mha", layer("MultiHeadAttention", num_heads=2, key_dim=4), (),
             named={"query": Ref("x"), "value": Ref("x"), "attention_mask": Ref("mask")}),
        Node("norm", "norm", layer("LayerNormalization"), (Ref("mha"),)),
    )
    made = graph(nodes, {"y": "norm"}, {"x": (5, 8), "mask": (5, 5)})
    for kind in ("functional", "subclassed"):
        model = built(plans.plan(made, kind=kind))
        q, _, k, _, v, *_ = model.get_layer("mha").get_weights()
        assert not np.array_equal(q, k)
        assert not np.array_equal(k, v)
        assert not np.array_equal(q, v)


def test_several_results_and_initial_state():
    nodes = (
        Node("encode", "encode", layer("LSTM", units=4, return_state=True), (Ref("x"),)),
        Node("decode", "decode", layer("LSTM", units=4), (Ref("z"),),
             named={"initial_state": (Ref("encode", 1), Ref("encode", 2))}),
        Node("y", "y", layer("Dense", units=1), (Ref("decode"),)),
    )
    made = graph(nodes, {"y": "y"}, {"x": (6, 3), "z": (5, 3)})
    draw = np.random.default_rng(0)
    x = {"x": draw.normal(size=(3, 6, 3)).astype("float32"),
         "z": draw.normal(size=(3, 5, 3)).astype("float32")}
    first = predict(built(plans.plan(made)), x)["y"]
    assert first.shape == (3, 1)
    assert np.array_equal(first, predict(built(plans.plan(made, kind="subclassed")), x)["y"])
    other = predict(built(plans.plan(made)), {**x, "x": 2 * x["x"]})["y"]
    assert not np.array_equal(first, other)  # the state does arrive


def test_nested_layers_are_named_after_the_outer_one():
    cells = (layer("LSTMCell", units=3), layer("GRUCell", units=2))
    nodes = chain(
        ("both", layer("Bidirectional", layer=layer("LSTM", units=2, return_sequences=True))),
        ("stack", layer("RNN", cell=layer("StackedRNNCells", cells=cells))),
    )
    model = built(plans.plan(graph(nodes, {"y": "stack"}, {"x": (5, 3)})))
    assert model.get_layer("both").forward_layer.name == "forward_both_layer"
    cell = model.get_layer("stack").cell
    assert cell.name == "stack_cell"
    assert [one.name for one in cell.cells] == ["stack_cell_cell_0", "stack_cell_cell_1"]


def test_a_shared_layer_is_one_layer():
    tower = layer("Dense", units=4)
    nodes = (Node("tower", "tower", tower, (Ref("a"),)),
             Node("tower_1", "tower", tower, (Ref("b"),)),
             Node("y", "y", layer("Subtract"), (Ref("tower"), Ref("tower_1")), as_list=True))
    made = graph(nodes, {"y": "y"}, {"a": (3,), "b": (3,)})
    same = np.ones((2, 3), "float32")
    for kind in ("functional", "subclassed"):
        model = built(plans.plan(made, kind=kind))
        assert model.count_params() == 3 * 4 + 4
        assert not predict(model, {"a": same, "b": same})["y"].any()


def test_constants_of_a_call_reach_the_layer():
    nodes = (*chain(("a", layer("Dense", units=4))),
             Node("drop", "drop", layer("Dropout", rate=0.5), (Ref("a"),),
                  constants={"training": True}),
             Node("y", "y", layer("Dense", units=1), (Ref("drop"),)))
    x = np.ones((4, 8), "float32")
    for kind in ("sequential", "functional", "subclassed"):
        model = built(plans.plan(graph(nodes, {"y": "y"}), kind=kind))
        rows = predict(model, {"x": x})["y"]
        assert len(np.unique(rows)) > 1, kind  # dropout while predicting


def test_constants_hold_while_training():
    def made(constants):
        nodes = (*chain(("a", layer("Dense", units=4, activation="relu"))),
                 Node("drop", "drop", layer("Dropout", rate=0.5), (Ref("a"),),
                      constants=constants),
                 Node("free", "free", layer("Dropout", rate=0.2), (Ref("drop"),)),
                 Node("y", "y", layer("Dense", units=1), (Ref("free"),)))
        return graph(nodes, {"price": "y"})

    found = {}
    for training in (True, False, None):
        weights = []
        for kind in ("functional", "subclassed"):
            constants = {} if training is None else {"training": training}
            plan = plans.plan(made(constants), kind=kind, epochs=1)
            outcome = build(plan)
            codes = ["IR910"] if training and kind == "functional" else []
            assert [one.code for one in outcome.diagnostics] == codes
            assert train(outcome.value, plan, plans.rows(64)).value is not None
            weights.append(np.concatenate([one.ravel() for one in outcome.value.get_weights()]))
        assert np.array_equal(*weights), training
        found[training] = weights[0]
    assert not np.array_equal(found[True], found[False])
    assert np.array_equal(found[True], found[None])


def test_a_constant_on_some_calls_only_is_refused_where_keras_cannot_keep_it():
    drop = layer("Dropout", rate=0.5)
    nodes = (Node("drop", "drop", drop, (Ref("x"),), constants={"training": False}),
             Node("again", "drop", drop, (Ref("drop"),)),
             Node("y", "y", layer("Dense", units=1), (Ref("again"),)))
    outcome = build(plans.plan(graph(nodes, {"y": "y"})))
    assert [one.code for one in outcome.diagnostics] == ["IR911"]
    assert build(plans.plan(graph(nodes, {"y": "y"}), kind="subclassed")).ok


def test_mixed_precision_gives_float32():
    mixed = Model("functional", dtype="mixed_float16")
    for kind in ("sequential", "functional", "subclassed"):
        model = built(plans.plan(plans.mlp(), model=replace(mixed, kind=kind)))
        assert model.get_layer("dense").compute_dtype == "float16"
        assert predict(model, plans.rows(4).inputs)["price"].dtype == "float32"
    assert keras.config.dtype_policy().name == "float32"


def test_frozen_layers_and_unused_nodes():
    nodes = list(chain(("a", layer("Dense", units=4)), ("y", layer("Dense", units=1))))
    nodes[0] = replace(nodes[0], trainable=False)
    nodes.append(Node("dead", "dead", layer("Dense", units=9), (Ref("a"),)))
    for kind in ("functional", "subclassed"):
        model = built(plans.plan(graph(nodes, {"y": "y"}), kind=kind))
        assert len(model.trainable_weights) == 2
        assert "dead" not in [one.name for one in model.layers]


@pytest.mark.parametrize("kind", ["sequential", "functional", "subclassed"])
def test_what_keras_refuses_is_a_diagnostic_at_the_layer(kind):
    nodes = chain(("a", layer("Dense", units=4)), ("shape", layer("Reshape", target_shape=(3, 3))))
    outcome = build(plans.plan(graph(nodes, {"y": "shape"}), kind=kind))
    assert outcome.value is None
    (found,) = outcome.diagnostics
    assert (found.code, found.where.pointer) == ("IR901", "/model/layers/1")
    assert found.message.startswith("keras refuses `Reshape` `shape`: ")


def test_python_classes_are_refused_without_trust():
    nodes = chain(("a", layer("os:system", units=4)))
    (found,) = build(plans.plan(graph(nodes, {"y": "a"}))).diagnostics
    assert (found.code, found.where.pointer) == ("IR908", "/model/layers/0")


def test_a_saved_part_is_loaded_frozen(tmp_path: Path):
    part = built(plans.plan(plans.mlp()))
    part.save(tmp_path / "part.keras")
    file = str(tmp_path / "a.specc.toml")
    nodes = (Node("part", "part", layer("Part"), (Ref("x"),), model_file="part.keras",
                  trainable=False, where=Where(file, ("model", "layers", 0))),
             Node("y", "y", layer("Dense", units=1), (Ref("part"),)))
    x = plans.rows(5).inputs
    for kind in ("sequential", "functional", "subclassed"):
        model = built(plans.plan(graph(nodes, {"y": "y"}), kind=kind))
        assert len(model.trainable_weights) == 2
        inner = model.get_layer("part").get_weights()
        assert all(map(np.array_equal, inner, part.get_weights()))
        assert predict(model, x)["y"].shape == (5, 1)
    missing = (replace(nodes[0], model_file="none.keras"), nodes[1])
    (found,) = build(plans.plan(graph(missing, {"y": "y"}))).diagnostics
    assert (found.code, found.where.pointer) == ("IR904", "/model/layers/0")


def test_weights_of_a_saved_model_are_taken_or_refused(tmp_path: Path,
                                                       monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SPECC_DATA", str(tmp_path))
    saved = built(plans.plan(plans.mlp(), seed=7))
    saved.save(tmp_path / "w.keras")
    start_from = Model("functional", weights="w.keras")
    model = built(plans.plan(plans.mlp(), model=start_from))
    assert all(map(np.array_equal, model.get_weights(), saved.get_weights()))
    wider = graph(chain(("dense", layer("Dense", units=31)), ("price", layer("Dense", units=1))),
                  {"price": "price"})
    (found,) = build(plans.plan(wider, model=start_from)).diagnostics
    assert found.code == "IR905"
    assert "(8, 30), (30,) for layer `dense`, which needs (8, 31), (31,)" in found.message


def test_normalization_learns_from_the_rows():
    nodes = chain(("norm", layer("Normalization")), ("y", layer("Dense", units=1)))
    draw = np.random.default_rng(0)
    x = draw.normal(3, 2, size=(50, 8)).astype("float32")
    for kind in ("sequential", "functional", "subclassed"):
        plan = plans.plan(graph(nodes, {"y": "y"}), kind=kind)
        model = built(plan, {"x": x})
        assert np.allclose(np.ravel(model.get_layer("norm").mean), x.mean(axis=0), atol=1e-5)
        outcome = build(plan)
        assert [one.code for one in outcome.diagnostics] == ["IR117"]
        assert outcome.ok


def test_normalization_learns_from_what_fixed_layers_make_of_the_rows():
    nodes = chain(("half", layer("Rescaling", scale=0.5, offset=1.0)), ("norm",
                  layer("Normalization")), ("y", layer("Dense", units=1)))
    x = np.random.default_rng(0).normal(3, 2, size=(2000, 8)).astype("float32")
    for kind in ("sequential", "functional", "subclassed"):
        model = built(plans.plan(graph(nodes, {"y": "y"}), kind=kind), {"x": x})
        wanted = (x * 0.5 + 1.0).mean(axis=0)
        assert np.allclose(np.ravel(model.get_layer("norm").mean), wanted, atol=1e-5)


@pytest.mark.tensorflow  # string lookups inside a model
def test_a_vocabulary_decides_the_shapes_behind_it():
    nodes = chain(("look", layer("StringLookup", output_mode="one_hot")),
                  ("y", layer("Dense", units=1)))
    made = graph(nodes, {"y": "y"}, {"x": (1,)}, dtype="string")
    words = np.array([["a"], ["b"], ["b"], ["c"]])
    for kind in ("functional", "subclassed"):
        model = built(plans.plan(made, kind=kind), {"x": words})
        assert model.get_layer("y").kernel.shape == (4, 1)


def test_seeds_leave_the_callers_random_numbers_alone():
    import random

    random.seed(3)
    np.random.seed(3)
    wanted = random.random(), np.random.random()
    random.seed(3)
    np.random.seed(3)
    plan = plans.plan(plans.mlp(), epochs=1)
    model = built(plan)
    assert train(model, plan, plans.rows(40)).value is not None
    assert (random.random(), np.random.random()) == wanted


def test_losses_weights_and_metrics_reach_keras_by_name():
    plan = plans.plan(plans.wide_and_deep(), weights={"price": 0.9, "aux_price": 0.1},
                      optimizer=Component("optimizer", "Adam", {
                          "learning_rate": Component("schedule", "ExponentialDecay", {
                              "initial_learning_rate": 0.01, "decay_steps": 10,
                              "decay_rate": 0.5})}), epochs=2)
    model = built(plan)
    rows, checked = plans.wide_rows(64), plans.wide_rows(64, seed=1)
    history = train(model, plan, rows, checked).value.history
    assert set(history) == {
        f"{part}.{name}" for part in ("train", "val")
        for name in ("loss", "price.loss", "aux_price.loss", "price.mae", "aux_price.mae")
    }
    mixed = 0.9 * history["val.price.loss"][-1] + 0.1 * history["val.aux_price.loss"][-1]
    assert history["val.loss"][-1] == pytest.approx(mixed, rel=1e-6)
