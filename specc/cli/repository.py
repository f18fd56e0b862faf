"""Files as GitHub knows them: by their path from the root of the repository.

Its annotations and code scanning look there, wherever in the repository a command was run.
"""

from __future__ import annotations

import os

from specc.diagnostics import Diagnostic
from specc.record import replace
from specc.source import Where


def from_root(found: Diagnostic, root: str) -> Diagnostic:
    """A finding whose places, and those of its fix, are named from `root`."""

    def at(where: Where) -> Where:
        return replace(where, file=named(where.file, root))

    fix = found.fix and replace(found.fix, edits=tuple(
        replace(one, where=at(one.where)) for one in found.fix.edits))
    return replace(found, where=at(found.where), fix=fix, related=tuple(
        replace(one, where=at(one.where)) for one in found.related))


def named(file: str, root: str) -> str:
    """A file from `root`, with `/` between folders; as it is where it is no file, or elsewhere."""
    if not os.path.isfile(file):
        return file
    folder, name = os.path.split(os.path.abspath(file))
    real = os.path.join(os.path.realpath(folder), name)
    top = os.path.join(root, "")
    return real.removeprefix(top).replace(os.sep, "/") if real.startswith(top) else file


def root() -> str:
    """The root of the repository: GitHub's workspace, if the command runs in it; else the nearest
    folder upwards with `.git`; else this folder."""
    here = above = os.path.realpath(os.curdir)
    given = os.environ.get("GITHUB_WORKSPACE")
    if given and os.path.join(here, "").startswith(os.path.join(os.path.realpath(given), "")):
        return os.path.realpath(given)
    while not os.path.exists(os.path.join(above, ".git")):
        if above == os.path.dirname(above):
            return here
        above = os.path.dirname(above)
    return above


__all__ = ["from_root", "named", "root"]
