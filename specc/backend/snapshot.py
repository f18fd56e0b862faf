"""Everything that training changes in a model, taken out as arrays and put back.

That is every variable of the model (batch normalization's averages and the states of seed
generators too) and of its optimizer: steps, slots, averages, a learning rate that a callback
moved. Metrics are not: they begin anew with each epoch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from specc.backend.distribute import shared_by
from specc.backend.seeds import caller_unmoved

MODEL, OPTIMIZER = "model", "optimizer"


def take(model: Any) -> dict[str, NDArray[Any]]:
    """The values, under names that another process gives the same variables: `model/3`."""
    sync(model)
    return {name: keras.ops.convert_to_numpy(one) for name, one, _ in named(model)}


def give(model: Any, arrays: Mapping[str, NDArray[Any]]) -> str | None:
    """Put the values back into a model that was built and compiled alike.

    What does not fit, in words, and then nothing was changed; None when all is well.
    """
    with caller_unmoved(), shared_by(model):
        model.optimizer.build(model.trainable_variables)
    wanted = {name: one for name, one, _ in named(model)}
    kept = {name for name in arrays if name.partition("/")[0] in (MODEL, OPTIMIZER)}
    if wanted.keys() != kept:
        return f"it holds {len(kept)} variables, and the model has {len(wanted)}"
    for name, one in wanted.items():
        if tuple(one.shape) != arrays[name].shape:
            return f"{one.path} has the shape {tuple(one.shape)}, not {arrays[name].shape}"
    for name, one in wanted.items():
        one.assign(arrays[name])
    return None


def named(model: Any) -> Iterator[tuple[str, Any, str]]:
    """Every variable: its name for a file, itself, and its name for people.

    Keras numbers optimizers and seed generators through a process, so people are told the layer.
    """
    owners = {id(one): layer.name for layer in model.layers for one in layer.variables}
    for index, one in enumerate(model.variables):
        owner = owners.get(id(one), model.name)
        inside = one.path.startswith(f"{owner}/")
        yield f"{MODEL}/{index}", one, f"`{one.path if inside else f'{owner}/{one.name}'}`"
    optimizer = getattr(model, "optimizer", None)
    for index, one in enumerate(optimizer.variables if optimizer is not None else ()):
        yield f"{OPTIMIZER}/{index}", one, f"`{one.path.partition('/')[2]}` of the optimizer"


def sync(model: Any) -> None:
    """JAX trains on values of its own: bring them back into the variables."""
    bring = getattr(model, "jax_state_sync", None)
    if bring is not None and getattr(model, "_jax_state", None) is not None:
        bring()


def digests(model: Any) -> dict[str, str]:
    """A digest of each variable's bits, by its name for people; numbered where several share it."""
    sync(model)
    found: dict[str, str] = {}
    for name, one, told in named(model):
        bits = np.ascontiguousarray(keras.ops.convert_to_numpy(one)).tobytes()
        key = f"{told} ({name})" if told in found else told
        found[key] = sha256(bits).hexdigest()[:16]
    return found
