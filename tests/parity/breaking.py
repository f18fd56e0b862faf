"""Layers that Keras takes and then cannot run, and which specc refuses: drawn specs found them.

A case, the argument that is underlined, and a part of what is said.
"""

from __future__ import annotations

from typing import Any

from specc.testing.layers import Case

MASKED = {"mask": (5,)}


def rnn(cells: Any, named: dict[str, Any], **more: Any) -> Case:
    return Case("RNN", {"cell": cells, **more}, ((5, 2),), named=named)


def lstm(units: int) -> dict[str, Any]:
    return {"type": "LSTMCell", "units": units}


ATTENTION = {"num_heads": 2, "key_dim": 3}
WIDE = ((4, 3, 2), (4, 3, 2))
LOOKUP = {"vocabulary": ["a", "b"]}
CONV = {"type": "Conv1D", "filters": 2, "kernel_size": 2}
EVEN = {"filters": 2, "kernel_size": 4, "padding": "same", "output_padding": 0}
BREAKS: tuple[tuple[Case, str | None, str], ...] = (
    (Case("Dropout", {"rate": 0.2}, ((3,),), "int64"), None, "put `Rescaling`"),
    (Case("AlphaDropout", {"rate": 0.2}, ((3,),), "int32"), None, "makes fractions"),
    (Case("GaussianDropout", {"rate": 0.2}, ((3,),), "uint8"), None, "makes fractions"),
    (Case("GaussianNoise", {"stddev": 0.2}, ((3,),), "int32"), None, "makes fractions"),
    (Case("SpatialDropout1D", {"rate": 0.2}, ((3, 2),), "int32"), None, "makes fractions"),
    (Case("StringLookup", LOOKUP, ((3,),), "int64"), None, "use `IntegerLookup`"),
    (Case("TextVectorization", LOOKUP, ((1,),), "int64"), None, "looks up texts"),
    (Case("IntegerLookup", {"vocabulary": [7, 8]}, ((3,),), "string"), None, "use `StringLookup`"),
    (Case("StringLookup", {**LOOKUP, "invert": True}, ((3,),), "string"), None, "texts enter"),
    (Case("Conv1DTranspose", EVEN, ((4, 3),)), "output_padding", "leave `output_padding` out"),
    (Case("Conv2DTranspose", {**EVEN, "strides": 2}, ((4, 4, 3),)), "output_padding", "even"),
    (Case("Conv3DTranspose", {**EVEN, "kernel_size": [4, 1, 3]}, ((4, 3, 4, 3),)),
     "output_padding", "even number, 4"),
    (Case("MultiHeadAttention", {**ATTENTION, "sliding_window": 2}, WIDE), "sliding_window",
     "hides steps along axis 1, and `MultiHeadAttention` attends over axes 1 and 2"),
    (Case("MultiHeadAttention", {**ATTENTION, "attention_axes": 2}, WIDE,
          constants={"use_causal_mask": True}), None, "attends over axis 2"),
    (rnn([lstm(3)], MASKED), "cell", 'cell = { type = "LSTMCell", ... }'),
    (rnn({"type": "StackedRNNCells", "cells": [{"type": "GRUCell", "units": 3}]}, MASKED), "cell",
     "cannot be masked"),
    (rnn([lstm(3)], {}, unroll=True), "cell", "cannot be unrolled"),
    (rnn([lstm(3)], {"initial_state": [(3,), (3,)]}), "cell", "leave `initial_state` out"),
    (Case("TimeDistributed", {"layer": CONV, "dtype": "bfloat16"}, ((4, 5, 2),)), "dtype",
     "hands on bfloat16"),
    (Case("TimeDistributed", {"layer": {**CONV, "dtype": "float16"}}, ((4, 5, 2),)), "layer",
     "give both the same `dtype`"),
    (Case("Resizing", {"height": 4, "width": 2, "crop_to_aspect_ratio": True,
                       "pad_to_aspect_ratio": True}, ((8, 9, 1),)), "pad_to_aspect_ratio",
     "keep one of them"),
    (Case("MelSpectrogram", {"fft_length": 64, "dtype": "float64"}, ((200,),)), "dtype",
     "`power_to_db = false`"),
    (Case("STFTSpectrogram", {"frame_length": 16, "dtype": "bfloat16"}, ((30, 3),)), "dtype",
     "float16, float32 or float64"),
    (Case("STFTSpectrogram", {"frame_length": 16}, ((30, 3),), "int32"), None, "but int32 enters"),
    (Case("RMSNormalization", {"axis": -2}, ((3, 4),)), "axis", "along the last axis"),
    (Case("ContrastLimitedAdaptiveHistogramEqualization", {}, ((3, 3, 3),)), "tile_grid_size",
     "8 tiles do not fit in 3"),
    *((Case(name, args, ((6, 6, channels),), dtype), None, said)
      for name, args, channels, dtype, said in (
        ("RandomHue", {"factor": 0.5}, 1, "float32", "takes 3 channels"),
        ("RandomSaturation", {"factor": 0.5}, 4, "float32", "takes 3 channels"),
        ("RandomColorJitter", {"hue_factor": 0.5}, 1, "float32", "takes 3 channels"),
        ("RandomGrayscale", {"factor": 1.0}, 2, "float32", "takes 1 or 3 channels"),
        ("RandAugment", {"num_ops": 6}, 4, "float32", "takes 1 or 3 channels"),
        ("RandomSaturation", {"factor": 0.5}, 3, "uint8", "put `Rescaling`"),
        ("RandomContrast", {"factor": 0.5}, 3, "int32", "put `Rescaling`"))),
)
# What is as near to it as can be, and runs.
RUNS: tuple[Case, ...] = (
    Case("Dropout", {"rate": 0.2}, ((3,),)),
    Case("Dropout", {"rate": 0.0}, ((3,),), "int32"),
    Case("StringLookup", {**LOOKUP, "invert": True}, ((3,),), "int64"),
    Case("IntegerLookup", {"vocabulary": [7, 8]}, ((3,),)),
    Case("Conv2DTranspose", {**EVEN, "strides": 2, "output_padding": 1}, ((4, 4, 3),)),
    Case("Conv1DTranspose", {**EVEN, "kernel_size": 3}, ((4, 3),)),
    Case("MultiHeadAttention", ATTENTION, WIDE),
    Case("MultiHeadAttention", {**ATTENTION, "sliding_window": 2, "attention_axes": 1}, WIDE),
    rnn([lstm(3)], {}),
    rnn([lstm(3), lstm(2)], MASKED),
    rnn([lstm(3)], MASKED, unroll=True),
    rnn([{"type": "GRUCell", "units": 3}] * 2, {"initial_state": [(3,), (3,)]}),
    Case("TimeDistributed", {"layer": CONV, "dtype": "mixed_float16"}, ((4, 5, 2),)),
    Case("TimeDistributed", {"layer": {**CONV, "dtype": "float16"}, "dtype": "float16"},
         ((4, 5, 2),)),
    Case("MelSpectrogram", {"fft_length": 64, "dtype": "float64", "power_to_db": False}, ((200,),)),
    Case("RMSNormalization", {"axis": 2}, ((3, 4),)),
    Case("ContrastLimitedAdaptiveHistogramEqualization", {}, ((4, 4, 3),)),
    Case("RandomColorJitter", {"brightness_factor": 0.5}, ((6, 6, 2),)),
    Case("RandomGrayscale", {"factor": 1.0}, ((6, 6, 1),), "uint8"),
    Case("RandomHue", {"factor": 0.5}, ((6, 6, 3),), "uint8"),
)
