"""Where a file lies and what its header says: csv, npy and npz through the standard library.

A path in a spec is relative to the folder of the file that wrote it, else to `$SPECC_DATA`. After
symbolic links are resolved it must lie inside the project (the nearest folder upwards with
`pyproject.toml` or `.git`, else the spec's own) or inside `$SPECC_DATA`.
"""

from __future__ import annotations

import csv
import io
import os
from collections import Counter

from specc.diagnostics import Diagnostic
from specc.facts import errors
from specc.facts.known import Header
from specc.source import Where
from specc.spec import Spec

HEADER_BYTES = 1 << 22  # a csv header longer than 4 MiB is no header
MARKS = ("pyproject.toml", ".git")  # of a project's folder
LONGEST_NAME = 255  # bytes of one part of a path


def project_folder(folder: str) -> str:
    """The nearest folder upwards that holds `pyproject.toml` or `.git`, else `folder` itself."""
    one, above = folder, os.path.dirname(folder)
    while not any(os.path.exists(os.path.join(one, mark)) for mark in MARKS):
        if above == one:
            return folder
        one, above = above, os.path.dirname(above)
    return one


def spec_folder(file: str) -> str:
    """The folder a file's relative paths start from; standard input has the working folder."""
    if file in ("-", "<stdin>", ""):
        return os.getcwd()
    return os.path.dirname(os.path.realpath(file))


def data_folder() -> str | None:
    """`$SPECC_DATA`, symbolic links resolved, or None."""
    named = os.environ.get("SPECC_DATA")
    return os.path.realpath(named) if named else None


def within(path: str, folder: str) -> bool:
    """Whether a path lies in a folder, or is it; both resolved."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def locate_source(spec: Spec, name: str, where: Where | None = None) -> str | Diagnostic:
    """The file a spec means by `name`: a path that may be read, or why it may not.

    The path need not exist: whether that matters depends on whether rows are needed.
    """
    place = where or spec.where("data", "source")
    if "\0" in name:
        return errors.unreadable_source(place, source=name.replace("\0", "?"),
                                        reason="its name holds a zero byte")
    if any(len(os.fsencode(part)) > LONGEST_NAME for part in name.split(os.sep)):
        return errors.unreadable_source(place, source=f"{name[:40]}...",
                                        reason="its name is too long for a file")
    folder, shared = spec_folder(place.file), data_folder()
    project = project_folder(folder)
    tried = [os.path.join(one, name) for one in (folder, shared) if one]
    path = os.path.realpath(next(filter(os.path.exists, tried), tried[0]))
    if os.path.islink(path):
        return errors.unreadable_source(place, source=name, reason="its link leads in a circle")
    if within(path, project) or (shared is not None and within(path, shared)):
        return path
    return errors.source_outside_project(place, source=name, folder=project)


def file_header(path: str, source: str, where: Where) -> Header:
    """The header of one file; one that is not there, or keeps its columns inside, is unchecked."""
    if not os.path.exists(path):
        return Header(unchecked=(f"data: {source} was not found, so columns were not compared",))
    if os.path.isdir(path):
        return unreadable(where, source, "it is a folder")
    try:
        match os.path.splitext(path)[1].lower():
            case ".csv":
                return csv_header(path, source, where)
            case ".npy" | ".npz":
                from specc.facts.arrays import array_header  # only arrays need it

                return array_header(path, source, where)
    except OSError as problem:
        return unreadable(where, source, (problem.strerror or str(problem)).lower())
    except UnicodeDecodeError as problem:
        return unreadable(where, source, f"byte {problem.start} is not UTF-8")
    except csv.Error as problem:
        return unreadable(where, source, str(problem))
    return Header(unchecked=(f"data: {source} was not opened, so columns were not compared",))


def unreadable(where: Where, source: str, reason: str) -> Header:
    """No header, and why."""
    return Header(diagnostics=(errors.unreadable_source(where, source=source, reason=reason),))


def csv_header(path: str, source: str, where: Where) -> Header:
    """The first line of a csv; a byte order mark is stripped."""
    with open(path, "rb") as stream:
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
