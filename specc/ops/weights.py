"""What every record is held to once, where the table is put together (`settled`).

The weights of a layer ask for sizes that are numbers, and for initializers that make their rank;
an activation that halves the last dimension halves what comes out.
"""

from __future__ import annotations

from collections.abc import Iterable

from specc.ops.component import Component
from specc.ops.op import Entering, Infer, Inferred, Misfit, Op, Tensor, Weight
from specc.record import replace
from specc.tensor import show

# Initializers that make weights of some ranks only. Source: Keras 3.15, `Initializer.__call__`.
RANKS = {"Identity": (2, 2), "Orthogonal": (2, 99), "STFT": (3, 3)}
# Initializers of weights with another name.
SHARED = {"embeddings": "reverse_embeddings", "depthwise": "kernel"}


# Activations that Keras finds by name and cannot call: they take more than a tensor.
NO_ACTIVATIONS = ("threshold",)
# Activations that give half of what they take, and the layers whose last step is an activation.
HALVING = ("glu",)
GATED = ("activation", "recurrent_activation")
ACTIVATED = ("Activation", "Dense", "EinsumDense", "Conv1D", "Conv2D", "Conv3D",
             "Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose", "DepthwiseConv1D",
             "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D")
HALVES = ('`activation = "glu"` gives half of the last dimension, and Keras promises all of it.')


def settled(op: Op) -> Op:
    """The same record, held to what all are held to."""
    if op.name not in ACTIVATED:
        return replace(op, infer=weighed(op.infer))
    note = HALVES if op.note is None else f"{op.note} {HALVES}"
    return replace(op, infer=weighed(op.infer), note=note, differs=(*op.differs, "shape"))


def weighed(infer: Infer) -> Infer:
    """The same inference, which refuses weights that cannot be made, and halves what is halved."""

    def run(layer: Component, entering: Entering) -> Inferred | Misfit:
        found = infer(layer, entering)
        if isinstance(found, Misfit):
            return found
        if misfit := uncallable(layer):
            return misfit
        if found.weights and (misfit := wrong_weights(layer, found.weights)):
            return misfit
        return halved(layer, found) if layer.args.get("activation") in HALVING else found

    return run


def halved(layer: Component, found: Inferred) -> Inferred | Misfit:
    """What an activation that halves leaves of the result."""
    gives: list[Tensor] = []
    for tensor in found.gives:
        last = tensor.shape[-1] if tensor.shape else None
        if isinstance(last, int) and last % 2:
            return Misfit(f"`{layer.args['activation']}` halves the last dimension, and {last} is "
                          "odd", "activation")
        half = last // 2 if isinstance(last, int) else None
        shape = None if tensor.shape is None else (*tensor.shape[:-1], half)
        gives.append(replace(tensor, shape=shape, promised=tensor.promised or tensor.shape))
    return replace(found, gives=tuple(gives))


def wrong_activation(layer: Component, words: tuple[str, ...], why: str) -> Misfit | None:
    """A misfit when one of these activations is written."""
    for key in GATED:
        if layer.args.get(key) in words:
            return Misfit(f"`{layer.args[key]}` {why}", key)
    return None


def uncallable(layer: Component) -> Misfit | None:
    return wrong_activation(layer, NO_ACTIVATIONS,
                            "takes more than a tensor, and a name gives it nothing else")


def wrong_gates(cell: Component) -> Misfit | None:
    """A misfit when an activation halves the gates or the states of a cell."""
    return uncallable(cell) or wrong_activation(
        cell, HALVING, "halves the last dimension, and a cell needs all of it")


def wrong_weights(layer: Component, weights: Iterable[Weight]) -> Misfit | None:
    """A misfit when a weight has no size, or an initializer does not make its rank."""
    weights = tuple(weights)
    for weight in weights:
        for dim in weight.shape:
            if isinstance(dim, str):
                return free_size(layer, dim)
    for key, value in layer.args.items():
        if isinstance(value, Component) and value.name in RANKS and (
                value.category == "initializer"):
            low, high = RANKS[value.name]
            for weight in weights:
                if makes(key, weight) and not low <= len(weight.shape) <= high:
                    return Misfit(f"`{value.name}` cannot make a weight of {show(weight.shape)}",
                                  key)
    return None


def free_size(layer: Component, dim: str) -> Misfit:
    """A layer that must know the size of an axis whose length is free."""
    return Misfit(f"`{layer.name}` needs a size for its weights, and `{dim}` is a free length",
                  slug="flatten-after-rnn-none")


def makes(argument: str, weight: Weight) -> bool:
    """Whether an argument makes a weight: `recurrent_initializer` makes `recurrent_kernel`."""
    stem, name = argument.removesuffix("_initializer"), weight.name.rpartition("/")[2]
    return name in (stem, f"{stem}_kernel", SHARED.get(stem))
