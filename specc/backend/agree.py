"""What a back end computes of a plan from given weights, as arrays by name, for another to compare.

| name           | holds                                                                    |
|----------------|--------------------------------------------------------------------------|
| `own/0`        | a weight as this back end draws it                                       |
| `weight/0`     | a weight as it is used: what was given, else its own                     |
| `before/y`     | predictions of an output, before training                                |
| `gradient/0 y` | the gradient of the first batch's loss by a weight                       |
| `step/loss`    | losses of steps on the first batch                                       |
| `epoch/x`      | what an epoch logs                                                       |
| `after/y`      | predictions after these epochs                                           |
| `twin`         | whether what is trained is the model's twin (`specc.backend.alike`)      |

Its twin is trained where back ends train the model otherwise; where it has none, it is only asked
to predict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

import keras
import numpy as np
from numpy.typing import NDArray

from specc.backend.alike import can_be_alike, make_alike, otherwise
from specc.backend.build import build
from specc.backend.feed import Rows, pack
from specc.backend.probe.gradients import State, runner
from specc.backend.save import predict
from specc.backend.seeds import caller_unmoved
from specc.backend.snapshot import named, sync
from specc.backend.start import deterministic
from specc.backend.train import train
from specc.diagnostics import Outcome
from specc.ir.plan import Plan
from specc.record import replace

Arrays: TypeAlias = dict[str, NDArray[Any]]
PREDICTED = 512  # rows
STEPS = 10


def computed(plan: Plan, rows: Rows, validation: Rows | None, batch: Rows, *,
             weights: Sequence[NDArray[Any]] | None = None, epochs: int = 3) -> Outcome[Arrays]:
    """The table above. batch: the rows that steps and gradients are made of."""
    plan = replace(plan, callbacks=())
    built = build(plan, rows.inputs)
    if built.value is None:
        return Outcome(None, built.diagnostics)
    model = built.value
    found = {f"own/{index}": to_numpy(one) for index, one in enumerate(model.weights)}
    used = [found[f"own/{index}"] for index in range(len(model.weights))]
    if weights is not None:
        used = list(weights)
    give(model, used)
    found |= {f"weight/{index}": one for index, one in enumerate(used)}
    asked = {name: one[:PREDICTED] for name, one in rows.inputs.items()}
    outputs = [head.name for head in plan.heads]
    found |= _under("before", predict(model, asked, outputs=outputs))
    twin = otherwise(model)
    if twin and not can_be_alike(model):
        return Outcome(found)
    found["twin"] = np.array(twin)
    make_alike(model)
    with caller_unmoved(), deterministic():
        found["step/loss"] = np.array(steps(model, batch), "float64")
        give(model, used)
        found |= gradients(model, batch)
    again = build(plan, rows.inputs).value  # with an optimizer that has seen nothing
    make_alike(again)
    give(again, used)
    with TemporaryDirectory() as folder:
        done = train(again, plan, rows, validation, folder=Path(folder), epochs=epochs)
    if done.value is None:
        return Outcome(None, done.diagnostics)
    found |= {f"epoch/{name}": np.array(values, "float64")
              for name, values in done.value.history.items() if _comparable(plan, name)}
    return Outcome(found | _under("after", predict(again, asked, outputs=outputs)))


def give(model: Any, weights: Sequence[NDArray[Any]]) -> None:
    """Set all weights, in Keras's order; the states of seed generators are none."""
    for one, value in zip(model.weights, weights, strict=True):
        one.assign(value)


def steps(model: Any, rows: Rows) -> list[float]:
    """The loss before each of some steps, all on the same rows."""
    packed = pack(model, rows)
    losses = []
    for _ in range(STEPS):
        model.reset_metrics()
        losses.append(float(model.train_on_batch(packed.x, packed.y, packed.weight,
                                                 return_dict=True)["loss"]))
    sync(model)
    return losses


def gradients(model: Any, rows: Rows) -> Arrays:
    """Of the loss as it is trained, by every trainable weight. The model has trained before, so
    that all its metrics exist."""
    batch = keras.tree.map_structure(keras.ops.convert_to_tensor, pack(model, rows).parts)
    trained = list(model.trainable_variables)
    kept = {id(one) for one in trained}
    others = [one for one in model.variables if id(one) not in kept]

    def forward(state: State, given: Any) -> tuple[Any, Any]:
        x, y, *weight = given
        with keras.StatelessScope(state_mapping=state):
            values = model(x, training=True)
            return model.compute_loss(x, y, values, *weight, training=True), ()

    taken = runner(forward, lambda seen, values, found: found, trained, others, batch,
                   compiled=False)()
    names = {id(one): told for _, one, told in named(model)}
    return {f"gradient/{index} {names[id(one)]}": to_numpy(value)
            for index, (one, value) in enumerate(zip(trained, taken, strict=True))}


def to_numpy(value: Any) -> NDArray[Any]:
    return np.array(keras.ops.convert_to_numpy(value))


def _under(prefix: str, arrays: Mapping[str, NDArray[Any]]) -> Arrays:
    return {f"{prefix}/{name}": one for name, one in arrays.items()}


def _comparable(plan: Plan, name: str) -> bool:
    """Whether back ends mean the same by a logged value: TensorFlow counts a smaller last batch as
    a whole one in the losses of several outputs, the others by its rows."""
    return len(plan.heads) == 1 or not (name.endswith(".loss") and name.count(".") == 2)
