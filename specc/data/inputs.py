"""One input of the model: its columns prepared, put side by side, folded and cast."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from specc.data import errors, text
from specc.data.encode import ColumnFit, Matrix, apply_column, at, fit_column
from specc.data.split import Index
from specc.data.table import Cells, categories, cells, gaps
from specc.diagnostics import Diagnostic, Outcome
from specc.facts import errors as facts_errors
from specc.facts.columns import column_path, take
from specc.record import Record
from specc.source import Where
from specc.spec import Input, Range, Spec

INTEGERS = ("index", "hash")


class InputFit(Record):
    """What was learned for one input.

    `words`: the vocabulary of a text, from token 2 on; `length` its tokens. `shape`: what the
    prepared columns are folded to, a word for the one length that is free; None: not folded.
    """

    name: str
    columns: tuple[ColumnFit, ...]
    dtype: str
    shape: tuple[int | str, ...] | None = None
    range: Range | None = None
    words: tuple[str, ...] | None = None
    length: int = 0

    @property
    def width(self) -> int:
        """Made columns, before any window and folding."""
        return self.length if self.words is not None else sum(one.width for one in self.columns)


class Made(Record):
    """The rows of an input: (n, width) numbers (or strings), and the span of the raw ones."""

    made: NDArray[Any]
    limits: Range | None
    diagnostics: tuple[Diagnostic, ...] = ()
    notes: tuple[str, ...] = ()


def wheres(spec: Spec, one: Input, columns: Sequence[str], labels: Sequence[str]) -> list[Where]:
    """Where each column of an input is written."""
    return [spec.where(*column_path(spec, one.name, position))
            for position, _ in take(spec, one, columns, labels)]


def dtype_of(one: Input, fits: Sequence[ColumnFit]) -> str:
    """As written; else int32 if every number is a category's, else float32."""
    if one.dtype is not None:
        return one.dtype
    whole = one.text is not None or all(fit.encode in INTEGERS for fit in fits)
    return "int32" if whole else "float32"


def fit_input(spec: Spec, one: Input, frame: pd.DataFrame, labels: Sequence[str], train: Index,
              rows: NDArray[np.int64]) -> Outcome[InputFit]:
    """What the training rows teach about one input."""
    columns = [column for _, column in take(spec, one, tuple(frame.columns), labels)]
    places = wheres(spec, one, tuple(frame.columns), labels)
    if one.text is not None or one.dtype == "string":
        fits = tuple(ColumnFit(column.name, "text", missing=column.missing) for column in columns)
        words = None
        if one.text is not None:
            texts = categories(cells(frame, fits[0].name)[train], text=True)
            words = text.vocabulary((str(t) for t in texts if t is not None), one.text.tokens)
        return Outcome(InputFit(one.name, fits, dtype_of(one, fits), one.shape, one.range, words,
                                one.text.length if one.text else 0))
    found = [fit_column(column, cells(frame, column.name), train, where, rows)
             for column, where in zip(columns, places, strict=True)]
    said = tuple(d for outcome in found for d in outcome.diagnostics)
    fitted = tuple(outcome.value for outcome in found if outcome.value is not None)
    if len(fitted) < len(found):
        return Outcome(None, said)
    return Outcome(InputFit(one.name, fitted, dtype_of(one, fitted), one.shape, one.range), said)


def apply_input(fit: InputFit, frame: pd.DataFrame, places: Sequence[Where], whole: Where,
                rows: NDArray[np.int64]) -> Made:
    """Any rows of an input. `places`: of its columns; `whole`: of the input, for its promises."""
    if fit.words is not None or fit.dtype == "string":
        return _texts(fit, frame, places, rows)
    parts = [apply_column(one, cells(frame, one.name), where, rows)
             for one, where in zip(fit.columns, places, strict=True)]
    said = [d for part in parts for d in part.diagnostics]
    made = np.column_stack([part.made for part in parts])
    raw = np.column_stack([part.raw for part in parts])
    if not any(d.severity == "error" for d in said):
        said += _promises(fit, made, raw, whole, rows)
    known = raw[np.isfinite(raw)]
    limits = (float(known.min()), float(known.max())) if len(known) else None
    notes = tuple(f"{part.unknown} values of `{one.name}` are not in its vocabulary and count as "
                  "unknown" for one, part in zip(fit.columns, parts, strict=True) if part.unknown)
    return Made(made, limits, tuple(said), notes)


