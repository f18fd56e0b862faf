"""When the model is looked at: a function of the epoch alone, so that findings repeat.

A look costs about as much as a few steps of training, whatever the epoch costs. Growing gaps keep
it to a few of them where epochs are many and short.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

Diagnose: TypeAlias = Literal["off", "epoch", "full"]


def due(epoch: int, epochs: int, diagnose: Diagnose) -> bool:
    """Whether to look after an epoch (from 1; 0: before training).

    epoch: before training, after 1, 2, 4, 8, 16, ... (twice as far each time), and after the last.
    full: after each.
    """
    if diagnose == "off":
        return False
    return diagnose == "full" or epoch in (0, epochs) or epoch in looks(epochs)


def looks(epochs: int) -> tuple[int, ...]:
    """The epochs after which `epoch` looks, the last one aside."""
    found, at = [], 1
    while at <= epochs:
        found.append(at)
        at *= 2
    return tuple(found)
