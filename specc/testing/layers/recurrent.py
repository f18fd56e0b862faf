"""Recurrent layers, their cells, and the wrappers of layers."""

from __future__ import annotations

from typing import Any

from specc.ops import OPS
from specc.ops.arguments import resolve
from specc.ops.op import Entering, Inferred, Tensor
from specc.source import Where
from specc.testing import draws as st
from specc.testing.layers.shapes import Case, Cases, Draw, flag, free, length, one, shape, small
from specc.testing.layers.values import Args, arguments

STEP_LAYERS = ("SimpleRNN", "GRU", "LSTM")
CELLS = tuple(f"{name}Cell" for name in STEP_LAYERS)
FLOAT = st.sampled_from(["float32", "float32", "float16"])


def typed(name: str, found: st.Strategy[Args]) -> st.Strategy[Args]:
    return found.map(lambda args: {"type": name, **args})


def cells() -> st.Strategy[Args]:
    """A cell with some arguments of its own."""
    return st.one_of(*(
        typed(name, arguments(name, units=small, dtype=st.nothing(), autocast=st.nothing()))
        for name in CELLS))


stacks = st.lists(cells(), min_size=1, max_size=3)
stacked = typed("StackedRNNCells", arguments("StackedRNNCells", cells=stacks, dtype=st.nothing()))
any_cell = st.one_of(cells(), stacks, stacked)
sequences = shape(st.integers(1, 5), length)
lasting = shape(free(st.integers(1, 5)), length)


def states_of(tree: Args) -> list[tuple[int, ...]]:
    """The shapes of the states that a recurrent layer starts from."""
    layer = resolve("layer", tree, Where("x").at).value
    if layer is None:
        return []
    found = OPS[layer.name].infer(layer, Entering((Tensor(("batch", 2, 3)),)))
    if not isinstance(found, Inferred):
        return []
    return [tuple(dim for dim in one.shape[1:] if isinstance(dim, int))
            for one in found.gives[1:] if one.shape]


@st.composite
def recurrent(draw: Draw, name: str, **own: Any) -> Case:
    """Sequences; now and then states to start from, or a mask as a tensor of its own.

    Only lengths that are known can be unrolled.
    """
    found = draw(arguments(name, **own))
    enters = draw(sequences if found.get("unroll") else lasting)
    named: dict[str, Any] = {}
    if draw(st.integers(0, 2)) == 0:
        states = states_of({"type": name, **found, "return_state": True})
        named |= {"initial_state": states} if states else {}
    if draw(st.integers(0, 3)) == 0:
        named["mask"] = enters[:1]
    mask = draw(flag) and "mask" not in named
    return Case(name, found, (enters,), draw(FLOAT), (mask,), named)


@st.composite
def single(draw: Draw, name: str, **own: Any) -> Case:
    """A cell by itself: one step, and the states before it."""
    found = draw(arguments(name, **own))
    units = [one["units"] for one in found.get("cells", [found])]
    kinds = [one["type"] for one in found["cells"]] if "cells" in found else [name]
    states = [(n,) for n, kind in zip(units, kinds, strict=True)
              for _ in range(2 if kind.startswith("LSTM") else 1)]
    return Case(name, found, (draw(shape(length)),), draw(FLOAT), named={"states": states})


def inner(names: tuple[str, ...]) -> st.Strategy[Args]:
    """A recurrent layer as an argument, all its parameters drawn."""
    return st.one_of(*(typed(name, arguments(name, units=small, dtype=st.nothing(),
                                             go_backwards=st.nothing(), unroll=st.nothing()))
                       for name in names))


any_recurrent = st.one_of(inner(STEP_LAYERS), typed("RNN", arguments(
    "RNN", cell=any_cell, go_backwards=st.nothing(), unroll=st.nothing())))


@st.composite
def bidirectional(draw: Draw) -> Case:
    """Forwards, and backwards the same or a layer written for it."""
    forward = draw(any_recurrent)
    backward: Any = None
    if draw(flag):
        same = {key: forward[key] for key in ("return_sequences", "return_state")
                if key in forward}
        other = draw(inner(STEP_LAYERS))
        backward = {**{k: v for k, v in other.items() if not k.startswith("return_")}, **same,
                    "units": forward.get("units", 2), "go_backwards": True}
    found = draw(arguments("Bidirectional", layer=st.just(forward),
                           backward_layer=st.just(backward)))
    if backward is not None:
        found["backward_layer"] = backward
    return Case("Bidirectional", found, (draw(lasting),), draw(FLOAT), (draw(flag),))


held = st.one_of(
    typed("Dense", arguments("Dense", dtype=st.nothing(), lora_rank=st.nothing())),
    typed("LayerNormalization", arguments("LayerNormalization", axis=st.just(-1),
                                          dtype=st.nothing())),
    st.sampled_from([
        {"type": "Conv1D", "filters": 2, "kernel_size": 2},
        {"type": "Flatten"},
        {"type": "LSTM", "units": 2},
        {"type": "Bidirectional", "layer": {"type": "GRU", "units": 2}},
        {"type": "BatchNormalization"},
        {"type": "Dropout", "rate": 0.5},
        {"type": "GlobalAveragePooling1D"},
        {"type": "SpectralNormalization", "layer": {"type": "Dense", "units": 2}},
        {"type": "TimeDistributed", "layer": {"type": "Dense", "units": 2}},
    ]))
spectral = st.one_of(
    typed("Dense", arguments("Dense", dtype=st.nothing(), lora_rank=st.nothing())),
    st.sampled_from([
        {"type": "Conv1D", "filters": 2, "kernel_size": 2},
        {"type": "Embedding", "input_dim": 5, "output_dim": 2},
        {"type": "Conv1DTranspose", "filters": 2, "kernel_size": 2},
        {"type": "Flatten"}]))

RECURRENT: dict[str, Cases] = {
    **{name: recurrent(name) for name in STEP_LAYERS},
    "RNN": recurrent("RNN", cell=any_cell),
    **{name: single(name) for name in CELLS},
    "StackedRNNCells": single("StackedRNNCells", cells=stacks),
    "Bidirectional": bidirectional(),
    "TimeDistributed": one("TimeDistributed", arguments("TimeDistributed", layer=held),
                           shape(free(length), st.integers(2, 5), length), FLOAT),
    "SpectralNormalization": one(
        "SpectralNormalization", arguments("SpectralNormalization", layer=spectral),
        shape(st.integers(3, 5), length), FLOAT),
}
