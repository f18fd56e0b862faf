"""Spaces: grids are products, samples lie within, conditions hold; no NumPy, no Keras."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc.pipeline import check_text
from specc.runner.tune.space import (
    Point,
    Space,
    corners,
    counted,
    grid,
    key,
    sample,
    to_check,
    wrong,
)
from specc.runner.tune.study import study_of, trials, wrong_trials
from specc.runner.tune.written import Change, changes_for, moved, with_changes
from specc.source import Where
from specc.spec import Choices, Interval
from specc.syntax.reader import read
from specc.syntax.space import entry_of

VALUES = st.one_of(st.integers(-99, 99), st.booleans(), st.text("abc", max_size=3),
                   st.fixed_dictionaries({"type": st.sampled_from(["Adam", "SGD"])}))
CHOICES = st.lists(VALUES, min_size=1, max_size=4, unique_by=lambda one: json.dumps(one)).map(
    lambda options: Choices(tuple(options)))
NAMES = st.sampled_from(["units", "depth", "rate", "batch"])


def numbers() -> st.SearchStrategy[Interval]:
    """Intervals of every kind."""
    whole = st.tuples(st.integers(1, 50), st.integers(1, 200)).map(lambda p: (p[0], p[0] + p[1]))
    real = st.tuples(st.floats(1e-6, 10), st.floats(1e-3, 100)).map(lambda p: (p[0], p[0] + p[1]))
    return st.one_of(
        st.builds(lambda e, s: Interval("int", *e, step=s), whole,
                  st.one_of(st.none(), st.integers(1, 60))),
        st.builds(lambda e: Interval("int", *e, log=True), whole),
        st.builds(lambda e: Interval("float", *e), real),
        st.builds(lambda e: Interval("float", *e, log=True), real),
        st.builds(lambda e, parts: Interval("float", *e, step=(e[1] - e[0]) / parts), real,
                  st.integers(1, 9)))


@given(st.dictionaries(NAMES, CHOICES, max_size=4))
def test_a_grid_of_choices_is_their_product(entries: dict[str, Choices]) -> None:
    expected = [dict(zip(entries, values, strict=True))
                for values in product(*(one.options for one in entries.values()))]
    assert grid(Space(entries)) == expected


@given(st.dictionaries(NAMES, st.one_of(CHOICES, numbers()), min_size=1, max_size=4),
       st.integers(0, 2**40))
def test_samples_lie_within_and_repeat(entries: dict[str, Any], seed: int) -> None:
    space = Space(entries)
    points = sample(space, 5, seed)
    assert points == sample(space, 5, seed)
    assert 1 <= len(points) <= 5
    assert len({key(point) for point in points}) == len(points)
    for point in points:
        assert set(point) == set(entries)
        for name, value in point.items():
            entry = entries[name]
            if isinstance(entry, Choices):
                assert value in entry.options
                continue
            assert entry.low <= value <= entry.high
            assert type(value) is (int if entry.kind == "int" else float)
            if entry.step is not None:
                assert value in list(counted(entry))


def test_another_seed_draws_other_samples() -> None:
    space = Space({"rate": Interval("float", 1e-4, 1e-1, log=True)})
    assert sample(space, 5, 0) != sample(space, 5, 1)


def test_a_logarithmic_interval_spreads_its_samples_over_the_orders() -> None:
    space = Space({"rate": Interval("float", 1e-4, 1.0, log=True),
                   "units": Interval("int", 1, 10_000, log=True)})
    points = sample(space, 400, 3)
    for name, middle in (("rate", 1e-2), ("units", 100)):
        below = sum(point[name] < middle for point in points)
        assert 150 < below < 250, name


def test_a_small_space_is_drawn_whole() -> None:
    space = Space({"a": Choices((1, 2)), "b": Choices((True, False))})
    assert len(sample(space, 50, 0)) == 4


@pytest.mark.parametrize(("interval", "values"), [
    (Interval("int", 1, 10, step=4), [1, 5, 9]),
    (Interval("int", 2, 4), [2, 3, 4]),
    (Interval("float", 0.0, 0.5, step=0.1), [0.0, 0.1, 0.2, 0.3, 0.4, 0.5]),
    (Interval("float", 1, 2, step=1), [1.0, 2.0]),
])
def test_an_interval_with_a_step_is_counted_to_its_end(interval: Interval,
                                                       values: list[Any]) -> None:
    found = list(counted(interval))
    assert found == values
    assert [type(one) for one in found] == [type(one) for one in values]


CONDITIONAL = Space({
    "drop": Interval("float", 0.0, 0.5, step=0.25, when="=depth > 1"),  # before what it asks for
    "depth": Choices((1, 2)),
}, {"depth": 1, "drop": 0.1})


def test_an_inactive_parameter_counts_once() -> None:
    assert grid(CONDITIONAL) == [{"depth": 1}, {"depth": 2, "drop": 0.0},
                                 {"depth": 2, "drop": 0.25}, {"depth": 2, "drop": 0.5}]


def test_samples_have_a_conditional_parameter_only_where_it_is_active() -> None:
    points = sample(CONDITIONAL, 50, 0)
    assert len(points) == 4
    assert all(("drop" in point) == (point["depth"] > 1) for point in points)


def test_conditions_see_params_that_are_computed() -> None:
    space = Space({"depth": Choices((1, 2)),
                   "drop": Interval("int", 0, 1, when="=wide == 20")},
                  {"depth": 1, "drop": 0, "wide": "=depth * 10"})
    assert grid(space) == [{"depth": 1}, {"depth": 2, "drop": 0}, {"depth": 2, "drop": 1}]


COMPONENTS = Space({"optimizer": Choices((
    "sgd",
    {"type": "Adam", "learning_rate": {"float": [0.0, 1.0], "step": 0.5}},
    {"type": "SGD", "learning_rate": {"log": [1e-3, 1e-1]}, "momentum": {"float": [0.0, 0.9]}},
))}, {"optimizer": "sgd"})


def test_choices_may_hold_spaces_of_their_own() -> None:
    kinds = set()
    for point in sample(COMPONENTS, 60, 1):
        value = point["optimizer"]
        if value == "sgd":
            kinds.add("sgd")
            continue
        kinds.add(value["type"])
        if value["type"] == "SGD":
            assert 1e-3 <= value["learning_rate"] <= 1e-1
            assert 0 <= value["momentum"] <= 0.9
        else:
            assert value["learning_rate"] in (0.0, 0.5, 1.0)
    assert kinds == {"sgd", "Adam", "SGD"}


def test_a_grid_spreads_the_spaces_inside_choices() -> None:
    options = COMPONENTS.entries["optimizer"]
    assert isinstance(options, Choices)
    space = Space({"optimizer": Choices(options.options[:2])})
    assert [point["optimizer"] for point in grid(space)] == [
        "sgd", *({"type": "Adam", "learning_rate": rate} for rate in (0.0, 0.5, 1.0))]


def place(*steps: str) -> Where:
    return Where("a.specc.toml", ("tune", "space", *steps))


@pytest.mark.parametrize(("space", "code"), [
    (Space({"rate": Interval("float", 0.1, 1.0)}), "TU102"),
    (COMPONENTS, "TU102"),
    (Space({"units": Interval("int", 1, 20_000)}), "TU103"),
    (Space({"a": Interval("int", 1, 2, when="=b > 1"), "b": Interval("int", 1, 2, when="=a > 1")},
           {"a": 1, "b": 1}), "TU111"),
    (Space({"a": Interval("int", 1, 2, when="=depht > 1")}, {"a": 1, "depth": 1}), "SX"),
])
def test_what_cannot_be_searched_is_said(space: Space, code: str) -> None:
    found = wrong(space, "grid", place)
    assert len(found) == 1
    assert found[0].code.startswith(code)


def test_what_can_be_searched_is_not_complained_of() -> None:
    assert wrong(CONDITIONAL, "grid", place) == []
    assert wrong(COMPONENTS, "random", place) == []


def test_corners_are_the_ends() -> None:
    space = Space({"units": Interval("int", 1, 100),
                   "rate": Interval("float", 1e-4, 1e-2, log=True)})
    found = corners(space)
    assert {"units": 1, "rate": 1e-4} in found
    assert {"units": 100, "rate": 1e-2} in found
    assert {"units": 100} in found


def test_large_grids_are_checked_in_part() -> None:
    space = Space({"units": Interval("int", 1, 5000)})
    points: list[Point] = grid(space)
    assert len(points) == 5000
    assert len(to_check(space, points)) < 600


SPEC = """specc = 1
name = "tuned"
[params]
units = 8   # how wide
rate = 1e-2
[data]
source = "iris"
split = { validation = 0.2, test = 0.2 }
[inputs.x]
[model]
kind = "sequential"
layers = [
  { type = "Dense", units = "=units", activation = "relu" },
  { type = "Dense", units = 3, activation = "softmax", name = "species" },
]
[outputs.species]
task = "multiclass"
target = "species"
[compile]
optimizer = { type = "Adam", learning_rate = "=rate" }
[tune]
search = "grid"
objective = "validation.species.accuracy"
[tune.space]
units = [4, 8]
"""


def test_a_wrong_name_in_the_space_is_an_error_of_the_file() -> None:
    checked = check_text(SPEC.replace("units = [4, 8]", "unitz = [4, 8]").encode())
    (found,) = checked.errors
    assert "unitz" in found.message
    assert "units" in found.message


def test_a_value_that_makes_a_wrong_spec_is_named_before_anything_is_trained() -> None:
    checked = check_text(SPEC.replace("units = [4, 8]", "units = [4, -3]").encode())
    assert checked.plan is not None
    study = study_of(checked).value
    assert study is not None
    spec = checked.plan.spec
    assert spec.tune is not None
    found = list(wrong_trials(study, spec, trials(spec, spec.tune).value or []))
    assert [one.code for one in found] == ["TU101"]
    assert "units = -3" in found[0].message


@pytest.mark.parametrize(("old", "new", "code"), [
    ("validation.species.accuracy", "test.species.accuracy", "TU105"),
    ("validation.species.accuracy", "validation.species.Mean", "TU104"),
])
def test_an_objective_that_cannot_judge_is_refused(old: str, new: str, code: str) -> None:
    checked = check_text(SPEC.replace(old, new).encode())
    assert checked.errors == ()
    found = study_of(checked)
    assert [one.code for one in found.diagnostics] == [code]


def test_mode_says_what_specc_cannot_know() -> None:
    text = SPEC.replace('species.accuracy"', 'species.Mean"\nmode = "max"')
    study = study_of(check_text(text.encode())).value
    assert study is not None
    assert study.larger


def test_the_objective_is_among_the_metrics_of_a_trial() -> None:
    study = study_of(check_text(SPEC.encode())).value
    assert study is not None
    assert study.document.tree["outputs"]["species"]["metrics"] == ["accuracy"]


@pytest.mark.parametrize(("change", "code"), [
    ('split = { validation = 0.2, test = "=part" }', "TU108"),
])
def test_a_space_that_moves_rows_is_refused(change: str, code: str) -> None:
    text = SPEC.replace("split = { validation = 0.2, test = 0.2 }", change).replace(
        "rate = 1e-2", "rate = 1e-2\npart = 0.2").replace("units = [4, 8]", "part = [0.2, 0.3]")
    checked = check_text(text.encode())
    assert checked.plan is not None
    study = study_of(checked).value
    assert study is not None
    spec = checked.plan.spec
    found = list(wrong_trials(study, spec, [{"part": 0.2}, {"part": 0.3}]))
    assert [one.code for one in found] == [code]


def test_no_tune_table_means_nothing_to_tune() -> None:
    text = SPEC[:SPEC.index("[tune]")]
    assert [one.code for one in study_of(check_text(text.encode())).diagnostics] == ["TU106"]


WRITE = """# a comment
[params]
units = 8   # how wide
"quoted key" = "x"
optimizer.type = "SGD"

