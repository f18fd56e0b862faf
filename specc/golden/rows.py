"""The numbers of a golden beside those obtained, and which of three ways they are held.

    bits        the same environment: every number of every seed is the same to the last bit
    paired      elsewhere: equivalent within a part of itself that grows with the epochs
                    allowed(e) = tolerance * GROWS ^ ((e - 1) / (E - 1) - 1)      e = 1 .. E
    unpaired    another back end trains it otherwise (random layers draw other numbers): not shown
                to be beyond two standard deviations of the seeds; its twin is held as paired
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from statistics import fmean, stdev
from typing import Literal, TypeAlias

from specc.golden.record import Golden
from specc.golden.statistics import Difference, paired, unpaired
from specc.record import Record, replace

Way: TypeAlias = Literal["bits", "paired", "unpaired"]
Verdict: TypeAlias = Literal["equal", "within", "undecided", "differs"]

LAST = 1e-4  # relative, in the last epoch, unless the spec says otherwise
GROWS = 100.0  # by as much from the first epoch to the last
FIRST = LAST / GROWS
FLOOR = 1e-8  # absolute: what is next to zero has no relative error to speak of
DEVIATIONS = 2.0  # of the seeds, where numbers cannot be paired
ALIKE = " (alike)"  # behind the names of numbers of the twin that back ends train alike


class Row(Record):
    """One number of an epoch (from 1) under a name; of one seed, or the mean of all (None).

    `expected` and `got` are None where there is no such number. `interval` and `allowed` are
    absolute: the difference is known up to the first, and may be as large as the second.
    """

    seed: int | None
    epoch: int
    name: str
    expected: float | None
    got: float | None
    allowed: float  # 0: the same bits
    interval: float = 0.0
    verdict: Verdict = "differs"
    worse: bool = False  # shown to be above what is allowed, at 99 %

    @property
    def within(self) -> bool:
        """Whether the number is not shown to be another one."""
        return self.verdict != "differs"

    @property
    def difference(self) -> float:
        """Got less expected; NaN where one of them is missing."""
        if self.expected is None or self.got is None:
            return math.nan
        return 0.0 if same(self.expected, self.got) else self.got - self.expected

    @property
    def relative(self) -> float:
        """The difference as a part of what was expected; infinite where that is zero."""
        if self.difference == 0.0:
            return 0.0
        return abs(self.difference) / abs(self.expected) if self.expected else math.inf


def same(one: float | None, other: float | None) -> bool:
    """The same bits; NaN equals NaN, and nothing equals nothing."""
    if one is None or other is None:
        return one is other
    return one == other or (math.isnan(one) and math.isnan(other))


def rows(golden: Golden, got: Golden, way: Way, tolerance: float | None) -> tuple[Row, ...]:
    """Every number of the seeds obtained, by epoch within seed (bits) or by epoch alone (means)."""
    seeds = sorted(got.seeds)
    alone = [[seed] for seed in seeds] if way == "bits" else [seeds]
    found = tuple(row for several in alone for row in _rows(golden, got, several, way, tolerance))
    if way != "unpaired":
        return found
    twins = rows(*_twins(golden, got), "paired", tolerance)
    return (*(replace(row, name=row.name + ALIKE) for row in twins), *found)


def _twins(golden: Golden, got: Golden) -> tuple[Golden, Golden]:
    """Both with the losses of their twins. A model that has none is alike itself: a mutant without
    the golden's random layers."""
    known = {seed: one.alike for seed, one in golden.seeds.items() if one.alike}
    obtained = {seed: one.alike or one for seed, one in got.seeds.items() if seed in known}
    return replace(golden, seeds=known), replace(got, seeds=obtained)


def _rows(golden: Golden, got: Golden, seeds: Sequence[int], way: Way,
          tolerance: float | None) -> Iterator[Row]:
    runs = [(golden.seeds[seed].values if seed in golden.seeds else {}, got.seeds[seed].values)
            for seed in seeds]
    elsewhere = golden.environment.get("backend") != got.environment.get("backend")
    names = [name for name in dict.fromkeys(name for pair in runs for one in pair for name in one)
             if not (elsewhere and _of_an_output(name))]
    epochs = max((len(values) for pair in runs for one in pair for values in one.values()),
                 default=0)
    for epoch in range(1, epochs + 1):
        for name in names:
            old, new = ([_at(pair[side].get(name), epoch) for pair in runs] for side in (0, 1))
            if all(one is None for one in (*old, *new)):
                continue
            if way == "bits":
                yield _bits(seeds[0], epoch, name, old[0], new[0])
            else:
                part = allowed(epoch, epochs, tolerance)
                yield _mean(seeds, epoch, name, old, new, way, part)


def _of_an_output(name: str) -> bool:
    """Whether it is the loss of one of several outputs, `val.price.loss`.

    Keras on TensorFlow counts a smaller last batch as a whole one in it, elsewhere by its rows, so
    on another back end it is another quantity. The loss and all metrics are the same.
    """
    return name.count(".") > 1 and name.endswith(".loss")


def _at(values: Sequence[float] | None, epoch: int) -> float | None:
    return values[epoch - 1] if values is not None and epoch <= len(values) else None


def _bits(seed: int, epoch: int, name: str, old: float | None, new: float | None) -> Row:
    equal = same(old, new)
    worse = old is not None and new is not None and new > old
    return Row(seed, epoch, name, old, new, 0.0, 0.0, "equal" if equal else "differs", worse)


def _mean(seeds: Sequence[int], epoch: int, name: str, old: Sequence[float | None],
          new: Sequence[float | None], way: Way, part: float) -> Row:
    """The means over the seeds, and what the tests say of them."""
    one = seeds[0] if len(seeds) == 1 else None
    before, after = _finite(old), _finite(new)
    if before is None or after is None:
        equal = all(map(same, old, new))
        return Row(one, epoch, name, _some(old), _some(new), 0.0, 0.0,
                   "equal" if equal else "differs")
    expected, obtained = fmean(before), fmean(after)
    if way == "paired":
        found, margin = paired(before, after), max(part * abs(expected), FLOOR)
    else:
        found = unpaired(before, after)
        spread = stdev(before) if len(before) > 1 else 0.0
        margin = max(DEVIATIONS * spread, part * abs(expected), FLOOR)
    equal = way == "paired" and all(map(same, before, after))
    verdict = "equal" if equal else _verdict(found, margin, way)
    return Row(one, epoch, name, expected, obtained, margin, found.half(), verdict,
               found.worse(margin))


def _verdict(found: Difference, margin: float, way: Way) -> Verdict:
    """Paired numbers have to be shown equivalent; others must not be shown to be different."""
    if found.inside(margin):
        return "within"
    return "differs" if way == "paired" or found.outside(margin) else "undecided"


def _finite(values: Sequence[float | None]) -> list[float] | None:
    """The numbers, if all of them are."""
    found = [one for one in values if one is not None and math.isfinite(one)]
    return found if len(found) == len(values) else None


def _some(values: Sequence[float | None]) -> float | None:
    """What to show of numbers of which one is missing or not finite: that one."""
    odd = [one for one in values if one is None or not math.isfinite(one)]
    return odd[0] if odd else values[0]


def allowed(epoch: int, epochs: int, tolerance: float | None = None) -> float:
    """The relative band of an epoch (from 1). A run of one epoch has its last one first."""
    last = LAST if tolerance is None else tolerance
    if epochs < 2:
        return FIRST if tolerance is None else last
    return float(last * GROWS ** ((epoch - 1) / (epochs - 1) - 1))
