"""FLOPs of random layers and of published models against TensorFlow's profiler.

What specc counts (`specc.ops.op.Inferred`): one forward pass of one sample; a multiply-add is 2,
a bias 1 an element, batch normalization 2 an element, an activation function 0. What the profiler
counts: every node of the graph that it has a formula for (parity/profiler.py says which four things
are put right). So they are equal where a layer is products, sums and comparisons: all of `EQUAL`,
after the node types in `LEFT_OUT` are left out, which specc counts as activation or scaling.

More examples: `HYPOTHESIS_PROFILE=sweep`.

`RELATED` holds the layers whose graph takes another way than the definition; for each it is said by
how much, and that is tested too. Not compared, since the profiler has no formula: max and average
pooling in three dimensions and global max pooling (their costs are those of the neighbours that
are compared; `test_alike`), three-dimensional transposed convolution (`test_alike`), adaptive
pooling (TensorFlow pools every window size it might need), a Fourier transform (`test_mel`).
"""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from parity.profiler import Shape, by_type, keras, profiled, traced
from specc.importer import import_model
from specc.ir.cost import totals
from specc.ops import OPS, table
from specc.ops.arguments import resolve
from specc.ops.component import Component
from specc.ops.op import Entering, Inferred, Tensor
from specc.source import Where

pytestmark = pytest.mark.keras

TIMES = 5 if os.environ.get("HYPOTHESIS_PROFILE") == "sweep" else 1
Drawn = tuple[dict[str, Any], list[Shape]]  # arguments, and the shapes that enter
Draws = st.SearchStrategy[Drawn]
flag = st.booleans()
small = st.integers(1, 4)
length = st.integers(1, 7)


def some(**choices: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=choices)


def one(arguments: st.SearchStrategy[dict[str, Any]], *dims: st.SearchStrategy[int]) -> Draws:
    return st.tuples(arguments, st.tuples(*dims).map(lambda shape: [shape]))


def per_axis(rank: int, size: st.SearchStrategy[int]) -> st.SearchStrategy[Any]:
    return st.one_of(size, st.lists(size, min_size=rank, max_size=rank))


@st.composite
def convolved(draw: st.DrawFn, rank: int, kind: str = "") -> Drawn:
    """Padding, strides or dilation, groups, and the channels first."""
    found = draw(some(padding=st.sampled_from(["valid", "same"]), use_bias=flag))
    found |= draw(st.one_of(
        some(strides=per_axis(rank, st.integers(1, 3))),
        some(dilation_rate=per_axis(rank, st.integers(1, 3)))))
    found["kernel_size"] = draw(per_axis(rank, small))
    channels = draw(st.sampled_from([1, 2, 3, 4, 6]))
    groups = draw(st.sampled_from([1, 1, 2, 3])) if kind == "" else 1
    if kind != "depthwise":
        found["filters"] = groups * draw(small)
    if kind == "" and groups > 1:
        found["groups"], channels = groups, groups * channels
    if kind == "" and rank == 1 and draw(flag):
        found["padding"] = "causal"
    if kind in ("depthwise", "separable"):
        found["depth_multiplier"] = draw(small)
    if kind in ("depthwise", "separable"):
        one_step = draw(st.integers(1, 3))  # TensorFlow takes equal strides only
        found["strides"] = one_step if "strides" in found else 1
    places = tuple(draw(st.integers(1, 12)) for _ in range(rank))
    if kind != "transposed" and draw(flag):
        found["data_format"] = "channels_first"
        return found, [(channels, *places)]
    return found, [(*places, channels)]


def pooled(rank: int) -> Draws:
    arguments = some(pool_size=per_axis(rank, st.integers(1, 3)), padding=st.sampled_from(
        ["valid", "same"]), strides=per_axis(rank, small))
    return one(arguments.map(lambda found: {"pool_size": 2, **found}),
               *[st.integers(1, 9)] * rank, small)


@st.composite
def merged(draw: st.DrawFn, least: int = 2, most: int = 3) -> Drawn:
    shape = tuple(draw(st.lists(length, min_size=1, max_size=3)))
    return {}, [shape] * draw(st.integers(least, most))


@st.composite
def dotted(draw: st.DrawFn) -> Drawn:
    left, right, shared = draw(length), draw(length), draw(length)
    return {"axes": 2}, [(left, shared), (right, shared)]


