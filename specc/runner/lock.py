"""One process at a time in a run's folder.

The system takes the lock back when a process ends, however it ends, so a run that was killed
leaves none behind.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from specc.diagnostics import SpecError
from specc.runner.errors import cannot_write
from specc.runner.resume_errors import run_in_use
from specc.source import Where

LOCK = "run.lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a run's folder. SpecError where another process does, or it cannot be written."""
    place = Where(str(folder))
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise SpecError([run_in_use(place, path=str(folder))]) from None
    except OSError as refused:
        raise SpecError([cannot_write(place, path=str(folder),
                                      reason=refused.strerror or str(refused))]) from None
    try:
        yield
    finally:
        lock.release()


def unlock(folder: Path) -> None:
    """Take the file of the lock away, once nobody will ever want it: the run is finished."""
    if os.name == "posix":  # Windows does not let go of an open file
        (folder / LOCK).unlink(missing_ok=True)
