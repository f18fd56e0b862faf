"""What was measured of the model while it trained, out of signals.jsonl: gradients, dead and
saturated units, layer by layer. Nothing where that file is missing, or has another form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from specc.report import charts
from specc.report.charts import Line
from specc.report.compared import kind
from specc.report.panel import Figure
from specc.report.scale import known

MOST_LINES = 8  # layers in a chart: those with the largest numbers
Read = Callable[[Mapping[str, Any]], Iterator[tuple[str, float]]]


def figures(signals: Sequence[Mapping[str, Any]]) -> list[Figure]:
    """A chart for each kind of measurement that says something."""
    found = [_figure(signals, "Gradients", _gradients,
                     "The norm of each layer's gradient, on the same rows in every epoch."),
             _figure(signals, "Dead units", _share("dead"),
                     "The share of a layer's units that answer to almost no row."),
             _figure(signals, "Saturated units", _share("saturated"),
                     "The share of a layer's units that are flat for almost every row.")]
    return [one for one in found if one is not None]


def _figure(signals: Sequence[Mapping[str, Any]], title: str, read: Read, note: str
            ) -> Figure | None:
    curves: dict[str, list[tuple[float, float]]] = {}
    for row in signals:
        epoch, probe = row.get("epoch"), row.get("probe")
        if not isinstance(epoch, int | float) or not isinstance(probe, Mapping):
            continue
        for name, value in read(probe):
            curves.setdefault(name, []).append((float(epoch), value))
    largest = {name: max(known(y for _, y in pairs), default=0.0)
               for name, pairs in curves.items()}
    if not any(largest.values()):
        return None
    shown = sorted(curves, key=lambda name: -largest[name])[:MOST_LINES]
    if len(curves) > MOST_LINES:
        note += f" The {MOST_LINES} layers of {len(curves):,} with the largest."
    lines = [Line(name, kind(at), curves[name]) for at, name in enumerate(shown)]
    return Figure(title, charts.lines(lines, f"{title.lower()} by layer over epochs", "epoch"),
                  note, charts.legend({one.name: one.kind for one in lines}))


def _gradients(probe: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Of each layer, over all of its weights."""
    squares: dict[str, float] = {}
    for one in _rows(probe, "weights"):
        value, name = one.get("gradient_norm"), one.get("layer")
        if isinstance(value, int | float) and isinstance(name, str):
            squares[name] = squares.get(name, 0.0) + float(value) * float(value)
    for name, square in squares.items():
        yield name, square ** 0.5


def _share(key: str) -> Read:
    def read(probe: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
        for one in _rows(probe, "layers"):
            value, name = one.get(key), one.get("node")
            if isinstance(value, int | float) and isinstance(name, str):
                yield name, float(value)

    return read


def _rows(probe: Mapping[str, Any], key: str) -> Iterator[Mapping[str, Any]]:
    rows = probe.get(key)
    yield from (one for one in rows if isinstance(one, Mapping)) if isinstance(rows, list) else ()
