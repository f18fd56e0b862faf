"""Padding with zeros, cropping and up-sampling along the positions. No weights, no FLOPs.

`padding` and `cropping` are written as one number (both ends of every axis), one number an axis
(both its ends), or a pair an axis; along one axis a pair is its two ends.
"""

from __future__ import annotations

from collections.abc import Callable

from specc.ops.component import Component, Value
from specc.ops.op import Infer, Inferred, Misfit, Op, Tensor
from specc.ops.shaping import (
    POSITIONS,
    compute_dtype,
    join,
    of_shape,
    split,
    spread,
    wrong_positions,
)
from specc.tensor import Dim, Shape, show


def ends(value: Value, rank: int) -> tuple[tuple[int, int], ...]:
    """What is added or taken at the two ends of each axis."""
    if isinstance(value, int):
        return ((value, value),) * rank
    if rank == 1 and len(value) == 2 and all(isinstance(one, int) for one in value):
        return ((value[0], value[1]),)
    pairs = (spread(one, 2) for one in value)
    return tuple((pair[0], pair[1]) for pair in pairs)


def along_positions(rank: int, change: Callable[[Component, Shape], Shape | Misfit]) -> Infer:
    """An operator that changes only the lengths of the positions."""

    def run(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
        if misfit := wrong_positions(layer, shape, rank):
            return misfit
        places, channels = split(layer, shape)
        changed = change(layer, places)
        if isinstance(changed, Misfit):
            return changed
        return Inferred((Tensor(join(layer, shape, changed, channels), compute_dtype(layer)),))

    return of_shape(run)


def pad(layer: Component, places: Shape) -> Shape | Misfit:
    sides = ends(layer.get("padding"), len(places))
    return tuple(longer(place, sum(side)) for place, side in zip(places, sides, strict=True))


def crop(layer: Component, places: Shape) -> Shape | Misfit:
    sides = ends(layer.get("cropping"), len(places))
    left = tuple(longer(place, -sum(side)) for place, side in zip(places, sides, strict=True))
    if any(isinstance(one, int) and one <= 0 for one in left):
        return Misfit(f"`cropping` takes {_taken(sides)} from {show(places)} and leaves nothing",
                      "cropping", "nonpositive-output-size")
    return left


def _taken(sides: tuple[tuple[int, int], ...]) -> str:
    return " and ".join(str(sum(side)) for side in sides)


def longer(length: Dim, by: int) -> Dim:
    """A length with `by` added; a free length stays free only when nothing is added."""
    if isinstance(length, int):
        return length + by
    return length if by == 0 else None


def enlarge(layer: Component, places: Shape) -> Shape | Misfit:
    factors = spread(layer.get("size"), len(places))
    return tuple(place * factor if isinstance(place, int) else (place if factor == 1 else None)
                 for place, factor in zip(places, factors, strict=True))


RESIZE = tuple(
    Op(f"{kind}{rank}D", along_positions(rank, change))
    for kind, change in (("ZeroPadding", pad), ("Cropping", crop), ("UpSampling", enlarge))
    for rank in POSITIONS
)
