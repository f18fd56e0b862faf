"""Every operator against Keras itself: shapes, dtypes, weights, and what is refused.

Keras is the oracle. Layers are built on symbolic tensors; where Keras takes them and specc does
not, the layer is run on zeros and must break there, unless `STRICTER` says why it is refused.
More examples: `HYPOTHESIS_PROFILE=sweep`.
"""

from __future__ import annotations

import os
import warnings
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
keras = pytest.importorskip("keras")

from parity.layers import LAYERS  # noqa: E402
from specc.ops import OPS, table  # noqa: E402
from specc.ops.arguments import resolve  # noqa: E402
from specc.ops.component import Component  # noqa: E402
from specc.ops.op import Entering, Inferred, Misfit, Tensor  # noqa: E402
from specc.source import Where  # noqa: E402

pytestmark = pytest.mark.keras

EXAMPLES = 200 if os.environ.get("HYPOTHESIS_PROFILE") == "sweep" else 12
REFUSALS = (ValueError, TypeError, IndexError, AttributeError, ZeroDivisionError, KeyError,
            RuntimeError, NotImplementedError)

# Where Keras gives "any length" and the dimension is known all the same.
KNOWS_MORE = {"EinsumDense", "Add", "Multiply", "Average", "Maximum", "Minimum", "Subtract",
              "Concatenate", "Pipeline"}
# What Keras lets pass, in building and in running, though it cannot be meant.
STRICTER: dict[str, str] = {
    **{f"Adaptive{kind}Pooling{rank}D": "the number of dimensions is not looked at"
       for kind in ("Max", "Average") for rank in (1, 2, 3)},
    "Resizing": "without a batch, height and width replace the batch",
    "CenterCrop": "without a batch, height and width replace the batch",
    "LayerNormalization": "without weights it may go over the batch, which mixes samples",
    "RNN": "with a cell of one unit anything broadcasts",
    "Pipeline": "the crop in it, without a batch",
    "MelSpectrogram": "of three dimensions Keras promises another shape than it gives",
    "RandomCrop": "without a batch, height and width replace the batch",
}


def to_keras(value: Any) -> Any:
    """The Keras object a component stands for."""
    if isinstance(value, Component):
        args = {key: to_keras(one) for key, one in value.args.items()}
        return getattr(keras.layers, value.name)(**args)
    if isinstance(value, tuple):
        return [to_keras(one) for one in value]
    return value


def entering(tensors: list[Any], takes: str) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """How Keras wants to be called."""
    if takes == "list":
        return (tensors,), {}
    if takes == "arguments" and len(tensors) > 1:
        return (), dict(zip(("query", "value", "key"), tensors, strict=False))
    return tuple(tensors), {}


def call(layer: Any, shapes: list[tuple[int | None, ...]], dtype: str, takes: str) -> list[Any]:
    args, named = entering([keras.KerasTensor((None, *one), dtype=dtype) for one in shapes], takes)
    return keras.tree.flatten(layer(*args, **named))


def run(layer: Any, shapes: list[tuple[int | None, ...]], dtype: str, takes: str) -> None:
    import numpy as np

    kind = {"string": object}.get(dtype, dtype)
    args, named = entering([np.zeros([2, *(dim or 3 for dim in one)], kind) for one in shapes],
                           takes)
    layer(*args, **named)


def same_shape(ours: tuple[Any, ...], theirs: tuple[Any, ...], more: bool) -> bool:
    if len(ours) != len(theirs):
        return False
    return all(a == b if isinstance(b, int) else (more or not isinstance(a, int))
               for a, b in zip(ours, theirs, strict=True))


def judge(name: str, tree: dict[str, Any], shapes: list[tuple[int | None, ...]],
          dtype: str) -> str:
    """Compare one layer with Keras; the answer names the outcome."""
    found = resolve("layer", {"type": name, **tree}, Where("x").at)
    if found.value is None:
        return "the arguments are refused before"
    takes = OPS[name].takes
    ours = OPS[name].infer(found.value, Entering(tuple(
        Tensor(("batch", *one), dtype) for one in shapes)))
    keras.utils.set_random_seed(1)
    try:
        layer = to_keras(found.value)
        theirs = call(layer, shapes, dtype, takes)
    except (*REFUSALS, *tensorflow_errors()) as refusal:
        return refused(ours, shapes, refusal)
    if isinstance(ours, Misfit):
        if name not in STRICTER:
            with pytest.raises((*REFUSALS, *tensorflow_errors())):
                run(to_keras(found.value), shapes, dtype, takes)
        return "Keras refuses when it runs"
    compare(name, found.value, ours, layer, theirs)
    return "both take it"


def refused(ours: Inferred | Misfit, shapes: list[tuple[int | None, ...]],
            refusal: Exception) -> str:
    """What Keras refuses specc refuses too, unless a length is not known."""
    if isinstance(ours, Misfit):
        return "both refuse"
    assert any(dim is None for one in shapes for dim in one), f"Keras refuses: {refusal}"
    return "a free length, silently"


def tensorflow_errors() -> tuple[type[Exception], ...]:
    if keras.backend.backend() != "tensorflow":
        return ()
    import tensorflow as tf

    return (tf.errors.OpError,)


