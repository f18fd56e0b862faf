"""Initial weights are the same on every back end, and distributed as Keras's initializers say.

`FIRST` was written once. TensorFlow, JAX and torch are held to it, each in its own environment.
"""

from __future__ import annotations

import math

import numpy as np
import plans
import pytest
from plans import layer

from specc.backend.start import start

pytestmark = pytest.mark.keras
start()

import keras  # noqa: E402

from specc.backend.build import build  # noqa: E402
from specc.backend.draws import (  # noqa: E402
    CHUNK,
    DISTRIBUTIONS,
    normal,
    same_everywhere,
    sample,
    truncated_normal,
    uniform,
)
from specc.runner.goldens import weights_digest  # noqa: E402

FIRST = {  # of seed 7: NumPy promises the draws, SciPy the digits of what they become
    "uniform": (uniform, [0.87207347, 0.29536539, 0.42009768]),
    "normal": (normal, [1.1362473, -0.53777736, -0.2016436]),
    "truncated_normal": (truncated_normal, [1.0587537, -0.51099777, -0.19235197]),
}


DIGEST = "3d374aa152c7b97e7da39e23f6c357f9b90338c8058e13ec8b5362e856401fcd"  # of the model below


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_draws_stay_what_they_are(name):
    distribution, expected = FIRST[name]
    first, second = (0.0, 1.0)
    assert sample(distribution, (3,), 7, first, second) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_a_number_depends_on_the_seed_and_on_its_place_alone(name):
    distribution = DISTRIBUTIONS[name][0]
    long = sample(distribution, (CHUNK + 5,), 3, 0.0, 1.0)
    assert np.array_equal(sample(distribution, (2, 3), 3, 0.0, 1.0).ravel(), long[:6])
    assert not np.array_equal(sample(distribution, (6,), 4, 0.0, 1.0), long[:6])
    assert len(np.unique(long[-10:])) == 10  # the second chunk goes on


INITIALIZERS = [
    keras.initializers.GlorotUniform, keras.initializers.GlorotNormal,
    keras.initializers.HeUniform, keras.initializers.HeNormal,
    keras.initializers.LecunUniform, keras.initializers.LecunNormal,
    keras.initializers.RandomUniform, keras.initializers.RandomNormal,
    keras.initializers.TruncatedNormal, keras.initializers.Orthogonal,
]


@pytest.mark.parametrize("kind", INITIALIZERS, ids=lambda kind: kind.__name__)
def test_initializers_keep_their_distribution(kind):
    """Mean, deviation and reach of 60,000 weights are those of Keras's own draws."""
    theirs = keras.ops.convert_to_numpy(kind(seed=1)((200, 300)))
    with same_everywhere():
        ours = keras.ops.convert_to_numpy(kind(seed=1)((200, 300)))
    again = keras.ops.convert_to_numpy(kind(seed=1)((200, 300)))
    assert np.array_equal(theirs, again)  # Keras draws as before afterwards
    assert not np.array_equal(theirs, ours)
    deviation = float(theirs.std())
    assert abs(ours.mean() - theirs.mean()) < 6 * deviation / math.sqrt(ours.size)
    assert ours.std() == pytest.approx(deviation, rel=0.02)
    assert np.quantile(ours, (0.05, 0.5, 0.95)) == pytest.approx(
        np.quantile(theirs, (0.05, 0.5, 0.95)), abs=0.05 * deviation)


def test_generators_stay_with_the_back_end():
    """What a layer draws while it trains is left alone."""
    one, other = (keras.random.SeedGenerator(3) for _ in range(2))
    theirs = keras.ops.convert_to_numpy(keras.random.uniform((4,), seed=one))
    with same_everywhere():
        ours = keras.ops.convert_to_numpy(keras.random.uniform((4,), seed=other))
    assert np.array_equal(theirs, ours)


def test_a_model_starts_from_the_same_weights_on_every_back_end():
    nodes = plans.chain(
        ("conv", layer("Conv2D", filters=4, kernel_size=3)), ("norm", layer("BatchNormalization")),
        ("drop", layer("Dropout", rate=0.5)), ("flat", layer("Flatten")),
        ("dense", layer("Dense", units=8, kernel_initializer="he_normal")),
        ("price", layer("Dense", units=1, kernel_initializer="random_normal")))
    made = plans.plan(plans.graph(nodes, {"price": "price"}, {"x": (6, 6, 1)}))
    model = build(made).value
    assert weights_digest(model) == DIGEST
