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


def colored(stream: TextIO) -> bool:
    """Whether colours may go to a stream: a terminal, and NO_COLOR not set."""
    return stream.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"


def report(found: Sequence[Diagnostic], sources: Mapping[str, bytes], format: Format, *,
           unchecked: Sequence[str] = (), files: int = 1, to: TextIO | None = None) -> None:
    """Print findings in one of the formats of `specc check --format`."""
    stream = to or sys.stdout
    if not found and format in ("full", "concise"):
        stream.writelines(f"{line}\n" for line in closing(
            (), unchecked, files, painter(colored(stream))))
        return
    from specc.diagnostics.render import render  # only findings need it

    text = render(found, sources, format, color=colored(stream), unchecked=unchecked, files=files)
    stream.write(text)
