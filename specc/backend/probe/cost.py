"""What a training and a look at it cost, estimated from the plan, and so how a look is computed.

In milliseconds of an ordinary processor. Off by half, they still keep looking a small part of
training; what matters is that they are the same everywhere.
"""

from __future__ import annotations

import keras

from specc.health.schedule import Pace
from specc.ir.graph import Graph, Node
from specc.ir.plan import Plan
from specc.record import Record

LOOPS = frozenset({"RNN", "LSTM", "GRU", "SimpleRNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D",
                   "Bidirectional"})
MANY_LOOKS = 24  # at a model: then a traced function pays
HEAVY = 2e9  # operations of a look at which eager calls are no longer what costs
FLOPS = 5e6  # a millisecond
STEP, STEP_NODE, STEP_TIME = 0.05, 0.03, 0.15  # of a compiled step, a layer, a turn of a loop
CALL, CALL_NODE = 2.0, 1.5  # of a look that is not compiled
DERIVE = 300.0  # of tracing a loop forward and backward


class Way(Record):
    """How a look is computed. `compiled`: as one function; `inside`: and reduced in it."""

    compiled: bool
    inside: bool


def way(graph: Graph, rows: int, looks: int) -> Way:
    """On TensorFlow, eager where that is cheaper than tracing: few looks at a light model without
    loops. On JAX always compiled, on torch never."""
    backend = keras.backend.backend()
    if backend != "tensorflow":
        return Way(backend == "jax", backend == "jax")
    import tensorflow as tf

    inside = (looks > MANY_LOOKS or _flops(graph) * 3 * rows > HEAVY
              or bool(tf.config.list_physical_devices("GPU")))
    return Way(inside or any(map(loops, graph.nodes)), inside)


def loops(node: Node) -> bool:
    return node.layer.name in LOOPS


def pace(plan: Plan, graph: Graph, steps: int, rows: int, compiled: bool) -> Pace:
    """Of an epoch of so many steps, and of looks at so many rows."""
    nodes, turns = len(graph.nodes), _turns(graph)
    work = 3 * _flops(graph) / FLOPS
    step = STEP + STEP_NODE * nodes + STEP_TIME * turns + work * plan.spec.fit.batch_size
    if not compiled:
        return Pace(steps * step, CALL + CALL_NODE * nodes + work * rows)
    return Pace(steps * step, CALL + work * rows, DERIVE * sum(map(loops, graph.nodes)))


def _flops(graph: Graph) -> float:
    return float(sum(graph.costs[one.name].flops or 0 for one in graph.nodes
                     if one.name in graph.costs))


def _turns(graph: Graph) -> int:
    """How often the bodies of loops run for one batch."""
    found = 0
    for node in filter(loops, graph.nodes):
        shape = graph.tensor(node.args[0]).shape or () if node.args else ()
        found += shape[1] if len(shape) > 1 and isinstance(shape[1], int) else 1
    return found


