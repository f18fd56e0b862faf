"""The calls of a model, or the entries of a block, as folding sees them: wired by index."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from specc.record import Record, field
from specc.source import Tree

# The n-th result of an item in the same list; or by name: an input of the model, "@in", "@x".
Ref: TypeAlias = tuple[int, int] | str
Refs: TypeAlias = tuple[Ref, ...]
Wires: TypeAlias = Refs | Mapping[str, Ref | Refs]


class Item(Record):
    """An entry to be: `head` says what it is, `args` what it is given.

    `head` is `{"type": ...}`, `{"block": ...}`, `{"call": ...}` or a group's `{"layers": ...}`;
    `extra` holds what is written as it is (`with`, `gives`). Values of `args` may be expressions.
    """

    head: Mapping[str, Tree]
    args: Mapping[str, Tree]
    inputs: Wires
    names: tuple[str, ...] = ()  # what its layers were called, in order: hints for names
    pinned: bool = False  # something outside refers to it: it stays where it can be seen
    extra: Mapping[str, Tree] = field(default_factory=dict)
    given: tuple[str, ...] = ()  # names of its results, where there are several
    repeat: Tree = None
    when: str | None = None
    calls: int | None = None  # the item whose weights a further call uses

    @property
    def what(self) -> str:
        """The name of its type or block; `layers` for a group."""
        return str(next(iter(self.head.values()))) if "layers" not in self.head else "layers"

    def refs(self) -> Iterator[Ref]:
        """Every tensor that enters, as often as it does."""
        values = self.inputs.values() if isinstance(self.inputs, Mapping) else self.inputs
        for one in values:
            if isinstance(one, str) or _is_ref(one):
                yield one  # type: ignore[misc]
            else:
                yield from one  # type: ignore[misc]


Items: TypeAlias = Sequence[Item]


def _is_ref(one: object) -> bool:
    return isinstance(one, tuple) and len(one) == 2 and isinstance(one[0], int)


def rewired(inputs: Wires, put: Mapping[Ref, Ref]) -> Wires:
    """The same wires, every tensor replaced by what `put` says of it."""

    def one(value: Ref | Refs) -> Ref | Refs:
        if isinstance(value, str) or _is_ref(value):
            return put.get(value, value)  # type: ignore[arg-type]
        return tuple(put.get(each, each) for each in value)  # type: ignore[arg-type]

    if isinstance(inputs, Mapping):
        return {key: one(value) for key, value in inputs.items()}
    return tuple(one(value) for value in inputs)  # type: ignore[misc]


def distinct(refs: Iterator[Ref]) -> Refs:
    """Each tensor once, in the order in which they are first used."""
    return tuple(dict.fromkeys(refs))


def key_of(value: Tree) -> str:
    """A text that is equal for equal values, and tells 1 from true and from 1.0."""
    return json.dumps(value, sort_keys=True)
