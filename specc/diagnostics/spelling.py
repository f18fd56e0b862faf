"""What a misspelt word surely means, and the fix that writes it.

`nearest` guesses, for people. Here nothing is guessed: `Batch-Size` is `batch_size`, since it
differs in case, `_` and `-` alone, and from one known word only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from json import dumps
from re import fullmatch

from specc.diagnostics import LONGEST, Edit, Fix, Related
from specc.source import Tree, Where


def meant(word: str, known: Iterable[str],
          same: Callable[[str], object] = lambda one: one) -> str | None:
    """The known word that another surely is; None for none, or for several that are not the same.
    Of several that are, the one that is written most alike."""
    if len(word) > LONGEST:
        return None
    alike = [one for one in known if plain(one) == plain(word) and one != word]
    if len({same(one) for one in alike}) != 1:
        return None
    return min(alike, key=lambda one: (one.lower() != word.lower(), one != one.lower(), one))


def plain(word: str) -> str:
    """A word without what people mistake: `Conv_2D`, `conv-2d` and `conv2d` are one."""
    return word.replace("_", "").replace("-", "").replace(" ", "").lower()


def respelled(where: Where, word: str, known: Iterable[str],
              same: Callable[[str], object] = lambda one: one) -> Fix | None:
    """Write the known word that `word`, a text or a key at `where`, surely is."""
    right = meant(word, known, same)
    return None if right is None else written(where, right)


def like(word: str, keys: Iterable[str]) -> str | None:
    """The key that may be a misspelt `word`; a guess."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, map(str, keys), n=1)), None)


def in_place_of(word: str, where: Where) -> tuple[Related, ...]:
    """The place of a key that may be another."""
    return (Related(where, f"did you mean `{word}`?"),)


def written(where: Where, value: Tree) -> Fix:
    """Write a value, or a key, in the place of what stands there. For words, numbers, switches,
    and lists of them: what TOML and JSON write alike."""
    text = value if where.part == "key" else dumps(value)
    return Fix(f"write `{value}`" if isinstance(value, str) else f"write {text}",
               (Edit(where, text),))


def spelled(value: Tree) -> Iterator[Tree]:
    """What a value of the wrong type says, if it says it exactly: `"30"` is 30, 15.0 is 15."""
    if isinstance(value, float) and value.is_integer():
        yield int(value)
    elif isinstance(value, str) and value.lower() in ("true", "false"):
        yield value.lower() == "true"
    elif isinstance(value, str) and fullmatch(r"-?(0|[1-9]\d{0,14})", value):
        yield int(value)
    elif isinstance(value, str) and fullmatch(r"-?\d{1,14}(\.\d{1,14})?([eE]-?\d{1,2})?", value):
        yield float(value)


__all__ = ["in_place_of", "like", "meant", "plain", "respelled", "spelled", "written"]
