"""Files read a column at a time: what one column needs is all that is in memory.

Parquet lies in columns already. A csv is copied once into columns of text, in a temporary file
that has no name, so that nothing is left of it however the process ends. A column comes out in the
kind that `specc.data.files.settle` would give it, to the last bit.
"""

from __future__ import annotations

import csv
import math
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from specc.data.files import none_for_nan
from specc.data.spool import temporary, writing
from specc.data.table import TRUTH, Cells, cells, tidy, typed
from specc.diagnostics import Outcome
from specc.facts import errors
from specc.facts.files import file_header
from specc.record import Record
from specc.source import Where

AT_ONCE = 1 << 16  # rows
SMALLER = 4  # times at least that columns of text are smaller than their csv
BROKEN = (OSError, ValueError, TypeError, NotImplementedError, EOFError, csv.Error,
          pd.errors.ParserError, pd.errors.ParserWarning)
Again: TypeAlias = Callable[[], Iterator[Any]]  # begins anew with every call


class Unread(Exception):
    """A file broke while a column of it was read; the message is for a person."""


class File(Record):
    """A file of columns. `handle` is what pyarrow reads; `words`: every cell is text."""

    handle: Any
    columns: tuple[str, ...]
    rows: int
    words: bool

    def blocks(self, column: str) -> Iterator[Cells]:
        """One column in the order of the rows: numbers, booleans or objects; text if `words`."""
        from pyarrow import parquet

        opened = parquet.ParquetFile(self.handle, pre_buffer=False)
        for batch in opened.iter_batches(AT_ONCE, columns=[column], use_threads=False):
            if self.words:
                yield np.array(batch.column(0).to_pylist(), dtype=object)
                continue
            found = batch.column(0)
            kind = _plain_kind(found)
            if kind is not None:
                yield found.to_numpy(zero_copy_only=False).astype(kind)
                continue
            neat, bad = tidy(batch.to_pandas(ignore_metadata=True))
            if bad is not None:
                raise ValueError(f"column `{bad}` holds lists, tables or bytes")
            yield cells(neat, column)


def _plain_kind(block: Any) -> str | None:
    """The kind that `tidy` makes of numbers without gaps, which needs no pandas."""
    from pyarrow import types

    if block.null_count:
        return None
    if types.is_floating(block.type):
        return "float64"
    return "int64" if types.is_integer(block.type) and not types.is_uint64(block.type) else None


def open_file(path: Path, source: str, where: Where) -> Outcome[File]:
    """A parquet or csv file, opened. What cannot be read is a diagnostic."""
    about = file_header(str(path), source, where)
    if about.diagnostics:
        return Outcome(None, about.diagnostics)
    try:
        if path.suffix.lower() == ".csv":
            found = _from_csv(path, about.columns or ())
        else:
            found = _parquet(str(path), words=False)
    except BROKEN as problem:
        return Outcome(None, (errors.unreadable_source(where, source=source,
                                                       reason=reason_of(problem)),))
    if not found.rows or not found.columns:
        return Outcome(None, (errors.empty_source(where, source=source, holds="no rows"),))
    twice = [name for i, name in enumerate(found.columns) if name in found.columns[:i]]
    if twice:
        return Outcome(None, (errors.duplicate_column(where, source=source, column=twice[0]),))
    return Outcome(found)


def reason_of(problem: Exception) -> str:
    """Why a file cannot be read, as specc says it."""
    reason = str(problem).splitlines()[0].removeprefix("Error tokenizing data. C error: ")
    return reason[:1].lower() + reason[1:]


def _parquet(handle: Any, *, words: bool) -> File:
    """The columns of a table; an index that pandas keeps among them is none."""
    from pyarrow import parquet

    opened = parquet.ParquetFile(handle, pre_buffer=False)
    about = (opened.schema_arrow.pandas_metadata or {}).get("index_columns", [])
    index = {name for name in about if isinstance(name, str)}
    names = tuple(name for name in opened.schema_arrow.names if name not in index)
    return File(handle, names, opened.metadata.num_rows, words)


