"""Where a source lies and what its header says: csv, npy and npz through the standard library.

A path in a spec is relative to the folder of the file that wrote it, else to `$SPECC_DATA`. After
symbolic links are resolved it must lie inside the project (the nearest folder upwards with
`pyproject.toml` or `.git`, else the spec's own) or inside `$SPECC_DATA`.
"""

from __future__ import annotations

import ast
import csv
import io
import os
import re
import struct
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from specc.diagnostics import Diagnostic
from specc.facts import errors
from specc.facts.builtins import BUILT_INS, BuiltIn, built_in
from specc.facts.generators import RECIPES, features_of, recipe, rows_of, targets_of
from specc.record import Record
from specc.source import Where
from specc.spec import Generator, Parts, Spec

ENDINGS = (".csv", ".parquet", ".jsonl", ".npz", ".npy")
MOST_GENERATED = 10**8  # numbers that a generator may be asked for
HEADER_BYTES = 1 << 22  # a csv header longer than 4 MiB is no header
LONGEST_NAME = 255  # bytes of one part of a path
UNSAFE_TEXT = re.compile(r"[\x00]")


class Header(Record):
    """The columns of a source, as far as they are known without its rows."""

    columns: tuple[str, ...] | None = None
    rows: int | None = None
    labels: tuple[str, ...] = ()  # columns that hold the answer, whichever the spec names
    unchecked: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def project_folder(folder: Path) -> Path:
    """The nearest folder upwards that holds `pyproject.toml` or `.git`, else `folder` itself."""
    for one in (folder, *folder.parents):
        if (one / "pyproject.toml").exists() or (one / ".git").exists():
            return one
    return folder


def spec_folder(file: str) -> Path:
    """The folder a file's relative paths start from; standard input has the working folder."""
    return Path.cwd() if file in ("-", "<stdin>", "") else Path(file).resolve().parent


def data_folder() -> Path | None:
    """`$SPECC_DATA`, symbolic links resolved, or None."""
    named = os.environ.get("SPECC_DATA")
    return Path(named).resolve() if named else None


def locate_source(spec: Spec, name: str, where: Where | None = None) -> Path | Diagnostic:
    """The file a spec means by `name`: a path that may be read, or why it may not.

    The path need not exist: whether that matters depends on whether rows are needed.
    """
    place = where or spec.where("data", "source")
    if UNSAFE_TEXT.search(name):
        return errors.unreadable_source(place, source=name.replace("\0", "?"),
                                        reason="its name holds a zero byte")
    if any(len(os.fsencode(part)) > LONGEST_NAME for part in Path(name).parts):
        return errors.unreadable_source(place, source=f"{name[:40]}...",
                                        reason="its name is too long for a file")
    folder, shared = spec_folder(place.file), data_folder()
    project = project_folder(folder)
    tried = [folder / name, *([shared / name] if shared else [])]
    path = Path(os.path.realpath(next(filter(os.path.exists, tried), tried[0])))
    if path.is_symlink():
        return errors.unreadable_source(place, source=name, reason="its link leads in a circle")
    if path.is_relative_to(project) or (shared is not None and path.is_relative_to(shared)):
        return path
    return errors.source_outside_project(place, source=name, folder=str(project))


def header(spec: Spec) -> Header:
    """What is known about the columns of a spec's source without reading a row."""
    if spec.data is None:
        return Header()
    source, where = spec.data.source, spec.where("data", "source")
    if isinstance(source, Generator):
        return _of_generator(source, where)
    if isinstance(source, Parts):
        return _of_parts(spec, source)
    return _of_name(spec, source, where)


def _of_parts(spec: Spec, parts: Parts) -> Header:
    """The train part speaks for all; the others are read too, so that a bad file is said."""
    named = (("train", parts.train), ("validation", parts.validation), ("test", parts.test))
    found = [_of_name(spec, name, spec.where("data", "source", part))
             for part, name in named if name is not None]
    return Header(found[0].columns, None, found[0].labels,
                  tuple(line for one in found for line in one.unchecked),
                  tuple(line for one in found for line in one.diagnostics))


def _of_name(spec: Spec, source: str, where: Where) -> Header:
    known = built_in(source)
    if known is not None:
        return Header(known.columns, known.rows, known.labels)
    if not source.lower().endswith(ENDINGS):
        names = [one.name for one in BUILT_INS]
        return Header(diagnostics=(errors.unknown_source(where, source=source, built_ins=names),))
    path = locate_source(spec, source, where)
    if isinstance(path, Diagnostic):
        return Header(diagnostics=(path,))
    return file_header(path, source, where)


