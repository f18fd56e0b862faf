"""ConvLSTM: an LSTM whose products are convolutions over the positions of each step.

kernel (*window, n, 4f), recurrent_kernel (*window, f, 4f), bias (4f,). The recurrent convolution
keeps the positions. FLOPs of one step as for LSTM: 2 a multiply-add, 1 a bias, 4 an element for
the gates' products.
"""

from __future__ import annotations

from specc.ops.component import Component
from specc.ops.convolution import read_window, slid
from specc.ops.op import Entering, Infer, Inferred, Misfit, Op, Weight
from specc.ops.recurrent import BROADCAST, CALLS, how_many, main, results, unknown, wrong_states
from specc.ops.shaping import POSITIONS, join, split, total, wrong_positions
from specc.ops.weights import wrong_gates
from specc.tensor import size


def over(rank: int) -> Infer:
    """(batch, steps, *positions, channels) to (batch, *positions, filters), or with steps."""

    def run(layer: Component, entering: Entering) -> Inferred | Misfit:
        tensor = main(entering)
        if tensor.shape is None:
            return unknown(layer)
        window = read_window(layer, rank)
        if isinstance(window, Misfit):
            return window
        if misfit := wrong_positions(layer, tensor.shape, rank, "steps"):
            return misfit
        batch, steps, *rest = tensor.shape
        places, (channels,) = split(layer, (batch, *rest))
        found = slid(window, places, tensor.shape, "kernel_size")
        if isinstance(found, Misfit):
            return found
        if misfit := wrong_gates(layer):
            return misfit
        filters = layer.get("filters")
        state = join(layer, (batch,), found, (filters,))
        if misfit := wrong_states(layer, entering, [state, state]):
            return misfit
        weights = [Weight("kernel", (*window.sizes, channels, 4 * filters)),
                   Weight("recurrent_kernel", (*window.sizes, filters, 4 * filters))]
        terms = [size((2, *found, *weight.shape)) for weight in weights]
        if layer.get("use_bias", True):
            weights.append(Weight("bias", (4 * filters,)))
            terms.append(size((*found, 4 * filters)))
        terms.append(size((*found, 4 * filters)))
        named = tuple(Weight("conv_lstm_cell/" + one.name, one.shape) for one in weights)
        gives = results(layer, tensor, state, (batch, steps, *state[1:]), (state, state))
        return Inferred(gives, named, size((steps, total(terms))))

    return run


CONVOLUTION_RECURRENT = tuple(
    Op(f"ConvLSTM{rank}D", over(rank), "arguments", CALLS, how_many, random=True, note=BROADCAST,
       differs=("stricter",))
    for rank in POSITIONS
)
