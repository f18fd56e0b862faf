"""Golden losses without Keras: the file, its place, what differs, and whether it may."""

from __future__ import annotations

import json
import math
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc.golden import (
    Golden,
    Losses,
    compare,
    golden_path,
    judge,
    obtained_path,
    plot,
    read,
    table,
    text,
    unused,
)
from specc.golden.rows import DEVIATIONS, FIRST, GROWS, LAST, Row, allowed
from specc.golden.show import SHOWN
from specc.golden.statistics import T95, T99, paired, unpaired
from specc.record import replace
from specc.source import Where

PLACE = Where("a.specc.toml", ("golden",))
HERE = {"key": "k1", "versions": {"keras": "3.15.0"}, "device": "cpu", "backend": "tensorflow"}
THERE = {"key": "k2", "versions": {"keras": "3.15.1"}, "device": "cpu", "backend": "tensorflow"}
HASHES = {"model": "m", "data": "d", "training": "t"}
VALUES = {"train.loss": (0.5, 0.25, 0.125), "val.loss": (0.75, 0.5, 0.25)}


ON_JAX = {"key": "k3", "backend": "jax"}


def golden(values=VALUES, *, environment=HERE, hashes=HASHES, initial="i", final="f", seed=42,
           form=1) -> Golden:
    return Golden("specs/a.specc.toml", form, hashes, environment,
                  {seed: Losses(values, initial, final)})


def of_seeds(*by: float, environment=HERE, otherwise=False) -> Golden:
    """A golden of several seeds, whose numbers are the values moved by parts of themselves."""
    several = {seed: Losses({name: tuple(value * (1 + part) for value in values)
                             for name, values in VALUES.items()}, "i", "f")
               for seed, part in enumerate(by)}
    return Golden("specs/a.specc.toml", 1, HASHES, environment, several, otherwise)


def moved(by: float, epoch: int = 3, name: str = "train.loss") -> dict[str, tuple[float, ...]]:
    """The values with one of them moved by a part of itself."""
    values = list(VALUES[name])
    values[epoch - 1] *= 1 + by
    return VALUES | {name: tuple(values)}


def codes(expected: Golden, got: Golden, tolerance: float | None = None) -> list[str]:
    return [one.code for one in judge(compare(expected, got, tolerance), PLACE)]


def test_the_same_is_golden():
    found = compare(golden(), golden())
    assert found.exact
    assert len(found.rows) == 6
    assert judge(found, PLACE) == ()


def test_one_bit_more_is_not_golden_where_the_environment_is_the_same():
    values = VALUES | {"val.loss": (0.75, math.nextafter(0.5, 1), 0.25)}
    found = compare(golden(), golden(values))
    assert [(row.epoch, row.name) for row in found.differing] == [(2, "val.loss")]
    (said,) = judge(found, PLACE)
    assert said.code == "GO105"
    assert "1 of 6 numbers" in said.message
    assert "epoch 2: val.loss" in said.message


@pytest.mark.parametrize(("by", "epoch", "expected"), [
    (0.5 * FIRST, 1, []), (2 * FIRST, 1, ["GO104", "GO109"]),
    (0.5 * LAST, 3, []), (2 * LAST, 3, ["GO104", "GO109"]),
    (2 * FIRST, 2, []), (0.5 * LAST, 2, ["GO104", "GO109"]),
])
def test_elsewhere_the_band_grows_with_the_epochs(by, epoch, expected):
    assert codes(golden(), golden(moved(by, epoch), environment=THERE)) == expected


def test_a_tolerance_is_the_band_of_the_last_epoch():
    got = golden(moved(0.01, 3), environment=THERE)
    assert codes(golden(), got, 0.02) == []
    assert codes(golden(), got, 0.005) == ["GO104", "GO109"]


def test_a_tolerance_changes_nothing_where_the_environment_is_the_same():
    assert codes(golden(), golden(moved(1e-9)), 0.02) == ["GO105"]


