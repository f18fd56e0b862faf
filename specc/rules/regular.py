"""Regularizers: too weak, too strong, or beside an optimizer that bends them: AR131 to AR133."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from specc.diagnostics import Related
from specc.ir.graph import Node
from specc.ops.component import Component
from specc.record import Record
from specc.rules.inside import plain
from specc.rules.pairing import Subject
from specc.rules.rule import Finding, Rule, info, warning
from specc.source import Where

HUGE = 0.1
FACTORS = ("l1", "l2")
ADAPTIVE = frozenset({"Adam", "Nadam", "Adamax"})


class Held(Record):
    """A regularizer of a layer: the argument, what it is, and where each factor is written."""

    argument: str
    made: Component
    where: Where
    node: Node

    def factor(self, name: str) -> float:
        value = self.made.get(name)
        return float(value) if isinstance(value, (int, float)) else 0.0

    def at(self, name: str) -> Where:
        """A factor, or the regularizer where its default holds."""
        return self.where.at(name) if name in self.made.args else self.where


def regularizers(subject: Subject) -> Iterator[Held]:
    """The L1 and L2 of every layer, those inside wrappers too, each layer once."""
    for node in subject.plan.graph.layers():
        yield from _held(node, node.layer, node.at)


def _held(node: Node, layer: Component, at: Callable[[str], Where]) -> Iterator[Held]:
    if layer.name == "ActivityRegularization":
        yield Held("activity", layer, node.where, node)
    for argument, value in layer.args.items():
        if not isinstance(value, Component):
            continue
        if value.category == "regularizer" and value.name in ("L1", "L2", "L1L2"):
            yield Held(argument, value, at(argument), node)
        elif value.category == "layer":
            inner = at(argument)
            yield from _held(node, value, inner.at)


@info("AR131")
def regularizer_zero(subject: Subject) -> Iterator[Finding]:
    """A regularizer adds nothing to the loss.

    Why: with every factor 0 it is only read, by people, as if there were one. The name `l1l2`
    alone is such a one: its factors are 0 where nothing is written.

    Example:

        [model]
        kind = "sequential"
        [[model.layers]]
        type = "Dense"
        units = 16
        activation = "relu"
        kernel_regularizer = { type = "L2", l2 = 0.0 }    # info: [AR131]
        [[model.layers]]
        type = "Dense"
        units = 1
        [outputs.y]
        task = "regression"

    Use instead: a factor from 1e-5 to 1e-2, or no regularizer.

    Source: own judgement.
    """
    for one in regularizers(subject):
        places = [one.at(name) for name in FACTORS if name in one.made.args] or [one.where]
        if all(plain(subject.plan, where) for where in places) and not any(
                one.factor(name) for name in FACTORS):
            yield Finding(places[0], f"{one.made.name} with a factor of 0",
                          advice="drop the regularizer, or give it a factor")
            return


@warning("AR132")
def regularizer_huge(subject: Subject) -> Iterator[Finding]:
    """A regularizer outweighs the loss.

    Why: from 0.1 on the penalty of a hidden layer is larger than most losses, and what is learned
    is to have small weights. A model of one layer may want it: that is a ridge regression.

    Example:

        [model]
        kind = "sequential"
        [[model.layers]]
        type = "Dense"
        units = 16
        activation = "relu"
        kernel_regularizer = { type = "L2", l2 = 1.0 }    # warning: [AR132]
        [[model.layers]]
        type = "Dense"
        units = 1
        [outputs.y]
        task = "regression"

    Use instead: a factor from 1e-5 to 1e-2.

    Source: DeepLocalize 55328966.
    """
    costs = subject.plan.graph.costs
    if sum(bool(cost.weights) or cost.weights is None for cost in costs.values()) < 2:
        return
    for one in regularizers(subject):
        for name in FACTORS:
            if one.factor(name) > HUGE and one.node.trainable:
                yield Finding(one.at(name), f"{name} = {one.factor(name):g} outweighs most losses",
                              advice="use 1e-5 to 1e-2")
                return


@info("AR133")
def l2_with_adam(subject: Subject) -> Iterator[Finding]:
    """An L2 penalty meets an optimizer that divides each gradient by its own size.

    Why: the penalty's gradient is divided too, so weights with large gradients hardly decay and
    those with small ones do most: not the decay of weights that L2 is with SGD.

    Example:

        [model]
        kind = "sequential"
        [[model.layers]]
        type = "Dense"
        units = 16
        activation = "relu"
        kernel_regularizer = { type = "L2", l2 = 1e-4 }    # info: [AR133]
        [[model.layers]]
        type = "Dense"
        units = 1
        [outputs.y]
        task = "regression"
        [compile]
        optimizer = "adam"

    Use instead: `AdamW` with `weight_decay`.

    Source: Loshchilov & Hutter 2019, arXiv:1711.05101.
    """
    optimizer = subject.plan.optimizer
    if optimizer.name not in ADAPTIVE:
        return
    for one in regularizers(subject):
        if one.argument.startswith("activ") or one.factor("l2") <= 0 or not one.node.trainable:
            continue
        yield Finding(one.where, f"an L2 penalty with {optimizer.name}",
                      advice="use AdamW with weight_decay",
                      related=(Related(subject.plan.spec.where("compile", "optimizer"),
                                       "the optimizer is set here"),))
        return


RULES: tuple[Rule, ...] = (regularizer_huge, regularizer_zero, l2_with_adam)
