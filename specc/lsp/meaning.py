"""What the plan makes of a place: what an expression computes, what an input or output is.

Sections of a hover; each says what it knows of a place, in Markdown, and is silent of all others.
They say nothing that is not sure to hold (`specc.lsp.plans`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from specc.ir.activation import ending
from specc.ir.plan import Head, Plan
from specc.lsp import names
from specc.lsp.outline import Part
from specc.lsp.plans import Known
from specc.lsp.scene import Name, Scene, entry_path, params
from specc.lsp.shapes import given, listed, marked, nodes
from specc.lsp.slots import Slot
from specc.ops.component import Component, Value
from specc.ops.examples import toml
from specc.ops.op import Tensor
from specc.record import Record
from specc.source import Path, Tree
from specc.syntax.expression import evaluate, is_expression, names_in
from specc.syntax.refusal import Refusal
from specc.syntax.written import written
from specc.tensor import show

MOST_COLUMNS = 12  # that are named
LINES = "  \n"  # between lines of one paragraph, in Markdown


class Place(Record):
    """What somebody points at."""

    here: Scene
    known: Known | None
    part: Part
    path: Path
    slot: Slot

    @property
    def value(self) -> Tree:
        return self.here.at(self.path)

    @property
    def plan(self) -> Plan | None:
        """The plan, where it is sure to hold."""
        return self.known.plan if self.known and self.known.holds(self.path) else None


Section: TypeAlias = Callable[[Place], Iterator[str]]


# -- expressions ----------------------------------------------------------------------------------


def expression(place: Place) -> Iterator[str]:
    """What an expression computes, for each copy of what it stands in."""
    if place.part.role == "text" and is_expression(place.value):
        values = list(_values(place))
        if values:
            same = len(set(values)) == 1
            yield f"`{place.value}` is {values[0] if same else listed(values)}"


def _values(place: Place) -> Iterator[str]:
    known, plan = place.known, place.plan
    if plan is None or known is None:
        return
    inner = entry_path(place.path) or place.path
    below = place.path[len(inner):]
    found = [value for node in nodes(plan, known.stamps.get(inner, ())) if below
             and node.where.path == inner and (value := _argument(node.layer, below)) is not None]
    if not found and _global(place):
        value = evaluate(place.value, {**plan.spec.params,
                                       **written(plan.spec.tree, plan.spec.params)})
        found = [] if value is None or isinstance(value, Refusal) else [value]
    yield from (f"`{toml(one)}`" for one in found)


def _global(place: Place) -> bool:
    """Whether an expression speaks of nothing but [params], and what is written of the file."""
    nearest = {one.word: one for one in reversed(list(params(place.here, place.path)))}
    return all(word in nearest and nearest[word].path is not None
               and (nearest[word].path or ())[0] in ("params", "inputs", "outputs")
               for word in names_in(place.value))


def _argument(layer: Component, path: Path) -> Value:
    """The value of an argument of a layer, or inside of one; None where there is none to show."""
    value: Value = layer
    for step in path:
        if isinstance(value, Component):
            value = value.args.get(str(step))
        elif isinstance(value, tuple) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return None if isinstance(value, Component) else value


# -- names ----------------------------------------------------------------------------------------


def input_(place: Place) -> Iterator[str]:
    """An input: the tensor that it feeds, and the columns that it is made of."""
    if len(place.path) != 2 or place.path[0] != "inputs" or place.plan is None:
        return
    for one in place.plan.graph.inputs:
        if one.name == place.path[1]:
            dtype = f" {one.tensor.dtype}" if one.tensor.dtype else ""
            yield f"input `{one.name}`: `{show(one.tensor.shape)}`{dtype}"
            yield from _columns(place, place.plan)


def _columns(place: Place, plan: Plan) -> Iterator[str]:
    from specc.facts.written import columns_of

    about = names.columns(place.here)
    found = columns_of(plan.spec, plan.spec.inputs[str(place.path[1])], about)
    if found and about.columns is not None:
        listed = ", ".join(f"`{one.name}`" for one in found[:MOST_COLUMNS])
        more = f" and {len(found) - MOST_COLUMNS} more" if len(found) > MOST_COLUMNS else ""
        yield f"{len(found)} column{'s' * (len(found) > 1)}: {listed}{more}"


def output(place: Place) -> Iterator[str]:
    """An output: the tensor that it is, and how it is judged."""
    if len(place.path) != 2 or place.path[0] != "outputs" or place.plan is None:
        return
    for head in place.plan.heads:
        if head.name == place.path[1]:
            yield LINES.join(_judged(place.plan, head))


def _judged(plan: Plan, head: Head) -> Iterator[str]:
    tensor, end = plan.graph.tensor(head.tensor), ending(plan.graph, head.tensor)
    of = f" of `{head.tensor.node}`" if head.tensor.node != "?" else ""
    yield f"output `{head.name}`: `{show(tensor.shape)}`{of}" + (
        f", {end.activation} at its end" if end else "")
    filled = " (filled in)" if "loss" in head.filled else ""
    yield f"loss {head.filled.get('loss', head.loss.name)}{filled}"
    if head.metrics:
        yield "metrics " + ", ".join(key for key, _ in head.metrics)
    if head.labels is not None:
        classes = f", {head.classes} classes" if head.classes else ""
        yield f"labels {head.labels}{classes}"


def param(place: Place) -> Iterator[str]:
    """A param: its value, and what a search may make of it."""
    if place.path[:-1] != ("params",):
        return
    name, plan = str(place.path[-1]), place.plan
    value = plan.spec.params.get(name) if plan else None
    if value is None or isinstance(value, Refusal):
        return
    if not is_expression(place.value):
        yield f"param `{name}` is `{toml(value)}`"
    space = place.here.at(("tune", "space", name))
    if space is not None:
        yield f"searched over `{toml(space)}`"


def named(place: Place) -> Iterator[str]:
    """A name that stands for something: what that is, and what comes out of it."""
    if place.part.role != "text" or not isinstance(place.value, str):
        return
    found = next((one for one in names.words(place.here, place.path)
                  if one.word == place.value), None)
    if found is not None:
        shapes = marked(_tensors(place, found))
        yield f"`{found.word}`: {found.about}" + (f", gives {shapes}" if shapes else "")


def _tensors(place: Place, found: Name) -> Iterator[tuple[Tensor, ...]]:
    """What the copies of a named entry give, or the tensor of an input."""
    known, path = place.known, found.path
    if known is None or path is None or not known.holds(path):
        return
    yield from (given(known.plan, one) for one in known.stamps.get(path, ()))
    yield from ((one.tensor,) for one in known.plan.graph.inputs
                if path == ("inputs", one.name))


__all__ = ["LINES", "Place", "Section", "expression", "input_", "named", "output", "param"]
