"""Twins that all back ends train alike: nothing is drawn in them, and gradients are summed."""

from __future__ import annotations

import numpy as np
import pytest

from specc.backend.start import start

pytestmark = pytest.mark.keras
start()

import keras  # noqa: E402
from keras import layers  # noqa: E402

from specc.backend.alike import can_be_alike, make_alike, otherwise  # noqa: E402

STEPS, PICTURE = (6, 3), (8, 8, 3)
RANDOM = {
    "Dropout": (lambda: layers.Dropout(0.5), STEPS),
    "SpatialDropout1D": (lambda: layers.SpatialDropout1D(0.5), STEPS),
    "AlphaDropout": (lambda: layers.AlphaDropout(0.5), STEPS),
    "GaussianNoise": (lambda: layers.GaussianNoise(1.0), STEPS),
    "GaussianDropout": (lambda: layers.GaussianDropout(0.5), STEPS),
    "LSTM": (lambda: layers.LSTM(4, dropout=0.5, recurrent_dropout=0.5), STEPS),
    "LSTM of inputs": (lambda: layers.LSTM(4, dropout=0.5), STEPS),
    "GRU": (lambda: layers.GRU(4, dropout=0.5), STEPS),
    "Bidirectional": (lambda: layers.Bidirectional(layers.SimpleRNN(4, dropout=0.5)), STEPS),
    "TimeDistributed": (lambda: layers.TimeDistributed(layers.Dropout(0.5)), STEPS),
    "MultiHeadAttention": (lambda: Attending(layers.MultiHeadAttention(2, 4, dropout=0.5)), STEPS),
    "RandomFlip": (lambda: layers.RandomFlip(), PICTURE),
    "RandomRotation": (lambda: layers.RandomRotation(0.4), PICTURE),
    "RandomBrightness": (lambda: layers.RandomBrightness(0.5), PICTURE),
}


class Attending(keras.layers.Layer):
    """Attention of an input over itself."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def call(self, x, training=None):
        return self.inner(x, x, training=training)

    def get_config(self):
        return {}


class Unasked(keras.layers.Layer):
    """A layer that draws whether it is trained or not."""

    def __init__(self):
        super().__init__()
        self.generator = keras.random.SeedGenerator(1)

    def call(self, x):
        return x + keras.random.normal(keras.ops.shape(x), seed=self.generator)


def model_of(layer, shape):
    model = keras.Sequential([keras.Input(shape), layer, layers.Flatten(), layers.Dense(1)])
    model.compile("sgd", loss="mse")
    return model


@pytest.mark.parametrize("name", RANDOM)
def test_a_twin_draws_nothing_while_it_is_trained(name):
    make, shape = RANDOM[name]
    model = model_of(make(), shape)
    x = np.random.default_rng(0).random((16, *shape), dtype="float32")
    trained = [keras.ops.convert_to_numpy(model(x, training=True)) for _ in range(2)]
    assert not np.array_equal(*trained)
    assert otherwise(model)
    assert can_be_alike(model)
    make_alike(model)
    known = keras.ops.convert_to_numpy(model(x, training=False))
    assert np.array_equal(keras.ops.convert_to_numpy(model(x, training=True)), known)
    assert np.isfinite(model.fit(x, np.ones((16, 1)), verbose=0).history["loss"][0])


def test_batch_normalization_still_learns_in_a_twin():
    model = model_of(layers.BatchNormalization(), STEPS)
    assert not otherwise(model)
    make_alike(model)
    before = np.array(model.layers[0].moving_mean)
    model.fit(np.random.default_rng(0).random((16, *STEPS)), np.ones((16, 1)), verbose=0)
    assert not np.array_equal(np.array(model.layers[0].moving_mean), before)


def test_a_layer_that_is_not_told_that_it_is_trained_has_no_twin():
    assert not can_be_alike(model_of(Unasked(), STEPS))


def looked_up(weights):
    """Words looked up, and the same as a product with one-hot words, which every back end trains
    alike; Adam, and a word that is twice in the batch."""
    words = np.array([[0, 1, 1], [1, 2, 0]])
    table, kernel, bias = weights
    embedding = keras.Sequential([keras.Input((3,)), layers.Embedding(3, 2), layers.Flatten(),
                                  layers.Dense(1)])
    product = keras.Sequential([keras.Input((3, 3)), layers.Dense(2, use_bias=False),
                                layers.Flatten(), layers.Dense(1)])
    for model in (embedding, product):
        model.compile("adam", loss="mse")
        model.set_weights([table, kernel, bias])
    return (embedding, words), (product, np.eye(3, dtype="float32")[words])


def losses(model, x):
    return model.fit(x, np.array([[1.0], [3.0]]), epochs=5, shuffle=False,
                     verbose=0).history["loss"]


def test_a_twin_sums_the_gradients_of_a_word_before_it_squares_them():
    draw = np.random.default_rng(0)
    weights = [draw.normal(size=shape).astype("float32") for shape in ((3, 2), (6, 1), (1,))]
    (embedding, words), (product, hot) = looked_up(weights)
    wanted = losses(product, hot)
    assert otherwise(embedding)
    assert not otherwise(product)
    as_keras_does = losses(embedding, words)
    agrees = np.allclose(as_keras_does, wanted, rtol=1e-6)
    assert agrees == (keras.backend.backend() != "tensorflow")
    (twin, _), _ = looked_up(weights)
    make_alike(twin)
    assert losses(twin, words) == pytest.approx(wanted, rel=1e-6)
