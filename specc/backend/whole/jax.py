"""Epochs of JAX: a `fori_loop` over steps in one jitted function, state in and state out.

The step is the model's stateless `train_step`, as Keras's JAX trainer jits it. State is not
donated: whenever Ctrl-C comes, the state before the call is whole, at the price of holding
weights and optimizer twice while a call lasts.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import jax
import numpy as np
from numpy.typing import NDArray

from specc.backend.whole.pace import Pace

State: TypeAlias = tuple[list[Any], ...]

TRAINED = ("trainable_variables", "non_trainable_variables", "optimizer_variables",
           "metrics_variables")
TESTED = ("trainable_variables", "non_trainable_variables", "metrics_variables")


class JaxProgram:
    """See `specc.backend.whole.Program`.

    parts, kept: arrays of training and of validation rows as the model takes them, `(x, y)` or
    `(x, y, weight)`; kept is None without validation. Both stay on the default device.
    """

    def __init__(self, model: Any, parts: Any, kept: Any, batch: int, checked: int) -> None:
        held = jax.device_put(parts)
        model._symbolic_build(data_batch=jax.tree.map(lambda one: one[:1], held))
        self.steps = -(-_count(held) // batch)
        self._train = _Steps(model, model.train_step, TRAINED, held, batch)
        self._test = None
        if kept is not None:
            self._test = _Steps(model, model.test_step, TESTED, jax.device_put(kept), checked)

    def train(self, order: NDArray[np.int64]) -> None:
        self._train.run(jax.device_put(order.astype(np.int32)))

    def test(self) -> None:
        if self._test is not None:
            self._test.run()


class _Steps:
    """A step over all batches of some rows, in an order or as the rows stand."""

    def __init__(self, model: Any, step: Any, names: tuple[str, ...], held: Any,
                 batch: int) -> None:
        self._model, self._names, self._held = model, names, held
        self._full, self._rest = divmod(_count(held), batch)
        self._pace = Pace()

        def pick(held: Any, order: Any, start: Any, size: int) -> Any:
            if order is None:
                return jax.tree.map(
                    lambda whole: jax.lax.dynamic_slice_in_dim(whole, start, size), held)
            rows = jax.lax.dynamic_slice_in_dim(order, start, size)
            return jax.tree.map(lambda whole: whole[rows], held)

        def one(state: State, held: Any, order: Any, at: Any, size: int) -> State:
            _, after = step(state, pick(held, order, at * batch, size))
            return tuple(after)

        def several(state: State, held: Any, order: Any, first: Any, stop: Any) -> State:
            found: State = jax.lax.fori_loop(
                first, stop, lambda at, state: self._one(state, held, order, at, batch), state)
            return found

        self._batch = batch
        self._looped: bool | None = None
        self._one = jax.jit(one, static_argnums=4)
        self._several = jax.jit(several)

    def run(self, order: Any = None) -> None:
        """The state leaves the model's variables, and comes back to them at the end."""
        model = self._model
        state: State = model._get_jax_state(**dict.fromkeys(self._names, True))
        looped = self._full > 0 and self._loops(state, order)
        for first, stop in self._pace.pieces(self._full):
            if looped:
                state = self._several(state, self._held, order, np.int32(first), np.int32(stop))
            else:
                for at in range(first, stop):
                    state = self._one(state, self._held, order, np.int32(at), self._batch)
            jax.block_until_ready(state)
            self._keep(state)
        if self._rest:
            self._keep(self._one(state, self._held, order, np.int32(self._full), self._rest))
        model.jax_state_sync()
        model._jax_state = None

    def _loops(self, state: State, order: Any) -> bool:
        """Whether steps may run in a loop of XLA: not where they convolve on a CPU.

        Inside a loop XLA's CPU compiler takes its slowest gradient of a convolution (measured:
        60 times slower, with other bits). Such steps are called one by one, over the same rows.
        """
        if self._looped is None:
            traced = self._one.trace(state, self._held, order, np.int32(0), self._batch)
            self._looped = jax.default_backend() != "cpu" or "conv_general" not in str(traced.jaxpr)
        return self._looped

    def _keep(self, state: State) -> None:
        """Where Keras keeps it while it trains; `settle` takes it from there after Ctrl-C."""
        self._model._jax_state_synced = False
        self._model._jax_state = dict(zip(self._names, state, strict=True))


def _count(held: Any) -> int:
    return int(jax.tree.leaves(held)[0].shape[0])
