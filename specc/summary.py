"""What `specc summary` shows: a plan as a table of layers, or as one JSON document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from specc.identity import hashes
from specc.ir.cost import Totals, rows, totals
from specc.ir.plan import Head, Plan
from specc.tensor import show


def as_json(plan: Plan) -> dict[str, Any]:
    """The document of `specc summary --format json`."""
    sums = totals(plan.graph, plan.optimizer)
    return {
        "name": plan.spec.name,
        "hash": hashes(plan).all,
        "kind": plan.spec.model.kind,
        "layers": list(rows(plan.graph)),
        "outputs": [_head(head) for head in plan.heads],
        "params": sums.params, "trainable_params": sums.trainable_params, "flops": sums.flops,
        "memory": {"weights": sums.weights_bytes, "optimizer": sums.optimizer_bytes,
                   "activations_per_sample": sums.activation_bytes},
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
    spec = plan.spec
    yield f"{spec.name}  {spec.model.kind}  {hashes(plan).all[:12]}"
    yield ""
    head = ("layer", "type", "takes", "gives", "params", "flops")
    table = [(one.name, "Input", "", show(one.tensor.shape), "", "") for one in plan.graph.inputs]
    for node in plan.graph.nodes:
        cost = plan.graph.costs[node.name]
        table.append((
            node.name, node.layer.name, ", ".join(ref.node for ref in node.refs()),
            " ".join(show(tensor.shape) for tensor in cost.gives),
            _number(cost.count()), _number(cost.flops)))
    yield from _columns([head, *table])
    yield ""
    yield from _sums(sums)
    for one in plan.heads:
        filled = "".join(f"; {key} {value} (filled in)" for key, value in one.filled.items())
        metrics = ", ".join(key for key, _ in one.metrics) or "none"
        yield (f"output {one.name}: {one.output.task}, loss {one.loss.name}, metrics {metrics}"
               f"{filled}")


def _columns(table: list[tuple[str, ...]]) -> Iterator[str]:
    """Rows with columns as wide as their widest cell, numbers to the right."""
    widths = [min(max(len(row[i]) for row in table), 44) for i in range(len(table[0]))]
    for row in table:
        cells = [cell.rjust(width) if i >= 4 else cell.ljust(width)
                 for i, (cell, width) in enumerate(zip(row, widths, strict=True))]
        yield "  ".join(cells).rstrip()


def _sums(sums: Totals) -> Iterator[str]:
    yield f"parameters        {_number(sums.params)} ({_number(sums.trainable_params)} trainable)"
    yield f"operations        {_number(sums.flops)} for one sample, forward"
    yield (f"memory            {_bytes(sums.weights_bytes)} weights, "
           f"{_bytes(sums.optimizer_bytes)} optimizer, "
           f"{_bytes(sums.activation_bytes)} activations for one sample")


def _number(value: int | None) -> str:
    return "?" if value is None else f"{value:,}"


def _bytes(value: int | None) -> str:
    if value is None:
        return "?"
    size = float(value)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < 1024 or unit == "GiB":
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    return str(value)
