"""What random layers look like: for each operator a strategy of cases, and its first ones."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice
from random import Random

from specc.testing.layers.dense import DENSE
from specc.testing.layers.encodings import ENCODINGS
from specc.testing.layers.images import IMAGES
from specc.testing.layers.recurrent import RECURRENT
from specc.testing.layers.several import SEVERAL
from specc.testing.layers.shapes import Case, Cases
from specc.testing.layers.windows import WINDOWS

CASES: dict[str, Cases] = {**DENSE, **WINDOWS, **SEVERAL, **RECURRENT, **IMAGES, **ENCODINGS}


def case(name: str, number: int) -> Case:
    """The case of an operator by its number."""
    return CASES[name].draw(Random(f"{name} {number}"))


def cases(name: str) -> Iterator[tuple[int, Case]]:
    """All cases of an operator, without end, each once."""
    seen: set[str] = set()
    for number in count():
        found = case(name, number)
        if repr(found) not in seen:
            seen.add(repr(found))
            yield number, found


def first(name: str, number: int) -> list[Case]:
    return [found for _, found in islice(cases(name), number)]


__all__ = ["CASES", "Case", "case", "cases", "first"]
