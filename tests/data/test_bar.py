"""The bar on a terminal: one line, however narrow."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from specc.runner.progress import Bar


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_the_bar_is_one_line(width: int) -> None:
    out = io.StringIO()
    bar = Bar(Console(file=out, width=width, force_terminal=False))
    bar.begin(20, 1000)
    for epoch in range(20):
        bar.epoch(epoch, {"train.loss": 0.5, "val.loss": 0.25, "val.price.mae": 0.125,
                          "val.price.r2": 0.9})
    bar.end()
    lines = [line for line in out.getvalue().splitlines() if line.strip()]
    assert len(lines) == 1
    assert len(lines[0]) <= width
    assert "20/20" in lines[0]
    if width >= 80:
        assert "val.loss 0.2500" in lines[0] or width == 80
        assert "train.loss 0.5000" in lines[0]
        assert "samples/s" in lines[0]
