"""A call of a compiled epoch: not so long that Ctrl-C waits, not so short that time is lost."""

from __future__ import annotations

import pytest

from specc.backend.whole import pace
from specc.backend.whole.pace import AIM, GROWTH, Pace


class Clock:
    """A clock that a step moves by what it costs."""

    def __init__(self, monkeypatch, step: float, compiling: float = 0.0) -> None:
        self.now, self.step, self.compiling = 0.0, step, compiling
        monkeypatch.setattr(pace.time, "perf_counter", lambda: self.now)

    def make(self, first: int, stop: int) -> float:
        took = self.compiling + self.step * (stop - first)
        self.compiling = 0.0
        self.now += took
        return took


def epochs(clock: Clock, total: int, count: int) -> list[list[tuple[int, int, float]]]:
    held = Pace()
    return [[(first, stop, clock.make(first, stop)) for first, stop in held.pieces(total)]
            for _ in range(count)]


@pytest.mark.parametrize("total", [0, 1, 2, 7, 363, 10_000])
@pytest.mark.parametrize("step", [1e-6, 6e-5, 0.01, 0.3, 5.0])
def test_every_step_is_made_once_and_in_order(monkeypatch, total, step):
    for calls in epochs(Clock(monkeypatch, step, compiling=2.0), total, 3):
        assert [at for first, stop, _ in calls for at in range(first, stop)] == list(range(total))


@pytest.mark.parametrize("step", [6e-5, 0.01, 0.3, 5.0])
def test_no_call_is_long_but_one_that_cannot_be_cut(monkeypatch, step):
    found = epochs(Clock(monkeypatch, step, compiling=2.0), 100_000 if step < 0.01 else 200, 2)
    calls = [one for calls in found for one in calls][1:]
    assert all(took <= max(AIM, step) * 1.01 for _, _, took in calls)


def test_small_epochs_become_one_call(monkeypatch):
    found = epochs(Clock(monkeypatch, 6e-5, compiling=1.0), 363, 4)
    assert len(found[0]) < 7
    assert [len(calls) for calls in found[2:]] == [1, 1]


def test_the_smaller_end_of_an_epoch_lessens_nothing(monkeypatch):
    clock = Clock(monkeypatch, 0.25 / 300)
    held = Pace()
    for _ in range(5):
        for first, stop in held.pieces(301):
            clock.make(first, stop)
    assert held.steps >= 290


def test_growth_is_bounded():
    held = Pace()
    held.learn(1, 1e-9)
    assert held.steps == GROWTH
