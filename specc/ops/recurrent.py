"""Recurrent layers and their cells, with n features in and u units.

| cell          | kernel  | recurrent_kernel | bias                          | states | products |
|---------------|---------|------------------|-------------------------------|--------|----------|
| SimpleRNNCell | (n, u)  | (u, u)           | (u,)                          | h      | 0        |
| GRUCell       | (n, 3u) | (u, 3u)          | (2, 3u); (3u,) if not `reset_after` | h | 5u      |
| LSTMCell      | (n, 4u) | (u, 4u)          | (4u,)                         | h, c   | 4u       |

FLOPs of one step: 2 a multiply-add of the two kernels, 1 a bias, and the gates' elementwise
products and sums (last column); a layer takes as many steps as its input is long. Only the last
step comes out unless `return_sequences`; `return_state` adds the states.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from specc.ops.component import Component, Value
from specc.ops.op import Entering, Inferred, Misfit, Op, Tensor, Weight
from specc.ops.shaping import compute_dtype, total, typed, wrong_rank
from specc.record import Record, replace
from specc.tensor import Dim, Shape, agree, show, size

CALLS = ("sequences", "initial_state", "mask")


class Gates(Record):
    """What tells one kind of cell from another."""

    gates: int
    states: int
    products: int  # elementwise products and sums a step, for each unit


GATES = {
    "SimpleRNN": Gates(1, 1, 0),
    "GRU": Gates(3, 1, 5),
    "LSTM": Gates(4, 2, 4),
}
PREFIX = {"SimpleRNN": "simple_rnn_cell/", "GRU": "gru_cell/", "LSTM": "lstm_cell/"}


class Step(Record):
    """One step of a cell: (batch, features) to (batch, units), and its states."""

    units: int
    states: tuple[int, ...]
    weights: tuple[Weight, ...]
    flops: int | None


def step(cell: Value, features: Dim) -> Step | Misfit:
    """What one step of a cell, a stack of cells, or a layer with a built-in cell does."""
    if not isinstance(cell, Component):
        return stack(cell, features)
    if cell.name == "StackedRNNCells":
        return stack(cell.get("cells"), features)
    if cell.name == "RNN":
        inner = step(cell.get("cell"), features)
        return inner if isinstance(inner, Misfit) else replace(
            inner, weights=prefixed("cell/", inner.weights))
    kind = cell.name.removesuffix("Cell")
    if kind not in GATES:
        return Misfit(f"`{cell.name}` is no recurrent cell", "cell")
    found = gated(cell, GATES[kind], features)
    found = replace(found, weights=typed(cell, found.weights))
    if cell.name in PREFIX:
        return replace(found, weights=prefixed(PREFIX[cell.name], found.weights))
    return found


def gated(cell: Component, kind: Gates, features: Dim) -> Step:
    units = cell.get("units")
    wide = kind.gates * units
    weights = [Weight("kernel", (features, wide)), Weight("recurrent_kernel", (units, wide))]
    if cell.get("use_bias", True):
        twice = kind.gates == 3 and cell.get("reset_after", True)
        weights.append(Weight("bias", (2, wide) if twice else (wide,)))
    terms = [size((2, *weight.shape)) for weight in weights[:2]]
    terms += [weight.count for weight in weights[2:]]
    return Step(units, (units,) * kind.states, tuple(weights),
                total((*terms, kind.products * units)))


def stack(cells: Sequence[Value], features: Dim) -> Step | Misfit:
    """Cells on top of each other: each takes what the one below gives, all in one step."""
    steps: list[Step] = []
    for number, cell in enumerate(cells):
        found = step(cell, features)
        if isinstance(found, Misfit):
            return replace(found, param="cells")
        steps.append(replace(found, weights=prefixed(f"cells_{number}/", found.weights)))
        features = found.units
    if not steps:
        return Misfit("`cells` holds no cell", "cells")
    return Step(steps[-1].units,
                tuple(state for one in steps for state in one.states),
                tuple(weight for one in steps for weight in one.weights),
                total(one.flops for one in steps))


def prefixed(prefix: str, weights: Iterable[Weight]) -> tuple[Weight, ...]:
    return tuple(replace(weight, name=prefix + weight.name) for weight in weights)


def infer_recurrent(layer: Component, entering: Entering) -> Inferred | Misfit:
    """(batch, steps, features) to (batch, units), or (batch, steps, units)."""
    tensor = main(entering)
    if tensor.shape is None:
        return unknown(layer)
    if misfit := wrong_rank(layer, tensor.shape, "batch", "steps", "features"):
        return misfit
    batch, steps, features = tensor.shape
    one = step(layer, features)
    if isinstance(one, Misfit):
        return one
    if misfit := wrong_states(layer, entering, [(batch, state) for state in one.states]):
        return misfit
    last = (batch, one.units)
    sequence = (batch, steps, one.units)
    states = [(batch, state) for state in one.states]
    return Inferred(results(layer, tensor, last, sequence, states), one.weights,
                    size((steps, one.flops)))


def results(layer: Component, tensor: Tensor, last: Shape, sequence: Shape,
            states: Iterable[Shape]) -> tuple[Tensor, ...]:
    """What comes out, by `return_sequences` and `return_state`; only sequences keep a mask."""
    dtype = compute_dtype(layer)
    all_steps = bool(layer.get("return_sequences", False))
    main = Tensor(sequence if all_steps else last, dtype, all_steps and tensor.masked)
    if not layer.get("return_state", False):
        return (main,)
    return (main, *(Tensor(state, dtype) for state in states))


def main(entering: Entering) -> Tensor:
    """The sequences, by position or by name."""
    named = entering.named.get("sequences")
    return named if isinstance(named, Tensor) and not entering.args else entering.first


def unknown(layer: Component) -> Inferred:
    return Inferred((Tensor(None, compute_dtype(layer)),) * how_many(layer), None, None)


def given_states(entering: Entering) -> tuple[Tensor, ...]:
    """The initial states, by position or by name."""
    named = entering.named.get("initial_state", ())
    found = named if isinstance(named, tuple) else (named,)
    return (*entering.args[1:2], *found)


def wrong_states(layer: Component, entering: Entering, wanted: Sequence[Shape]) -> Misfit | None:
    """A misfit when initial states are given that the cell cannot start from."""
    given = given_states(entering)
    if not given:
        return None
    if len(given) != len(wanted):
        return Misfit(f"`{layer.name}` keeps {plural(len(wanted))}, "
                      f"but `initial_state` has {len(given)}", slug="input-shape")
    for tensor, state in zip(given, wanted, strict=True):
        shape = tensor.shape
        if shape is not None and (len(shape) != len(state)
                                  or not all(map(agree, shape[1:], state[1:]))):
            return Misfit(f"`{layer.name}` starts from {show(state)}, "
                          f"but `initial_state` is {show(shape)}", slug="input-shape")
    return None


def plural(states: int) -> str:
    return "1 state" if states == 1 else f"{states} states"


def count_states(layer: Value) -> int:
    """How many states a cell, a stack of cells or a recurrent layer keeps."""
    if not isinstance(layer, Component):
        return sum(count_states(cell) for cell in layer)
    if layer.name == "RNN":
        return count_states(layer.get("cell"))
    if layer.name == "StackedRNNCells":
        return count_states(layer.get("cells"))
    kind = layer.name.removesuffix("Cell")
    return GATES[kind].states if kind in GATES else 2


def how_many(layer: Component) -> int:
    """How many tensors come out of a recurrent layer."""
    return 1 + (count_states(layer) if layer.get("return_state", False) else 0)


def infer_cell(cell: Component, entering: Entering) -> Inferred | Misfit:
    """A cell called by itself, for one step: the output, then the new states."""
    shape = entering.first.shape
    if shape is None:
        return Inferred((Tensor(None, compute_dtype(cell)),) * (1 + count_states(cell)), None,
                        None)
    if misfit := wrong_rank(cell, shape, "batch", "features"):
        return misfit
    one = step(cell, shape[1])
    if isinstance(one, Misfit):
        return one
    sizes = (one.units, *one.states)
    return Inferred(tuple(Tensor((shape[0], units), compute_dtype(cell)) for units in sizes),
                    one.weights, one.flops)


def cell(name: str, inner: tuple[str, ...] = ()) -> Op:
    return Op(name, infer_cell, "arguments", ("inputs", "states"),
              lambda layer: 1 + count_states(layer), inner, random=True)


RECURRENT = (
    *(Op(name, infer_recurrent, "arguments", CALLS, how_many, random=True) for name in GATES),
    Op("RNN", infer_recurrent, "arguments", CALLS, how_many, inner=("cell",), random=True),
    *(cell(f"{name}Cell") for name in GATES),
    cell("StackedRNNCells", inner=("cells",)),
)
