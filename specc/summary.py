"""What `specc summary` shows: a plan as a table of layers, or as one JSON document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from specc.identity import hashes
from specc.ir.cost import Totals, activation_bytes, rows, totals
from specc.ir.plan import Head, Plan
from specc.tensor import show

if TYPE_CHECKING:
    from typing import Any

Row = tuple[str, ...]
HEAD: Row = ("layer", "type", "takes (or the one above)", "gives", "params", "FLOPs")
NUMBERS = 4  # from this column on cells stand to the right
WIDEST = 48  # of a column; what is longer is cut in the middle
NAMED = 3  # layers that are named where something is not known


def as_json(plan: Plan) -> dict[str, Any]:
    """The document of `specc summary --format json`. Memory in bytes."""
    sums, batch = totals(plan.graph, plan.optimizer), plan.spec.fit.batch_size
    return {
        "name": plan.spec.name,
        "hash": hashes(plan).all,
        "kind": plan.spec.model.kind,
        "layers": list(rows(plan.graph)),
        "outputs": [_head(head) for head in plan.heads],
        "params": sums.params, "trainable_params": sums.trainable_params, "flops": sums.flops,
        "memory": {"weights": sums.weights_bytes, "optimizer": sums.optimizer_bytes,
                   "activations_per_sample": sums.activation_bytes,
                   "activations_per_batch": _times(sums.activation_bytes, batch)},
        "batch_size": batch,
    }


def _head(head: Head) -> dict[str, Any]:
    return {"name": head.name, "task": head.output.task, "loss": head.loss.name,
            "metrics": [key for key, _ in head.metrics], "labels": head.labels,
            "classes": head.classes, "filled": dict(head.filled)}


def as_text(plan: Plan) -> str:
    """A table for people: one line a layer, then the sums and what was filled in."""
    return "\n".join(_lines(plan))


def _lines(plan: Plan) -> Iterator[str]:
    sums = totals(plan.graph, plan.optimizer)
    yield f"{plan.spec.name}  {plan.spec.model.kind}  {hashes(plan).all[:12]}"
    yield ""
    yield from _columns([HEAD, *_table(plan)],
                        ("total", "", "", "", _number(sums.params), short(sums.flops)))
    yield ""
    yield from _sums(plan, sums)
    yield ""
    yield from (_output(head) for head in plan.heads)


def _table(plan: Plan) -> Iterator[Row]:
    """One row an input and a layer."""
    above = ""
    for one in plan.graph.inputs:
        yield (one.name, "Input", "", show(one.tensor.shape), "", "")
        above = one.name if len(plan.graph.inputs) == 1 else ""
    for node in plan.graph.nodes:
        cost = plan.graph.costs[node.name]
        taken = [ref.node for ref in node.refs()]
        yield (node.name, node.layer.name, "" if taken == [above] else ", ".join(taken),
               " ".join(show(tensor.shape) for tensor in cost.gives),
               _number(cost.count()), short(cost.flops))
        above = node.name


def _columns(table: list[Row], last: Row) -> Iterator[str]:
    """Rows with columns as wide as their widest cell, a line, and the last row."""
    cut = [[_cut(cell) for cell in row] for row in (*table, last)]
    widths = [max(len(row[i]) for row in cut) for i in range(len(last))]
    lines = ["  ".join(
        cell.rjust(width) if i >= NUMBERS else cell.ljust(width)
        for i, (cell, width) in enumerate(zip(row, widths, strict=True))).rstrip() for row in cut]
    yield from lines[:-1]
    yield "-" * (sum(widths) + 2 * (len(widths) - 1))
    yield lines[-1]


def _cut(cell: str) -> str:
    half = (WIDEST - 3) // 2
    return cell if len(cell) <= WIDEST else f"{cell[:half]}...{cell[-half:]}"


def _sums(plan: Plan, sums: Totals) -> Iterator[str]:
    graph, batch = plan.graph, plan.spec.fit.batch_size
    flops = {node.name: graph.costs[node.name].flops for node in graph.nodes}
    given = {node.name: activation_bytes(graph, node) for node in graph.nodes}
    weights = {node.name: graph.costs[node.name].count() for node in graph.nodes}
    one = f"{size(sums.activation_bytes)} for one sample"
    many = f", {size(_times(sums.activation_bytes, batch))} for a batch of {batch:,}"
    yield (f"parameters   {_number(sums.params)} ({_number(sums.trainable_params)} trainable)"
           f"{_unknown(weights)}")
    yield f"operations   {short(sums.flops)}FLOPs forward for one sample{_unknown(flops)}"
    yield f"weights      {size(sums.weights_bytes)}"
    yield f"optimizer    {size(sums.optimizer_bytes)} ({plan.optimizer.name})"
    yield f"activations  {one}{many}{_unknown(given)}"


def _unknown(parts: dict[str, int | None]) -> str:
    """The layers that a sum is not known of."""
    names = [name for name, value in parts.items() if value is None]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"; not known of {', '.join(names[:NAMED])}{more}" if names else ""


def _output(head: Head) -> str:
    metrics = ", ".join(key for key, _ in head.metrics) or "none"
    loss = head.filled.get("loss", head.loss.name)
    rest = "".join(f", {key} {value} (filled in)" for key, value in head.filled.items()
                   if key != "loss")
    said = " (filled in)" if "loss" in head.filled else ""
    return f"output {head.name}: {head.output.task}, loss {loss}{said}, metrics {metrics}{rest}"


def _times(number: int | None, factor: int) -> int | None:
    return None if number is None else number * factor


def _number(value: int | None) -> str:
    return "?" if value is None else f"{value:,}"


def short(value: int | None) -> str:
    """A large number in four digits and the letter of its thousands: 7,755,134,952 is `7.755 G`."""
    if value is None:
        return "? "
    if value < 1000:
        return f"{value} "
    number, letters = float(value), iter("kMGTPE")
    letter = ""
    while number >= 999.95 and (step := next(letters, "")):
        number, letter = number / 1000, step
    return f"{number:#.4g} {letter}"


def size(value: int | None) -> str:
    """Bytes in the unit that leaves one to four digits before the point."""
    if value is None:
        return "?"
    number = float(value)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if number < 1024:
            return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1024
    return f"{number:.1f} TiB"
