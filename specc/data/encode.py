"""One column to numbers: learned from training rows, applied to any rows.

| encode | what comes out | unknown value | gap |
|---|---|---|---|
| none   | the number, scaled | - | filled before scaling (`constant`: 0) |
| onehot | a column for each value | all zeros, a warning | all zeros; `category`: a last column |
| index  | 1 .. n, in the order of `values` | 0 | 0 |
| hash   | 1 .. bins - 1 | (there is none) | 0 |

A was-missing flag is one more column behind, 0 or 1, never scaled.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from specc.data import errors
from specc.data.split import Index
from specc.data.table import Cells, Kind, categories, gaps, in_order, kind_of, numbers
from specc.diagnostics import Diagnostic, Outcome
from specc.record import Record
from specc.source import Where
from specc.spec import Column, Encode, Missing, Scalar, Scale

Matrix = NDArray[np.float64]
LARGEST = float(np.finfo("float32").max)  # what models compute in; more is infinite


class ColumnFit(Record):
    """What was learned of one column. `kind` is how its cells are read, so that later tables are
    read alike; a number becomes (x - center) / divide, gaps `fill` before that."""

    name: str
    kind: Kind
    encode: Encode | None = None
    missing: Missing = "error"
    flag: bool = False
    values: tuple[Scalar, ...] = ()
    bins: int = 0
    fill: float = 0.0
    center: float = 0.0
    divide: float = 1.0

    @property
    def width(self) -> int:
        """How many prepared columns it becomes."""
        if self.encode != "onehot":
            return 1 + self.flag
        return len(self.values) + (self.missing == "category") + self.flag


class Applied(Record):
    """A column applied: `made` is (n, width); `raw` are the values that a `range` promises (the
    numbers before scaling, the integers of an index or hash), NaN where there is none."""

    made: Matrix
    raw: Matrix
    diagnostics: tuple[Diagnostic, ...] = ()
    unknown: int = 0  # cells of an index that are in no vocabulary, which is allowed


def fit_column(column: Column, data: Cells, train: Index, where: Where,
               rows: NDArray[np.int64]) -> Outcome[ColumnFit]:
    """What a column's training rows teach. `rows`: the rows' numbers for messages."""
    if column.encode is None:
        return _fit_numbers(column, data[train], where, rows[train])
    written = column.values
    text = written is not None and all(isinstance(value, str) for value in written)
    kind: Kind = "text" if text else kind_of(data)
    fit = ColumnFit(column.name, kind, column.encode, column.missing, column.flag,
                    bins=column.bins or 0)
    if column.encode == "hash":
        return Outcome(fit)
    seen = categories(data[train], text=kind == "text")
    present = {value for value in seen if value is not None}
    if written is None:
        if not present:
            return Outcome(None, (errors.nothing_to_learn(where, column=column.name,
                                                          what="vocabulary"),))
        return Outcome(_with_values(fit, in_order(present)))
    others = present - set(written)
    if others and column.encode == "index":
        first = in_order(others)[0]
        at = [int(rows[i]) for i, value in zip(train, seen, strict=True) if value == first]
        return Outcome(_with_values(fit, written), (errors.unknown_category(
            where, column=column.name, value=first, rows=at, becomes="0"),))
    return Outcome(_with_values(fit, written))


def _with_values(fit: ColumnFit, values: tuple[Scalar, ...]) -> ColumnFit:
    return ColumnFit(fit.name, fit.kind, fit.encode, fit.missing, fit.flag, values, fit.bins)


def _fit_numbers(column: Column, data: Cells, where: Where,
                 rows: NDArray[np.int64]) -> Outcome[ColumnFit]:
    found, bad = numbers(data)
    known = found[np.isfinite(found)]
    learns = column.missing in ("mean", "median") or column.scale != "none"
    if learns and not len(known) and not bad.any():
        what = column.missing if column.missing in ("mean", "median") else "scale"
        return Outcome(None, (errors.nothing_to_learn(where, column=column.name, what=what),))
    fill = fill_of(known, column.missing)
    center, divide = scale_of(np.where(np.isnan(found), fill, found), column.scale)
    if not np.isfinite([fill, center, divide]).all():
        widest = np.abs(found) == np.abs(known).max()
        return Outcome(None, (errors.nan_in_data(where, column=column.name, rows=at(rows, widest),
                                                 holds="large"),))
    return Outcome(ColumnFit(column.name, "number", None, column.missing, column.flag,
                             fill=fill, center=center, divide=divide))


def fill_of(known: NDArray[np.float64], missing: Missing) -> float:
    """What a gap becomes: the mean or median of the known training values, else 0."""
    if not len(known) or missing not in ("mean", "median"):
        return 0.0
    return float(np.mean(known) if missing == "mean" else np.median(known))


def scale_of(values: NDArray[np.float64], scale: Scale) -> tuple[float, float]:
    """(center, divide) of scikit-learn's scalers; a constant column is only moved, not divided."""
    finite = values[np.isfinite(values)].reshape(-1, 1)
    if scale == "none" or not len(finite):
        return 0.0, 1.0
    from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

    with np.errstate(over="ignore", invalid="ignore"):  # told by what asks for the scale
        if scale == "standard":
            standard = StandardScaler().fit(finite)
            return float(standard.mean_[0]), float(standard.scale_[0])
        if scale == "minmax":
            minmax = MinMaxScaler().fit(finite)
            return float(minmax.data_min_[0]), float(1.0 / minmax.scale_[0])
        robust = RobustScaler().fit(finite)
        return float(robust.center_[0]), float(robust.scale_[0])


