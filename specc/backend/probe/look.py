"""One look at a model: forward and backward over the probe rows, reduced to signals.

How it is computed, and what that costs, is said by `specc.backend.probe.cost`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras
import numpy as np

from specc.backend.feed import Rows
from specc.backend.probe import reduce
from specc.backend.probe.cost import LOOPS, pace, way
from specc.backend.probe.gradients import State, runner
from specc.backend.probe.losses import losses
from specc.backend.seeds import caller_unmoved
from specc.backend.start import deterministic
from specc.backend.walk import call, live
from specc.health.signals import (
    Bend,
    LayerSignal,
    NormSignal,
    OutputSignal,
    Probe,
    WeightSignal,
)
from specc.ir.activation import activation_of
from specc.ir.graph import Node, Ref, applied
from specc.ir.plan import Head, Plan
from specc.record import Record

RELUS = frozenset({"relu", "relu6"})
SATURATING = frozenset({"tanh", "sigmoid"})


class Watched(Record):
    """A node whose activations are measured."""

    node: Node
    bend: Bend
    activation: str | None
    axis: int


class Held(Record):
    """A trainable weight, and which of its numbers are kept."""

    layer: str
    name: str
    variable: Any
    picks: Any


class Looker:
    """Looks at one model through the same rows each time.

    rows: the probe rows, as the model takes them. looks: how many are to come, by which it is
    decided whether they are compiled. steps: of an epoch, by which `pace` knows what it costs.
    """

    def __init__(self, model: Any, plan: Plan, rows: Rows, looks: int, steps: int = 1,
                 trust: frozenset[str] = frozenset()) -> None:
        self.model, self.plan, self.graph = model, plan, live(plan.graph)
        self.layers = {layer.name: layer for layer in model.layers}
        self.inputs = {name: _tensor(one) for name, one in rows.inputs.items()}
        self.weights = {name: keras.ops.convert_to_tensor(one)
                        for name, one in rows.weights.items()}
        judged = losses(plan, rows.targets, trust)
        self.losses = {name: loss for name, (loss, _) in judged.items()}
        self.targets = {name: truth for name, (_, truth) in judged.items()}
        self.truth = {name: _truth_spread(one) for name, one in rows.targets.items()}
        self.watched = tuple(self._watched())
        self.held = tuple(self._held())
        self.norms = tuple(node for node in self.graph.layers()
                           if node.layer.name == "BatchNormalization" and node.trainable)
        count = len(next(iter(rows.inputs.values())))
        self.way = way(self.graph, count, looks)
        self.pace = pace(plan, self.graph, steps, count, self.way.compiled)
        self._runs: dict[bool, Callable[[], Any]] = {}

    def look(self, derive: bool = True) -> Probe:
        """What the model is now. derive: its gradients too."""
        with caller_unmoved(), deterministic():
            if derive not in self._runs:
                self._runs[derive] = self._runner(derive)
            found = keras.tree.map_structure(keras.ops.convert_to_numpy, self._runs[derive]())
        if not self.way.inside:
            found = self._reduced(np, *found)
        return self._signals(keras.tree.map_structure(np.asarray, found))

    def rate(self) -> float | None:
        """The learning rate of the next step; None where the optimizer has none."""
        rate = getattr(self.model.optimizer, "learning_rate", None)
        return None if rate is None else float(keras.ops.convert_to_numpy(rate))

    # What is looked at.

    def _watched(self) -> Sequence[Watched]:
        found = []
        for node in self.graph.nodes:
            layer = applied(node).layer
            dtype = self.graph.tensor(Ref(node.name)).dtype
            if layer.name in LOOPS or node.model_file or not str(dtype).startswith(
                    ("float", "bfloat")):
                continue
            activation = activation_of(node.layer)
            bend: Bend = ("relu" if activation in RELUS else
                          "saturating" if activation in SATURATING else "other")
            if bend == "other" and not self.layers[node.layer_name].weights:
                continue
            first = layer.get("data_format") == "channels_first" if (
                "data_format" in layer.args) else False
            found.append(Watched(node, bend, activation, 1 if first else -1))
        return found

    def _held(self) -> Sequence[Held]:
        names = [node.layer_name for node in self.graph.layers()]
        variables = [(name, one) for name in names
                     for one in self.layers[name].trainable_variables]
        return [Held(name, one.path.rpartition("/")[2], one,
                     reduce.picks(int(np.prod(one.shape)), len(variables))
                     if len(one.shape) > 1 else None) for name, one in variables]

    # The look itself.

    def _runner(self, derive: bool) -> Callable[[], Any]:
        """A call without arguments; what is compiled reduces what it sees, the rest is whole."""
        trained = [one.variable for one in self.held]
        known = {id(one) for one in trained}
        others = [one for one in self.model.variables if id(one) not in known]

        def finish(seen: Any, values: Any, gradients: Any) -> Any:
            whole = (*seen, values, gradients)
            return self._reduced(keras.ops, *whole) if self.way.inside else whole

        return runner(self._forward, finish, trained, others,
                      (self.inputs, self.targets, self.weights), compiled=self.way.compiled,
                      derive=derive)

    def _forward(self, state: State, batch: Any) -> tuple[Any, Any]:
        """The loss with penalties; and what was seen on the way.

        Batch normalization makes training another function than prediction; then the rows go
        through twice. Else the one way there is, without dropout, is both.
        """
        inputs, targets, weights = batch
        training = bool(self.norms)
        ends = [(head, self.graph.outputs[head.name]) for head in self.plan.heads]
        with keras.StatelessScope(state_mapping=state, collect_losses=True):
            seen = self._walk(inputs, training)
            loss = sum(float(head.output.weight) * keras.ops.mean(self.losses[head.name](
                targets[head.name], _at(seen, ref), weights.get(head.name))) for head, ref in ends)
            penalties = self.model.losses
            penalty = sum(penalties) if penalties else 0.0 * loss
            moving = [keras.ops.convert_to_tensor(self.layers[node.layer_name].moving_variance)
                      for node in self.norms]
        predicted = seen
        if training:
            with keras.StatelessScope(state_mapping=state):
                predicted = self._walk(inputs, False)
        whole = loss + keras.ops.cast(penalty, loss.dtype)
        return whole, (loss, penalty, [seen[one.node.name][0] for one in self.watched],
                       [_at(predicted, ref) for _, ref in ends],
                       [_at(seen, node.args[0]) for node in self.norms], moving)

    def _walk(self, inputs: Any, training: bool) -> dict[str, list[Any]]:
        results: dict[str, list[Any]] = {name: [one] for name, one in inputs.items()}
        for node in self.graph.nodes:
            results[node.name] = call(self.layers[node.layer_name], node, results, training)
        return results

    def _reduced(self, xp: Any, loss: Any, penalty: Any, layers: Any, outputs: Any,
                 entering: Any, moving: Any, values: Any, gradients: Any) -> Any:
        def whole(one: Any) -> Any:  # half precision is too coarse to sum in
            if one is None:
                return None
            return xp.cast(one, "float32") if xp is keras.ops else np.asarray(one, "float32")

        with np.errstate(all="ignore"):
            return {
                "loss": whole(loss), "penalty": whole(penalty),
                "layers": [reduce.layer_numbers(xp, whole(tensor), one.bend, one.activation,
                                                one.axis % len(tensor.shape))
                           for one, tensor in zip(self.watched, layers, strict=True)],
                "weights": [reduce.weight_numbers(xp, whole(value), whole(gradient), one.name,
                                                  one.picks)
                            for one, value, gradient in zip(
                                self.held, values, gradients or [None] * len(values),
                                strict=True)],
                "outputs": [reduce.output_numbers(xp, whole(one), *_choice(head, one))
                            for head, one in zip(self.plan.heads, outputs, strict=True)],
                "norms": [reduce.norm_numbers(xp, whole(tensor), whole(held),
                                              int(node.layer.get("axis", -1)))
                          for node, tensor, held in zip(self.norms, entering, moving,
                                                        strict=True)],
            }

    def _signals(self, found: Any) -> Probe:
        numbers = reduce.as_numbers
        return Probe(
            float(found["loss"]), float(found["penalty"]),
            tuple(LayerSignal(node=one.node.name, bend=one.bend,
                              units=self._units(one), **numbers(each))
                  for one, each in zip(self.watched, found["layers"], strict=True)),
            tuple(WeightSignal(layer=one.layer, name=one.name,
                               count=int(np.prod(one.variable.shape)), **numbers(each))
                  for one, each in zip(self.held, found["weights"], strict=True)),
            tuple(OutputSignal(name=head.name, truth_spread=self.truth[head.name],
                               **numbers(each))
                  for head, each in zip(self.plan.heads, found["outputs"], strict=True)),
            tuple(NormSignal(node.layer_name, float(each))
                  for node, each in zip(self.norms, found["norms"], strict=True)))

    def _units(self, one: Watched) -> int:
        shape = self.graph.tensor(Ref(one.node.name)).shape or (0,)
        size = shape[one.axis % len(shape)]
        return size if isinstance(size, int) else 0


def _choice(head: Head, predicted: Any) -> tuple[int, float | None]:
    """How many units compete to be the class, or above what the second of two is predicted."""
    task = head.output.task
    if task == "multiclass" and predicted.shape[-1] > 1:
        return int(predicted.shape[-1]), None
    if task != "binary" or int(predicted.shape[-1]) != 1:
        return 0, None
    if head.labels == "sign":
        return 0, 0.0
    threshold = head.output.threshold
    if head.loss.get("from_logits", False):
        return 0, float(np.log(threshold / (1 - threshold)))
    return 0, threshold


def _truth_spread(truth: Any) -> float:
    return float(np.std(truth, axis=0, dtype="float64").max())


def _tensor(array: Any) -> Any:
    from specc.backend.feed import pack_inputs

    return keras.ops.convert_to_tensor(pack_inputs({"x": array}))


def _at(results: Mapping[str, list[Any]], ref: Any) -> Any:
    return results[ref.node][ref.index]
