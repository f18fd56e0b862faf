"""The order of rows is pinned: goldens, splits and resumed runs rest on these very numbers."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from specc.data.order import in_time, permutation
from specc.data.table import typed


def test_pinned_values() -> None:
    assert permutation(8, 42, 0).tolist() == [7, 1, 6, 4, 3, 5, 0, 2]
    assert permutation(8, 42, 1).tolist() == [4, 5, 3, 0, 2, 7, 1, 6]
    assert permutation(8, -1, 0).tolist() == [0, 7, 4, 2, 6, 3, 1, 5]
    assert permutation(0, 1, 1).tolist() == []


@given(n=st.integers(0, 300), seed=st.integers(-2**63, 2**63), epoch=st.integers(0, 10**6))
def test_every_row_once(n: int, seed: int, epoch: int) -> None:
    found = permutation(n, seed, epoch)
    assert sorted(found.tolist()) == list(range(n))
    assert np.array_equal(found, permutation(n, seed, epoch))


def test_seed_and_epoch_both_count() -> None:
    made = {tuple(permutation(50, seed, epoch)) for seed in range(5) for epoch in range(5)}
    assert len(made) == 25


def test_time_is_not_the_alphabet() -> None:
    dates = typed(["2020-01-10", "2020-01-09", "2019-12-31T23:00", "2020-01-09"])
    assert in_time(dates)[0].tolist() == [2, 1, 3, 0]
    assert in_time(typed([10, 9, 100, 9]))[0].tolist() == [1, 3, 0, 2]
    assert in_time(typed(["2020-02", "2020-01"])) [1] is None
    rows, word = in_time(typed(["31/12/2019", "1/1/2020"]))
    assert (rows.tolist(), word) == ([1, 0], "31/12/2019")
