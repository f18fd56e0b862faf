"""Dimensions, shapes and the arithmetic on them. No Keras, no NumPy.

A dimension is a number, a *name* (a length that is free but the same wherever the name stands,
such as the batch), or None (not known). What is not known stays silent: no rule and no operator
refuses a None.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Literal, TypeAlias

Dim: TypeAlias = int | str | None
Shape: TypeAlias = tuple[Dim, ...]  # the batch comes first: ("batch", 28, 28, 1)
DType: TypeAlias = str  # "float32", "int32", "bool", "string"
Padding: TypeAlias = Literal["valid", "same", "causal", "full"]

BATCH = "batch"


def show(shape: Shape | None) -> str:
    """A shape as messages print it: `(batch, 28, 28, 1)`; `?` for what is not known."""
    if shape is None:
        return "?"
    inside = ", ".join("?" if dim is None else str(dim) for dim in shape)
    return f"({inside},)" if len(shape) == 1 else f"({inside})"


def size(dims: Iterable[Dim]) -> int | None:
    """The product of dimensions; None as soon as one of them is no number."""
    total = 1
    for dim in dims:
        if not isinstance(dim, int):
            return None
        total *= dim
    return total


def fold(dims: Iterable[Dim]) -> Dim:
    """The length of several axes laid into one: a number, or a name when one of them is free.

    >>> fold(("time", 8))
    '8*time'
    """
    number, names = 1, []
    for dim in dims:
        if dim is None:
            return None
        if isinstance(dim, int):
            number *= dim
        else:
            names.append(dim)
    if not names:
        return number
    return "*".join([str(number), *names] if number != 1 else names)


def known(shape: Shape) -> bool:
    """Whether every dimension behind the batch is a number."""
    return all(isinstance(dim, int) for dim in shape[1:])


def agree(a: Dim, b: Dim) -> bool:
    """Whether two dimensions may be equal: only two different numbers may not."""
    return not (isinstance(a, int) and isinstance(b, int)) or a == b


def unify(a: Dim, b: Dim) -> Dim:
    """The more certain of two dimensions that agree: a number, else a name, else None."""
    if isinstance(a, int) or b is None:
        return a
    return b if isinstance(b, int) or a is None or a == b else None


def broadcast(shapes: Sequence[Shape]) -> Shape | None:
    """The shape NumPy's broadcasting gives, aligned at the end; None where it gives none."""
    out: list[Dim] = []
    for dims in zip_longest(*(reversed(shape) for shape in shapes), fillvalue=1):
        merged: Dim = 1
        for dim in dims:
            if dim == 1:
                continue
            if merged == 1:
                merged = dim
            elif not agree(merged, dim):
                return None
            else:
                merged = unify(merged, dim)
        out.append(merged)
    return tuple(reversed(out))


def slide(length: Dim, window: int, stride: int = 1, dilation: int = 1,
          padding: Padding = "valid") -> Dim:
    """Positions a window takes along one axis, which is the length that comes out.

    `valid`          floor((length - dilation*(window - 1) - 1) / stride) + 1
    `same`, `causal` ceil(length / stride)

    Zero or less means that the window never fits; the caller decides what to say. A length that
    is not a number stays not known.
    """
    if not isinstance(length, int):
        return None
    if padding in ("same", "causal"):
        return -(-length // stride)
    return (length - dilation * (window - 1) - 1) // stride + 1


def counted(number: int) -> str:
    """A number for a message; what is beyond any memory is not spelled out."""
    return f"{number:,}" if number < 10**18 else "more than 10^18"


def elements(shape: Shape) -> int | None:
    """How many numbers one sample of this shape holds (the batch left out)."""
    return size(shape[1:])


__all__ = ["BATCH", "DType", "Dim", "Padding", "Shape", "agree", "broadcast", "counted", "elements",
           "fold", "known", "show", "size", "slide", "unify"]
