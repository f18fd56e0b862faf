"""Which trials there are: all points of a grid, or distinct samples drawn from a seed.

A point holds a value for each parameter that is active in it. A parameter whose `when` does not
hold keeps the spec's own value and is not in the point, so what differs only in inactive
parameters is one point. Neither NumPy nor Keras here.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice, product
from random import Random
from typing import TypeAlias

from specc.diagnostics import Diagnostic
from specc.record import Record, field
from specc.runner import tune_errors as errors
from specc.source import Tree, Where
from specc.spec import Choices, Interval
from specc.syntax.expression import (
    Refusal,
    diagnose,
    evaluate,
    evaluate_params,
    names_in,
    order_params,
)
from specc.syntax.space import entry_of, is_interval

Point: TypeAlias = dict[str, Tree]  # parameter -> value, without those that are not active
Entry: TypeAlias = Choices | Interval

MOST = 10_000  # points of a grid
CHECKED = 256  # points that are checked one by one before anything is trained
DIGITS = 5  # significant digits of a sampled number: it is written into a spec
TRIES = 200  # draws for each trial, where most draws were drawn before


class Space(Record):
    """What is searched. `params`: all parameters as written; `names`: what else an expression
    may speak of (`inputs.deck.size`)."""

    entries: Mapping[str, Entry]
    params: Mapping[str, Tree] = field(default_factory=dict)
    names: Mapping[str, Tree] = field(default_factory=dict)

    def ordered(self) -> tuple[str, ...]:
        """The parameters, each after those that its `when` speaks of, else as written."""
        return tuple(name for name in order_params(_conditions(self)).names
                     if name in self.entries)

    def active(self, when: str | None, point: Mapping[str, Tree]) -> bool:
        """Whether a condition holds, given the values chosen so far."""
        if when is None:
            return True
        value = evaluate(when, _values(self, point))
        return not isinstance(value, Refusal) and bool(value)


def _conditions(space: Space) -> dict[str, Tree]:
    """For each parameter, what decides whether it is active, or how it is computed."""
    return {name: list(conditions(space.entries[name])) if name in space.entries else tree
            for name, tree in {**dict.fromkeys(space.entries), **space.params}.items()}


def conditions(entry: Entry) -> Iterator[str]:
    """Every `when` of an entry: its own, and those of the spaces inside its choices."""
    if entry.when is not None:
        yield entry.when
    for option in entry.options if isinstance(entry, Choices) else ():
        yield from (one.when for one in _inner(option) if one.when is not None)


def _inner(tree: Tree) -> Iterator[Interval]:
    if is_interval(tree):
        entry = entry_of(tree)
        if isinstance(entry, Interval):
            yield entry
    elif isinstance(tree, dict | list):
        for value in tree.values() if isinstance(tree, dict) else tree:
            yield from _inner(value)


def _values(space: Space, point: Mapping[str, Tree]) -> dict[str, Tree]:
    """Every name an expression may use, with its value at a point."""
    computed = evaluate_params({**space.params, **point}, space.names,
                               lambda *steps: Where("", ("params", *steps)))
    return {**space.names, **(computed.value or {})}


def wrong(space: Space, search: str, place: Callable[..., Where]) -> list[Diagnostic]:
    """What forbids a search: conditions that cannot be computed, a grid without end."""
    found: list[Diagnostic] = []
    order = order_params(_conditions(space))
    found += [errors.circular_when(place(one[0]), names=one) for one in order.cycles
              if one[0] in space.entries]
    known = _values(space, {})
    for name, entry in space.entries.items():
        for text in conditions(entry):
            unknown = [used for used in names_in(text) if used not in known]
            value = evaluate(text, known)
            if isinstance(value, Refusal) and (unknown or not names_in(text)):
                found.append(diagnose(value, place(name, "when")))
        if search == "grid" and endless(entry):
            found.append(errors.endless_grid(place(name), name=name))
    if not found and search == "grid" and len(list(islice(_grow(space, space.ordered(), {}),
                                                          MOST + 1))) > MOST:
        found.append(errors.grid_too_large(place(), limit=MOST))
    return found


def endless(entry: Entry) -> bool:
    """Whether an entry has more values than can be counted: a float interval without a step."""
    intervals = _inner(list(entry.options)) if isinstance(entry, Choices) else [entry]
    return any(one.kind == "float" and one.step is None for one in intervals)


def key(point: Mapping[str, Tree]) -> str:
    """The point as text: equal points have equal keys."""
    return json.dumps(point, sort_keys=True)


def distinct(points: Iterable[Point]) -> Iterator[Point]:
    seen: set[str] = set()
    for point in points:
        if (text := key(point)) not in seen:
            seen.add(text)
            yield point


def grid(space: Space) -> list[Point]:
    """All points, the last parameter varying fastest."""
    return list(distinct(_grow(space, space.ordered(), {})))


def _grow(space: Space, names: tuple[str, ...], chosen: Point) -> Iterator[Point]:
    if not names:
        yield chosen
        return
    entry = space.entries[names[0]]
    if not space.active(entry.when, chosen):
        yield from _grow(space, names[1:], chosen)
        return
    for value in _all(space, entry, chosen):
        yield from _grow(space, names[1:], {**chosen, names[0]: value})


def _all(space: Space, entry: Entry, chosen: Point) -> Iterator[Tree]:
    if isinstance(entry, Interval):
        yield from counted(entry)
        return
    for option in entry.options:
        yield from _spread(option, lambda one: list(counted(one)),
                           lambda when: space.active(when, chosen))


def _spread(tree: Tree, values: Callable[[Interval], list[Tree]],
            active: Callable[[str | None], bool]) -> Iterator[Tree]:
    """A choice with every combination of `values` in place of the intervals inside it.

    An inner interval that is not active is left out: its component then takes Keras's default.
    """
    if is_interval(tree):
        entry = entry_of(tree)
        yield from values(entry) if isinstance(entry, Interval) else ()
    elif isinstance(tree, dict):
        kept = {name: one for name, one in tree.items()
                if not is_interval(one) or active(one.get("when"))}
        for combined in product(*(list(_spread(one, values, active)) for one in kept.values())):
            yield dict(zip(kept, combined, strict=True))
    elif isinstance(tree, list):
        for combined in product(*(list(_spread(one, values, active)) for one in tree)):
            yield list(combined)
    else:
        yield tree


def counted(interval: Interval) -> Iterator[Tree]:
    """The values of an interval that can be counted, both ends included where a step meets them."""
    yield from (_step(interval, at) for at in range(_count(interval)))


def _count(interval: Interval) -> int:
    step = interval.step or 1
    return math.floor((interval.high - interval.low) / step + 1e-9) + 1


def _step(interval: Interval, at: int) -> int | float:
    if interval.kind == "int":
        return int(interval.low) + at * int(interval.step or 1)
    value = float(f"{interval.low + at * (interval.step or 1):.12g}")
    return min(max(value, float(interval.low)), float(interval.high))


def drawn(interval: Interval, random: Random) -> int | float:
    """A value of an interval, uniform in it or in its logarithm; one draw of `random`.

    Only `Random.random` is used: it alone is promised to give the same numbers for ever.
    """
    u = random.random()
    low, high = interval.low, interval.high
    if interval.kind == "int" and interval.log:
        nearest = round(math.exp(math.log(low - 0.5) + u * math.log((high + 0.5) / (low - 0.5))))
        return min(max(nearest, int(low)), int(high))
    if interval.kind == "int" or interval.step is not None:
        return _step(interval, min(int(u * _count(interval)), _count(interval) - 1))
    value = low * (high / low) ** u if interval.log else low + u * (high - low)
    return min(max(float(f"{value:.{DIGITS}g}"), float(low)), float(high))


def sample(space: Space, trials: int, seed: int) -> list[Point]:
    """Distinct points drawn from a seed: `trials` of them, or all where there are not as many."""
    order = space.ordered()
    if not any(endless(one) for one in space.entries.values()):
        few = list(islice(distinct(_grow(space, order, {})), trials + 1))
        if len(few) <= trials:
            return few
    random = Random(seed)
    found: dict[str, Point] = {}
    for _ in range(trials * TRIES):
        point = _draw(space, order, random)
        found.setdefault(key(point), point)
        if len(found) == trials:
            break
    return list(found.values())


def _draw(space: Space, order: tuple[str, ...], random: Random) -> Point:
    point: Point = {}
    for name in order:
        entry = space.entries[name]
        if isinstance(entry, Interval):
            value: Tree = drawn(entry, random)
        else:
            options = entry.options
            option = options[min(int(random.random() * len(options)), len(options) - 1)]
            (value,) = _spread(option, lambda one: [drawn(one, random)],
                               lambda when: space.active(when, point))
        if space.active(entry.when, point):
            point[name] = value
    return point


def corners(space: Space) -> list[Point]:
    """The ends of each parameter, alone and all together, and each of its choices."""
    ends = {name: _ends(entry) for name, entry in space.entries.items()}
    alone = [{name: value} for name, values in ends.items() for value in values]
    together = [{name: values[at] for name, values in ends.items()} for at in (0, -1)]
    return list(distinct(_only_active(space, one) for one in (*together, *alone)))


def _ends(entry: Entry) -> list[Tree]:
    def both(one: Interval) -> list[Tree]:
        if one.step is not None:
            return [_step(one, 0), _step(one, _count(one) - 1)]
        number = int if one.kind == "int" else float
        return [number(one.low), number(one.high)]

    if isinstance(entry, Interval):
        return both(entry)
    found = []
    for option in entry.options:
        spread = list(_spread(option, both, lambda when: True))
        found += [spread[0], spread[-1]]
    return found


def _only_active(space: Space, point: Point) -> Point:
    kept: Point = {}
    for name in space.ordered():
        if name in point and space.active(space.entries[name].when, kept):
            kept[name] = point[name]
    return kept


def to_check(space: Space, points: list[Point]) -> list[Point]:
    """What is checked before anything is trained: corners, and the trials (evenly, if many)."""
    every = max(1, len(points) // CHECKED)
    return list(distinct([*corners(space), *points[::every]]))
