"""What rules about the inside of a model say of Keras, measured: each claim of AR1xx that rests
on it."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
from keras.ops import convert_to_numpy

from specc.rules.inside import RELUS

pytestmark = [pytest.mark.keras, pytest.mark.filterwarnings("ignore")]

RNG = np.random.default_rng(0)
X = RNG.normal(size=(128, 4)).astype("float32")
Y = (2 * X[:, :1] - X[:, 1:2]).astype("float32")
Dense, Dropout, BatchNormalization = (
    keras.layers.Dense, keras.layers.Dropout, keras.layers.BatchNormalization)


def trained(*layers: Any, epochs: int = 3, **fit: Any) -> tuple[Any, list[Any]]:
    """A model after some epochs of SGD, and the weights that it started with."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((4,)), *layers])
    model.compile(keras.optimizers.SGD(0.05), "mse")
    before = model.get_weights()
    model.fit(X, Y, epochs=epochs, verbose=0, **fit)
    return model, before


def moved(model: Any, before: list[Any], at: int = 0) -> float:
    """How far one weight went from where it started."""
    return float(np.abs(model.get_weights()[at] - before[at]).max())


# -- initializers ---------------------------------------------------------------------------------


def test_zeros_before_a_relu_never_move() -> None:
    assert moved(*trained(Dense(8, "relu", kernel_initializer="zeros"), Dense(1))) == 0
    assert moved(*trained(Dense(8, "relu"), Dense(1))) > 0


def test_units_that_start_alike_stay_alike_where_what_is_behind_is_alike() -> None:
    alike, _ = trained(Dense(8, "tanh", kernel_initializer="ones"),
                       Dense(1, kernel_initializer="ones"), epochs=10)
    assert np.linalg.matrix_rank(alike.get_weights()[0], tol=1e-4) == 1
    apart, _ = trained(Dense(8, "tanh"), Dense(1), epochs=10)
    assert np.linalg.matrix_rank(apart.get_weights()[0], tol=1e-4) == 4


# -- dropout --------------------------------------------------------------------------------------


def test_a_dropout_of_everything_is_taken_and_stops_every_gradient_before_it() -> None:
    model, before = trained(Dense(8, "relu"), Dropout(1.0), Dense(1))
    assert moved(model, before) == 0
    assert moved(model, before, 3) > 0  # the last bias


def test_dropout_raises_the_variance_that_a_normalization_learns() -> None:
    keras.utils.set_random_seed(0)
    values = RNG.normal(1, 1, size=(4096, 1)).astype("float32")
    dropped = convert_to_numpy(Dropout(0.5)(values, training=True))
    assert dropped.var() > 2 * values.var()
    assert abs(dropped.mean() - values.mean()) < 0.1


# -- normalization --------------------------------------------------------------------------------


def shift(*between: Any) -> float:
    """What a bias changes behind a BatchNormalization while training."""
    values = RNG.normal(size=(256, 6)).astype("float32")
    given = []
    for bias in (0.0, 3.0):
        keras.utils.set_random_seed(1)
        out = values + bias
        for layer in between:
            out = layer(out, training=True)
        given.append(convert_to_numpy(BatchNormalization()(out, training=True)))
    return float(np.abs(given[0] - given[1]).max())


def test_a_bias_right_before_a_batch_normalization_has_no_effect() -> None:
    assert shift() < 1e-4


def test_with_a_relu_or_a_dropout_between_it_has_one() -> None:
    """So bias-before-batchnorm is silent behind a Dropout too, which the catalogue would allow."""
    assert shift(keras.layers.ReLU()) > 0.1
    assert shift(Dropout(0.3, seed=2)) > 0.1


def test_a_normalization_over_one_row_gives_the_same_whatever_enters() -> None:
    row = RNG.normal(size=(1, 5)).astype("float32")
    assert not convert_to_numpy(BatchNormalization()(row, training=True)).any()


def test_a_frozen_one_keeps_what_it_knows_whatever_training_says() -> None:
    """So frozen-batchnorm is silent where a frozen part is called with training = true."""
    frozen, free = BatchNormalization(trainable=False), BatchNormalization()
    assert convert_to_numpy(frozen(X + 5, training=True)).mean() > 4
    assert abs(convert_to_numpy(free(X + 5, training=True)).mean()) < 1e-3
    assert np.abs(convert_to_numpy(frozen.moving_mean)).max() == 0
    assert np.abs(convert_to_numpy(free.moving_mean)).max() > 0


# -- activations, freezing, regularizers ----------------------------------------------------------


def test_two_linear_layers_are_one() -> None:
    keras.utils.set_random_seed(0)
    pair = keras.Sequential([keras.Input((4,)), Dense(16), Dense(3)])
    a, b, c, d = pair.get_weights()
    np.testing.assert_allclose(pair.predict(X, verbose=0), X @ (a @ c) + (b @ c + d), atol=1e-5)


@pytest.mark.parametrize("name", sorted(RELUS))
def test_relus_of_relus_are_relus(name: str) -> None:
    relu = keras.activations.get(name)
    values = np.linspace(-9, 9, 181).astype("float32")
    once, twice = convert_to_numpy(relu(values)), convert_to_numpy(relu(relu(values)))
    same = np.where(values > 0, True, name != "leaky_relu" or values == 0)
    np.testing.assert_allclose(once[same], twice[same])


def test_a_model_without_trainable_weights_is_fitted_in_vain() -> None:
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((4,)), Dense(1, trainable=False)])
    model.compile("sgd", "mse")
    losses = model.fit(X, Y, epochs=2, verbose=0, shuffle=False).history["loss"]
    assert losses[0] == pytest.approx(losses[1])


def test_an_l1l2_without_factors_adds_nothing() -> None:
    assert keras.regularizers.get("l1l2").get_config() == {"l1": 0.0, "l2": 0.0}
    assert float(keras.regularizers.get("l1l2")(np.ones((3, 3), "float32"))) == 0


def test_weights_three_times_too_large_grow_from_layer_to_layer() -> None:
    keras.utils.set_random_seed(0)
    wide = RNG.normal(size=(256, 100)).astype("float32")
    sizes = []
    for stddev in (0.1, 0.3):
        made = keras.initializers.RandomNormal(stddev=stddev)
        out = wide
        for _ in range(4):
            out = convert_to_numpy(Dense(100, kernel_initializer=made)(out))
        sizes.append(float(out.std()))
    assert 0.5 < sizes[0] < 2
    assert sizes[1] > 50 * sizes[0]
