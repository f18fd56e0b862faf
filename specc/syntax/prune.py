"""Taking out of a document what is wrong, so that the rest can go on."""

from __future__ import annotations

from collections.abc import Iterable

from specc.source import Path, Tree, dig


def prune(tree: Tree, paths: Iterable[Path]) -> set[Path]:
    """Take what is wrong out of `tree`, last list items first; the paths taken out."""
    gone = set()
    for path in sorted(set(paths), key=lambda p: tuple(map(str, p)), reverse=True):
        into = dig(tree, path[:-1]) if len(path) > 1 else tree
        if isinstance(into, dict) and path and path[-1] in into:
            del into[path[-1]]
        elif isinstance(into, list) and path and isinstance(path[-1], int):
            into[path[-1]] = None  # keeps the numbers of what follows
        gone.add(path)
    return gone
