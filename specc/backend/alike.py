"""A training that every back end does alike.

From the same weights and rows, back ends differ by rounding, but where layers draw at random (each
has its own generator), and where rows of an `Embedding` are looked up twice in a batch: TensorFlow
hands its gradient on as slices, and Keras 3.15 squares each of them where JAX and torch square
their sum, so every optimizer with second moments takes other steps. Losses of such a model cannot
be held from one back end to another; those of its twin can, in which nothing is drawn and
gradients are summed first.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any

from specc.backend.seeds import drawing


def otherwise(model: Any) -> bool:
    """Whether another back end trains a model otherwise than by its rounding."""
    import keras

    return drawing(model) or any(isinstance(layer, keras.layers.Embedding)
                                 for layer in model._flatten_layers())


def can_be_alike(model: Any) -> bool:
    """Whether all layers that own a generator are told when they are trained."""
    return all("training" in signature(type(layer).call).parameters for layer in _owners(model))


def make_alike(model: Any) -> None:
    """Make a new, compiled model its twin. Its random layers compute as they do in prediction."""
    import keras

    for layer in _owners(model):
        layer.call = _predicting(layer.call)
    if keras.backend.backend() == "tensorflow":
        model.optimizer.apply = _summed(model.optimizer.apply)


def _owners(model: Any) -> list[Any]:
    """The layers that own a generator, inner ones too (cells, the dropout of attention); and
    recurrent layers, which may draw from that of their cell."""
    import keras

    return [layer for layer in model._flatten_layers() if isinstance(layer, keras.layers.RNN)
            or any(isinstance(one, keras.random.SeedGenerator) for one in vars(layer).values())]


def _predicting(call: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(call)
    def predicting(*args: Any, **kwargs: Any) -> Any:
        return call(*args, **kwargs | {"training": False})

    return predicting


def _summed(apply: Callable[..., Any]) -> Callable[..., Any]:
    """TensorFlow's `apply` of an optimizer, given gradients whose slices of one row are summed."""
    import tensorflow as tf

    @wraps(apply)
    def summed(gradients: Any, variables: Any = None) -> Any:
        return apply([one if one is None else tf.convert_to_tensor(one) for one in gradients],
                     variables)

    return summed
