"""Pictures of a run: loss curves, several runs compared, the graph. Written by matplotlib's Agg."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite, nan
from pathlib import Path
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from specc.diagnostics import number_of
from specc.ir.plan import Plan
from specc.report.layout import boxes_of, ends_of, label, left_out, ways_of
from specc.report.scale import falls_far, known

TRAIN, VALIDATION = "#1f77b4", "#d62728"
PALETTE = ("#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#17becf", "#8c564b", "#e377c2")
BOX = {"boxstyle": "round,pad=0.35", "facecolor": "#eef3fa", "edgecolor": "#5b7ba6"}
ENDS = {"boxstyle": "round,pad=0.35", "facecolor": "#fdf3e1", "edgecolor": "#b98a2f"}
LINE = "#8a94a6"
DPI = 150  # of curves; a graph is as large as it has boxes
LETTER, TALL = 0.052, 0.8  # inches of a letter (7 points) and of a row


def loss_curves(path: Path, history: Sequence[Mapping[str, Any]], title: str) -> None:
    """Training and validation loss over epochs; the best validation epoch marked."""
    figure = Figure(figsize=(7, 4.2), layout="constrained", dpi=DPI)
    axes = figure.add_subplot()
    epochs = [row["epoch"] for row in history]
    marker = "o" if len(epochs) < 3 else None
    axes.plot(epochs, _curve(history, "train.loss"), color=TRAIN, label="training",
              marker=marker)
    validation = _curve(history, "val.loss")
    finite = [(value, epoch) for value, epoch in zip(validation, epochs, strict=True)
              if isfinite(value)]
    if finite:
        axes.plot(epochs, validation, color=VALIDATION, label="validation", marker=marker)
        best, at = min(finite)
        axes.plot([at], [best], "o", color=VALIDATION, markerfacecolor="white")
        axes.annotate(f"{best:.4g}", (at, best), textcoords="offset points", xytext=(0, 7),
                      ha="center", fontsize=8, color=VALIDATION)
    _finish(figure, axes, title)
    _write(figure, path)


def compared(path: Path, runs: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """The loss curves of several runs in one picture: training dotted, validation full."""
    figure = Figure(figsize=(8, 5), layout="constrained", dpi=DPI)
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
    shown = [float(y) for line in axes.get_lines() for y in line.get_ydata()]
    axes.set_xlabel("epoch")
    if falls_far(known(shown)):
        axes.set_yscale("log")
    axes.set_ylabel("loss")
    axes.set_title(title, fontsize=10, loc="left")
    axes.xaxis.get_major_locator().set_params(integer=True, min_n_ticks=1)
    axes.margins(y=0.08)
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=8)


def graph(path: Path, plan: Plan) -> None:
    """The graph of the model: a box a layer with its shape, inputs above, outputs marked."""
    boxes, arrows = boxes_of(plan)
    labels = {name: label(plan, name) for name in boxes}
    widths = {name: LETTER * max(map(len, lines)) + 0.1 for name, lines in labels.items()}
    wide = max(widths.values()) + 0.5  # inches of a column
    columns = [column for _, column in boxes.values()]
    depth, most = max(row for row, _ in boxes.values()), max(columns)
    ways = list(ways_of(boxes, arrows, {name: one / wide / 2 for name, one in widths.items()}))
    left = min([-0.5, *(x - 0.1 for way in ways for x, _ in way)])
    right = max([most + 0.5, *(x + 0.1 for way in ways for x, _ in way)])
    figure = Figure(figsize=(max(3.0, wide * (right - left)), TALL * (depth + 1)))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(left, right)
    axes.set_ylim(-depth - 0.5, 0.5)
    for (*way, before, last), (start, end) in zip(ways, arrows, strict=True):
        if not way:  # straight: from the edge of one box to the edge of the other
            before = before[0], -boxes[start][0] - _half(labels[start])
            last = last[0], -boxes[end][0] + _half(labels[end])
        axes.annotate("", xy=last, xytext=before, zorder=1, arrowprops={
            "arrowstyle": "-|>", "color": LINE, "lw": 0.9, "shrinkA": 0, "shrinkB": 0})
        if way:
            axes.plot(*zip(*way, before, strict=True), color=LINE, lw=0.9, zorder=1)
    ends = ends_of(plan)
    for name, (row, column) in boxes.items():
        axes.text(column, -row, "\n".join(labels[name]), ha="center", va="center", fontsize=7,
                  bbox=ENDS if name in ends else BOX, zorder=2)
    if (rest := left_out(plan)) > 0:
        more = f" and {number_of(rest, 'more layer')}"
        axes.text(left, -depth - 0.45, more, fontsize=7, color=LINE)
    _write(figure, path)


def _half(lines: Sequence[str]) -> float:
    """Rows from the middle of a box to its edge."""
    return (0.062 * len(lines) + 0.04) / TALL


def _write(figure: Figure, path: Path) -> None:
    FigureCanvasAgg(figure).print_png(path)  # type: ignore[no-untyped-call]
