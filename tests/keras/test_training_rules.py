"""What rules about training say of Keras, measured: each claim of TR1xx that rests on it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from specc.ops.table import names
from specc.rules.computing import RESAMPLED, UNCOMPILED
from specc.rules.entering import CONVOLUTIONS
from specc.rules.optimizing import DIVIDING
from specc.rules.watching import DOWN, UNDIRECTED, UP

pytestmark = [pytest.mark.keras, pytest.mark.filterwarnings("ignore")]

RNG = np.random.default_rng(0)
X = RNG.normal(size=(64, 4)).astype("float32")
Y = RNG.normal(size=(64, 1)).astype("float32")
OPTIMIZERS, CALLBACKS = keras.optimizers, keras.callbacks


def model(optimizer: Any, *hidden: Any, **more: Any) -> Any:
    """A small regression, compiled; always the same weights at the start."""
    keras.utils.set_random_seed(0)
    layers = hidden or (keras.layers.Dense(8, activation="relu"),)
    made = keras.Sequential([keras.Input((4,)), *layers, keras.layers.Dense(1)])
    made.compile(optimizer, "mse", **more)
    return made


def fit(made: Any, epochs: int = 2, **more: Any) -> Any:
    return made.fit(X, Y, epochs=epochs, verbose=0, **more).history


# -- writing --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "frequency", "file"), [
    ("{epoch:02d}-{val_mae:.3f}-{loss:.2e}", "epoch", r"0\d-\d\.\d{3}-\d\.\d\de[+-]\d\d"),
    ("{epoch}-{batch:05d}-{mae}", 2, r"\d-0000\d-\d\.\d+"),
    ("{{best}}", "epoch", "{best}"),
    ("{epoch:02d}-{val_acc:.2f}", "epoch", None),
    ("{val.y.mae}", "epoch", None),
    ("best}", "epoch", None),
    ("{batch}-{val_loss}", 2, None),
    ("{epoch}-{batch}", "epoch", None),
    ("{loss:02d}", "epoch", None),
])
def test_keras_fills_in_the_name_of_a_checkpoint_when_it_is_written(
        name: str, frequency: int | str, file: str | None, tmp_path: Path) -> None:
    """file: what the name becomes; None: Keras raises, which is TR147."""
    made = model("sgd", metrics=["mae"])
    keep = [CALLBACKS.ModelCheckpoint(str(tmp_path / f"{name}.keras"), save_freq=frequency)]
    if file is None:
        with pytest.raises((KeyError, ValueError)):
            fit(made, validation_split=0.25, batch_size=16, callbacks=keep)
    else:
        fit(made, validation_split=0.25, batch_size=16, callbacks=keep)
        assert {bool(re.fullmatch(file, one.stem)) for one in tmp_path.iterdir()} == {True}


# -- watching -------------------------------------------------------------------------------------

ARGUMENTS: tuple[dict[str, Any], ...] = (
    {}, {"num_classes": 2}, {"num_classes": 2, "target_class_ids": [0]}, {"precision": 0.5},
    {"recall": 0.5}, {"sensitivity": 0.5}, {"specificity": 0.5})


def direction(name: str) -> str | None:
    """Keras's own answer to which way a metric gets better."""
    for arguments in ARGUMENTS:
        try:
            metric = getattr(keras.metrics, name)(**arguments)
        except TypeError:
            continue
        return getattr(metric, "_direction", None)
    raise AssertionError(name)


def test_directions_of_metrics_are_those_of_keras() -> None:
    wrapped = {"MeanMetricWrapper"}  # takes a function, which a spec cannot hold
    assert set(names("metric")) - wrapped == UP | DOWN | UNDIRECTED
    told = {name: direction(name) for name in UP | DOWN | UNDIRECTED}
    assert {name for name, found in told.items() if found == "up"} == UP
    assert {name for name, found in told.items() if found == "down"} == DOWN