@st.composite
def summed(draw: st.DrawFn) -> Drawn:
    bound, made = draw(st.sampled_from(["x", "xy"])), draw(st.sampled_from(["d", "de"]))
    size = {letter: draw(length) for letter in "bxyde"}
    found: dict[str, Any] = {"output_shape": [size[one] for one in f"b{made}"],
                             "equation": f"ab{bound},{bound}{made}->ab{made}"}
    if draw(flag):
        found["bias_axes"] = draw(st.sampled_from([made, made[-1]]))
    return found, [tuple(size[one] for one in f"b{bound}")]


@st.composite
def scaled(draw: st.DrawFn) -> Drawn:
    """EinsumDense that sums nothing: a factor for each channel, as in ConvNeXt."""
    shape = draw(st.tuples(length, length, length))
    return {"equation": "abcd,d->abcd", "output_shape": list(shape)}, [shape]


@st.composite
def attended(draw: st.DrawFn, **choices: st.SearchStrategy[Any]) -> Drawn:
    found = draw(some(use_bias=flag, use_gate=flag, **choices))
    width = draw(length)
    if "value_dim" in choices:
        found |= {"num_heads": draw(small), "key_dim": draw(small)}
        return found, [(draw(length), width), (draw(length), draw(length))]
    fewer = draw(small)
    found |= {"head_dim": draw(small), "num_key_value_heads": fewer,
              "num_query_heads": fewer * draw(st.integers(1, 3))}
    return found, [(draw(length), width), (draw(length), width)]


@st.composite
def scored(draw: st.DrawFn, **choices: st.SearchStrategy[Any]) -> Drawn:
    width, steps = draw(st.integers(2, 7)), draw(st.integers(2, 7))
    return draw(some(**choices)), [(draw(length), width), (steps, draw(length)), (steps, width)]


EQUAL: Mapping[str, Draws] = {
    "Dense": st.tuples(
        st.builds(lambda units, more: {"units": units, **more}, length, some(use_bias=flag)),
        st.lists(length, min_size=1, max_size=4).map(lambda dims: [tuple(dims)])),
    **{f"Conv{rank}D": convolved(rank) for rank in (1, 2, 3)},
    **{f"Conv{rank}DTranspose": convolved(rank, "transposed") for rank in (1, 2)},
    **{f"DepthwiseConv{rank}D": convolved(rank, "depthwise") for rank in (1, 2)},
    **{f"SeparableConv{rank}D": convolved(rank, "separable") for rank in (1, 2)},
    **{f"{kind}Pooling{rank}D": pooled(rank) for kind in ("Max", "Average") for rank in (1, 2)},
    **{f"GlobalAveragePooling{rank}D": one(some(keepdims=flag), *[length] * (rank + 1))
       for rank in (1, 2, 3)},
    "BatchNormalization": one(some(center=flag, scale=flag), length, length, length),
    "Rescaling": one(some(offset=st.just(0.5)).map(lambda found: {"scale": 2.0, **found}),
                     length, length),
    "Normalization": one(st.just({"mean": 0.5, "variance": 2.0}), length, length),
    "EinsumDense": summed(),
    "EinsumDense of nothing": scaled(),
    "TimeDistributed": one(st.just({"layer": {"type": "Dense", "units": 3}}), length, length),
    "SpectralNormalization": one(st.just({"layer": {"type": "Dense", "units": 3}}), length),
    **{name: merged() for name in ("Add", "Multiply", "Average", "Maximum", "Minimum")},
    "Subtract": merged(2, 2),
    "Concatenate": merged(),
    "Dot": dotted(),
    "MultiHeadAttention": attended(value_dim=small, output_shape=small),
    "GroupQueryAttention": attended(),
    "Attention": scored(),
    "STFTSpectrogram": one(st.builds(
        lambda frame, mode: {"frame_length": frame, "mode": mode, "window": None},
        st.integers(4, 12), st.sampled_from(["real", "imag", "stft"])),
        st.integers(12, 40), small),
    **{name: one(st.just(found), length, st.integers(2, 7)) for name, found in {
        "ReLU": {}, "ELU": {}, "Flatten": {}, "Dropout": {"rate": 0.5}, "Identity": {},
        "Permute": {"dims": [2, 1]}, "ZeroPadding1D": {}, "GaussianNoise": {"stddev": 1.0},
        "Activation": {"activation": "tanh"}, "Softmax": {}}.items()},
}


