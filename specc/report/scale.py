"""Axes: which part of the numbers is shown, where its marks stand, and how a number is written.

Everything here takes any float: NaN and infinities are no places on an axis, constants get room
around them, and what would overflow is cut to `LARGEST`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil, floor, isfinite, log10

from specc.record import Record

LARGEST = 1e150  # what is beyond stands at the edge
SMALLEST = 1e-150  # two numbers that differ by less are one
DECADES = 2.0  # a loss that falls by more than so many powers of ten is shown on a log scale


class Axis(Record):
    """A range of numbers laid over a range of pixels.

    low, high: the numbers at its ends, low < high; of a log axis both above 0.
    begin, end: their pixels; `begin` > `end` for an axis that goes up.
    """

    low: float
    high: float
    begin: float
    end: float
    log: bool = False

    def at(self, value: float) -> float:
        """The pixel of a number, inside the axis."""
        low, high = self.low, self.high
        value = min(max(value, low), high)
        if self.log:
            low, high, value = log10(low), log10(high), log10(value)
        return self.begin + (self.end - self.begin) * ((value - low) / (high - low))

    def marks(self, most: int = 5) -> list[float]:
        """The round numbers on it that get a mark, `most` of them or a few less."""
        found = powers(self.low, self.high, most) if self.log else ()
        return list(found) or ticks(self.low, self.high, most)


def known(values: Iterable[float | None]) -> list[float]:
    """The numbers among values that have a place on an axis."""
    return [cut(value) for value in values if value is not None and isfinite(value)]


def cut(value: float) -> float:
    return min(max(float(value), -LARGEST), LARGEST)


def span(values: Sequence[float], *, room: float = 0.06, floor: float | None = None
         ) -> tuple[float, float]:
    """The ends of an axis for numbers, with some room; around a constant, and of nothing (0, 1).

    floor: what the low end may not go below where no number does, as 0 of counts.
    """
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    if high - low <= max(abs(low), abs(high)) * 1e-12 or high - low < SMALLEST:
        more = max(abs(low), abs(high)) * 0.1
        more = more if more >= SMALLEST else 1.0
    else:
        more = (high - low) * room
    down = low - more
    if floor is not None and low >= floor:
        down = max(down, floor)
    return down, high + more


def falls_far(values: Sequence[float]) -> bool:
    """Whether positive numbers are spread over so many powers of ten that a log axis shows more."""
    return bool(values) and min(values) > SMALLEST and \
        log10(max(values)) - log10(min(values)) > DECADES


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Multiples of 1, 2 or 5 times a power of ten inside a range."""
    raw = (high - low) / max(1, most)
    if not raw > 0 or not isfinite(raw):
        return [low]
    ten = 10.0 ** floor(log10(raw))
    step = next((ten * by for by in (1, 2, 2.5, 5, 10) if ten * by >= raw * (1 - 1e-9)), ten * 10)
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    if first > last or last - first > 4 * most:
        return [low]
    return [number * step for number in range(first, last + 1)]


def whole_ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Whole numbers inside a range, as epochs are."""
    room = max(1.0, (high - low) / max(1, most))
    ten = 10.0 ** floor(log10(room))
    step = next(whole for by in (1, 2, 5, 10) if (whole := ten * by) >= room * (1 - 1e-9))
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    return [number * step for number in range(first, last + 1)] or [float(round(low))]


def powers(low: float, high: float, most: int = 5) -> list[float]:
    """Powers of ten inside a range, every so many of them; none where there are less than two."""
    first, last = ceil(log10(low) - 1e-9), floor(log10(high) + 1e-9)
    if last <= first:
        return []
    every = max(1, ceil((last - first + 1) / most))
    return [10.0 ** number for number in range(first, last + 1, every)]


def written(value: float | int | None, digits: int = 4) -> str:
    """A number for people: `0.0123`, `12,300`, `1.2e-07`, `NaN`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return f"{value:,}" if abs(value) < 10**15 else f"{value:.{digits - 1}e}"
    if value != value:
        return "NaN"
    if not isfinite(value):
        return "∞" if value > 0 else "−∞"
    if value and not 1e-4 <= abs(value) < 1e6:
        mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
        short = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
        return f"{short}e{int(exponent)}".replace("-", "−", 1 if value < 0 else 0)
    if abs(value) >= 10 ** digits:
        return f"{value:,.0f}".replace("-", "−")
    return f"{value:.{digits}g}".replace("-", "−")


def marked(values: Sequence[float]) -> list[str]:
    """Marks of one axis, written with as many digits as tell them apart."""
    for digits in range(3, 10):
        texts = [written(value, digits) for value in values]
        if len(set(texts)) == len(set(values)):
            return texts
    return [written(value, 9) for value in values]
