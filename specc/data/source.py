"""Rows of a source: built-in sets, generators and files, with a digest of what was read."""

from __future__ import annotations

import hashlib
import json
import os
import warnings
from collections.abc import Collection, Iterable
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from specc.data import errors
from specc.data.files import is_csv, marked, read_file, settle
from specc.data.table import Cells, cells, table, typed
from specc.diagnostics import Diagnostic, Outcome
from specc.facts import errors as facts_errors
from specc.facts.builtins import BuiltIn, built_in
from specc.facts.columns import named, take
from specc.facts.files import data_folder, locate_source, spec_folder
from specc.facts.generators import features_of, recipe, targets_of
from specc.record import Record
from specc.source import Where
from specc.spec import Generator, Parts, Spec

PARTS = ("train", "validation", "test")


class Rows(Record):
    """All rows of a source, before any is dropped, sorted or split.

    `numbers` are the rows as messages call them: counted from 1 in their own file. `parts` says
    of each row which file it came from, or is None. `digest` is the SHA-256 of the files' bytes,
    or of names and values where there is no file.
    """

    frame: pd.DataFrame
    numbers: NDArray[np.int64]
    digest: str
    parts: NDArray[np.str_] | None = None


def text_columns(spec: Spec, columns: Iterable[str]) -> frozenset[str]:
    """Columns that are text whatever their cells look like: `values` or `classes` are text,
    tokens are made of them, or the model takes strings. So `01` stays `01`."""
    header = tuple(columns)
    found: set[str] = set()
    for one in spec.inputs.values():
        for _, column in take(spec, one, header):
            words = column.values is not None and all(isinstance(v, str) for v in column.values)
            if words or one.text is not None or one.dtype == "string":
                found.add(column.name)
    for output in spec.outputs.values():
        if isinstance(output.classes, tuple) and isinstance(output.target, str) \
                and all(isinstance(value, str) for value in output.classes):
            found.add(output.target)
    if spec.data is not None and spec.data.split.column is not None:
        found.add(spec.data.split.column)
    return frozenset(found)


def read(spec: Spec) -> Outcome[Rows]:
    """All rows of a spec's source. A file that is not there, not whole or empty is a diagnostic."""
    if spec.data is None:
        return Outcome(None, (errors.no_data(spec.where(), name=spec.name),))
    source, where = spec.data.source, spec.where("data", "source")
    if isinstance(source, Generator):
        return generate(source, where)
    if isinstance(source, Parts):
        return read_parts(spec, source)
    known = built_in(source)
    if known is not None:
        return read_built_in(known, where)
    return located(spec, source, where).then(lambda path: read_one(spec, path, source, where))


def located(spec: Spec, source: str, where: Where) -> Outcome[Path]:
    path = locate_source(spec, source, where)
    if isinstance(path, Diagnostic):
        return Outcome(None, (path,))
    if not os.path.exists(path):
        shared = data_folder()
        folders = [spec_folder(where.file), *([shared] if shared else [])]
        return Outcome(None, (errors.missing_source(where, source=source, folders=folders),))
    return Outcome(Path(path))


def read_one(spec: Spec, path: Path, source: str, where: Where) -> Outcome[Rows]:
    """The rows of one file."""
    return read_file(path, source, where).then(
        lambda raw: Outcome(_rows(settle(raw, text_columns(spec, raw.columns)),
                                  file_digest(path).hex())))


def read_table(path: Path, texts: Collection[str] = ()) -> Outcome[pd.DataFrame]:
    """A table that is no part of a spec, such as the rows to predict; `texts` are never numbers."""
    where = Where(str(path))
    if not path.exists():
        return Outcome(None, (errors.missing_source(where, source=path.name,
                                                    folders=[str(path.parent)]),))
    return read_file(path, path.name, where).then(lambda raw: Outcome(settle(raw, texts)))


