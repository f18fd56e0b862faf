"""The rows of a spec measured: what rules about data judge (`specc.facts.profile`).

Everything is linear in the number of cells, but for sorting. Columns are looked at as they stand in
the source.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from specc.data.order import in_time
from specc.data.split import Index, PartIndex
from specc.data.table import Cells, cells, gaps, numbers
from specc.data.target import TargetFit
from specc.facts.columns import Taken, label_columns, take
from specc.facts.profile import ColumnProfile, Profile, Sequence, TargetProfile
from specc.record import Record
from specc.spec import Spec

ENOUGH = 20  # rows, before a coincidence counts for anything
SAME = 0.99999  # correlation of a column that is the target in other units
ALIKE = 0.5  # correlation of a target with that of the row before, in a series
Codes = NDArray[np.int64]


class Measured(Record):
    """What a profile is made of."""

    spec: Spec
    frame: pd.DataFrame
    parts: PartIndex
    targets: Mapping[str, TargetFit]
    answers: Mapping[str, NDArray[Any]]  # class numbers or scaled numbers, (n, u)


def profile_of(rows: Measured, *, copies: bool = True) -> Profile:
    """The profile of a spec's rows, split and learned from. `copies`: whether rows that stand in
    more than one part are counted."""
    columns, labels = tuple(rows.frame.columns), label_columns(rows.spec)
    taken = {name: take(rows.spec, one, columns, labels) for name, one in rows.spec.inputs.items()}
    return Profile(
        {part: len(index) for part, index in rows.parts.items()},
        {name: tuple(_columns(rows, found)) for name, found in taken.items()},
        {name: target_of(rows, fit) for name, fit in rows.targets.items()},
        *(_copies(rows, [column.name for found in taken.values() for _, column in found])
          if copies else ({}, 0.0)),
        _series(rows))


def _columns(rows: Measured, taken: tuple[Taken, ...]) -> Iterator[ColumnProfile]:
    seen: dict[bytes, str] = {}
    train = rows.parts["train"]
    for position, column in taken:
        data = cells(rows.frame, column.name)
        codes, values = pd.factorize(data[train], use_na_sentinel=False)
        different = len(values)
        like = seen.setdefault(_digest(data[train]), column.name) if different > 1 else column.name
        yield ColumnProfile(
            column.name, position, different, _limits(data[train]),
            None if like == column.name else like,
            _told(rows, column.name, data[train], codes, different),
            _numbers_rows(data, encoded=column.encode is not None))


def _digest(data: Cells) -> bytes:
    """What two equal columns have in common: numbers are compared by value, whatever their type."""
    if data.dtype != object:
        return hashlib.blake2b(data.astype(np.float64).tobytes()).digest()
    found = hashlib.blake2b()
    for value in data:
        found.update(repr(value).encode() + b"\0")
    return found.digest()


def _limits(data: Cells) -> tuple[float, float] | None:
    if data.dtype == object:
        return None
    known = data[~gaps(data)]
    return (float(known.min()), float(known.max())) if len(known) else None


def _numbers_rows(data: Cells, *, encoded: bool) -> bool:
    """Whether a column is a row's number (whole, each of a stretch once) or, encoded, its name."""
    if len(data) < ENOUGH or gaps(data).any():
        return False
    if encoded:
        return len(pd.unique(data)) == len(data)
    if data.dtype != np.int64 or int(data.max()) - int(data.min()) != len(data) - 1:
        return False
    return len(np.unique(data)) == len(data)


def _told(rows: Measured, name: str, data: Cells, codes: Codes, different: int) -> str | None:
    """The output whose target a column is, in other words or other units."""
    train = rows.parts["train"]
    if len(train) < ENOUGH or different < 2:
        return None
    for output, target in rows.targets.items():
        if len(target.columns) != 1 or target.columns[0] == name:
            continue
        answers = rows.answers[output][train, 0]
        if target.classes is not None:
            found = _one_to_one(codes, different, answers)
        else:
            found = data.dtype != object and _proportional(numbers(data)[0], answers)
        if found:
            return output
    return None


def _one_to_one(codes: Codes, different: int, classes: Codes) -> bool:
    """Whether each value of a column goes with one class, each class with one value."""
    pairs = np.unique(np.stack([codes, classes]), axis=1).shape[1]
    return bool(pairs == different == len(np.unique(classes)))


