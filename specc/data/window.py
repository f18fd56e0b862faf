"""Rows of a series to windows: which rows each sample sees, and which it is to predict.

A window is `length` rows one after another; its targets are `steps` rows, the first of them
`horizon` rows after the window's last. All of them lie in one part and one group of `by`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from specc.data.split import Index, first_seen
from specc.data.table import Cells
from specc.spec import Window

Grid = NDArray[np.int64]  # (windows, rows of one)


def runs(rows: Index, by: Cells | None) -> list[Index]:
    """The rows of a part, one stretch for each group, in the order in which groups first stand."""
    if by is None or not len(rows):
        return [rows]
    codes = first_seen(by[rows])
    return [rows[codes == code] for code in range(int(codes.max()) + 1)]


def reach(window: Window) -> int:
    """Rows that a window and its targets need together."""
    return window.length - 1 + window.horizon + window.steps


def windows(rows: Index, by: Cells | None, window: Window) -> tuple[Grid, Grid]:
    """For each sample the rows it sees (n, length) and those it predicts (n, steps)."""
    sees, aims = [], []
    for run in runs(rows, by):
        starts = np.arange(0, len(run) - reach(window) + 1, window.stride)[:, None]
        first = starts + window.length - 1 + window.horizon
        sees.append(run[starts + np.arange(window.length)])
        aims.append(run[first + np.arange(window.steps)])
    return np.concatenate(sees), np.concatenate(aims)


def open_windows(rows: Index, by: Cells | None, window: Window) -> Grid:
    """Windows whose targets need not be there: what is predicted about the future."""
    found = []
    for run in runs(rows, by):
        starts = np.arange(0, len(run) - window.length + 1, window.stride)[:, None]
        found.append(run[starts + np.arange(window.length)])
    return np.concatenate(found)


def longest_run(rows: Index, by: Cells | None) -> int:
    """Rows of the largest group of a part: the most a window could reach over."""
    return max(len(run) for run in runs(rows, by))