def _of_generator(source: Generator, where: Where) -> Header:
    found = recipe(source.type)
    if found is None:
        names = [one.name for one in RECIPES]
        return Header(diagnostics=(errors.unknown_generator(
            where.at("type"), generator=source.type, generators=names),))
    wrong = tuple(
        errors.generator_argument(where.at(argument).key(), generator=source.type,
                                  argument=argument, arguments=found.parameters)
        for argument in source.arguments if argument not in found.parameters)
    targets = targets_of(source, found)
    rows, width = rows_of(source, found), len(features_of(source, found))
    if not wrong and rows * (width + len(targets)) > MOST_GENERATED:
        return Header(diagnostics=(errors.too_many_numbers(
            where, what=f"`{source.type}`", count=rows * (width + len(targets)),
            most=MOST_GENERATED),))
    return Header((*features_of(source, found), *targets), rows_of(source, found), targets,
                  diagnostics=wrong)


def file_header(path: Path, source: str, where: Where) -> Header:
    """The header of one file; one that is not there, or keeps its columns inside, is unchecked."""
    if not path.exists():
        return Header(unchecked=(f"data: {source} was not found, so columns were not compared",))
    if path.is_dir():
        return _bad(where, source, "it is a folder")
    try:
        match path.suffix.lower():
            case ".csv":
                return csv_header(path, source, where)
            case ".npy" | ".npz":
                return array_header(path, source, where)
    except OSError as problem:
        return _bad(where, source, (problem.strerror or str(problem)).lower())
    except UnicodeDecodeError as problem:
        return _bad(where, source, f"byte {problem.start} is not UTF-8")
    except csv.Error as problem:
        return _bad(where, source, str(problem))
    except (ValueError, SyntaxError, zipfile.BadZipFile, struct.error, EOFError, KeyError):
        return _bad(where, source, f"it is not a whole {path.suffix.lower()[1:]} file")
    return Header(unchecked=(f"data: {source} was not opened, so columns were not compared",))


def _bad(where: Where, source: str, reason: str) -> Header:
    return Header(diagnostics=(errors.unreadable_source(where, source=source, reason=reason),))


def csv_header(path: Path, source: str, where: Where) -> Header:
    """The first line of a csv; a byte order mark is stripped."""
    with path.open("rb") as stream:
        start = stream.read(HEADER_BYTES)
    text = start.decode("utf-8-sig", errors="ignore" if len(start) == HEADER_BYTES else "strict")
    columns = tuple(next(csv.reader(io.StringIO(text, newline="")), []))
    if not any(columns):
        return Header(diagnostics=(errors.empty_source(where, source=source, holds="nothing"),))
    return Header(columns, diagnostics=duplicates(columns, source, where))


def duplicates(columns: tuple[str, ...], source: str, where: Where) -> tuple[Diagnostic, ...]:
    """One diagnostic for each name that stands more than once."""
    return tuple(errors.duplicate_column(where, source=source, column=column)
                 for column, count in Counter(columns).items() if count > 1)


def array_header(path: Path, source: str, where: Where) -> Header:
    """Columns and rows of an npy or npz: a vector is a column, a matrix is `name0 .. nameN`."""
    columns: list[str] = []
    rows: list[int] = []
    for name, shape in array_shapes(path):
        if not shape:
            return _bad(where, source, f"`{name}` is one number, not rows")
        rows.append(shape[0])
        columns += array_columns(name, shape, alone=path.suffix.lower() == ".npy")
    if len(set(rows)) > 1:
        return _bad(where, source, f"its arrays have {min(rows)} to {max(rows)} rows")
    if not columns:
        return Header(diagnostics=(errors.empty_source(where, source=source, holds="no array"),))
    return Header(tuple(columns), rows[0], diagnostics=duplicates(tuple(columns), source, where))


def array_columns(name: str, shape: tuple[int, ...], *, alone: bool = False) -> list[str]:
    """The columns of one array, in C order. The array of an npy has no name: `x`."""
    if len(shape) == 1:
        return [name]
    count = 1
    for size in shape[1:]:
        count *= size
    return [f"{'x' if alone else name}{i}" for i in range(count)]


def array_shapes(path: Path) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Name and shape of every array in an npy (`x`) or npz."""
    if path.suffix.lower() == ".npy":
        with path.open("rb") as stream:
            yield "x", npy_shape(stream)
        return
    with zipfile.ZipFile(path) as archive:
        for member in archive.namelist():
            with archive.open(member) as stream:
                yield member.removesuffix(".npy"), npy_shape(stream)


def npy_shape(stream: IO[bytes]) -> tuple[int, ...]:
    """The shape in an npy header (format 1 to 3). Refuses pickled objects: they are code."""
    if stream.read(6) != b"\x93NUMPY":
        raise ValueError("not an npy file")
    major, _ = stream.read(2)
    size = struct.unpack("<H" if major == 1 else "<I", stream.read(2 if major == 1 else 4))[0]
    fields = ast.literal_eval(stream.read(min(size, HEADER_BYTES)).decode("latin1"))
    if "O" in str(fields["descr"]):
        raise ValueError("holds pickled objects")
    return tuple(int(length) for length in fields["shape"])


def known_set(spec: Spec) -> BuiltIn | None:
    """The built-in set that a spec's source names, or None."""
    return built_in(spec.data.source) if spec.data and isinstance(spec.data.source, str) else None
