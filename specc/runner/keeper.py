"""Keeping finished epochs while a run trains: each one's row at once, all that going on needs now
and then.

An epoch of a small model takes milliseconds, and a checkpoint as long. What is lost when a run is
killed is only time: the epochs since the last checkpoint are trained again, to the same bits. So
one is written after the first epoch, after the last, when the end is asked for, and otherwise when
both `EVERY` seconds and `SHARE` times as long as the last one took have gone by.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from errno import (
    EACCES,
    EDQUOT,
    EEXIST,
    EFBIG,
    EIO,
    EISDIR,
    ENOENT,
    ENOSPC,
    ENOTDIR,
    EPERM,
    EROFS,
)
from pathlib import Path
from typing import Any

from specc import report
from specc.diagnostics import Diagnostic, SpecError
from specc.ir.plan import Plan
from specc.record import as_dict, replace
from specc.runner.appended import sizes
from specc.runner.checkpoint import Checkpoint, remove, write
from specc.runner.folder import (
    HISTORY,
    INTERRUPTED,
    SIGNALS,
    STATUS,
    Folder,
    sync_folder,
    synced,
)
from specc.runner.interrupt import Interrupts
from specc.runner.lock import unlock
from specc.runner.resume_errors import cannot_go_on_writing
from specc.source import Where

EVERY = 1.0  # seconds of training between two checkpoints
REFUSED = frozenset({ENOSPC, EDQUOT, EROFS, EIO, EFBIG, EACCES, EPERM, ENOENT, EISDIR, ENOTDIR,
                     EEXIST})
SHARE = 20.0  # of the time, a twentieth at most is spent on them


class Keeper:
    """What is kept of one run. `kept`: the epoch that it could go on after."""

    def __init__(self, folder: Folder, plan: Plan, run: str, kept: int,
                 pressed: Interrupts) -> None:
        self.folder, self.plan, self.run, self.kept = folder, plan, run, kept
        self.pressed = pressed
        self.last, self.cost = float("-inf"), 0.0

    def row(self, row: Mapping[str, Any]) -> None:
        """A finished epoch's numbers: they outlive the process when this returns."""
        with self.writing(HISTORY):
            self.folder.line(HISTORY, row, sync=False)

    def state(self, model: Any, epoch: int, callbacks: Sequence[Mapping[str, Any]],
              history: Sequence[Mapping[str, Any]], said: Sequence[Diagnostic]) -> None:
        """After the callbacks of an epoch (from 0). Stopped, if somebody asked for the end."""
        last = epoch + 1 >= self.plan.spec.fit.epochs or bool(model.stop_training)
        if last or self.pressed.asked is not None or self._due():
            begun = time.monotonic()
            with self.writing("checkpoints"):
                self._write(model, epoch + 1, last, callbacks, history, said)
            self.last = time.monotonic()
            self.cost = self.last - begun
        self.pressed.check()

    def _due(self) -> bool:
        return time.monotonic() - self.last >= max(EVERY, SHARE * self.cost)

    def _write(self, model: Any, epoch: int, last: bool, callbacks: Sequence[Mapping[str, Any]],
               history: Sequence[Mapping[str, Any]], said: Sequence[Diagnostic]) -> None:
        from specc.backend.snapshot import take
        from specc.backend.state import split

        path = self.folder.path
        files = sizes(path, self.plan)
        for name in (HISTORY, SIGNALS, *files):
            synced(path / name)
        numbers, arrays = split([dict(one) for one in callbacks])
        write(path, Checkpoint(
            self.run, epoch, last, history, [told(one) for one in said], numbers, files,
            {**take(model), **{f"callbacks/{name}": one for name, one in arrays.items()}}))
        self.kept = epoch

    def writing(self, name: str = "") -> AbstractContextManager[None]:
        return writing(self.folder, lambda: self.kept, name)


@contextmanager
def writing(folder: Folder, kept: Callable[[], int] | int = 0, name: str = "") -> Iterator[None]:
    """Inside, a file that cannot be written stops the run. SpecError says so, and what is kept.

    What h5py and Keras raise for a full disk comes without a file's name: `name` stands for it.
    """
    try:
        yield
    except OSError as refused:
        if refused.errno not in REFUSED and "errno = 28" not in str(refused):  # as h5py says it
            raise
        raise SpecError([cannot_go_on_writing(
            Where(str(folder.path)), path=str(folder.path),
            file=_named(refused, folder.path) or name, reason=refused.strerror or str(refused),
            epoch=kept() if callable(kept) else kept)]) from None


def close(folder: Folder, status: str, said: Sequence[Diagnostic]) -> None:
    """Note how a run ended, and tell of it on a page. A finished one is all on disk before."""
    folder.log("".join(f"{one.severity} {one.code} {one.message}\n" for one in said), dated=False)
    folder.log(status)
    if status == "finished":
        folder.sync()
    ended = {"status": status, "diagnostics": [_noted(one) for one in said]}
    with suppress(OSError):  # the run is what it is; `specc report` writes its page later
        report.write(folder.path, closing=ended)
    folder.json(STATUS, ended)
    sync_folder(folder.path)


def _noted(one: Diagnostic) -> dict[str, Any]:
    """A diagnostic as status.json has it; `line` is of the spec's file."""
    return {"code": one.code, "name": one.name, "severity": one.severity, "message": one.message,
            "advice": one.advice, "line": one.where.span.line if one.where.span else None}


def tidy(folder: Folder) -> None:
    """Take away what only an unfinished run needs."""
    remove(folder.path)
    (folder / INTERRUPTED).unlink(missing_ok=True)
    unlock(folder.path)


def told(one: Diagnostic) -> dict[str, Any]:
    """A diagnostic for a checkpoint."""
    kept = replace(one, related=(), fix=None, where=replace(one.where, span=None))
    tree: dict[str, Any] = as_dict(kept)
    return tree


def heard(tree: Mapping[str, Any]) -> Diagnostic:
    """A diagnostic from a checkpoint."""
    where = Where(tree["where"]["file"], tuple(tree["where"]["path"]), tree["where"]["part"])
    return Diagnostic(tree["code"], tree["name"], tree["severity"], tree["message"], where,
                      advice=tree["advice"])


def _named(refused: OSError, folder: Path) -> str | None:
    """The file an error is about, as seen from the run's folder; not one that has no name yet."""
    name = refused.filename2 or refused.filename  # of a move, where it was to
    if not isinstance(name, str | Path):
        return None
    path = Path(name)
    inside = path.relative_to(folder) if path.is_relative_to(folder) else path
    return None if inside.name.startswith(".") else str(inside)


__all__ = ["EVERY", "SHARE", "Keeper", "close", "heard", "tidy", "told", "writing"]