def _proportional(values: NDArray[np.float64], answers: NDArray[np.float64]) -> bool:
    known = np.isfinite(values)
    if known.sum() < ENOUGH:
        return False
    return abs(_correlation(values[known], answers[known])) > SAME


def _correlation(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Pearson's correlation; 0 where one of the two never changes."""
    a, b = a - a.mean(), b - b.mean()
    size = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / size if size > 0 else 0.0


def target_of(rows: Measured, fit: TargetFit) -> TargetProfile:
    """What a target looks like, of all rows."""
    train = rows.parts["train"]
    if fit.input is not None:
        return TargetProfile()
    answers = rows.answers[fit.name]
    if fit.classes is None:
        raw = answers[train] * np.array(fit.divide) + np.array(fit.center)
        widest = int(np.argmax(raw.std(axis=0)))
        return TargetProfile({}, float(raw[:, widest].mean()), float(raw[:, widest].std()))
    if len(fit.columns) != 1 or fit.task == "multilabel":
        return TargetProfile()
    codes, count = answers[:, 0], len(fit.classes)
    return TargetProfile(
        {part: tuple(np.bincount(codes[index], minlength=count).tolist())
         for part, index in rows.parts.items()},
        sequence=_sequence(codes[train], count))


def _sequence(codes: Codes, classes: int) -> Sequence | None:
    """How classes follow each other, where they hardly do so by chance."""
    if len(codes) < max(ENOUGH, 5 * classes):
        return None
    if 1 + int((codes[1:] != codes[:-1]).sum()) <= 2 * classes:
        return "grouped"
    period = len(np.unique(codes))
    turns = period > 1 and len(set(codes[:period].tolist())) == period and bool(
        (codes[period:] == codes[:-period]).all())
    return "alternating" if turns else None


def _copies(rows: Measured, inputs: list[str]) -> tuple[dict[str, int], float]:
    """Held-back rows whose inputs and targets stand in a training row as well, and the share of
    them to expect: in a table of few categories most rows have a twin."""
    data, train = rows.spec.data, rows.parts["train"]
    if data is None or data.window is not None:
        return {}, 0.0
    targets = [column for one in rows.targets.values() for column in one.columns]
    used = list(dict.fromkeys((*inputs, *targets)))
    hashed = pd.util.hash_pandas_object(rows.frame[used], index=False).to_numpy()
    known = np.unique(hashed[train])
    found = {part: int(np.isin(hashed[index], known).sum())
             for part, index in rows.parts.items() if part != "train"}
    if not any(found.values()):
        return {}, 0.0
    n, pair = len(train), 1.0  # the chance that two rows are equal, column by column
    for column in used:
        codes = pd.factorize(cells(rows.frame, column)[train], use_na_sentinel=False)[0]
        counts = np.bincount(codes)
        pair *= float((counts * (counts - 1)).sum()) / max(n * (n - 1), 1)
    return {part: count for part, count in found.items() if count}, -math.expm1(-n * pair)


def _series(rows: Measured) -> str | None:
    """The column of dates after which the rows stand in order, if they are split at random and a
    target hardly differs from the one before."""
    data = rows.spec.data
    if data is None or data.order is not None or data.split.group or data.split.column or (
            data.split.validation + data.split.test == 0) or len(rows.frame) < ENOUGH:
        return None
    if not any(_continues(rows.answers[name], fit) for name, fit in rows.targets.items()
               if fit.input is None):
        return None
    return next((str(column) for column in rows.frame.columns
                 if _rising_dates(cells(rows.frame, str(column)))), None)


def _continues(answers: NDArray[Any], fit: TargetFit) -> bool:
    """Whether a target resembles that of the row before, far more than by chance."""
    first = answers[:, 0].astype(np.float64)
    if fit.classes is None:
        return _correlation(first[1:], first[:-1]) > ALIKE
    shares = np.bincount(answers[:, 0]) / len(answers)
    chance = float((shares ** 2).sum())
    return float((first[1:] == first[:-1]).mean()) > chance + ALIKE * (1 - chance)


def _rising_dates(data: Cells) -> bool:
    if data.dtype != object or not isinstance(data[0], str) or gaps(data).any():
        return False
    if not data[0][:4].isdigit():  # what is no date at all is not sorted
        return False
    sequence, word = in_time(data)
    rising: Index = np.arange(len(data), dtype=np.int64)
    return word is None and len(pd.unique(data)) > 1 and bool((sequence == rising).all())


__all__ = ["Measured", "profile_of", "target_of"]