def test_a_metric_without_a_direction_ends_training_after_an_epoch() -> None:
    made = model("sgd")
    with pytest.raises(ValueError, match="isn't able to automatically determine"):
        fit(made, callbacks=[CALLBACKS.EarlyStopping(monitor="learning_rate")])


def test_a_plateau_cannot_set_the_rate_of_a_schedule() -> None:
    made = model(OPTIMIZERS.Adam(OPTIMIZERS.schedules.CosineDecay(0.01, 100)))
    with pytest.raises(TypeError, match="not settable"):
        fit(made, 3, callbacks=[CALLBACKS.ReduceLROnPlateau(monitor="loss", patience=1,
                                                            min_delta=100.0)])


@pytest.mark.parametrize(("least", "falls"), [(0.01, False), (0.1, False), (0.001, True)])
def test_a_rate_at_its_least_is_not_reduced(least: float, falls: bool) -> None:
    rates = fit(model(OPTIMIZERS.SGD(0.01)), 4, callbacks=[CALLBACKS.ReduceLROnPlateau(
        monitor="loss", patience=0, min_delta=100.0, min_lr=least)])["learning_rate"]
    assert (rates[-1] < rates[0]) == falls


@pytest.mark.parametrize(("patience", "epochs"), [(0, 2), (3, 4), (4, 5), (5, 5), (6, 5)])
def test_patience_of_all_epochs_stops_nothing(patience: int, epochs: int) -> None:
    stop = CALLBACKS.EarlyStopping(monitor="loss", patience=patience, min_delta=100.0)
    assert len(fit(model("sgd"), 5, callbacks=[stop])["loss"]) == epochs


# -- the optimizer --------------------------------------------------------------------------------

@pytest.mark.parametrize("name", [*DIVIDING, "Adagrad", "Muon"])
def test_without_epsilon_a_gradient_of_0_makes_a_weight_nan(name: str) -> None:
    """The loss of a constant column stays finite, since relu takes NaN for 0 on a CPU."""
    made = model(getattr(OPTIMIZERS, name)(epsilon=0.0))
    made.fit(np.where(np.arange(4) == 0, 0, X), Y, epochs=1, verbose=0)
    broken = any(np.isnan(weight).any() for weight in made.get_weights())
    assert broken == (name in DIVIDING)


def test_with_rho_of_1_rmsprop_divides_by_0() -> None:
    assert np.isnan(fit(model(OPTIMIZERS.RMSprop(rho=1.0)), 20)["loss"][-1])
    assert np.isfinite(fit(model(OPTIMIZERS.Adadelta(rho=1.0)), 20)["loss"][-1])


def test_nesterov_without_momentum_is_plain_sgd() -> None:
    losses = [fit(model(OPTIMIZERS.SGD(0.05, momentum=momentum, nesterov=nesterov)), 4)["loss"]
              for momentum, nesterov in ((0.0, True), (0.0, False), (0.9, True), (0.9, False))]
    assert losses[0] == losses[1]
    assert losses[2] != losses[3]


def test_a_warm_up_of_cosine_comes_before_its_steps() -> None:
    rate = OPTIMIZERS.schedules.CosineDecay(0.0, 100, warmup_target=1.0, warmup_steps=50)
    assert [round(float(rate(step)), 3) for step in (0, 50, 100, 150, 200)] == [0, 1, 0.5, 0, 0]


def test_updates_are_counted_after_gradients_are_added_up() -> None:
    made = model(OPTIMIZERS.SGD(0.01, gradient_accumulation_steps=4))
    fit(made, 3, batch_size=8)
    assert int(made.optimizer.iterations) == 3 * 8 // 4


@pytest.mark.parametrize("batch", [1, 4])
def test_normalizing_over_one_row_leaves_nothing_to_learn(batch: int) -> None:
    layers = (keras.layers.Dense(8), keras.layers.BatchNormalization(), keras.layers.ReLU())
    made, target = model(OPTIMIZERS.Adam(0.02), *layers), X.sum(axis=1, keepdims=True)
    losses = made.fit(X, target, epochs=12, batch_size=batch, verbose=0).history["loss"]
    assert (losses[-1] < 0.8 * target.var()) == (batch > 1)


