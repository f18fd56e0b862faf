"""What `specc check` says of a whole project: its [tool.specc] ignores what no spec needs."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from specc.cli.reading import found, wanted
from specc.controls import located, unused_in_projects
from specc.diagnostics import Diagnostic
from specc.pipeline import Checked

if TYPE_CHECKING:
    from argparse import Namespace


def with_unused(kept: Iterable[Diagnostic], done: Sequence[Checked],
                options: Namespace) -> list[Diagnostic]:
    """What is said, and what a pyproject.toml ignores for nothing: that can be told only where
    every spec of its folder was checked, as it is written."""
    out = list(kept)
    if options.settings:
        return out
    checked = {os.path.realpath(one.file) for one in done}
    for control, one in unused_in_projects(done):
        if wanted(one, options) and all(
                os.path.realpath(file) in checked for file in found([control.folder])):
            out += located([one], control)
    return out
