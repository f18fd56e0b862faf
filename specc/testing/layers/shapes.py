"""Shapes that enter a layer, and a case: a layer as a spec writes it, and what enters it.

Shapes stand without the batch. A dimension is a number, or a name: a free length that is the
same wherever it stands, which Keras writes as None.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from specc.ops.op import Entering, Tensor
from specc.tensor import Dim, Shape
from specc.testing import draws as st
from specc.testing.layers.values import Args

small = st.integers(1, 4)
length = st.integers(1, 9)
flag = st.booleans()
Draw = st.DrawFn
Shapes = st.Strategy[Shape]


@dataclass(frozen=True)
class Case:
    """One layer and one call of it.

    `named`: tensors by keyword of the call, each a shape or a list of shapes.
    """

    name: str
    args: Args
    shapes: tuple[Shape, ...] = ()
    dtype: str = "float32"
    masks: tuple[bool, ...] = ()  # which of the positional tensors bear a mask
    named: dict[str, Any] = field(default_factory=dict)
    constants: dict[str, bool] = field(default_factory=dict)

    @property
    def tree(self) -> dict[str, Any]:
        return {"type": self.name, **self.args}

    @property
    def entering(self) -> Entering:
        """The tensors as specc sees them."""
        masks = (*self.masks, *[False] * len(self.shapes))
        args = tuple(Tensor(("batch", *one), self.dtype, mask)
                     for one, mask in zip(self.shapes, masks, strict=False))
        named = {key: tuple(Tensor(("batch", *one), self.dtype) for one in value)
                 if isinstance(value, list)
                 else Tensor(("batch", *value), "bool" if "mask" in key else self.dtype)
                 for key, value in self.named.items()}
        return Entering(args, named, self.constants)

    def entered(self) -> list[Shape]:
        """The shapes of all tensors, positional first."""
        return [*self.shapes, *(one for value in self.named.values()
                                for one in (value if isinstance(value, list) else [value]))]

    def reshaped(self, shapes: Sequence[Shape], less: int = 0) -> Case:
        """The same call on tensors of other shapes, in the order of `entered`; `less`: how many
        positional ones are left out."""
        todo, ahead = list(shapes), len(self.shapes) - less
        behind = todo[ahead:]
        named = {key: [behind.pop(0) for _ in value] if isinstance(value, list) else behind.pop(0)
                 for key, value in self.named.items()}
        return replace(self, shapes=tuple(todo[:ahead]), named=named)


def plain(shape: Shape) -> tuple[int | None, ...]:
    """A shape as Keras writes it: names are None."""
    return tuple(dim if isinstance(dim, int) else None for dim in shape)


Cases = st.Strategy[Case]


def free(dim: st.Strategy[int]) -> st.Strategy[Dim]:
    """Mostly a number, now and then a free length."""
    return st.one_of(dim, dim, dim, dim, st.sampled_from(["time", "time", "other"]))


def shape(*dims: st.Strategy[Any]) -> Shapes:
    return st.tuples(*dims)


def any_shape(low: int = 1, high: int = 4) -> Shapes:
    return st.lists(free(length), min_size=low, max_size=high).map(tuple)


def firm(low: int = 1, high: int = 4) -> Shapes:
    return st.lists(length, min_size=low, max_size=high).map(tuple)


def located(rank: int, *before: st.Strategy[Any],
            places: st.Strategy[int] | None = None) -> Shapes:
    """Positions and channels (or channels and positions): all may be read both ways."""
    place = st.integers(2, 12) if places is None else places
    return shape(*before, *(free(place) for _ in range(rank)), st.sampled_from([1, 2, 3, 4, 6]))


MOSTLY_FLOAT = st.sampled_from(["float32"] * 5 + ["int32", "float16", "float64", "bool"])


def one(name: str, arguments: st.Strategy[Args], enters: Shapes,
        dtypes: st.Strategy[str] = MOSTLY_FLOAT) -> Cases:
    """A layer that takes one tensor; now and then it bears a mask."""
    return st.builds(
        lambda args, shape, dtype, masked: Case(
            name, args, (shape,), dtype, (masked and len(shape) > 1,)),
        arguments, enters, dtypes, st.sampled_from([False, False, False, True]))
