"""Pieces that occur again: neighbours that often stand together become one, over and over.

Re-Pair (Larsson and Moffat 1999) on lists of entries instead of texts. Two neighbours may become
one piece if only the second uses the first: so every piece has one result, however many tensors
enter it, and can be written as a group or a block. Neighbours are the same if their types and
wiring are; arguments do not matter here.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

from specc.importer.folding.item import Item, Ref, distinct
from specc.importer.folding.skeleton import Skeleton
from specc.importer.folding.tokens import (
    Key,
    Symbol,
    Token,
    alone,
    alternates,
    cuts,
    merged,
    reach,
    same_if_left_out,
    structure,
)
from specc.source import Tree

# What belongs to the layer before it, and what to the layer after.
BINDS_LEFT = frozenset({
    "BatchNormalization", "LayerNormalization", "GroupNormalization", "UnitNormalization",
    "RMSNormalization", "SpectralNormalization", "Activation", "ReLU", "LeakyReLU", "PReLU", "ELU",
    "Softmax", "Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D",
})
BINDS_RIGHT = frozenset({"ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D"})
# What ends a piece: only a normalization or an activation may still belong to it.
CLOSES = frozenset({"Add", "Average", "Concatenate", "Maximum", "Minimum", "Subtract"})
MOST_INPUTS = 6  # tensors that may enter a piece
NORMAL, TURNS, NEVER = range(3)  # ranks of neighbours: those that only take turns come last


class Forest:
    """Lists of entries, cut into pieces. `grow` joins pieces until nothing occurs twice."""

    def __init__(self, texts: Sequence[Sequence[Item]],
                 alike: Callable[[Forest], bool] = lambda _: False,
                 params: Sequence[Mapping[str, Tree]] = ()) -> None:
        self.alike = alike  # makes one kind of pieces that differ in little
        self.params = params  # of the blocks that there are already: their defaults
        self.several = {(text, ref[0]) for text, items in enumerate(texts) for item in items
                        for ref in item.refs() if not isinstance(ref, str) and ref[1]}
        self.texts = texts
        self.symbols: list[Symbol] = []
        self.ids: dict[Key, int] = {}
        self.heads: list[Token | None] = []
        self.reach = [reach(items) for items in texts]
        self.cuts = [cuts(items) for items in texts]
        self.pairs: dict[Key, dict[int, Token]] = {}  # by key: the first tokens, by identity
        self.heap: list[tuple[int, float, int, Key]] = []
        self.closed: set[int] = set()  # symbols that stand in a row somewhere
        self.varied: set[int] = set()  # symbols whose copies do not all have all entries
        self.born: dict[Key, int] = {}
        self.skeletons: dict[int, Skeleton] = {}
        self.failed: set[object] = set()  # stretches that were found not to be alike
        for text, items in enumerate(texts):
            self.heads.append(self._leaves(text, items))

    # -- what there is --------------------------------------------------------------------------

    def tokens(self, text: int) -> Iterator[Token]:
        token = self.heads[text]
        while token is not None:
            yield token
            token = token.after

    def alone(self, token: Token) -> bool:
        """Whether a token is an item that stays by itself."""
        return token.low == token.high and alone(self.texts[token.text][token.low])

    def ends(self, item: Item) -> tuple[str, str]:
        """The types of the first and the last layer that an item stands for."""
        at = next(iter(item.head.values()))
        if not isinstance(at, int):
            return item.what, item.what
        inside = self.texts[at + 1]
        return self.ends(inside[0])[0], self.ends(inside[-1])[1]

    def defaults(self, item: Item) -> Mapping[str, Tree]:
        """What the params of a stamped block are where they are not given."""
        at = item.head.get("block")
        return self.params[at] if isinstance(at, int) else {}

    def structure(self, text: int, at: int) -> Key:
        """What copies of an item have in common with it, arguments aside."""
        item = self.texts[text][at]
        return structure(item, distinct(item.refs()))

    def unrolled(self, token: Token) -> tuple[Token, ...]:
        """The copies of a run, in its place; a single piece is left as it is."""
        copies = token.copies(self.symbols)
        if copies == (token,):
            return copies
        self._unlink(token)
        for one, two in zip((token.before, *copies), (*copies, token.after), strict=True):
            if one is not None:
                one.after = two
            else:
                self.heads[token.text] = two
            if two is not None:
                two.before = one
        for one in (token.before, *copies):
            if one is not None:
                one.alive = True
                self._note(one)
        return copies

    def _unlink(self, token: Token) -> None:
        """Forget the neighbours of a token that is about to go."""
        if token.before is not None:
            self._forget(token.before)
        self._forget(token)
        token.alive = False

    def item(self, token: Token, at: int) -> Item:
        return self.texts[token.text][at]

    def symbol(self, key: Key, size: int, first: str, last: str, base: int | None = None, *,
               branchy: bool = False) -> int:
        """The number of a kind of piece."""
        if key not in self.ids:
            self.ids[key] = number = len(self.symbols)
            self.symbols.append(Symbol(size, first, last, number if base is None else base,
                                       branchy))
        return self.ids[key]

    def _leaves(self, text: int, items: Sequence[Item]) -> Token | None:
        head: Token | None = None
        last: Token | None = None
        for at, item in enumerate(items):
            inputs = distinct(item.refs())
            key = ("leaf", text, at) if alone(item) else ("leaf", *structure(item, inputs))
            symbol = self.symbol(key, 1, *self.ends(item))
            token = Token(text, at, at, symbol, inputs, (), (at,), item.when, last)
            if last is None:
                head = token
            else:
                last.after = token
            last = token
        return head

    # -- joining --------------------------------------------------------------------------------

    def grow(self) -> None:
        """Join the most frequent neighbours until none occurs twice."""
        for text in range(len(self.texts)):
            for token in self.tokens(text):
                self._note(token)
        while True:
            if not self._next():
                return

    def _next(self) -> bool:
        """Join the most frequent neighbours; whether there were any."""
        while self.heap:
            rank, score, born, key = heapq.heappop(self.heap)
            found = self.pairs.get(key)
            if not found:
                continue
            now = self._priority(key)
            if now is None:
                continue
            if now != (rank, score):
                heapq.heappush(self.heap, (*now, born, key))
                continue
            if rank == NEVER:
                break  # pieces of their own: the next round sees each as one
            if rank == TURNS and self.alike(self):
                heapq.heappush(self.heap, (*now, born, key))
                return True
            self.join(key)
            return True
        return self.alike(self)

    def chained(self, cover: Sequence[Token]) -> list[Token]:
        """A list of tokens with those in one that are copies of each other and follow one
        another."""
        out: list[Token] = []
        for token in cover:
            last = out[-1] if out else None
            base = self.symbols[token.symbol].base
            if last is None or self.symbols[last.symbol].base != base or self.alone(token) \
                    or self.reach[last.text][last.high] > token.high or last.when != token.when \
                    or not self._follows(last, token):
                out.append(token)
                continue
            copies = (*last.copies(self.symbols), *token.copies(self.symbols))
            kind = self.symbols[base]
            symbol = self.symbol(("run", base, len(copies)), kind.size * len(copies), kind.first,
                                 kind.last, base, branchy=kind.branchy)
            out[-1] = Token(token.text, last.low, token.high, symbol, last.inputs, copies)
        return out

    def join(self, key: Key) -> None:
        """Join all neighbours of one kind, from left to right."""
        for first in sorted(self.pairs.get(key, {}).values(), key=lambda t: (t.text, t.low)):
            if first.alive and first.after is not None and self.key(first) == key:
                if key[0] == "run":
                    self._join_run(first)
                else:
                    self._join_pair(first, key)
        self.pairs.pop(key, None)

    def key(self, a: Token) -> Key | None:
        """What a token and the one after it would become; None where they cannot."""
        b = a.after
        if b is None or self.reach[a.text][a.high] > b.high or a.when != b.when:
            return None
        enters = [ref for ref in b.inputs if ref[0] == a.high]
        if not enters or self.alone(a) or self.alone(b):
            return None
        if a.when is not None and not same_if_left_out(a, b):
            return None
        base = self.symbols[a.symbol].base
        if base == self.symbols[b.symbol].base and self._follows(a, b):
            return ("run", base)
        if self.varied & {base, self.symbols[b.symbol].base}:
            return None
        both = merged(a, b)
        if len(both) > MOST_INPUTS:
            return None
        wiring = tuple(("a", ref[1]) if ref in enters else both.index(ref)
                       for ref in b.inputs)
        return ("pair", a.symbol, b.symbol, wiring)

    def _follows(self, a: Token, b: Token) -> bool:
        """Whether b is the next copy after a, as `repeat` would wire it."""
        last = (a.high, 0)
        if a.when is not None or b.inputs[0] != last or last in b.inputs[1:]:
            return False
        if a.inputs[1:] != b.inputs[1:] or a.inputs[0] in a.inputs[1:]:
            return False
        return all(self._in_order(one) for one in (a, b))

    def _in_order(self, token: Token) -> bool:
        """Whether a single item takes tensors in order, each once: later copies replace one."""
        if token.low != token.high:
            return True
        item = self.item(token, token.low)
        return not isinstance(item.inputs, dict) and item.repeat is None and not item.given \
            and tuple(item.refs()) == token.inputs

    def _join_pair(self, a: Token, key: Key) -> None:
        b = a.after
        assert b is not None
        one, two = self.symbols[a.symbol], self.symbols[b.symbol]
        branchy = one.branchy or two.branchy or key[3] != (("a", 0),)
        symbol = self.symbol(key, one.size + two.size, one.first, two.last, branchy=branchy)
        self.replace(a, b, symbol, merged(a, b), (a, b))

    def _join_run(self, first: Token) -> None:
        """All copies that follow one another, as one token."""
        base = self.symbols[first.symbol].base
        chain = [first]
        while (last := chain[-1]).after is not None and self.key(last) == ("run", base):
            chain.append(last.after)
        copies = tuple(one for token in chain for one in token.copies(self.symbols))
        kind = self.symbols[base]
        self.closed.add(base)
        symbol = self.symbol(("run", base, len(copies)), kind.size * len(copies), kind.first,
                             kind.last, base, branchy=kind.branchy)
        self.closed.add(symbol)
        self.replace(chain[0], chain[-1], symbol, first.inputs, copies)

    def replace(self, first: Token, last: Token, symbol: int, inputs: tuple[Ref, ...],
                children: tuple[Token, ...], parts: tuple[int | None, ...] = ()) -> Token:
        """One token instead of those from `first` to `last`."""
        before, after = first.before, last.after
        gone = first
        if before is not None:
            self._forget(before)
        while True:
            self._forget(gone)
            gone.alive = False
            if gone is last or gone.after is None:
                break
            gone = gone.after
        parts = parts or tuple(range(first.low, last.high + 1))
        token = Token(first.text, first.low, last.high, symbol, inputs, children, parts,
                      first.when, before, after)
        if before is None:
            self.heads[first.text] = token
        else:
            before.after = token
        if after is not None:
            after.before = token
        self._note(token)
        if before is not None:
            self._note(before)
        return token

    # -- counting -------------------------------------------------------------------------------

    def _note(self, token: Token) -> None:
        key = self.key(token)
        if key is None:
            return
        found = self.pairs.setdefault(key, {})
        found[id(token)] = token
        born = self.born.setdefault(key, len(self.born))
        if (now := self._priority(key)) is not None:
            heapq.heappush(self.heap, (*now, born, key))

    def _forget(self, token: Token) -> None:
        key = self.key(token)
        if key is not None and key in self.pairs:
            self.pairs[key].pop(id(token), None)

    def _priority(self, key: Key) -> tuple[int, float] | None:
        """Rank and score of a kind of neighbours, smaller first; None: not worth joining."""
        found = self.pairs[key]
        if not found:
            return None
        if key[0] == "run":
            return 0, -2.0 * len(found)
        if len(found) < 2:
            return None
        a = next(iter(found.values()))
        b = a.after
        assert b is not None
        one, two = self.symbols[a.symbol], self.symbols[b.symbol]
        score = float(len(found))
        if b.inputs == ((a.high, 0),):
            if two.first in BINDS_LEFT or one.last in BINDS_RIGHT:
                score *= 1.5
            if two.first in BINDS_RIGHT:
                score *= 0.5
        if not self._apart(a, b):
            return NORMAL, -score
        takes_turns = not self.closed & {a.symbol, b.symbol} and any(
            map(alternates, islice(found.values(), 4)))
        return TURNS if takes_turns else NEVER, -score

    def _apart(self, a: Token, b: Token) -> bool:
        """Whether two neighbours look like pieces of their own: what is in a row somewhere, what
        has branches, and what follows after branches were merged."""
        if not self.cuts[b.text][b.low]:
            return False
        one, two = self.symbols[a.symbol], self.symbols[b.symbol]
        if one.last in CLOSES and not (two.size == 1 and two.first in BINDS_LEFT):
            return True
        return self.cuts[a.text][a.low] and (
            a.symbol in self.closed or b.symbol in self.closed or (one.branchy and two.branchy))
