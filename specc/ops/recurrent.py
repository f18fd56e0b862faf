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
from specc.ops.shaping import carried, compute_dtype, promoted, total, typed, wrong_rank
from specc.ops.weights import wrong_gates, wrong_weights
from specc.record import Record, replace
from specc.tensor import Dim, DType, Shape, agree, show, size

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
    if misfit := wrong_gates(cell) or wrong_weights(cell, found.weights):
        return misfit
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
    if misfit := wrong_states(layer, entering, [(batch, state) for state in one.states]) or (
            wrong_stack(layer, entering)):
        return misfit
    last = (batch, one.units)
    sequence = (batch, steps, one.units)
    states = [(batch, state) for state in one.states]
    tensor = replace(tensor, masked=tensor.masked or "mask" in entering.named)
    return Inferred(results(layer, tensor, last, sequence, states), one.weights,
                    size((steps, one.flops)))


def wrong_stack(layer: Component, entering: Entering) -> Misfit | None:
    """A misfit when Keras loses its way among the states of a stack of cells.

    It wants given states nested as the cells are, which no call can say. A stack of one takes such
    states and gives plain ones: a masked loop compares them, and an unrolled step unpacks them.
    """
    cells = stacked(layer.get("cell")) if layer.name == "RNN" else ()
    kept = next((one for one in cells if count_states(one) > 1 or stacked(one)), None)
    if kept is not None and given_states(entering):
        return Misfit(f"`RNN` over a stack takes one state a cell, and `{kept.name}` keeps "
                      f"{plural(count_states(kept))}; leave `initial_state` out", "cell")
    masked = main(entering).masked or "mask" in entering.named
    if len(cells) == 1 and masked != layer.get("unroll", False) and (masked or kept is not None):
        return Misfit(f"a stack of one cell cannot be {'masked' if masked else 'unrolled'}; write "
                      f"the cell itself, `cell = {{ type = \"{cells[0].name}\", ... }}`", "cell")
    return None


def stacked(cell: Value) -> tuple[Component, ...]:
    """The cells of a stack; none of a cell that is alone."""
    if not isinstance(cell, Component):
        return tuple(cell)
    return tuple(cell.get("cells")) if cell.name == "StackedRNNCells" else ()


def results(layer: Component, tensor: Tensor, last: Shape, sequence: Shape,
            states: Iterable[Shape]) -> tuple[Tensor, ...]:
    """What comes out, by `return_sequences` and `return_state`; only sequences keep a mask."""
    dtype = compute_dtype(layer)
    all_steps = bool(layer.get("return_sequences", False))
    main = Tensor(sequence if all_steps else last, dtype, all_steps and tensor.masked)
    if not layer.get("return_state", False):
        return (main,)
    return (main, *(Tensor(state, dtype) for state in states))


def main(entering: Entering, name: str = "sequences") -> Tensor:
    """The sequences, by position or by name."""
    named = entering.named.get(name)
    return named if isinstance(named, Tensor) and not entering.args else entering.first


def unknown(layer: Component) -> Inferred:
    return Inferred((Tensor(None, compute_dtype(layer)),) * how_many(layer), None, None)


def given_states(entering: Entering, name: str = "initial_state") -> tuple[Tensor, ...]:
    """The states that are given, by position or by name."""
    named = entering.named.get(name, ())
    found = named if isinstance(named, tuple) else (named,)
    return (*entering.args[1:2], *found)


