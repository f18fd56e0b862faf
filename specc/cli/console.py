"""Findings to the terminal: colour only where a person looks."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TextIO

from specc.diagnostics import Diagnostic
from specc.diagnostics.closing import closing, painter

if TYPE_CHECKING:
    from specc.diagnostics.render import Format

FROM_ROOT = ("github", "sarif")  # formats that GitHub reads


def colored(stream: TextIO) -> bool:
    """Whether colours may go to a stream: a terminal, or a pipe if FORCE_COLOR is set, as for the
    log of a CI; never a file, and nowhere if NO_COLOR is set."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return not _is_file(stream)
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def _is_file(stream: TextIO) -> bool:
    from stat import S_ISREG

    try:
        return S_ISREG(os.fstat(stream.fileno()).st_mode)
    except (OSError, ValueError):  # a stream in memory
        return True


def report(found: Sequence[Diagnostic], sources: Mapping[str, bytes], format: Format, *,
           unchecked: Sequence[str] = (), files: int = 1, to: TextIO | None = None) -> None:
    """Print findings in one of the formats of `specc check --format`."""
    stream = to or sys.stdout
    if not found and format in ("full", "concise"):
        stream.writelines(f"{line}\n" for line in closing(
            (), unchecked, files, painter(colored(stream))))
        return
    from specc.diagnostics.render import render  # only findings need it

    if format in FROM_ROOT:
        from specc.cli.repository import from_root, root

        here = root()
        found = [from_root(one, here) for one in found]
    text = render(found, sources, format, color=colored(stream), unchecked=unchecked, files=files,
                  pages=_pages(found) if format == "sarif" else {})
    stream.write(text)
    if format == "github":  # which shows ten annotations of a kind, and in its log no places
        stream.flush()
        sys.stderr.write(render(found, {}, "concise", color=colored(sys.stderr),
                                unchecked=unchecked, files=files))


def _pages(found: Sequence[Diagnostic]) -> Mapping[str, str]:
    """What `specc explain` says of the codes that were found."""
    from specc.catalog import CATALOG

    codes = {one.code for one in found}
    return {kind.code: kind.page for kind in CATALOG if kind.code in codes}
