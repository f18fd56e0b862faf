"""When the model is looked at, and how closely: a function of spec and epoch, so findings repeat.

A look may cost a tenth of the training before it. What both cost is estimated from the plan, in
milliseconds of an ordinary machine: measured, it would be another one every day.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from specc.record import Record

Diagnose: TypeAlias = Literal["off", "epoch", "full"]

ALWAYS = (0, 1, 2, 4)  # epochs after which to look, whatever it costs: rules compare looks
SHARE = 10  # what is looked for may cost one part in so many


class Pace(Record):
    """Estimates: of an epoch, of a look, and of compiling what derives where that costs much."""

    epoch: float
    look: float
    derive: float = 0.0

    def trained(self, epoch: int, cost: float) -> bool:
        """Whether what was trained so far is worth that cost."""
        return epoch * self.epoch >= SHARE * cost


def due(epoch: int, epochs: int, diagnose: Diagnose, pace: Pace) -> bool:
    """Whether to look after an epoch (from 1; 0: before training).

    epoch: before training, after 1, 2 and 4, after 8, 16, 32, ... where that is worth it, and
    after the last. full: after each.
    """
    if diagnose == "off":
        return False
    return diagnose == "full" or epoch == epochs or epoch in looks(epochs, pace)


def derives(epoch: int, diagnose: Diagnose, pace: Pace) -> bool:
    """Whether a look after that epoch asks for gradients too, which may have to be compiled."""
    return diagnose == "full" or pace.derive == 0 or pace.trained(epoch, pace.derive)


def looks(epochs: int, pace: Pace) -> tuple[int, ...]:
    """The epochs after which `epoch` looks, the last one aside."""
    found = [one for one in ALWAYS if one <= epochs]
    at = 2 * ALWAYS[-1]
    while at <= epochs:
        if pace.trained(at, pace.look * (len(found) + 1)):
            found.append(at)
        at *= 2
    return tuple(found)
