"""Which learning rate a range test speaks for: plain numbers, no Keras and no arrays."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, isfinite, log, log10

from specc.record import Record

SMOOTH = 0.9  # how much of the smoothed loss is that of the step before
DIVERGED = 4.0  # times the lowest smoothed loss, at which the test ends
EARLY = 10  # steps before which nothing is judged
LEAST = 0.02  # part of the loss by which it has to fall


class Suggestion(Record):
    """What to write as `learning_rate`, and why. None: no rate made the loss fall."""

    rate: float | None
    reason: str
    steepest: float | None = None
    lowest: float | None = None


def smoothed(losses: Sequence[float], keep: float = SMOOTH) -> list[float]:
    """The exponential mean of losses, corrected for its beginning at nothing."""
    mean, found = 0.0, []
    for step, loss in enumerate(losses, 1):
        mean = keep * mean + (1 - keep) * loss
        found.append(mean / (1 - keep ** step))
    return found


def diverged(losses: Sequence[float]) -> bool:
    """Whether the loss has become so large that higher rates need not be tried."""
    if len(losses) <= EARLY:
        return False
    curve = smoothed(losses)
    lowest = min(curve)
    return curve[-1] > max(DIVERGED * lowest, lowest + abs(curve[0]))


def suggest(points: Sequence[tuple[float, float]]) -> Suggestion:
    """The rate at which the smoothed loss falls fastest, over the logarithm of the rate.

    It is sought before the lowest loss, from where on rates are too high; a tenth of the rate of
    the lowest loss is the most that is suggested.
    """
    usable = [(rate, loss) for rate, loss in points if rate > 0 and isfinite(loss)]
    if len(usable) < EARLY:
        return Suggestion(None, "the loss stopped being a number after "
                          f"{len(usable)} steps: begin with a smaller rate")
    curve = smoothed([loss for _, loss in usable])
    rates = [rate for rate, _ in usable]
    bottom = min(range(len(curve)), key=curve.__getitem__)
    top = max(curve[:bottom + 1])
    if not top - curve[bottom] > LEAST * abs(top) or bottom < 3:
        return Suggestion(None, "the loss falls at no rate between "
                          f"{rates[0]:.2g} and {rates[-1]:.2g}")
    slopes = {at: (curve[at + 1] - curve[at - 1]) / log(rates[at + 1] / rates[at - 1])
              for at in range(2, bottom) if rates[at + 1] > rates[at - 1]}
    steepest = min(slopes, key=slopes.__getitem__) if slopes else bottom
    rate = rounded(min(rates[steepest], rates[bottom] / 10))
    return Suggestion(
        rate, f"the loss falls fastest at {rates[steepest]:.2g} and is lowest at "
        f"{rates[bottom]:.2g}, above which steps are too large; "
        + ("the former" if rates[steepest] <= rates[bottom] / 10 else "a tenth of the latter")
        + " is suggested", rates[steepest], rates[bottom])


def rounded(rate: float) -> float:
    """A rate as people write it: one digit, rounded down."""
    power = 10.0 ** floor(log10(rate))
    return float(f"{floor(rate / power + 1e-9) * power:.0e}")
