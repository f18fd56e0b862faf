"""Several runs on one page: their numbers, their curves over one another, what differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from specc.report import charts
from specc.report.charts import Line
from specc.report.curves import KINDS, names_of, series
from specc.report.panel import Cell, Figure, Table
from specc.report.reading import Contents
from specc.report.template import rendered

COLORS = 8  # kinds of lines that `style.css` tells apart
MOST_CHARTS = 40


def page(runs: Mapping[str, Contents], numbers: Table, differences: Table) -> str:
    names = list(runs)
    return rendered("compared.html", names=names, numbers=numbers, differences=differences,
                    curves=figures(runs),
                    legend=charts.legend({name: kind(at) for at, name in enumerate(names)}))


def kind(index: int) -> str:
    """The class that colours a run."""
    return f"run-{index % COLORS}"


def figures(runs: Mapping[str, Contents]) -> list[Figure]:
    names = dict.fromkeys(name for one in runs.values()
                          for name in names_of(one.history, one.outputs))
    return [Figure(name.replace(".", " · "), charts.lines(
        [Line(run, f"{kind(at)} {part}", pairs) for at, (run, one) in enumerate(runs.items())
         for part in KINDS if (pairs := series(one.history, f"{part}.{name}"))],
        f"{name} over epochs", "epoch")) for name in list(names)[:MOST_CHARTS]]


def marked(name: str, row: Mapping[str, str], runs: Sequence[str], best: Sequence[str]
           ) -> list[Cell | str]:
    """A row of numbers, the best in a strong letter."""
    return [name, *(Cell(row.get(run, ""), kind="top" if run in best else "") for run in runs)]


__all__ = ["figures", "kind", "marked", "page"]
