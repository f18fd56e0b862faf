"""EinsumDense: a dense layer whose sums an equation writes, `abc,cde->abde`.

Keras takes three forms, `X,Y->Z`, `...X,Y->...Z` and `X...,Y->Z...`; the dots stand for leading
(with the batch) or trailing dimensions. `output_shape` holds what comes out behind the batch, the
dots left out; None there is a dimension that the input has.

FLOPs: 2 a multiply-add, 1 a bias; 1 a product where nothing is summed (a factor for each channel).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from specc.diagnostics import number_of
from specc.ops.component import Component
from specc.ops.op import Inferred, Misfit, Op, Tensor, Weight
from specc.ops.shaping import compute_dtype, count, of_shape, total, with_lora, wrong_lora
from specc.record import Record
from specc.tensor import Dim, Shape, agree, show, size

PLAIN = re.compile(r"([a-zA-Z]+),([a-zA-Z]+)->([a-zA-Z]+)")
LEADING = re.compile(r"0([a-zA-Z]+),([a-zA-Z]+)->0([a-zA-Z]+)")
TRAILING = re.compile(r"([a-zA-Z]{2,})0,([a-zA-Z]+)->([a-zA-Z]+)0")


class Equation(Record):
    """The letters of the input, the kernel and the output, and where the dots stand."""

    takes: str
    kernel: str
    gives: str
    leading: bool = False
    trailing: bool = False


def read_equation(text: str) -> Equation | None:
    """The equation, or None when it has none of Keras's three forms."""
    written = text.replace("...", "0")
    for form, leading, trailing in ((PLAIN, False, False), (LEADING, True, False),
                                    (TRAILING, False, True)):
        if match := form.match(written):
            return Equation(match[1], match[2], match[3], leading, trailing)
    return None


def infer_einsum_dense(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
    """The shape the equation gives; every letter's size comes from the input or `output_shape`."""
    if misfit := wrong_lora(layer, "kernel_constraint"):
        return misfit
    equation = read_equation(layer.get("equation"))
    if equation is None:
        return Misfit(f"the equation `{layer.get('equation')}` is none of `X,Y->Z`, "
                      "`...X,Y->...Z`, `X...,Y->Z...`", "equation")
    hidden = len(shape) - len(equation.takes)
    if hidden < 0 or (hidden and not (equation.leading or equation.trailing)):
        return Misfit(f"`{equation.takes}` names {number_of(len(equation.takes), 'dimension')}, "
                      f"but {show(shape)} enters", "equation", "input-rank-mismatch")
    gives = _written_output(layer, equation, shape, hidden)
    if len(gives) != len(equation.gives) + hidden:
        return Misfit(f"`{equation.gives}` names {number_of(len(equation.gives), 'dimension')}, "
                      f"but `output_shape` makes them {show(gives)}", "output_shape")
    takes_sizes = _sizes(equation.takes, shape, hidden if equation.leading else 0)
    gives_sizes = _sizes(equation.gives, gives, hidden if equation.leading else 0)
    if misfit := _letters(equation, takes_sizes, gives_sizes):
        return misfit
    sizes = {**takes_sizes, **{k: v for k, v in gives_sizes.items() if v is not None}}
    return _answer(layer, tensor, equation, sizes, _filled(equation, gives, sizes, hidden))


def _written_output(layer: Component, equation: Equation, shape: Shape, hidden: int) -> Shape:
    written = layer.get("output_shape")
    behind = (written,) if isinstance(written, int) else tuple(written)
    if equation.leading and hidden:
        return (*shape[:hidden], *behind)
    return (shape[0], *behind, *(shape[len(shape) - hidden:] if hidden else ()))


def _sizes(letters: str, shape: Shape, start: int) -> dict[str, Dim]:
    return dict(zip(letters, shape[start:], strict=False))


def _letters(equation: Equation, takes: Mapping[str, Dim],
             gives: Mapping[str, Dim]) -> Misfit | None:
    for letter in equation.takes:
        if letter in gives and not agree(takes[letter], gives[letter]):
            return Misfit(f"dimension `{letter}` is {takes[letter]} in the input "
                          f"and {gives[letter]} in `output_shape`", "output_shape")
    for letter in equation.gives:
        if letter not in equation.takes + equation.kernel:
            return Misfit(f"dimension `{letter}` of the output is in neither the input "
                          "nor the kernel", "equation")
    for letter in equation.kernel:
        if letter not in takes and letter not in gives:
            return Misfit(f"dimension `{letter}` of the kernel is in neither the input "
                          "nor the output", "equation")
    return None


def _filled(equation: Equation, gives: Shape, sizes: Mapping[str, Dim], hidden: int) -> Shape:
    """The output with what `output_shape` left open taken from the input."""
    start = hidden if equation.leading else 0
    named = tuple(dim if dim is not None else sizes.get(letter)
                  for letter, dim in zip(equation.gives, gives[start:], strict=False))
    return (*gives[:start], *named, *gives[start + len(named):])


def _answer(layer: Component, tensor: Tensor, equation: Equation, sizes: Mapping[str, Dim],
            gives: Shape) -> Inferred | Misfit:
    weights = [Weight("kernel", tuple(sizes.get(letter) for letter in equation.kernel))]
    summed = [sizes.get(letter) for letter in equation.kernel if letter not in equation.gives]
    flops = size((2 if summed else 1, *summed, count(gives)))
    axes = layer.get("bias_axes")
    if axes is not None:
        if strange := [letter for letter in axes if letter not in equation.gives]:
            return Misfit(f"bias dimension `{strange[0]}` is not in the output "
                          f"`{equation.gives}`", "bias_axes")
        first = min(equation.gives.index(letter) for letter in axes)
        behind = (1,) * (len(gives) - len(equation.gives)) if not equation.leading else ()
        weights.append(Weight("bias", (*(sizes.get(letter) if letter in axes else 1
                                         for letter in equation.gives[first:]), *behind)))
        flops = total((flops, count(gives)))
    return Inferred((Tensor(gives, compute_dtype(layer)),), with_lora(layer, tuple(weights)),
                    flops)


EINSUM = (
    Op("EinsumDense", of_shape(infer_einsum_dense), differs=("knows",),
       note="Where `output_shape` holds none, Keras promises any length; it is the length that "
            "the input has there."),
)
