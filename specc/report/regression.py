"""Predicted numbers: against truth, the errors, and the rows that are furthest off."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from specc.report import charts, numbers
from specc.report.answers import Answers
from specc.report.charts import Line
from specc.report.panel import Cell, Figure, Panel, Table
from specc.report.scale import written

MOST_POINTS = 1500  # of a scatter; more are shown as a density
MOST_COLUMNS = 6  # of an output that get charts of their own
MOST_LISTED = 40
WORST = 12

Floats = NDArray[np.float64]


def panel(found: Answers, *, series: bool) -> Panel:
    """series: rows follow one another in time."""
    several = len(found.columns) > 1
    chosen = range(len(found.columns))[:MOST_COLUMNS]
    figures: list[Figure | Table] = [
        one for index in chosen for one in _figures(found, index, series)]
    notes = []
    if len(found.columns) > MOST_COLUMNS:
        notes.append(f"Charts are of the first {MOST_COLUMNS} of {len(found.columns):,} columns.")
    whole = numbers.errors(found.truth.ravel(), found.prediction.ravel())
    tables = [*([_columns(found)] if several else []), _worst(found)]
    return Panel(found.output, found.task, list(_facts(whole)), [*figures, *tables], notes)


def _facts(whole: numbers.Errors | None) -> Iterator[tuple[str, str]]:
    if whole is None:
        yield "errors", "no row has both a truth and a prediction"
        return
    yield "mean absolute error", written(whole.mean_absolute)
    yield "root mean square error", written(whole.root_mean_square)
    yield "mean error (bias)", written(whole.bias)
    if whole.r2 is not None:
        yield "R²", written(whole.r2)
    yield "9 of 10 errors are within", f"± {written(whole.nine_tenths)}"
    if whole.left_out:
        yield "no number", f"{whole.left_out:,} values are left out"


def _figures(found: Answers, index: int, series: bool) -> Iterator[Figure]:
    truth, predicted = found.truth[:, index], found.prediction[:, index]
    of = f": {found.columns[index]}" if len(found.columns) > 1 else ""
    if series:
        yield _in_time(found, index, of)
    places, weights = numbers.density(truth, predicted, MOST_POINTS)
    means = numbers.tenths(truth, predicted)
    yield Figure(
        f"Predictions against truth{of}",
        charts.against(places, f"predictions against truth{of}", "prediction", "truth",
                       weights=weights, means=means),
        "On the diagonal a prediction is exact." + (
            " The line is the mean truth of each tenth of the predictions: off the diagonal, "
            "predictions of that size are too high or too low." if means else ""),
        charts.legend({("rows, the stronger the more" if weights else "a row"): "prediction",
                       **({"mean truth": "means"} if means else {})}))
    edges, counts = numbers.histogram(predicted - truth)
    yield Figure(f"Errors{of}",
                 charts.bars(edges, counts, f"errors{of}", "prediction − truth"),
                 "Right of the dashed line predictions are too high. "
                 "The outermost half percent on each side is counted at the ends.")


def _in_time(found: Answers, index: int, of: str) -> Figure:
    rows = [float(one) for one in found.rows]
    curves = [Line("truth", "truth", list(zip(rows, map(float, found.truth[:, index]),
                                              strict=True))),
              Line("prediction", "prediction",
                   list(zip(rows, map(float, found.prediction[:, index]), strict=True)))]
    return Figure(f"Over time{of}",
                  charts.lines(curves, f"truth and prediction over time{of}", "row"), "",
                  charts.legend({"truth": "truth", "prediction": "prediction"}))


def _columns(found: Answers) -> Table:
    rows = []
    for index, name in enumerate(found.columns[:MOST_LISTED]):
        one = numbers.errors(found.truth[:, index], found.prediction[:, index])
        cells = ["", "", "", ""] if one is None else [
            written(one.mean_absolute), written(one.root_mean_square), written(one.bias),
            written(one.r2)]
        rows.append([name, *cells])
    more = len(found.columns) - MOST_LISTED
    return Table("By column", ["column", "mean absolute", "root mean square", "bias", "R²"], rows,
                 note=f"and {more:,} more" if more > 0 else "")


def losses(found: Answers) -> tuple[Floats, str]:
    """(n, k): the loss of each value, and what it is called."""
    if found.task == "count":
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            return numbers.poisson(found.truth, found.prediction), "Poisson deviance"
    with np.errstate(invalid="ignore", over="ignore"):
        return (found.prediction - found.truth) ** 2, "squared error"


def _worst(found: Answers) -> Table:
    each, name = losses(found)
    loss = each.mean(axis=1)
    several = len(found.columns) > 1
    rows: list[list[Cell | str]] = []
    for at in numbers.largest(loss, WORST):
        column = int(np.argmax(np.where(np.isnan(each[at]), np.inf, each[at])))
        truth, predicted = float(found.truth[at, column]), float(found.prediction[at, column])
        rows.append([str(found.rows[at]), *([found.columns[column]] if several else []),
                     written(truth, 6), written(predicted, 6), written(predicted - truth),
                     written(float(loss[at]))])
    head = ["row", *(["worst column"] if several else []), "truth", "prediction", "error", name]
    return Table("Worst rows", head, rows, words=2 if several else 1,
                 note="The rows with the largest loss; a row has the number it has in the source.")
