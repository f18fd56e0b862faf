"""Whole epochs in one compiled function give the bits that Keras's own loop gives."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import plans
import pytest
from plans import layer

from specc.backend.start import start
from specc.ops.component import Component
from specc.spec import Compile, Fit, Model

pytestmark = pytest.mark.keras
start()

import keras  # noqa: E402

from specc.backend import state  # noqa: E402
from specc.backend import train as training  # noqa: E402
from specc.backend.build import build  # noqa: E402
from specc.backend.save import load, predict, save  # noqa: E402
from specc.backend.train import train  # noqa: E402
from specc.backend.whole import compiled, pace, why_not  # noqa: E402

BACK_END = keras.backend.backend()
compiles = pytest.mark.skipif(BACK_END == "torch", reason="torch keeps Keras's own loop")
ADAM = Component("optimizer", "Adam", {"learning_rate": 0.003})
NOISE = (("drop", layer("Dropout", rate=0.3)), ("norm", layer("BatchNormalization")))


def callback(name, **args):
    return Component("callback", name, args)


def trained(plan, rows, checked=None, **more):
    model = build(plan, rows.inputs).value
    done = train(model, plan, rows, checked, **more)
    assert done.value is not None, done.diagnostics
    return model, done.value


def numbers(model):
    return [np.asarray(one) for one in (*model.get_weights(),
                                        *(v.numpy() if hasattr(v, "numpy") else v.value
                                          for v in model.optimizer.variables))]


def same(one, other):
    return len(one) == len(other) > 0 and all(map(np.array_equal, one, other))


def both(plan, rows, checked=None, tmp_path=None, **more):
    """Train both ways; hold that all is equal, to the last bit. The model of the fast way."""
    folders = {} if tmp_path is None else {"folder": tmp_path / "fast"}
    model, fast = trained(plan, rows, checked, **folders, **more)
    folders = {} if tmp_path is None else {"folder": tmp_path / "slow"}
    other, slow = trained(plan, rows, checked, fast=False, **folders, **more)
    assert fast.ordinary is None
    assert slow.ordinary == "it was asked for"
    assert fast.history == slow.history
    assert (fast.epochs, fast.stopped) == (slow.epochs, slow.stopped)
    assert same(numbers(model), numbers(other))
    assert model.history.history == other.history.history
    return model, fast


def images(count=70, seed=0):
    draw = np.random.default_rng(seed)
    x = draw.random((count, 8, 8, 1)).astype("float32")
    return plans.Rows({"x": x}, {"price": x.mean((1, 2)).astype("float32")})


def series(count=70, seed=0):
    draw = np.random.default_rng(seed)
    x = draw.normal(size=(count, 12, 2)).astype("float32")
    return plans.Rows({"x": x}, {"price": x[:, -1, :1].copy()})


CONV = plans.graph(plans.chain(
    ("conv", layer("Conv2D", filters=8, kernel_size=3, padding="same", activation="relu")),
    ("norm", layer("BatchNormalization")), ("pool", layer("MaxPooling2D")),
    ("conv_1", layer("Conv2D", filters=4, kernel_size=3, activation="relu")),
    ("drop", layer("Dropout", rate=0.25)), ("flat", layer("Flatten")),
    ("price", layer("Dense", units=1))), {"price": "price"}, {"x": (8, 8, 1)})
RECURRENT = plans.graph(plans.chain(
    ("lstm", layer("LSTM", units=16, dropout=0.1)), ("price", layer("Dense", units=1))),
    {"price": "price"}, {"x": (12, 2)})


@compiles
@pytest.mark.parametrize(("kind", "sizes"), [
    ("sequential", (32, 64)), ("functional", (30, 7)), ("functional", (500, 1000)),
    ("subclassed", (33, 50))], ids=str)
def test_random_layers_and_norms(kind, sizes):
    fit = Fit(epochs=3, batch_size=sizes[0], validation_batch_size=sizes[1])
    plan = plans.plan(plans.mlp(*NOISE), kind=kind, optimizer=ADAM, fit=fit)
    both(plan, plans.rows(), plans.rows(100, seed=1))


@compiles
@pytest.mark.parametrize("sizes", [(30, 64), (33, 50)], ids=str)
def test_several_outputs_with_weights_of_rows(sizes):
    fit = Fit(epochs=2, batch_size=sizes[0], validation_batch_size=sizes[1])
    plan = plans.plan(plans.wide_and_deep(), kind="wide_and_deep", weights={"aux_price": 0.3},
                      fit=fit)
    rows = plans.wide_rows()
    counted = np.random.default_rng(5).random(330).astype("float32")
    weighted = plans.Rows(rows.inputs, rows.targets, {"price": counted})
    both(plan, weighted, plans.wide_rows(100, seed=1))


@compiles
@pytest.mark.parametrize(("made", "rows"), [(CONV, images), (RECURRENT, series)],
                         ids=["conv", "lstm"])
def test_pictures_and_series(made, rows):
    plan = plans.plan(made, kind="sequential", optimizer=ADAM, epochs=3)
    both(plan, rows(), rows(33, seed=1))


@compiles
def test_rows_as_they_stand_and_no_validation():
    plan = plans.plan(plans.mlp(), fit=Fit(epochs=2, shuffle=False))
    both(plan, plans.rows())


@compiles
@pytest.mark.parametrize("policy", ["mixed_float16",
                                    pytest.param("float64", marks=pytest.mark.tensorflow)])
def test_dtypes(policy):
    plan = plans.plan(plans.mlp(*NOISE), optimizer=ADAM, epochs=2,
                      model=Model("functional", dtype=policy))
    both(plan, plans.rows(100), plans.rows(50, seed=1))


@compiles
def test_xla_where_the_spec_asks_for_it():
    plan = plans.plan(plans.mlp(("norm", layer("BatchNormalization"))), epochs=2,
                      compiled=Compile(jit_compile=True))
    model, _ = both(plan, plans.rows(100), plans.rows(50, seed=1))
    assert model.jit_compile


@compiles
def test_callbacks_of_epochs_keep_their_meaning(tmp_path: Path):
    ema = Component("optimizer", "SGD", {"learning_rate": 0.05, "use_ema": True})
    plan = plans.plan(plans.mlp(*NOISE), optimizer=ema, fit=Fit(epochs=9), callbacks=(
        callback("ReduceLROnPlateau", monitor="val.price.mae", patience=1, min_delta=9.0),
        callback("EarlyStopping", monitor="val_loss", patience=2, min_delta=9.0,
                 restore_best_weights=True),
        callback("ModelCheckpoint", filepath="kept/{epoch}.weights.h5", save_weights_only=True),
        callback("CSVLogger", filename="log.csv"),
        callback("SwapEMAWeights", swap_on_epoch=True)))
    _, done = both(plan, plans.rows(), plans.rows(100, seed=1), tmp_path=tmp_path)
    assert done.stopped
    assert len(set(done.history["learning_rate"])) > 1
    tables = [(tmp_path / way / "log.csv").read_text() for way in ("fast", "slow")]
    assert tables[0] == tables[1]
    kept = [sorted(one.name for one in (tmp_path / way / "kept").iterdir())
            for way in ("fast", "slow")]
    assert kept[0] == kept[1]
    assert len(kept[0]) == done.epochs


@pytest.mark.tensorflow
def test_tensorboard_writes_epochs(tmp_path: Path):
    pytest.importorskip("tensorboard")
    plan = plans.plan(plans.mlp(), epochs=2, callbacks=(callback("TensorBoard"),))
    both(plan, plans.rows(), plans.rows(100, seed=1), tmp_path=tmp_path)
    for way in ("fast", "slow"):
        parts = {one.parent.name for one in (tmp_path / way).rglob("events.*")}
        assert parts == {"train", "validation"}


@pytest.mark.tensorflow
def test_strings_stay_on_the_host():
    nodes = plans.chain(
        ("look", layer("StringLookup", vocabulary=["a", "b"], output_mode="one_hot")),
        ("price", layer("Dense", units=1)))
    made = plans.graph(nodes, {"price": "price"}, {"x": (1,)}, dtype="string")
    words = np.array([["a"], ["b"], ["c"]] * 30, dtype=object)
    target = (words == "a").astype("float32")
    plan = plans.plan(made, epochs=2)
    both(plan, plans.Rows({"x": words}, {"price": target}),
         plans.Rows({"x": words[:9]}, {"price": target[:9]}))


@compiles
def test_a_resumed_run_equals_an_uninterrupted_one(tmp_path: Path):
    rows, checked = plans.rows(), plans.rows(100, seed=1)
    plan = plans.plan(plans.mlp(*NOISE), optimizer=ADAM, epochs=6, callbacks=(
        callback("ReduceLROnPlateau", monitor="val.price.mae", patience=1, min_delta=0.5),))
    whole, history = trained(plan, rows, checked)
    kept: list[state.State] = []
    half, _ = trained(plan, rows, checked, epochs=3,
                      on_state=lambda epoch, found: kept.append(found))
    save(half, tmp_path / "half.keras")
    again = load(tmp_path / "half.keras").value
    rest = train(again, plan, rows, checked, initial_epoch=3, resumed=kept[-1]).value
    assert rest.ordinary is None
    assert [*history.history["val.loss"][3:]] == rest.history["val.loss"]
    assert same(numbers(whole), numbers(again))


@compiles
def test_a_step_is_traced_once(monkeypatch):
    monkeypatch.setattr(pace, "AIM", 1e-4)  # several calls an epoch, of changing sizes
    plan = plans.plan(plans.mlp(*NOISE), epochs=6)
    model = build(plan).value
    traced = []
    step = model.train_step
    monkeypatch.setattr(model, "train_step", lambda *given: traced.append(1) or step(*given))
    done = train(model, plan, plans.rows(330), plans.rows(50, seed=1)).value
    assert done.ordinary is None
    assert len(traced) == (1 if BACK_END == "tensorflow" else 2)  # JAX: the smaller last batch


class Stopping:
    """A pace in the middle of which Ctrl-C comes."""

    def __init__(self, after: int) -> None:
        self.after = after

    def pieces(self, total):
        for at in range(total):
            if self.after == 0:
                raise KeyboardInterrupt
            self.after -= 1
            yield at, at + 1


@compiles
def test_ctrl_c_within_an_epoch_leaves_the_weights_of_the_last_call(monkeypatch):
    rows = plans.rows(330)
    plan = plans.plan(plans.mlp(*NOISE), optimizer=ADAM, epochs=1, fit=Fit(shuffle=False))
    model = build(plan).value
    module = __import__(f"specc.backend.whole.{BACK_END}", fromlist=["Pace"])
    monkeypatch.setattr(module, "Pace", lambda: Stopping(4))
    with pytest.raises(KeyboardInterrupt):
        train(model, plan, rows)
    monkeypatch.undo()
    first = plans.Rows({"x": rows.inputs["x"][:128]}, {"price": rows.targets["price"][:128]})
    other, _ = trained(plan, first)
    assert same(numbers(model), numbers(other))
    assert np.isfinite(predict(model, rows.inputs)["price"]).all()


def own_steps(model):
    class Other(type(model)):
        def train_step(self, *given):
            return super().train_step(*given)

    model.__class__ = Other
    return model


REASONS = {
    "TerminateOnNaN looks at single batches":
        {"callbacks": (callback("TerminateOnNaN"),)},
    "TensorBoard looks at single batches":
        {"callbacks": (callback("TensorBoard", update_freq="batch"),)},
    "[compile] says steps_per_execution": {"compiled": Compile(steps_per_execution=4)},
    "it is trained on several devices": {"fit": Fit(distribute="data_parallel")},
}


@compiles
@pytest.mark.parametrize("reason", REASONS)
def test_what_needs_the_ordinary_loop_is_said(reason):
    plan = plans.plan(plans.mlp(), **REASONS[reason])
    assert why_not(build(plan).value, plan, plans.rows()) == reason


@compiles
def test_a_model_that_is_not_as_keras_makes_it_is_trained_by_keras(monkeypatch):
    plan = plans.plan(plans.mlp(), epochs=1)
    model = build(plan).value
    assert why_not(model, plan, plans.rows()) is None
    assert why_not(own_steps(model), plan, plans.rows()) == "the model has a train_step of its own"
    eager = build(plan).value
    eager.run_eagerly = True
    assert why_not(eager, plan, plans.rows()) == "the model runs eagerly"
    monkeypatch.setattr("specc.backend.whole.MOST_BYTES", 1000)
    _, done = trained(plan, plans.rows(), plans.rows(50))
    assert "more than" in done.ordinary


def test_torch_keeps_kerass_loop():
    if BACK_END == "torch":
        plan = plans.plan(plans.mlp(), epochs=1)
        assert "torch" in trained(plan, plans.rows())[1].ordinary


@compiles
def test_without_jit_jax_keeps_kerass_loop():
    plan = plans.plan(plans.mlp(), epochs=1, compiled=Compile(jit_compile=False))
    _, done = trained(plan, plans.rows())
    assert done.ordinary == ("jit_compile is off" if BACK_END == "jax" else None)


@compiles
def test_a_program_counts_a_smaller_last_step():
    plan = plans.plan(plans.mlp())
    rows = plans.rows(33)
    assert compiled(build(plan).value, rows, None, 32, 32).steps == 2


def test_where_the_hooks_are_called():
    seen = []
    plan = plans.plan(plans.mlp(), epochs=2)
    trained(plan, plans.rows(), on_epoch=lambda epoch, logs: seen.append(("epoch", epoch)),
            on_state=lambda epoch, found: seen.append(("state", epoch)))
    assert seen == [("epoch", 0), ("state", 0), ("epoch", 1), ("state", 1)]
    assert training.by_batch(callback("TerminateOnNaN"))
