"""A rule about training: a generator of findings over all epochs so far.

    @warning("HE201")
    def dead_relu(seen: Seen) -> Iterator[Finding]:
        '''More than half of the units of a layer give nothing but 0. ...'''

The name is the slug, the docstring the page of `specc explain`. A rule is asked after every epoch
and looks at the last of them; what it found once is not said again. It keeps nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import sqrt
from typing import TypeAlias

from specc.diagnostics import Diagnostic, Kind, Severity
from specc.health.signals import OutputSignal, Probe, Signals, WeightSignal
from specc.ir.graph import Node
from specc.ir.plan import Head, Plan
from specc.record import Record, field, replace
from specc.source import Where

ACCURACIES = frozenset({"Accuracy", "BinaryAccuracy", "CategoricalAccuracy",
                        "SparseCategoricalAccuracy"})
NOISY = frozenset({"BatchNormalization", "Dropout", "SpatialDropout1D", "SpatialDropout2D",
                   "SpatialDropout3D", "AlphaDropout", "GaussianDropout", "GaussianNoise"})
FLOOR = 1e-3  # a loss below it has nowhere to go


class Baseline(Record):
    """What knowing no input reaches on the rows an output is judged by.

    `loss`: of the best constant, in the model's units. `train_loss`: the same on the training
    rows. `by`: how it predicts, in words. `share`: of the largest class, `labels`: shares of all.
    `last_loss`: of a series, when the last known value is repeated.
    """

    by: str
    loss: float | None = None
    train_loss: float | None = None
    share: float | None = None  # in the training rows
    judged_share: float | None = None  # in the rows it is judged by
    labels: tuple[float, ...] = ()
    last_loss: float | None = None


class Words(Record):
    """Of a text that enters as codes, in the training rows.

    `padding`: its share of all places. `enough`: the length that 95 % of the texts do not exceed.
    `unknown`: the share of the words that are not in the vocabulary.
    """

    length: int
    padding: float
    enough: int
    unknown: float


class Ground(Record):
    """What is known before training: rows, and what is reached without a model."""

    rows: int
    judged_rows: int  # validation rows; 0: there are none
    steps: int  # an epoch
    baselines: Mapping[str, Baseline] = field(default_factory=dict)
    gaps: tuple[str, ...] = ()  # inputs of which some training rows are NaN or infinite
    weighted: frozenset[str] = frozenset()  # outputs whose samples have weights
    texts: Mapping[str, Words] = field(default_factory=dict)  # by the names of inputs


class Seen(Record):
    """What a rule judges: the plan, the ground, and every epoch so far.

    `looks`: the looks at the model with their epochs, the first before training. `curves`: logged
    numbers, an epoch each from 1. `rates`: the learning rates that are known, in order. `over`:
    no epoch comes any more.
    """

    plan: Plan
    ground: Ground
    last: Signals
    looks: Sequence[tuple[int, Probe]]
    curves: Mapping[str, Sequence[float]]
    rates: Sequence[float]
    over: bool = False

    @property
    def epoch(self) -> int:
        return self.last.epoch

    @property
    def now(self) -> Probe | None:
        """The look at the model after this epoch, if there was one."""
        return self.last.probe

    def curve(self, key: str) -> Sequence[float]:
        """A logged number over the epochs; empty where it is not logged."""
        return self.curves.get(key, ())

    def number_now(self, key: str) -> float | None:
        """A logged number of the last epoch."""
        return self.last.number(key)

    @property
    def penalty(self) -> float:
        """What regularizers add to the loss, at the last look."""
        return self.looks[-1][1].penalty if self.looks else 0.0

    @property
    def derived(self) -> Sequence[tuple[int, Probe]]:
        """The looks that asked for gradients; none where the last one did not."""
        found = [one for one in self.looks if one[1].gradient_norm is not None]
        return found if self.now is not None and self.now.gradient_norm is not None else ()

    @property
    def before(self) -> Probe | None:
        """The look before training."""
        return self.looks[0][1] if self.looks and self.looks[0][0] == 0 else None

    def loss_key(self, part: str, head: Head) -> str:
        """Where the loss of an output is logged: that of an only output is the whole loss."""
        return f"{part}.loss" if len(self.plan.heads) == 1 else f"{part}.{head.name}.loss"

    def accuracy(self, head: Head) -> str | None:
        """The key of the accuracy of an output, without its part; None: it has none."""
        for key, metric in head.metrics:
            if metric.name in ACCURACIES:
                return f"{head.name}.{key}"
        return None

    def node(self, name: str) -> Node | None:
        return self.plan.graph.node(name)

    def layer_where(self, layer: str) -> Where:
        """Where the layer of that full name is written."""
        for node in self.plan.graph.nodes:
            if node.layer_name == layer:
                return node.where
        return self.plan.spec.where("model")

    @property
    def noisy(self) -> bool:
        """Whether training sees another function than validation: dropout, noise, augmentation."""
        return any(node.layer.name in NOISY or node.layer.name.startswith(("Random", "Aug", "Mix"))
                   for node in self.plan.graph.nodes)

    @property
    def turned(self) -> bool:
        """Whether the learning rate has changed, by plan or by a callback."""
        return any(one != self.rates[0] for one in self.rates)

    @property
    def rate(self) -> str:
        """The learning rate as a message says it."""
        return f"{self.rates[-1]:g}" if self.rates else "the one it has"

    def rate_where(self) -> Where:
        """Where the learning rate is written, or the optimizer, or [compile]."""
        tree = self.plan.spec.tree
        held = tree.get("compile") if isinstance(tree, dict) else None
        if not isinstance(held, dict) or "optimizer" not in held:
            return self.plan.spec.where("compile")
        optimizer = held["optimizer"]
        if isinstance(optimizer, dict) and "learning_rate" in optimizer:
            return self.plan.spec.where("compile", "optimizer", "learning_rate")
        return self.plan.spec.where("compile", "optimizer")

    def output_where(self, name: str) -> Where:
        return self.plan.spec.where("outputs", name)


class Finding(Record):
    """What a rule found: a sentence and its place, and what is to be done about it."""

    where: Where
    message: str
    advice: str
    severity: Severity | None = None  # None: the rule's own


Find: TypeAlias = Callable[[Seen], Iterator[Finding]]


class Rule(Record):
    kind: Kind
    find: Find

    def diagnose(self, finding: Finding) -> Diagnostic:
        """The finding as it is said."""
        said = self.kind(finding.where, message=finding.message, advice=finding.advice)
        return replace(said, severity=finding.severity or self.kind.severity)


def _rule(code: str, severity: Severity) -> Callable[[Find], Rule]:
    def make(find: Find) -> Rule:
        kind = Kind(code, find.__name__.replace("_", "-"), severity, lambda message: message,
                    find.__doc__ or "")
        return Rule(kind, find)

    return make


def error(code: str) -> Callable[[Find], Rule]:
    """Something that no training gets over."""
    return _rule(code, "error")


def warning(code: str) -> Callable[[Find], Rule]:
    """Something that probably keeps the model from learning."""
    return _rule(code, "warning")


def info(code: str) -> Callable[[Find], Rule]:
    """Something worth a thought."""
    return _rule(code, "info")


def kernels(probe: Probe) -> list[WeightSignal]:
    """The kernels, in forward order."""
    return [one for one in probe.weights if one.kernel]


def output(probe: Probe, name: str) -> OutputSignal | None:
    return next((one for one in probe.outputs if one.name == name), None)


def moved(before: WeightSignal, after: WeightSignal) -> float | None:
    """How far a weight has gone, in sizes of what it was: |after - before| / |before|.

    Of the numbers that are kept of it. None where there are none, or it began at zero.
    """
    size = sqrt(sum(one * one for one in before.sample))
    if not size > 0 or len(before.sample) != len(after.sample):
        return None
    way = sum((a - b) * (a - b) for a, b in zip(after.sample, before.sample, strict=True))
    return sqrt(way) / size


def patience(seen: Seen) -> int:
    """Epochs after which something is no accident: a tenth of all, at least three."""
    return max(3, seen.plan.spec.fit.epochs // 10)
