"""Copies that are not quite: what stands beside a repeated piece may be one more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specc.importer.folding.item import distinct
from specc.importer.folding.pairs import Forest
from specc.importer.folding.skeleton import Place, Present, Skeleton, Spot, Union, unite
from specc.importer.folding.tokens import Token
from specc.record import Record

SMALLEST = 3  # entries of a piece that is looked at
LARGEST = 150
ALIKE = 0.7  # of the longer one of two must be in both
ALIKE_CHAIN = 0.75  # so too of chains, which have less that tells them apart
MOST_TRIED = 400  # stretches of one forest that may be tried in vain
FARTHEST = 40  # tokens that may stand for one copy


class Match(Record):
    """Tokens from `first` to `last` that can be read as one more copy."""

    first: Token
    last: Token
    union: Union


def assimilate(forest: Forest) -> bool:
    """Make one kind of two wherever pieces in a row stand beside alike ones; whether any were."""
    for text in range(len(forest.texts)):
        for token in list(forest.tokens(text)):
            base = forest.symbols[token.symbol].base
            if base not in forest.closed or not _fit(forest, token, base):
                continue
            found = [match for side in (_before, _after)
                     if (match := _best(forest, token, base, side(token))) is not None]
            if found:
                _retype(forest, base, max(found, key=lambda one: one.union.shared))
                return True
    return False


def _fit(forest: Forest, token: Token, base: int) -> bool:
    size = forest.symbols[base].size
    return SMALLEST <= size <= LARGEST and len(token.inputs) == 1 and token.when is None


def _before(token: Token) -> Iterator[tuple[Token, Token]]:
    """Stretches that end where the token begins, the shortest first."""
    last = first = token.before
    for _ in range(FARTHEST):
        if first is None or last is None:
            return
        yield first, last
        first = first.before


def _after(token: Token) -> Iterator[tuple[Token, Token]]:
    first = last = token.after
    for _ in range(FARTHEST):
        if first is None or last is None:
            return
        yield first, last
        last = last.after


def _best(forest: Forest, token: Token, base: int,
          stretches: Iterator[tuple[Token, Token]]) -> Match | None:
    """The stretch on one side that has most in common with the token."""
    own = skeleton_of(forest, token.copies(forest.symbols)[0])
    best: Match | None = None
    for first, last in stretches:
        size = last.high - first.low + 1
        edge = first if first.low < token.low else last
        if size > 2 * len(own.places) + 2 or forest.symbols[edge.symbol].base == base:
            break
        if (first, last, base) in forest.failed or not _whole(forest, first, last):
            continue
        other = _single(forest, first, last)
        if len(forest.failed) > MOST_TRIED:
            break
        alike = ALIKE if forest.symbols[base].branchy else ALIKE_CHAIN
        union = unite(own, other, alike) if other is not None else None
        if union is None:
            forest.failed.add((first, last, base))
        elif best is None or union.shared > best.union.shared:
            best = Match(first, last, union)
    return best


def _whole(forest: Forest, first: Token, last: Token) -> bool:
    """Whether a stretch is a piece: one tensor enters, only its last result is used outside."""
    reach = forest.reach[first.text]
    if any(reach[at] > last.high for at in range(first.low, last.high)):
        return False
    token: Token | None = first
    while token is not None and token.low <= last.high:
        if token.when is not None or forest.alone(token):
            return False
        token = token.after
    return True


def _single(forest: Forest, first: Token, last: Token) -> Skeleton | None:
    if first is last:
        found = skeleton_of(forest, first.copies(forest.symbols)[0])
    else:
        found = _plain(forest, first.text, range(first.low, last.high + 1))
    return found if found.inputs == 1 else None


def skeleton_of(forest: Forest, token: Token) -> Skeleton:
    """The skeleton of a token's symbol; of the token itself where it has not been one yet."""
    found = forest.skeletons.get(token.symbol)
    if found is None:
        found = _plain(forest, token.text, range(token.low, token.high + 1))
        forest.skeletons[token.symbol] = found
    return found


def _plain(forest: Forest, text: int, parts: Sequence[int]) -> Skeleton:
    """The skeleton of a stretch of items, all of them present."""
    items = forest.texts[text]
    at = {part: place for place, part in enumerate(parts)}
    outside: dict[object, int] = {}
    places = []
    for part in parts:
        wires: list[Spot] = []
        refs = distinct(items[part].refs())
        for ref in refs:
            if not isinstance(ref, str) and ref[0] in at:
                wires.append((at[ref[0]], ref[1]))
            else:
                wires.append(outside.setdefault(ref, len(outside)))
        places.append(Place(forest.structure(text, part), tuple(wires)))
    present: Present = frozenset(range(len(parts)))
    return Skeleton(tuple(places), frozenset([present]), len(outside))


def _retype(forest: Forest, base: int, match: Match) -> None:
    """Every token of the two kinds becomes one of the new kind."""
    union = match.union
    size = len(union.skeleton.places)
    single = match.first is match.last
    other = forest.symbols[match.first.symbol].base if single else None
    kind = forest.symbols[base]
    new = forest.symbol(("like", len(forest.symbols)), size, kind.first, kind.last,
                        branchy=kind.branchy)
    forest.skeletons[new] = union.skeleton
    forest.closed.add(new)
    forest.varied.add(new)
    if not single:
        first, last = match.first, match.last
        forest.replace(first, last, new, first.inputs[:1], tuple(_chain(first, last)),
                       _spread(tuple(range(first.low, last.high + 1)), union.second, size))
    for text in range(len(forest.texts)):
        for token in list(forest.tokens(text)):
            mine = forest.symbols[token.symbol].base
            if mine not in (base, other) or token.when is not None:
                continue
            places = union.first if mine == base else union.second
            for copy in forest.unrolled(token):
                forest.replace(copy, copy, new, copy.inputs, (copy,),
                               _spread(copy.parts, places, size))


def _chain(first: Token, last: Token) -> Iterator[Token]:
    token: Token | None = first
    while token is not None:
        yield token
        if token is last:
            return
        token = token.after


def _spread(parts: tuple[int | None, ...], places: tuple[int, ...],
            size: int) -> tuple[int | None, ...]:
    """The items of a token by the places of a larger skeleton."""
    out: list[int | None] = [None] * size
    for place, part in zip(places, parts, strict=True):
        out[place] = part
    return tuple(out)
