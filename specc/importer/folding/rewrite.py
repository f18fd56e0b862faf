"""The lists in which what was chosen is stamped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from specc.importer.folding.expressions import ABSENT
from specc.importer.folding.extract import Body, Piece, Plan, choose
from specc.importer.folding.item import Item, Ref, key_of, rewired
from specc.importer.folding.pairs import Forest
from specc.importer.folding.tokens import Token
from specc.record import Record, replace
from specc.source import Tree


class Extracted(Record):
    """Lists in which copies are entries, and the bodies that they stamp."""

    texts: tuple[tuple[Item, ...], ...]
    bodies: tuple[Body, ...]


def rewrite(forest: Forest, first_body: int) -> Extracted:
    """The lists with entries for what was chosen; bodies are numbered from `first_body`."""
    covers, plans = choose(forest)
    numbers: dict[int, int] = {}
    bodies: list[Body] = []
    for base, plan in plans.items():
        if plan.body is not None:
            numbers[base] = first_body + len(bodies)
            bodies.append(plan.body)
    texts = tuple(tuple(_rewritten(forest, cover, plans, numbers)) for cover in covers)
    return Extracted(texts, tuple(bodies))


def _rewritten(forest: Forest, cover: Sequence[Token], plans: Mapping[int, Plan],
               numbers: Mapping[int, int]) -> list[Item]:
    out: list[Item] = []
    put: dict[Ref, Ref] = {}
    where: dict[int, int] = {}

    def add(item: Item, last: int) -> None:
        item = replace(item, inputs=rewired(item.inputs, put),
                       calls=None if item.calls is None else where[item.calls])
        for result in range(max(1, len(item.given))):
            put[(last, result)] = (len(out), result)
        where[last] = len(out)
        out.append(item)

    for token in cover:
        plan = plans.get(forest.symbols[token.symbol].base)
        if plan is None or token.spot not in plan.pieces:
            for at in range(token.low, token.high + 1):
                add(forest.texts[token.text][at], at)
            continue
        for piece in plan.pieces[token.spot]:
            base = forest.symbols[token.symbol].base
            add(_entry(forest, piece, plan, numbers.get(base)), piece.copies[-1].high)
    return out


def _entry(forest: Forest, piece: Piece, plan: Plan, number: int | None) -> Item:
    """One entry for copies that follow one another."""
    first = piece.copies[0]
    text = forest.texts[first.text]
    count = len(piece.copies)
    repeat = count if count > 1 else None
    if plan.body is None or number is None:
        item = text[first.low]
        names = tuple(name for copy in piece.copies for name in text[copy.low].names)
        return item if count == 1 else replace(item, args=piece.values, repeat=repeat, names=names)
    names = tuple(name for copy in piece.copies for part in copy.parts if part is not None
                  for name in text[part].names)
    body = plan.body
    args = {name: value for name, value in piece.values.items() if value is not ABSENT
            and (name not in body.params or key_of(value) != key_of(body.params[name]))}
    head: dict[str, Tree] = {"layers" if body.anonymous else "block": number}
    return Item(head, args, first.inputs, names, repeat=repeat, when=first.when)
