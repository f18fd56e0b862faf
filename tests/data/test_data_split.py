"""Splits: sizes exact, rows disjoint, and nothing but the split seed decides."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from data_plans import MakeSpec
from hypothesis import given
from hypothesis import strategies as st

from specc.data.learn import Dataset, learn
from specc.data.split import PartIndex, at_random, by_time, grouped, portion, shares, stratified
from specc.data.table import typed
from specc.spec import Spec

FRACTION = st.integers(0, 500).map(lambda thousandths: thousandths / 1000)


def joined(parts: PartIndex) -> list[int]:
    return sorted(row for rows in parts.values() for row in rows.tolist())


def sizes_of(n: int, test: float, validation: float) -> tuple[int, int]:
    first = portion(n, test)
    return first, min(portion(n, validation), n - first)


@pytest.mark.parametrize(("n", "fraction", "rows"), [
    (20640, 0.25, 5160), (20640, 0.1875, 3870), (100, 0.145, 15), (10, 0.35, 4), (10, 0.25, 3),
    (5, 0.1, 1), (4, 0.1, 0), (150, 0.2, 30),
])
def test_fractions_are_rounded_half_up_as_written(n: int, fraction: float, rows: int) -> None:
    assert portion(n, fraction) == rows


@given(n=st.integers(0, 400), test=FRACTION, validation=FRACTION, seed=st.integers(0, 2**70))
def test_random_splits_are_exact_and_disjoint(n: int, test: float, validation: float,
                                              seed: int) -> None:
    sizes = sizes_of(n, test, validation)
    for parts in (at_random(n, sizes, seed), by_time(n, sizes)):
        assert joined(parts) == list(range(n))
        assert (len(parts["test"]), len(parts["validation"])) == sizes


@given(classes=st.lists(st.sampled_from("abcd"), min_size=1, max_size=200), test=FRACTION,
       validation=FRACTION, seed=st.integers(0, 99))
def test_stratified_splits_are_exact_and_even(classes: list[str], test: float, validation: float,
                                              seed: int) -> None:
    n = len(classes)
    sizes = sizes_of(n, test, validation)
    parts = stratified(typed(classes), sizes, seed)
    assert joined(parts) == list(range(n))
    assert (len(parts["test"]), len(parts["validation"])) == sizes
    whole, held = Counter(classes), Counter(classes[row] for row in parts["test"])
    for name, count in whole.items():
        assert abs(held[name] - sizes[0] * count / n) < 1


@given(counts=st.lists(st.integers(0, 50), max_size=8), data=st.data())
def test_shares_add_up(counts: list[int], data: st.DataObject) -> None:
    total = data.draw(st.integers(0, sum(counts)))
    found = shares(counts, total)
    assert sum(found) == total
    assert all(0 <= got <= count for got, count in zip(found, counts, strict=True))


@given(groups=st.lists(st.integers(0, 30), min_size=1, max_size=200), test=FRACTION,
       validation=FRACTION, seed=st.integers(0, 99))
def test_groups_stay_whole(groups: list[int], test: float, validation: float, seed: int) -> None:
    sizes = sizes_of(len(groups), test, validation)
    parts = grouped(typed(groups), sizes, seed)
    assert joined(parts) == list(range(len(groups)))
    held = [{groups[row] for row in rows} for rows in parts.values()]
    assert not held[0] & held[1]
    assert not held[0] & held[2]
    assert not held[1] & held[2]
    largest = max(Counter(groups).values())
    assert abs(len(parts["test"]) - sizes[0]) <= largest


def test_groups_of_one_row_are_split_exactly() -> None:
    parts = grouped(typed(list(range(97))), (19, 10), 3)
    assert (len(parts["test"]), len(parts["validation"])) == (19, 10)


def learned(spec: Spec) -> Dataset:
    found = learn(spec)
    assert found.value is not None, found.diagnostics
    return found.value


IRIS = '''seed = {seed}
[data]
source = "iris"
split = {{ validation = 0.2, test = 0.2{more} }}
[inputs.x]
[outputs.y]
task = "multiclass"
target = "species"
'''


def test_the_training_seed_does_not_change_the_split(make: MakeSpec) -> None:
    one = learned(make(IRIS.format(seed=1, more="")))
    two = learned(make(IRIS.format(seed=2, more="")))
    other = learned(make(IRIS.format(seed=1, more=", seed = 7")))
    assert one.parts["test"].tolist() == two.parts["test"].tolist()
    assert one.parts["test"].tolist() != other.parts["test"].tolist()
    assert one.parts["test"][:6].tolist() == [0, 1, 2, 8, 9, 11]
    assert one.digest == two.digest


def test_stratified_iris_has_ten_of_each(make: MakeSpec) -> None:
    found = learned(make(IRIS.format(seed=1, more=', stratify = "species"')))
    held = found.frame["species"].iloc[found.parts["test"]]
    assert sorted(Counter(held).values()) == [10, 10, 10]


CSV = '[inputs.x]\ncolumns = ["a"]\n[outputs.y]\ntask = "regression"\ntarget = "y"\n'


def test_an_order_splits_by_time(make: MakeSpec, tmp_path: Path) -> None:
    rows = [f"{i},{i},2020-01-{day:02d}" for i, day in enumerate([5, 3, 9, 1, 7, 2, 8, 4, 6, 10])]
    (tmp_path / "a.csv").write_text("a,y,date\n" + "\n".join(rows) + "\n")
    found = learned(make('[data]\nsource = "a.csv"\norder = "date"\n'
                         'split = { validation = 0.2, test = 0.3 }\n' + CSV))
    days = [int(date[-2:]) for date in found.frame["date"]]
    assert days == list(range(1, 11))
    assert {part: len(rows) for part, rows in found.parts.items()} == \
        {"train": 5, "validation": 2, "test": 3}
    assert found.parts["test"].tolist() == [7, 8, 9]
    assert found.numbers.tolist()[:2] == [4, 6]  # the fourth and the sixth row of the file


def test_a_column_says_the_part(make: MakeSpec, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,y,part\n1,1,train\n2,2,test\n3,3,train\n4,4,validation\n")
    text = '[data]\nsource = "a.csv"\nsplit = { column = "part" }\n' + CSV
    assert {part: rows.tolist() for part, rows in learned(make(text)).parts.items()} == \
        {"train": [0, 2], "validation": [3], "test": [1]}
    (tmp_path / "a.csv").write_text("a,y,part\n1,1,train\n2,2,tset\n")
    (wrong,) = learn(make(text)).errors
    assert wrong.code == "DA209"
    assert wrong.message == ("split column `part` holds `tset` (row 2); did you mean `test`?")


def test_parts_are_files_and_a_fraction_is_of_train(make: MakeSpec, tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_text("a,y\n" + "".join(f"{i},{i}\n" for i in range(10)))
    (tmp_path / "new.csv").write_text("y,a\n7,70\n8,80\n")
    found = learned(make('[data]\nsource = { train = "old.csv", test = "new.csv" }\n'
                         "split = { validation = 0.2 }\n" + CSV))
    assert {part: len(rows) for part, rows in found.parts.items()} == \
        {"train": 8, "validation": 2, "test": 2}
    assert found.frame["a"].iloc[found.parts["test"]].tolist() == [70, 80]
    assert found.numbers[found.parts["test"]].tolist() == [1, 2]


def test_dropped_rows_are_no_rows(make: MakeSpec, tmp_path: Path) -> None:
    body = "".join(f"{i if i % 3 else ''},{i}\n" for i in range(30))
    (tmp_path / "a.csv").write_text("a,y\n" + body)
    found = learned(make('[data]\nsource = "a.csv"\nsplit = { test = 0.5 }\n'
                         + CSV.replace('columns = ["a"]', 'columns = ["a"]\nmissing = "drop"')))
    assert len(found.frame) == 20
    assert len(found.parts["test"]) == 10
    assert found.notes == ("10 of 30 rows dropped: gaps in a",)


@pytest.mark.parametrize(("split", "part"), [
    ("{ validation = 0.5, test = 0.45 }", "training"), ("{ test = 0.01 }", "test"),
])
def test_a_part_without_rows_is_said(split: str, part: str, make: MakeSpec,
                                     tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,y\n" + "".join(f"{i},{i}\n" for i in range(10)))
    (wrong,) = learn(make(f'[data]\nsource = "a.csv"\nsplit = {split}\n' + CSV)).errors
    assert wrong.code == "DA210"
    assert wrong.message.startswith(f"no rows are left for {part}")


def test_the_seed_of_a_split_is_independent_of_row_content() -> None:
    assert np.array_equal(at_random(40, (8, 8), 5)["test"], at_random(40, (8, 0), 5)["test"])
