"""What comes out where Keras promises something else, and what cannot be built, without Keras."""

from __future__ import annotations

from typing import Any

import pytest

from specc.ops import OPS
from specc.ops.arguments import resolve
from specc.ops.op import Entering, Inferred, Misfit, Tensor
from specc.source import Where
from specc.tensor import Shape


def infer(tree: dict[str, Any], *shapes: Shape, dtype: str = "float32",
          named: dict[str, Any] | None = None, **constants: bool) -> Inferred | Misfit:
    layer = resolve("layer", tree, Where("x").at).value
    assert layer is not None
    return OPS[layer.name].infer(layer, Entering(
        tuple(Tensor(("batch", *one), dtype) for one in shapes), named or {}, constants))


ENCODED = [
    ("one_hot", (3,), ("batch", 3, 7)),
    ("one_hot", (2, 3), ("batch", 2, 3, 7)),
    ("one_hot", (2, 1), ("batch", 2, 7)),
    ("multi_hot", (3,), ("batch", 7)),
    ("multi_hot", (2, 3), ("batch", 3, 7)),
    ("count", (2, 1), ("batch", 1, 7)),
]
ENCODERS = [
    {"type": "Hashing", "num_bins": 7},
    {"type": "CategoryEncoding", "num_tokens": 7},
    {"type": "Discretization", "bin_boundaries": [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]},
    {"type": "IntegerLookup", "vocabulary": [1, 2, 3, 4, 5, 6]},
]


@pytest.mark.parametrize("tree", ENCODERS, ids=[str(one["type"]) for one in ENCODERS])
@pytest.mark.parametrize(("mode", "enters", "gives"), ENCODED)
def test_encodings_count_behind_the_batch(tree: dict[str, Any], mode: str, enters: Shape,
                                          gives: Shape) -> None:
    found = infer({**tree, "output_mode": mode}, enters, dtype="int64")
    assert isinstance(found, Inferred)
    assert found.gives[0].shape == gives


def test_texts_are_counted_one_a_row() -> None:
    text = {"type": "TextVectorization", "vocabulary": ["a", "b"], "output_mode": "multi_hot"}
    found = infer(text, (1,), dtype="string")
    assert isinstance(found, Inferred)
    assert found.gives[0].shape == ("batch", 3)


def test_scores_are_a_second_result() -> None:
    attention = {"type": "MultiHeadAttention", "num_heads": 2, "key_dim": 4}
    found = infer(attention, (5, 8), (7, 8), return_attention_scores=True)
    assert isinstance(found, Inferred)
    assert [one.shape for one in found.gives] == [("batch", 5, 8), ("batch", 2, 5, 7)]
    assert len(infer(attention, (5, 8), (7, 8)).gives) == 1  # type: ignore[union-attr]


def test_an_embedding_in_reverse() -> None:
    words = {"type": "ReversibleEmbedding", "input_dim": 20, "output_dim": 6}
    found = infer(words, (5, 6), reverse=True)
    assert isinstance(found, Inferred)
    assert found.gives[0].shape == ("batch", 5, 20)
    assert isinstance(infer(words, (5, 7), reverse=True), Misfit)


def test_a_cell_by_itself_takes_one_step_and_its_states() -> None:
    state = {"states": (Tensor(("batch", 3)),)}
    found = infer({"type": "GRUCell", "units": 3}, (4,), named=state)
    assert isinstance(found, Inferred)
    assert [one.shape for one in found.gives] == [("batch", 3)] * 2
    assert infer({"type": "GRUCell", "units": 3}, (4,)) == Misfit(
        "`GRUCell` takes one step, and needs the `states` before it")
    stack = {"type": "StackedRNNCells", "cells": [{"type": "LSTMCell", "units": 3}]}
    assert isinstance(infer(stack, (4,), named=state), Misfit)


REFUSED = [
    ({"type": "Dense", "units": 3, "kernel_initializer": "identity"}, (4, 5), None),
    ({"type": "Dense", "units": 3, "bias_initializer": "orthogonal"}, (4,), "bias_initializer"),
    ({"type": "Conv1D", "filters": 3, "kernel_size": 2, "kernel_initializer": "identity"},
     (9, 2), "kernel_initializer"),
    ({"type": "DepthwiseConv1D", "kernel_size": 2, "depthwise_initializer": "identity"},
     (9, 2), "depthwise_initializer"),
    ({"type": "LSTM", "units": 3, "bias_initializer": "identity"}, (5, 2), "bias_initializer"),
    ({"type": "Dense", "units": 3, "activation": "threshold"}, (4,), "activation"),
    ({"type": "Dense", "units": 3, "activation": "glu"}, (4,), "activation"),
    ({"type": "LSTM", "units": 4, "recurrent_activation": "glu"}, (5, 2), "recurrent_activation"),
    ({"type": "Dense", "units": 3, "lora_rank": 1, "kernel_constraint": "non_neg"}, (4,),
     "lora_rank"),
    ({"type": "RandomFlip"}, (4, 4, 4, 3), "?"),
    ({"type": "Hashing", "num_bins": 3, "sparse": True}, (4,), "sparse"),
    ({"type": "Normalization", "mean": 0.5}, (4,), "mean"),
]


@pytest.mark.parametrize(("tree", "enters", "param"), REFUSED)
def test_what_cannot_be_built_is_refused(tree: dict[str, Any], enters: Shape,
                                         param: str | None) -> None:
    found = infer(tree, enters)
    if param is None:
        assert isinstance(found, Inferred)
    else:
        assert isinstance(found, Misfit)
        assert found.param == (None if param == "?" else param)


def test_half_of_what_an_activation_halves_comes_out() -> None:
    found = infer({"type": "Dense", "units": 6, "activation": "glu"}, (4,))
    assert isinstance(found, Inferred)
    assert found.gives[0].shape == ("batch", 3)


def test_a_weight_has_no_free_size() -> None:
    found = infer({"type": "Dense", "units": 6}, ("time",))
    assert isinstance(found, Misfit)
    assert found.slug == "flatten-after-rnn-none"


def test_floats_that_are_not_cast_stay() -> None:
    found = infer({"type": "Flatten", "dtype": "mixed_float16", "autocast": False}, (4,))
    assert isinstance(found, Inferred)
    assert found.gives[0].dtype == "float32"


@pytest.mark.parametrize("name", sorted(OPS))
def test_a_record_that_differs_from_keras_says_so(name: str) -> None:
    assert bool(OPS[name].differs) == (OPS[name].note is not None)


def test_a_spectrogram_mirrors_half_a_transform_at_its_ends() -> None:
    """Keras takes fewer samples, and breaks when it runs: a drawn spec did."""
    layer = {"type": "MelSpectrogram", "fft_length": 64}
    assert isinstance(infer(layer, (33,)), Inferred)
    assert isinstance(infer(layer, ("time",)), Inferred)
    refused = infer(layer, (32,))
    assert isinstance(refused, Misfit)
    assert refused.param == "fft_length"