def _from_csv(path: Path, columns: tuple[str, ...]) -> File:
    """A csv as columns of text in a temporary file: one pass, a few rows in memory."""
    import pyarrow as pa
    from pyarrow import parquet

    schema = pa.schema([(name, pa.large_string()) for name in columns])
    size = path.stat().st_size
    held = temporary(size // SMALLER)
    with warnings.catch_warnings(), writing(size), parquet.ParquetWriter(held, schema) as writer:
        warnings.simplefilter("error", pd.errors.ParserWarning)
        with pd.read_csv(path, header=0, names=list(columns), dtype=str, index_col=False,
                         keep_default_na=False, na_values=[""], encoding="utf-8-sig",
                         skip_blank_lines=len(columns) > 1, chunksize=AT_ONCE) as parts:
            for part in parts:
                made = [pa.array(none_for_nan(part[name]), pa.large_string()) for name in columns]
                writer.write_table(pa.Table.from_arrays(made, schema=schema))
    return _parquet(held, words=True)


def column_of(files: Sequence[File], name: str, *, text: bool) -> Cells:
    """One column of all files, one after another. `text`: cells of a csv stay text. Unread where a
    file turns out to be broken."""
    def read() -> Iterator[Cells]:
        for one in files:
            yield from one.blocks(name)

    try:
        if not files[0].words:
            return joined(read)
        found = None if text else settled(read)
        return objects(read) if found is None else found
    except BROKEN as problem:
        raise Unread(reason_of(problem)) from problem


def joined(read: Again) -> Cells:
    """Blocks of a typed column as one, in the narrowest kind that holds all of it."""
    blocks = list(_interned(read))
    kinds = {block.dtype for block in blocks}
    if len(kinds) == 1 and blocks[0].dtype != object:
        return np.concatenate(blocks)
    if kinds == {np.dtype(np.int64), np.dtype(np.float64)}:
        return np.concatenate([block.astype(np.float64) for block in blocks])
    if all(block.dtype == object for block in blocks) and _texts(blocks):
        return np.concatenate(blocks)
    return typed([value for block in blocks for value in block.tolist()])


def _texts(blocks: Sequence[Cells]) -> bool:
    """Whether objects are text and gaps: then nothing is to be made narrower."""
    return all(isinstance(value, str) or value is None for block in blocks for value in block)


def objects(read: Again) -> Cells:
    """Text and None, each different text once in memory."""
    return np.concatenate(list(_interned(read)))


def _interned(read: Again) -> Iterator[Cells]:
    once: dict[str, str] = {}
    for block in read():
        if block.dtype == object:
            block = block.copy()  # pyarrow's own is not to be written to
            for i, value in enumerate(block):
                if isinstance(value, str):
                    block[i] = once.setdefault(value, value)
        yield block


class Told(Record):
    """What the words of a block can be."""

    some: bool  # a cell is not empty
    gaps: bool
    truth: bool
    underscore: bool
    whole: bool
    real: bool
    number: bool  # a cell is finite or infinite


def told(words: Sequence[str | None]) -> Told:
    """Which kinds a block of csv cells allows."""
    present = [word for word in words if word is not None]
    truth = all(word.lower() in TRUTH for word in present)
    try:
        np.array([int(word) for word in present], dtype=np.int64)
        whole = True
    except (ValueError, OverflowError):
        whole = False
    try:
        values = np.array([float(word) for word in present], dtype=np.float64)
        real, number = True, bool((~np.isnan(values)).any())
    except ValueError:
        real = number = False
    return Told(bool(present), len(present) < len(words), truth,
                any("_" in word for word in present), whole, real, number)


def settled(read: Again) -> Cells | None:
    """A csv column in the kind that all its cells allow, as `typed_text` has it of a whole one;
    None for text. The column is read twice, a block in memory at a time."""
    found = [told(block.tolist()) for block in read()]
    some = any(one.some for one in found)
    if some and all(one.truth for one in found):
        return typed([None if word is None else TRUTH[word.lower()]
                      for block in read() for word in block.tolist()])
    if any(one.underscore for one in found):
        return None
    if all(one.whole for one in found) and not any(one.gaps for one in found):
        return np.concatenate([np.array([int(word) for word in block.tolist()], dtype=np.int64)
                               for block in read()])
    if not all(one.real for one in found) or (some and not any(one.number for one in found)):
        return None
    return np.concatenate([np.array([math.nan if word is None else float(word)
                                     for word in block.tolist()], dtype=np.float64)
                           for block in read()])


__all__ = ["File", "Unread", "column_of", "joined", "open_file", "settled"]