def compare(name: str, layer: Component, ours: Inferred, theirs: Any, gives: list[Any]) -> None:
    more = name in KNOWS_MORE
    assert len(ours.gives) == len(gives) == OPS[name].results(layer)
    for tensor, other in zip(ours.gives, gives, strict=True):
        assert tensor.shape is not None
        assert same_shape(tensor.shape, tuple(other.shape), more), (tensor.shape, other.shape)
        assert tensor.dtype == other.dtype
    assert ours.weights is not None
    assert [(one.name.rsplit("/")[-1], one.shape, one.trainable) for one in ours.weights] == [
        (one.name, tuple(one.shape), one.trainable) for one in theirs.weights]
    assert sum(one.count or 0 for one in ours.weights) == theirs.count_params()


def mutated(name: str, draw: Any,
            shapes: list[tuple[int | None, ...]]) -> list[tuple[int | None, ...]]:
    """The same shapes, or one of them with an axis more, less, or of another size."""
    # Keras promises several hidden axes of EinsumDense in the wrong order, so those stay equal.
    changes = ["none", "less"] if name == "EinsumDense" else ["none", "more", "less", "size"]
    change = draw(st.sampled_from(["none", *changes]))
    at = draw(st.integers(0, len(shapes) - 1))
    dims = list(shapes[at])
    where = draw(st.integers(0, max(len(dims) - 1, 0)))
    if change == "more":
        dims.insert(where, draw(st.integers(1, 5)))
    elif change == "less" and dims:
        del dims[where]
    elif change == "size" and dims:
        dims[where] = draw(st.integers(1, 5))
    return [*shapes[:at], tuple(dims), *shapes[at + 1:]]


def test_every_operator_has_a_strategy() -> None:
    cells = {"SimpleRNNCell", "GRUCell", "LSTMCell", "StackedRNNCells"}  # inside RNN
    assert set(LAYERS) == set(OPS) - cells


@pytest.mark.parametrize("name", sorted(LAYERS))
def test_like_keras(name: str) -> None:
    outcomes: set[str] = set()

    @settings(max_examples=EXAMPLES, derandomize=True, deadline=None, database=None,
              suppress_health_check=list(HealthCheck), phases=(Phase.generate, Phase.shrink))
    @given(st.data())
    def check(data: st.DataObject) -> None:
        tree, shapes, *dtype = data.draw(LAYERS[name])
        changed = mutated(name, data.draw, list(shapes))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Keras warns of what it casts
            outcomes.add(judge(name, tree, changed, dtype[0] if dtype else "float32"))

    check()
    assert "both take it" in outcomes  # else nothing was compared


MASKED = {
    "Dense": {"units": 3}, "Activation": {"activation": "relu"}, "Dropout": {"rate": 0.5},
    "BatchNormalization": {}, "LayerNormalization": {}, "RMSNormalization": {},
    "UnitNormalization": {}, "Softmax": {}, "PReLU": {}, "Flatten": {}, "Identity": {},
    "Reshape": {"target_shape": [4, 5]}, "Permute": {"dims": [2, 1]},
    "Conv1D": {"filters": 2, "kernel_size": 2}, "MaxPooling1D": {}, "ZeroPadding1D": {},
    "GlobalAveragePooling1D": {}, "GlobalMaxPooling1D": {}, "Rescaling": {"scale": 2.0},
    "LSTM": {"units": 2}, "GRU": {"units": 2, "return_sequences": True},
    "Bidirectional": {"layer": {"type": "LSTM", "units": 2, "return_sequences": True}},
    "TimeDistributed": {"layer": {"type": "Dense", "units": 2}},
    "SpatialDropout1D": {"rate": 0.5}, "Normalization": {}, "Masking": {},
    "EinsumDense": {"equation": "abc,cd->abd", "output_shape": [None, 2]},
}


def test_there_are_masked_layers() -> None:
    assert set(MASKED) <= set(OPS)


@pytest.mark.parametrize("name", sorted(MASKED))
def test_masks_go_where_keras_sends_them(name: str) -> None:
    layer = resolve("layer", {"type": name, **MASKED[name]}, Where("x").at).value
    assert layer is not None
    ours = OPS[name].infer(layer, Entering((Tensor(("batch", 5, 4), masked=True),)))
    assert isinstance(ours, Inferred)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a mask is lost
        theirs = to_keras(layer)(keras.layers.Masking()(keras.KerasTensor((None, 5, 4))))
    assert ours.gives[0].masked == (getattr(theirs, "_keras_mask", None) is not None)


@pytest.mark.slow
@pytest.mark.parametrize("model", ["MobileNetV2", "ResNet50"])
def test_whole_models(model: str) -> None:
    """Every layer of a published model, with the arguments Keras itself writes down."""
    layers = [one for one in getattr(keras.applications, model)(weights=None).layers
              if type(one).__name__ in OPS]
    assert len(layers) > 100
    for theirs in layers:
        name = type(theirs).__name__
        entry = table.entry("layer", name)
        assert entry is not None
        args = {key: value for key, value in theirs.get_config().items()
                if key in entry.params and not isinstance(value, dict)}
        layer = Component("layer", name, args, table.defaults("layer", name))
        ours = OPS[name].infer(layer, Entering(tuple(
            Tensor(("batch", *one.shape[1:])) for one in keras.tree.flatten(theirs.input))))
        assert isinstance(ours, Inferred)
        compare(name, layer, ours, theirs, [theirs.output])
