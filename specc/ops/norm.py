"""Normalization along axes.

| layer              | weights (n: size of the axes)                        | FLOPs an element    |
|--------------------|------------------------------------------------------|---------------------|
| BatchNormalization | gamma, beta (n); moving_mean, moving_variance frozen | 2: a multiply-add   |
| LayerNormalization | gamma, beta (n)                                      | 5, scale 1, beta 1  |
| GroupNormalization | gamma, beta (channels)                               | 5, scale 1, beta 1  |
| RMSNormalization   | scale (n)                                            | 4                   |
| UnitNormalization  | -                                                    | 3                   |

A trained batch normalization is one multiplication and one addition; the others compute their
statistics from the sample: mean (1), difference (1), its square and their sum (2), scaling (1).
"""

from __future__ import annotations

from specc.ops.component import Component
from specc.ops.op import Inferred, Misfit, Op, Tensor, Weight
from specc.ops.shaping import (
    compute_dtype,
    count,
    no_axis,
    of_shape,
    resolve_axis,
    several,
    undivided,
)
from specc.ops.weights import free_size
from specc.tensor import Shape, show, size


def kept(layer: Component, shape: Shape) -> tuple[int, ...] | Misfit:
    """The axes whose numbers have weights of their own, from the front."""
    found = []
    for axis in several(layer.get("axis", -1)):
        at = resolve_axis(axis, len(shape))
        if at is None:
            return no_axis(axis, shape)
        if at == 0:
            return Misfit(f"axis {axis} of {show(shape)} is the batch", "axis",
                          "input-rank-mismatch")
        found.append(at)
    return tuple(found)


def infer_batch(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
    axes = kept(layer, shape)
    if isinstance(axes, Misfit):
        return axes
    frozen = ["moving_mean", "moving_variance"]
    if layer.get("renorm", False):
        frozen += ["moving_stddev", "renorm_mean", "renorm_stddev"]
    length = tuple(shape[axis] for axis in axes)
    weights = (*scale_and_center(layer, length),
               *(Weight(name, length, trainable=False) for name in frozen))
    return same(layer, tensor, shape, weights, 2)


def scale_and_center(layer: Component, length: Shape) -> tuple[Weight, ...]:
    return tuple(Weight(name, length) for name, key in (("gamma", "scale"), ("beta", "center"))
                 if layer.get(key, True))


def same(layer: Component, tensor: Tensor, shape: Shape, weights: tuple[Weight, ...],
         cost: int, *, masks: bool = True) -> Inferred:
    gives = Tensor(shape, compute_dtype(layer), masks and tensor.masked)
    return Inferred((gives,), weights, size((cost, count(shape))))


def infer_layer(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
    axes = kept(layer, shape)
    if isinstance(axes, Misfit):
        return axes
    weights = scale_and_center(layer, in_order(layer, shape))
    return same(layer, tensor, shape, weights, 5 + len(weights))


def in_order(layer: Component, shape: Shape) -> Shape:
    """The lengths of the axes, sorted as Keras sorts them: by the numbers as written."""
    return tuple(shape[axis] for axis in sorted(several(layer.get("axis", -1))))


def infer_group(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
    axes = kept(layer, shape)
    if isinstance(axes, Misfit):
        return axes
    channels, groups = shape[axes[0]], layer.get("groups", 32)
    if isinstance(channels, str):
        return free_size(layer, channels)
    if isinstance(channels, int) and groups != -1 and (
            not 1 <= groups <= channels or channels % groups):
        return Misfit(undivided(channels, "channel", groups, shape),
                      "groups", "groups-divisibility")
    weights = scale_and_center(layer, (channels,))
    return same(layer, tensor, shape, weights, 5 + len(weights))


def infer_root_mean_square(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
    axes = kept(layer, shape)
    if isinstance(axes, Misfit):
        return axes
    if axes != (len(shape) - 1,):
        return Misfit("`RMSNormalization` scales along the last axis, whichever is asked for; put "
                      "a `Permute` before it and one behind it, or use `LayerNormalization`",
                      "axis")
    weights = (Weight("scale", in_order(layer, shape)),)
    return same(layer, tensor, shape, weights, 4, masks=False)


def infer_unit(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
    for axis in several(layer.get("axis", -1)):
        if resolve_axis(axis, len(shape)) is None:
            return no_axis(axis, shape)
    return same(layer, tensor, shape, (), 3)


NORM = (
    Op("BatchNormalization", of_shape(infer_batch)),
    Op("LayerNormalization", of_shape(infer_layer), differs=("stricter",),
       note="Without weights Keras also normalizes over the batch, which mixes samples."),
    Op("GroupNormalization", of_shape(infer_group)),
    Op("RMSNormalization", of_shape(infer_root_mean_square), differs=("stricter",),
       note="Keras multiplies by `scale` along the last axis, whatever `axis` says: it breaks when "
            "it runs, or weighs another axis where both are equally long."),
    Op("UnitNormalization", of_shape(infer_unit)),
)
