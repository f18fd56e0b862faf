"""How many steps one call of a compiled epoch makes: as many as take about a quarter of a second.

Python sees Ctrl-C only between two calls. What a step costs is measured, since no count of
operations tells it; the number of steps in a call changes no bit.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

AIM = 0.25  # seconds of a call
GROWTH = 8  # the next call has at most so many times the steps of the one before


class Pace:
    """Cuts epochs into calls, learning from each how long the next may be.

    The first call has one step: it also compiles.
    """

    def __init__(self) -> None:
        self.steps = 1

    def pieces(self, total: int) -> Iterator[tuple[int, int]]:
        """Steps 0 .. total - 1 as (first, one past the last); the caller makes each at once."""
        at = 0
        while at < total:
            stop = min(total, at + self.steps)
            begin = time.perf_counter()
            yield at, stop
            self.learn(stop - at, time.perf_counter() - begin)
            at = stop

    def learn(self, steps: int, seconds: float) -> None:
        """Set the steps of the next call from what the last one took.

        One cut short by the end of an epoch says what a step costs, and lessens nothing.
        """
        fitting = int(AIM * steps / max(seconds, 1e-9))
        grown = max(GROWTH * steps, self.steps)
        self.steps = max(1, min(fitting, grown))
