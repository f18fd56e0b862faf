"""`[data] stream = true`: the same as `specc.data.learn`, with one column in memory at a time.

What is learned is learned by the same functions from whole columns, so it is equal to the last
bit to what they learn of a table in memory. Prepared inputs go to the disk (`specc.data.spool`);
answers, sample weights and the rows' numbers stay, some tens of bytes a row.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from specc.data import columnar, errors
from specc.data import learn as at_once
from specc.data.encode import Applied, ColumnFit, apply_column, at
from specc.data.inputs import InputFit, Made, whole_limits
from specc.data.lazy import LazyFrame, Look
from specc.data.learn import Dataset
from specc.data.profile import Measured, profile_of, target_of
from specc.data.source import PARTS, Rows, file_digest, lacking, located, text_columns
from specc.data.split import Index
from specc.data.spool import BLOCK, NoRoom, Spool
from specc.data.table import Cells, categories, cells, gaps, table
from specc.diagnostics import Diagnostic, Outcome
from specc.facts import errors as facts_errors
from specc.facts.profile import ColumnProfile, Profile
from specc.record import replace
from specc.source import Where
from specc.spec import Parts, Spec

PIECE = BLOCK << 6  # rows that are prepared at a time: 131,072


def learn(spec: Spec) -> Outcome[Dataset]:
    """Read a spec's columns one after another, split the rows, learn from the training rows, and
    lay the prepared inputs on the disk."""
    where = spec.where("data", "source")
    try:
        learned = read(spec).then(lambda rows: at_once.usable(spec, rows)).then(
            lambda ready: at_once.split(spec, ready).then(
                lambda parts: at_once.fit(spec, ready, parts, spooled)))
    except columnar.Unread as broken:
        source = spec.data.source if spec.data and isinstance(spec.data.source, str) else "a file"
        return Outcome(None, (facts_errors.unreadable_source(where, source=source,
                                                             reason=str(broken)),))
    except NoRoom as full:
        return Outcome(None, (errors.no_room(where, folder=_folder(), needs=full.needs,
                                             reason=full.reason),))
    return learned.then(lambda dataset: Outcome(_profiled(spec, dataset)))


def _folder() -> str:
    try:
        return tempfile.gettempdir()
    except OSError:  # there is none that can be written to
        return os.environ.get("TMPDIR", "/tmp")


def read(spec: Spec) -> Outcome[Rows]:
    """The columns of a source, as rows that nothing has read yet."""
    assert spec.data is not None
    source, where = spec.data.source, spec.where("data", "source")
    named = {"": (source, where)} if isinstance(source, str) else {
        part: (getattr(source, part), where.at(part)) for part in PARTS
        if getattr(source, part) is not None}
    files: dict[str, columnar.File] = {}
    found: list[Diagnostic] = []
    digests: list[bytes] = []
    for part, (name, place) in named.items():
        path = located(spec, name, place)
        opened = path.then(lambda at, n=name, w=place: columnar.open_file(at, n, w))  # type: ignore[misc]
        found += opened.diagnostics
        if opened.value is None or path.value is None:
            continue
        digests.append(file_digest(path.value))
        if files:
            first = next(iter(files.values()))
            found += lacking(spec, first.columns, opened.value.columns, name, place)
        files[part] = opened.value
    if found:
        return Outcome(None, tuple(found))
    return Outcome(_rows(spec, files, digests, several=isinstance(source, Parts)))


def _rows(spec: Spec, files: dict[str, columnar.File], digests: Sequence[bytes], *,
          several: bool) -> Rows:
    """All rows of the files, and the digest that they have in memory as well."""
    opened = list(files.values())
    shared = [name for name in opened[0].columns if all(name in one.columns for one in opened)]
    frame = LazyFrame(opened, shared, text_columns(spec, shared))
    counts = [one.rows for one in opened]
    numbers = np.concatenate([np.arange(1, n + 1, dtype=np.int64) for n in counts])
    digest = sha256(b"".join(digests)).hexdigest() if several else digests[0].hex()
    parts = np.repeat(np.array(list(files)), counts) if several else None
    return Rows(cast(pd.DataFrame, frame), numbers, digest, parts)


def spooled(fit: InputFit, frame: Any, places: Sequence[Where], whole: Where,
            rows: NDArray[np.int64]) -> Made:
    """`apply_input` for a frame of columns: what is made lies on the disk, cast to the dtype."""
    spool = Spool(len(frame), fit.width, "float32" if fit.dtype == "bfloat16" else fit.dtype)
    said: list[Diagnostic] = []
    notes: list[str] = []
    spans: list[tuple[float, float]] = []
    promises = Promises(fit, whole)
    offset = 0
    for position, (one, where) in enumerate(zip(fit.columns, places, strict=True)):
        data = cells(frame, one.name)
        bad, unknown = False, 0
        for begin in range(0, len(data), PIECE):
            part = slice(begin, begin + PIECE)
            made = apply_column(one, data[part], where, rows[part])
            bad, unknown = bad or bool(made.diagnostics), unknown + made.unknown
            spans += _span(made.raw)
            promises.hold(position, begin, made)
            with np.errstate(invalid="ignore"):  # what no integer holds, `promises` tells
                spool.put(begin, offset, made.made)
        if bad:
            said += of_column(one, data, where, rows)
        if unknown:
            notes.append(f"{unknown} values of `{one.name}` are not in its vocabulary and count "
                         "as unknown")
        offset += one.width
    if not any(one.severity == "error" for one in said):
        said += promises.broken(rows)
    limits = (min(low for low, _ in spans), max(high for _, high in spans)) if spans else None
    return Made(cast(NDArray[Any], spool), limits, tuple(said), tuple(notes))


def _span(raw: NDArray[np.float64]) -> list[tuple[float, float]]:
    known = raw[np.isfinite(raw)]
    return [(float(known.min()), float(known.max()))] if len(known) else []


def of_column(fit: ColumnFit, data: Cells, where: Where,
              rows: NDArray[np.int64]) -> list[Diagnostic]:
    """What `apply_column` says of a whole column, without making its one-hots."""
    if fit.encode != "onehot":
        return list(apply_column(fit, data, where, rows).diagnostics)
    coded = apply_column(replace(fit, encode="index", flag=False), data, where, rows)
    strange = np.flatnonzero((coded.made[:, 0] == 0) & ~gaps(data))
    found = list(coded.diagnostics)
    if len(strange):
        values = categories(data[strange], text=fit.kind == "text")
        hits = np.array([value == values[0] for value in values], dtype=np.bool_)
        found.append(errors.unknown_category(where, column=fit.name, value=values[0],
                                             rows=at(rows[strange], hits), becomes="all zeros"))
    return found


class Promises:
    """The promised range and dtype of an input, held against its columns one after another; what
    is told is the first row that breaks each, as `apply_input` tells it."""

    def __init__(self, fit: InputFit, where: Where) -> None:
        self._fit, self._where, self._whole = fit, where, whole_limits(fit.dtype)
        self._outside: list[tuple[int, int, float]] = []
        self._fraction: list[tuple[int, int, float]] = []
        self._offsets = np.cumsum([0, *(one.width for one in fit.columns)])

    def hold(self, position: int, begin: int, made: Applied) -> None:
        """A column's rows from `begin` on."""
        if self._fit.range is not None:
            low, high = self._fit.range
            self._outside += _first(made.raw, (made.raw < low) | (made.raw > high), begin, position)
        if self._whole is not None:
            values, (low, high) = made.made, self._whole
            broken = (values != np.floor(values)) | (values < low) | (values > high)
            self._fraction += _first(values, broken, begin, int(self._offsets[position]))

    def broken(self, rows: NDArray[np.int64]) -> list[Diagnostic]:
        """A diagnostic for each promise that is broken."""
        found = []
        if self._outside and self._fit.range is not None:
            row, column, value = min(self._outside)
            low, high = self._fit.range
            found.append(errors.range_broken(
                self._where.at("range"), name=self._fit.columns[column].name, low=low, high=high,
                value=value, row=int(rows[row])))
        if self._fraction:
            row, _, value = min(self._fraction)
            found.append(errors.not_whole(self._where.at("dtype"), name=self._fit.name,
                                          dtype=self._fit.dtype, value=value, row=int(rows[row])))
        return found


