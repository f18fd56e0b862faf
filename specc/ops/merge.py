"""Layers that make one tensor of several.

Elementwise merging follows NumPy's broadcasting behind the batch, aligned at the end, and costs
one FLOP an element for each tensor after the first, Average one more for the division. Concatenate
costs nothing. Dot costs 2 a multiply-add, and 3 an element that is normalized before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from specc.ops.component import Component
from specc.ops.op import Entering, Infer, Inferred, Misfit, Op, Tensor
from specc.ops.shaping import compute_dtype, count, no_axis, resolve_axis, spread, total
from specc.tensor import Dim, Shape, agree, broadcast, show, size, unify

OfShapes: TypeAlias = Callable[[Component, Entering, Sequence[Shape]], Inferred | Misfit]
SLUG = "merge-shape-mismatch"


def of_shapes(infer: OfShapes) -> Infer:
    """An operator of several tensors whose shapes are known; else nothing is said."""

    def run(layer: Component, entering: Entering) -> Inferred | Misfit:
        shapes = [tensor.shape for tensor in entering.args]
        found = [shape for shape in shapes if shape is not None]
        if not shapes or len(found) < len(shapes):
            return Inferred((Tensor(None, compute_dtype(layer)),), (), None)
        return infer(layer, entering, found)

    return run


def batch_of(shapes: Sequence[Shape]) -> Dim | Misfit:
    """The batch that all share."""
    batch = shapes[0][0]
    for shape in shapes[1:]:
        if not agree(batch, shape[0]):
            return Misfit(f"batches differ: {listed(shapes)}", slug=SLUG)
        batch = unify(batch, shape[0])
    return batch


def listed(shapes: Sequence[Shape]) -> str:
    return " and ".join(show(shape) for shape in shapes)


def infer_elementwise(layer: Component, entering: Entering,
                      shapes: Sequence[Shape]) -> Inferred | Misfit:
    """Add, Multiply and the others: equal shapes, or shapes that broadcast."""
    if layer.name == "Subtract" and len(shapes) != 2:
        return Misfit(f"`Subtract` takes 2 tensors, but {len(shapes)} enter", slug=SLUG)
    batch = batch_of(shapes)
    if isinstance(batch, Misfit):
        return batch
    behind = broadcast([shape[1:] for shape in shapes])
    if behind is None:
        return Misfit(f"`{layer.name}` cannot make one shape of {listed(shapes)}", slug=SLUG)
    gives = Tensor((batch, *behind), compute_dtype(layer),
                   all(tensor.masked for tensor in entering.args))
    steps = len(shapes) if layer.name == "Average" else len(shapes) - 1
    return Inferred((gives,), (), size((steps, *behind)))


def infer_concatenate(layer: Component, entering: Entering,
                      shapes: Sequence[Shape]) -> Inferred | Misfit:
    """The lengths along `axis` added; all other dimensions must be equal."""
    written, rank = layer.get("axis", -1), len(shapes[0])
    if any(len(shape) != rank for shape in shapes):
        return Misfit(f"`Concatenate` takes equally many dimensions, found {listed(shapes)}",
                      slug=SLUG)
    axis = resolve_axis(written, rank)
    if axis is None:
        return no_axis(written, shapes[0])
    gives = list(shapes[0])
    for shape in shapes[1:]:
        for at, (one, other) in enumerate(zip(gives, shape, strict=True)):
            if at == axis:
                both = isinstance(one, int) and isinstance(other, int)
                gives[at] = one + other if both else None  # type: ignore[operator]
            elif not agree(one, other):
                return Misfit(f"{listed(shapes)} differ in axis {at}, and only axis {axis} may",
                              "axis" if "axis" in layer.args else None, SLUG)
            else:
                gives[at] = unify(one, other)
    masked = any(tensor.masked for tensor in entering.args)
    return Inferred((Tensor(tuple(gives), compute_dtype(layer), masked),))


def infer_dot(layer: Component, entering: Entering,
              shapes: Sequence[Shape]) -> Inferred | Misfit:
    """The sum of products along one axis of each; (batch, 1) when nothing else is left."""
    if len(shapes) != 2:
        return Misfit(f"`Dot` takes 2 tensors, but {len(shapes)} enter", slug=SLUG)
    written = spread(layer.get("axes"), 2)
    summed: list[int] = []
    for axis, shape in zip(written, shapes, strict=True):
        found = resolve_axis(axis, len(shape))
        if found is None:
            return no_axis(axis, shape, "axes")
        if found == 0:
            return Misfit("axis 0 is the batch, which `Dot` keeps", "axes", SLUG)
        summed.append(found)
    left, right = shapes
    if not agree(left[summed[0]], right[summed[1]]):
        return Misfit(f"axis {written[0]} of {show(left)} and axis {written[1]} of {show(right)} "
                      "differ", "axes", SLUG)
    batch = batch_of(shapes)
    if isinstance(batch, Misfit):
        return batch
    rest = (*without(left, summed[0]), *without(right, summed[1]))
    gives: Shape = (batch, *(rest or (1,)))
    normal = 3 if layer.get("normalize", False) else 0
    flops = total((size((2, unify(left[summed[0]], right[summed[1]]), count(gives))),
                   *(size((normal, count(shape))) for shape in shapes if normal)))
    return Inferred((Tensor(gives, compute_dtype(layer)),), (), flops)


def without(shape: Shape, axis: int) -> Shape:
    """What is left behind the batch when one axis is summed."""
    return (*shape[1:axis], *shape[axis + 1:])


KNOWN = ("Where one tensor has a free length and another a number, Keras promises any length; it "
         "is the number.")
MERGE = (
    *(Op(name, of_shapes(infer_elementwise), takes="list", note=KNOWN, differs=("knows",))
      for name in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum")),
    Op("Concatenate", of_shapes(infer_concatenate), takes="list", note=KNOWN, differs=("knows",)),
    Op("Dot", of_shapes(infer_dot), takes="list"),
)
