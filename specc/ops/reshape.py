"""Layers that move numbers and change none: Flatten, Reshape, Permute, RepeatVector.

No weights, no FLOPs. Integers stay integers.
"""

from __future__ import annotations

from specc.diagnostics import number_of
from specc.ops.component import Component
from specc.ops.op import Inferred, Misfit, Op, Tensor
from specc.ops.shaping import carried, compute_dtype, of_shape, wrong_rank
from specc.tensor import Shape, counted, fold, show, size


def infer_flatten(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
    """(batch, a, b, ...) to (batch, a * b * ...)."""
    return Inferred((Tensor((shape[0], fold(shape[1:])), carried(layer, tensor.dtype)),))


def infer_reshape(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
    """(batch, ...) to (batch, *target_shape); one -1 stands for whatever is left."""
    target = tuple(layer.get("target_shape"))
    if target.count(-1) > 1:
        return Misfit("only one dimension of `target_shape` can be -1", "target_shape",
                      "reshape-size-mismatch")
    enters, written = size(shape[1:]), size(dim for dim in target if dim != -1)
    gives: Shape = tuple(None if dim == -1 else dim for dim in target)
    if enters is not None and written is not None:
        fits = enters == written if -1 not in target else written and enters % written == 0
        if not fits:
            return Misfit(f"{counted(enters)} numbers, {show(shape)}, do not fit in "
                          f"`target_shape = {list(target)}`, which {_holds(target, written)}",
                          "target_shape", "reshape-size-mismatch")
        gives = tuple(enters // written if dim == -1 else dim for dim in target)
    return Inferred((Tensor((shape[0], *gives), carried(layer, tensor.dtype)),))


def _holds(target: Shape, written: int) -> str:
    return f"holds {'a multiple of ' if -1 in target else ''}{counted(written)}"


def infer_permute(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
    """The dimensions behind the batch in another order; `dims` counts from 1."""
    dims = tuple(layer.get("dims"))
    if sorted(dims) != list(range(1, len(dims) + 1)):
        return Misfit(f"`dims = {list(dims)}` is not an order of 1 to {len(dims)}", "dims")
    if len(shape) != len(dims) + 1:
        return Misfit(f"`dims` orders {number_of(len(dims), 'dimension')} behind the batch, but "
                      f"{show(shape)} enters", "dims", "input-rank-mismatch")
    gives = (shape[0], *(shape[dim] for dim in dims))
    return Inferred((Tensor(gives, carried(layer, tensor.dtype)),))


def infer_repeat_vector(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
    """(batch, features) to (batch, n, features)."""
    if misfit := wrong_rank(layer, shape, "batch", "features"):
        return misfit
    return Inferred((Tensor((shape[0], layer.get("n"), shape[1]), compute_dtype(layer)),))


RESHAPE = (
    Op("Flatten", of_shape(infer_flatten)),
    Op("Reshape", of_shape(infer_reshape)),
    Op("Permute", of_shape(infer_permute)),
    Op("RepeatVector", of_shape(infer_repeat_vector)),
)