# -- averages -------------------------------------------------------------------------------------

def measured(*callbacks: Any, **optimizer: Any) -> tuple[float, float]:
    """The loss that the last epoch was validated with, and that of the model it leaves."""
    made = model(OPTIMIZERS.Adam(0.05, **optimizer))
    last = fit(made, 5, validation_data=(X, Y), callbacks=list(callbacks))["val_loss"][-1]
    return float(last), float(made.evaluate(X, Y, verbose=0))


def test_averages_are_what_training_leaves_and_not_what_it_measures() -> None:
    averages = {"use_ema": True, "ema_momentum": 0.9}
    last, left = measured(**averages)
    assert abs(last - left) > 1e-3
    for swap in (False, True):
        last, left = measured(CALLBACKS.SwapEMAWeights(swap_on_epoch=swap), **averages)
        assert last == pytest.approx(left, rel=1e-5)


def test_swapping_needs_averages_at_the_first_validation() -> None:
    with pytest.raises(ValueError, match="use_ema=True"):
        measured(CALLBACKS.SwapEMAWeights())
    fit(model("adam"), 1, callbacks=[CALLBACKS.SwapEMAWeights()])  # nothing is asked for


# -- what enters, and how a step is computed ------------------------------------------------------

@pytest.mark.parametrize("dtype", [pytest.param("uint8", marks=pytest.mark.tensorflow), "float32"])
@pytest.mark.parametrize("name", sorted(CONVOLUTIONS))
def test_convolutions_take_no_integers(name: str, dtype: str) -> None:
    rank = int(name[4 + name.index("Conv")])
    filters = {} if name.startswith("Depthwise") else {"filters": 2}
    made = keras.Sequential([keras.Input((*(4,) * rank, 1), dtype=dtype),
                             getattr(keras.layers, name)(kernel_size=2, **filters)])
    rows = np.ones((2, *(4,) * rank, 1), dtype)
    if dtype == "float32":
        made.predict(rows, verbose=0)
        return
    with pytest.raises(TypeError):
        made.predict(rows, verbose=0)


def test_dense_takes_integers() -> None:
    assert keras.layers.Dense(2)(keras.Input((4,), dtype="int32")).dtype == "float32"


def changing(name: str) -> Any:
    """A layer that changes pictures: of that name, or resizing in that way."""
    made = getattr(keras.layers, name, None)
    return made() if made else keras.layers.Resizing(6, 6, interpolation=name)


@pytest.mark.tensorflow
@pytest.mark.parametrize("name", [*UNCOMPILED, "bicubic", "lanczos3", "bilinear"])
def test_what_xla_cannot_compile(name: str) -> None:
    assert name in (*UNCOMPILED, *RESAMPLED, "bilinear")
    made = keras.Sequential([keras.Input((8, 8, 3)), changing(name),
                             keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(1)])
    made.compile("sgd", "mse", jit_compile=True)
    pictures = RNG.random((8, 8, 8, 3)).astype("float32")
    if name == "bilinear":
        made.fit(pictures, Y[:8], verbose=0)
        return
    with pytest.raises(Exception, match=r"XLA|compil|Graph execution"):
        made.fit(pictures, Y[:8], verbose=0)


def test_float16_without_a_scale_loses_small_gradients() -> None:
    policy, moved = keras.config.dtype_policy(), []
    keras.config.set_dtype_policy("mixed_float16")
    try:
        for scaled in (True, False):
            made = model(OPTIMIZERS.SGD(1.0), auto_scale_loss=scaled)
            before = made.get_weights()[0]
            made.fit(X * 1e-4, Y * 1e-4, epochs=1, verbose=0)
            moved.append(float(np.abs(made.get_weights()[0] - before).max()))
    finally:
        keras.config.set_dtype_policy(policy)
    assert moved[0] > 0
    assert moved[1] == 0
