"""Pooling: over windows, over everything, and to a given number of positions.

No weights. FLOPs are one a number that is compared or added, as TensorFlow's profiler counts them:
the window's size for each number that comes out; for global pooling every number that enters.
"""

from __future__ import annotations

from specc.diagnostics import number_of
from specc.ops.component import Component
from specc.ops.convolution import Window, slid
from specc.ops.op import Infer, Inferred, Misfit, Op, Tensor
from specc.ops.shaping import (
    POSITIONS,
    compute_dtype,
    count,
    join,
    of_shape,
    split,
    spread,
    times,
    wrong_positions,
)
from specc.tensor import Shape, size


def windowed(rank: int) -> Infer:
    """Max and average pooling; a stride that is not written is the window's size."""

    def run(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
        sizes = spread(layer.get("pool_size", 2), rank)
        strides = layer.get("strides")
        steps = sizes if strides is None else spread(strides, rank)
        for param, found in (("pool_size", sizes), ("strides", steps)):
            if len(found) != rank or min(found) < 1:
                return Misfit(f"`{param} = {times(found)}` is no size of "
                              f"{number_of(rank, 'position')}", param)
        if misfit := wrong_positions(layer, shape, rank):
            return misfit
        places, channels = split(layer, shape)
        window = Window(sizes, steps, (1,) * rank, layer.get("padding", "valid"))
        left = slid(window, places, shape, "pool_size")
        if isinstance(left, Misfit):
            return left
        gives = join(layer, shape, left, channels)
        return Inferred((Tensor(gives, compute_dtype(layer)),), (), size((*sizes, count(gives))))

    return of_shape(run)


def everywhere(rank: int) -> Infer:
    """Global pooling: one number a channel; `keepdims` leaves positions of length 1."""

    def run(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
        if misfit := wrong_positions(layer, shape, rank):
            return misfit
        _, channels = split(layer, shape)
        left = (1,) * rank if layer.get("keepdims", False) else ()
        gives = join(layer, shape, left, channels)
        return Inferred((Tensor(gives, compute_dtype(layer)),), (), count(shape))

    return of_shape(run)


def adaptive(rank: int) -> Infer:
    """Pooling to `output_size` positions; every number that enters is looked at once.

    The largest of more positions than there are is taken over windows of nothing: TensorFlow ends
    the whole process there.
    """

    def run(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
        if misfit := wrong_positions(layer, shape, rank):
            return misfit
        positions, channels = split(layer, shape)
        wanted = spread(layer.get("output_size"), rank)
        for have, want in zip(positions, wanted, strict=True):
            if layer.name.startswith("AdaptiveMax") and isinstance(have, int) and want > have:
                return Misfit(f"`{layer.name}` takes the largest of {want} windows, and there "
                              f"{'is' if have == 1 else 'are'} only "
                              f"{number_of(have, 'position')}", "output_size")
        gives = join(layer, shape, wanted, channels)
        return Inferred((Tensor(gives, compute_dtype(layer)),), (), count(shape))

    return of_shape(run)


UNSEEN = "Keras does not look at the number of dimensions, and some that are wrong even run."
POOLING = tuple(
    op
    for kind in ("Max", "Average")
    for rank in POSITIONS
    for op in (
        Op(f"{kind}Pooling{rank}D", windowed(rank)),
        Op(f"Global{kind}Pooling{rank}D", everywhere(rank)),
        Op(f"Adaptive{kind}Pooling{rank}D", adaptive(rank), note=UNSEEN, differs=("stricter",)),
    )
)