def softmax(counts: Counter[str], layer: Component, shapes: list[Shape]) -> int:
    return counts["Softmax"]


def attention(counts: Counter[str], layer: Component, shapes: list[Shape]) -> int:
    """Softmax, and the scale of the scores of every head."""
    heads = layer.get("num_heads") or layer.get("num_query_heads")
    return counts["Softmax"] + int(heads * shapes[0][0] * shapes[1][0])


# What the profiler counts and specc does not: activations and scaling.
LEFT_OUT: Mapping[str, Callable[[Counter[str], Component, list[Shape]], int]] = {
    "MultiHeadAttention": attention, "GroupQueryAttention": attention, "Attention": softmax,
    "Softmax": softmax,
}


def component(name: str, args: Mapping[str, Any]) -> Component:
    found = resolve("layer", {"type": name, **args}, Where("x").at)
    assert found.value is not None, found.diagnostics
    return found.value


def to_keras(value: Any) -> Any:
    """The Keras object a component stands for."""
    if isinstance(value, Component):
        return getattr(keras.layers, value.name)(
            **{key: to_keras(one) for key, one in value.args.items()})
    return [to_keras(one) for one in value] if isinstance(value, tuple) else value


def inferred(layer: Component, shapes: list[Shape]) -> Inferred | None:
    found = OPS[layer.name].infer(layer, Entering(tuple(
        Tensor(("batch", *shape)) for shape in shapes)))
    return found if isinstance(found, Inferred) else None


def graph_of(layer: Component, shapes: list[Shape]) -> Any:
    theirs = to_keras(layer)
    listed = OPS[layer.name].takes == "list"

    def call(*tensors: Any) -> Any:
        return theirs(list(tensors)) if listed else theirs(*tensors)

    call(*(keras.KerasTensor((None, *shape)) for shape in shapes))  # builds it
    return traced(call, shapes)


def drawn(test: Callable[[Drawn], None], draws: Draws, examples: int = 40) -> None:
    settings(max_examples=examples * TIMES, derandomize=True, deadline=None, database=None,
             suppress_health_check=list(HealthCheck),
             phases=(Phase.generate, Phase.shrink))(given(draws)(test))()


@pytest.mark.parametrize("name", sorted(EQUAL))
def test_equal(name: str) -> None:
    compared = []
    kind = name.partition(" ")[0]

    def check(case: Drawn) -> None:
        arguments, shapes = case
        layer = component(kind, arguments)
        ours = inferred(layer, shapes)
        assume(ours is not None)
        assert ours is not None
        counts = by_type(graph_of(layer, shapes))
        theirs = sum(counts.values())
        if name in LEFT_OUT:
            theirs -= LEFT_OUT[name](counts, layer, shapes)
        assert ours.flops == theirs, (counts, arguments, shapes)
        compared.append(theirs)

    drawn(check, EQUAL[name])
    assert len(set(compared)) > 5 or set(compared) == {0}


# ------------------------------------------------- layers whose graph takes another way

# What the profiler counts more (or less), softmax aside.
Difference = Callable[[Component, list[Shape]], int]


def means(shape: Shape) -> int:
    """How many statistics a normalization along the last axis takes."""
    return math.prod(shape[:-1])


def grouped_norm(layer: Component, shapes: list[Shape]) -> int:
    """Scale and offset are joined with the statistics first, for each channel: one product less an
    element, three more a channel, four more a group."""
    (shape,) = shapes
    return 3 * shape[-1] + 4 * layer.get("groups") - math.prod(shape)


def additive(layer: Component, shapes: list[Shape]) -> int:
    """A sum of n numbers is n - 1 additions; without a scale TensorFlow multiplies by 1."""
    scores = shapes[0][0] * shapes[2][0]
    return scores * ((0 if layer.get("use_scale", True) else shapes[0][1]) - 1)


def scaled_scores(layer: Component, shapes: list[Shape]) -> int:
    """The scale of the scores: with `concat` it stands inside the sum, and counts."""
    dots = layer.get("score_mode", "dot") == "dot"
    return shapes[0][0] * shapes[2][0] if dots and layer.get("use_scale", False) else 0