def file_digest(path: Path) -> bytes:
    """SHA-256 of a file's bytes, which may be more than memory holds."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").digest()


def _rows(frame: pd.DataFrame, digest: str) -> Rows:
    return Rows(frame, np.arange(1, len(frame) + 1, dtype=np.int64), digest)


def read_parts(spec: Spec, parts: Parts) -> Outcome[Rows]:
    """The rows of several files, one after another, each column of one kind in all of them."""
    read: list[tuple[str, pd.DataFrame]] = []
    digest = hashlib.sha256()
    found: list[Diagnostic] = []
    for part in PARTS:
        source = getattr(parts, part)
        if source is None:
            continue
        where = spec.where("data", "source", part)
        path = located(spec, source, where)
        one = path.then(lambda at, s=source, w=where: read_file(at, s, w))  # type: ignore[misc]
        found += one.diagnostics
        if one.value is None or path.value is None:
            continue
        digest.update(file_digest(path.value))
        if read:
            found += lacking(spec, read[0][1].columns, one.value.columns, source, where)
        read.append((part, one.value))
    if found:
        return Outcome(None, tuple(found))
    shared = [name for name in read[0][1].columns if all(name in one.columns for _, one in read)]
    texts = text_columns(spec, shared)
    words = all(is_csv(one) for _, one in read)
    frames = [one[shared] if words else settle(marked(one[shared], csv=is_csv(one)), texts)
              for _, one in read]
    whole = {name: np.concatenate([cells(one, name).astype(object) for one in frames])
             for name in shared}
    frame = settle(marked(table(whole), csv=words), texts)
    counts = [len(one) for one in frames]
    return Outcome(Rows(frame, np.concatenate([np.arange(1, n + 1) for n in counts]),
                        digest.hexdigest(),
                        np.repeat(np.array([part for part, _ in read]), counts)))


def lacking(spec: Spec, columns: Iterable[str], there: Iterable[str], source: str,
             where: Where) -> list[Diagnostic]:
    """Columns the spec uses that a later part does not have."""
    header, others = tuple(columns), tuple(there)
    used = {column.name for one in spec.inputs.values() for _, column in take(spec, one, header)}
    used.update(name for name, _ in named(spec))
    return [errors.column_missing(where, column=name, table=source, columns=others)
            for name in header if name in used and name not in others]


def content_digest(frame: pd.DataFrame) -> str:
    """SHA-256 of names and values, for sources that are no file."""
    digest = hashlib.sha256()
    for name in frame.columns:
        column = cells(frame, name)
        digest.update(json.dumps([name, str(column.dtype)]).encode())
        digest.update(json.dumps(column.tolist()).encode() if column.dtype == object
                      else np.ascontiguousarray(column).tobytes())
    return digest.hexdigest()


def generate(source: Generator, where: Where) -> Outcome[Rows]:
    """The rows of a generator. Without `random_state` it is 0: the same rows every time."""
    from sklearn import datasets

    found = recipe(source.type)
    if found is None:
        return Outcome(None, (facts_errors.unknown_generator(
            where.at("type"), generator=source.type, generators=()),))
    arguments = {"random_state": 0, **{
        key: list(value) if isinstance(value, tuple) and key != "n_samples" else
        tuple(value) if isinstance(value, list) and key == "n_samples" else value
        for key, value in source.arguments.items()}}
    try:
        made = getattr(datasets, source.type)(**arguments)
    except (ValueError, TypeError) as problem:
        return Outcome(None, (errors.generator_refused(
            where, generator=source.type, reason=str(problem).splitlines()[0]),))
    x, y = made if isinstance(made, tuple) else (made, None)
    columns: dict[str, Cells] = {name: x[:, i].astype(np.float64)
                                 for i, name in enumerate(features_of(source, found))}
    if y is not None:
        flat = y.reshape(len(x), -1)
        whole = found.classes is not None
        columns.update({name: flat[:, i].astype(np.int64 if whole else np.float64)
                        for i, name in enumerate(targets_of(source, found))})
    frame = table(columns)
    return Outcome(_rows(frame, content_digest(frame)))


def read_built_in(known: BuiltIn, where: Where) -> Outcome[Rows]:
    """A built-in set: its features, `target`, and the labels by name where they have names."""
    if known.name == "california_housing":
        return _california(known, where)
    from sklearn import datasets

    made = getattr(datasets, f"load_{known.name}")()
    columns: dict[str, Cells] = {name: made.data[:, i].astype(np.float64)
                                 for i, (name, _, _) in enumerate(known.features)}
    columns[known.target] = made.target.astype(np.int64 if known.classes else np.float64)
    if known.named is not None:
        columns[known.named] = typed([known.classes[i] for i in made.target])
    frame = table(columns)
    return Outcome(_rows(frame, content_digest(frame)))


def _california(known: BuiltIn, where: Where) -> Outcome[Rows]:
    """`$SPECC_DATA/california_housing.csv`, else scikit-learn's cache, else its download."""
    shared = data_folder()
    path = Path(shared, f"{known.name}.csv") if shared else None
    if path is not None and path.is_file():
        return read_file(path, path.name, where).then(lambda raw: _california_rows(known, raw))
    from sklearn.datasets import fetch_california_housing

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # it warns before it tries again
            made = fetch_california_housing(n_retries=1, delay=0.1)
    except OSError as problem:
        reason = str(getattr(problem, "reason", problem)) or type(problem).__name__
        return Outcome(None, (errors.download_failed(where, source=known.name, reason=reason),))
    columns = {name: made.data[:, i] for i, (name, _, _) in enumerate(known.features)}
    frame = table({**columns, known.target: made.target})
    return Outcome(_rows(frame, content_digest(frame)))


def _california_rows(known: BuiltIn, raw: pd.DataFrame) -> Outcome[Rows]:
    frame = settle(raw, ())
    lacking = [name for name in known.columns if name not in frame.columns]
    if lacking:
        where = Where(os.environ.get("SPECC_DATA", ""))
        return Outcome(None, tuple(errors.column_missing(
            where, column=name, table=f"{known.name}.csv", columns=tuple(frame.columns))
            for name in lacking))
    neat = table({name: cells(frame, name).astype(np.float64) for name in known.columns})
    return Outcome(_rows(neat, content_digest(neat)))
