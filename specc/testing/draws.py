"""What can be drawn, said once, and drawn in two ways: by number, or as Hypothesis chooses.

Parity is counted: how many configurations agree, which values each parameter took, which listed
differences still occur. Such counts must not move with the version of a library, and two hundred
configurations are to be two hundred: Hypothesis spends most of its examples on small variations
of the last one. So the `i`-th case of an operator is a function of its name and `i` alone, and can
be drawn again by itself: `strategy.draw(Random(...))`. What Hypothesis is good at is to shrink; it
draws the same strategies through `specc.testing.shrinking`, which stands for a `Random`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

T = TypeVar("T")
U = TypeVar("U")
TRIES = 1000


class Chance(Protocol):
    """Where choices come from: a `random.Random`, or what stands for one. The first choice is the
    simplest, which what shrinks goes for."""

    def randint(self, a: int, b: int, /) -> int: ...
    def choice(self, seq: Sequence[T], /) -> T: ...
    def sample(self, population: Sequence[T], k: int, /) -> list[T]: ...
    def random(self) -> float: ...


class Exhausted(Exception):
    """No value was good, in very many tries."""


class Strategy(Generic[T]):
    """What can be drawn."""

    def __init__(self, draw: Callable[[Chance], T], *, empty: bool = False) -> None:
        self.draw = draw
        self.is_empty = empty  # nothing can be drawn

    def map(self, change: Callable[[T], U]) -> Strategy[U]:
        return Strategy(lambda random: change(self.draw(random)))

    def filter(self, good: Callable[[T], Any]) -> Strategy[T]:
        def again(random: Chance) -> T:
            for _ in range(TRIES):
                if good(one := self.draw(random)):
                    return one
            raise Exhausted

        return Strategy(again)

    def __or__(self, other: Strategy[U]) -> Strategy[T | U]:
        return one_of(self, other)


class DrawFn(Protocol):
    """What a composite strategy draws with."""

    def __call__(self, strategy: Strategy[T], /) -> T: ...


def just(value: T) -> Strategy[T]:
    return Strategy(lambda random: value)


def none() -> Strategy[None]:
    return just(None)


def nothing() -> Strategy[Any]:
    """No value: a parameter that is not to be written."""
    return Strategy(lambda random: None, empty=True)


def booleans() -> Strategy[bool]:
    return sampled_from([False, True])


def integers(low: int, high: int) -> Strategy[int]:
    return Strategy(lambda random: random.randint(low, high))


def sampled_from(values: Sequence[T]) -> Strategy[T]:
    return Strategy(lambda random: random.choice(values))


def permutations(values: Sequence[T]) -> Strategy[list[T]]:
    return Strategy(lambda random: random.sample(list(values), len(values)))


def one_of(*strategies: Strategy[Any]) -> Strategy[Any]:
    """One of them, each as likely; those that give nothing left out."""
    full = [one for one in strategies if not one.is_empty]
    return Strategy(lambda random: random.choice(full).draw(random), empty=not full)


def tuples(*strategies: Strategy[Any]) -> Strategy[tuple[Any, ...]]:
    return Strategy(lambda random: tuple(one.draw(random) for one in strategies))


def lists(item: Strategy[T], *, min_size: int, max_size: int,
          unique: bool = False) -> Strategy[list[T]]:
    def draw(random: Chance) -> list[T]:
        found: list[T] = []
        wanted = random.randint(min_size, max_size)
        for _ in range(TRIES):
            if len(found) == wanted:
                break
            one = item.draw(random)
            if not (unique and one in found):
                found.append(one)
        return found

    return Strategy(draw)


def fixed_dictionaries(needed: Mapping[str, Strategy[Any]], *,
                       optional: Mapping[str, Strategy[Any]]) -> Strategy[dict[str, Any]]:
    """Every needed key, and each optional one or not."""
    def draw(random: Chance) -> dict[str, Any]:
        found = {key: one.draw(random) for key, one in needed.items()}
        return found | {key: one.draw(random) for key, one in optional.items()
                        if random.random() < 0.5}

    return Strategy(draw)


def builds(make: Callable[..., T], *strategies: Strategy[Any]) -> Strategy[T]:
    return Strategy(lambda random: make(*(one.draw(random) for one in strategies)))


def composite(function: Callable[..., T]) -> Callable[..., Strategy[T]]:
    """A strategy of a function whose first argument draws."""
    def made(*args: Any, **named: Any) -> Strategy[T]:
        return Strategy(lambda random: function(
            lambda strategy: strategy.draw(random), *args, **named))

    return made
