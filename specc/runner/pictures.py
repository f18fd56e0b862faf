"""Pictures of a run: loss curves, several runs compared, the graph. Written by matplotlib's Agg."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite, nan
from pathlib import Path
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from specc.diagnostics import number_of
from specc.ir.plan import Plan
from specc.tensor import show

TRAIN, VALIDATION = "#1f77b4", "#d62728"
PALETTE = ("#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#17becf", "#8c564b", "#e377c2")
BOX = {"boxstyle": "round,pad=0.35", "facecolor": "#eef3fa", "edgecolor": "#5b7ba6"}
ENDS = {"boxstyle": "round,pad=0.35", "facecolor": "#fdf3e1", "edgecolor": "#b98a2f"}
LINE = "#8a94a6"
LETTER, TALL = 0.052, 0.8  # inches of a letter (7 points) and of a row
DOWN = 0.28  # rows from the middle of a box to where its arrows begin and end
WIDEST = 44  # letters of a line in a box
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
    axes.xaxis.get_major_locator().set_params(integer=True, min_n_ticks=1)
    axes.margins(y=0.08)
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=8)


def graph(path: Path, plan: Plan) -> None:
    """The graph of the model: a box a layer with its shape, inputs above, outputs marked."""
    boxes, arrows = _boxes(plan)
    labels = {name: _label(plan, name) for name in boxes}
    widths = {name: LETTER * max(map(len, text.split("\n"))) + 0.1 for name, text in labels.items()}
    wide = max(widths.values()) + 0.5  # inches of a column
    columns = [column for _, column in boxes.values()]
    depth, most = max(row for row, _ in boxes.values()), max(columns)
    ways = list(_ways(boxes, arrows, {name: one / wide / 2 for name, one in widths.items()}))
    left = min([-0.5, *(x - 0.1 for way in ways for x, _ in way)])
    right = max([most + 0.5, *(x + 0.1 for way in ways for x, _ in way)])
    figure = Figure(figsize=(max(3.0, wide * (right - left)), TALL * (depth + 1)))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(left, right)
    axes.set_ylim(-depth - 0.5, 0.5)
    for *way, before, last in ways:
        axes.annotate("", xy=last, xytext=before, zorder=1, arrowprops={
            "arrowstyle": "-|>", "color": LINE, "lw": 0.9, "shrinkA": 0, "shrinkB": 0})
        if way:
            axes.plot(*zip(*way, before, strict=True), color=LINE, lw=0.9, zorder=1)
    ends = {ref.node for ref in plan.graph.outputs.values()} | {
        one.name for one in plan.graph.inputs}
    for name, (row, column) in boxes.items():
        axes.text(column, -row, labels[name], ha="center", va="center", fontsize=7,
                  bbox=ENDS if name in ends else BOX, zorder=2)
    if (rest := len(plan.graph.nodes) - MOST_BOXES) > 0:
        more = f" and {number_of(rest, 'more layer')}"
        axes.text(left, -depth - 0.45, more, fontsize=7, color=LINE)
    _write(figure, path)


Place = tuple[int, float]  # row and column of a box
Point = tuple[float, float]


def _ways(boxes: Mapping[str, Place], arrows: Sequence[tuple[str, str]],
          halves: Mapping[str, float]) -> Iterator[list[Point]]:
    """The corners of every arrow: straight, or around the boxes that stand between its ends.

    halves: half the width of each box, in columns. Ways around have a lane of their own each.
    """
    half = max(halves.values())
    lanes = {-1: 0, 1: 0}
    for start, end in arrows:
        (row, column), (below, aside) = boxes[start], boxes[end]
        straight = [(column, -row - DOWN), (aside, -below + DOWN)]
        between = [place for place in boxes.values() if row < place[0] < below]
        if not any(abs(column + (aside - column) * (at - row) / (below - row) - there) < half + 0.05
                   for at, there in between):
            yield straight
            continue
        side = _free_side(boxes, row, column, below, aside)
        if side is None:
            yield straight
            continue
        lanes[side] += 1
        edge = side * max(side * there for at, there in boxes.values() if row <= at <= below)
        lane = edge + side * (half + 0.04 + 0.03 * (lanes[side] % 6))
        yield [(column, -row), (lane, -row), (lane, -below), (aside + side * halves[end], -below)]


def _free_side(boxes: Mapping[str, Place], row: int, column: float, below: int,
               aside: float) -> int | None:
    """The side (-1 left, 1 right) on which nothing stands beside either end."""
    for side in (1, -1):
        if not any((at == row and side * there > side * column)
                   or (at == below and side * there > side * aside)
                   for at, there in boxes.values()):
            return side
    return None


def _boxes(plan: Plan) -> tuple[dict[str, Place], list[tuple[str, str]]]:
    """A place for every input and node: one row below the lowest that it takes."""
    rows: dict[str, int] = {one.name: 0 for one in plan.graph.inputs[:MOST_BOXES]}
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
    """Name, type (where the name does not say it) and shape, a line each."""
    lines = _lines(plan, name)
    return "\n".join(f"{one[:WIDEST - 1]}…" if len(one) > WIDEST else one for one in lines)


def _lines(plan: Plan, name: str) -> list[str]:
    node = plan.graph.node(name)
    if node is None:
        one = next(one for one in plan.graph.inputs if one.name == name)
        return [name, show(one.tensor.shape)]
    cost = plan.graph.costs[name]
    shape = " ".join(show(tensor.shape) for tensor in cost.gives)
    kind = [] if node.layer.name.lower() == name.lower() else [node.layer.name]
    return [name, *kind, shape]


def _write(figure: Figure, path: Path) -> None:
    FigureCanvasAgg(figure).print_png(path)  # type: ignore[no-untyped-call]
