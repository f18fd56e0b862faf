"""Charts as SVG: lines, points, bars, and probabilities against frequencies.

They take numbers that are already few (`thinned`, `specc.report.numbers`), and draw any of them:
no points, one, constants, NaN. What has no place is left out, never drawn at the edge as if it
were there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite

from specc.record import Record
from specc.report.scale import (
    Axis,
    falls_far,
    known,
    marked,
    span,
    whole_ticks,
    written,
)
from specc.report.svg import Markup, picture, points, tag

WIDTH, HEIGHT = 358, 225
SQUARE = 312
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 12, 38
MOST = 400  # points of a line; of more, the lowest and highest of each stretch are drawn
LETTER = 6.2  # pixels of a letter in a chart

Point = tuple[float, float]


class Line(Record):
    """A named curve. kind: the class that colours it: train, validation, truth, prediction."""

    name: str
    kind: str
    points: Sequence[Point]


class Frame(Record):
    """The two axes of a chart."""

    x: Axis
    y: Axis
    width: int
    height: int


def frame(xs: tuple[float, float], ys: tuple[float, float], *, log: bool = False,
          width: int = WIDTH, height: int = HEIGHT, below: int = BOTTOM) -> Frame:
    return Frame(Axis(*xs, LEFT, width - RIGHT), Axis(*ys, height - below, TOP, log=log), width,
                 height)


def lines(curves: Sequence[Line], label: str, x_title: str, y_title: str = "", *,
          best: tuple[Point, str] | None = None, whole: bool = True) -> Markup:
    """Curves over epochs or rows. best: a point that is marked, and the class of its curve."""
    drawn = [Line(one.name, one.kind, thinned(one.points)) for one in curves]
    xs = known(x for one in curves for x, _ in one.points)
    ys = known(y for one in drawn for _, y in one.points)
    log = falls_far(ys)
    high, low = max(ys, default=1.0), min(ys, default=0.0)
    ends = (low / 1.25, high * 1.25) if log else span(ys)
    made = frame(_wide(xs), ends, log=log)
    parts = [*axes(made, x_title, y_title, whole=whole)]
    if log:
        parts.append(tag("text", "log scale", x=made.x.end, y=TOP + 2, class_="mark",
                         text_anchor="end"))
    for one in drawn:
        parts += _curve(made, one)
    if best is not None and all(map(isfinite, best[0])):
        parts += _best(made, *best)
    return picture(made.width, made.height, *parts, label=label)


def _wide(xs: Sequence[float]) -> tuple[float, float]:
    """From the first to the last; of a single one, room on both sides."""
    if not xs or min(xs) == max(xs):
        middle = xs[0] if xs else 0.5
        return middle - 0.5, middle + 0.5
    return min(xs), max(xs)


def _curve(made: Frame, one: Line) -> Iterator[Markup]:
    """A path for each stretch without a gap; a dot for one that is a single point."""
    for stretch in stretches(one.points):
        places = [(made.x.at(x), made.y.at(y)) for x, y in stretch]
        if len(places) == 1:
            yield tag("circle", cx=places[0][0], cy=places[0][1], r=3, class_=f"dot {one.kind}")
        else:
            yield tag("path", d=points(places), class_=f"line {one.kind}")


def _best(made: Frame, at: Point, kind: str) -> Iterator[Markup]:
    x, y = made.x.at(at[0]), made.y.at(at[1])
    text = written(at[1])
    half = len(text) * LETTER / 2
    beside = min(max(x, LEFT + half), made.width - RIGHT - half)
    above = y - 9 if y - 18 > TOP else y + 18
    yield tag("circle", cx=x, cy=y, r=4, class_=f"best {kind}")
    yield tag("text", text, x=beside, y=above, class_=f"value {kind}", text_anchor="middle")


def stretches(pairs: Sequence[Point]) -> Iterator[list[Point]]:
    """The runs of points that have a place; what is NaN or infinite is a gap."""
    found: list[Point] = []
    for pair in pairs:
        if all(map(isfinite, pair)):
            found.append(pair)
        elif found:
            yield found
            found = []
    if found:
        yield found


def thinned(pairs: Sequence[Point], most: int = MOST) -> Sequence[Point]:
    """At most `most` points that look like all: of each stretch its lowest and its highest, and
    the first gap; the first and the last point stay."""
    if len(pairs) <= most:
        return pairs
    count = max(1, most // 3)
    kept: list[int] = [0, len(pairs) - 1]
    for part in range(count):
        begin, end = part * len(pairs) // count, (part + 1) * len(pairs) // count
        places = [at for at in range(begin, end) if isfinite(pairs[at][1])]
        if places:
            kept += [min(places, key=lambda at: pairs[at][1]),
                     max(places, key=lambda at: pairs[at][1])]
        kept += [at for at in range(begin, end) if not isfinite(pairs[at][1])][:1]
    return [pairs[at] for at in sorted(set(kept))]


def axes(made: Frame, x_title: str, y_title: str, *, whole: bool = False,
         ) -> Iterator[Markup]:
    """Grid, marks and titles."""
    x, y = made.x, made.y
    ups = y.marks()
    for value, text in zip(ups, marked(ups), strict=True):
        at = y.at(value)
        yield tag("path", d=f"M{x.begin:.1f} {at:.1f}H{x.end:.1f}", class_="grid")
        yield tag("text", text, x=x.begin - 6, y=at + 3.5, class_="mark", text_anchor="end")
    rights = whole_ticks(x.low, x.high) if whole else x.marks()
    yield tag("path", d=f"M{x.begin:.1f} {y.begin:.1f}H{x.end:.1f}", class_="axis")
    for value, text in zip(rights, marked(rights), strict=True):
        at = x.at(value)
        yield tag("path", d=f"M{at:.1f} {y.begin:.1f}v4", class_="axis")
        half = len(text) * LETTER / 2
        yield tag("text", text, x=min(at, made.width - half), y=y.begin + 16, class_="mark",
                  text_anchor="middle")
    if x_title:
        yield tag("text", x_title, x=(x.begin + x.end) / 2, y=y.begin + 32, class_="title",
                  text_anchor="middle")
    if y_title:
        at = (y.begin + y.end) / 2
        yield tag("text", y_title, x=11, y=at, class_="title", text_anchor="middle",
                  transform=f"rotate(-90 11 {at:.1f})")


def against(pairs: Sequence[Point], label: str, x_title: str, y_title: str, *,
            weights: Sequence[int] = (), means: Sequence[Point] = ()) -> Markup:
    """Points around the diagonal, both axes alike: predictions against truth.

    weights: how many rows a point stands for, where it stands for several: squares of a density.
    means: what is true on average for predictions of a size, as a line.
    """
    places = [pair for pair in pairs if all(map(isfinite, pair))]
    ends = span(known(one for pair in places for one in pair), room=0.04)
    made = frame(ends, ends, width=SQUARE, height=SQUARE - 20)
    parts = [*axes(made, x_title, y_title)]
    parts.append(tag("path", d=points([(made.x.begin, made.y.begin), (made.x.end, made.y.end)]),
                     class_="ideal"))
    if weights:
        parts += _squares(made, places, weights)
    else:
        parts += [tag("circle", cx=made.x.at(x), cy=made.y.at(y), r=2.4, class_="point")
                  for x, y in places]
    if len(means) > 1:
        line = [(made.x.at(x), made.y.at(y)) for x, y in means]
        parts.append(tag("path", d=points(line), class_="line means"))
        parts += [tag("circle", cx=x, cy=y, r=3, class_="dot means") for x, y in line]
    return picture(made.width, made.height, *parts, label=label)


CELLS = 48  # cells of a density, along each axis


def _squares(made: Frame, places: Sequence[Point], weights: Sequence[int]) -> Iterator[Markup]:
    """A square a cell, the darker the more rows it holds (by the root, so that few are seen)."""
    most = max(weights, default=1)
    wide = abs(made.x.end - made.x.begin) / CELLS
    high = abs(made.y.end - made.y.begin) / CELLS
    for (x, y), weight in zip(places, weights, strict=True):
        yield tag("rect", tag("title", f"{weight:,} rows"), x=made.x.at(x) - wide / 2,
                  y=made.y.at(y) - high / 2, width=wide + 0.3, height=high + 0.3, class_="cell",
                  fill_opacity=0.12 + 0.88 * (weight / most) ** 0.5)


def bars(edges: Sequence[float], counts: Sequence[int], label: str, x_title: str, *,
         zero: bool = True) -> Markup:
    """A histogram. edges: one more than counts. zero: mark the place of no error."""
    heights = [float(one) for one in counts]
    ends = known((edges[0], edges[-1]))
    made = frame((ends[0], ends[-1]) if len(ends) == 2 and ends[0] < ends[1] else span(ends),
                 (0.0, max([*heights, 1.0]) * 1.06))
    parts = [*axes(made, x_title, "rows")]
    for low, high, count in zip(edges, edges[1:], counts, strict=False):
        left, right, top = made.x.at(low), made.x.at(high), made.y.at(count)
        if count:
            parts.append(tag("rect", tag("title", f"{written(low)} to {written(high)}: {count:,}"),
                             x=left + 0.5, y=top, width=max(right - left - 1, 0.8),
                             height=made.y.begin - top, class_="bar"))
    if zero and made.x.low < 0 < made.x.high:
        at = made.x.at(0.0)
        parts.append(tag("path", d=f"M{at:.1f} {made.y.begin}V{made.y.end}", class_="ideal"))
    return picture(made.width, made.height, *parts, label=label)


class Bin(Record):
    """Rows whose predicted probability is alike: their mean, how many came true, and where the
    true share may be by chance (95 %)."""

    predicted: float
    true: float
    low: float
    high: float
    count: int


def reliability(bins: Sequence[Bin], label: str, x_title: str, y_title: str) -> Markup:
    """Predicted probabilities against what came true, and how many rows each bin holds."""
    strip = 46  # pixels of the counts below
    made = frame((0.0, 1.0), (0.0, 1.0), width=SQUARE, height=SQUARE - 20 + strip,
                 below=BOTTOM + strip)
    parts = [*axes(made, "", y_title)]
    parts.append(tag("path", d=points([(made.x.begin, made.y.begin), (made.x.end, made.y.end)]),
                     class_="ideal"))
    line = [(made.x.at(one.predicted), made.y.at(one.true)) for one in bins]
    for one, (x, y) in zip(bins, line, strict=True):
        parts.append(tag("path", d=f"M{x:.1f} {made.y.at(one.low):.1f}"
                                   f"V{made.y.at(one.high):.1f}", class_="whisker"))
        text = f"{written(one.true, 3)} came true of {written(one.predicted, 3)}, {one.count:,}"
        parts.append(tag("circle", tag("title", text), cx=x, cy=y, r=3.4, class_="dot prediction"))
    if len(line) > 1:
        parts.append(tag("path", d=points(line), class_="line prediction"))
    parts += _counts(made, bins, strip)
    parts.append(tag("text", x_title, x=(made.x.begin + made.x.end) / 2,
                     y=made.height - 5, class_="title", text_anchor="middle"))
    return picture(made.width, made.height, *parts, label=label)


def _counts(made: Frame, bins: Sequence[Bin], strip: int) -> Iterator[Markup]:
    most = max([1, *(one.count for one in bins)])
    ground = made.height - 20
    tall = strip - 12
    yield tag("text", "rows", x=made.x.begin - 6, y=ground - 2, class_="mark", text_anchor="end")
    for one in bins:
        part = min(int(one.predicted * 10), 9) / 10
        left, right = made.x.at(part), made.x.at(part + 0.1)
        high = max(tall * one.count / most, 0.8)
        yield tag("rect", tag("title", f"{one.count:,}"), x=left + 1, y=ground - high,
                  width=right - left - 2, height=high, class_="bar")


def legend(kinds: Mapping[str, str]) -> Markup:
    """What the colours of a chart mean: `{"training": "train"}`."""
    return tag("ul", *(tag("li", tag("span", class_=f"key {kind}"), name)
                       for name, kind in kinds.items()), class_="legend")
