"""Inference without Keras: known models' numbers, messages, and laws.

Whether the numbers are Keras's is proved in tests/parity; here they are held still.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specc.ops import FAMILIES, OPS, table
from specc.ops.arguments import resolve
from specc.ops.component import Component
from specc.ops.op import Entering, Inferred, Misfit, Tensor
from specc.source import Where
from specc.tensor import Shape, show


def layer(type: str, **arguments: Any) -> Component:
    found = resolve("layer", {"type": type, **arguments}, Where("x").at)
    assert found.value is not None, found.diagnostics
    return found.value


def infer(type: str, *shapes: Shape | None, **arguments: Any) -> Inferred | Misfit:
    tensors = tuple(Tensor(None if one is None else ("batch", *one)) for one in shapes)
    return OPS[type].infer(layer(type, **arguments), Entering(tensors))


def params(found: Inferred, trainable_only: bool = False) -> int:
    return sum(one.count or 0 for one in found.weights or ()
               if one.trainable or not trainable_only)


NUMBERS: tuple[tuple[str, dict[str, Any], tuple[Shape, ...], str, int, int], ...] = (
    # type, arguments, shapes that enter, shape that leaves, parameters, FLOPs
    ("Dense", {"units": 30}, ((8,),), "(batch, 30)", 270, 510),
    ("Dense", {"units": 3, "use_bias": False}, ((5, 4),), "(batch, 5, 3)", 12, 120),
    ("EinsumDense", {"equation": "abc,cde->abde", "output_shape": [None, 2, 3],
                     "bias_axes": "de"}, ((5, 4),), "(batch, 5, 2, 3)", 30, 270),
    ("Embedding", {"input_dim": 10, "output_dim": 4}, ((7,),), "(batch, 7, 4)", 40, 0),
    ("PReLU", {"shared_axes": [1, 2]}, ((8, 8, 3),), "(batch, 8, 8, 3)", 3, 0),
    ("Conv2D", {"filters": 32, "kernel_size": 3}, ((28, 28, 1),), "(batch, 26, 26, 32)",
     320, 26 * 26 * 32 * 19),
    ("Conv2D", {"filters": 4, "kernel_size": 3, "groups": 2, "data_format": "channels_first"},
     ((6, 9, 9),), "(batch, 4, 7, 7)", 112, 49 * 4 * 55),
    ("Conv1D", {"filters": 2, "kernel_size": 3, "padding": "causal", "dilation_rate": 2},
     ((10, 4),), "(batch, 10, 2)", 26, 10 * 2 * 25),
    ("Conv2DTranspose", {"filters": 3, "kernel_size": 3, "strides": 2, "padding": "same"},
     ((5, 5, 2),), "(batch, 10, 10, 3)", 57, 2 * 25 * 2 * 9 * 3 + 300),
    ("DepthwiseConv2D", {"kernel_size": 3, "depth_multiplier": 2}, ((5, 5, 4),),
     "(batch, 3, 3, 8)", 80, 9 * 8 * 19),
    ("SeparableConv2D", {"filters": 6, "kernel_size": 3}, ((5, 5, 4),), "(batch, 3, 3, 6)",
     66, 9 * 4 * 18 + 9 * 6 * 8 + 54),
    ("MaxPooling2D", {}, ((5, 5, 4),), "(batch, 2, 2, 4)", 0, 64),
    ("GlobalAveragePooling2D", {"keepdims": True}, ((5, 5, 4),), "(batch, 1, 1, 4)", 0, 100),
    ("BatchNormalization", {}, ((8, 8, 3),), "(batch, 8, 8, 3)", 12, 384),
    ("LayerNormalization", {"axis": [1, 2]}, ((5, 4),), "(batch, 5, 4)", 40, 140),
    ("LSTM", {"units": 4}, ((7, 8),), "(batch, 4)", 208, 7 * (2 * 192 + 16 + 16)),
    ("GRU", {"units": 4, "return_sequences": True}, ((7, 8),), "(batch, 7, 4)", 168,
     7 * (2 * 144 + 24 + 20)),
    ("Bidirectional", {"layer": {"type": "SimpleRNN", "units": 4}}, ((7, 8),), "(batch, 8)",
     104, 2 * 7 * (2 * 48 + 4)),
    ("TimeDistributed", {"layer": {"type": "Dense", "units": 2}}, ((7, 8),), "(batch, 7, 2)",
     18, 7 * 34),
    ("MultiHeadAttention", {"num_heads": 2, "key_dim": 4}, ((7, 8), (9, 8)), "(batch, 7, 8)",
     288, 2 * 8 * 8 * (7 + 9 + 9) + 8 * 25 + 2 * 2 * 7 * 9 * 8 + 2 * 8 * 8 * 7 + 56),
    ("Add", {}, ((5, 4), (5, 1), (4,)), "(batch, 5, 4)", 0, 40),
    ("Concatenate", {"axis": 1}, ((5, 4), (3, 4)), "(batch, 8, 4)", 0, 0),
    ("Dot", {"axes": 1}, ((6,), (6,)), "(batch, 1)", 0, 12),
    ("Normalization", {}, ((3,),), "(batch, 3)", 7, 6),
)


@pytest.mark.parametrize(("type", "arguments", "shapes", "gives", "weights", "flops"), NUMBERS,
                         ids=[f"{one[0]}-{number}" for number, one in enumerate(NUMBERS)])
def test_numbers(type: str, arguments: dict[str, Any], shapes: tuple[Shape, ...], gives: str,
                 weights: int, flops: int) -> None:
    found = infer(type, *shapes, **arguments)
    assert isinstance(found, Inferred)
    assert show(found.gives[0].shape) == gives
    assert params(found) == weights
    assert found.flops == flops


MISFITS: tuple[tuple[str, dict[str, Any], tuple[Shape, ...], str, str | None, str], ...] = (
    ("Conv2D", {"filters": 3, "kernel_size": 31}, ((28, 28, 1),), "kernel-larger-than-input",
     "kernel_size", "a 31x31 window does not fit in (batch, 28, 28, 1)"),
    ("MaxPooling2D", {"pool_size": [3, 2]}, ((2, 2, 1),), "pool-larger-than-input",
     "pool_size", "a 3x2 window does not fit in (batch, 2, 2, 1)"),
    ("Conv2D", {"filters": 3, "kernel_size": 3}, ((784,),), "input-rank-mismatch", None,
     "`Conv2D` takes (batch, height, width, channels), but (batch, 784) enters"),
    ("Conv1D", {"filters": 4, "kernel_size": 1, "groups": 2}, ((5, 3),), "groups-divisibility",
     "groups", "3 channels of (batch, 5, 3) do not divide into 2 groups"),
    ("Conv1D", {"filters": 4, "kernel_size": 1, "strides": 2, "dilation_rate": 2}, ((5, 3),),
     "stride-and-dilation", "dilation_rate",
     "strides 2 and dilation 2 cannot both be larger than 1"),
    ("Cropping1D", {"cropping": 3}, ((5, 3),), "nonpositive-output-size", "cropping",
     "`cropping` takes 6 from (5,) and leaves nothing"),
    ("Reshape", {"target_shape": [5, 5]}, ((24,),), "reshape-size-mismatch", "target_shape",
     "24 numbers, (batch, 24), do not fit in `target_shape = [5, 5]`, which holds 25"),
    ("Add", {}, ((5, 4), (5, 3)), "merge-shape-mismatch", None,
     "`Add` cannot make one shape of (batch, 5, 4) and (batch, 5, 3)"),
    ("Concatenate", {}, ((5, 4), (6, 4)), "merge-shape-mismatch", None,
     "(batch, 5, 4) and (batch, 6, 4) differ in axis 1, and only axis 2 may"),
    ("LSTM", {"units": 3}, ((5,),), "input-rank-mismatch", None,
     "`LSTM` takes (batch, steps, features), but (batch, 5) enters"),
    ("BatchNormalization", {"axis": 3}, ((5,),), "input-rank-mismatch", "axis",
     "(batch, 5) has no axis 3"),
    ("MultiHeadAttention", {"num_heads": 2, "key_dim": 4}, ((7, 8),), "input-shape", None,
     "`MultiHeadAttention` needs `value`"),
    ("TimeDistributed", {"layer": {"type": "Conv2D", "filters": 2, "kernel_size": 3}},
     ((7, 8, 1),), "input-rank-mismatch", "layer",
     "`Conv2D` takes (batch, height, width, channels), but (batch, 8, 1) enters"),
)


@pytest.mark.parametrize(("type", "arguments", "shapes", "slug", "param", "reason"), MISFITS,
                         ids=[f"{one[0]}-{number}" for number, one in enumerate(MISFITS)])
def test_misfits(type: str, arguments: dict[str, Any], shapes: tuple[Shape, ...], slug: str,
                 param: str | None, reason: str) -> None:
    assert infer(type, *shapes, **arguments) == Misfit(reason, param, slug)


def test_there_are_cases() -> None:
    assert len(NUMBERS) > 20
    assert len(MISFITS) > 10


def test_all_layers_that_hold_no_code_have_a_record() -> None:
    code = {name for name in table.names("layer")
            if (entry := table.entry("layer", name)) is not None and entry.refused}
    assert set(table.names("layer")) - code == set(OPS)


def test_a_name_stands_in_one_family() -> None:
    """And in the module that `FAMILIES` says, which holds no other."""
    names = [name for family in FAMILIES.values() for name in family]
    assert len(names) == len(set(names))
    assert all(name == op.name for name, op in OPS.items())
    for family, inside in FAMILIES.items():
        if family != "wrappers":
            records = getattr(import_module(f"specc.ops.{family}"), family.upper())
            assert sorted(op.name for op in records) == sorted(inside)


def test_only_sequences_keep_a_mask() -> None:
    tensor = Entering((Tensor(("batch", 5, 4), masked=True),))
    last = OPS["LSTM"].infer(layer("LSTM", units=2), tensor)
    every = OPS["LSTM"].infer(layer("LSTM", units=2, return_sequences=True), tensor)
    assert isinstance(last, Inferred)
    assert isinstance(every, Inferred)
    assert (last.gives[0].masked, every.gives[0].masked) == (False, True)


def test_bidirectional_holds_a_recurrent_layer() -> None:
    wrapped = Component("layer", "Bidirectional", {"layer": layer("Dense", units=3)})
    found = OPS["Bidirectional"].infer(wrapped, Entering((Tensor(("batch", 7, 8)),)))
    assert found == Misfit("`Bidirectional` takes a recurrent layer, not `Dense`", "layer")


def test_states_are_results_and_can_be_given() -> None:
    lstm = layer("LSTM", units=3, return_state=True)
    states = (Tensor(("batch", 3)), Tensor(("batch", 3)))
    found = OPS["LSTM"].infer(lstm, Entering((Tensor(("batch", 5, 4)),),
                                             {"initial_state": states}))
    assert isinstance(found, Inferred)
    assert [show(one.shape) for one in found.gives] == ["(batch, 3)"] * 3
    assert OPS["LSTM"].results(lstm) == 3
    wrong = OPS["LSTM"].infer(lstm, Entering((Tensor(("batch", 5, 4)),),
                                             {"initial_state": states[:1]}))
    assert isinstance(wrong, Misfit)
    assert wrong.reason == "`LSTM` keeps 2 states, but `initial_state` has 1"


def test_sequences_can_be_named_behind_their_state() -> None:
    named = {"initial_state": Tensor(("batch", 3)), "sequences": Tensor(("batch", 5, 4))}
    found = OPS["GRU"].infer(layer("GRU", units=3), Entering(named=named))
    assert isinstance(found, Inferred)
    assert show(found.gives[0].shape) == "(batch, 3)"


def test_a_free_length_stays_free_and_its_cost_unknown() -> None:
    found = infer("Conv1D", ("time", 4), filters=2, kernel_size=3, padding="same")
    assert isinstance(found, Inferred)
    assert found.gives[0].shape == ("batch", "time", 2)
    assert found.flops is None
    assert params(found) == 26


def test_absurd_sizes_are_only_numbers() -> None:
    huge = 2**53 - 1
    found = infer("Dense", (huge, huge), units=huge)
    assert isinstance(found, Inferred)
    assert params(found) == huge * huge + huge
    assert isinstance(infer("UpSampling3D", (huge, huge, huge, huge), size=huge), Inferred)


def test_mixed_precision_computes_in_half() -> None:
    found = infer("Dense", (4,), units=2, dtype="mixed_float16")
    assert isinstance(found, Inferred)
    assert found.gives[0].dtype == "float16"


@given(st.integers(1, 5), st.integers(1, 3), st.sampled_from(["valid", "same"]),
       st.integers(5, 12))
@settings(derandomize=True, deadline=None, database=None)
def test_a_size_written_once_is_a_size_an_axis(kernel: int, stride: int, padding: str,
                                               side: int) -> None:
    once = infer("Conv2D", (side, side, 2), filters=3, kernel_size=kernel, strides=stride,
                 padding=padding)
    each = infer("Conv2D", (side, side, 2), filters=3, kernel_size=[kernel, kernel],
                 strides=[stride, stride], padding=padding)
    assert once == each
    raw = Component("layer", "Conv2D", {"filters": 3, "kernel_size": kernel, "strides": stride,
                                        "padding": padding})
    assert OPS["Conv2D"].infer(raw, Entering((Tensor(("batch", side, side, 2)),))) == once


@pytest.mark.parametrize(("size", "fits"), [(4, True), (5, False), ([2, 5], False), ([4, 1], True)])
def test_the_largest_of_no_positions_is_not_taken(size: Any, fits: bool) -> None:
    """TensorFlow would end the process; the average of no positions is another matter."""
    for kind, good in (("Max", fits), ("Average", True)):
        layer_ = resolve("layer", {"type": f"Adaptive{kind}Pooling2D", "output_size": size},
                         lambda *steps: Where("x", steps)).value
        assert layer_ is not None
        found = OPS[layer_.name].infer(layer_, Entering((Tensor(("batch", 4, 4, 3)),)))
        assert isinstance(found, Inferred) is good