RELATED: Mapping[str, tuple[Draws, Difference]] = {
    # two passes over the differences, four operations a statistic
    "LayerNormalization": (one(st.just({}), length, length), lambda layer, shapes: (
        2 * math.prod(shapes[0]) + 4 * means(shapes[0]))),
    "GroupNormalization": (st.tuples(small, length, small).map(lambda drawn: (
        {"groups": drawn[0]}, [(drawn[1], drawn[0] * drawn[2])])), grouped_norm),
    # the root, and a bound of it, for each statistic
    "RMSNormalization": (one(st.just({}), length, length), lambda _, shapes: 3 * means(shapes[0])),
    "UnitNormalization": (one(st.just({}), length, length), lambda _, shapes: 2 * means(shapes[0])),
    "Dot": (dotted().map(lambda drawn: ({**drawn[0], "normalize": True}, drawn[1])),
            lambda _, shapes: 2 * (means(shapes[0]) + means(shapes[1]))),
    "AdditiveAttention": (scored(use_scale=flag), additive),
    "Attention": (scored(use_scale=flag, score_mode=st.sampled_from(["dot", "concat"])),
                  scaled_scores),
}


@pytest.mark.parametrize("name", sorted(RELATED))
def test_related(name: str) -> None:
    draws, difference = RELATED[name]

    def check(case: Drawn) -> None:
        layer, shapes = component(name, case[0]), case[1]
        ours, counts = inferred(layer, shapes), by_type(graph_of(layer, shapes))
        assert ours is not None
        assert ours.flops is not None
        assert ours.flops + difference(layer, shapes) == sum(counts.values()) - counts["Softmax"], (
            counts, case)

    drawn(check, draws)


def cells() -> Draws:
    return one(st.builds(lambda units, more: {"units": units, **more}, small, some(use_bias=flag)),
               st.integers(1, 5), length)


@st.composite
def convolved_cell(draw: st.DrawFn, rank: int) -> Drawn:
    found = draw(some(use_bias=flag, padding=st.sampled_from(["valid", "same"])))
    found |= {"filters": draw(small), "kernel_size": draw(per_axis(rank, st.integers(1, 3)))}
    return found, [(draw(small), *(draw(st.integers(3, 6)) for _ in range(rank)), draw(small))]


RECURRENT: Mapping[str, tuple[Draws, int, int]] = {  # gates, states
    "SimpleRNN": (cells(), 1, 1), "GRU": (cells(), 3, 1), "LSTM": (cells(), 4, 2),
    "GRU before": (cells().map(lambda drawn: ({**drawn[0], "reset_after": False}, drawn[1])), 3, 1),
    **{f"ConvLSTM{rank}D": (convolved_cell(rank), 4, 2) for rank in (1, 2, 3)},
}


@pytest.mark.parametrize("name", sorted(RECURRENT))
def test_recurrent(name: str) -> None:
    """One step of the cell, for each step; TensorFlow adds up the products of what enters and of
    the state afterwards, which is one addition for each gate."""
    draws, gates, states = RECURRENT[name]

    def check(case: Drawn) -> None:
        arguments, ((steps, *rest),) = case
        layer = component(name.partition(" ")[0], arguments)
        ours = inferred(layer, case[1])
        assert ours is not None
        assert ours.flops is not None
        theirs = to_keras(layer)
        theirs(keras.KerasTensor((None, steps, *rest)))
        state = tuple(ours.gives[0].shape or ())[1:]
        graph = traced(lambda x, *held: theirs.cell(x, list(held))[0],
                       [tuple(rest), *[state] * states])  # type: ignore[list-item]
        step = sum(by_type(graph).values())
        assert ours.flops == steps * (step - gates * math.prod(state))  # type: ignore[arg-type]

    drawn(check, draws, 25)


# ------------------------------------------------- layers that the profiler has no formula for

@pytest.mark.parametrize(("samples", "length", "stride"), [(400, 64, 16), (900, 128, 32)])
def test_mel(samples: int, length: int, stride: int) -> None:
    """The profiler counts the product with the bands; of the transform it knows nothing."""
    layer = component("MelSpectrogram", {"fft_length": length, "sequence_stride": stride})
    ours = inferred(layer, [(samples,)])
    assert ours is not None
    assert ours.flops is not None
    frames = ours.gives[0].shape[-1]  # type: ignore[index]
    transform = int(2.5 * length * math.log2(length)) * frames  # type: ignore[operator]
    assert ours.flops - transform == by_type(graph_of(layer, [(samples,)]))["MatMul"]


def cost(name: str, args: Mapping[str, Any], *shape: int) -> int:
    found = inferred(component(name, args), [shape])
    assert found is not None
    assert found.flops is not None
    return found.flops


