"""STFTSpectrogram: a convolution of every channel with sines and cosines.

Its kernels are weights, (frame_length, 1, fft_length / 2 + 1). FLOPs: 2 a multiply-add of the
kernels; what is done to their results (squares, roots, logarithms) is not counted.
"""

from __future__ import annotations

from specc.ops.component import Component
from specc.ops.convolution import Window, slid
from specc.ops.op import Inferred, Misfit, Op, Tensor, Weight
from specc.ops.shaping import (
    carried,
    channels_first,
    compute_dtype,
    of_shape,
    split,
    wrong_positions,
)
from specc.tensor import Shape, size

TAKES = ("float16", "float32", "float64")


def infer_stft(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
    """(batch, samples, channels) to (batch, frames, channels * frequencies)."""
    if misfit := wrong_positions(layer, shape, 1):
        return misfit
    dtype = carried(layer, tensor.dtype)
    if dtype not in (None, *TAKES):
        return Misfit(f"`{layer.name}` takes {', '.join(TAKES[:-1])} or {TAKES[-1]}, but {dtype} "
                      "enters", "dtype" if dtype != tensor.dtype else None)
    length = layer.get("frame_length", 256)
    hop = layer.get("frame_step") or max(length // 2, 1)
    fast = layer.get("fft_length") or 1 << (length - 1).bit_length()
    mode, bins = layer.get("mode", "log"), fast // 2 + 1
    places, (channels,) = split(layer, shape)
    window = Window((length,), (hop,), (1,), layer.get("padding", "valid"))
    frames = slid(window, places, shape, "frame_length")
    if isinstance(frames, Misfit):
        return frames
    kernels = tuple(Weight(name, (length, 1, bins)) for name, other in
                    (("real_kernel", "imag"), ("imag_kernel", "real")) if mode != other)
    wide = 2 * bins if mode == "stft" else bins
    flops = size((2, len(kernels), *frames, channels, length, bins))
    gives = spectrum(layer, shape[0:1], frames, (channels,), wide)
    return Inferred((Tensor(gives, compute_dtype(layer)),), kernels, flops)


def spectrum(layer: Component, batch: Shape, frames: Shape, channels: Shape,
             bins: int) -> Shape:
    """Frequencies behind the channels, or beside them where `expand_dims` is true."""
    if layer.get("expand_dims", False):
        if channels_first(layer):
            return (*batch, *channels, *frames, bins)
        return (*batch, *frames, bins, *channels)
    both = size((bins, *channels))
    return (*batch, both, *frames) if channels_first(layer) else (*batch, *frames, both)


SPECTROGRAM = (Op("STFTSpectrogram", of_shape(infer_stft)),)
