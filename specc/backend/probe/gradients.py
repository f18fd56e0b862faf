"""Loss and gradients of a stateless forward pass, on each back end.

`forward(state, batch)` gives the loss and whatever else was seen; state pairs variables with the
values they are to have. `finish(seen, values, gradients)` is part of what is compiled; gradients
are None where they are not asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import keras

State: TypeAlias = list[tuple[Any, Any]]
Forward: TypeAlias = Callable[[State, Any], tuple[Any, Any]]
Finish: TypeAlias = Callable[[Any, Any, Any], Any]


def runner(forward: Forward, finish: Finish, trained: Sequence[Any], others: Sequence[Any],
           batch: Any, *, compiled: bool, derive: bool = True) -> Callable[[], Any]:
    """A call that gives what `finish` makes of the model as it then is. derive: with gradients.

    trained: the variables to derive by. others: all that forward reads besides; a function
    compiled by JAX would otherwise keep the values they had when it was traced.
    """
    backend = keras.backend.backend()
    if backend == "jax":
        return _on_jax(forward, finish, trained, others, batch, derive)
    if backend == "torch":
        return lambda: _on_torch(forward, finish, trained, batch, derive)
    if not compiled:
        return lambda: _on_tensorflow(forward, finish, trained, batch, derive)
    import tensorflow as tf

    whole = tf.function(lambda given: _on_tensorflow(forward, finish, trained, given, derive),
                        autograph=False)
    return lambda: whole(batch)


def _on_tensorflow(forward: Forward, finish: Finish, trained: Sequence[Any], batch: Any,
                   derive: bool) -> Any:
    import tensorflow as tf

    values = [tf.convert_to_tensor(one.value) for one in trained]
    if not derive:
        return finish(forward(list(zip(trained, values, strict=True)), batch)[1], values, None)
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(values)
        loss, seen = forward(list(zip(trained, values, strict=True)), batch)
    found = tape.gradient(loss, values)
    gradients = [tf.zeros_like(value) if one is None else tf.convert_to_tensor(one)
                 for one, value in zip(found, values, strict=True)]
    return finish(seen, values, gradients)


def _on_jax(forward: Forward, finish: Finish, trained: Sequence[Any], others: Sequence[Any],
            batch: Any, derive: bool) -> Callable[[], Any]:
    import jax

    def whole(values: Any, fixed: Any, given: Any) -> Any:
        def of(these: Any) -> Any:
            return forward([*zip(trained, these, strict=True),
                            *zip(others, fixed, strict=True)], given)

        if not derive:
            return finish(of(values)[1], values, None)
        (_, seen), gradients = jax.value_and_grad(of, has_aux=True)(values)
        return finish(seen, values, gradients)

    compiled = jax.jit(whole)
    return lambda: compiled([one.value for one in trained], [one.value for one in others], batch)


def _on_torch(forward: Forward, finish: Finish, trained: Sequence[Any], batch: Any,
              derive: bool) -> Any:
    import torch

    if not derive:
        held = [one.value.detach() for one in trained]
        with torch.no_grad():
            return finish(forward(list(zip(trained, held, strict=True)), batch)[1], held, None)
    values = [one.value.detach().clone().requires_grad_(True) for one in trained]
    with torch.enable_grad():
        loss, seen = forward(list(zip(trained, values, strict=True)), batch)
        found = torch.autograd.grad(loss, values, allow_unused=True) if values else ()
    gradients = [torch.zeros_like(value) if one is None else one
                 for one, value in zip(found, values, strict=True)]
    return finish(seen, values, gradients)
