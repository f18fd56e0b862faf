"""The headers of npy and npz files, through the standard library."""

from __future__ import annotations

import ast
import os
import struct
import zipfile
from collections.abc import Iterator
from typing import IO

from specc.facts import errors
from specc.facts.files import HEADER_BYTES, duplicates, unreadable
from specc.facts.known import Header
from specc.source import Where


class Pickled(ValueError):
    """An array of Python objects, which are stored as code."""


def array_header(path: str, source: str, where: Where) -> Header:
    """Columns and rows of an npy or npz: a vector is a column, a matrix is `name0 .. nameN`."""
    columns: list[str] = []
    rows: list[int] = []
    try:
        shapes = list(array_shapes(path))
    except Pickled:
        return unreadable(where, source, "it holds Python objects, which are never opened")
    except (ValueError, SyntaxError, zipfile.BadZipFile, struct.error, EOFError, KeyError):
        return unreadable(where, source, f"it is not a whole {_ending(path)[1:]} file")
    for name, shape in shapes:
        if not shape:
            return unreadable(where, source, f"`{name}` is one number, not rows")
        rows.append(shape[0])
        columns += array_columns(name, shape, alone=_ending(path) == ".npy")
    if len(set(rows)) > 1:
        return unreadable(where, source, f"its arrays have {min(rows)} to {max(rows)} rows")
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


def array_shapes(path: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Name and shape of every array in an npy (`x`) or npz."""
    if _ending(path) == ".npy":
        with open(path, "rb") as stream:
            yield "x", npy_shape(stream)
        return
    with zipfile.ZipFile(path) as archive:
        for member in archive.namelist():
            with archive.open(member) as stream:
                yield member.removesuffix(".npy"), npy_shape(stream)


def npy_shape(stream: IO[bytes]) -> tuple[int, ...]:
    """The shape in an npy header (format 1 to 3). Pickled where it is of objects."""
    if stream.read(6) != b"\x93NUMPY":
        raise ValueError("not an npy file")
    major, _ = stream.read(2)
    size = struct.unpack("<H" if major == 1 else "<I", stream.read(2 if major == 1 else 4))[0]
    fields = ast.literal_eval(stream.read(min(size, HEADER_BYTES)).decode("latin1"))
    if "O" in str(fields["descr"]):
        raise Pickled
    return tuple(int(length) for length in fields["shape"])


def _ending(path: str) -> str:
    return os.path.splitext(path)[1].lower()
