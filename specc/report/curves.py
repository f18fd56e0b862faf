"""Learning curves: a chart for each number that history.jsonl has, training and validation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf, isfinite, nan
from typing import Any

from specc.ops.table import canonical
from specc.report.charts import Line, legend, lines
from specc.report.panel import Figure
from specc.report.reading import Contents
from specc.rules.watching import COUNTED_DOWN, DOWN, UP

KINDS = {"train": ("training", "train"), "val": ("validation", "validation")}
RATE = "learning_rate"
MOST_CHARTS = 60


def larger_is_better(contents: Contents, name: str) -> bool | None:
    """Which way `loss` or `price.mae` gets better; None where nobody knows."""
    output, _, key = name.rpartition(".")
    if key == "loss":
        return False
    heads = contents.plan.heads if contents.plan is not None else ()
    known = {f"{head.name}.{metric}": component.name for head in heads
             for metric, component in head.metrics}
    word = known.get(f"{output}.{key}") or canonical("metric", key) or key
    return True if word in UP else False if word in (*DOWN, *COUNTED_DOWN) else None


def names_of(history: Sequence[Mapping[str, Any]], outputs: Sequence[str] = ()) -> list[str]:
    """What is logged, without its part: the loss first, then output by output, its loss first."""
    place = {name: index for index, name in enumerate(outputs)}
    keys = dict.fromkeys(key for row in history for key in row)
    found = dict.fromkeys(rest for key in keys for part, _, rest in [key.partition(".")]
                          if part in KINDS and rest)
    return sorted(found, key=lambda name: (
        name != "loss", place.get(name.rpartition(".")[0], len(place)), not name.endswith("loss")))


def figures(contents: Contents) -> list[Figure]:
    history = contents.history
    found = [_figure(contents, name) for name in names_of(history, contents.outputs)[:MOST_CHARTS]]
    rates = series(history, RATE)
    if len({value for _, value in rates if isfinite(value)}) > 1:
        found.append(Figure("learning rate", lines(
            [Line("learning rate", "rate", rates)], "learning rate over epochs", "epoch")))
    return found


def _figure(contents: Contents, name: str) -> Figure:
    curves = [Line(word, kind, pairs) for part, (word, kind) in KINDS.items()
              if (pairs := series(contents.history, f"{part}.{name}"))]
    judged = curves[-1]
    best = _best(judged.points, larger=larger_is_better(contents, name))
    note = ""
    lost = sum(not isfinite(value) for one in curves for _, value in one.points)
    if lost:
        first = min(epoch for one in curves for epoch, value in one.points if not isfinite(value))
        note = f"Not a finite number from epoch {first:.0f} on, {lost:,} in all."
    return Figure(name.replace(".", " · "), lines(
        curves, f"{name} over epochs", "epoch",
        best=None if best is None else (best, judged.kind)), note,
        legend({one.name: one.kind for one in curves}))


def series(history: Sequence[Mapping[str, Any]], key: str) -> list[tuple[float, float]]:
    """(epoch, value), a pair an epoch; nothing where the key is nowhere."""
    if not any(key in row for row in history):
        return []
    return [(_number(row.get("epoch", at), at), _number(row.get(key), nan))
            for at, row in enumerate(history, 1)]


def _number(value: Any, otherwise: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return otherwise
    try:
        return float(value)
    except OverflowError:
        return inf


def _best(pairs: Sequence[tuple[float, float]], *, larger: bool | None
          ) -> tuple[float, float] | None:
    """The best epoch; None where nobody knows which way is better, or nothing is finite."""
    finite = [pair for pair in pairs if isfinite(pair[1])]
    if larger is None or not finite:
        return None
    return (max if larger else min)(finite, key=lambda pair: pair[1])
