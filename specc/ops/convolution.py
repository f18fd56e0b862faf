"""Convolutions, with n input channels, k numbers in a window, and o positions that come out.

| layer         | weights                                     | FLOPs                           |
|---------------|---------------------------------------------|---------------------------------|
| Conv          | kernel (*window, n / groups, filters), bias | o * filters * (2k n/groups + 1) |
| ConvTranspose | kernel (*window, filters, n), bias          | 2k * filters * n a position     |
|               |                                             | that *enters*, and the bias     |
| DepthwiseConv | kernel (*window, n, multiplier), bias       | o * n * multiplier * (2k + 1)   |
| SeparableConv | depthwise_kernel, pointwise_kernel, bias    | the two, one bias               |

Lengths: `specc.tensor.slide`; a transposed convolution undoes it (`widen`).
Source of the lengths: Dumoulin & Visin 2016, arXiv:1603.07285.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from specc.diagnostics import number_of, with_article
from specc.ops.component import Component
from specc.ops.op import Infer, Inferred, Misfit, Op, Tensor, Weight
from specc.ops.shaping import (
    POSITIONS,
    compute_dtype,
    count,
    join,
    of_shape,
    split,
    spread,
    times,
    total,
    undivided,
    with_lora,
    wrong_positions,
)
from specc.record import Record
from specc.tensor import Dim, Padding, Shape, show, size, slide

LONGEST = 200  # letters of a name


class Window(Record):
    """What slides over the positions."""

    sizes: tuple[int, ...]
    strides: tuple[int, ...]
    dilation: tuple[int, ...]
    padding: Padding


def read_window(layer: Component, rank: int, *, dilates_strides: bool = False) -> Window | Misfit:
    """The window a layer writes; a misfit when Keras does not take the combination."""
    window = Window(spread(layer.get("kernel_size"), rank), spread(layer.get("strides", 1), rank),
                    spread(layer.get("dilation_rate", 1), rank), layer.get("padding", "valid"))
    for param, sizes in (("kernel_size", window.sizes), ("strides", window.strides),
                         ("dilation_rate", window.dilation)):
        if len(sizes) != rank:
            return Misfit(f"`{param}` has {number_of(len(sizes), 'number')} for "
                          f"{number_of(rank, 'position')}", param)
        if min(sizes) < 1:
            return Misfit(f"`{param} = {times(sizes)}` must be at least 1 everywhere", param)
    if not dilates_strides and max(window.strides) > 1 and max(window.dilation) > 1:
        return Misfit(f"strides {times(window.strides)} and dilation {times(window.dilation)} "
                      "cannot both be larger than 1", "dilation_rate", "stride-and-dilation")
    return window


TOO_LARGE = {"kernel_size": "kernel-larger-than-input", "pool_size": "pool-larger-than-input"}


def slid(window: Window, places: Shape, shape: Shape, param: str) -> Shape | Misfit:
    """The positions that come out; a misfit when the window fits nowhere."""
    found = tuple(
        free(place, dilation * (length - 1) + 1, stride, window.padding)
        if isinstance(place, str) else slide(place, length, stride, dilation, window.padding)
        for place, length, stride, dilation in zip(
            places, window.sizes, window.strides, window.dilation, strict=True)
    )
    if any(isinstance(one, int) and one <= 0 and (place != 0 or window.padding == "valid")
           for one, place in zip(found, places, strict=True)):
        return Misfit(f"{_named(window)} does not fit in {show(shape)}", param,
                      TOO_LARGE.get(param, "nonpositive-output-size"))
    return found


def free(place: str, reach: int, stride: int, padding: Padding) -> Dim:
    """What a window leaves of a length that is free: free as well, under the name of its formula.

    `valid`: ceil((length - reach + 1) / stride); `same`: ceil(length / stride). None (not known)
    where the formula of many layers would be long.
    """
    name = place if padding != "valid" or reach == 1 else f"({place}-{reach - 1})"
    name = name if stride == 1 else f"ceil({name}/{stride})"
    return name if len(name) <= LONGEST else None


def _named(window: Window) -> str:
    """`a 3x3 window`, `a window of 5 that reaches over 33`."""
    many = times(window.sizes)
    return (with_article(f"{many} window") if "x" in many else f"a window of {many}") + (
        _reach(window))


def _reach(window: Window) -> str:
    return "" if max(window.dilation) == 1 else f" that reaches over {times(_reaches(window))}"


def _reaches(window: Window) -> tuple[int, ...]:
    """The positions from the first to the last number of a window, along each axis."""
    return tuple(d * (k - 1) + 1 for k, d in zip(window.sizes, window.dilation, strict=True))


def widen(length: Dim, window: int, stride: int, dilation: int, padding: Padding,
          extra: int | None) -> Dim:
    """The length a transposed convolution gives along one axis.

    `valid` (length - 1) * stride + max(reach, stride), or + reach + output_padding
    `same`  length * stride, or (length - 1) * stride + reach mod 2 + output_padding
    """
    if not isinstance(length, int):
        return None
    reach = dilation * (window - 1) + 1
    if padding == "valid":
        return (length - 1) * stride + (max(reach, stride) if extra is None else reach + extra)
    return length * stride if extra is None else (length - 1) * stride + reach % 2 + extra


Convolve: TypeAlias = Callable[[Component, Tensor, Shape, Window], Inferred | Misfit]


def over(rank: int, convolve: Convolve, *, dilates_strides: bool = False) -> Infer:
    """A convolution over `rank` positions."""

    def run(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
        window = read_window(layer, rank, dilates_strides=dilates_strides)
        if isinstance(window, Misfit):
            return window
        if misfit := wrong_positions(layer, shape, rank):
            return misfit
        return convolve(layer, tensor, shape, window)

    return of_shape(run)


def infer_convolution(layer: Component, tensor: Tensor, shape: Shape,
                      window: Window) -> Inferred | Misfit:
    filters, groups = layer.get("filters"), layer.get("groups", 1)
    places, (channels,) = split(layer, shape)
    if groups < 1 or filters % groups:
        return Misfit(undivided(filters, "filter", groups), "groups",
                      "groups-divisibility")
    if isinstance(channels, int) and channels % groups:
        return Misfit(undivided(channels, "channel", groups, shape),
                      "groups", "groups-divisibility")
    found = slid(window, places, shape, "kernel_size")
    if isinstance(found, Misfit):
        return found
    each = channels // groups if isinstance(channels, int) else channels
    kernel = Weight("kernel", (*window.sizes, each, filters))
    return _answer(layer, join(layer, shape, found, (filters,)), (kernel,), filters,
                   size((2, *found, *kernel.shape)))


def infer_transposed(layer: Component, tensor: Tensor, shape: Shape,
                     window: Window) -> Inferred | Misfit:
    filters, rank = layer.get("filters"), len(window.sizes)
    written = layer.get("output_padding")
    extras = (None,) * rank if written is None else spread(written, rank)
    for axis, (extra, stride) in enumerate(zip(extras, window.strides, strict=True)):
        if extra is not None and extra >= stride:
            return Misfit(f"`output_padding = {extra}` must be less than the stride, {stride}",
                          "output_padding")
        if extra == 0 and window.padding == "same" and not _reaches(window)[axis] % 2:
            return Misfit("`output_padding = 0` leaves no room for the last position where "
                          "`padding = \"same\"` and a kernel reaches over an even number, "
                          f"{_reaches(window)[axis]}; leave `output_padding` out", "output_padding")
    places, (channels,) = split(layer, shape)
    found = tuple(
        widen(place, length, stride, dilation, window.padding, extra)
        for place, length, stride, dilation, extra in zip(
            places, window.sizes, window.strides, window.dilation, extras, strict=True)
    )
    if any(isinstance(one, int) and one <= 0 and place != 0
           for one, place in zip(found, places, strict=True)):
        return Misfit(f"`output_padding` leaves nothing of {show(shape)}", "output_padding",
                      "nonpositive-output-size")
    kernel = Weight("kernel", (*window.sizes, filters, channels))
    return _answer(layer, join(layer, shape, found, (filters,)), (kernel,), filters,
                   size((2, *places, *kernel.shape)))


def infer_depthwise(layer: Component, tensor: Tensor, shape: Shape,
                    window: Window) -> Inferred | Misfit:
    multiplier = layer.get("depth_multiplier", 1)
    places, (channels,) = split(layer, shape)
    found = slid(window, places, shape, "kernel_size")
    if isinstance(found, Misfit):
        return found
    kernel = Weight("kernel", (*window.sizes, channels, multiplier))
    filters = size((channels, multiplier))
    return _answer(layer, join(layer, shape, found, (filters,)), (kernel,), filters,
                   size((2, *found, *kernel.shape)))


def infer_separable(layer: Component, tensor: Tensor, shape: Shape,
                    window: Window) -> Inferred | Misfit:
    filters, multiplier = layer.get("filters"), layer.get("depth_multiplier", 1)
    places, (channels,) = split(layer, shape)
    found = slid(window, places, shape, "kernel_size")
    if isinstance(found, Misfit):
        return found
    depth = Weight("depthwise_kernel", (*window.sizes, channels, multiplier))
    ones = (1,) * len(window.sizes)
    point = Weight("pointwise_kernel", (*ones, size((channels, multiplier)), filters))
    flops = total((size((2, *found, *depth.shape)), size((2, *found, *point.shape))))
    return _answer(layer, join(layer, shape, found, (filters,)), (depth, point), filters, flops)


def _answer(layer: Component, gives: Shape, kernels: tuple[Weight, ...], filters: Dim,
            flops: int | None) -> Inferred:
    """The result, its bias added."""
    weights = kernels
    if layer.get("use_bias", True):
        weights = (*kernels, Weight("bias", (filters,)))
        flops = total((flops, count(gives)))
    return Inferred((Tensor(gives, compute_dtype(layer)),), with_lora(layer, weights), flops)


CONVOLUTION = (
    *(Op(f"Conv{rank}D", over(rank, infer_convolution)) for rank in POSITIONS),
    *(Op(f"Conv{rank}DTranspose", over(rank, infer_transposed), differs=("stricter",),
         note="Where `output_padding` leaves no position, Keras goes on with nothing; where it "
              "leaves too few for `same`, TensorFlow breaks when it runs.")
      for rank in POSITIONS),
    *(Op(f"DepthwiseConv{rank}D", over(rank, infer_depthwise, dilates_strides=True))
      for rank in (1, 2)),
    *(Op(f"SeparableConv{rank}D", over(rank, infer_separable, dilates_strides=True))
      for rank in (1, 2)),
)
