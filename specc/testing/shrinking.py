"""What Hypothesis chooses, asked for as of a `random.Random`: so that one definition is drawn by
number and by Hypothesis, and shrinks. The first of several is the simplest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from specc.testing.draws import Chance, Exhausted
from specc.testing.placing import Unfit

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

T = TypeVar("T")
FINE = 1000  # steps between 0 and 1


class Choosing:
    """A `Chance` whose choices are Hypothesis's."""

    def __init__(self, draw: Callable[[SearchStrategy[Any]], Any]) -> None:
        from hypothesis import strategies

        self._draw, self._st = draw, strategies

    def randint(self, a: int, b: int, /) -> int:
        return int(self._draw(self._st.integers(a, b)))

    def choice(self, seq: Sequence[T], /) -> T:
        return seq[self.randint(0, len(seq) - 1)]

    def sample(self, population: Sequence[T], k: int, /) -> list[T]:
        left = list(population)
        return [left.pop(self.randint(0, len(left) - 1)) for _ in range(k)]

    def random(self) -> float:
        """Below 1, and simplest where it is largest: what is drawn with a chance is left out."""
        return 1.0 - self.randint(1, FINE) / FINE


def shrinking(make: Callable[[Chance], T]) -> SearchStrategy[T]:
    """The strategy of what a function makes of chance."""
    from hypothesis import reject, strategies

    @strategies.composite
    def drawn(draw: Callable[[SearchStrategy[Any]], Any]) -> T:
        try:
            return make(Choosing(draw))
        except (Exhausted, Unfit):
            reject()

    return drawn()


__all__ = ["Choosing", "shrinking"]
