"""Windows against the plainest way to say what they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from data_plans import MakeSpec, plan
from hypothesis import given
from hypothesis import strategies as st

from specc.data.learn import learn
from specc.data.prepare import apply, prepare
from specc.data.table import typed
from specc.data.window import windows
from specc.spec import Window


def naive(rows: list[int], by: list[str], window: Window) -> list[tuple[list[int], list[int]]]:
    """Every start in every group, kept if window and targets are all there."""
    out = []
    for group in dict.fromkeys(by[row] for row in rows):
        run = [row for row in rows if by[row] == group]
        for start in range(0, len(run), window.stride):
            sees = run[start:start + window.length]
            first = start + window.length - 1 + window.horizon
            aims = run[first:first + window.steps]
            if len(sees) == window.length and len(aims) == window.steps:
                out.append((sees, aims))
    return out


@given(by=st.lists(st.sampled_from("abc"), min_size=1, max_size=60), data=st.data(),
       length=st.integers(1, 6), horizon=st.integers(1, 4), steps=st.integers(1, 3),
       stride=st.integers(1, 4))
def test_windows_stay_in_their_part_and_group(by: list[str], data: st.DataObject, length: int,
                                              horizon: int, steps: int, stride: int) -> None:
    rows = sorted(data.draw(st.sets(st.integers(0, len(by) - 1))))
    window = Window(length, horizon, steps, stride, "by")
    sees, aims = windows(np.array(rows, dtype=np.int64), typed(by), window) if rows else \
        (np.empty((0, length)), np.empty((0, steps)))
    expected = naive(rows, by, window)
    assert sees.tolist() == [one for one, _ in expected]
    assert aims.tolist() == [one for _, one in expected]


SPEC = '''[data]
source = "s.csv"
order = "day"
window = {{ length = 3, horizon = 2, steps = {steps}, by = "shop" }}
split = {{ test = 0.3 }}
[inputs.past]
columns = ["price", "visits"]
scale = "standard"
[outputs.next]
task = "regression"
target = "price"
scale = "standard"
'''


def series(folder: Path) -> None:
    lines = [f"2020-01-{day:02d},{shop},{day * 10 + shop},{day}"
             for day in range(1, 21) for shop in (1, 2)]
    (folder / "s.csv").write_text("day,shop,price,visits\n" + "\n".join(reversed(lines)) + "\n")


def test_series_to_arrays_and_back(make: MakeSpec, tmp_path: Path) -> None:
    series(tmp_path)
    spec = make(SPEC.format(steps=2))
    data = learn(spec).value
    assert data is not None
    assert data.facts.dims == {"next": 2}
    made = prepare(plan(spec), data).value
    assert made is not None
    fit = made.preparation.inputs["past"].columns[0]
    train = data.parts["train"]
    assert len(train) == 28
    assert fit.center == data.frame["price"].iloc[train].mean()
    one = made.train
    assert one.inputs["past"].shape == (2 * (14 - 5), 3, 2)
    assert one.targets["next"].shape == (18, 2)
    assert one.inputs["past"].dtype == np.float32
    prices = data.frame["price"].to_numpy()
    sees, aims = windows(train, data.frame["shop"].to_numpy(), Window(3, 2, 2, 1, "shop"))
    target = made.preparation.targets["next"]
    own = one.targets["next"] * target.divide[0] + target.center[0]
    np.testing.assert_allclose(own, prices[aims], rtol=1e-5)
    np.testing.assert_allclose(one.inputs["past"][..., 0] * fit.divide + fit.center, prices[sees],
                               rtol=1e-5)
    assert made.test is not None
    assert len(made.test) == 2  # six rows of each shop are just one window and its targets


def test_the_future_has_no_target(make: MakeSpec, tmp_path: Path) -> None:
    series(tmp_path)
    data = learn(make(SPEC.format(steps=1))).value
    assert data is not None
    fresh = data.frame.iloc[:10]
    made = apply(data.preparation, fresh, "new.csv").value
    assert made is not None
    assert made.inputs["past"].shape == (2 * (5 - 3 + 1), 3, 2)
    assert sorted(made.rows.tolist()) == [4, 5, 6, 7, 8, 9]


def test_a_window_that_fits_nowhere_is_said(make: MakeSpec, tmp_path: Path) -> None:
    series(tmp_path)
    spec = make(SPEC.format(steps=4))
    data = learn(spec).value
    assert data is not None
    (wrong,) = prepare(plan(spec), data).errors
    assert wrong.code == "DA213"
    assert wrong.message == ("no window fits into test: its longest run has 6 rows, a window and "
                             "its target need 8")
