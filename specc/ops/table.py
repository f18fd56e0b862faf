"""What Keras 3.15 takes: the table of `specc.ops.keras_table`, without Keras.

`scripts/make_table.py` writes the file; `tests/parity/test_table.py` fails when it no longer
agrees with the installed Keras.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal, TypeAlias

from specc.ops.component import Category, Component, Value
from specc.ops.keras_table import KERAS
from specc.ops.types import (
    Activation,
    Many,
    Number,
    Part,
    Times,
    Type,
    nullable,
    options_of,
    parse,
)
from specc.record import Record
from specc.source import Tree

Named: TypeAlias = Category | Literal["activation"]

# Words that Keras's `compile` decides by the output's shape, and what they may come to be.
BY_OUTPUT: Mapping[str, tuple[str, ...]] = {
    "accuracy": ("BinaryAccuracy", "CategoricalAccuracy", "SparseCategoricalAccuracy"),
    "acc": ("BinaryAccuracy", "CategoricalAccuracy", "SparseCategoricalAccuracy"),
    "crossentropy": ("BinaryCrossentropy", "CategoricalCrossentropy",
                     "SparseCategoricalCrossentropy"),
    "ce": ("BinaryCrossentropy", "CategoricalCrossentropy", "SparseCategoricalCrossentropy"),
}


class Param(Record):
    """One argument of a constructor. `text` is its type as the table writes it.

    `default` is Keras's own, as JSON holds it; see `defaults` for the canonical one.
    `since`: the first Keras that has it; None: 3.8 or before.
    """

    name: str
    text: str
    required: bool
    default: Tree = None
    since: str | None = None

    @property
    def type(self) -> Type:
        return parse(self.text)

    @property
    def nullable(self) -> bool:
        return nullable(self.type)


class Entry(Record):
    """One component. `refused`: why a spec may not hold it, a key of `errors.REASONS`."""

    category: Category
    name: str
    params: Mapping[str, Param]
    refused: str | None = None
    since: str | None = None


def version() -> str:
    """The Keras that the table was made from: `3.15`."""
    return str(KERAS["keras"])


def oldest() -> str:
    """The first Keras that the marks `since` know: `3.8`."""
    return str(KERAS["oldest"])


def newer_words() -> Mapping[str, str]:
    """Words that came later than what takes them: `activation.sparse_sigmoid` in `3.10`."""
    words: Mapping[str, str] = KERAS["newer_words"]
    return words


@cache
def entry(category: Category, name: str) -> Entry | None:
    """The record of a component by its canonical name; None where there is none."""
    row = KERAS["entries"][category].get(name)
    if row is None:
        return None
    params = {key: Param(key, one["type"], "default" not in one, one.get("default"),
                         one.get("since"))
              for key, one in row["params"].items()}
    return Entry(category, name, params, row.get("refused"),
                 row.get("since"))


@cache
def names(category: Named) -> tuple[str, ...]:
    """All canonical names of a category, sorted."""
    return tuple(KERAS["activations"] if category == "activation" else KERAS["entries"][category])


@cache
def words(category: Named) -> tuple[str, ...]:
    """Names and aliases: everything `canonical` understands."""
    return (*names(category), *KERAS["aliases"][category])


def models() -> tuple[str, ...]:
    """The architectures of `keras.applications`, which are models and not layers."""
    return tuple(KERAS["models"])


def canonical(category: Named, text: str) -> str | None:
    """Keras's class name (of an activation: its function's) for any word that Keras takes.

    Optimizers are found in any case, since Keras finds them so.
    """
    if text in _named(category):
        return text
    aliases: Mapping[str, str] = KERAS["aliases"][category]
    return aliases.get(text.lower() if category == "optimizer" else text)


@cache
def _named(category: Named) -> frozenset[str]:
    return frozenset(names(category))


@cache
def defaults(category: Category, name: str) -> Mapping[str, Value]:
    """Keras's defaults in canonical form: numbers by slot, tuples, nested components.

    Empty for a name that the table does not hold.
    """
    found = entry(category, name)
    params = found.params.values() if found and not found.refused else ()
    return {one.name: settle(one.type, one.default) for one in params if not one.required}


def settle(kind: Type, value: Tree) -> Value:
    """A value that is known to be good, in its canonical form.

    >>> settle(parse("spread[2, int >= 1]"), 3)
    (3, 3)
    """
    options = options_of(kind)
    whole = any(isinstance(one, Number) and one.whole for one in options)
    for one in options:
        match one, value:
            case (Times(count=count, item=item), list()):
                return tuple(settle(item, each) for each in value) if len(value) == count else value
            case (Times(count=count, item=item, spread=True), _) if value is not None:
                return (settle(item, value),) * count
            case (Many(item=item), list()):
                return tuple(settle(item, each) for each in value)
            case (Number(whole=False), int()) if not isinstance(value, bool) and not whole:
                return float(value)
            case (Activation(), str()):
                return canonical("activation", value)
            case (Part(category=category), str()):
                name = canonical(category, value)
                return Component(category, name, {}, defaults(category, name)) if name else value
    return value


__all__ = ["BY_OUTPUT", "Entry", "Named", "Param", "canonical", "defaults", "entry", "models",
           "names", "settle", "version", "words"]
