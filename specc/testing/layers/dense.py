"""Dense layers, embeddings, activations, dropout, normalization, reshaping."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from specc.testing import draws as st
from specc.testing.layers.shapes import (
    MOSTLY_FLOAT,
    Case,
    Cases,
    Draw,
    any_shape,
    firm,
    flag,
    free,
    length,
    located,
    one,
    shape,
)
from specc.testing.layers.values import arguments

low_rank = st.sampled_from([None, None, 1, 2])


@st.composite
def dropped(draw: Draw, name: str) -> Case:
    """Dropout with a shape of noise: a 1, none or the dimension itself on every axis."""
    case = draw(one(name, arguments(name, noise_shape=st.nothing()), any_shape(1, 3)))
    if draw(flag):
        case.args["noise_shape"] = [None, *(
            draw(st.sampled_from([1, dim if isinstance(dim, int) else None]))
            for dim in case.shapes[0])]
    return case


@st.composite
def summed(draw: Draw) -> Case:
    """EinsumDense: a projection of the last letters, without dots, and with them on either side."""
    ahead = draw(st.sampled_from(["a", "ab", "abc"]))
    bound, made = draw(st.sampled_from(["x", "xy"])), draw(st.sampled_from(["d", "de"]))
    dims = {letter: draw(length) for letter in ahead + bound + made}
    form = draw(st.sampled_from(["plain", "leading", "trailing"]))
    hidden = tuple(draw(free(length)) for _ in range(draw(st.integers(1, 2))))
    behind: list[Any] = [dims[letter] for letter in made]
    between = [draw(st.sampled_from([dims[letter], None])) for letter in ahead[1:]]
    inside = tuple(dims[letter] for letter in bound)
    if form == "leading":
        equation = f"...{bound},{bound}{made}->...{made}"
        enters: Any = (*hidden, *inside)
        output: Any = behind if draw(flag) or len(behind) > 1 else behind[0]
    elif form == "trailing":
        equation = f"{ahead}{bound}...,{bound}{made}->{ahead}{made}..."
        enters = (*(dims[letter] for letter in ahead[1:]), *inside, *hidden)
        output = [*between, *behind]
    else:
        equation = f"{ahead}{bound},{bound}{made}->{ahead}{made}"
        enters = tuple(dims[letter] for letter in ahead[1:] + bound)
        output = [*between, *behind]
    found = draw(arguments("EinsumDense", equation=st.just(equation), output_shape=st.just(output),
                           bias_axes=st.sampled_from([None, made, made[-1]]),
                           lora_rank=low_rank))
    return Case("EinsumDense", found, (enters,), draw(st.sampled_from(["float32", "float16"])))


@st.composite
def softened(draw: Draw, name: str) -> Case:
    enters = draw(any_shape(1, 3))
    rank = len(enters) + 1
    axis = draw(st.one_of(st.integers(-rank, rank - 1), st.lists(
        st.integers(1, rank - 1), min_size=1, max_size=2, unique=True)))
    return Case(name, draw(arguments(name, axis=st.just(axis))), (enters,), draw(MOSTLY_FLOAT),
                (draw(st.sampled_from([False, False, True])) and len(enters) > 1,))


@st.composite
def axed(draw: Draw, name: str, several: bool, **own: Any) -> Case:
    """Normalization along an axis, or along several; mostly not the batch."""
    enters = draw(st.one_of(firm(1, 4), firm(1, 4), any_shape(1, 3)))
    rank = len(enters)
    axis: Any = draw(st.integers(-rank, rank).filter(lambda x: x not in (0, -rank - 1)))
    if several and draw(flag):
        axis = draw(st.lists(st.integers(1, rank), min_size=1, max_size=rank, unique=True))
    found = draw(arguments(name, axis=st.just(axis), **own))
    return Case(name, found, (enters,), draw(MOSTLY_FLOAT),
                (draw(st.sampled_from([False, False, True])) and rank > 1,))


@st.composite
def sloped(draw: Draw) -> Case:
    enters = draw(firm())
    axes = st.integers(1, len(enters))
    found = draw(arguments("PReLU", shared_axes=st.one_of(
        st.none(), axes, st.lists(axes, min_size=1, max_size=2, unique=True))))
    return Case("PReLU", found, (enters,), draw(MOSTLY_FLOAT), (draw(flag) and len(enters) > 1,))


@st.composite
def reshaped(draw: Draw) -> Case:
    enters = draw(any_shape(1, 3))
    target = [dim if isinstance(dim, int) else 2 for dim in draw(st.permutations(enters))]
    if draw(flag):
        target[draw(st.integers(0, len(target) - 1))] = draw(st.sampled_from([-1, 3]))
    return Case("Reshape", draw(arguments("Reshape", target_shape=st.just(target))), (enters,),
                draw(MOSTLY_FLOAT))


@st.composite
def permuted(draw: Draw) -> Case:
    enters = draw(any_shape(2, 4))
    order = draw(st.permutations(range(1, len(enters) + 1)))
    return Case("Permute", draw(arguments("Permute", dims=st.just(order))), (enters,),
                draw(MOSTLY_FLOAT))


def embedded(name: str, **own: Any) -> Cases:
    """Integers of any shape; floats and truth values are cut to integers."""
    return one(name, arguments(name, lora_rank=low_rank, **own), any_shape(0, 3),
               st.sampled_from(["int32", "int32", "float32", "bool"]))


@st.composite
def reversible(draw: Draw) -> Case:
    """An embedding, or the same layer called in reverse on vectors."""
    forward = draw(embedded("ReversibleEmbedding"))
    if draw(st.integers(0, 2)):
        return forward
    return replace(forward, dtype="float32", masks=(), constants={"reverse": True},
                   shapes=((*forward.shapes[0], forward.args["output_dim"]),))


DENSE = {
    "Dense": one("Dense", arguments("Dense", lora_rank=low_rank), any_shape()),
    "EinsumDense": summed(),
    "Embedding": embedded("Embedding"),
    "ReversibleEmbedding": reversible(),
    **{name: one(name, arguments(name), any_shape()) for name in (
        "Activation", "ActivityRegularization", "ELU", "Identity", "LeakyReLU", "ReLU",
        "GaussianNoise", "GaussianDropout")},
    "Masking": one("Masking", arguments("Masking"), any_shape(2, 4)),
    "Softmax": softened("Softmax"),
    "UnitNormalization": softened("UnitNormalization"),
    "PReLU": sloped(),
    "Dropout": dropped("Dropout"),
    "AlphaDropout": dropped("AlphaDropout"),
    **{f"SpatialDropout{rank}D": one(
        f"SpatialDropout{rank}D", arguments(f"SpatialDropout{rank}D"), located(rank))
       for rank in (1, 2, 3)},
    "BatchNormalization": axed("BatchNormalization", several=False),
    "LayerNormalization": axed("LayerNormalization", several=True),
    "GroupNormalization": axed("GroupNormalization", several=False,
                               groups=st.sampled_from([1, 1, 2, 3])),
    "RMSNormalization": axed("RMSNormalization", several=False),
    "Flatten": one("Flatten", arguments("Flatten"), any_shape(0, 4)),
    "Reshape": reshaped(),
    "Permute": permuted(),
    "RepeatVector": one("RepeatVector", arguments("RepeatVector"), shape(free(length))),
}
