"""Training is exact: each bit a function of the spec, the seed and the epoch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import plans
import pytest
from plans import layer

from specc.backend.start import start
from specc.ops.component import Component
from specc.spec import Compile, Fit

pytestmark = pytest.mark.keras
start()

import keras  # noqa: E402

from specc.backend import state  # noqa: E402
from specc.backend.build import build  # noqa: E402
from specc.backend.feed import order_of, pack  # noqa: E402
from specc.backend.measure import measure  # noqa: E402
from specc.backend.save import evaluate, load, predict, save  # noqa: E402
from specc.backend.seeds import STATE, seed_epoch  # noqa: E402
from specc.backend.train import steps_at_once, train  # noqa: E402

ADAM = Component("optimizer", "Adam", {"learning_rate": 0.003})
NOISE = (("drop", layer("Dropout", rate=0.3)), ("norm", layer("BatchNormalization")))
MODELS = {"sgd": (plans.mlp(), None), "adam": (plans.mlp(), ADAM),
          "dropout": (plans.mlp(*NOISE), ADAM)}
KINDS = ("sequential", "functional", "subclassed")


def trained(plan, rows=None, validation=None, **more):
    model = build(plan).value
    outcome = train(model, plan, rows or plans.rows(), validation, **more)
    assert outcome.value is not None, outcome.diagnostics
    return model, outcome.value.history


def by_hand(plan, rows):
    """What `train` claims to do, written as a plain loop."""
    model = build(plan).value
    packed, count = pack(model, rows), len(rows.inputs["x"])
    for epoch in range(plan.spec.fit.epochs):
        seed_epoch(model, plan.spec.seed, epoch)
        if keras.backend.backend() == "torch":
            from torch.utils.data import DataLoader

            iter(DataLoader([0]))  # every loop over one begins with a draw of torch's own
        order = order_of(count, plan.spec.seed, epoch, plan.spec.fit.shuffle)
        for at in range(0, count, plan.spec.fit.batch_size):
            taken = order[at:at + plan.spec.fit.batch_size]
            model.train_on_batch(*keras.tree.map_structure(lambda one, i=taken: one[i],
                                                           packed.parts))
    return model


def same(one, other):
    return len(one) == len(other) > 0 and all(map(np.array_equal, one, other))


@pytest.mark.parametrize("name", MODELS)
def test_a_plain_loop_over_the_same_rows_finds_the_same_weights(name):
    made, optimizer = MODELS[name]
    plan = plans.plan(made, optimizer=optimizer, epochs=3)
    model, _ = trained(plan)
    assert same(model.get_weights(), by_hand(plan, plans.rows()).get_weights())


def test_the_gradient_of_an_embedding_is_summed_in_one_order():
    nodes = plans.chain(("words", layer("Embedding", input_dim=20_000, output_dim=64)),
                        ("mean", layer("GlobalAveragePooling1D")),
                        ("price", layer("Dense", units=1)))
    made = plans.graph(nodes, {"price": "price"}, {"x": (200,)}, dtype="int32")
    words = np.random.default_rng(0).integers(0, 2, size=(200, 200)).astype("int32")
    rows = plans.Rows({"x": words}, {"price": words[:, :1].astype("float32")})
    plan = plans.plan(made, optimizer=Component("optimizer", "RMSprop"), epochs=3)
    found = [trained(plan, rows)[0].get_weights() for _ in range(3)]
    assert same(found[0], found[1])
    assert same(found[0], found[2])


def test_rows_as_they_are_without_shuffle():
    plan = plans.plan(plans.mlp(), fit=Fit(epochs=2, shuffle=False))
    model, _ = trained(plan)
    assert same(model.get_weights(), by_hand(plan, plans.rows()).get_weights())
    shuffled, _ = trained(plans.plan(plans.mlp(), epochs=2))
    assert not same(model.get_weights(), shuffled.get_weights())


@pytest.mark.parametrize("name", MODELS)
def test_kinds_agree_to_the_last_bit(name):
    made, optimizer = MODELS[name]
    found = []
    for kind in KINDS:
        model, history = trained(plans.plan(made, kind=kind, optimizer=optimizer),
                                 validation=plans.rows(100, seed=1))
        found.append((history, model.get_weights()))
    for history, weights in found[1:]:
        assert history == found[0][0]
        assert len(history["train.loss"]) == 5
        assert same(weights, found[0][1])


def test_steps_together_change_no_bit():
    fast = plans.plan(plans.mlp(*NOISE), epochs=2)
    slow = plans.plan(plans.mlp(*NOISE), epochs=2, callbacks=(
        Component("callback", "TerminateOnNaN"),))
    if keras.backend.backend() == "tensorflow":
        assert steps_at_once(fast, 11) > 1
    assert steps_at_once(slow, 11) == 1
    assert steps_at_once(plans.plan(plans.mlp(), compiled=Compile(steps_per_execution=4)), 9) == 4
    one, first = trained(fast, validation=plans.rows(100, seed=1))
    two, second = trained(slow, validation=plans.rows(100, seed=1))
    assert first == second
    assert same(one.get_weights(), two.get_weights())


@pytest.mark.parametrize("seed", range(3))
def test_whole_epochs_change_no_bit_of_plain_gradient_descent(seed):
    """A rate times a gradient that is itself a product: which comes first is a matter of bits."""
    plan = plans.plan(plans.mlp(*NOISE), epochs=6, seed=seed)
    found = [trained(plan, plans.rows(seed=seed), fast=fast) for fast in (True, False)]
    assert found[0][1] == found[1][1]
    assert same(*(model.get_weights() for model, _ in found))


def test_a_layer_inserted_changes_no_initial_weight_of_the_others():
    plain, longer = (build(plans.plan(made)).value for made in (plans.mlp(), plans.mlp(*NOISE)))
    for name in ("dense", "dense_1", "price"):
        assert same(plain.get_layer(name).get_weights(), longer.get_layer(name).get_weights())
    other = build(plans.plan(plans.mlp(), seed=43)).value
    assert not same(plain.get_weights(), other.get_weights())


def test_seed_states_differ_between_epochs_layers_and_seeds():
    made = plans.mlp(("drop", layer("Dropout", rate=0.3)), ("drop_1", layer("Dropout", rate=0.3)))
    model = build(plans.plan(made)).value
    seen = []
    for seed, epoch in ((1, 0), (1, 1), (2, 0), (1, 0)):
        seed_epoch(model, seed, epoch)
        states = [tuple(np.asarray(one)) for one in (
            v.numpy() for lay in model.layers for v in lay.variables if v.name == STATE)]
        assert len(set(states)) == 2
        seen.append(tuple(states))
    assert seen[0] == seen[3]
    assert len(set(seen)) == 3


def test_a_written_seed_counts():
    def weights(seed):
        drop = layer("Dropout", rate=0.3, **({} if seed is None else {"seed": seed}))
        return trained(plans.plan(plans.mlp(("drop", drop)), epochs=1))[0].get_weights()

    assert same(weights(1), weights(1))
    assert not same(weights(1), weights(2))
    assert not same(weights(1), weights(None))


def test_evaluate_is_what_fit_reported():
    rows, checked = plans.wide_rows(), plans.wide_rows(100, seed=1)
    plan = plans.plan(plans.wide_and_deep(), kind="wide_and_deep", epochs=2,
                      fit=Fit(epochs=2, validation_batch_size=32))
    model, history = trained(plan, rows, checked)
    found = evaluate(model, plan, checked)
    reported = {name.removeprefix("val."): values[-1]
                for name, values in history.items() if name.startswith("val.")}
    # of several outputs, TensorFlow's own loss of each counts a small last batch as a whole one
    whole = {name for name in reported if not name.endswith("price.loss")}
    assert whole == {"loss", "price.mae", "aux_price.mae"}
    assert {name: found[name] for name in whole} == {name: reported[name] for name in whole}


def test_the_loss_of_one_output_of_several_counts_rows_not_batches():
    checked = plans.wide_rows(33, seed=1)
    plan = plans.plan(plans.wide_and_deep(), kind="wide_and_deep", weights={"aux_price": 0.25},
                      fit=Fit(validation_batch_size=32))
    model = build(plan).value
    found, given = evaluate(model, plan, checked), predict(model, checked.inputs, batch_size=32)
    for name in ("price", "aux_price"):
        squares = (given[name].astype("float64") - checked.targets[name]) ** 2
        assert found[f"{name}.loss"] == pytest.approx(squares.mean(), rel=1e-5)
    assert found["loss"] == pytest.approx(
        found["price.loss"] + 0.25 * found["aux_price.loss"], rel=1e-5)


def test_measure_agrees_with_the_model():
    checked = plans.rows(100, seed=1)
    weights = np.linspace(0, 2, 100).astype("float32")
    plan = plans.plan(plans.mlp())
    model = build(plan).value
    weighted = plans.Rows(checked.inputs, checked.targets, {"price": weights})
    found = measure(plan.heads[0], checked.targets["price"],
                    predict(model, checked.inputs)["price"], weights)
    wanted = evaluate(model, plan, weighted)
    assert found == {"loss": pytest.approx(wanted["loss"], rel=1e-6),
                     "mae": pytest.approx(wanted["price.mae"], rel=1e-6)}


CALLBACKS = (
    Component("callback", "ReduceLROnPlateau", {"monitor": "val.price.mae", "patience": 1,
                                                "min_delta": 0.5}),
    Component("callback", "EarlyStopping", {"monitor": "val_loss", "patience": 4,
                                            "restore_best_weights": True}),
)


def test_a_resumed_run_equals_an_uninterrupted_one(tmp_path: Path):
    rows, checked = plans.rows(), plans.rows(100, seed=1)
    plan = plans.plan(plans.mlp(*NOISE), optimizer=ADAM, epochs=6, callbacks=CALLBACKS)
    whole, history = trained(plan, rows, checked)
    kept: list[state.State] = []
    half = build(plan).value
    file = tmp_path / "half.keras"
    done = train(half, plan, rows, checked, epochs=3,
                 on_epoch=lambda epoch, logs: save(half, file),
                 on_state=lambda epoch, found: kept.append(found)).value
    numbers, arrays = state.split(kept[-1])
    again = load(file).value
    rest = train(again, plan, rows, checked, initial_epoch=3,
                 resumed=state.join(numbers, arrays)).value
    assert {key: [*done.history[key], *rest.history[key]] for key in history} == history
    assert same(again.get_weights(), whole.get_weights())
    rates = history["learning_rate"]
    assert rates[0] > rates[-1]  # the callbacks did act


def test_early_stopping_watches_specc_names_and_stops(tmp_path: Path):
    stop = Component("callback", "EarlyStopping", {
        "monitor": "val.price.mae", "patience": 0, "min_delta": 10.0})
    plan = plans.plan(plans.mlp(), callbacks=(stop, Component("callback", "CSVLogger", {
        "filename": "logs/a.csv"})))
    model = build(plan).value
    done = train(model, plan, plans.rows(), plans.rows(50, seed=1), folder=tmp_path).value
    assert (done.epochs, done.stopped) == (2, True)
    assert len((tmp_path / "logs/a.csv").read_text().splitlines()) == 3


@pytest.mark.parametrize(("callback", "code"), [
    (Component("callback", "EarlyStopping", {"monitor": "val.price.mea"}), "IR907"),
    (Component("callback", "EarlyStopping", {"monitor": "val_acc"}), "IR907"),
    (Component("callback", "CSVLogger", {"filename": "../a.csv"}), "IR906"),
    (Component("callback", "CSVLogger", {"filename": "/elsewhere/a.csv"}), "IR906"),
])
def test_a_callback_that_cannot_work_is_a_diagnostic(callback, code, tmp_path: Path):
    plan = plans.plan(plans.mlp(), callbacks=(callback,))
    outcome = train(build(plan).value, plan, plans.rows(), plans.rows(50), folder=tmp_path)
    assert outcome.value is None
    (found,) = outcome.diagnostics
    assert found.code == code
    assert found.where.pointer.startswith("/fit/callbacks/0")


def test_a_callback_whose_packages_are_missing_is_said(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("specc.backend.train.find_spec",
                        lambda name: None if name == "tensorboard" else name)
    plan = plans.plan(plans.mlp(), epochs=1, callbacks=(Component("callback", "TensorBoard", {}),))
    (found,) = train(build(plan).value, plan, plans.rows(40), folder=tmp_path).diagnostics
    assert (found.code, found.message) == ("IR916",
                                           "TensorBoard needs tensorboard, not installed here")


def test_an_interruption_leaves_a_model_that_works():
    plan = plans.plan(plans.mlp(*NOISE))
    model = build(plan).value

    def stop(epoch, logs):
        if epoch == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(model, plan, plans.rows(), on_epoch=stop)
    two, _ = trained(plans.plan(plans.mlp(*NOISE), epochs=2))
    assert same(model.get_weights(), two.get_weights())
    assert np.isfinite(predict(model, plans.rows(5).inputs)["price"]).all()


def test_sample_weights_count():
    rows = plans.rows()
    half = np.where(np.arange(330) % 2, 1.0, 0.0).astype("float32")
    plan = plans.plan(plans.mlp(), epochs=1)
    plain, _ = trained(plan, rows)
    weighted, _ = trained(plan, plans.Rows(rows.inputs, rows.targets, {"price": half}))
    ones, _ = trained(plan, plans.Rows(rows.inputs, rows.targets, {"price": half * 0 + 1}))
    assert not same(plain.get_weights(), weighted.get_weights())
    assert all(map(np.allclose, plain.get_weights(), ones.get_weights()))
    alone, _ = trained(plans.plan(plans.mlp(), kind="sequential", epochs=1),
                       plans.Rows(rows.inputs, rows.targets, {"price": half}))
    assert same(alone.get_weights(), weighted.get_weights())
