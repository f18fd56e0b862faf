"""What is measured of a training: one `Signals` an epoch, plain numbers that fit in a JSON line.

Rules see nothing else, so that what is found is a function of these lines: a resumed run reads
them back and finds the same. A number that is no number (NaN, infinity) stays one, and means that
something it was computed from is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from typing import Any, Literal, TypeAlias

from specc.record import Record, as_dict, field

Bend: TypeAlias = Literal["relu", "saturating", "other"]


class LayerSignal(Record):
    """What one call of one layer gives for the probe rows.

    A unit is dead where it is positive on fewer than 1 % of the rows, and saturated where the
    slope of its activation is below `FLAT` on more than 90 % of the rows and places.
    """

    node: str
    bend: Bend
    units: int
    size: float  # mean |activation|
    dead: float | None = None  # share of the units; None: no relu
    saturated: float | None = None  # share of the units; None: neither sigmoid nor tanh


class WeightSignal(Record):
    """One trainable weight, and its gradient on the probe rows (None: it was not asked for).

    `sample`: some of its numbers, always the same ones, by which two epochs are compared.
    `alike`: how far the units of a kernel are apart at most; None: one unit, or no kernel.
    """

    layer: str
    name: str  # kernel, bias, ...
    count: int
    norm: float
    most: float  # max |weight|
    gradient: float | None = None  # mean |gradient|
    gradient_norm: float | None = None
    gradient_most: float | None = None
    alike: float | None = None
    sample: tuple[float, ...] = ()

    @property
    def kernel(self) -> bool:
        """Whether it multiplies what enters; not so biases, gammas and embeddings."""
        return self.name.endswith("kernel")


class OutputSignal(Record):
    """What the model predicts for the probe rows, as it would outside of training.

    `spread`, `truth_spread`: the standard deviation over rows, of the place that varies most.
    `chosen`: for classes, the share of rows in which each is predicted.
    """

    name: str
    spread: float
    truth_spread: float
    low: float
    high: float
    chosen: tuple[float, ...] = ()


class NormSignal(Record):
    """A batch normalization: the largest factor between what it remembers as variance and what
    the variance of the probe rows is, over its channels (its median)."""

    layer: str
    factor: float


class Probe(Record):
    """One look at the model on the probe rows. `loss` is without `penalty` (regularizers)."""

    loss: float
    penalty: float
    layers: tuple[LayerSignal, ...] = ()
    weights: tuple[WeightSignal, ...] = ()
    outputs: tuple[OutputSignal, ...] = ()
    norms: tuple[NormSignal, ...] = ()

    @property
    def gradient_norm(self) -> float | None:
        """Of all weights together; None where gradients were not asked for."""
        norms = [one.gradient_norm for one in self.weights if one.gradient_norm is not None]
        return sqrt(sum(one * one for one in norms)) if norms else None


class Signals(Record):
    """One epoch; epoch 0 is before training. `rate`: the learning rate after it, where it is known:
    of epochs with a look, and where a callback logs it."""

    epoch: int
    logs: Mapping[str, Any] = field(default_factory=dict)
    rate: float | None = None
    probe: Probe | None = None

    def number(self, key: str) -> float | None:
        """A logged number; None where there is none."""
        value = self.logs.get(key)
        return float(value) if isinstance(value, int | float) else None


def without_look(epoch: int, logs: Mapping[str, Any]) -> Signals:
    """An epoch that is known by its logs alone."""
    rate = logs.get("learning_rate")
    return Signals(epoch, logs, float(rate) if isinstance(rate, int | float) else None)


def to_json(one: Signals) -> dict[str, Any]:
    """A line of `signals.jsonl`, of an epoch with a look; `history.jsonl` holds its logs."""
    tree: dict[str, Any] = as_dict(one)
    del tree["logs"]
    return tree


def from_json(tree: Mapping[str, Any], logs: Mapping[str, Any]) -> Signals:
    """What `to_json` was given. KeyError or TypeError for what it did not write."""
    held = tree["probe"]
    probe = Probe(
        held["loss"], held["penalty"],
        tuple(LayerSignal(**one) for one in held["layers"]),
        tuple(WeightSignal(**{**one, "sample": tuple(one["sample"])}) for one in held["weights"]),
        tuple(OutputSignal(**{**one, "chosen": tuple(one["chosen"])}) for one in held["outputs"]),
        tuple(NormSignal(**one) for one in held["norms"]))
    return Signals(tree["epoch"], logs, tree["rate"], probe)
