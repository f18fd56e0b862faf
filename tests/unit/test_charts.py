"""Charts of a report: any numbers give a picture that can be read, nothing stands outside it."""

from __future__ import annotations

import re
from math import inf, isfinite, nan
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc.report import charts
from specc.report.charts import Bin, Line, lines, stretches, thinned
from specc.report.scale import Axis, known, marked, span, ticks, whole_ticks, written
from specc.report.svg import Markup, clean, tag

ANY = st.floats(allow_nan=True, allow_infinity=True)
CURVE = st.lists(ANY, max_size=30).map(lambda values: list(enumerate(map(float, values), 1)))
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def places(picture: str) -> list[tuple[float, float]]:
    """Every place that something is drawn at, after the picture was read as XML."""
    found = []
    for one in ElementTree.fromstring(picture).iter():
        x, y = one.get("cx", one.get("x")), one.get("cy", one.get("y"))
        if x is not None and y is not None:
            found.append((float(x), float(y)))
        if one.get("d", "").startswith("M") and "L" in one.get("d", ""):
            numbers = list(map(float, NUMBER.findall(one.get("d", ""))))
            found += list(zip(numbers[::2], numbers[1::2], strict=True))
    return found


def inside(picture: str) -> None:
    root = ElementTree.fromstring(picture)
    width, height = float(root.get("width", 0)), float(root.get("height", 0))
    for x, y in places(picture):
        assert 0 <= x <= width
        assert 0 <= y <= height
    assert not re.search(r"\b(nan|inf)\b", picture)


@given(CURVE, CURVE)
def test_curves_of_any_numbers(first: list[tuple[float, float]],
                               second: list[tuple[float, float]]) -> None:
    best = next(((x, y) for x, y in first if isfinite(y)), None)
    inside(lines([Line("training", "train", first), Line("validation", "validation", second)],
                 "loss", "epoch", best=None if best is None else (best, "train")))


@given(st.lists(st.tuples(ANY, ANY), max_size=20))
def test_points_of_any_numbers(pairs: list[tuple[float, float]]) -> None:
    inside(charts.against(pairs, "points", "prediction", "truth"))


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.integers(0, 10**9)), max_size=10))
def test_reliability_of_any_bins(rows: list[tuple[float, float, int]]) -> None:
    bins = [Bin(x, y, max(0.0, y - 0.1), min(1.0, y + 0.1), count) for x, y, count in rows]
    inside(charts.reliability(bins, "calibration", "probability", "share"))


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=40), st.floats(-1e12, 1e12),
       st.floats(1e-6, 1e12))
def test_bars_of_any_counts(counts: list[int], low: float, wide: float) -> None:
    edges = [low + wide * index / len(counts) for index in range(len(counts) + 1)]
    inside(charts.bars(edges, counts, "errors", "prediction − truth"))


@given(st.lists(ANY, max_size=20))
def test_an_axis_holds_its_numbers_and_its_marks(values: list[float]) -> None:
    low, high = span(known(values))
    assert low < high
    axis = Axis(low, high, 50, 350)
    for value in (*known(values), *axis.marks(), *whole_ticks(low, high)):
        assert 50 <= axis.at(value) <= 350
    assert all(low <= value <= high or len(axis.marks()) == 1 for value in axis.marks())


@pytest.mark.parametrize(("low", "high", "found"), [
    (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]), (0.31, 0.62, [0.4, 0.5, 0.6]),
    (-2.3, 1.4, [-2, -1, 0, 1]), (0, 20_000, [0, 5000, 10_000, 15_000, 20_000])])
def test_marks_are_round(low: float, high: float, found: list[float]) -> None:
    assert ticks(low, high) == pytest.approx(found)


@pytest.mark.parametrize(("low", "high", "found"), [
    (1, 12, [5, 10]), (1, 3, [1, 2, 3]), (0.5, 1.5, [1]), (1, 4000, [1000, 2000, 3000, 4000])])
def test_epochs_are_whole(low: float, high: float, found: list[float]) -> None:
    assert whole_ticks(low, high) == found


def test_marks_that_are_close_are_told_apart() -> None:
    assert marked([0.90001, 0.90002, 0.90003]) == ["0.90001", "0.90002", "0.90003"]


@pytest.mark.parametrize(("value", "text"), [
    (0.123456, "0.1235"), (12345.6, "12,346"), (-0.5, "−0.5"), (1.5e-7, "1.5e-7"), (0.0, "0"),
    (nan, "NaN"), (inf, "∞"), (-inf, "−∞"), (1e12, "1e12"), (20640, "20,640"), (None, ""),
    (-2.5e-9, "−2.5e-9")])
def test_numbers_for_people(value: float | None, text: str) -> None:
    assert written(value) == text


def test_a_loss_that_falls_far_is_shown_on_a_log_scale() -> None:
    far = lines([Line("training", "train", [(1, 1000.0), (2, 1.0), (3, 0.01)])], "loss", "epoch")
    near = lines([Line("training", "train", [(1, 2.0), (2, 1.0)])], "loss", "epoch")
    assert "log scale" in far
    assert "log scale" not in near


@given(st.lists(ANY, max_size=3000))
def test_what_is_left_of_many_points_has_their_ends(values: list[float]) -> None:
    pairs = [(float(x), y) for x, y in enumerate(values)]
    kept = thinned(pairs, most=60)
    assert len(kept) <= 66
    assert set(kept) <= set(pairs) or any(y != y for _, y in pairs)
    there, left = known(y for _, y in pairs), known(y for _, y in kept)
    assert (min(there, default=0), max(there, default=0)) == (
        min(left, default=0), max(left, default=0))


def test_thousands_of_epochs_make_a_small_picture() -> None:
    curve = [(float(x), 1 / x) for x in range(1, 100_000)]
    assert len(lines([Line("training", "train", curve)], "loss", "epoch")) < 20_000


def test_a_gap_is_a_gap() -> None:
    parts = list(stretches([(1, 1.0), (2, nan), (3, 2.0), (4, 3.0), (5, inf)]))
    assert parts == [[(1, 1.0)], [(3, 2.0), (4, 3.0)]]


@given(st.text())
def test_text_is_escaped_and_has_a_place_in_xml(text: str) -> None:
    made = tag("text", text, class_=text)
    read = ElementTree.fromstring(made)
    assert (read.text or "").replace("\r", "\n") == clean(text).replace("\r\n", "\n").replace(
        "\r", "\n")


def test_markup_is_not_escaped_twice() -> None:
    assert tag("g", tag("text", "<b>"), Markup("<br/>")) == "<g><text>&lt;b&gt;</text><br/></g>"
