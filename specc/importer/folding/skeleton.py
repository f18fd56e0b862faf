"""Pieces that are alike but for an entry or two: one skeleton in which those are left out.

An entry that is left out stands for what would have entered it (`when = false`), so a block with a
projection on its shortcut and one without are the same block, and so are those with and without a
padding, a dropout or a residual. Whether two pieces are so alike is tried out: their entries are
aligned, and the wiring that comes of it is compared with that of each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypeAlias

from specc.record import Record

Spot: TypeAlias = tuple[int, int] | int  # a result of a place in the skeleton; an input's number
Present: TypeAlias = frozenset[int]
Alignment: TypeAlias = tuple[tuple[int | None, int | None], ...]

MOST_GAPS = 3  # stretches that one of the two has alone
MOST_STEPS = 2_000  # of the search for an alignment


class Place(Record):
    """One entry of a skeleton: its structure, and what enters it."""

    kind: object
    wires: tuple[Spot, ...]


class Skeleton(Record):
    """Entries, and which of them occur together. `inputs`: how many tensors enter."""

    places: tuple[Place, ...]
    patterns: frozenset[Present]
    inputs: int = 1


class Union(Record):
    """A skeleton made of two, and where the places of each have come to."""

    skeleton: Skeleton
    first: tuple[int, ...]
    second: tuple[int, ...]
    shared: int  # places of both


def unite(a: Skeleton, b: Skeleton, alike: float) -> Union | None:
    """The skeleton of both, if so large a part of the longer one is in both."""
    longer = max(len(a.places), len(b.places))
    kinds = Counter(one.kind for one in a.places) & Counter(one.kind for one in b.places)
    if kinds.total() < alike * longer:
        return None
    for pairs in _alignments([one.kind for one in a.places], [one.kind for one in b.places]):
        shared = sum(None not in pair for pair in pairs)
        if shared < max(2, alike * longer):
            continue
        if (made := _united(a, b, pairs)) is not None:
            first = tuple(at for at, (i, _) in enumerate(pairs) if i is not None)
            second = tuple(at for at, (_, j) in enumerate(pairs) if j is not None)
            return Union(made, first, second, shared)
    return None


def _united(a: Skeleton, b: Skeleton, pairs: Alignment) -> Skeleton | None:
    at_a = {i: at for at, (i, _) in enumerate(pairs) if i is not None}
    at_b = {j: at for at, (_, j) in enumerate(pairs) if j is not None}
    seen_a = [frozenset(at_a[i] for i in one) for one in a.patterns]
    seen_b = [frozenset(at_b[j] for j in one) for one in b.patterns]
    wires: list[tuple[Spot, ...]] = []
    kinds: list[object] = []
    for i, j in pairs:
        of_a = None if i is None else [_moved(one, at_a) for one in a.places[i].wires]
        of_b = None if j is None else [_moved(one, at_b) for one in b.places[j].wires]
        chosen = _choose(of_a, of_b, wires, seen_a, seen_b)
        if chosen is None:
            return None
        wires.append(chosen)
        kinds.append(a.places[i].kind if i is not None else b.places[j or 0].kind)
    end: Spot = (len(pairs) - 1, 0)
    ends_a: Spot = (at_a[len(a.places) - 1], 0)
    ends_b: Spot = (at_b[len(b.places) - 1], 0)
    if not (_agree(end, ends_a, wires, seen_a) and _agree(end, ends_b, wires, seen_b)):
        return None
    places = tuple(Place(kind, wire) for kind, wire in zip(kinds, wires, strict=True))
    return Skeleton(places, frozenset([*seen_a, *seen_b]))


def _moved(spot: Spot, to: Mapping[int, int]) -> Spot:
    return spot if isinstance(spot, int) else (to[spot[0]], spot[1])


def _choose(of_a: Sequence[Spot] | None, of_b: Sequence[Spot] | None,
            wires: Sequence[tuple[Spot, ...]], seen_a: Sequence[Present],
            seen_b: Sequence[Present]) -> tuple[Spot, ...] | None:
    """What enters a place, so that each of the two finds its own wiring again."""
    if of_a is None or of_b is None:
        return tuple(of_a if of_a is not None else of_b or ())
    out: list[Spot] = []
    for one, two in zip(of_a, of_b, strict=True):
        good = next((spot for spot in (one, two) if _agree(spot, one, wires, seen_a)
                     and _agree(spot, two, wires, seen_b)), None)
        if good is None:
            return None
        out.append(good)
    return tuple(out)


def _agree(spot: Spot, other: Spot, wires: Sequence[tuple[Spot, ...]],
           patterns: Sequence[Present]) -> bool:
    """Whether two spots are the same tensor in each of the patterns."""
    return spot == other or all(
        resolve(spot, wires, seen) == resolve(other, wires, seen) for seen in patterns)


def resolve(spot: Spot, wires: Sequence[tuple[Spot, ...]], present: Collection[int]) -> Spot:
    """The tensor that a spot is, where only some places are present."""
    while not isinstance(spot, int) and spot[0] not in present:
        spot = wires[spot[0]][0]
    return spot


def _alignments(a: Sequence[object], b: Sequence[object]) -> Iterator[Alignment]:
    """Ways to lay two lists side by side, those with the fewest gaps first."""
    steps = [MOST_STEPS]
    for gaps in range(1, MOST_GAPS + 1):
        yield from _laid(a, b, 0, 0, gaps, (), steps)


def _laid(a: Sequence[object], b: Sequence[object], i: int, j: int, gaps: int,
          done: Alignment, steps: list[int]) -> Iterator[Alignment]:
    """Continue an alignment at a[i], b[j] with exactly so many gaps left."""
    most = max(len(a), len(b)) // 2
    equal = 0  # places from here on that are laid side by side
    while True:
        for length in range(1, most + 1 if gaps else 0):
            for left, right in ((length, 0), (0, length)):
                if steps[0] <= 0:
                    return
                if _meet(a, b, i + equal + left, j + equal + right):
                    steps[0] -= 1
                    here = (*done, *_side_by_side(i, j, equal),
                            *_gap(i + equal, j + equal, left, right))
                    yield from _laid(a, b, i + equal + left, j + equal + right, gaps - 1, here,
                                     steps)
        at, to = i + equal, j + equal
        if at == len(a) or to == len(b) or a[at] != b[to]:
            break
        equal += 1
    if i + equal == len(a) and j + equal == len(b) and not gaps:
        yield (*done, *_side_by_side(i, j, equal))


def _side_by_side(i: int, j: int, count: int) -> Alignment:
    return tuple((i + k, j + k) for k in range(count))


def _gap(i: int, j: int, left: int, right: int) -> Alignment:
    """Places that only one of the two has."""
    return (*((i + k, None) for k in range(left)), *((None, j + k) for k in range(right)))


def _meet(a: Sequence[object], b: Sequence[object], i: int, j: int) -> bool:
    """Whether a gap may end here: what follows is equal, or nothing follows."""
    if i > len(a) or j > len(b):
        return False
    if i == len(a) or j == len(b):
        return i == len(a) and j == len(b)
    return a[i] == b[j]
