"""Whether one thing takes longer than another, from rounds of both: a pure function of numbers.

Two things measured in turns (`paired`) are compared round by round: of the ratios, the exact
interval in which their median lies with 99 %, from order statistics. It asks nothing of how times
are distributed, and what slows both down (another program) goes out of the ratios.

Two things measured apart (a stored result; figures that need a process for each round) have an
interval each, which holds its median with 99.5 %; below nine values, where there is none, their
least and most, which for five and five do not overlap by chance in 0.8 % of cases. The interval
of the ratio goes from the ends.

A difference is shown where the whole interval lies beyond the noise bound on one side. The bound is
the largest of what the thing measured against itself in the same run shows (the farther end of
that interval) and of a floor: `FLOOR`, and `BETWEEN` for results of different runs, whose
processes differ by more than their rounds do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Literal, TypeAlias

from specc.record import Record
from specc.runner.bench.figures import Figure, Unit

Word: TypeAlias = Literal["faster", "slower", "less", "more", "no difference shown",
                          "no baseline"]
PAIRED, APART = 0.99, 0.995  # confidence
FEWEST = 5  # values, below which nothing is shown
FLOOR: Mapping[Unit, float] = {"s": 0.03, "B": 0.01}
BETWEEN: Mapping[Unit, float] = {"s": 0.10, "B": 0.02}


class Interval(Record):
    low: float
    high: float

    @property
    def beyond(self) -> float:
        """How far from 1 the farther end is, as a part: 0.05 for 1.05, and for 1/1.05."""
        return max(self.high, 1 / self.low) - 1


class Verdict(Record):
    """`ratio`: of the other to this one; above 1 the other takes longer. `why` where it does not
    go without saying."""

    figure: str
    word: Word
    ratio: float | None = None
    interval: Interval | None = None
    bound: float | None = None
    why: str = ""


def interval(values: Sequence[float], confidence: float) -> Interval | None:
    """Where the median of what gave these values lies; None where they are too few to say."""
    from scipy.stats import quantile_test

    if not values:
        return None
    found = quantile_test(list(values), q=0, p=0.5).confidence_interval(confidence)
    low, high = float(found.low), float(found.high)
    return Interval(low, high) if low == low and high == high else None  # NaN: too few


def paired(this: Sequence[float], other: Sequence[float]) -> Interval | None:
    """The interval of the ratio of two that were measured in turns."""
    return interval([b / a for a, b in zip(this, other, strict=True)], PAIRED)


def apart(this: Sequence[float], other: Sequence[float]) -> Interval | None:
    """The interval of the ratio of two that were measured apart."""
    one, two = _alone(this), _alone(other)
    return None if one is None or two is None else Interval(two.low / one.high, two.high / one.low)


def _alone(values: Sequence[float]) -> Interval | None:
    if len(values) < FEWEST:
        return None
    return interval(values, APART) or Interval(min(values), max(values))


def compared(this: Sequence[float], other: Sequence[float], *,
             in_turns: bool) -> Interval | None:
    """In turns where the rounds are enough for that, else apart."""
    found = paired(this, other) if in_turns and len(this) == len(other) else None
    return found or apart(this, other)


def noise(figure: Figure, values: Sequence[float], control: Sequence[float] = ()) -> float:
    """The bound of a figure, from rounds and those of the same thing again, taken in turns.

    Without a control every other round stands for one, where there are enough; of few, as processes
    are, what counts is how far one lies from the median at most.
    """
    half = len(values) // 2
    this, again = (values, control) if control else (values[:2 * half:2], values[1:2 * half:2])
    found = compared(this, again, in_turns=True)
    middle = median(values)
    spread = max(max(values) / middle, middle / min(values)) - 1
    return max(FLOOR[figure.unit], found.beyond if found else spread)


def judged(figure: Figure, this: Sequence[float], other: Sequence[float], bound: float, *,
           in_turns: bool) -> Verdict:
    """The verdict on the other, as against this one."""
    smaller, larger = figure.words
    ratio = median(other) / median(this)
    found = compared(this, other, in_turns=in_turns)
    if found is None:
        few = min(len(this), len(other))
        return Verdict(figure.name, "no difference shown", ratio, None, bound,
                       f"{few} round{'s' * (few != 1)} cannot show one")
    word: Word = (larger if found.low > 1 + bound else smaller if found.high < 1 / (1 + bound)
            else "no difference shown")
    return Verdict(figure.name, word, ratio, found, bound)


def worse(found: Sequence[Verdict], percent: float) -> list[Verdict]:
    """Those that are slower, or take more, by more than so many percent."""
    return [one for one in found if one.word in ("slower", "more") and one.ratio is not None
            and one.ratio > 1 + percent / 100]
