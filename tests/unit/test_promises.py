"""Shapes that Keras promises wrongly are refused where a layer would be built for them."""

from __future__ import annotations

from typing import Any

import pytest

from specc.pipeline import check_text

HEAD = """specc = 1
name = "a"
[inputs.x]
shape = {shape}
dtype = "{dtype}"
[model]
kind = "functional"
layers = [
"""
TAIL = """]
[outputs.y]
task = "regression"
target = "y"
"""
END = ('{ type = "Flatten" }', '{ type = "Dense", units = 1, name = "y" }')


def said(shape: list[Any], dtype: str, *layers: str) -> list[tuple[int, str]]:
    """Which errors are found, with the number of the layer."""
    text = HEAD.format(shape=shape, dtype=dtype) + "".join(f"{one},\n" for one in layers) + TAIL
    return [(one.span.line - 9 if one.span else -1, one.message)
            for one in check_text(text.encode()).errors]


HASHING = '{ type = "Hashing", num_bins = 2, output_mode = "one_hot" }'
GLU = '{ type = "Conv1D", filters = 4, kernel_size = 2, activation = "glu" }'
BOTH = ('{ type = "Bidirectional", layer = { type = "GRU", units = 3 }, '
        'backward_layer = { type = "GRU", units = 2, go_backwards = true } }')
SCALES = '{ type = "Rescaling", scale = [1.0, 2.0] }'


@pytest.mark.parametrize(("shape", "dtype", "layers", "line", "words"), [
    ([3], "int32", (HASHING, *END), 2,
     "(batch, 6) enters, but Keras takes it for (batch, 2), and builds `Dense` for that"),
    ([5, 2], "float32", (GLU, *END), 2,
     "(batch, 8) enters, but Keras takes it for (batch, 16), and builds `Dense` for that"),
    ([5, 2], "float32", (BOTH, END[1]), 1,
     "(batch, 5) enters, but Keras takes it for (batch, 6), and builds `Dense` for that"),
    ([1], "float32", (SCALES, END[1]), 1,
     "(batch, 2) enters, but Keras takes it for (batch, 1), and builds `Dense` for that"),
    ([5, 2], "float32", (GLU, '{ type = "Reshape", target_shape = [8] }', END[1]), 1,
     "(batch, 4, 2) enters, but Keras takes it for (batch, 4, 4): 16 numbers, (batch, 4, 4), do "
     "not fit in `target_shape = [8]`, which holds 8"),
])
def test_a_layer_that_would_be_built_for_it_is_refused(
        shape: list[Any], dtype: str, layers: tuple[str, ...], line: int, words: str) -> None:
    assert said(shape, dtype, *layers) == [(line, words)]


COUNTS = '{ type = "TextVectorization", vocabulary = ["a"], output_mode = "count" }'
NORM = '{ type = "BatchNormalization" }'


def test_an_axis_more_matters_to_what_counts_them() -> None:
    """A Dense behind texts is built alike; a normalization keeps to the axes it was built for."""
    assert said([1], "string", COUNTS, END[1]) == []
    assert said([1], "string", COUNTS, NORM, END[1]) == [
        (1, "(batch, 2) enters, but Keras takes it for (batch, 1, 2), and builds "
            "`BatchNormalization` for that")]


@pytest.mark.parametrize(("shape", "dtype", "layers"), [
    ([1], "int32", (HASHING, *END)),
    ([5, 2], "float32", (GLU.replace("4", "2"),
                         '{ type = "GlobalAveragePooling1D", name = "y" }')),
    ([5, 2], "float32", (BOTH.replace("units = 2", "units = 3"), END[1])),
    ([2], "float32", (SCALES, END[1])),
])
def test_nothing_is_said_where_it_does_not_matter(shape: list[Any], dtype: str,
                                                  layers: tuple[str, ...]) -> None:
    assert said(shape, dtype, *layers) == []