def wrong_states(layer: Component, entering: Entering, wanted: Sequence[Shape],
                 name: str = "initial_state") -> Misfit | None:
    """A misfit when states are given that the cell cannot start from."""
    given = given_states(entering, name)
    if not given:
        return None
    if len(given) != len(wanted):
        return Misfit(f"`{layer.name}` keeps {plural(len(wanted))}, "
                      f"but `{name}` has {len(given)}", slug="input-shape")
    for tensor, state in zip(given, wanted, strict=True):
        shape = tensor.shape
        if shape is not None and (len(shape) != len(state)
                                  or not all(map(agree, shape[1:], state[1:]))):
            return Misfit(f"`{layer.name}` starts from {show(state)}, "
                          f"but `{name}` is {show(shape)}", slug="input-shape")
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
    tensor = main(entering, STEP.get(cell.name, "inputs"))
    if tensor.shape is None:
        return Inferred((Tensor(None, compute_dtype(cell)),) * (1 + count_states(cell)), None,
                        None)
    if misfit := wrong_rank(cell, tensor.shape, "batch", "features"):
        return misfit
    batch, features = tensor.shape
    one = step(cell, features)
    if isinstance(one, Misfit):
        return one
    dtypes = step_dtypes(cell, tensor.dtype)
    if isinstance(dtypes, Misfit):
        return dtypes
    if not given_states(entering, "states"):
        return Misfit(f"`{cell.name}` takes one step, and needs the `states` before it")
    if misfit := wrong_states(cell, entering, [(batch, state) for state in one.states], "states"):
        return misfit
    sizes = (one.units, *one.states)
    return Inferred(tuple(Tensor((batch, units), dtype)
                          for units, dtype in zip(sizes, dtypes, strict=True)),
                    one.weights, one.flops)


def step_dtypes(cell: Component, entering: DType | None) -> tuple[DType | None, ...] | Misfit:
    """The dtypes of a cell's output and its states.

    A cell of gates multiplies its states with them, so states may not be narrower than what it
    computes; and a GRU adds a bias of the weights' own dtype.
    """
    if cell.name == "StackedRNNCells":
        return stack_dtypes(cell, carried(cell, entering))
    found, own = carried(cell, entering), compute_dtype(cell)
    dtype = promoted(found, own)
    biased = cell.name == "GRUCell" and cell.get("use_bias", True) and (
        cell.get("reset_after", True) or cell.get("recurrent_dropout"))
    if found not in (None, own) and cell.name != "SimpleRNNCell" and (dtype != found or biased):
        return Misfit(f"`{cell.name}` computes in {own}, but {found} enters")
    return (dtype,) * (1 + GATES[cell.name.removesuffix("Cell")].states)


def stack_dtypes(cells: Component, entering: DType | None) -> tuple[DType | None, ...] | Misfit:
    """Each cell gives its own; the last one's comes out as well."""
    states: list[DType | None] = []
    for cell in cells.get("cells"):
        if count_states(cell) > 1 or cell.name == "StackedRNNCells":
            return Misfit("`StackedRNNCells` by itself takes one state a cell; put a stack of "
                          f"`{cell.name}` into `RNN`", "cells")
        found = step_dtypes(cell, entering)
        if isinstance(found, Misfit):
            return found
        entering = found[0]
        states.append(entering)
    return (entering, *states)


BROADCAST = ("States must have the shape that the layer keeps, and activations must keep it (not "
             "`glu`); Keras takes whatever broadcasts with it.")


STEP = {"SimpleRNNCell": "sequence"}  # what Keras calls the step; `inputs` in the other cells


def cell(name: str, inner: tuple[str, ...] = ()) -> Op:
    return Op(name, infer_cell, "arguments", (STEP.get(name, "inputs"), "states"),
              lambda layer: 1 + count_states(layer), inner, random=True, note=BROADCAST,
              differs=("stricter",))


RECURRENT = (
    *(Op(name, infer_recurrent, "arguments", CALLS, how_many, random=True, note=BROADCAST,
         differs=("stricter",)) for name in GATES),
    Op("RNN", infer_recurrent, "arguments", CALLS, how_many, inner=("cell",), random=True,
       note=BROADCAST, differs=("stricter",)),
    *(cell(f"{name}Cell") for name in GATES),
    cell("StackedRNNCells", inner=("cells",)),
)