@given(st.integers(1, 5), st.integers(3, 7), st.integers(3, 7), small, st.integers(1, 3), small)
@settings(derandomize=True, deadline=None, database=None)
def test_alike(depth: int, height: int, width: int, channels: int, window: int, step: int) -> None:
    """In three dimensions a window that is one deep does, at each depth, what it does in two."""
    flat, deep = (height, width, channels), (depth, height, width, channels)
    pool, pools = {"pool_size": window, "strides": step}, {"pool_size": [1, window, window],
                                                           "strides": [1, step, step]}
    for kind in ("Max", "Average"):
        assert cost(f"{kind}Pooling3D", pools, *deep) == depth * cost(
            f"{kind}Pooling2D", pool, *flat)
    conv = {"filters": 3, "kernel_size": window, "strides": step}
    convs = {"filters": 3, "kernel_size": [1, window, window], "strides": [1, step, step]}
    assert cost("Conv3DTranspose", convs, *deep) == depth * cost("Conv2DTranspose", conv, *flat)
    assert cost("GlobalMaxPooling3D", {}, *deep) == cost("GlobalAveragePooling3D", {}, *deep)
    first = {**pool, "data_format": "channels_first"}
    assert cost("MaxPooling2D", first, channels, height, width) == cost("MaxPooling2D", pool, *flat)
    first = {**conv, "data_format": "channels_first"}
    assert cost("Conv2DTranspose", first, channels, height, width) == cost(
        "Conv2DTranspose", conv, *flat)


# ------------------------------------------------- published models

ACTIVATIONS = ("Activation", "ReLU", "Softmax")
MODELS = ("DenseNet121", "EfficientNetB0", "InceptionV3", "MobileNetV2", "NASNetMobile", "ResNet50",
          "VGG16", "Xception")
# Where the products of an activation alone (silu's two) are more than 1 % of everything.
BY_ACTIVATIONS = ("EfficientNetB0",)


def of_keras(layer: Any) -> tuple[Component, list[Shape]] | None:
    """A layer of a Keras model as specc has it, and what enters; None for inputs."""
    name = type(layer).__name__
    entry = table.entry("layer", name)
    if name == "InputLayer":
        return None
    assert entry is not None, name
    args = {key: value for key, value in layer.get_config().items()
            if key in entry.params and not isinstance(value, dict) and value is not None}
    return Component("layer", name, args, table.defaults("layer", name)), [
        tuple(one.shape[1:]) for one in keras.tree.flatten(layer.input)]


def alone(layer: Any, shapes: list[Shape]) -> int:
    """What the profiler counts of one layer of a model."""
    if OPS[type(layer).__name__].takes == "list":
        return sum(by_type(traced(lambda *taken: layer(list(taken)), shapes)).values())
    return sum(by_type(traced(layer, shapes)).values())


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
def test_published_models(name: str) -> None:
    """Every layer but activations exactly; in all within 1 % of everything that the profiler counts
    in the whole graph: with what does not depend on the sample (batch normalization's square roots)
    and, but for `BY_ACTIVATIONS`, with activations. What `specc import` writes costs the same."""
    model = getattr(keras.applications, name)(weights=None)
    specc = activations = 0
    for theirs in model.layers:
        if (found := of_keras(theirs)) is None:
            continue
        layer, shapes = found
        ours = inferred(layer, shapes)
        assert ours is not None
        assert ours.flops is not None
        specc += ours.flops
        if layer.name in ACTIVATIONS:
            activations += alone(theirs, shapes)
        elif layer.get("activation") in (None, "linear"):
            assert ours.flops == alone(theirs, shapes), (theirs.name, layer.name, shapes)
    imported = import_model(model.to_json().encode(), training=False)
    assert imported.value is not None
    assert imported.value.checked.plan is not None
    assert totals(imported.value.checked.plan.graph).flops == specc
    whole = traced(lambda image: model(image, training=False), [tuple(model.input.shape[1:])])
    counted = sum(profiled(whole).values())
    print(f"{name}: specc {specc:,}, profiler {counted:,} ({specc / counted:.5f}), without "
          f"activations {counted - activations:,} ({specc / (counted - activations):.5f})")
    assert specc == pytest.approx(counted - activations, rel=1e-3)
    assert (specc == pytest.approx(counted, rel=0.01)) == (name not in BY_ACTIVATIONS)
    keras.backend.clear_session()
