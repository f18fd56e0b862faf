"""Pictures of a run: loss curves, several runs compared, the graph. Written by matplotlib's Agg."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite, nan
from pathlib import Path
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from specc.ir.plan import Plan
from specc.tensor import show

TRAIN, VALIDATION = "#1f77b4", "#d62728"
PALETTE = ("#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#17becf", "#8c564b", "#e377c2")
BOX = {"boxstyle": "round,pad=0.35", "facecolor": "#eef3fa", "edgecolor": "#5b7ba6"}
ENDS = {"boxstyle": "round,pad=0.35", "facecolor": "#fdf3e1", "edgecolor": "#b98a2f"}
MOST_BOXES = 120  # a picture of more says nothing; the summary lists them all


def loss_curves(path: Path, history: Sequence[Mapping[str, Any]], title: str) -> None:
    """Training and validation loss over epochs; the best validation epoch marked."""
    figure = Figure(figsize=(7, 4.2), layout="constrained")
    axes = figure.add_subplot()
    epochs = [row["epoch"] for row in history]
    marker = "o" if len(epochs) < 3 else None
    axes.plot(epochs, _curve(history, "train.loss"), color=TRAIN, label="training",
              marker=marker)
    validation = _curve(history, "val.loss")
    known = [(value, epoch) for value, epoch in zip(validation, epochs, strict=True)
             if isfinite(value)]
    if known:
        axes.plot(epochs, validation, color=VALIDATION, label="validation", marker=marker)
        best, at = min(known)
        axes.plot([at], [best], "o", color=VALIDATION, markerfacecolor="white")
        axes.annotate(f"{best:.4g}", (at, best), textcoords="offset points", xytext=(0, 7),
                      ha="center", fontsize=8, color=VALIDATION)
    _finish(figure, axes, title)
    _write(figure, path)


def compared(path: Path, runs: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """The loss curves of several runs in one picture: training dotted, validation full."""
    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.add_subplot()
    for index, (name, history) in enumerate(runs.items()):
        color = PALETTE[index % len(PALETTE)]
        epochs = [row["epoch"] for row in history]
        axes.plot(epochs, _curve(history, "train.loss"), color=color, linestyle=":",
                  label=f"{name}, training")
        if any("val.loss" in row for row in history):
            axes.plot(epochs, _curve(history, "val.loss"), color=color,
                      label=f"{name}, validation")
    _finish(figure, axes, "loss")
    _write(figure, path)


def _curve(history: Sequence[Mapping[str, Any]], key: str) -> list[float]:
    """A number an epoch; NaN, which is not drawn, where an epoch has none."""
    return [float(row.get(key, nan)) for row in history]


def _finish(figure: Figure, axes: Any, title: str) -> None:
    axes.set_xlabel("epoch")
    axes.set_ylabel("loss")
    axes.set_title(title, fontsize=10, loc="left")
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=8)


def graph(path: Path, plan: Plan) -> None:
    """The graph of the model: a box a layer with its shape, inputs above, outputs marked."""
    boxes, arrows = _boxes(plan)
    depth = max((row for row, _ in boxes.values()), default=0)
    width = max((column for _, column in boxes.values()), default=0.0)
    figure = Figure(figsize=(max(3.4, 2.5 * (width + 1)), max(1.6, 0.8 * (depth + 1))))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(-0.6, width + 0.6)
    axes.set_ylim(-depth - 0.6, 0.6)
    for start, end in arrows:
        (row, column), (below, aside) = boxes[start], boxes[end]
        axes.annotate("", xy=(aside, -below + 0.28), xytext=(column, -row - 0.28), zorder=1,
                      arrowprops={"arrowstyle": "-|>", "color": "#8a94a6", "lw": 0.9,
                                  "shrinkA": 0, "shrinkB": 0})
    ends = {ref.node for ref in plan.graph.outputs.values()} | {
        one.name for one in plan.graph.inputs}
    for name, (row, column) in boxes.items():
        axes.text(column, -row, _label(plan, name), ha="center", va="center", fontsize=7,
                  bbox=ENDS if name in ends else BOX, zorder=2)
    _write(figure, path)


def _boxes(plan: Plan) -> tuple[dict[str, tuple[int, float]], list[tuple[str, str]]]:
    """A place (row, column) for every input and node: one row below the lowest that it takes."""
    rows: dict[str, int] = {one.name: 0 for one in plan.graph.inputs}
    arrows: list[tuple[str, str]] = []
    for node in plan.graph.nodes[:MOST_BOXES]:
        above = [ref.node for ref in node.refs() if ref.node in rows]
        rows[node.name] = 1 + max((rows[name] for name in above), default=0)
        arrows += [(name, node.name) for name in dict.fromkeys(above)]
    beside: dict[int, list[str]] = {}
    for name, row in rows.items():
        beside.setdefault(row, []).append(name)
    most = max(map(len, beside.values()))
    return {name: (row, (most - len(names)) / 2 + index)
            for row, names in beside.items() for index, name in enumerate(names)}, arrows


def _label(plan: Plan, name: str) -> str:
    node = plan.graph.node(name)
    if node is None:
        one = next(one for one in plan.graph.inputs if one.name == name)
        return f"{name}\n{show(one.tensor.shape)}"
    cost = plan.graph.costs[name]
    shape = " ".join(show(tensor.shape) for tensor in cost.gives)
    kind = "" if node.layer.name.lower() == name.lower() else f": {node.layer.name}"
    return f"{name}{kind}\n{shape}"


def _write(figure: Figure, path: Path) -> None:
    FigureCanvasAgg(figure).print_png(path)  # type: ignore[no-untyped-call]
