"""Shapes that Keras promises wrongly, followed to the layer that is built for them.

Keras builds a layer for what the layers before it promise, and runs it on what they give. Where the
two differ (`Tensor.promised`), a layer is inferred a second time, from the promise: it has to hold
the same weights, and what it would give is what Keras promises of it.
"""

from __future__ import annotations

from specc.ops import OPS
from specc.ops.component import Component
from specc.ops.op import Entering, Inferred, Misfit, Tensor
from specc.record import replace
from specc.tensor import show

# Layers that take any number of axes, and once built only that one. Source: their `input_spec`.
RANKED = ("BatchNormalization", "GroupNormalization", "EinsumDense")


def as_built(layer: Component, entering: Entering, found: Inferred) -> Inferred | Misfit:
    """What was found of a layer, with Keras's promise; a misfit where Keras would build another."""
    built = OPS[layer.name].infer(layer, believed(entering))
    if isinstance(built, Misfit):
        return Misfit(f"{wrong(entering)}: {built.reason}")
    if held(built) != held(found) or (layer.name in RANKED and not alike(entering)):
        return Misfit(f"{wrong(entering)}, and builds `{layer.name}` for that")
    return replace(found, gives=tuple(
        promising(tensor, other) for tensor, other in zip(found.gives, built.gives, strict=True)))


def believed(entering: Entering) -> Entering:
    """The tensors as Keras sees them while it builds."""
    return replace(entering, args=tuple(map(_believed, entering.args)), named={
        key: tuple(map(_believed, one)) if isinstance(one, tuple) else _believed(one)
        for key, one in entering.named.items()})


def _believed(tensor: Tensor) -> Tensor:
    return replace(tensor, shape=tensor.promised or tensor.shape, promised=None)


def alike(entering: Entering) -> bool:
    """Whether as many axes are promised as there are."""
    return all(len(one.promised) == len(one.shape) for one in entering.args
               if one.promised is not None and one.shape is not None)


def promising(tensor: Tensor, built: Tensor) -> Tensor:
    """What comes out of a layer, with the promise that comes of promises."""
    said = built.promised or built.shape
    return replace(tensor, promised=None if said == tensor.shape else said)


def held(found: Inferred) -> object:
    return found.weights and [weight.shape for weight in found.weights]


def wrong(entering: Entering) -> str:
    """That a promise is wrong, in the words of its first tensor."""
    every = (*entering.args, *(one for value in entering.named.values()
                               for one in (value if isinstance(value, tuple) else (value,))))
    tensor = next(one for one in every if one.promised is not None)
    return f"{show(tensor.shape)} enters, but Keras takes it for {show(tensor.promised)}"
