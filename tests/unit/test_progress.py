"""What is said of a run while it works: how fast it goes, and how long it will take."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import nan

import pytest

from specc.runner.progress import Lines, Pace, Silent, clock_time, said, speed


def clock(times: Iterable[float]) -> Callable[[], float]:
    return iter(times).__next__


def test_the_first_epoch_holds_the_compiling_and_tells_nothing_of_the_rest() -> None:
    pace = Pace(10, 1000, clock([0.0, 20.0, 21.0, 22.0, 22.0]))
    pace.epoch(0)
    assert (pace.left, pace.rate) == (None, None)
    pace.epoch(1)
    assert (pace.left, pace.rate) == (8.0, 1000.0)
    pace.epoch(2)
    assert pace.said() == "0:22 elapsed, 0:07 left, 1,000 samples/s"


def test_a_first_epoch_that_takes_long_tells_of_the_next() -> None:
    pace = Pace(3, 0, clock([0.0, 600.0]))
    pace.epoch(0)
    assert pace.left == 1200.0
    assert pace.rate is None  # nobody said how many rows there are


def test_speed_changes_and_the_last_epochs_count() -> None:
    times = [0.0, *(float(at) for at in range(1, 12)), *(12.0 + 5 * at for at in range(11))]
    pace = Pace(30, 10, clock(times))
    for epoch in range(22):
        pace.epoch(epoch)
    assert pace.left == 8 * 5.0


def test_a_run_that_goes_on_where_another_ended() -> None:
    pace = Pace(100, 0, clock([0.0, 9.0, 10.0]))
    pace.epoch(97)
    pace.epoch(98)
    assert pace.left == 1.0


@pytest.mark.parametrize(("seconds", "text"), [
    (0.4, "0:00"), (9, "0:09"), (200, "3:20"), (7500, "2:05:00"), (100 * 3600, "100:00:00")])
def test_times(seconds: float, text: str) -> None:
    assert clock_time(seconds) == text


@pytest.mark.parametrize(("rate", "text"), [
    (0.5, "0.5 samples/s"), (99.4, "99.4 samples/s"), (1234.5, "1,230 samples/s"),
    (34_149, "34,100 samples/s"), (999_499, "999,000 samples/s"),
    (1_240_000, "1.24 M samples/s")])
def test_speeds(rate: float, text: str) -> None:
    assert speed(rate) == text


def test_a_pipe_gets_ten_plain_lines(capsys: pytest.CaptureFixture[str]) -> None:
    lines = Lines()
    lines.begin(100, 50)
    for epoch in range(100):
        lines.epoch(epoch, {"train.loss": 1.0, "val.loss": 2.0})
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 10
    assert err.startswith("epoch 10/100  train.loss 1.0000  val.loss 2.0000  (0:00 elapsed")
    assert "\x1b" not in err
    assert "\r" not in err


def test_begin_may_know_nothing_of_samples(capsys: pytest.CaptureFixture[str]) -> None:
    for one in (Silent(), Lines()):
        one.begin(2)
        one.epoch(0, {"train.loss": 1})
        one.end()
    assert "samples" not in capsys.readouterr().err


def test_losses_come_first_then_metrics_and_small_numbers_are_no_zeros() -> None:
    assert said({"train.loss": 1e-7, "val.y.loss": 3.0, "val.y.mae": 2.0, "val.loss": nan,
                 "val.y.r2": 0.5, "learning_rate": "?"}) == (
        "train.loss 1.000e-07  val.loss nan  val.y.mae 2.0000  val.y.r2 0.5000")
