"""One file to a raw frame: csv, parquet, jsonl, npz, npy. What cannot be read is a diagnostic.

A csv is read as text first, and each column becomes numbers, booleans or text as a whole
(`settle`), so that the parts of a data set, and a table to predict, cannot disagree by accident.
"""

from __future__ import annotations

import csv
import io
import json
import warnings
import zipfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from specc.data.table import Cells, cells, table, tidy, typed, typed_text
from specc.diagnostics import Outcome
from specc.facts import errors
from specc.facts.arrays import array_columns
from specc.facts.files import file_header
from specc.facts.header import ENDINGS
from specc.source import Where


def marked(frame: pd.DataFrame, *, csv: bool) -> pd.DataFrame:
    frame.attrs["csv"] = csv
    return frame


def is_csv(frame: pd.DataFrame) -> bool:
    return bool(frame.attrs.get("csv"))


def settle(raw: pd.DataFrame, texts: Collection[str]) -> pd.DataFrame:
    """A raw frame with every column in its kind; columns in `texts` stay text."""
    if not is_csv(raw):
        return table({name: typed(cells(raw, name).tolist()) if raw[name].dtype == object
                      else cells(raw, name) for name in raw.columns})
    return table({name: cells(raw, name) if name in texts else typed_text(cells(raw, name).tolist())
                  for name in raw.columns})


def read_file(path: Path, source: str, where: Where) -> Outcome[pd.DataFrame]:
    """One file as it stands: csv cells as text, the others in their own kinds."""
    ending = path.suffix.lower()
    about = file_header(str(path), source, where)
    if about.diagnostics:
        return Outcome(None, about.diagnostics)
    if ending not in ENDINGS:
        return Outcome(None, (errors.unreadable_source(
            where, source=source,
            reason=f"it does not end in {', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}"),))
    try:
        if ending == ".csv":
            frame = _csv(path, about.columns or ())
        elif ending == ".parquet":
            frame = pd.read_parquet(path)
        elif ending == ".jsonl":
            frame = _jsonl(path)
        else:
            frame = _arrays(path)
    except (OSError, ValueError, TypeError, pd.errors.ParserError, pd.errors.ParserWarning,
            csv.Error, zipfile.BadZipFile, EOFError) as problem:
        reason = str(problem).splitlines()[0].removeprefix("Error tokenizing data. C error: ")
        return Outcome(None, (errors.unreadable_source(
            where, source=source, reason=reason[:1].lower() + reason[1:]),))
    frame.columns = [str(name) for name in frame.columns]
    if not len(frame) or not len(frame.columns):
        return Outcome(None, (errors.empty_source(where, source=source, holds="no rows"),))
    twice = [str(name) for name in frame.columns[frame.columns.duplicated()]]
    if twice:
        return Outcome(None, (errors.duplicate_column(where, source=source,
                                                            column=twice[0]),))
    if ending == ".csv":
        return Outcome(marked(frame, csv=True))
    neat, bad = tidy(frame)
    if bad is not None:
        return Outcome(None, (errors.unreadable_source(
            where, source=source, reason=f"column `{bad}` holds lists, tables or bytes"),))
    return Outcome(neat)


def _csv(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    """Cells as text, None where empty. A row with more cells than the header is an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)
        frame = pd.read_csv(path, header=0, names=list(columns), dtype=str, index_col=False,
                            keep_default_na=False, na_values=[""], encoding="utf-8-sig",
                            skip_blank_lines=len(columns) > 1)
    return table({name: none_for_nan(frame[name]) for name in columns})


def none_for_nan(series: pd.Series[Any]) -> Cells:
    out: Cells = series.to_numpy(dtype=object, copy=True)
    out[series.isna().to_numpy()] = None
    return out


def _jsonl(path: Path) -> pd.DataFrame:
    """One JSON object a line; null, and a key that a line lacks, is a gap."""
    records: list[dict[str, Any]] = []
    for i, line in enumerate(io.StringIO(path.read_text("utf-8-sig"), newline=None), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError as problem:
            raise ValueError(f"line {i} is no JSON: {problem.msg}") from problem
        if not isinstance(record, dict):
            raise ValueError(f"line {i} is no object")
        records.append(record)
    names = list(dict.fromkeys(name for record in records for name in record))
    columns = {}
    for name in names:
        column = np.empty(len(records), dtype=object)
        column[:] = [record.get(name) for record in records]
        columns[name] = column
    return table(columns)


def _arrays(path: Path) -> pd.DataFrame:
    """An npy or npz: a vector is a column, an array of more axes is unfolded in C order."""
    loaded = np.load(path, allow_pickle=False)
    found = {"x": loaded} if isinstance(loaded, np.ndarray) else {k: loaded[k] for k in loaded}
    alone, columns = path.suffix.lower() == ".npy", {}
    for name, array in found.items():
        if array.ndim == 0:
            raise ValueError(f"`{name}` is one number, not rows")
        names = array_columns(name, array.shape, alone=alone)
        flat = array.reshape(len(array), len(names))
        columns.update({one: flat[:, i] for i, one in enumerate(names)})
    return pd.DataFrame(columns)
