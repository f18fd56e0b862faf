"""Articles and counts in messages; `tests/test_cases.py` looks for slips in those of every case."""

from __future__ import annotations

import pytest
from grammar import SLIPS

from specc.diagnostics import number_of, with_article
from specc.pipeline import check_text


@pytest.mark.parametrize("words", [
    "an elu", "a relu", "an 8x8 window", "an 11x11 window", "an 18", "a 1x1 window", "a 3x3 window",
    "a 110", "an 80", "an 8,000", "a unit", "a user", "an update", "an LSTM", "a GRU", "a ReLU",
    "an ELU", "an L2 penalty", "an RMSprop", "an Adam", "a Dense", "an optimizer", "a loss",
])
def test_an_article_is_as_words_are_read(words: str) -> None:
    assert with_article(words.partition(" ")[2]) == words


def test_a_count_has_its_noun() -> None:
    assert [number_of(count, "row") for count in (0, 1, 2, 2000)] == [
        "0 rows", "1 row", "2 rows", "2,000 rows"]
    assert number_of(3, "class", "classes") == "3 classes"
    assert number_of(1, "class", "classes") == "1 class"


@pytest.mark.parametrize("text", [
    "a elu output", "a 11x11 window", "a 8x8 window", "so do 1 more layers", "an unit", "a LSTM",
    "1 classes", "needs 3 unit", "an relu", "takes an Dense", "a optimizer",
])
def test_a_slip_is_seen(text: str) -> None:
    assert any(slip.search(text) for slip in SLIPS)


@pytest.mark.parametrize("text", [
    "an elu output", "an 11x11 window", "2 values a unit", "so does 1 more layer", "24 target "
    "columns", "1 of 3 rows", "axis 1 has 144", "a rate of 0.1 is low", "11 rows", "l1 = 1 weighs",
])
def test_good_language_is_no_slip(text: str) -> None:
    assert not any(slip.search(text) for slip in SLIPS)


SPEC = """specc = 1
name = "t"
[inputs.x]
shape = {shape}
[model]
kind = "sequential"
layers = [
{layers}
  {{ type = "Flatten" }},
  {{ type = "Dense", units = 1 }},
]
[outputs.y]
task = "regression"
"""


@pytest.mark.parametrize(("shape", "layer", "said"), [
    ([8, 8, 1], '{ type = "Conv2D", filters = 4, kernel_size = 11 },',
     "an 11x11 window does not fit in (batch, 8, 8, 1)"),
    ([8, 3], '{ type = "Conv1D", filters = 4, kernel_size = 9 },',
     "a window of 9 does not fit in (batch, 8, 3)"),
    ([8, 3], '{ type = "Conv1D", filters = 4, kernel_size = 5, dilation_rate = 2 },',
     "a window of 5 that reaches over 9 does not fit in (batch, 8, 3)"),
    ([8, 8, 1], '{ type = "Conv2D", filters = 4, kernel_size = 3, groups = 2 },',
     "1 channel of (batch, 8, 8, 1) does not divide into 2 groups"),
    ([8, 3], '{ type = "ConvLSTM1D", filters = 4, kernel_size = 3 },',
     "`ConvLSTM1D` takes (batch, steps, positions, channels), but (batch, 8, 3) enters"),
    ([8, 3], '{ type = "Conv2D", filters = 4, kernel_size = 3 },',
     "`Conv2D` takes (batch, height, width, channels), but (batch, 8, 3) enters"),
    ([8], '{ type = "Dense", units = 1, activation = "relu" },\n'
     '{ type = "Dense", units = 32, activation = "relu" },',
     "a single unit stands before a layer of 32"),
])
def test_what_is_said(shape: list[int], layer: str, said: str) -> None:
    found = check_text(SPEC.format(shape=shape, layers=layer).encode()).diagnostics
    assert said in [one.message for one in found]


@pytest.mark.parametrize(("blocks", "more"), [(1, ""), (2, "; so does 1 more layer"),
                                              (3, "; so do 2 more layers")])
def test_others_like_it(blocks: int, more: str) -> None:
    layers = '{ type = "Dense", units = 8 },\n{ type = "BatchNormalization" },\n{ type = "ReLU" },'
    found = check_text(SPEC.format(shape=[8], layers="\n".join([layers] * blocks)).encode())
    said = [one.message for one in found.diagnostics if one.name == "bias-before-batchnorm"]
    assert said == [f"Dense adds a bias that the BatchNormalization behind takes away{more}"]
