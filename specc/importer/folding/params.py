"""The parameters of a block: as few as say how its copies differ."""

from __future__ import annotations

import keyword
from collections.abc import Collection, Mapping, Sequence

from specc.importer.folding.expressions import ABSENT, by, names_in
from specc.importer.folding.item import key_of
from specc.importer.folding.template import Columns, Path
from specc.ir.lower import KEYS
from specc.record import Record
from specc.source import Tree

MOST_PARAMS = 7
# Keys of an entry, and what has a meaning of its own in an expression.
TAKEN = KEYS | {"i", "inputs", "outputs", "none", "true", "false", "min", "max", "round", "abs"}


class Params(Record):
    """`rows`: the values of each param, one a copy; `holes`: what stands for each column."""

    rows: Mapping[str, tuple[object, ...]]
    holes: Mapping[int, Tree]


def params_of(columns: Columns) -> Params | None:
    """Params and what each column is in terms of them; None where it takes too many."""
    rows: dict[str, tuple[object, ...]] = {}
    holes: dict[int, Tree] = {}
    used = {name for row in columns.rows for one in row for name in names_in(one)} \
        if not columns.sealed else set()
    for at in sorted(range(len(columns.rows)), key=lambda at: _rank(columns, at)):
        row = columns.rows[at]
        found = next((text for name, base in rows.items()
                      if (text := by(name, base, row)) is not None), None)
        if found is None:
            if len(rows) == MOST_PARAMS:
                return None
            name = _name(columns.paths[at], {*rows, *used})
            rows[name] = row
            found = f"={name}"
        holes[at] = found
    return Params(rows, holes)


def _rank(columns: Columns, at: int) -> tuple[bool, bool, int, float, int]:
    """Which columns become params first: numbers, those much used, small ones."""
    row = [one for one in columns.rows[at] if one is not ABSENT]
    flags = all(isinstance(one, bool) for one in row)
    whole = all(isinstance(one, int) and not isinstance(one, bool) for one in row)
    gaps = any(one is ABSENT for one in columns.rows[at])
    size = float(sum(one for one in row if isinstance(one, int))) if whole else 0.0
    return (flags or gaps, not whole, -len(columns.paths[at]), size, at)


def _name(paths: Sequence[Path], taken: Collection[str]) -> str:
    """A param is called as the argument it is for; with what it is an argument of, if need be."""
    role, word = next((one for one in paths if one[1].isidentifier()), ("", "value"))
    if word in TAKEN or keyword.iskeyword(word):
        word = {"repeat": "depth"}.get(word, f"{word}_")
    if word not in taken:
        return word
    long = f"{role}_{word}".lower()
    if role and long.isidentifier() and long not in taken:
        return long
    number = 2
    while f"{word}{number}" in taken:
        number += 1
    return f"{word}{number}"


def most(row: Sequence[Tree]) -> Tree:
    """The value that occurs most often, the first of several."""
    counts: dict[str, int] = {}
    first: dict[str, Tree] = {}
    for one in row:
        counts[key_of(one)] = counts.get(key_of(one), 0) + 1
        first.setdefault(key_of(one), one)
    return first[max(counts, key=lambda key: counts[key])]
