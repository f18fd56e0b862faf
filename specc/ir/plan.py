"""A spec, lowered: everything that can be resolved without Keras and without rows."""

from __future__ import annotations

from collections.abc import Mapping

from specc.ir.graph import Graph, Ref
from specc.ops.component import Component
from specc.record import Record, field
from specc.spec import Labels, Output, Spec


class Head(Record):
    """One output: its tensor, and how it is judged.

    `labels` is what the loss is given: "index" (integers (N,)), "onehot" (N, K), "binary" (0/1,
    (N, u)), "sign" (-1/+1), or None for real targets. `filled` names what specc filled in.
    """

    output: Output
    tensor: Ref
    loss: Component
    metrics: tuple[tuple[str, Component], ...]  # (key, metric); the key is specc's, `mae`
    labels: Labels | None
    classes: int | None  # K, where it is written or known from the facts about the data
    filled: Mapping[str, str] = field(default_factory=dict)  # {"loss": "MeanSquaredError"}

    @property
    def name(self) -> str:
        return self.output.name


class Plan(Record):
    """What rules judge, what is hashed, and what the back end builds."""

    spec: Spec
    graph: Graph
    heads: tuple[Head, ...]
    optimizer: Component
    callbacks: tuple[Component, ...] = ()

    def head(self, name: str) -> Head:
        return next(head for head in self.heads if head.name == name)