[params.layer]  # of its own
type = "Dense"
units = 3

[fit]
epochs = 3
"""


@pytest.mark.parametrize(("path", "value"), [
    (("params", "units"), 16), (("params", "units"), {"type": "Adam", "learning_rate": 1e-05}),
    (("params", "quoted key"), 'say "no"\n\t\\'), (("params", "layer"), {"type": "LSTM"}),
    (("params", "new"), [1, [2.5, True]]), (("fit", "epochs"), 30), (("tune", "seed"), 3),
    (("name",), "ü"),
])
def test_a_value_is_put_into_a_text_and_nothing_else_changes(path: tuple[str, ...],
                                                             value: Any) -> None:
    text = with_changes(WRITE, "toml", [Change(path, value)])
    found: Any = read("a.specc.toml", text.encode(), "toml").value
    expected: Any = read("a.specc.toml", WRITE.encode(), "toml").value
    into = expected
    for step in path[:-1]:
        into = into.setdefault(step, {})
    into[path[-1]] = value
    assert found == expected
    assert "# a comment" in text
    assert ("# how wide" in text)


def test_a_value_is_put_into_json() -> None:
    text = '{"specc": 1,\n "params": {"units": 8},\n "fit": {}}\n'
    changes = [Change(("params", "units"), 9), Change(("fit", "epochs"), 2),
               Change(("params", "rate"), {"log": None}), Change(("name",), "x")]
    assert json.loads(with_changes(text, "json", changes)) == {
        "name": "x", "specc": 1, "params": {"rate": {"log": None}, "units": 9},
        "fit": {"epochs": 2}}


def test_relative_paths_lead_where_they_led() -> None:
    text = b"""extends = ["base.specc.toml"]
