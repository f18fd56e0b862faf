"""Scopes: which names an entry can see, and what unnamed entries are called."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache

from specc.ir.graph import Ref
from specc.record import Record, field
from specc.source import Tree, Where

Place = Callable[..., Where]


class Callee(Record):
    """What `call` needs to use something again: the entry as it was first read."""

    entry: Mapping[str, Tree]
    place: Place
    env: Mapping[str, Tree]
    name: str  # its local name


class Scope(Record, frozen=False):
    """A model, a group or a block while it is read. Grows downwards, as references look upwards.

    `prefix` goes before the names of its layers; `entering` holds `@in` and the declared inputs
    of a block.
    """

    prefix: str
    env: Mapping[str, Tree]
    entering: Mapping[str, Ref]
    prev: Ref | None
    outer: Scope | None = None
    blocks: tuple[str, ...] = ()  # the blocks being stamped, outermost first
    shared: bool = False  # read again by `call`: the layers are there already
    trainable: bool = True
    sealed: bool = False  # a block: sees nothing of where it is stamped
    lost: bool = False  # an entry has a name that could not be read: any name may be its
    names: dict[str, Ref] = field(default_factory=dict)
    callees: dict[str, Callee] = field(default_factory=dict)
    auto: set[str] = field(default_factory=set)  # bases given to unnamed entries
    tried: dict[str, int] = field(default_factory=dict)  # by word: how many bases are taken
    depth: int = 0  # groups, blocks and calls around it

    def upwards(self) -> Iterator[Scope]:
        """This scope and those around it, up to the model or a block's edge."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = None if scope.sealed else scope.outer

    def find(self, name: str) -> Ref | None:
        return next((s.names[name] for s in self.upwards() if name in s.names), None)

    def find_entering(self, name: str) -> Ref | None:
        """`@in` of the nearest scope; `@x` of the nearest block that declares x."""
        if name == "in":
            return self.entering.get("in")
        return next((s.entering[name] for s in self.upwards() if name in s.entering), None)

    def find_callee(self, name: str) -> Callee | None:
        return next((s.callees[name] for s in self.upwards() if name in s.callees), None)

    def whole(self) -> bool:
        """Whether every name that can be seen is known, so that another is a mistake."""
        return not any(scope.lost for scope in self.upwards())

    def known(self) -> list[str]:
        return [name for scope in self.upwards() for name in scope.names]

    def callable_names(self) -> list[str]:
        return [name for scope in self.upwards() for name in scope.callees]

    def name_unnamed(self, word: str, copies: int | None) -> str:
        """The first of `word`, `word_1`, `word_2` ... that is free, with all its copies."""
        number = self.tried.get(word, 0)
        while True:
            base = word if number == 0 else f"{word}_{number}"
            wanted = [base] if copies is None else [f"{base}_{k + 1}" for k in range(copies)]
            if base not in self.auto and base not in self.names and not any(
                    one in self.names for one in wanted):
                self.auto.add(base)
                self.tried[word] = number + 1 if copies is None else number
                return base
            number += 1


@cache
def snake(name: str) -> str:
    """Keras's snake case of a class name: `Conv2DTranspose` is `conv2d_transpose`."""
    name = re.sub(r"\W+", "", name)
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()
