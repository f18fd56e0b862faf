"""Plans for tests of data, without a graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from specc.ir.graph import Graph, Ref
from specc.ir.plan import Head, Plan
from specc.ops.component import Component
from specc.spec import Labels, Spec

MakeSpec = Callable[[str], Spec]


def plan(spec: Spec, labels: Mapping[str, Labels | None] | None = None,
         loss: Component | None = None) -> Plan:
    """A plan with no graph: all that preparing needs are the heads."""
    judged = loss or Component("loss", "MeanSquaredError")
    heads = tuple(Head(output, Ref(name), judged, (), (labels or {}).get(name), None)
                  for name, output in spec.outputs.items())
    return Plan(spec, Graph((), (), {}), heads, Component("optimizer", "Adam"))
