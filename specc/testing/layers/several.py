"""Layers of several tensors: merging and attention."""

from __future__ import annotations

from typing import Any

from specc.tensor import Shape
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
    small,
)
from specc.testing.layers.values import arguments


@st.composite
def merged(draw: Draw, name: str, least: int = 2, most: int = 4) -> Case:
    """Shapes that broadcast: a dimension is the same or 1; leading ones may be left out."""
    base = draw(any_shape(1, 3))
    shapes: list[Shape] = [
        tuple(draw(st.sampled_from([dim, dim, dim, 1])) for dim in base)
        for _ in range(draw(st.integers(least, most)))]
    if draw(st.integers(0, 3)) == 0:
        shapes[-1] = shapes[-1][1:] or shapes[-1]
    masks = tuple(draw(st.sampled_from([False, True])) for _ in shapes) if (
        draw(flag) and len(set(shapes)) == 1 and len(base) > 1) else ()
    return Case(name, draw(arguments(name)), tuple(shapes), draw(MOSTLY_FLOAT), masks)


@st.composite
def concatenated(draw: Draw) -> Case:
    base = draw(any_shape(1, 3))
    axis = draw(st.integers(1, len(base)))
    shapes = []
    for _ in range(draw(st.integers(2, 4))):
        dims = list(base)
        dims[axis - 1] = draw(free(length))
        shapes.append(tuple(dims))
    written = draw(st.sampled_from([axis, axis - len(base) - 1]))
    masks = tuple(draw(flag) for _ in shapes) if draw(flag) and len(base) > 1 else ()
    return Case("Concatenate", draw(arguments("Concatenate", axis=st.just(written))),
                tuple(shapes), draw(MOSTLY_FLOAT), masks)


@st.composite
def dotted(draw: Draw) -> Case:
    one, other = draw(firm(1, 3)), draw(firm(1, 3))
    left, right = list(one), list(other)
    a, b = draw(st.integers(1, len(left))), draw(st.integers(1, len(right)))
    left[a - 1] = right[b - 1]
    axes = draw(st.sampled_from([[a, b], [a - len(left) - 1, b], a]))
    return Case("Dot", draw(arguments("Dot", axes=st.just(axes))), (tuple(left), tuple(right)))


@st.composite
def attended(draw: Draw) -> Case:
    """MultiHeadAttention over the steps between the batch and the features, or some of them."""
    name = "MultiHeadAttention"
    width, steps, others = draw(length), draw(free(length)), draw(free(length))
    middle = draw(st.sampled_from([(), (), (2,)]))
    axes = st.none() if not middle else st.sampled_from([None, 2, [1, 2], [2]])
    found = draw(arguments(
        name, attention_axes=axes, flash_attention=st.sampled_from([None, False]),
        output_shape=st.one_of(st.none(), small, st.lists(small, min_size=1, max_size=2))))
    shapes = ((*middle, steps, width), (*middle, others, draw(length)),
              (*middle, others, draw(length)))
    return called(draw, name, found, shapes)


def called(draw: Draw, name: str, found: dict[str, Any], shapes: Any) -> Case:
    """Query and value, and now and then a key, a mask, and scores asked for."""
    keys = ("query", "value", "key")[:draw(st.sampled_from([2, 3]))]
    named = dict(zip(keys, shapes, strict=False))
    constants = draw(st.fixed_dictionaries({}, optional={
        "return_attention_scores": flag, "use_causal_mask": st.just(False), "training": flag}))
    dtype = draw(st.sampled_from(["float32", "float32", "float16"]))
    if draw(flag):
        return Case(name, found, tuple(shapes[:2]), dtype, constants=constants,
                    masks=(draw(flag), False))
    return Case(name, found, (), dtype, named=named, constants=constants)


@st.composite
def grouped(draw: Draw) -> Case:
    name = "GroupQueryAttention"
    width, steps, others = draw(length), draw(free(length)), draw(free(length))
    fewer = draw(small)
    found = draw(arguments(
        name, num_key_value_heads=st.just(fewer), flash_attention=st.sampled_from([None, False]),
        num_query_heads=st.just(fewer * draw(st.integers(1, 3)))))
    return called(draw, name, found, ((steps, width), (others, width), (others, draw(length))))


@st.composite
def scored(draw: Draw, name: str) -> Case:
    width, steps, others = draw(length), draw(free(length)), draw(length)
    shapes = [(steps, width), (others, width), (others, width)]
    constants = draw(st.fixed_dictionaries({}, optional={"return_attention_scores": flag}))
    return Case(name, draw(arguments(name)), tuple(shapes[:draw(st.sampled_from([2, 3]))]),
                draw(st.sampled_from(["float32", "float16"])), constants=constants)


SEVERAL: dict[str, Cases] = {
    **{name: merged(name) for name in ("Add", "Multiply", "Average", "Maximum", "Minimum")},
    "Subtract": merged("Subtract", 2, 2),
    "Concatenate": concatenated(),
    "Dot": dotted(),
    "MultiHeadAttention": attended(),
    "GroupQueryAttention": grouped(),
    "Attention": scored("Attention"),
    "AdditiveAttention": scored("AdditiveAttention"),
}
