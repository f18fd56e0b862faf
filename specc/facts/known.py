"""`Facts`: what is known about the data of one spec, whoever found it out.

`specc check` asks `specc.facts.written`, which reads no row; a run learns more (`specc.data.learn`)
and lowers the spec again with what it found.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from specc.diagnostics import Diagnostic
from specc.record import Record, field
from specc.spec import Range, Scalar

if TYPE_CHECKING:
    from specc.facts.profile import Profile


class Facts(Record):
    """Facts about the data of one spec. Whatever is None or absent is not known.

    `widths`: number of prepared columns of an input (before `shape` folds them).
    `sizes`: how many different integers an index, hash or text input can hold (`inputs.X.size`).
    `classes`: the classes of an output, in the order of their numbers.
    `ranges`: smallest and largest target of an output, in the units the loss is given.
    `dims`: how many target columns an output has, when that is not simply its target list.
    `input_ranges`: smallest and largest number of an input as it stands in the data, before
    scaling.
    `profile`: what else the rows show, once they are read.
    """

    columns: tuple[str, ...] | None = None
    rows: int | None = None
    widths: Mapping[str, int] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)
    classes: Mapping[str, tuple[Scalar, ...]] = field(default_factory=dict)
    ranges: Mapping[str, Range] = field(default_factory=dict)
    dims: Mapping[str, int] = field(default_factory=dict)
    input_ranges: Mapping[str, Range] = field(default_factory=dict)
    unchecked: tuple[str, ...] = ()
    from_rows: bool = False
    profile: Profile | None = None


class Header(Record):
    """The columns of a source, as far as they are known without its rows."""

    columns: tuple[str, ...] | None = None
    rows: int | None = None
    labels: tuple[str, ...] = ()  # columns that hold the answer, whichever the spec names
    unchecked: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
