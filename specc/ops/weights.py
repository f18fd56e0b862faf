"""What the weights of a layer ask: sizes that are numbers, and initializers that make their rank.

Every record is held to it once, where the table is put together (`weighed`).
"""

from __future__ import annotations

from collections.abc import Iterable

from specc.ops.component import Component
from specc.ops.op import Entering, Infer, Inferred, Misfit, Weight
from specc.tensor import show

# Initializers that make weights of some ranks only. Source: Keras 3.15, `Initializer.__call__`.
RANKS = {"Identity": (2, 2), "Orthogonal": (2, 99), "STFT": (3, 3)}
# Weights that share the initializer of another.
SHARED = {"reverse_embeddings": "embeddings"}


def weighed(infer: Infer) -> Infer:
    """The same inference, which refuses weights that cannot be made."""

    def run(layer: Component, entering: Entering) -> Inferred | Misfit:
        found = infer(layer, entering)
        if isinstance(found, Misfit) or not found.weights:
            return found
        return wrong_weights(layer, found.weights) or found

    return run


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
                if initializer_of(weight) == key and not low <= len(weight.shape) <= high:
                    return Misfit(f"`{value.name}` cannot make a weight of {show(weight.shape)}",
                                  key)
    return None


def free_size(layer: Component, dim: str) -> Misfit:
    """A layer that must know the size of an axis whose length is free."""
    return Misfit(f"`{layer.name}` needs a size for its weights, and `{dim}` is a free length",
                  slug="flatten-after-rnn-none")


def initializer_of(weight: Weight) -> str:
    """The argument that makes a weight: `recurrent_initializer` of `recurrent_kernel`."""
    name = weight.name.rpartition("/")[2]
    name = SHARED.get(name, name)
    return f"{name.removesuffix('_kernel')}_initializer"
