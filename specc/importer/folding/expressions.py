"""A row of values as one expression in `i`, and one row of values by another."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

from specc.importer.folding.item import key_of
from specc.record import Record
from specc.source import Tree
from specc.syntax import expression

LONGEST = 150  # characters of an expression, well below what the language takes
MOST_PARTS = 400  # what a rate may be a fraction of: `0.2 * (i + 3) / 16`


class Absent(Record):
    """The value of an entry that is left out: any will do."""


ABSENT = Absent()


class Row(Record):
    """What stands for a row of values: one value, or an expression; `cost` in lines."""

    value: Tree
    cost: float = 0.0


def literal(value: Tree) -> str | None:
    """A value as it stands in an expression; None where it cannot."""
    if isinstance(value, str) and value.startswith("=") and not value.startswith("=="):
        inside = value[1:].strip()
        return inside if inside.isidentifier() or inside == "none" else f"({inside})"
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "none"
    if isinstance(value, str):
        return repr(value[1:] if value.startswith("==") else value)
    return repr(value) if isinstance(value, int | float) else None


def in_row(values: Sequence[object]) -> Row | None:
    """What gives the values for i = 0, 1, 2 ...; None where nothing simple does."""
    known = [(at, one) for at, one in enumerate(values) if one is not ABSENT]
    if not known:
        return Row(ABSENT)
    keys = [key_of(one) for _, one in known]
    if any("i" in names_in(one) for _, one in known):
        return None
    if len(set(keys)) == 1:
        return Row(known[0][1])
    for form, cost in COSTS.items():
        text = form(values, known)
        if text is not None and len(text) <= LONGEST:
            late = form is _step and "i == 0" not in text and "i != 0" not in text
            short = late or len(values) == 2
            return Row(text, max(cost, SHORT_COST) if short else cost)
    return None


def names_in(value: object) -> frozenset[str]:
    """The names that the expressions in a tree use."""
    if isinstance(value, str):
        return expression.names_in(value)
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return frozenset(name for one in inner for name in names_in(one))


def computed(value: object) -> bool:
    """Whether a value depends on where it stands."""
    return bool(names_in(value))


Known = list[tuple[int, Tree]]


def _step(values: Sequence[object], known: Known) -> str | None:
    """One value up to somewhere, another from there on."""
    keys = [key_of(one) for _, one in known]
    changes = [at for at, (one, two) in enumerate(pairwise(keys)) if one != two]
    if len(changes) != 1:
        return None
    at = known[changes[0]][0] + 1
    before, after = known[0][1], known[-1][1]
    if isinstance(before, bool) and isinstance(after, bool):
        if at == 1:
            return "=i == 0" if before else "=i != 0"
        return f"=i < {at}" if before else f"=i >= {at}"
    one, two = literal(before), literal(after)
    if one is None or two is None:
        return None
    return f"={one} if {'i == 0' if at == 1 else f'i < {at}'} else {two}"


def _whole(known: Known) -> bool:
    return len(known) > 2 and all(isinstance(one, int) and not isinstance(one, bool)
                                  for _, one in known)


def _sum(values: Sequence[object], known: Known) -> str | None:
    """a, a + d, a + 2 d ..."""
    if not _whole(known):
        return None
    (at, one), (then, two) = known[:2]
    if (two - one) % (then - at):
        return None
    step = (two - one) // (then - at)
    start = one - step * at
    if any(value != start + step * place for place, value in known):
        return None
    times = "i" if step == 1 else f"{abs(step)} * i"
    return f"={start} + {times}" if step > 0 else f"={start} - {times}"


def _power(values: Sequence[object], known: Known) -> str | None:
    """a, a k, a k**2 ..."""
    if not _whole(known) or known[0][0] != 0 or known[1][0] != 1:
        return None
    start, then = known[0][1], known[1][1]
    if start <= 0 or then <= start or then % start:
        return None
    base = then // start
    if known[-1][0] > 40 or any(value != start * base ** place for place, value in known):
        return None
    return f"={base} ** i" if start == 1 else f"={start} * {base} ** i"


def _turns(values: Sequence[object], known: Known) -> str | None:
    """a, b, a, b ..."""
    even = {key_of(one): one for at, one in known if at % 2 == 0}
    odd = {key_of(one): one for at, one in known if at % 2}
    if len(known) < 4 or len(even) != 1 or len(odd) != 1:
        return None
    one, two = (literal(next(iter(side.values()))) for side in (even, odd))
    if one is None or two is None:
        return None
    if {one, two} == {"true", "false"}:
        return f"=i % 2 == {0 if one == 'true' else 1}"
    return f"={one} if i % 2 == 0 else {two}"


def _fraction(values: Sequence[object], known: Known) -> str | None:
    """r (i + k) / n: a rate that grows evenly over the layers of a network, exactly.

    Three numbers give two; so the n is taken that makes r the shortest decimal.
    """
    if len(known) < 2 or not all(isinstance(one, float) and math.isfinite(one) and one > 0
                                 for _, one in known):
        return None
    if any(len(repr(one)) <= 6 for _, one in known[1:-1] or known):
        return None
    (at, one), (last, two) = known[0], known[-1]
    step = (two - one) / (last - at)
    if step <= 0:
        return None
    k = round(one / step) - at
    if k < 0 or abs((one / step) - at - k) > 1e-6:
        return None
    for parts in range(last + k, MOST_PARTS):
        rate = round(step * parts, 3)
        if abs(step * parts - rate) < 1e-9 and all(rate * (place + k) / parts == value
                                        for place, value in known):
            return f"={rate!r} * {'i' if k == 0 else f'(i + {k})'} / {parts}"
    return None


# What an expression costs to read, in lines; more where there is little that it stands for.
COSTS: dict[Callable[[Sequence[object], Known], str | None], float] = {
    _fraction: 0.4, _step: 0.2, _sum: 0.4, _power: 0.4, _turns: 0.4,
}
SHORT_COST = 0.6


# -- one row by another ---------------------------------------------------------------------------


def by(name: str, base: Sequence[object], values: Sequence[object]) -> str | None:
    """An expression in the param `name` (its values: `base`) that gives `values`."""
    both = [(one, two) for one, two in zip(base, values, strict=True)
            if two is not ABSENT]
    if any(one is ABSENT for one, _ in both):
        return None
    return _equal(name, both) or _times(name, both) or _choice(name, both)


Both = list[tuple[Tree, Tree]]


def _equal(name: str, both: Both) -> str | None:
    if all(key_of(one) == key_of(two) for one, two in both):
        return f"={name}"
    if all(isinstance(one, bool) and isinstance(two, bool) and one != two for one, two in both):
        return f"=not {name}"
    return None


def _times(name: str, both: Both) -> str | None:
    """k x, or x // k, for whole numbers; at least two different ones."""
    if not all(isinstance(one, int) and isinstance(two, int) and not isinstance(one, bool)
               and not isinstance(two, bool) and one > 0 and two > 0 for one, two in both):
        return None
    if len({one for one, _ in both}) < 2:
        return None
    one, two = both[0]
    if two % one == 0 and all(b == a * (two // one) for a, b in both):
        return f"={two // one} * {name}"
    if one % two == 0 and all(b == a // (one // two) for a, b in both):
        return f"={name} // {one // two}"
    return None


def _choice(name: str, both: Both) -> str | None:
    """One value where the param has a certain one, another where it has the other."""
    seen: dict[str, tuple[Tree, set[str]]] = {}
    other: dict[str, Tree] = {}
    for one, two in both:
        seen.setdefault(key_of(one), (one, set()))[1].add(key_of(two))
        other[key_of(two)] = two
    if len(both) < 3 or len(seen) != 2 or len(other) != 2 or any(
            len(found) != 1 for _, found in seen.values()):
        return None
    if any(computed(one) or computed(two) for one, two in both):
        return None  # what stands there is not known inside
    (first, to), (second, _) = seen.values()
    then = other[next(iter(to))]
    rest = next(value for key, value in other.items() if key not in to)
    return _if(name, first, second, then, rest)


def _if(name: str, first: Tree, second: Tree, then: Tree, rest: Tree) -> str | None:
    """`then` where `name` is `first`, `rest` where it is `second`."""
    if isinstance(first, bool):
        test, (then, rest) = name, (then, rest) if first else (rest, then)
    else:
        text, other = literal(first), literal(second)
        if text is None or other is None or "(" in text:
            return None
        if len(text) > len(other) or (first == 1 and second != 1):
            text, then, rest = other, rest, then
        test = f"{name} == {text}"
    if isinstance(then, bool) and isinstance(rest, bool):
        return f"={test}" if then else f"={test.replace('==', '!=')}" if "==" in test \
            else f"=not {test}"
    one, two = literal(then), literal(rest)
    return None if one is None or two is None else f"={one} if {test} else {two}"
