"""Numbers that differ, for people: a table, and a small plot of the curve that differs most."""

from __future__ import annotations

import math
from collections.abc import Sequence

from specc.golden.rows import Row

SHOWN = 24  # rows of the table
HEIGHT = 7  # lines of the plot
WIDTH = 5  # columns an epoch, at most
HEAD = ("seed", "epoch", "name", "expected", "got", "difference", "relative", "allowed")


def number(value: float | None) -> str:
    """Nine digits, which tell two float32 apart."""
    return "nothing" if value is None else f"{value:.9g}"


def numbers(row: Row) -> tuple[str, str]:
    """What is expected and what came, in as many digits as tell them apart."""
    expected, got = number(row.expected), number(row.got)
    if expected == got and row.verdict != "equal":
        return repr(row.expected), repr(row.got)
    return expected, got


def table(rows: Sequence[Row]) -> str:
    """Rows as a table: seed, epoch, name, expected, got, difference, relative, allowed."""
    cells = [HEAD, *map(_cells, rows[:SHOWN])]
    widths = [max(len(line[at]) for line in cells) for at in range(len(HEAD))]
    lines = ["  ".join(f"{cell:<{width}}" if at == 2 else f"{cell:>{width}}"
                       for at, (cell, width) in enumerate(zip(line, widths, strict=True))).rstrip()
             for line in cells]
    if len(rows) > SHOWN:
        lines.append(f"... and {len(rows) - SHOWN} more")
    return "\n".join(lines) + "\n"


def _cells(row: Row) -> tuple[str, ...]:
    difference = f"{row.difference:+.2e}"
    if row.interval:
        difference += f" ±{row.interval:.0e}"
    return ("mean" if row.seed is None else str(row.seed), str(row.epoch), row.name,
            *numbers(row), difference, f"{row.relative:.2e}",
            f"{row.allowed:.2e}" if row.allowed else "exact")


def plot(rows: Sequence[Row]) -> str:
    """The curve that differs most, over all its epochs: o golden, x obtained, * both.

    rows: all of them, those that do not differ too. Empty where there is nothing to draw: a single
    epoch, or numbers that are missing.
    """
    differing = [row for row in rows if not row.within and math.isfinite(row.relative)]
    if not differing:
        return ""
    worst = max(differing, key=lambda row: row.relative)
    curve = [row for row in rows if (row.name, row.seed) == (worst.name, worst.seed)]
    points = [(row.expected, row.got) for row in curve]
    known = [value for pair in points for value in pair
             if value is not None and math.isfinite(value)]
    if len(curve) < 2 or len(known) < 2 * len(curve):
        return ""
    low, high = min(known), max(known)
    if low == high:
        return ""
    step = (high - low) / (HEIGHT - 1)
    grid = [[" "] * (WIDTH * len(curve)) for _ in range(HEIGHT)]
    for at, pair in enumerate(points):
        for value, mark in zip(pair, "ox", strict=True):
            assert value is not None
            line, column = HEIGHT - 1 - round((value - low) / step), WIDTH * at + WIDTH // 2
            grid[line][column] = mark if grid[line][column] == " " else "*"
    labels = [f"{high - step * line:.6g}" for line in range(HEIGHT)]
    width = max(map(len, labels))
    lines = [f"{label:>{width}} |{''.join(line).rstrip()}"
             for label, line in zip(labels, grid, strict=True)]
    epochs = "".join(f"{row.epoch:^{WIDTH}}" for row in curve).rstrip()
    return "\n".join([f"{worst.name}: o golden, x obtained, * both, by epoch", *lines,
                      f"{'':>{width}}  {epochs}"]) + "\n"
