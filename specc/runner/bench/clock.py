"""Rounds, by pytest-benchmark: its fixture times a call, its records keep the numbers.

A fixture of pytest-benchmark measures one thing from the first round to the last. Here several
take turns, so that whatever else the machine does is unfair to none: each round is a fixture of
its own, and the records are filled from them.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any, TypeAlias

from pytest_benchmark.fixture import BenchmarkFixture
from pytest_benchmark.stats import Metadata

Rounds: TypeAlias = dict[str, list[float]]  # seconds by figure
MOST_ROUNDS = 100
Turn: TypeAlias = Callable[[], Mapping[str, float]]


class Timer:
    """The clock of one item, as pytest-benchmark's options set it."""

    def __init__(self, item: Any, session: Any) -> None:
        self.item, self.session = item, session

    def fixture(self, keep: Callable[[Any], object]) -> Any:
        return BenchmarkFixture(self.item, add_stats=keep, logger=self.session.logger,
                                warner=self.item.warn, disabled=self.session.disabled,
                                **self.session.options)

    def __call__(self, work: Callable[[], object]) -> float:
        """Seconds of a call; 0 where pytest-benchmark only runs things once (`disabled`)."""
        kept: list[Any] = []
        self.fixture(kept.append).pedantic(work)
        return float(kept[0].stats.data[0]) if kept else 0.0

    def now(self) -> float:
        return float(self.session.options["timer"].target())

    def record(self, name: str, group: str, seconds: Sequence[float],
               more: Mapping[str, Any]) -> None:
        """What was measured, as one of the session's benchmarks: shown and stored by it."""
        fixture = self.fixture(lambda record: None)
        fixture.fullname = f"{self.item.nodeid.rpartition('::')[0]}::{name}"
        fixture.name, fixture.group = f"{name} of {group}", group
        fixture.extra_info = dict(more)
        shown = {key: value for key, value in self.session.options.items()
                 if not key.startswith("cprofile")}
        record = Metadata(fixture, iterations=1, options=shown)
        for one in seconds:
            record.update(one)
        self.session.benchmarks.append(record)


def in_turns(turns: Mapping[str, Turn], least: int, seconds: float,
             clock: Callable[[], float]) -> dict[str, Rounds]:
    """Rounds of several things, one after another, each round beginning with another one.

    least: rounds at least; more while they take less than `seconds` for each, `MOST_ROUNDS` at
    most. `clock()` tells the time.
    """
    found: dict[str, Rounds] = {label: {} for label in turns}
    begun = clock()
    for done, order in enumerate(orders(tuple(turns)), 1):
        for label in order:
            for figure, value in turns[label]().items():
                found[label].setdefault(figure, []).append(value)
        enough = clock() - begun >= seconds * len(turns) or done >= MOST_ROUNDS
        if done >= least and enough:
            break
    return found


@contextmanager
def without_old_garbage(turns: Mapping[str, Turn]) -> Iterator[Mapping[str, Turn]]:
    """The same turns, each with garbage collected before it, off its clock.

    A full collection looks through all that Keras's import left (half a million objects, as long
    as compiling a small model) and falls into any round. What is left is set aside meanwhile, so a
    round pays for collecting what it makes itself, every round alike.
    """
    def after_collecting(turn: Turn) -> Turn:
        def one() -> Mapping[str, float]:
            gc.collect()
            gc.freeze()
            return turn()

        return one

    try:
        yield {label: after_collecting(turn) for label, turn in turns.items()}
    finally:
        gc.unfreeze()


def orders(labels: Sequence[str]) -> Iterator[Sequence[str]]:
    """The labels, each time beginning with the next one, and every other time around backwards:
    none is always the first, or always comes after the same one."""
    for number in count():
        begin = number % len(labels)
        turned = (*labels[begin:], *labels[:begin])
        yield turned[::-1] if number // len(labels) % 2 else turned


__all__ = ["MOST_ROUNDS", "Rounds", "Timer", "Turn", "in_turns", "orders", "without_old_garbage"]