def _texts(fit: InputFit, frame: pd.DataFrame, places: Sequence[Where],
           rows: NDArray[np.int64]) -> Made:
    said = []
    columns = []
    for one, where in zip(fit.columns, places, strict=True):
        data = cells(frame, one.name)
        missing = gaps(data)
        if one.missing == "error" and missing.any():
            said.append(errors.nan_in_data(where, column=one.name, rows=at(rows, missing),
                                           holds="gap"))
        columns.append([str(v) if v is not None else "" for v in categories(data, text=True)])
    if fit.words is not None:
        made = text.encode(columns[0], fit.words, fit.length)
        limits = (float(made.min()), float(made.max())) if made.size else None
        return Made(made, limits, tuple(said))
    strings = np.empty((len(frame), len(columns)), dtype=object)
    for i, words in enumerate(columns):
        strings[:, i] = words
    return Made(strings, None, tuple(said))


def _promises(fit: InputFit, made: Matrix, raw: Matrix, where: Where,
              rows: NDArray[np.int64]) -> list[Diagnostic]:
    """The promised range and dtype, held against the values; the first row that breaks one."""
    found = []
    if fit.range is not None:
        low, high = fit.range
        if (broken := (raw < low) | (raw > high)).any():
            row, column = np.argwhere(broken)[0]
            found.append(errors.range_broken(where.at("range"), name=fit.columns[column].name,
                                             low=low, high=high, value=float(raw[row, column]),
                                             row=int(rows[row])))
    limits = whole_limits(fit.dtype)
    if limits is not None:
        broken = (made != np.floor(made)) | (made < limits[0]) | (made > limits[1])
        if broken.any():
            row, column = np.argwhere(broken)[0]
            found.append(errors.not_whole(where.at("dtype"), name=fit.name, dtype=fit.dtype,
                                          value=float(made[row, column]), row=int(rows[row])))
    return found


def whole_limits(dtype: str) -> tuple[int, int] | None:
    """The smallest and largest whole number of a dtype; None for floats and strings."""
    if dtype == "bool":
        return 0, 1
    if dtype.startswith(("int", "uint")):
        info = np.iinfo(dtype)
        return int(info.min), int(info.max)
    return None


def fold(array: NDArray[Any], shape: tuple[int | str, ...] | None) -> NDArray[Any] | None:
    """(n, ...) to (n, *shape) in C order; None where the numbers do not come out even."""
    if shape is None:
        return array
    fixed = 1
    for dim in shape:
        fixed *= dim if isinstance(dim, int) else 1
    have = int(np.prod(array.shape[1:]))
    free = sum(isinstance(dim, str) for dim in shape)
    if free > 1 or fixed == 0 or have % fixed or (not free and have != fixed):
        return None
    return array.reshape(len(array), *(have // fixed if isinstance(dim, str) else dim
                                       for dim in shape))


def finish(fit: InputFit, array: NDArray[Any], where: Where) -> Outcome[NDArray[Any]]:
    """Folded to the input's shape and cast to its dtype, which is the last thing that happens."""
    folded = fold(array, fit.shape)
    if folded is None:
        have = int(np.prod(array.shape[1:]))
        sizes = [dim for dim in fit.shape or () if isinstance(dim, int)]
        return Outcome(None, (facts_errors.shape_width(
            where.at("shape"), shape="(" + ", ".join(map(str, fit.shape or ())) + ")",
            wanted=int(np.prod(sizes)), have=have, made_of=" x ".join(map(str, array.shape[1:]))),))
    if fit.dtype == "string":
        return Outcome(folded)
    # NumPy has no bfloat16: float32 holds every one of its numbers, and the model casts.
    with np.errstate(over="ignore"):  # infinity is found where training is watched
        return Outcome(folded.astype("float32" if fit.dtype == "bfloat16" else fit.dtype))


def used_cells(fit: InputFit) -> tuple[str, ...]:
    """The columns an input needs."""
    return tuple(one.name for one in fit.columns)


def dropped(frame: pd.DataFrame, columns: Sequence[ColumnFit]) -> NDArray[np.bool_]:
    """Rows that a column with `missing = "drop"` leaves out."""
    out = np.zeros(len(frame), dtype=np.bool_)
    for one in columns:
        if one.missing == "drop":
            out |= gaps(cells(frame, one.name))
    return out


def gap_rows(data: Cells, rows: NDArray[np.int64]) -> list[int]:
    """The numbers of the rows that have a gap."""
    return at(rows, gaps(data))
