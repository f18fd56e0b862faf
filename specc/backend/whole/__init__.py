"""Whole epochs inside one compiled function, over rows that stay where the model computes.

What a step does is the model's own `train_step` and `test_step`, so that every loss, metric,
weight, dropout and batch-norm means what it means in Keras; callbacks are called where Keras's
`fit` calls them. What goes away is Python between two steps. The bits are the same as those of
`fit` over specc's feed (tests/keras/test_whole.py).

`why_not` says when Keras's own loop has to run instead. Each back end has a `Program` of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import keras
import numpy as np
from numpy.typing import NDArray

from specc.backend import stream
from specc.backend.feed import Rows, order_of, pack
from specc.backend.steps import by_batch, steps_written
from specc.ir.plan import Plan

MOST_BYTES = 4 << 30  # of resident rows; beyond, batches are fed one by one


class Program(Protocol):
    """The compiled epochs of one model over given rows. Metrics are neither reset nor read."""

    steps: int  # of a training epoch, a smaller last one included

    def train(self, order: NDArray[np.int64]) -> None:
        """Train an epoch over the rows in this order."""

    def test(self) -> None:
        """Run the validation rows through the metrics, in their order."""


def why_not(model: Any, plan: Plan, rows: Rows, validation: Rows | None = None) -> str | None:
    """Why Keras's own loop must train this model, in words; None where whole epochs may run."""
    back_end, spec = keras.backend.backend(), plan.spec
    batchwise = [one.name for one in plan.callbacks if by_batch(one)]
    reasons = {
        f"there are no compiled epochs on {back_end}": back_end not in ("tensorflow", "jax"),
        f"{', '.join(batchwise)} looks at single batches": bool(batchwise),
        "[compile] says steps_per_execution": steps_written(plan)
                                              or spec.compile.steps_per_execution != 1,
        "its rows are streamed": _streamed(rows),
        "it is trained on several devices": spec.fit.distribute is not None or _distributed(),
        "the model has a train_step of its own": _own_steps(model),
        "the model runs eagerly": bool(model.run_eagerly),
        "Keras's environment limits epochs or steps": bool(keras.config.max_epochs()
                                                           or keras.config.max_steps_per_epoch()),
        f"its rows take more than {MOST_BYTES >> 30} GiB": _size(rows, validation) > MOST_BYTES,
    }
    found = next((reason for reason, holds in reasons.items() if holds), None)
    if found is None and back_end == "jax" and not model.jit_compile:
        return "jit_compile is off"
    return found


def run(model: Any, plan: Plan, rows: Rows, validation: Rows | None, callbacks: Sequence[Any],
        *, first: int, last: int) -> None:
    """Train from epoch `first` to before `last`, or until a callback stops it: Keras's `fit`.

    A KeyboardInterrupt comes between two calls, which last about a quarter of a second; every
    weight then is that of the last step made.
    """
    spec = plan.spec
    program = compiled(model, rows, validation, spec.fit.batch_size,
                       spec.fit.validation_batch_size)
    count = len(next(iter(rows.inputs.values())))
    watching = keras.callbacks.CallbackList(list(callbacks), add_history=True, add_progbar=False,
                                            model=model, verbose=0, epochs=last,
                                            steps=program.steps)
    model.stop_training = False
    watching.on_train_begin()
    logs: dict[str, Any] | None = None
    for epoch in range(first, last):
        model.reset_metrics()
        watching.on_epoch_begin(epoch)
        program.train(order_of(count, spec.seed, epoch, spec.fit.shuffle))
        logs = dict(model.get_metrics_result())
        if validation is not None:
            logs |= {f"val_{name}": value for name, value in _validated(model, program,
                                                                        watching).items()}
        watching.on_epoch_end(epoch, logs)
        if model.stop_training:
            break
    if last > 0:
        model.optimizer.finalize_variable_values(model.trainable_weights)
    watching.on_train_end(logs=logs)


def compiled(model: Any, rows: Rows, validation: Rows | None, batch: int, checked: int) -> Program:
    """The program of the back end in use. batch, checked: rows in a training, validation step."""
    kept = None if validation is None else pack(model, validation).parts
    if keras.backend.backend() == "jax":
        from specc.backend.whole.jax import JaxProgram

        return JaxProgram(model, pack(model, rows).parts, kept, batch, checked)
    from specc.backend.whole.tensorflow import TensorProgram

    return TensorProgram(model, pack(model, rows).parts, kept, batch, checked)


def _validated(model: Any, program: Program, watching: Any) -> Mapping[str, Any]:
    watching.on_test_begin()
    model.reset_metrics()
    program.test()
    found: Mapping[str, Any] = model.get_metrics_result()
    watching.on_test_end(found)
    return found


def _own_steps(model: Any) -> bool:
    return any(getattr(type(model), name) is not getattr(keras.Model, name)
               for name in ("train_step", "test_step", "compute_metrics", "make_train_function"))


def _distributed() -> bool:
    if keras.distribution.distribution() is not None:
        return True
    if keras.backend.backend() != "tensorflow":
        return False
    import tensorflow as tf

    return bool(tf.distribute.has_strategy())


def _streamed(rows: Rows) -> bool:
    return stream.is_streamed(dict(rows.inputs))


def _size(*parts: Rows | None) -> int:
    return sum(array.nbytes for rows in parts if rows is not None
               for table in (rows.inputs, rows.targets, rows.weights) for array in table.values()
               if isinstance(array, np.ndarray))


__all__ = ["Program", "compiled", "run", "why_not"]
