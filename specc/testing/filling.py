"""Rows that a spec can be run on: the columns it names, with values that it takes, as a csv."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from specc.diagnostics import SpecError
from specc.facts import Facts
from specc.facts.columns import targets
from specc.importer.write import as_text
from specc.ir.graph import Graph
from specc.ir.heads import count_classes
from specc.ir.plan import Plan
from specc.pipeline import Checked, check_text
from specc.spec import Column, Input, Output, Range, Scalar, Spec
from specc.tensor import elements
from specc.testing.draws import Chance

Value: TypeAlias = Scalar | None
Maker: TypeAlias = Callable[[Chance, int], Value]  # the value of a row by its number
WORDS = ("a", "b", "c", "a b", "b c a")
FILLED = 3  # how many columns stand for a pattern of which nothing says how many there are


def filled(random: Chance, plan: Plan, count: int) -> dict[str, list[Value]]:
    """A table of so many rows, by column."""
    makers: dict[str, Maker] = {}
    for one in plan.spec.inputs.values():
        makers |= dict(_input(plan, one))
    table = {name: [make(random, row) for row in range(count)] for name, make in makers.items()}
    for output in plan.spec.outputs.values():
        for name, values in _output(random, plan, output, count):
            table[name] = values
    for name, make in _further(plan.spec):
        table.setdefault(name, [make(random, row) for row in range(count)])
    return table


def as_csv(table: Mapping[str, list[Value]]) -> str:
    """The table as the text of a csv file."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(table)
    writer.writerows(zip(*table.values(), strict=True))
    return stream.getvalue()


def plan_of(spec: Mapping[str, Any] | Checked) -> Plan:
    """The plan of a document, or of a checked spec; SpecError for one with errors."""
    checked = spec if isinstance(spec, Checked) else check_text(
        as_text(spec, "json", None).encode(), "drawn.specc.json", "json")
    if checked.plan is None or checked.errors:
        raise SpecError(checked.diagnostics)
    return checked.plan


# ------------------------------------------------------------------ inputs

def _input(plan: Plan, one: Input) -> Iterator[tuple[str, Maker]]:
    """The columns of an input, each with what makes its values."""
    columns = one.columns or (one.defaults,)
    width = _width(plan.spec, one)
    named = sum("*" not in column.name for column in columns)
    patterns = len(columns) - named
    each = max(1, (width - named) // patterns) if patterns and width else FILLED
    for column in columns:
        make = _values(plan, one, column)
        if "*" not in column.name:
            yield column.name, make
            continue
        stem = column.name if column.name != "*" else f"{one.name}_*"
        for index in range(each):
            yield stem.replace("*", str(index), 1).replace("*", ""), make


def _width(spec: Spec, one: Input) -> int | None:
    """How many columns the shape of an input asks for."""
    if one.shape is None or one.text is not None:
        return 1 if one.text is not None else None
    dims = one.shape
    if spec.data is not None and spec.data.window is not None:
        dims = dims[1:]
    return elements((None, *dims))


def _values(plan: Plan, one: Input, column: Column) -> Maker:
    if one.text is not None:
        return lambda random, row: random.choice(WORDS)
    if column.values is not None:
        known = column.values
        return lambda random, row: random.choice(known)
    if one.dtype == "string" or column.encode is not None:
        return lambda random, row: random.choice(WORDS[:3])
    if one.dtype == "bool":
        return lambda random, row: random.randint(0, 1)
    if one.dtype is not None and one.dtype.startswith(("int", "uint")):
        low, high = one.range or (0, _counted(plan.graph, one.name) - 1)
        return lambda random, row: random.randint(int(low), int(high))
    return _real(one.range)


def _real(limits: Range | None) -> Maker:
    """Numbers of a few digits: within the limits, or from -2 to 2."""
    low, high = limits or (-2.0, 2.0)
    return lambda random, row: round(low + (high - low) * random.randint(0, 1000) / 1000, 6)


def _counted(graph: Graph, name: str) -> int:
    """How many different whole numbers the layers behind an input take."""
    takes = [node.layer.get("input_dim") or node.layer.get("num_tokens") for node in graph.nodes
             if any(ref.node == name for ref in node.refs())]
    return min([one for one in takes if isinstance(one, int)], default=10)


# ------------------------------------------------------------------ outputs

def _output(random: Chance, plan: Plan, output: Output,
            count: int) -> Iterator[tuple[str, list[Value]]]:
    """The target columns of an output, so that every class occurs, and early."""
    columns = targets(output)
    classes = count_classes(output, Facts()) or 2
    names = output.classes if isinstance(output.classes, tuple) else tuple(range(classes))
    match output.task:
        case "binary" | "multiclass" if len(columns) == 1 or output.labels == "index" or (
                len(columns) != classes):
            for column in columns:
                yield column, [names[row % len(names)] for row in range(count)]
        case "multiclass":
            for index, column in enumerate(columns):
                yield column, [int(row % classes == index) for row in range(count)]
        case "multilabel":
            for index, column in enumerate(columns):
                yield column, [(row >> index) & 1 if row < 8 else random.randint(0, 1)
                               for row in range(count)]
        case "distribution":
            rows = [_shares(random, len(columns)) for _ in range(count)]
            for index, column in enumerate(columns):
                yield column, [row[index] for row in rows]
        case "count":
            low, high = output.range or (0, 9)
            for column in columns:
                yield column, [random.randint(int(low), int(high)) for _ in range(count)]
        case _:
            make = _real(output.range)
            for column in columns:
                yield column, [make(random, row) for row in range(count)]
    if output.sample_weight is not None:
        yield output.sample_weight, [random.choice([0.5, 1.0, 2.0]) for _ in range(count)]


def _shares(random: Chance, parts: int) -> list[Value]:
    """Numbers that sum to 1, exactly."""
    left, found = 64, []
    for _ in range(parts - 1):
        part = random.randint(0, left)
        found.append(part / 64)
        left -= part
    return [*found, left / 64]


# ------------------------------------------------------------------ what data say besides

def _further(spec: Spec) -> Iterator[tuple[str, Maker]]:
    """Columns that the split, the order or a window look at."""
    if spec.data is None:
        return
    split, window = spec.data.split, spec.data.window
    if split.column is not None:
        yield split.column, lambda random, row: ("train", "train", "validation", "test")[row % 4]
    if split.group is not None:
        yield split.group, lambda random, row: row // 2
    if split.stratify is not None:
        yield split.stratify, lambda random, row: row % 2
    if spec.data.order is not None:
        yield spec.data.order, lambda random, row: row
    if window is not None and window.by is not None:
        yield window.by, lambda random, row: row % 2


__all__ = ["as_csv", "filled", "plan_of"]
