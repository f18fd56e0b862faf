"""Cases whose shapes were spoilt: an axis more or less, a size of one, of zero, or another."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from random import Random

from specc.tensor import Shape
from specc.testing.layers import Case, case

KINDS = ("more", "less", "one", "zero", "size", "longer")


def mutated(name: str) -> Iterator[tuple[int, Case]]:
    """Spoilt cases of an operator, without end, each once."""
    seen: set[str] = set()
    for number in count():
        random = Random(f"{name} {number} spoilt")
        found = spoil(case(name, number), random)
        if repr(found) not in seen:
            seen.add(repr(found))
            yield number, found


def spoil(good: Case, random: Random) -> Case:
    """The same call with one of its shapes changed; now and then a list is one tensor shorter."""
    if len(good.shapes) > 2 and random.random() < 0.1:
        return good.reshaped([*good.entered()[:len(good.shapes) - 1],
                              *good.entered()[len(good.shapes):]], less=1)
    shapes = good.entered()
    at = random.randrange(len(shapes))
    shapes[at] = changed(shapes[at], random.choice(KINDS), random)
    return good.reshaped(shapes)


def changed(shape: Shape, kind: str, random: Random) -> Shape:
    dims = list(shape)
    if kind == "more" or not dims:
        dims.insert(random.randint(0, len(dims)), random.randint(1, 5))
        return tuple(dims)
    where = random.randrange(len(dims))
    if kind == "less":
        del dims[where]
    elif kind == "longer" and isinstance(dim := dims[where], int):
        dims[where] = dim + random.choice([-1, 1])
    else:
        dims[where] = {"one": 1, "zero": 0}.get(kind, random.randint(1, 7))
    return tuple(dims)