def apply_column(fit: ColumnFit, data: Cells, where: Where,
                 rows: NDArray[np.int64]) -> Applied:
    """Any rows of a column, prepared. A gap, text or infinity where none may be is a diagnostic."""
    missing = gaps(data)
    found: list[Diagnostic] = []
    strange = 0
    if fit.missing == "error" and missing.any():
        found.append(errors.nan_in_data(where, column=fit.name, rows=at(rows, missing),
                                        holds="gap"))
    if fit.encode is None:
        raw, bad = numbers(data)
        if bad.any():
            first = int(np.flatnonzero(bad)[0])
            found.append(errors.text_in_numbers(
                where, column=fit.name, value=str(data[first]), row=int(rows[first]),
                count=int(bad.sum()), total=int((~missing).sum())))
        infinite = np.isinf(raw)
        if infinite.any():
            found.append(errors.nan_in_data(where, column=fit.name, rows=at(rows, infinite),
                                            holds="infinity"))
        with np.errstate(over="ignore"):
            made = ((np.where(np.isnan(raw), fit.fill, raw) - fit.center) / fit.divide)[:, None]
        large = np.isfinite(raw) & (np.abs(made[:, 0]) > LARGEST)
        if large.any():
            found.append(errors.nan_in_data(where, column=fit.name, rows=at(rows, large),
                                            holds="large"))
        raw = raw[:, None]
    else:
        made, unknown = _encoded(fit, data)
        raw = made if fit.encode != "onehot" else np.full((len(data), 1), math.nan)
        if fit.encode == "index":
            strange = int(((made[:, 0] == 0) & ~missing).sum())
        if fit.encode == "onehot" and unknown:
            value, hits = unknown
            found.append(errors.unknown_category(where, column=fit.name, value=value,
                                                 rows=at(rows, hits), becomes="all zeros"))
    if fit.flag:
        made = np.column_stack([made, missing.astype(np.float64)])
    return Applied(made, raw, tuple(found), strange)


def at(rows: NDArray[np.int64], hits: NDArray[np.bool_]) -> list[int]:
    """The numbers of the rows that were hit."""
    return [int(row) for row in rows[hits]]


def _encoded(fit: ColumnFit, data: Cells) -> tuple[Matrix, tuple[Scalar, NDArray[np.bool_]] | None]:
    """Categories as numbers; and the first value that is in no vocabulary, with its rows."""
    values = categories(data, text=fit.kind == "text")
    if fit.encode == "hash":
        numbered = {value: bucket(value, fit.bins) for value in set(values) if value is not None}
        return _column([numbered[v] if v is not None else 0 for v in values]), None
    number = {value: i for i, value in enumerate(fit.values, start=1)}
    codes = np.array([number.get(value, 0) if value is not None else 0 for value in values],
                     dtype=np.int64)
    present = np.array([value is not None for value in values], dtype=np.bool_)
    unknown = None
    if (strange := (codes == 0) & present).any():
        value = values[int(np.flatnonzero(strange)[0])]
        assert value is not None
        unknown = value, np.array([one == value for one in values], dtype=np.bool_)
    if fit.encode == "index":
        return codes.astype(np.float64)[:, None], unknown
    made = np.zeros((len(codes), len(fit.values)))
    known = np.flatnonzero(codes)
    made[known, codes[known] - 1] = 1.0
    if fit.missing == "category":
        made = np.column_stack([made, (~present).astype(np.float64)])
    return made, unknown


def _column(codes: Sequence[int]) -> Matrix:
    return np.array(codes, dtype=np.float64)[:, None]


def bucket(value: Scalar, bins: int) -> int:
    """1 .. bins - 1, from the SHA-256 of the value as text: the same on every machine."""
    word = str(value).lower() if isinstance(value, bool) else str(value)
    return 1 + int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big") % (bins - 1)