@given(epochs=st.integers(1, 50), tolerance=st.none() | st.floats(1e-9, 1.0))
def test_bands_grow_and_end_at_the_last(epochs, tolerance):
    bands = [allowed(epoch, epochs, tolerance) for epoch in range(1, epochs + 1)]
    assert all(one <= other * (1 + 1e-12) for one, other in pairwise(bands))
    if epochs > 1:
        assert bands[-1] == pytest.approx(LAST if tolerance is None else tolerance)
        assert bands[0] == pytest.approx(bands[-1] / GROWS)
    elif tolerance is not None:
        assert bands == [tolerance]


def test_a_last_bit_is_shown_in_as_many_digits_as_it_takes():
    one = {"train.loss": (1.9124748706817627,)}
    (said,) = judge(compare(golden(one), golden({"train.loss": (1.912474870681763,)})), PLACE)
    assert "is 1.912474870681763, 1.9124748706817627 is golden" in said.message


def test_what_explains_a_difference_is_said_before_it():
    got = golden(moved(0.5), environment=THERE, hashes=HASHES | {"data": "other"})
    assert codes(golden(), got) == ["GO103", "GO104", "GO109"]


@pytest.mark.parametrize("part", HASHES)
def test_a_changed_part_is_named_even_where_every_number_is_golden(part):
    (said,) = judge(compare(golden(), golden(hashes=HASHES | {part: "x"})), PLACE)
    assert (said.code, said.severity) == ("GO103", "error")
    assert f"`{part}`" in said.message
    assert not any(f"`{other}`" in said.message for other in HASHES if other != part)


def test_hashes_of_another_form_tell_nothing():
    changed = dict.fromkeys(HASHES, "x")
    assert codes(golden(), golden(hashes=changed, form=2)) == []


def test_the_environment_is_told_by_what_changed_in_it():
    said = judge(compare(golden(), golden(moved(0.5), environment=THERE)), PLACE)
    assert said[0].code == "GO104"
    assert "versions.keras was 3.15.0, is 3.15.1" in said[0].message
    assert "device" not in said[0].message


def test_weights_are_compared_where_the_environment_is_the_same():
    assert codes(golden(), golden(final="other")) == ["GO106"]
    assert codes(golden(), golden(final="other", environment=THERE)) == []


def test_advice_tells_whether_the_start_was_the_same():
    (same,) = judge(compare(golden(), golden(moved(0.5))), PLACE)
    (other,) = judge(compare(golden(), golden(moved(0.5), initial="x")), PLACE)
    assert "are the golden ones" in str(same.advice)
    assert "differ already" in str(other.advice)


@pytest.mark.parametrize("values", [
    {"train.loss": VALUES["train.loss"]},
    VALUES | {"val.mae": (1.0, 1.0, 1.0)},
    {name: one[:2] for name, one in VALUES.items()},
])
def test_numbers_that_are_missing_or_new_differ(values):
    found = compare(golden(), golden(values, environment=THERE))
    assert any(row.expected is None or row.got is None for row in found.differing)
    assert "GO109" in [one.code for one in judge(found, PLACE)]
    assert "nothing" in table(found.differing)


def test_another_seed_is_another_set_of_numbers():
    found = compare(golden(), golden(seed=43))
    assert {row.seed for row in found.differing} == {43}
    assert all(row.expected is None for row in found.differing)


def test_nan_is_golden_only_where_it_was():
    nan = VALUES | {"val.loss": (0.75, math.nan, 0.25)}
    assert codes(golden(nan), golden(nan)) == []
    assert codes(golden(), golden(nan)) == ["GO105"]
    assert codes(golden(nan), golden()) == ["GO105"]
    assert codes(golden(), golden(nan, environment=THERE)) == ["GO104", "GO109"]


def test_next_to_zero_there_is_a_floor_but_not_where_the_environment_is_the_same():
    expected = VALUES | {"val.loss": (0.75, 0.5, 0.0)}
    got = VALUES | {"val.loss": (0.75, 0.5, 1e-9)}
    assert codes(golden(expected), golden(got, environment=THERE)) == []
    assert codes(golden(expected), golden(got)) == ["GO105"]


def test_the_table_names_every_column_and_stops():
    rows = [Row(1, epoch, "train.loss", 0.5, 0.25, 0.0) for epoch in range(1, SHOWN + 6)]
    lines = table(rows).splitlines()
    assert lines[0].split() == ["seed", "epoch", "name", "expected", "got", "difference",
                                "relative", "allowed"]
    assert lines[1].split() == ["1", "1", "train.loss", "0.5", "0.25", "-2.50e-01", "5.00e-01",
                                "exact"]
    assert lines[-1] == "... and 5 more"
    assert len(lines) == SHOWN + 2


