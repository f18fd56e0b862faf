"""Values for the arguments of the table, right and wrong, and an opinion of its own which is which.

`admits` says what a type takes in the fewest words, apart from `specc.ops.values`, so that tests
can hold the two against each other. `candidates` are the slips of authors, and the edges of a type.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from typing import Any

from specc.ops import table
from specc.ops.component import Category
from specc.ops.types import (
    CATEGORIES,
    Activation,
    Bool,
    Either,
    File,
    Many,
    Nothing,
    Number,
    Part,
    Refused,
    Text,
    Times,
    Type,
    Words,
    describe,
)

# What a required argument must be where the simplest value of its type will not do.
GOOD: dict[str, dict[str, Any]] = {
    "EinsumDense": {"equation": "ab,bc->ac", "output_shape": 4},
    "TimeDistributed": {"layer": {"type": "Dense", "units": 1}},
    "SpectralNormalization": {"layer": {"type": "Dense", "units": 1}},
    "Pipeline": {"layers": [{"type": "RandomFlip"}]},
    "PiecewiseConstantDecay": {"boundaries": [1.0], "values": [1.0, 0.5]},
    "ModelCheckpoint": {"filepath": "a.keras"},
}
NAMES = [(category, name) for category in CATEGORIES for name in table.names(category)]
CLOSED = [(category, name) for category, name in NAMES
          if not table.entry(category, name).refused]  # type: ignore[union-attr]
PARAMS = [(category, name, param) for category, name in CLOSED
          for param in table.entry(category, name).params.values()]  # type: ignore[union-attr]

# The slips of every day: text for numbers, numbers for text, null, lists, components elsewhere.
SLIPS: dict[str, tuple[Any, ...]] = {
    "text for a number": ("17", "2.5", "-3"),
    "text for a boolean": ("true", "False"),
    "an unknown word": ("no_such_word", "", "  "),
    "a boolean for a number": (True, False),
    "a number for a boolean": (1, 0, 1.0),
    "a negative": (-3, -1, -0.5),
    "a fraction": (2.5, 0.5),
    "a whole float": (3.0, 1.0),
    "not finite": (math.nan, math.inf, -math.inf),
    "not exact": (2**53, -(2**53), 10**400),
    "null": (None,),
    "a list": ([], [1], ["a"], [None], [True], [[1]], [{}]),
    "a table": ({}, {"a": 1}, {"type": 3}, {"type": "NoSuch"}, {"type": None}),
    "a component of another category": (
        "max_norm", "l2", "he_normal", "adam", "mse", "Dense", "ExponentialDecay", "EarlyStopping",
        {"type": "MaxNorm"}, {"type": "L2"}, {"type": "HeNormal"}, {"type": "Dense", "units": 3}),
    "an activation": ("relu", "rellu", "ReLU", {"type": "relu"}, {"type": "relu", "max_value": 6}),
    "a path upwards": ("../a", "/a", "a/../../b", "C:\\a"),
}


def admits(kind: Type, value: Any) -> bool:
    """Whether a type takes a value."""
    match kind:
        case Number(whole=whole):
            if type(value) is int:
                return abs(value) < 2**53 and kind.holds(value)
            return type(value) is float and not whole and math.isfinite(value) and kind.holds(value)
        case Bool():
            return type(value) is bool
        case Text():
            return isinstance(value, str)
        case Nothing():
            return value is None
        case Words(words=words):
            return isinstance(value, str) and value in words
        case Activation():
            word = value["type"] if isinstance(value, dict) and set(value) == {"type"} else value
            return isinstance(word, str) and word in table.words("activation")
        case File():
            return isinstance(value, str) and value.strip("./\\") != "" and not (
                ".." in value or value[0] in "/\\" or value[1:2] == ":")
        case Times(count=count, item=item, spread=spread):
            if isinstance(value, list) and len(value) == count:
                return all(admits(item, one) for one in value)
            return spread and admits(item, value)
        case Many(item=item, least=least):
            return isinstance(value, list) and len(value) >= least and all(
                admits(item, one) for one in value)
        case Part(category=category, names=names):
            return _admits_part(category, names, value)
        case Either(options=options):
            return any(admits(one, value) for one in options)
        case Refused():
            return False


def _admits_part(category: Category, names: tuple[str, ...], value: Any) -> bool:
    tree = {"type": value} if isinstance(value, str) else value
    if not isinstance(tree, dict) or not isinstance(tree.get("type"), str):
        return False
    name = table.canonical(category, tree["type"])
    entry = table.entry(category, name) if name else None
    if entry is None or entry.refused or (names and entry.name not in names):
        return False
    given = {key: one for key, one in tree.items() if key != "type"}
    return all(key in entry.params and admits(entry.params[key].type, one)
               for key, one in given.items()) and all(
                   key in given for key, param in entry.params.items() if param.required)


def good(kind: Type) -> Any:
    """The simplest value that a type takes."""
    match kind:
        case Number(low=low, high=high, whole=whole):
            step = 1 if whole else 0.25
            if low is not None:
                return low + (step if kind.open_low else 0)
            return high - (step if kind.open_high else 0) if high is not None else step
        case Bool():
            return True
        case Text() | File():
            return "text"
        case Words(words=words):
            return words[0]
        case Activation():
            return "relu"
        case Times(count=count, item=item):
            return [good(item)] * count
        case Many(item=item, least=least):
            return [good(item)] * max(1, least)
        case Part(category=category, names=names):
            name = next(name for name in names or table.names(category)
                        if not table.entry(category, name).refused)  # type: ignore[union-attr]
            return {"type": name, **required(category, name)}
        case Either(options=options):
            return next(good(one) for one in options if not isinstance(one, Nothing | Refused))
        case Nothing() | Refused():
            return None


def required(category: Category, name: str) -> dict[str, Any]:
    """The simplest arguments that a component cannot do without."""
    entry = table.entry(category, name)
    assert entry is not None
    out = {key: good(param.type) for key, param in entry.params.items() if param.required}
    return out | GOOD.get(name, {})


@cache
def candidates(text: str, kind: Type) -> tuple[tuple[str, Any], ...]:
    """(slip, value): everybody's slips and what lies just outside a type. `text` keys the cache."""
    out = [(slip, value) for slip, values in SLIPS.items() for value in values]
    return (*out, *edges(kind))


