"""What random layers look like: for each operator a strategy of arguments and entering shapes.

A strategy gives `(arguments, shapes)`, or `(arguments, shapes, dtype)`; shapes stand without the
batch, None is a free length. Most draws fit, some do not: both are compared with Keras.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

Args = dict[str, Any]
Shapes = tuple[tuple[int | None, ...], ...]
Draw = st.DrawFn

small = st.integers(1, 4)
length = st.integers(1, 9)
flag = st.booleans()
formats = st.sampled_from([None, "channels_last", "channels_first"])
paddings = st.sampled_from(["valid", "same"])


def free(dim: st.SearchStrategy[int]) -> st.SearchStrategy[int | None]:
    """Mostly a number, now and then a free length."""
    return st.one_of(dim, dim, dim, dim, st.none())


def per_axis(rank: int, size: st.SearchStrategy[int]) -> st.SearchStrategy[int | list[int]]:
    return st.one_of(size, st.lists(size, min_size=rank, max_size=rank))


def some(**choices: st.SearchStrategy[Any]) -> st.SearchStrategy[Args]:
    """Arguments, each of them written or left to its default."""
    return st.fixed_dictionaries({}, optional=choices)


def args(**choices: st.SearchStrategy[Any]) -> st.SearchStrategy[Args]:
    return st.fixed_dictionaries(choices)


def both(a: st.SearchStrategy[Args], b: st.SearchStrategy[Args]) -> st.SearchStrategy[Args]:
    return st.builds(lambda x, y: {**x, **y}, a, b)


def shape(*dims: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.tuples(*dims)


def any_shape(low: int = 1, high: int = 4) -> st.SearchStrategy[tuple[int | None, ...]]:
    return st.lists(free(length), min_size=low, max_size=high).map(tuple)


def firm(low: int = 1, high: int = 4) -> st.SearchStrategy[tuple[int, ...]]:
    return st.lists(length, min_size=low, max_size=high).map(tuple)


def one(arguments: st.SearchStrategy[Args],
        enters: st.SearchStrategy[tuple[int | None, ...]],
        dtypes: tuple[str, ...] = ("float32", "float32", "int32")) -> st.SearchStrategy[Any]:
    return st.tuples(arguments, enters.map(lambda x: (x,)), st.sampled_from(dtypes))


nothing = st.just({})
everything = any_shape()


def located(rank: int, *before: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    """Positions and channels (or channels and positions): all may be read both ways."""
    return shape(*before, *(free(st.integers(2, 12)) for _ in range(rank)),
                 st.sampled_from([1, 2, 3, 4, 6]))


@st.composite
def convolved(draw: Draw, rank: int, kind: str) -> Any:
    found = draw(both(args(kernel_size=per_axis(rank, small)), some(
        strides=per_axis(rank, st.integers(1, 3)), dilation_rate=per_axis(rank, small),
        padding=paddings, data_format=formats, use_bias=flag)))
    if kind != "depthwise":
        found["filters"] = draw(st.sampled_from([1, 2, 3, 4, 6]))
    if kind == "plain" and draw(flag):
        found["groups"] = draw(st.integers(1, 3))
    if kind == "plain" and rank == 1 and draw(flag):
        found["padding"] = "causal"
    if kind in ("depthwise", "separable") and draw(flag):
        found["depth_multiplier"] = draw(small)
    if kind == "transposed" and draw(flag):
        found["output_padding"] = draw(per_axis(rank, st.integers(0, 2)))
    if draw(st.integers(0, 4)):  # mostly one of both, since Keras refuses both
        found.pop("dilation_rate" if draw(flag) else "strides", None)
    return found, (draw(located(rank)),)


def pooled(rank: int) -> st.SearchStrategy[Any]:
    return one(some(strides=per_axis(rank, small), padding=paddings, data_format=formats,
                    pool_size=per_axis(rank, small)).map(lambda x: {"pool_size": 2, **x}),
               located(rank))


def ended(rank: int, key: str) -> st.SearchStrategy[Any]:
    """Padding and cropping: one number, one an axis, or a pair an axis."""
    number = st.integers(0, 3)
    pair = st.lists(number, min_size=2, max_size=2)
    ways = [number, pair] if rank == 1 else [
        number, st.lists(number, min_size=rank, max_size=rank),
        st.lists(pair, min_size=rank, max_size=rank)]
    extra = {} if (rank == 1 and key == "cropping") else {"data_format": formats}
    return one(some(**{key: st.one_of(*ways)}, **extra), located(rank))


@st.composite
def reshaped(draw: Draw) -> Any:
    enters = draw(any_shape(1, 3))
    target = list(draw(st.permutations([dim or 2 for dim in enters])))
    if draw(flag):
        target[draw(st.integers(0, len(target) - 1))] = draw(st.sampled_from([-1, 3]))
    return {"target_shape": target}, (enters,), draw(st.sampled_from(["float32", "int32"]))


@st.composite
def permuted(draw: Draw) -> Any:
    enters = draw(any_shape(2, 4))
    return {"dims": draw(st.permutations(range(1, len(enters) + 1)))}, (enters,)


@st.composite
def merged(draw: Draw, least: int = 2, most: int = 3) -> Any:
    base = draw(any_shape(1, 3))
    shapes = [tuple(draw(st.sampled_from([dim, dim, dim, 1])) for dim in base)
              for _ in range(draw(st.integers(least, most)))]
    if draw(st.integers(0, 3)) == 0:
        shapes[-1] = shapes[-1][1:] or shapes[-1]
    return {}, tuple(shapes)


@st.composite
def concatenated(draw: Draw) -> Any:
    base = draw(any_shape(1, 3))
    axis = draw(st.integers(1, len(base)))
    shapes = []
    for _ in range(draw(st.integers(2, 3))):
        dims = list(base)
        dims[axis - 1] = draw(free(length))
        shapes.append(tuple(dims))
    written = draw(st.sampled_from([axis, axis - len(base) - 1]))
    return {"axis": written}, tuple(shapes)


@st.composite
def dotted(draw: Draw) -> Any:
    left, right = list(draw(firm(1, 3))), list(draw(firm(1, 3)))
    a, b = draw(st.integers(1, len(left))), draw(st.integers(1, len(right)))
    left[a - 1] = right[b - 1]
    axes = draw(st.sampled_from([[a, b], [a - len(left) - 1, b], a]))
    return {"axes": axes, "normalize": draw(flag)}, (tuple(left), tuple(right))


@st.composite
def axed(draw: Draw, several: bool, **choices: st.SearchStrategy[Any]) -> Any:
    enters = draw(firm(1, 4))
    rank = len(enters)
    axis: Any = draw(st.integers(-rank, rank).filter(lambda x: x not in (0, -rank - 1)))
    if several and draw(flag):
        axis = draw(st.lists(st.integers(1, rank), min_size=1, max_size=rank, unique=True))
    found = draw(some(**choices))
    if draw(flag):
        found["axis"] = axis
    return found, (enters,)


@st.composite
def summed(draw: Draw) -> Any:
    """EinsumDense: a projection of the last letters, with and without dots."""
    free_letters = draw(st.sampled_from(["a", "ab", "abc"]))
    bound, made = draw(st.sampled_from(["x", "xy"])), draw(st.sampled_from(["d", "de"]))
    dims = {letter: draw(length) for letter in free_letters + bound + made}
    dots = draw(flag)
    # equal ones: Keras promises several hidden dimensions in the wrong order
    hidden = (draw(free(length)),) * draw(st.integers(1, 2)) if dots else ()
    known = None if draw(flag) else "known"
    between = [dims[letter] if known else None for letter in free_letters[1:]]
    if dots:
        equation = f"...{bound},{bound}{made}->...{made}"
        enters = (*hidden, *(dims[letter] for letter in bound))
        output = [dims[letter] for letter in made]
    else:
        equation = f"{free_letters}{bound},{bound}{made}->{free_letters}{made}"
        enters = tuple(dims[letter] for letter in free_letters[1:] + bound)
        output = [*between, *(dims[letter] for letter in made)]
    if dots:  # the batch and the hidden dimensions come from the input
        output = output if draw(flag) or len(output) > 1 else output[0]  # type: ignore[assignment]
    found: Args = {"equation": equation, "output_shape": output}
    if draw(flag):
        found["bias_axes"] = draw(st.sampled_from([made, made[-1]]))
    return found, (enters,)


@st.composite
def attended(draw: Draw, grouped: bool) -> Any:
    width, steps, others = draw(length), draw(free(length)), draw(free(length))
    found: Args = draw(some(use_bias=flag, use_gate=flag))
    if grouped:
        fewer = draw(small)
        found |= {"head_dim": draw(small), "num_key_value_heads": fewer,
                  "num_query_heads": fewer * draw(st.integers(1, 3))}
        shapes = [(steps, width), (others, width), (others, draw(length))]
    else:
        found |= {"num_heads": draw(small), "key_dim": draw(small)}
        found |= draw(some(value_dim=small, output_shape=st.one_of(
            small, st.lists(small, min_size=1, max_size=2))))
        middle = draw(st.sampled_from([(), (2,)]))
        shapes = [(*middle, steps, width), (*middle, others, draw(length)),
                  (*middle, others, draw(length))]
    return found, tuple(shapes[:draw(st.sampled_from([2, 3]))])


@st.composite
def scored(draw: Draw, additive: bool) -> Any:
    width, steps, others = draw(length), draw(free(length)), draw(length)
    found = draw(some(use_scale=flag) if additive else some(
        use_scale=flag, score_mode=st.sampled_from(["dot", "concat"])))
    shapes = [(steps, width), (others, width), (others, width)]
    return found, tuple(shapes[:draw(st.sampled_from([2, 3]))])


cell_choices = {"use_bias": flag}
recurrent_choices = {"return_sequences": flag, "return_state": flag, "go_backwards": flag}
sequences = shape(free(length), length)


def cells() -> st.SearchStrategy[Args]:
    gated = both(args(type=st.sampled_from(["SimpleRNNCell", "LSTMCell"]), units=small),
                 some(**cell_choices))
    reset = both(args(type=st.just("GRUCell"), units=small),
                 some(reset_after=flag, **cell_choices))
    return st.one_of(gated, reset)


def recurrent(name: str) -> st.SearchStrategy[Args]:
    extra = {"reset_after": flag} if name == "GRU" else {}
    return both(args(type=st.just(name), units=small),
                some(**cell_choices, **recurrent_choices, **extra))


stacks = st.lists(cells(), min_size=1, max_size=3)
rnn = both(args(type=st.just("RNN"), cell=st.one_of(
    cells(), stacks, args(type=st.just("StackedRNNCells"), cells=stacks))),
    some(**recurrent_choices))
any_recurrent = st.one_of(*(recurrent(name) for name in ("SimpleRNN", "GRU", "LSTM")), rnn)


def untyped(found: Args) -> Args:
    return {key: value for key, value in found.items() if key != "type"}


def conv_lstm(rank: int) -> st.SearchStrategy[Any]:
    return one(both(
        args(filters=small, kernel_size=per_axis(rank, st.integers(1, 3))),
        some(strides=per_axis(rank, st.integers(1, 2)), padding=paddings, data_format=formats,
             **cell_choices, **recurrent_choices)),
        shape(free(length), *(st.integers(2, 8) for _ in range(rank)), small), ("float32",))


inner_layers = st.sampled_from([
    {"type": "Dense", "units": 3},
    {"type": "Conv1D", "filters": 2, "kernel_size": 2},
    {"type": "Flatten"},
    {"type": "LSTM", "units": 2},
    {"type": "BatchNormalization"},
    {"type": "Dropout", "rate": 0.5},
    {"type": "TimeDistributed", "layer": {"type": "Dense", "units": 2}},
])
bidirectional = both(
    args(layer=any_recurrent.map(lambda x: {**x, "go_backwards": False})),
    some(merge_mode=st.sampled_from(["sum", "mul", "ave", "concat", None])))

images = located(2)
factor = st.sampled_from([0.1, 0.5])
modes = st.sampled_from(["one_hot", "multi_hot", "count"])
all_modes = st.sampled_from(["int", "one_hot", "multi_hot", "count"])
words = st.sampled_from([["a", "b"], ["[UNK]", "a"], ["", "[UNK]", "a", "b"]])
numbers = st.sampled_from([[7, 8], [-1, 7], [7, 8, 9]])
ints, floats, texts = ("int32",), ("float32",), ("string",)
columns = st.sampled_from([(1,), (3,), (2, 3), (2, 1), ()])


@st.composite
def normalized(draw: Draw) -> Any:
    enters = draw(firm(1, 3))
    if draw(flag):
        return {}, (enters,)
    if draw(flag):
        axes = draw(st.sampled_from([None, 1, [1], -1]))
        return {"axis": axes}, (enters,)
    count = draw(st.sampled_from([1, enters[-1], 2]))
    return {"mean": [0.5] * count, "variance": [1.0] * count}, (enters,)


def image(**choices: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return one(args(**choices), images)


LAYERS: Mapping[str, st.SearchStrategy[Any]] = {
    "Dense": one(both(args(units=length), some(use_bias=flag)), everything),
    "EinsumDense": summed(),
    "Embedding": one(both(args(input_dim=length, output_dim=length), some(mask_zero=flag)),
                     any_shape(0, 3)),
    "ReversibleEmbedding": one(both(args(input_dim=length, output_dim=length),
                                    some(tie_weights=flag)), any_shape(0, 3), ints),
    "Masking": one(nothing, any_shape(2, 4)),
    "Identity": one(nothing, everything),
    "Activation": one(args(activation=st.sampled_from(["relu", "tanh"])), everything),
    "ReLU": one(nothing, everything),
    "LeakyReLU": one(nothing, everything),
    "ELU": one(nothing, everything),
    "Softmax": one(some(axis=st.integers(-2, 2)), any_shape(2, 3)),
    "PReLU": one(some(shared_axes=st.lists(st.integers(1, 3), min_size=1, max_size=2,
                                           unique=True)), firm()),
    "ActivityRegularization": one(some(l1=factor), everything),
    "Dropout": one(args(rate=factor), everything),
    "AlphaDropout": one(args(rate=factor), everything),
    "GaussianDropout": one(args(rate=factor), everything),
    "GaussianNoise": one(args(stddev=factor), everything),
    **{f"SpatialDropout{rank}D": one(
        both(args(rate=factor), some(data_format=formats) if rank > 1 else nothing),
        located(rank)) for rank in (1, 2, 3)},
    **{f"Conv{rank}D": convolved(rank, "plain") for rank in (1, 2, 3)},
    **{f"Conv{rank}DTranspose": convolved(rank, "transposed") for rank in (1, 2, 3)},
    **{f"DepthwiseConv{rank}D": convolved(rank, "depthwise") for rank in (1, 2)},
    **{f"SeparableConv{rank}D": convolved(rank, "separable") for rank in (1, 2)},
    **{f"{kind}Pooling{rank}D": pooled(rank) for kind in ("Max", "Average")
       for rank in (1, 2, 3)},
    **{f"Global{kind}Pooling{rank}D": one(some(keepdims=flag, data_format=formats), located(rank))
       for kind in ("Max", "Average") for rank in (1, 2, 3)},
    **{f"Adaptive{kind}Pooling{rank}D": one(
        both(args(output_size=per_axis(rank, small)), some(data_format=formats)), located(rank))
       for kind in ("Max", "Average") for rank in (1, 2, 3)},
    **{f"ZeroPadding{rank}D": ended(rank, "padding") for rank in (1, 2, 3)},
    **{f"Cropping{rank}D": ended(rank, "cropping") for rank in (1, 2, 3)},
    "UpSampling1D": one(some(size=small), located(1)),
    **{f"UpSampling{rank}D": one(some(size=per_axis(rank, small), data_format=formats),
                                 located(rank)) for rank in (2, 3)},
    "Flatten": one(some(data_format=formats), any_shape(0, 4)),
    "Reshape": reshaped(),
    "Permute": permuted(),
    "RepeatVector": one(args(n=small), any_shape(1, 1)),
    **{name: merged() for name in ("Add", "Multiply", "Average", "Maximum", "Minimum")},
    "Subtract": merged(2, 2),
    "Concatenate": concatenated(),
    "Dot": dotted(),
    "BatchNormalization": axed(False, center=flag, scale=flag, renorm=flag),
    "LayerNormalization": axed(True, center=flag, scale=flag),
    "GroupNormalization": axed(False, center=flag).flatmap(lambda drawn: st.tuples(
        st.sampled_from([-1, 1, 2, 3]).map(lambda groups: {**drawn[0], "groups": groups}),
        st.just(drawn[1]))),
    "RMSNormalization": axed(True),
    "UnitNormalization": axed(True),
    "MultiHeadAttention": attended(False),
    "GroupQueryAttention": attended(True),
    "Attention": scored(False),
    "AdditiveAttention": scored(True),
    **{name: one(recurrent(name).map(untyped), sequences)
       for name in ("SimpleRNN", "GRU", "LSTM")},
    "RNN": one(rnn.map(untyped), sequences),
    **{f"ConvLSTM{rank}D": conv_lstm(rank) for rank in (1, 2, 3)},
    "Bidirectional": one(bidirectional, sequences),
    "TimeDistributed": one(args(layer=inner_layers),
                           shape(free(length), st.integers(2, 5), length)),
    "SpectralNormalization": one(args(layer=st.sampled_from([
        {"type": "Dense", "units": 3}, {"type": "Conv1D", "filters": 2, "kernel_size": 2},
        {"type": "Flatten"}])), shape(st.integers(3, 5), length), floats),
    "Pipeline": one(args(layers=st.just([
        {"type": "Rescaling", "scale": 2.0}, {"type": "CenterCrop", "height": 2, "width": 3}])),
        images, floats),
    "AutoContrast": image(),
    "ContrastLimitedAdaptiveHistogramEqualization": image(),
    "MaxNumBoundingBoxes": image(max_number=small),
    "Equalization": image(),
    "RandomGrayscale": image(factor=factor),
    "RandomColorDegeneration": one(args(factor=factor), shape(
        free(length), free(length), st.sampled_from([3, 3, 3, 1]))),
    "RandomCrop": image(height=small, width=small),
    "CenterCrop": one(both(args(height=small, width=small), some(data_format=formats)), images),
    "Resizing": one(both(args(height=small, width=small), some(data_format=formats)), images),
    **{name: image() for name in (
        "AugMix", "CutMix", "MixUp", "RandAugment", "RandomColorJitter",
        "RandomElasticTransform", "RandomErasing", "RandomFlip", "RandomGaussianBlur",
        "RandomInvert", "RandomPerspective", "RandomShear", "Solarization")},
    **{name: image(factor=factor) for name in (
        "RandomBrightness", "RandomContrast", "RandomHue", "RandomRotation", "RandomSaturation",
        "RandomSharpness")},
    "RandomPosterization": image(factor=st.just(4)),
    "RandomTranslation": image(height_factor=factor, width_factor=factor),
    "RandomZoom": image(height_factor=factor),
    "Rescaling": one(args(scale=factor), everything),
    "Normalization": normalized(),
    "Discretization": one(both(
        st.one_of(args(bin_boundaries=st.just([0.0, 1.0])), args(num_bins=small)),
        some(output_mode=all_modes)), columns),
    "CategoryEncoding": one(both(args(num_tokens=small), some(output_mode=modes)), columns, ints),
    "Hashing": one(both(args(num_bins=small), some(output_mode=all_modes)), columns, ints),
    "HashedCrossing": st.tuples(
        both(args(num_bins=small), some(output_mode=st.sampled_from(["int", "one_hot"]))),
        st.sampled_from([((1,), (1,)), ((), ())]), st.just("int32")),
    "IntegerLookup": one(both(args(vocabulary=numbers), some(
        output_mode=all_modes, num_oov_indices=st.integers(1, 2), mask_token=st.just(0))),
        columns, ("int64",)),
    "StringLookup": one(both(args(vocabulary=words), some(
        output_mode=all_modes, mask_token=st.just(""))), columns, texts),
    "TextVectorization": one(both(args(vocabulary=st.just(["a", "b"])), st.one_of(
        some(output_sequence_length=small),
        args(output_mode=st.sampled_from(["multi_hot", "count"])))),
        st.sampled_from([(), (1,)]), texts),
    "MelSpectrogram": one(some(sequence_stride=st.just(256), num_mel_bins=small),
                          st.sampled_from([(2048,), (4000,)]), floats),
    "STFTSpectrogram": one(some(
        mode=st.sampled_from(["log", "real", "imag", "stft"]), frame_length=st.integers(4, 20),
        padding=paddings, expand_dims=flag, data_format=formats),
        shape(st.integers(4, 40), small), floats),
}