SEEDS = (0.0, 0.01, -0.01, 0.02, -0.02)  # 1.6 % of standard deviation
ROUNDED = tuple(one + sign * 2e-7 for one, sign in zip(SEEDS, (1, -1, 1, -1, 1), strict=True))


def test_seeds_pair_the_numbers_so_that_their_spread_does_not_hide_a_change():
    by_half_a_percent = of_seeds(*(one + 0.005 for one in SEEDS), environment=THERE)
    found = compare(of_seeds(*SEEDS), by_half_a_percent)
    assert found.way == "paired"
    assert {row.verdict for row in found.rows} == {"differs"}
    assert {row.seed for row in found.rows} == {None}


def test_rounding_is_within_the_band():
    found = compare(of_seeds(*SEEDS), of_seeds(*ROUNDED, environment=THERE))
    assert {row.verdict for row in found.rows} == {"within"}
    assert judge(found, PLACE) == ()


def test_a_difference_has_to_be_shown_to_be_small():
    """The mean alone lies within, and its interval does not."""
    some = (1e-3, -1e-3, 1e-3, -1e-3, 2e-7)
    far = of_seeds(*(one + other for one, other in zip(SEEDS, some, strict=True)),
                   environment=THERE)
    first = compare(of_seeds(*SEEDS), far).rows[0]
    assert abs(first.difference) < first.allowed < first.interval
    assert first.verdict == "differs"


@pytest.mark.parametrize(("by", "code"), [(0.01, "GO110"), (-0.01, "GO109")])
def test_a_last_loss_that_is_worse_is_said_as_that(by, code):
    got = of_seeds(*(one + by + step for one, step in zip(SEEDS, (0, 1e-4, 0, 1e-4, 0),
                                                          strict=True)), environment=THERE)
    found = judge(compare(of_seeds(*SEEDS), got), PLACE)
    assert [one.code for one in found] == ["GO104", code]
    assert "5 seeds" in found[1].message


def test_where_layers_draw_otherwise_the_spread_of_the_seeds_is_the_band():
    drawn = of_seeds(*SEEDS, otherwise=True)
    shuffled = of_seeds(*reversed(SEEDS), environment=ON_JAX, otherwise=True)
    near = compare(drawn, shuffled)
    assert (near.way, judge(near, PLACE)) == ("unpaired", ())
    other = of_seeds(*(one + 0.2 for one in SEEDS), environment=ON_JAX, otherwise=True)
    far = compare(drawn, other)
    assert codes(drawn, other) == ["GO104", "GO110"]
    assert far.rows[0].allowed == pytest.approx(DEVIATIONS * 0.5 * 0.0158, rel=0.01)
    assert compare(drawn, of_seeds(*SEEDS, environment=THERE, otherwise=True)).way == "paired"


def test_what_cannot_be_told_is_not_called_different():
    wide = of_seeds(0.0, 0.05, -0.05, environment=ON_JAX, otherwise=True)
    found = compare(of_seeds(0.0, 0.04, -0.04, otherwise=True), wide)
    assert {row.verdict for row in found.rows} == {"undecided"}
    assert judge(found, PLACE) == ()
    assert len(found.undecided) == len(found.rows)


def with_twins(one: Golden, by: float = 0.0) -> Golden:
    """The same, and twins whose numbers are the values moved by a part of themselves."""
    twin = Losses({name: tuple(value * (1 + by) for value in values)
                   for name, values in VALUES.items()}, "i", "f")
    return replace(one, seeds={seed: replace(found, alike=twin)
                               for seed, found in one.seeds.items()})


def test_a_twin_is_held_closely_where_the_training_itself_cannot_be():
    known = with_twins(of_seeds(*SEEDS, otherwise=True))
    got = of_seeds(*reversed(SEEDS), environment=ON_JAX, otherwise=True)
    assert judge(compare(known, with_twins(got)), PLACE) == ()
    found = compare(known, with_twins(got, 2e-4))
    assert {row.name for row in found.differing} == {"train.loss (alike)", "val.loss (alike)"}
    assert [one.code for one in judge(found, PLACE)] == ["GO104", "GO109"]


