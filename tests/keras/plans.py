"""Plans made by hand, for tests of the back end that need no spec file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from specc.ir.graph import Graph, InputNode, Node, Ref
from specc.ir.plan import Head, Plan
from specc.ops.component import Component
from specc.ops.op import Tensor
from specc.source import Where
from specc.spec import Compile, Fit, Kind, Model, Output, Spec


@dataclass(frozen=True)
class Rows:
    inputs: Mapping[str, Any]
    targets: Mapping[str, Any]
    weights: Mapping[str, Any] = field(default_factory=dict)


def layer(name: str, **args: Any) -> Component:
    return Component("layer", name, args)


def chain(*entries: tuple[str, Component], entering: str = "x") -> tuple[Node, ...]:
    """Nodes each of which takes the one before."""
    nodes: list[Node] = []
    for index, (name, component) in enumerate(entries):
        where = Where("a.specc.toml", ("model", "layers", index))
        nodes.append(Node(name, name, component, (Ref(entering),), where=where))
        entering = name
    return tuple(nodes)


def graph(nodes: Sequence[Node], outputs: Mapping[str, str],
          inputs: Mapping[str, tuple[int | str, ...]] | None = None,
          dtype: str = "float32") -> Graph:
    """A graph whose inputs have the given shapes (without the batch)."""
    shapes = inputs or {"x": (8,)}
    entering = tuple(InputNode(name, Tensor(("batch", *shape), dtype), Where("a.specc.toml"))
                     for name, shape in shapes.items())
    return Graph(entering, tuple(nodes), {name: Ref(node) for name, node in outputs.items()})


def plan(made: Graph, *, kind: Kind = "functional", seed: int = 42, epochs: int = 5,
         optimizer: Component | None = None, callbacks: tuple[Component, ...] = (),
         loss: str = "MeanSquaredError", weights: Mapping[str, float] | None = None,
         fit: Fit | None = None, compiled: Compile | None = None,
         model: Model | None = None) -> Plan:
    """A plan of regressions: each output with its loss, and `mae`."""
    outputs = {name: Output(name, "regression", weight=(weights or {}).get(name, 1.0))
               for name in made.outputs}
    heads = tuple(
        Head(outputs[name], ref, Component("loss", loss),
             (("mae", Component("metric", "MeanAbsoluteError")),), None, None)
        for name, ref in made.outputs.items()
    )
    spec = Spec("a.specc.toml", "a-spec", model or Model(kind), {}, outputs, seed=seed,
                fit=fit or Fit(epochs=epochs), compile=compiled or Compile())
    sgd = Component("optimizer", "SGD", {"learning_rate": 0.01})
    return Plan(spec, made, heads, optimizer or sgd, callbacks)


def mlp(*more: tuple[str, Component]) -> Graph:
    """8-30-10-1, with more layers before the last."""
    nodes = chain(("dense", layer("Dense", units=30, activation="relu")),
                  ("dense_1", layer("Dense", units=10, activation="relu")),
                  *more, ("price", layer("Dense", units=1)))
    return graph(nodes, {"price": "price"})


def wide_and_deep() -> Graph:
    """Two inputs, two outputs: `price` on the concatenation, `aux_price` on the deep path."""
    deep = chain(("deep_dense", layer("Dense", units=30, activation="relu")),
                 ("deep_dense_1", layer("Dense", units=30, activation="relu")), entering="deep")
    nodes = (*deep,
             Node("concatenate", "concatenate", layer("Concatenate"),
                  (Ref("wide"), Ref("deep_dense_1")), as_list=True),
             Node("price", "price", layer("Dense", units=1), (Ref("concatenate"),)),
             Node("aux_price", "aux_price", layer("Dense", units=1), (Ref("deep_dense_1"),)))
    return graph(nodes, {"price": "price", "aux_price": "aux_price"},
                 {"wide": (5,), "deep": (6,)})


def rows(count: int = 330, width: int = 8, seed: int = 0) -> Rows:
    draw = np.random.default_rng(seed)
    x = draw.normal(size=(count, width)).astype("float32")
    y = (x[:, :1] * 2 - x[:, 1:2] + 0.1 * draw.normal(size=(count, 1))).astype("float32")
    return Rows({"x": x}, {"price": y})


def wide_rows(count: int = 330, seed: int = 0) -> Rows:
    draw = np.random.default_rng(seed)
    wide = draw.normal(size=(count, 5)).astype("float32")
    deep = draw.normal(size=(count, 6)).astype("float32")
    y = (wide[:, :1] - deep[:, :1]).astype("float32")
    return Rows({"wide": wide, "deep": deep}, {"price": y, "aux_price": y})
