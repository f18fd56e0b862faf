"""What the rows of a spec look like, in plain numbers: what rules about data are given.

`specc.data.profile` measures it once the rows are read; here are only the words. Whatever is None
is not known or means nothing (the mean of a text).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from specc.record import Record, field
from specc.spec import Range

Sequence: TypeAlias = Literal["grouped", "alternating"]  # how classes follow each other


class ColumnProfile(Record):
    """A column that an input takes, as it stands in the training rows: before gaps are filled,
    before scaling and encoding."""

    name: str
    position: int | None  # in `columns`; None where the input takes what is left over
    different: int  # values, a gap counted as one
    limits: Range | None = None  # smallest and largest number
    like: str | None = None  # an earlier column of the input that is equal in every row
    tells: str | None = None  # an output whose target it is, under another name or scale
    numbers_rows: bool = False  # each row has its own value, as a row's number or name has


class TargetProfile(Record):
    """The target of an output. `counts`: rows of each class, in their order, by part; none for
    numbers and several columns. `mean` and `deviation` are of training rows, before scaling; of
    several columns those of the most widely spread."""

    counts: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    mean: float | None = None
    deviation: float | None = None
    sequence: Sequence | None = None  # of the training rows, in the order of the source


class Profile(Record):
    """All inputs and targets, and what only all rows together show."""

    rows: Mapping[str, int]  # by part
    inputs: Mapping[str, tuple[ColumnProfile, ...]]
    targets: Mapping[str, TargetProfile]
    copies: Mapping[str, int] = field(default_factory=dict)  # by part: rows that are trained on too
    chance: float = 0.0  # the share of copies to expect of columns that do not depend on each other
    series: str | None = None  # a column of rising dates, where each row resembles the one before


def in_sequence(profile: Profile) -> str | None:
    """The first output whose classes follow each other by a pattern."""
    return next((name for name, one in profile.targets.items() if one.sequence), None)


__all__ = ["ColumnProfile", "Profile", "TargetProfile", "in_sequence"]
