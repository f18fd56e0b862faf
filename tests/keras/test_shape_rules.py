"""What the rules about shapes and graphs say of Keras, held against Keras itself."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers
from keras.ops import convert_to_numpy

from specc.ir.graph import Node
from specc.ir.vocabulary import highest
from specc.ops.arguments import resolve
from specc.rules.idle import OFF
from specc.rules.sequences import DEAF
from specc.source import Where

pytestmark = [pytest.mark.keras, pytest.mark.filterwarnings("ignore")]

# What the layers need that stand in `DEAF`.
NEEDS: dict[str, dict[str, Any]] = {
    "Reshape": {"target_shape": (-1,)}, "Permute": {"dims": (2, 1)}, "RepeatVector": {"n": 2},
    "EinsumDense": {"equation": "abc,cd->abd", "output_shape": (None, 3)},
    "DepthwiseConv1D": {"kernel_size": 2}, "AveragePooling1D": {"pool_size": 2},
    **{name: {"filters": 3, "kernel_size": 2} for name in (
        "Conv1D", "Conv1DTranspose", "SeparableConv1D")}}


@pytest.mark.parametrize("name", sorted(DEAF))
def test_a_deaf_layer_drops_the_mask(name: str) -> None:
    assert not getattr(layers, name)(**NEEDS.get(name, {})).supports_masking


@pytest.mark.parametrize("name", ["Dropout", "Dense", "LayerNormalization", "Activation",
                                  "GlobalAveragePooling1D", "LSTM", "Attention", "TimeDistributed"])
def test_others_take_it(name: str) -> None:
    needs: dict[str, dict[str, Any]] = {
        "Dropout": {"rate": 0.1}, "Dense": {"units": 2}, "LSTM": {"units": 2},
        "Activation": {"activation": "relu"}, "TimeDistributed": {"layer": layers.Dense(2)}}
    assert getattr(layers, name)(**needs.get(name, {})).supports_masking
    assert name not in DEAF


def test_a_lost_mask_changes_what_is_learned() -> None:
    """Padding counts behind a convolution: two rows that differ only in it come out different."""
    keras.utils.set_random_seed(1)
    ids = np.array([[1, 2, 0, 0], [1, 2, 3, 0]])
    short = layers.Embedding(5, 3, mask_zero=True)(ids[:1])
    mean = layers.GlobalAveragePooling1D()
    heard = convert_to_numpy(mean(short))
    assert np.allclose(heard, convert_to_numpy(short)[:, :2].mean(1))
    lost = convert_to_numpy(layers.GlobalMaxPooling1D()(short))
    assert np.allclose(lost, convert_to_numpy(short).max(1))


@pytest.mark.parametrize("name", ["Add", "Multiply", "Average", "Maximum", "Minimum",
                                  "Concatenate"])
def test_keras_merges_one_tensor_in_silence(name: str) -> None:
    one = keras.Input((3, 4))
    assert getattr(layers, name)()([one]).shape == one.shape


def test_batch_normalization_takes_any_axis() -> None:
    """A scale for each of 5 rows, where there are 2 channels."""
    layer = layers.BatchNormalization(axis=1)
    layer(np.zeros((1, 5, 6, 2)))
    assert layer.gamma.shape == (5,)


def test_a_kernel_beyond_a_padded_map_is_accepted() -> None:
    layer = layers.Conv1D(1, 9, padding="same", use_bias=False)
    wide = convert_to_numpy(layer(np.ones((1, 3, 1))))
    assert wide.shape == (1, 3, 1)
    kernel = convert_to_numpy(layer.kernel)
    assert np.allclose(wide[0, 1], kernel[3:6].sum())  # six of nine weights meet zeros


def test_squared_errors_broadcast_steps() -> None:
    """(5, 4, 1) against (5, 1): every step is compared with the row's only target."""
    loss = keras.losses.MeanSquaredError()
    assert np.isfinite(float(loss(np.zeros((5, 1)), np.ones((5, 4, 1)))))


