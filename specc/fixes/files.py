"""Fixed texts into their files, and the difference they make."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from difflib import unified_diff

NO_END = "\\ No newline at end of file\n"


def write(file: str, text: bytes, before: bytes) -> str | None:
    """Replace a file's text in one step, mode kept; what stands in the way, if anything does.

    A file that is no longer what was checked is left alone, and half a file is never seen. A
    symbolic link stays one: what it leads to is replaced.
    """
    from tempfile import mkstemp

    file = os.path.realpath(file)
    made = None
    try:
        with open(file, "rb") as now:
            if now.read() != before:
                return "it has changed meanwhile"
        if not os.access(file, os.W_OK):
            return "it may not be written"
        handle, made = mkstemp(dir=os.path.dirname(file), prefix=".", suffix=".specc")
        with open(handle, "wb") as new:
            new.write(text)
            new.flush()
            os.fsync(new.fileno())
        _like(made, os.stat(file))
        os.replace(made, file)
        made = None
    except OSError as refused:
        return (refused.strerror or str(refused)).lower()
    finally:
        if made is not None:
            os.unlink(made)
    return None


def _like(made: str, old: os.stat_result) -> None:
    """Mode and, where that is allowed, owner of what is replaced."""
    if hasattr(os, "chown"):
        with suppress(PermissionError):
            os.chown(made, old.st_uid, old.st_gid)
    os.chmod(made, stat.S_IMODE(old.st_mode))


def difference(name: str, before: bytes, after: bytes) -> str:
    """The unified diff of two texts of one file."""
    old, new = (text.decode("utf-8").split("\n") for text in (before, after))
    lines = unified_diff(_ended(old), _ended(new), name, name)
    return "".join(line if line.endswith("\n") else f"{line}\n{NO_END}" for line in lines)


def _ended(lines: list[str]) -> list[str]:
    """Lines with their line feeds; a last one that has none keeps none."""
    return [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


__all__ = ["difference", "write"]
