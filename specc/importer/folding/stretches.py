"""Where a row of copies is cut into entries: as few as say it in expressions that can be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from specc.importer.folding.expressions import ABSENT, in_row
from specc.importer.folding.item import key_of
from specc.record import Record
from specc.source import Tree

WIDEST = 24  # different copies that one entry is tried for
PATIENCE = 6  # stretches that have no expression, until longer ones are not tried
Rows: TypeAlias = Mapping[str, Sequence[object]]  # by param: its values, one a copy


class Stretch(Record):
    """Copies from `begin` to `end` as one entry: what it is given, and its cost in lines."""

    begin: int
    end: int
    values: Mapping[str, Tree]
    cost: float


Cut: TypeAlias = list[tuple[int, int, Mapping[str, Tree]]]


def cut(rows: Rows, count: int, least: int = 2) -> tuple[Cut, float]:
    """The cheapest stretches that cover all copies, and their cost. `least`: copies that an entry
    whose values differ must stand for."""
    whole = _stretch(rows, 0, count, least)
    if whole is not None and whole.cost < 1.5:
        return [(0, count, whole.values)], whole.cost
    found = _cheapest(rows, _edges(rows, count), least)
    joined = found[:1]
    for one in found[1:]:
        both = _stretch(rows, joined[-1].begin, one.end, least)
        if both is not None and both.cost <= joined[-1].cost + one.cost - 1:
            joined[-1] = both
        else:
            joined.append(one)
    return ([(one.begin, one.end, one.values) for one in joined],
            sum(one.cost for one in joined))


def _edges(rows: Rows, count: int) -> list[int]:
    """Before which copies something changes; the ends too."""
    keys = [tuple("" if row[at] is ABSENT else key_of(row[at]) for row in rows.values())
            for at in range(count)]
    return [0, *(at for at in range(1, count) if keys[at] != keys[at - 1]), count]


def _cheapest(rows: Rows, edges: Sequence[int], least: int) -> list[Stretch]:
    """The best stretches between edges: of all that end at one, the one with the best before it."""
    best: list[tuple[float, Stretch | None, int]] = [(0.0, None, 0)]
    for stop in range(1, len(edges)):
        options: list[tuple[float, int, Stretch]] = []
        misses = 0
        for begin in range(stop - 1, max(-1, stop - 1 - WIDEST), -1):
            one = _stretch(rows, edges[begin], edges[stop], least)
            if one is not None:
                options.append((best[begin][0] + one.cost, begin, one))
                continue
            misses += 1
            if misses > PATIENCE:
                break
        cost, begin, one = min(options, key=lambda option: option[:2])
        best.append((cost, one, begin))
    out: list[Stretch] = []
    at = len(edges) - 1
    while at:
        _, found, begin = best[at]
        assert found is not None
        out.append(found)
        at = begin
    return out[::-1]


def _stretch(rows: Rows, begin: int, end: int, least: int) -> Stretch | None:
    """One entry for these copies; None where a row of values has no expression."""
    values: dict[str, Tree] = {}
    cost = 1.0
    for name, row in rows.items():
        if end - begin == 1:
            values[name] = row[begin]
            continue
        found = in_row(row[begin:end])
        if found is None:
            return None
        values[name] = found.value
        cost += found.cost
    short = 1 < end - begin < least and cost > 1.0
    return None if short else Stretch(begin, end, values, cost)
