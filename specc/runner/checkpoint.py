"""What a run needs to go on from a finished epoch, in one file, written whole or not at all.

    runs/NAME/TIME-HASH/checkpoints/epoch-00000012.checkpoint

A first line, a line of JSON, the bytes of the arrays one after another, and last the SHA-256 of
all that: a file that is torn or damaged is known as such, and the one before is used. No pickle.
The two newest are kept. docs/decisions/0013 tells why, and when they are written.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specc.record import Record, as_dict, field, fields, replace
from specc.runner.folder import sync_folder

FOLDER = "checkpoints"
SUFFIX = ".checkpoint"
FIRST = b"specc checkpoint 1\n"
DIGEST = 64  # hex digits
KEPT = 2


class Checkpoint(Record):
    """A run after `epoch` finished epochs.

    `run`: the hash of what is run. `stopped`: no epoch follows, a callback ended it or it was the
    last. `history`: a row an epoch. `said`: diagnostics so far. `callbacks`: their numbers, as
    `specc.backend.state.split` gives them. `files`: sizes in bytes of what callbacks add to.
    `arrays`: of the model, its optimizer, the callbacks.
    """

    run: str
    epoch: int
    stopped: bool = False
    history: Sequence[Mapping[str, Any]] = ()
    said: Sequence[Mapping[str, Any]] = ()
    callbacks: Sequence[Mapping[str, Any]] = ()
    files: Mapping[str, int] = field(default_factory=dict)
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)


class Damaged(Exception):
    """A file is no whole checkpoint; the text says what is wrong with it."""


def write(folder: Path, checkpoint: Checkpoint) -> Path:
    """Write a checkpoint into a run's folder, on the disk when this returns; older ones go.

    OSError where it cannot be written; the older ones are then all there.
    """
    place = folder / FOLDER
    place.mkdir(exist_ok=True)
    path = place / f"epoch-{checkpoint.epoch:08}{SUFFIX}"
    handle, beside = tempfile.mkstemp(dir=place, prefix=".", suffix=SUFFIX)
    try:
        with os.fdopen(handle, "wb") as file:
            digest = sha256()
            for part in _parts(checkpoint):
                digest.update(part)
                file.write(part)
            file.write(digest.hexdigest().encode())
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    finally:
        Path(beside).unlink(missing_ok=True)
    sync_folder(place)
    for old in paths(folder)[KEPT:]:
        old.unlink(missing_ok=True)
    return path


def _parts(checkpoint: Checkpoint) -> list[Any]:
    """The file but its digest, without a copy of the arrays."""
    whole = {name: np.ascontiguousarray(one) for name, one in checkpoint.arrays.items()}
    told = {**as_dict(replace(checkpoint, arrays={})),
            "arrays": [[name, _dtype(one), list(checkpoint.arrays[name].shape)]
                       for name, one in whole.items()]}
    line = json.dumps(told).encode() + b"\n"
    return [FIRST, line, *(one.reshape(-1).view(np.uint8).data for one in whole.values()
                           if one.size)]


def _dtype(array: NDArray[Any]) -> str:
    """How a dtype is called: with its order of bytes where NumPy itself has it."""
    return array.dtype.name if array.dtype.kind == "V" else array.dtype.str


def read(path: Path) -> Checkpoint:
    """A checkpoint. Damaged for a file that is none, or not whole; OSError if it cannot be read."""
    data = path.read_bytes()
    body = memoryview(data)[:-DIGEST]
    if len(data) < len(FIRST) + DIGEST or not data.startswith(FIRST):
        raise Damaged("it is not whole" if FIRST.startswith(data[:len(FIRST)]) else
                      "it is no checkpoint of this specc")
    if sha256(body).hexdigest().encode() != data[-DIGEST:]:
        raise Damaged("its bytes are not those that were written")
    end = data.index(b"\n", len(FIRST)) + 1
    told, arrays, at = json.loads(data[len(FIRST):end]), {}, end
    for name, kind, shape in told.pop("arrays"):
        dtype = np.dtype(kind)
        count = int(np.prod(shape, dtype=np.int64))
        arrays[name] = np.frombuffer(body, dtype, count, at).reshape(shape) if count else (
            np.zeros(shape, dtype))
        at += count * dtype.itemsize
    made: Any = Checkpoint
    found: Checkpoint = made(**{key: one for key, one in told.items()
                                if key in fields(Checkpoint)}, arrays=arrays)
    return found


class Refused(Record):
    """A file that a run does not go on from. `damaged`: nobody ever can."""

    path: Path
    reason: str
    damaged: bool = False


def newest(folder: Path, run: str) -> tuple[Checkpoint | None, list[Refused]]:
    """The newest whole checkpoint of a run, and each newer file that is not one."""
    refused = []
    for path in paths(folder):
        try:
            found = read(path)
        except Damaged as damaged:
            refused.append(Refused(path, str(damaged), damaged=True))
        except OSError as problem:
            refused.append(Refused(path, problem.strerror or str(problem)))
        else:
            if found.run == run:
                return found, refused
            refused.append(Refused(path, "it is of another run"))
    return None, refused


def paths(folder: Path) -> list[Path]:
    """The checkpoints in a run's folder, the newest first."""
    return sorted((folder / FOLDER).glob(f"epoch-*{SUFFIX}"), reverse=True)


def sweep(folder: Path) -> None:
    """Take away what a process that was killed had begun to write."""
    for path in (folder / FOLDER).glob(f".*{SUFFIX}"):
        path.unlink(missing_ok=True)


def remove(folder: Path) -> None:
    """Take all of them away: a finished run needs none."""
    place = folder / FOLDER
    sweep(folder)
    for path in paths(folder):
        path.unlink(missing_ok=True)
    if place.is_dir() and not any(place.iterdir()):
        place.rmdir()