IDLE: dict[str, tuple[Callable[..., Any], dict[str, Any], tuple[int, ...]]] = {
    "use_bias": (layers.Conv2D, {"filters": 2, "kernel_size": 1}, (8, 8, 3)),
    "center": (layers.BatchNormalization, {}, (4,)),
    "scale": (layers.BatchNormalization, {}, (4,)),
    "renorm": (layers.BatchNormalization, {}, (4,)),
    "lora_rank": (layers.Dense, {"units": 2}, (4,)),
}
VALUES = {"initializer": "ones", "regularizer": "l2", "constraint": "non_neg",
          "momentum": 0.5, "clipping": {"rmax": 2.0}, "alpha": 3.0}


def idle() -> Iterator[tuple[str, str, object]]:
    yield from ((argument, switch, value) for argument, (switch, value) in OFF.items())


@pytest.mark.parametrize(("argument", "switch", "value"), list(idle()))
def test_an_idle_argument_does_nothing(argument: str, switch: str, value: object) -> None:
    """The same weights and the same result, with and without it."""
    make, needs, shape = IDLE[switch]
    given = VALUES[argument.rpartition("_")[2]]
    assert argument in inspect.signature(make).parameters

    def run(**more: Any) -> tuple[list[Any], Any, list[Any]]:
        keras.utils.set_random_seed(1)
        layer = make(**needs, **{switch: value}, **more)
        out = layer(np.linspace(0, 1, 2 * int(np.prod(shape))).reshape(2, *shape), training=True)
        return layer.get_weights(), convert_to_numpy(out), [float(one) for one in layer.losses]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plain, more = run(), run(**{argument: given})
    assert len(plain[0]) == len(more[0])
    assert all(np.array_equal(a, b) for a, b in zip(plain[0], more[0], strict=True))
    assert np.array_equal(plain[1], more[1])
    assert plain[2] == more[2]


def test_a_dilated_kernel_of_one_is_a_kernel_of_one() -> None:
    image = np.random.default_rng(1).random((1, 6, 6, 1))
    plain, dilated = layers.Conv2D(1, 1), layers.Conv2D(1, 1, dilation_rate=3)
    expected = convert_to_numpy(plain(image))
    dilated.build(image.shape)
    dilated.set_weights(plain.get_weights())
    assert np.array_equal(expected, convert_to_numpy(dilated(image)))


@pytest.mark.parametrize(("window", "shape"), [("Conv2D", (None, None, 3)),
                                               ("MaxPooling1D", (None, 8))])
def test_what_a_window_leaves_of_a_free_length_is_free(window: str,
                                                       shape: tuple[int | None, ...]) -> None:
    needs = {"filters": 4, "kernel_size": 3} if window == "Conv2D" else {}
    with pytest.raises(ValueError, match="fully-defined"):
        keras.Sequential([keras.Input(shape), getattr(layers, window)(**needs), layers.Flatten(),
                          layers.Dense(1)])


@pytest.mark.tensorflow  # lookups
@pytest.mark.parametrize(("name", "arguments", "values"), [
    ("IntegerLookup", {"vocabulary": (10, 20, 30)}, [10, 30, 99]),
    ("IntegerLookup", {"vocabulary": (10, 20, 30), "mask_token": 0}, [10, 30, 99]),
    ("IntegerLookup", {"vocabulary": (10, 20, 30), "num_oov_indices": 2}, [10, 30, 99]),
    ("IntegerLookup", {"vocabulary": (10, 20, 30), "num_oov_indices": 0}, [10, 30]),
    ("Discretization", {"bin_boundaries": (0.0, 1.0, 2.0)}, [-5.0, 0.5, 9.0]),
    ("Hashing", {"num_bins": 5}, list(range(1000))),
])
def test_the_highest_integer_of_a_lookup(name: str, arguments: dict[str, Any],
                                         values: list[float]) -> None:
    """What an embedding behind it needs rows for."""
    component = resolve("layer", {"type": name, **arguments}, lambda *_: Where("")).value
    assert component is not None
    layer = getattr(layers, name)(**{key: list(value) if isinstance(value, tuple) else value
                                     for key, value in arguments.items()})
    assert int(np.max(convert_to_numpy(layer(np.array([values]))))) == highest(
        Node(name, name, component))
