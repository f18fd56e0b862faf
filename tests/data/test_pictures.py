"""The picture of a graph: every connection can be seen, and no picture is without bound."""

from __future__ import annotations

import struct
from pathlib import Path
from xml.etree import ElementTree

import pytest

from specc.ir.plan import Plan
from specc.pipeline import check_text
from specc.report.drawing import drawing
from specc.report.layout import boxes_of, ways_of
from specc.runner.pictures import graph

SKIP = """specc = 1
name = "skip"
[inputs.x]
shape = [8]
[model]
kind = "functional"
layers = [
  { type = "Dense", units = 8, name = "a" },
  { type = "Dense", units = 8, name = "b" },
  { type = "Dense", units = 8, name = "c" },
  { type = "Add", inputs = ["a", "c"] },
  { type = "Dense", units = 1, name = "y" },
]
[outputs.y]
task = "regression"
"""


def plan_of(text: str) -> Plan:
    done = check_text(text.encode())
    assert done.plan is not None, done.diagnostics
    return done.plan


def test_an_arrow_goes_around_what_stands_between() -> None:
    boxes, arrows = boxes_of(plan_of(SKIP))
    ways = dict(zip(arrows, ways_of(boxes, arrows, dict.fromkeys(boxes, 0.3)), strict=True))
    assert {pair for pair, way in ways.items() if len(way) > 2} == {("a", "add")}
    (_, begin), *corners, (_, end) = ways["a", "add"]
    assert (begin, end) == (-boxes["a"][0], -boxes["add"][0])
    assert all(x > boxes["b"][1] + 0.3 for x, _ in corners)


@pytest.mark.parametrize("count", [2, 300])
def test_pictures_are_bounded(count: int, tmp_path: Path) -> None:
    names = [f"{'long' * 13}_{i}" for i in range(count)]
    inputs = "".join(f"[inputs.{name}]\nshape = [3]\n" for name in names)
    layers = ",\n".join(f'{{ type = "Dense", units = 2, inputs = "{name}", name = "{name}_d" }}'
                        for name in names)
    text = SKIP[:SKIP.index("[inputs")] + inputs + f"""[model]
kind = "functional"
layers = [{layers},
  {{ type = "Concatenate", inputs = {[f"{name}_d" for name in names]} }},
  {{ type = "Dense", units = 1, name = "y" }}]
[outputs.y]
task = "regression"
"""
    plan = plan_of(text)
    drawn = ElementTree.fromstring(drawing(plan))
    assert len(drawn.findall("rect")) == min(count, 120) + min(count + 2, 120)
    graph(tmp_path / "graph.png", plan)
    wide, high = struct.unpack(">II", (tmp_path / "graph.png").read_bytes()[16:24])
    assert 300 <= wide < 40_000
    assert 100 <= high < 12_000