def test_twins_are_not_looked_at_where_the_training_itself_is_held():
    known = with_twins(of_seeds(*SEEDS, otherwise=True))
    there = with_twins(of_seeds(*SEEDS, environment=THERE, otherwise=True), 0.5)
    assert compare(known, there).way == "paired"
    assert judge(compare(known, there), PLACE) == ()


def test_a_model_that_has_no_twin_is_its_own():
    known = with_twins(of_seeds(*SEEDS, otherwise=True))
    mutant = of_seeds(*[0.0] * len(SEEDS), environment=ON_JAX)
    assert not compare(known, mutant).differing
    mutant = of_seeds(*[1e-3] * len(SEEDS), environment=ON_JAX)
    assert {row.name for row in compare(known, mutant).differing} \
        == {"train.loss (alike)", "val.loss (alike)"}


def test_twins_are_read_as_they_were_written(tmp_path):
    known = with_twins(of_seeds(*SEEDS, otherwise=True), 1 / 3)
    (tmp_path / "a.json").write_text(text(known), encoding="utf-8")
    assert read(tmp_path / "a.json").value == known


def test_one_seed_says_nothing_where_layers_draw_otherwise():
    alone = of_seeds(0.0, environment=ON_JAX, otherwise=True)
    assert codes(of_seeds(0.0, otherwise=True), alone) == ["GO104", "GO111"]


def test_the_loss_of_one_of_several_outputs_is_another_number_on_another_back_end():
    values = VALUES | {"val.a.loss": (0.5, 0.5, 0.5), "val.a.mae": (0.5, 0.5, 0.5)}
    other = values | {"val.a.loss": (0.6, 0.6, 0.6)}
    assert codes(golden(values), golden(other, environment=ON_JAX)) == []
    assert codes(golden(values), golden(other)) == ["GO105"]
    assert codes(golden(values), golden(values | {"val.a.mae": (0.6, 0.6, 0.6)},
                                        environment=ON_JAX)) == ["GO104", "GO109"]


NUMBERS = st.lists(st.floats(-10, 10), min_size=2, max_size=8)


@given(NUMBERS, st.floats(0, 5))
def test_no_difference_is_both_inside_and_outside(differences, margin):
    found = paired([0.0] * len(differences), differences)
    assert not (found.inside(margin) and found.outside(margin))
    assert not (found.inside(margin) and found.worse(margin))
    assert not (found.worse(margin) and found.mean < margin)


@given(NUMBERS, NUMBERS)
def test_welch_turns_its_sign_with_the_samples(one, other):
    there, back = unpaired(one, other), unpaired(other, one)
    assert there.mean == pytest.approx(-back.mean, abs=1e-12)
    assert there.error == pytest.approx(back.error)


def test_quantiles_fall_and_of_more_confidence_lie_higher():
    assert all(one > other for table_ in (T95, T99) for one, other in pairwise(table_))
    assert all(high > low for high, low in zip(T99, T95, strict=True))


def test_the_plot_shows_the_curve_that_differs_most():
    found = compare(golden(), golden(moved(1.0)))
    lines = plot(found.rows).splitlines()
    assert lines[0] == "train.loss: o golden, x obtained, * both, by epoch"
    drawn = "\n".join(lines[1:-1])
    assert (drawn.count("*"), drawn.count("o"), drawn.count("x")) == (2, 1, 1)
    assert lines[-1].split() == ["1", "2", "3"]
    assert plot(compare(golden(), golden()).rows) == ""
    assert plot([Row(1, 1, "train.loss", 0.5, 0.25, 0.0)]) == ""


VALUE = st.floats(allow_nan=True, allow_infinity=True)


@given(st.dictionaries(st.sampled_from(["train.loss", "val.loss", "val.a.mae"]),
                       st.lists(VALUE, min_size=1, max_size=4).map(tuple), min_size=1))
