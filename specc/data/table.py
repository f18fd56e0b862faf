"""Tables of rows whose columns are numbers, booleans or text, and nothing else.

A column is float64 or int64 (numbers; NaN is a gap), bool, or object: text, with None for a gap
(booleans with gaps too). A csv cell is a gap only if it is empty, or NaN among numbers; the text
`NA` is a value.
"""

from __future__ import annotations

import datetime
import decimal
import math
import numbers as numeric
from collections.abc import Collection, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from specc.spec import Scalar

Cells: TypeAlias = NDArray[Any]  # one column: float64, int64, bool or object
Kind: TypeAlias = Literal["number", "bool", "text"]
TRUTH = {"true": True, "false": False}
WHOLE = 2.0**63


def table(columns: dict[str, Cells]) -> pd.DataFrame:
    """A frame that keeps its columns as they are."""
    return pd.DataFrame({name: pd.Series(cells, dtype=cells.dtype)
                         for name, cells in columns.items()})


def cells(frame: pd.DataFrame, column: str) -> Cells:
    """One column as an array."""
    found: Cells = frame[column].to_numpy()
    return found


def typed_text(words: Sequence[str | None]) -> Cells:
    """A csv column: booleans if all cells are true or false, numbers if all are numbers, else text.

    None is an empty cell. Numbers are read exactly as Python reads them; `1_000` is text.
    """
    present = [word for word in words if word is not None]
    if present and all(word.lower() in TRUTH for word in present):
        return typed([None if word is None else TRUTH[word.lower()] for word in words])
    if any("_" in word for word in present):
        return _objects(words)
    if len(present) == len(words):
        try:
            return np.array([int(word) for word in words if word is not None], dtype=np.int64)
        except (ValueError, OverflowError):
            pass
    try:
        found = np.array([math.nan if word is None else float(word) for word in words], np.float64)
    except ValueError:
        return _objects(words)
    # A column in which no cell is a number is text that happens to read `nan`.
    return _objects(words) if present and not np.isfinite(found).any() \
        and not np.isinf(found).any() else found


def typed(values: Sequence[Any]) -> Cells:
    """A column of Python values, None (or NaN) for a gap, in the narrowest kind that holds all."""
    plain = [None if _is_gap(value) else _plain(value) for value in values]
    present = [value for value in plain if value is not None]
    gaps = len(present) < len(plain)
    if present and all(isinstance(value, bool) for value in present):
        return _objects(plain) if gaps else np.array(plain, dtype=np.bool_)
    if all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in present):
        whole = all(isinstance(value, int) and abs(value) < WHOLE for value in present)
        if present and whole and not gaps:
            return np.array(plain, dtype=np.int64)
        return np.array([math.nan if value is None else float(value) for value in plain],
                        dtype=np.float64)
    return _objects(plain)


def _objects(values: Sequence[Any]) -> Cells:
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out


def _is_gap(value: Any) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or (
        isinstance(value, float) and math.isnan(value))


def _plain(value: Any) -> Any:
    """A value as Python's own bool, int, float or str; what is none of them stays itself."""
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, numeric.Integral):
        return int(value)
    if isinstance(value, (numeric.Real, decimal.Decimal)):
        return float(value)
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, np.datetime64):
        return str(value)
    return str(value) if isinstance(value, str) else value


def tidy(frame: pd.DataFrame) -> tuple[pd.DataFrame, str | None]:
    """Any pandas frame as a table of ours, and a column that cannot be one (it holds lists)."""
    columns: dict[str, Cells] = {}
    for name in frame.columns:
        series = frame[name]
        raw = series.to_numpy()
        if isinstance(series.dtype, np.dtype) and series.dtype.kind in "fiub" \
                and not (series.dtype.kind == "u" and series.dtype.itemsize == 8):
            columns[str(name)] = raw.astype({"f": np.float64, "b": np.bool_}.get(
                series.dtype.kind, np.int64))
            continue
        found = typed(series.astype(object).tolist())
        if found.dtype == object and any(
                not isinstance(value, (str, bool, int, float)) for value in found
                if value is not None):
            return frame, str(name)
        columns[str(name)] = found
    return table(columns), None


def gaps(column: Cells) -> NDArray[np.bool_]:
    """Which cells are missing."""
    if column.dtype.kind == "f":
        return np.isnan(column)
    if column.dtype != object:
        return np.zeros(len(column), dtype=np.bool_)
    return np.array([_is_gap(value) for value in column], dtype=np.bool_)


def numbers(column: Cells) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """A column as float64 (gaps NaN, booleans 0 and 1), and which cells are text and no number."""
    if column.dtype != object:
        return column.astype(np.float64), np.zeros(len(column), dtype=np.bool_)
    out = np.full(len(column), math.nan)
    bad = np.zeros(len(column), dtype=np.bool_)
    for i, value in enumerate(column):
        if _is_gap(value):
            continue
        try:
            out[i] = float(value)
        except ValueError:
            bad[i] = True
    return out, bad


def canonical(value: Any) -> Scalar:
    """A category as it is compared and saved: whole floats are integers."""
    plain: Scalar = _plain(value)
    return int(plain) if isinstance(plain, float) and plain.is_integer() else plain


def categories(column: Cells, *, text: bool) -> list[Scalar | None]:
    """A column as categories, None for a gap; `text`: numbers are written out as text."""
    found: list[Scalar | None]
    if column.dtype.kind in "ib":  # no gap, and nothing to make whole
        found = column.tolist()
    else:
        found = [value if isinstance(value, str) else None if _is_gap(value) else canonical(value)
                 for value in column.tolist()]
    if not text:
        return found
    return [None if value is None else str(value) for value in found]


def kind_of(column: Cells) -> Kind:
    """What a column holds."""
    if column.dtype == np.bool_ or (column.dtype == object and any(
            isinstance(value, bool) for value in column)):
        return "bool"
    return "text" if column.dtype == object else "number"


def in_order(values: Collection[Scalar]) -> tuple[Scalar, ...]:
    """Different values, sorted: numbers by size, text letter by letter, numbers before text."""
    return tuple(sorted(set(values), key=lambda one: (isinstance(one, str), one)))
