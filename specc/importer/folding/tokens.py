"""Pieces of a list of entries: where they stand, what they are, and what decides how they join."""

from __future__ import annotations

from collections.abc import Sequence

from specc.importer.folding.item import Item, Ref, key_of
from specc.record import Record

LONGEST_PERIOD = 8  # pieces that are looked at to see whether they alternate
Key = tuple[object, ...]


class Symbol(Record):
    """A kind of piece. `leaf`: the structure of one item; else what it is made of."""

    size: int  # items in it
    first: str  # the types at its ends
    last: str
    base: int  # of a run: the symbol that is repeated; else itself
    branchy: bool = False  # more than a chain


class Token:
    """A piece at its place: items `low` to `high` of list `text`, both included.

    `parts`: its items by the places of its skeleton, None where one is left out (else: all).
    """

    __slots__ = ("after", "alive", "before", "children", "high", "inputs", "low", "parts", "symbol",
                 "text", "when")

    def __init__(self, text: int, low: int, high: int, symbol: int, inputs: tuple[Ref, ...],
                 children: tuple[Token, ...] = (), parts: tuple[int | None, ...] = (),
                 when: str | None = None, before: Token | None = None,
                 after: Token | None = None) -> None:
        self.text, self.low, self.high, self.symbol = text, low, high, symbol
        self.inputs, self.children, self.parts, self.when = inputs, children, parts, when
        self.before, self.after, self.alive = before, after, True

    @property
    def spot(self) -> tuple[int, int, int]:
        """Which items it covers; no two tokens that live at a time cover the same ones."""
        return self.text, self.low, self.high

    def copies(self, symbols: Sequence[Symbol]) -> tuple[Token, ...]:
        """The pieces of a run; itself, if it is none."""
        return self.children if symbols[self.symbol].base != self.symbol else (self,)


def alternates(token: Token) -> bool:
    """Whether the pieces from a token on come again in the same order right after them."""
    row: list[int] = []
    one: Token | None = token
    while one is not None and len(row) < 2 * LONGEST_PERIOD:
        row.append(one.symbol)
        one = one.after
    return any(row[:period] == row[period:2 * period]
               for period in range(2, len(row) // 2 + 1))


def merged(a: Token, b: Token) -> tuple[Ref, ...]:
    """What enters two neighbours as one."""
    return tuple(dict.fromkeys([*a.inputs, *(ref for ref in b.inputs if ref[0] != a.high)]))


def same_if_left_out(a: Token, b: Token) -> bool:
    """Whether both left out stand for the first tensor that enters them together."""
    return b.inputs[0][0] == a.high


def alone(item: Item) -> bool:
    """Whether an item stays by itself: others refer to it, or to its weights."""
    return item.pinned or item.calls is not None


def structure(item: Item, inputs: tuple[Ref, ...]) -> Key:
    """What must be equal for two items to be copies of one another, arguments aside."""
    def index(ref: object) -> object:
        if isinstance(ref, str) or (isinstance(ref, tuple) and len(ref) == 2
                                    and isinstance(ref[0], int)):
            return inputs.index(ref)
        return tuple(inputs.index(one) for one in ref)  # type: ignore[attr-defined]

    if isinstance(item.inputs, dict):
        wires: object = tuple((key, index(value)) for key, value in item.inputs.items())
    else:
        wires = tuple(index(value) for value in item.inputs)
    extra = {key: one for key, one in item.extra.items() if key != "gives"}
    head = item.what if "layers" not in item.head else key_of(item.head)
    return (next(iter(item.head)), head, wires, key_of(extra), len(item.given),
            item.repeat is not None)


def reach(items: Sequence[Item]) -> list[int]:
    """The last item that uses each item's results; beyond the end for the list's result."""
    last = [0] * len(items)
    for at, item in enumerate(items):
        for ref in item.refs():
            if not isinstance(ref, str):
                last[ref[0]] = at
    for at, item in enumerate(items):
        if last[at] == 0 or item.pinned or at == len(items) - 1:
            last[at] = len(items)
    return last


def cuts(items: Sequence[Item]) -> list[bool]:
    """Before which items a single tensor carries everything on."""
    alive = [0] * (len(items) + 1)
    last: dict[Ref, int] = {}
    for at, item in enumerate(items):
        for ref in item.refs():
            last[ref] = at
    for ref, at in last.items():
        start = 0 if isinstance(ref, str) else ref[0] + 1
        alive[start] += 1
        alive[at + 1] -= 1
    out, now = [], 0
    for at in range(len(items)):
        now += alive[at]
        out.append(now == 1)
    return out