def test_reading_gives_the_bits_that_were_written(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("golden") / "a.json"
    path.write_text(text(golden(values)), encoding="utf-8")
    back = read(path).value
    assert back is not None
    assert judge(compare(golden(values), back), PLACE) == ()
    assert repr(back) == repr(golden(values))  # -0.0 too


def test_a_missing_golden_is_an_error(tmp_path):
    found = read(tmp_path / "a.json", "golden/a.json")
    assert found.value is None
    assert [(one.code, one.severity) for one in found.diagnostics] == [("GO101", "error")]
    assert "golden/a.json" in found.diagnostics[0].message


BROKEN = {
    "no JSON": "{",
    "a list": "[]",
    "no mark": "{}",
    "another format": json.dumps(json.loads(text(golden())) | {"specc_golden": 99}),
    "no seeds": json.dumps(json.loads(text(golden())) | {"seeds": "none"}),
    "no part": json.dumps(json.loads(text(golden())) | {"hashes": {"model": "m"}}),
    "nothing": text(golden()).replace("0.125", "null"),
    "a word": text(golden()).replace("0.125", '"small"'),
    "not text": "\udcff",
    "a deep list": "[" * 100_000,
    "an endless form": text(golden()).replace('"form": 1', '"form": Infinity'),
    "a huge number": text(golden()).replace("0.125", "1" + "0" * 400),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_broken_golden_is_an_error(tmp_path, broken):
    path = tmp_path / "a.json"
    path.write_bytes(broken.encode("utf-8", "surrogateescape"))
    (said,) = read(path).diagnostics
    assert said.code == "GO102"
    assert "NoneType" not in said.message
    assert "indices" not in said.message


@pytest.mark.parametrize("name", ["a.specc.toml", "a.specc.json"])
def test_a_golden_lies_at_the_path_of_its_spec(tmp_path, name):
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "specs" / "deep").mkdir(parents=True)
    path = golden_path(str(tmp_path / "specs" / "deep" / name))
    assert path == tmp_path.resolve() / "golden" / "specs" / "deep" / "a.json"
    assert obtained_path(path).name == "a.obtained.json"


def test_without_a_project_the_golden_is_found_above(tmp_path):
    """A folder with nothing but specs and their goldens."""
    spec = tmp_path / "specs" / "deep" / "a.specc.toml"
    spec.parent.mkdir(parents=True)
    assert golden_path(str(spec)) == spec.parent.resolve() / "golden" / "a.json"
    above = tmp_path.resolve() / "golden" / "specs" / "deep" / "a.json"
    above.parent.mkdir(parents=True)
    above.touch()
    assert golden_path(str(spec)) == above
    (tmp_path / "specs" / "pyproject.toml").touch()
    assert golden_path(str(spec)) == (tmp_path / "specs" / "golden" / "deep" / "a.json").resolve()


def test_a_golden_that_is_a_link_is_used(tmp_path):
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "a.specc.toml").touch()
    (tmp_path / "real.json").write_text(text(golden()), encoding="utf-8")
    path = golden_path(str(tmp_path / "specs" / "a.specc.toml"))
    path.parent.mkdir(parents=True)
    path.symlink_to(tmp_path / "real.json")
    assert list(unused(tmp_path)) == []


@pytest.mark.parametrize("odd", [
    "[" * 100_000, text(replace(golden(), spec="a" * 5000)), '{"a": ' * 100_000], ids=len)
def test_a_file_that_cannot_be_read_is_not_called_unused(tmp_path, odd):
    (tmp_path / "golden").mkdir()
    (tmp_path / "golden" / "a.json").write_text(odd, encoding="utf-8")
    assert list(unused(tmp_path)) == []


def test_goldens_without_a_spec_are_told(tmp_path):
    (tmp_path / "pyproject.toml").touch()
    for name in ("a", "b"):
        path = golden_path(str(tmp_path / "specs" / f"{name}.specc.toml"))
        path.parent.mkdir(parents=True, exist_ok=True)
        made = replace(golden(), spec=f"specs/{name}.specc.toml")
        path.write_text(text(made), encoding="utf-8")
        obtained_path(path).write_text(text(made), encoding="utf-8")
    (tmp_path / "golden" / "hashes.json").write_text("{}", encoding="utf-8")
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "a.specc.toml").touch()
    found = list(unused(Path(tmp_path)))
    assert [(one.code, one.severity) for one in found] == [("GO107", "warning")]
    assert "golden/specs/b.json" in found[0].message