def edges(kind: Type) -> Iterator[tuple[str, Any]]:
    """Values just outside (and just inside) a type."""
    match kind:
        case Number(low=low, high=high, whole=whole):
            step = 1 if whole else 1e-6
            for slip, edge, sign in (("below its range", low, -1), ("above its range", high, 1)):
                if edge is not None:
                    yield from ((slip, edge), (slip, edge + sign * step), (slip, edge + sign * 1e3))
        case Words(words=words, of=of):
            for word in words if not of else words[:3]:
                yield from (("a misspelt word", word + "s"), ("a misspelt word", word.upper()))
        case Times(count=count, item=item):
            for length in (0, 1, count - 1, count + 1, 2 * count):
                yield "a wrong length", [good(item)] * length
            yield from _inside(item, count)
        case Many(item=item, least=least):
            yield "a wrong length", [good(item)] * (least - 1 if least else 0)
            yield from _inside(item, max(1, least))
        case Part(category=category, names=names):
            yield from _near(category, names)
        case Either(options=options):
            for one in options:
                yield from edges(one)


def _inside(item: Type, count: int) -> Iterator[tuple[str, Any]]:
    """Lists of the right length with one wrong value, each at another place."""
    wrong = [*edges(item), ("text for a number", "17"), ("null", None), ("a negative", -3),
             ("a fraction", 2.5), ("a boolean for a number", True), ("a table", {"a": 1}),
             ("not finite", math.nan)]
    for number, (slip, value) in enumerate(wrong):
        at = number % count
        yield f"{slip}, in a list", [value if i == at else good(item) for i in range(count)]


def _near(category: Category, names: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """Components that are almost what is wanted."""
    name = next(name for name in names or table.names(category)
                if not table.entry(category, name).refused)  # type: ignore[union-attr]
    whole = {"type": name, **required(category, name)}
    yield "an unknown component", {**whole, "type": name + "x"}
    yield "an unknown argument", {**whole, "wobble": 1}
    yield "a component without type", required(category, name)
    if names:
        other = next(one for one in table.names(category) if one not in names)
        yield "a component that does not fit", {"type": other, **required(category, other)}


def described(kind: Type) -> set[str]:
    """How messages may name what is wanted: the type, or a part of it."""
    parts: tuple[Type, ...] = ()
    match kind:
        case Either(options=options):
            parts = options
        case Times(item=item) | Many(item=item):
            parts = (item,)
        case Part(category=category, names=names):
            name = next(name for name in names or table.names(category)
                        if not table.entry(category, name).refused)  # type: ignore[union-attr]
            entry = table.entry(category, name)
            assert entry is not None
            parts = tuple(param.type for param in entry.params.values() if param.required)
            parts += (Part(category),) if names else ()
    return {describe(kind), *(text for part in parts for text in described(part))}
