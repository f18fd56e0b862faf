"""Limits of CPU time against what grows too fast, which hold on a slow machine too."""

from __future__ import annotations

import time

USUAL = 0.04  # CPU seconds of `_work` on the machine that the limits were written for


def in_time(used: float, seconds: float) -> bool:
    """Whether `used` CPU seconds keep to the limit, or to as many times the limit as this machine
    is slower at plain Python just now."""
    return used <= seconds or used <= seconds * max(_work() for _ in range(3)) / USUAL


def _work() -> float:
    """The CPU seconds of a fixed piece of work: dictionaries, strings, sorting."""
    begun = time.process_time()
    counted: dict[str, int] = {}
    for number in range(200_000):
        word = str(number % 997)
        counted[word] = counted.get(word, 0) + number
    sorted(counted.items(), key=lambda one: (one[1] % 7, one[0]))
    return time.process_time() - begun
