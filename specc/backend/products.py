"""Whether TensorFlow computes a convolution right on this processor: it is asked, beside NumPy.

Its oneDNN reads memory that is not its own on some processors with AVX-512, for some products of
kernels with more than two dimensions: convolutions, and einsums (docs/running.md). One small
convolution tells; the matmul that goes wrong there too can end the process, and is not tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from specc.backend import errors
from specc.diagnostics import Diagnostic
from specc.source import Where

Convolve = Callable[..., Any]  # as `tf.nn.conv2d` is called
STRIDES = (1, 3)
ALLOWED = 0.5  # absolute, of sums of 16 normal numbers; 1e-6 is usual, 0.05 in bfloat16
FLAT = 2  # dimensions of the kernels that are multiplied right


def judged(model: Any, where: Where) -> Iterator[Diagnostic]:
    """A warning for a model that holds a kernel whose products go wrong here."""
    if keras.backend.backend() != "tensorflow":
        return
    if all(len(one.shape) <= FLAT for one in model.weights):
        return
    if (wrong := wrong_by()) is not None:
        yield errors.computes_wrongly(where, error=wrong)


@cache
def wrong_by() -> float | None:
    """The error of TensorFlow on the processor; None where it is right, or there is a GPU."""
    import tensorflow as tf

    if tf.config.list_physical_devices("GPU"):
        return None
    found = error(tf.nn.conv2d)
    return None if found <= ALLOWED else found  # NaN is wrong too


def error(convolve: Convolve) -> float:
    """The largest absolute error of a convolution of eight 8 x 4 pictures by one 4 x 4 filter."""
    random = np.random.default_rng(0)
    pictures = random.normal(size=(8, 8, 4, 1)).astype("float32")
    kernel = random.normal(size=(4, 4, 1, 1)).astype("float32")
    found = np.asarray(convolve(pictures, kernel, STRIDES, "VALID"), "float64")
    return float(np.abs(found - _convolved(pictures, kernel)).max())


def _convolved(pictures: NDArray[Any], kernel: NDArray[Any]) -> NDArray[Any]:
    """The same in NumPy's float64: (rows, height, width, 1)."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pictures[..., 0].astype("float64"), kernel.shape[:2], axis=(1, 2))
    there = windows[:, ::STRIDES[0], ::STRIDES[1]]
    summed: NDArray[Any] = np.einsum("nhwij,ij->nhw", there, kernel[..., 0, 0])
    return summed[..., None]