def _first(values: NDArray[np.float64], broken: NDArray[np.bool_], begin: int,
           column: int) -> list[tuple[int, int, float]]:
    if not broken.any():
        return []
    row, inside = np.argwhere(broken)[0]
    return [(begin + int(row), column + int(inside), float(values[row, inside]))]


def _profiled(spec: Spec, dataset: Dataset) -> Dataset:
    """With what the rows look like among its facts: judged by evenly spaced rows, but for classes,
    and for columns of one value, which all rows decide. Copies among the rows are not counted."""
    frame = cast(LazyFrame, dataset.frame)
    frame.forget()
    stride = frame.stride
    sample = table({name: one.sample for name, one in frame.looks.items()})
    parts = {part: _sampled(rows, stride) for part, rows in dataset.parts.items()}
    answers = {name: one[::stride] for name, one in dataset.answers.items()}
    targets = dataset.preparation.targets
    found = profile_of(Measured(spec, sample, parts, targets, answers), copies=False)
    whole = Measured(spec, dataset.frame, dataset.parts, targets, dataset.answers)
    profile = Profile(
        {part: len(rows) for part, rows in dataset.parts.items()},
        {name: tuple(_of_all(one, frame.looks[one.name]) for one in columns)
         for name, columns in found.inputs.items()},
        {name: target_of(whole, fit) for name, fit in targets.items()},
        series=found.series)
    return replace(dataset, facts=replace(dataset.facts, profile=profile))


def _sampled(rows: Index, stride: int) -> Index:
    kept: Index = rows[rows % stride == 0] // stride
    return kept


def _of_all(one: ColumnProfile, look: Look) -> ColumnProfile:
    """What a sample cannot say: a rare second value, and the ends."""
    different = 2 if one.different < 2 and not look.constant else one.different
    return replace(one, different=different, limits=look.limits)


__all__ = ["learn", "spooled"]
