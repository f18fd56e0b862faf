"""The table of layers, as `specc summary` has it, with each layer's share of the operations."""

from __future__ import annotations

from specc.ir.cost import rows as costs
from specc.ir.cost import totals
from specc.ir.plan import Plan
from specc.report.panel import Cell, Table
from specc.summary import short, size
from specc.tensor import show

MOST = 400  # layers in a table


def layer_table(plan: Plan) -> Table:
    sums = totals(plan.graph, plan.optimizer)
    rows: list[list[Cell | str]] = [
        [one.name, "Input", "", show(one.tensor.shape), "", ""] for one in plan.graph.inputs[:MOST]]
    most = max([flops for cost in plan.graph.costs.values() if (flops := cost.flops)] or [1])
    for row, node in zip(costs(plan.graph), plan.graph.nodes[:MOST], strict=False):
        cost = plan.graph.costs[node.name]
        params, flops = cost.count(), cost.flops
        rows.append([node.name, node.layer.name, ", ".join(map(str, _taken(row["inputs"]))),
                     " ".join(show(tensor.shape) for tensor in cost.gives), _count(params),
                     Cell(short(flops).strip(), share=(flops or 0) / most, kind="load")])
    more = len(plan.graph.nodes) - MOST
    rows.append([Cell("total", kind="total"), "", "", "", Cell(_count(sums.params), kind="total"),
                 Cell(short(sums.flops).strip(), kind="total")])
    note = (f"{_count(sums.trainable_params)} of the parameters are trainable; weights "
            f"{size(sums.weights_bytes)}, {plan.optimizer.name} {size(sums.optimizer_bytes)}, "
            f"activations {size(sums.activation_bytes)} a sample. FLOPs: one sample, forward.")
    if more > 0:
        note = f"and {more:,} more layers. {note}"
    return Table("Layers", ["layer", "type", "takes", "output shape", "parameters", "FLOPs"], rows,
                 words=4, note=note)


def _taken(names: object) -> list[object]:
    return list(dict.fromkeys(names)) if isinstance(names, list) else []


def _count(value: int | None) -> str:
    return "?" if value is None else f"{value:,}"
