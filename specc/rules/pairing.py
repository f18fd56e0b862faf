"""One output with everything that has to fit: activation, loss, labels, units, task and metrics.

What is not known is None, and no rule speaks of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from specc.facts import Facts
from specc.ir.activation import Ending, ending
from specc.ir.graph import applied
from specc.ir.heads import CLASSES, count_classes
from specc.ir.plan import Head, Plan
from specc.ir.scope import snake
from specc.ops.component import Component
from specc.record import Record, field
from specc.rules.target import Target, target_of
from specc.rules.width import Width, width_of
from specc.rules.words import Words, words_of
from specc.source import Tree, Where, dig
from specc.spec import Labels, Range, Scalar, Task
from specc.syntax.written import table
from specc.tensor import Shape

if TYPE_CHECKING:
    from specc.facts.profile import TargetProfile
    from specc.rules.flow import Flow


class Judge(Record):
    """A metric of an output: how it is called, what it is, where it is written."""

    key: str
    metric: Component
    where: Where


class Pairing(Record):
    """An output, its loss and what is known of both.

    `end` is how the output's tensor ends, `units` the size of the axis that the loss looks along,
    `width` the layer that decides it. `logits` says that the loss is given logits.
    """

    plan: Plan
    head: Head
    end: Ending | None
    shape: Shape | None
    units: int | None
    width: Width | None
    target: Target
    range: Range | None  # of the targets, in the units the loss is given
    centered: bool  # the targets are scaled to have their middle at 0
    names: tuple[Scalar, ...] | None = None  # of the classes
    profile: TargetProfile | None = None  # what the rows say of the targets, once they are read

    @property
    def name(self) -> str:
        return self.head.name

    @property
    def task(self) -> Task:
        return self.head.output.task

    @property
    def classified(self) -> bool:
        """Whether the targets are classes: binary, multiclass or multilabel."""
        return self.task in CLASSES

    @property
    def loss(self) -> str:
        """The loss's class name; `?` where it is wrong or a program's own."""
        return self.head.loss.name

    @property
    def logits(self) -> bool:
        return self.head.loss.get("from_logits") is True

    @property
    def activation(self) -> str | None:
        return self.end.activation if self.end else None

    @property
    def labels(self) -> Labels | None:
        return self.head.labels if self.classified else None

    @property
    def promised(self) -> Labels | None:
        """How the file says that labels are encoded; None where specc encodes as the loss wants."""
        return self.head.output.labels if self.classified else None

    @property
    def classes(self) -> int | None:
        """K; for several labels their number."""
        return self.head.classes

    @property
    def at_end(self) -> Where:
        """Where the last activation is written, or the layer that has none."""
        return self.end.where if self.end else self.at()

    def at(self, *steps: str | int) -> Where:
        """A place in [outputs.NAME]."""
        return self.plan.spec.where("outputs", self.name, *steps)

    def at_loss(self, argument: str | None = None) -> Where:
        """The loss, or one of its arguments."""
        if argument is not None and isinstance(self.head.output.loss, dict):
            return self.at("loss", argument)
        return self.at("loss")

    def judges(self) -> Iterator[Judge]:
        """The metrics that are resolved, each with its place."""
        places: dict[str, Where] = {}
        for index, tree in enumerate(self.head.output.metrics):
            key = tree if not isinstance(tree, dict) else (
                tree.get("name") or snake(str(tree.get("type", ""))))
            places.setdefault(str(key), self.at("metrics", index))
        for key, metric in self.head.metrics:
            yield Judge(key, metric, places.get(key, self.at("metrics")))

    def written(self, where: Where) -> Tree:
        """The value that the file holds at a place; None for an expression or nothing."""
        value = dig(self.plan.spec.tree, where.path)
        return None if isinstance(value, str) and value.startswith("=") else value


class Subject(Record):
    """What rules are given: the plan, the facts, and every output as a pairing."""

    plan: Plan
    facts: Facts
    pairings: tuple[Pairing, ...]
    census: Mapping[str, int]  # how many layers there are of each class
    made: dict[str, Any] = field(default_factory=dict)  # what was worked out when asked for

    @property
    def flow(self) -> Flow:
        """The graph with its edges both ways; worked out when a rule first looks along it."""
        if "flow" not in self.made:
            from specc.rules.flow import flow_of

            declared = table(self.plan.spec.tree, "outputs")
            self.made["flow"] = flow_of(self.plan.graph, declared)
        flow: Flow = self.made["flow"]
        return flow

    @property
    def words(self) -> Words:
        """The words of all layers; counted when a family is first asked for by them."""
        if "words" not in self.made:
            self.made["words"] = words_of(self.plan.graph)
        words: Words = self.made["words"]
        return words

    def writes(self, *arguments: str) -> bool:
        """Whether some layer writes one of these arguments."""
        return not self.words.arguments.isdisjoint(arguments)

    def has(self, layers: Iterable[str], least: int = 1) -> bool:
        """Whether the plan has at least so many layers of these classes."""
        return sum(self.census.get(one, 0) for one in layers) >= least


def subject(plan: Plan, facts: Facts) -> Subject:
    census: dict[str, int] = {}
    for node in plan.graph.nodes:
        census[node.layer.name] = census.get(node.layer.name, 0) + 1
    return Subject(plan, facts, tuple(pair(plan, facts, head) for head in plan.heads), census)


def pair(plan: Plan, facts: Facts, head: Head) -> Pairing:
    """Everything that is known about one output."""
    graph, output = plan.graph, head.output
    shape = graph.tensor(head.tensor).shape
    end = ending(graph, head.tensor)
    if end and shape and not any(_along(axis, shape) for axis in applied(end.node).axes()):
        end = None  # a softmax along another axis than the classes'
    if shape and not _along(head.loss.get("axis", -1), shape):
        shape = None  # neither do units and labels meet at the last axis then
    last = shape[-1] if shape else None
    return Pairing(
        plan, head, end, shape, last if isinstance(last, int) else None,
        width_of(graph, head.tensor) if shape else None,
        target_of(plan.spec, graph, output, facts, head.labels, count_classes(output, facts)),
        output.range if output.scale == "none" and output.range else (
            (0.0, 1.0) if output.scale == "minmax" else facts.ranges.get(head.name)),
        output.scale in ("standard", "robust"),
        facts.classes.get(head.name),
        facts.profile.targets.get(head.name) if facts.profile else None)


def _along(axis: object, shape: Shape) -> bool:
    """Whether an axis, if it is one, is the last."""
    return not isinstance(axis, int) or axis in (-1, len(shape) - 1)


def counted_by(one: Pairing) -> str:
    """What to use where a metric is to say how many rows of classes are right."""
    if one.labels == "sign":
        return "drop it; no accuracy reads -1 and 1"
    if one.task == "multilabel":
        return "use binary_accuracy"
    return 'use { type = "BinaryAccuracy", threshold = 0.0 }' if one.logits and one.units == 1 \
        else "use accuracy"


def reaches_below(one: Pairing, limit: float) -> bool:
    """Whether some target is certainly smaller than `limit` (at most 0)."""
    if one.centered:
        return limit >= 0
    return one.range is not None and one.range[0] < limit