[params]
units = 3
[data]
source = "rows.csv"
[model]
layers = [{ model = "backbones/x.keras" }]
"""
    changes = changes_for("/p/specs/a.specc.toml", text, "/p/runs/a/tune-1", {"units": 3},
                          {"params": {"units": 3}}, {})
    assert {one.path: one.value for one in changes} == {
        ("extends", 0): "../../../specs/base.specc.toml",
        ("data", "source"): "../../../specs/rows.csv",
        ("model", "layers", 0, "model"): "../../../specs/backbones/x.keras"}


def test_a_built_in_source_is_no_path() -> None:
    text = b'[data]\nsource = "iris"\n'
    assert changes_for("/p/a.specc.toml", text, "/p/runs", {}, {}, {}) == []
    assert moved("/abs/x.csv", "/p", "/q") == "/abs/x.csv"


def test_neither_numpy_nor_keras_is_needed_to_know_the_trials() -> None:
    code = ("import sys; import specc.runner.tune.space, specc.runner.tune.study\n"
            "assert not {'numpy', 'keras', 'tensorflow', 'sklearn'} & set(sys.modules)")
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-c", code], check=True, cwd=root)


def test_an_entry_of_the_language_becomes_an_interval() -> None:
    assert entry_of({"int": [1, 8], "log": True}) == Interval("int", 1, 8, log=True)
