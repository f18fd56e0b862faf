"""What copies have in common, with holes where they differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from specc.importer.folding.expressions import ABSENT, computed
from specc.importer.folding.item import key_of
from specc.ops import table
from specc.record import Record
from specc.source import Tree

Path: TypeAlias = tuple[str, str]  # what the entry is called, its argument


class Hole(Record):
    """Where a value stands that differs from copy to copy: the number of its column."""

    column: int


class Columns:
    """Rows of values, one a copy; equal rows are one.

    `sealed`: what is made of the copies sees nothing of where they stand, as a block does; so an
    expression is never the same for all, it must be given to each.
    """

    def __init__(self, *, sealed: bool) -> None:
        self.sealed = sealed
        self.rows: list[tuple[object, ...]] = []
        self.paths: list[list[Path]] = []  # the arguments that use each
        self.known: dict[str, int] = {}

    def hole(self, values: Sequence[object], path: Path) -> Hole:
        key = "\n".join("" if one is ABSENT else key_of(one) for one in values)
        if key not in self.known:
            self.known[key] = len(self.rows)
            self.rows.append(tuple(values))
            self.paths.append([])
        at = self.known[key]
        self.paths[at].append(path)
        return Hole(at)


def common(values: Sequence[Tree], columns: Columns, path: Path) -> object:
    """The tree that all values share, with holes. ABSENT values may be anything."""
    known = [one for one in values if one is not ABSENT]
    first = known[0]
    if len({key_of(one) for one in known}) == 1 and not (columns.sealed and computed(first)):
        return first
    if isinstance(first, list) and all(isinstance(one, list) and len(one) == len(first)
                                       for one in known) and _one_hole(values, first):
        return [common([ABSENT if one is ABSENT else one[at] for one in values], columns, path)
                for at in range(len(first))]
    if isinstance(first, dict) and all(isinstance(one, dict) and one.keys() == first.keys()
                                       for one in known):
        return {key: common([ABSENT if one is ABSENT else one[key] for one in values], columns,
                            (path[0], key)) for key in first}
    return columns.hole(values, path)


def _one_hole(values: Sequence[Tree], first: Sequence[Tree]) -> bool:
    """Whether lists differ in one value, wherever it stands in them; else each is a value."""
    trial = Columns(sealed=False)
    for at in range(len(first)):
        common([ABSENT if one is ABSENT else one[at] for one in values],
               trial, ("", ""))
    return len(trial.rows) == 1


def arguments(rows: Sequence[object], defaults: Mapping[str, Tree], columns: Columns,
              role: str = "") -> dict[str, object] | None:
    """The arguments of copies of one entry; None where a default that is needed is not known."""
    known: list[Mapping[str, Tree]] = [one for one in rows if isinstance(one, Mapping)]
    keys = list(dict.fromkeys(key for one in known for key in one))
    out: dict[str, object] = {}
    for key in keys:
        if any(key not in one for one in known) and key not in defaults:
            return None
        out[key] = common([one.get(key, defaults.get(key)) if isinstance(one, Mapping) else ABSENT
                           for one in rows], columns, (role, key))
    return out


def defaults_of(layer: str) -> dict[str, Tree]:
    """What a layer's arguments are where they are not written, as a spec would write it."""
    found = table.entry("layer", layer)
    out: dict[str, Tree] = {"trainable": True}
    for key, param in (found.params if found else {}).items():
        if not param.required:
            nothing = "linear" if key in ("activation", "recurrent_activation") else "=none"
            value = nothing if param.default is None else param.default
            spread = param.text.startswith("spread") and isinstance(value, list) \
                and len({key_of(one) for one in value}) == 1
            out[key] = value[0] if spread else value
    return out


def filled(tree: object, values: Mapping[int, Tree]) -> Tree:
    """The tree with what stands for each column in its holes."""
    if isinstance(tree, Hole):
        return values[tree.column]
    if isinstance(tree, list):
        return [filled(one, values) for one in tree]
    if isinstance(tree, dict):
        return {key: filled(one, values) for key, one in tree.items()}
    return tree
