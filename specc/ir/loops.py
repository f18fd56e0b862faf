"""Whether a reference that looks downwards goes round in a circle. Asked only when one is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specc.ir.scope import snake
from specc.source import Tree


def circle(name: str, entries: Sequence[Tree], index: int) -> tuple[str, ...]:
    """The entries that lead from entry `index` to the one called `name` and back, each taking the
    one behind it; empty where that one does not come from entry `index`.

    entries: of one scope, as they are written. One that takes itself is a circle of one.
    """
    at = next((i for i, one in enumerate(entries) if _name(one) == name), None)
    if at is None:
        return ()
    ways: dict[int, tuple[int, ...]] = {at: (at,)}
    behind = [at]
    while behind:
        step = behind.pop()
        if step == index:
            named = tuple(_called(entries[one]) for one in ways[step])
            return (named[-1], *named)
        for one in _taken(entries, step):
            if one not in ways:
                ways[one] = (*ways[step], one)
                behind.append(one)
    return ()


def _taken(entries: Sequence[Tree], index: int) -> Iterator[int]:
    """The entries whose results an entry takes: those it names, else the one before."""
    entry = entries[index]
    if not isinstance(entry, dict):
        return
    if "inputs" not in entry:
        yield from (index - 1,) if index else ()
        return
    for word in _words(entry["inputs"]):
        if word == "@prev":
            yield from (index - 1,) if index else ()
        yield from (i for i, one in enumerate(entries) if _name(one) == word)


def _words(tree: Tree) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, list | dict):
        for one in tree.values() if isinstance(tree, dict) else tree:
            yield from _words(one)


def _name(entry: Tree) -> Tree:
    return entry.get("name") if isinstance(entry, dict) else None


def _called(entry: Tree) -> str:
    """What a message calls an entry: its name, else what an unnamed one begins with."""
    kinds = (entry.get(key) for key in ("name", "type", "block", "call", "model"))
    word = next((one for one in kinds if isinstance(one, str)), "group")
    return word if word == _name(entry) else snake(word)


__all__ = ["circle"]
