"""What all operators need: a layer's dtype, sizes written once or per axis, axes, counting.

FLOPs are of one forward pass of one sample, so the batch is left out everywhere. What depends on
a dimension that is not a number is None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from specc.diagnostics import number_of
from specc.ops.component import Component, Value
from specc.ops.op import Entering, Infer, Inferred, Misfit, Tensor, Weight
from specc.record import replace
from specc.tensor import DType, Shape, show, size

FLOATS = ("float16", "bfloat16", "float32", "float64")
MIXED = {"mixed_float16": "float16", "mixed_bfloat16": "bfloat16"}
POSITIONS = {1: ("steps",), 2: ("height", "width"), 3: ("depth", "height", "width")}

OfShape: TypeAlias = Callable[[Component, Tensor, Shape], Inferred | Misfit]


def compute_dtype(layer: Component) -> DType | None:
    """The dtype a layer computes in: its own policy, else float32."""
    policy = layer.get("dtype")
    if policy is None:
        return "float32"
    if not isinstance(policy, str):
        return None
    return MIXED.get(policy, policy.rpartition("_from_")[2])


def variable_dtype(layer: Component) -> DType | None:
    """The dtype of a layer's weights: float32 under a mixed policy, else what it computes in."""
    policy = layer.get("dtype")
    return "float32" if policy in MIXED else compute_dtype(layer)


def typed(layer: Component, weights: Iterable[Weight]) -> tuple[Weight, ...]:
    """The weights of a held layer, with the dtype it gives them whatever holds it."""
    dtype = variable_dtype(layer)
    return tuple(weight if weight.dtype else replace(weight, dtype=dtype) for weight in weights)


def carried(layer: Component, dtype: DType | None) -> DType | None:
    """The dtype of what only moves numbers: floats are cast to the layer's (unless it is told
    not to), all else stays."""
    return compute_dtype(layer) if dtype in FLOATS and layer.get("autocast", True) else dtype


def promoted(a: DType | None, b: DType | None) -> DType | None:
    """The dtype of a product with a float: the wider float, float32 of two different halves."""
    if a not in FLOATS or b not in FLOATS or a == b:
        return b if b in FLOATS else a
    return max("float32" if {a, b} <= set(FLOATS[:2]) else a, b, key=FLOATS.index)


def of_shape(infer: OfShape) -> Infer:
    """An operator of one tensor whose shape is known; of an unknown shape nothing is said."""

    def run(layer: Component, entering: Entering) -> Inferred | Misfit:
        tensor = entering.first
        if tensor.shape is None:
            return Inferred((Tensor(None, compute_dtype(layer)),), None, None)
        return infer(layer, tensor, tensor.shape)

    return run


def elementwise(*, masks: bool = True, keeps_dtype: bool = False, cost: int = 0) -> Infer:
    """Same shape out as in, no weights; `cost` FLOPs an element."""

    def run(layer: Component, entering: Entering) -> Inferred:
        tensor = entering.first
        dtype = carried(layer, tensor.dtype) if keeps_dtype else compute_dtype(layer)
        gives = Tensor(tensor.shape, dtype, masks and tensor.masked)
        return Inferred((gives,), (), size((cost, count(tensor.shape))) if cost else 0)

    return run


def spread(value: Value, rank: int) -> tuple[int, ...]:
    """A size written once or per axis, per axis: `3` and `[3, 3]` are one."""
    if isinstance(value, int):
        return (value,) * rank
    sizes = tuple(value)
    return sizes * rank if len(sizes) == 1 else sizes


def several(value: Value) -> tuple[int, ...]:
    """One number or several, as several."""
    if value is None:
        return ()
    return (value,) if isinstance(value, int) else tuple(value)


def channels_first(layer: Component) -> bool:
    """Whether the channels stand before the positions (Keras's own default is behind)."""
    return bool(layer.get("data_format") == "channels_first")


def resolve_axis(axis: int, rank: int) -> int | None:
    """An axis counted from the front; None when the tensor has no such axis."""
    return axis % rank if -rank <= axis < rank else None


def no_axis(axis: int, shape: Shape, param: str = "axis") -> Misfit:
    return Misfit(f"{show(shape)} has no axis {axis}", param, "input-rank-mismatch")


def count(shape: Shape | None) -> int | None:
    """How many numbers one sample holds."""
    return None if shape is None else size(shape[1:])


def total(terms: Iterable[int | None]) -> int | None:
    """The sum; None as soon as one term is not known."""
    found = 0
    for term in terms:
        if term is None:
            return None
        found += term
    return found


def times(written: Iterable[int]) -> str:
    """Sizes as messages print them: `3x3`."""
    return "x".join(str(one) for one in written)


def wrong_rank(layer: Component, shape: Shape, *wanted: str) -> Misfit | None:
    """A misfit unless the tensor has as many dimensions as `wanted` names."""
    if len(shape) == len(wanted):
        return None
    return Misfit(f"`{layer.name}` takes ({', '.join(wanted)}), but {show(shape)} enters",
                  slug="input-rank-mismatch")


def wrong_positions(layer: Component, shape: Shape, rank: int,
                    *before: str) -> Misfit | None:
    """A misfit unless the tensor has a batch (and `before`), `rank` positions, and channels."""
    places = tuple("positions" if one in before else one for one in POSITIONS[rank])
    behind = ("channels", *places) if channels_first(layer) else (*places, "channels")
    return wrong_rank(layer, shape, "batch", *before, *behind)


def split(layer: Component, shape: Shape) -> tuple[Shape, Shape]:
    """The positions, and the channels as a shape of one dimension."""
    return (shape[2:], shape[1:2]) if channels_first(layer) else (shape[1:-1], shape[-1:])


def join(layer: Component, shape: Shape, places: Shape, channels: Shape) -> Shape:
    """A shape with the batch of `shape`, in the layer's data format."""
    if channels_first(layer):
        return (shape[0], *channels, *places)
    return (shape[0], *places, *channels)


def with_lora(layer: Component, weights: tuple[Weight, ...]) -> tuple[Weight, ...]:
    """The weights of a layer whose first weight is adapted by two low-rank factors.

    The adapted kernel is frozen, and the factors (shape[:-1], rank) and (rank, shape[-1]) follow,
    in float32 whatever the layer computes in.
    """
    rank = layer.get("lora_rank")
    if not rank:
        return weights
    kernel, *rest = weights
    return (Weight(kernel.name, kernel.shape, trainable=False), *rest,
            Weight(f"lora_{kernel.name}_a", (*kernel.shape[:-1], rank), dtype="float32"),
            Weight(f"lora_{kernel.name}_b", (rank, kernel.shape[-1]), dtype="float32"))


def wrong_lora(layer: Component, constraint: str) -> Misfit | None:
    """A misfit when the weight that two factors adapt is constrained as well."""
    if layer.get("lora_rank") and layer.get(constraint) is not None:
        return Misfit(f"`lora_rank` cannot adapt a weight with a `{constraint}`", "lora_rank")
    return None


def undivided(number: int, thing: str, groups: int, shape: Shape | None = None) -> str:
    """That a number of channels or filters makes no equal groups."""
    of = f" of {show(shape)}" if shape else ""
    return (f"{number_of(number, thing)}{of} {'does' if number == 1 else 'do'} not divide into "
            f"{number_of(groups, 'group')}")
