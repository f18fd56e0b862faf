"""What random layers look like: for each operator a strategy of cases, and its first ones."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice
from random import Random

from parity.strategies.dense import DENSE
from parity.strategies.encodings import ENCODINGS
from parity.strategies.images import IMAGES
from parity.strategies.recurrent import RECURRENT
from parity.strategies.several import SEVERAL
from parity.strategies.shapes import Case, Cases
from parity.strategies.windows import WINDOWS

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
