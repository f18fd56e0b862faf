"""Where the boxes of a model's graph stand, and the ways of the arrows between them.

Rows go down, columns to the right; both pictures of a graph, the file `graph.png` and the one in
`report.html`, are drawn from these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from specc.ir.plan import Plan
from specc.tensor import show

DOWN = 0.28  # rows from the middle of a box to where its arrows begin and end
WIDEST = 44  # letters of a line in a box
MOST_BOXES = 120  # a picture of more says nothing; the summary lists them all

Place: TypeAlias = tuple[int, float]  # row and column of a box
Point: TypeAlias = tuple[float, float]


def boxes_of(plan: Plan) -> tuple[dict[str, Place], list[tuple[str, str]]]:
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


def ends_of(plan: Plan) -> set[str]:
    """The inputs, and the nodes that give an output."""
    return {ref.node for ref in plan.graph.outputs.values()} | {
        one.name for one in plan.graph.inputs}


def left_out(plan: Plan) -> int:
    """How many layers have no box."""
    return max(0, len(plan.graph.nodes) - MOST_BOXES)


def ways_of(boxes: Mapping[str, Place], arrows: Sequence[tuple[str, str]],
            halves: Mapping[str, float]) -> Iterator[list[Point]]:
    """The corners of every arrow: straight, or around the boxes that stand between its ends.

    halves: half the width of each box, in columns. Ways around have a lane of their own each.
    Points are (column, -row): up is more, as in a chart.
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


def label(plan: Plan, name: str) -> list[str]:
    """Name, type (where the name does not say it) and shape, a line each."""
    return [f"{one[:WIDEST - 1]}…" if len(one) > WIDEST else one for one in _lines(plan, name)]


def _lines(plan: Plan, name: str) -> list[str]:
    node = plan.graph.node(name)
    if node is None:
        one = next(one for one in plan.graph.inputs if one.name == name)
        return [name, show(one.tensor.shape)]
    cost = plan.graph.costs[name]
    shape = " ".join(show(tensor.shape) for tensor in cost.gives)
    kind = [] if node.layer.name.lower() == name.lower() else [node.layer.name]
    return [name, *kind, shape]
