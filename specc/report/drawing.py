"""The graph of a model as SVG: a box a layer with name, type and shape, both ends marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from specc.ir.plan import Plan
from specc.report.layout import Place, Point, boxes_of, ends_of, label, ways_of
from specc.report.svg import Markup, number, points, tag

LETTER = 6.7  # pixels of a letter of 11 pixels, at most
LINE = 15  # pixels of a line in a box
ROW = 86  # pixels from the middle of a box to that of the one below
BETWEEN = 34  # pixels between two columns, at least
EDGE = 10


def drawing(plan: Plan) -> Markup:
    """As wide as it is: the page scrolls it."""
    boxes, arrows = boxes_of(plan)
    labels = {name: label(plan, name) for name in boxes}
    widths = {name: LETTER * max(map(len, lines)) + 18 for name, lines in labels.items()}
    wide = max(widths.values()) + BETWEEN
    ways = list(ways_of(boxes, arrows, {name: one / wide / 2 for name, one in widths.items()}))
    sides = [x * wide for way in ways for x, _ in way]
    sides += [place[1] * wide + half / 2 * side for (name, place), half in
              zip(boxes.items(), widths.values(), strict=True) for side in (-1, 1)]
    left, right = min(sides) - EDGE, max(sides) + EDGE
    depth = max(row for row, _ in boxes.values())
    top, high = 40.0, depth * ROW + 80.0
    places = {name: (column * wide - left, row * ROW + top)
              for name, (row, column) in boxes.items()}
    heights = {name: LINE * len(lines) + 12 for name, lines in labels.items()}
    parts = [tag("defs", tag("marker", tag("path", d="M0 0L8 4L0 8z", class_="head"), id="arrow",
                             viewBox="0 0 8 8", refX=7.5, refY=4, markerWidth=7, markerHeight=7,
                             orient="auto"))]
    parts += _arrows(ways, arrows, boxes, heights, wide, left, top)
    ends = ends_of(plan)
    for name, place in places.items():
        parts += _box(place, labels[name], widths[name], heights[name], name in ends)
    return tag("svg", *parts, class_="graph", width=number(right - left), height=number(high),
               viewBox=f"0 0 {number(right - left)} {number(high)}", role="img",
               aria_label="the graph of the model")


def _arrows(ways: Sequence[Sequence[Point]], arrows: Sequence[tuple[str, str]],
            boxes: Mapping[str, Place], heights: Mapping[str, float], wide: float, left: float,
            top: float) -> Iterator[Markup]:
    """Ways in pixels; straight ones begin and end at the edges of their boxes."""
    for way, (start, end) in zip(ways, arrows, strict=True):
        corners = [(x * wide - left, -y * ROW + top) for x, y in way]
        if len(corners) == 2:
            (x, _), (to, _) = corners
            corners = [(x, boxes[start][0] * ROW + top + heights[start] / 2),
                       (to, boxes[end][0] * ROW + top - heights[end] / 2)]
        yield tag("path", d=points(corners), class_="arrow", marker_end="url(#arrow)")


def _box(place: Point, lines: Sequence[str], width: float, height: float, end: bool
         ) -> Iterator[Markup]:
    x, y = place
    yield tag("rect", x=x - width / 2, y=y - height / 2, width=width, height=height, rx=7,
              class_="box end" if end else "box")
    first = y - height / 2 + 6 + LINE * 0.75
    for index, line in enumerate(lines):
        kind = "name" if index == 0 else "shape" if index == len(lines) - 1 else "type"
        yield tag("text", line, x=x, y=first + LINE * index, class_=kind, text_anchor="middle")
