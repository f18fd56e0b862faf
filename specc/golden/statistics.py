"""The two tests that goldens are held to where bits are not equal.

Equivalence (two one-sided tests, Schuirmann 1987): two means are shown to be equal within a margin
when the 90 % interval of their difference lies inside it. Regression (one-sided): a mean is shown
to be worse when the 99 % lower bound of its difference lies above the margin.

Seeds pair the numbers: what another processor rounds otherwise is the same training, and its
differences are as small as rounding. Where random layers draw otherwise they are other trainings,
and Welch's test takes their place.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, sqrt
from statistics import fmean, variance

from specc.record import Record

# One-sided quantiles of Student's distribution, of 1 to 30 degrees of freedom; beyond, the last.
T95 = (6.314, 2.920, 2.353, 2.132, 2.015, 1.943, 1.895, 1.860, 1.833, 1.812, 1.796, 1.782, 1.771,
       1.761, 1.753, 1.746, 1.740, 1.734, 1.729, 1.725, 1.721, 1.717, 1.714, 1.711, 1.708, 1.706,
       1.703, 1.701, 1.699, 1.697)
T99 = (31.821, 6.965, 4.541, 3.747, 3.365, 3.143, 2.998, 2.896, 2.821, 2.764, 2.718, 2.681, 2.650,
       2.624, 2.602, 2.583, 2.567, 2.552, 2.539, 2.528, 2.518, 2.508, 2.500, 2.492, 2.485, 2.479,
       2.473, 2.467, 2.462, 2.457)


class Difference(Record):
    """A mean difference, got less golden, with the error of that mean."""

    mean: float
    error: float  # standard error; 0 where there is a single seed
    freedom: float  # degrees of freedom; 0 where there is a single seed

    def half(self, quantiles: Sequence[float] = T95) -> float:
        """Half the width of the interval: of 90 % with T95, as each side has 5 %."""
        if not self.freedom:
            return 0.0
        index = min(int(self.freedom), len(quantiles)) - 1  # rounded down: wider
        return quantiles[max(index, 0)] * self.error

    def inside(self, margin: float) -> bool:
        """Whether it is shown to be less than the margin, either way."""
        return abs(self.mean) + self.half() <= margin

    def outside(self, margin: float) -> bool:
        """Whether it is shown to be more than the margin, one way."""
        return abs(self.mean) - self.half() > margin

    def worse(self, margin: float) -> bool:
        """Whether it is shown to be above the margin, at 99 %."""
        return self.mean - self.half(T99) > margin


def paired(golden: Sequence[float], got: Sequence[float]) -> Difference:
    """The difference where the n-th number of both is of the same seed."""
    each = [new - old for old, new in zip(golden, got, strict=True)]
    if len(each) < 2:
        return Difference(fmean(each), 0.0, 0.0)
    return Difference(fmean(each), sqrt(variance(each) / len(each)), len(each) - 1)


def unpaired(golden: Sequence[float], got: Sequence[float]) -> Difference:
    """The difference of two samples (Welch). Of fewer than two each, nothing is known of it."""
    mean = fmean(got) - fmean(golden)
    if min(len(golden), len(got)) < 2:
        return Difference(mean, inf, 1.0)
    parts = [variance(one) / len(one) for one in (golden, got)]
    error = sum(parts)
    spread = sum(part**2 / (len(one) - 1) for part, one in zip(parts, (golden, got), strict=True))
    return Difference(mean, sqrt(error), error**2 / spread if spread else inf)
