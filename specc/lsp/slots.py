"""What may stand at a path of a document, as the JSON Schema of the language says it.

The schema is the one table of what the language has, with a sentence on each key and argument. A
slot is gathered from all of its parts that hold at a path: alternatives, definitions, and what
depends on what is written (`type = "Dense"` decides the arguments beside it).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, reduce
from typing import TYPE_CHECKING

from specc.ops import table
from specc.ops.types import CATEGORIES
from specc.record import Record
from specc.source import Path, Tree, dig

if TYPE_CHECKING:
    from specc.schema.words import Schema

DEFINED = "#/definitions/"


class Slot(Record, aside=("schemas", "value")):
    """What may stand at a path."""

    says: str  # what it is for; "" where nothing is written
    words: tuple[str, ...]  # texts that may stand here
    types: frozenset[str]  # of JSON, if one is named; "string" for more than expressions
    default: Tree  # None: none is known
    definitions: tuple[str, ...]  # that hold here: `entry`, `layer.table`, `layer.Dense`
    schemas: tuple[Schema, ...]  # all that is said of it
    value: Tree  # what is written there

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of a table here, the ones that are written already too."""
        return tuple(_keys(self.schemas, self.value))

    @property
    def category(self) -> table.Named | None:
        """Of what the component is that may stand here, by its name or as a table."""
        if self.words and self.words == table.words("activation"):
            return "activation"
        return next((one for one in CATEGORIES if f"{one}.table" in self.definitions), None)

    @property
    def holds(self) -> table.Named | None:
        """The same of a table here; the entry of a model is a layer, if anything of Keras."""
        return "layer" if "entry" in self.definitions else self.category

    @property
    def component(self) -> table.Entry | None:
        """The component whose table this is, by what is written as its `type`."""
        for one in self.definitions:
            head, _, name = one.partition(".")
            for category in CATEGORIES:
                if head == category and (found := table.entry(category, name)):
                    return found
        return None


def slot(path: Path, tree: Tree) -> Slot:
    """The slot at a path of a document; an empty one where the language has none."""
    return reduce(below, path, _slot([language()], tree))


def below(outer: Slot, step: str | int) -> Slot:
    """The slot of a value inside."""
    return _slot([inner for one in outer.schemas for inner in _inside(one, step)],
                 dig(outer.value, (step,)))


@cache
def language() -> Schema:
    """The schema, made once: its forms take pydantic, and half a second."""
    from specc.schema import schema

    return schema()


def _slot(schemas: Sequence[Schema], value: Tree) -> Slot:
    """A slot of all schemas that are said of a value. The last is the most exact: the component's
    own. Texts are those that each of them admits."""
    apart = [list(_applied([one], value)) for one in schemas]
    named = [one for several in apart for one in several]
    found = [one for _, one in named]
    own, inner = ([one["description"] for one in several if "description" in one]
                  for several in (schemas, found))
    return Slot(
        own[-1] if own else next(iter(inner), ""),
        _common([[word for _, one in several for word in one.get("enum", ())
                  if isinstance(word, str)] for several in apart]),
        frozenset(kind for one in found for kind in _types(one)),
        next((one["default"] for one in found if "default" in one), None),
        tuple(dict.fromkeys(name for name, _ in named if name)), tuple(found), value)


def _common(several: Iterable[list[str]]) -> tuple[str, ...]:
    """The words that are in all lists which have any."""
    lists = [words for words in several if words]
    kept = set.intersection(*map(set, lists)) if lists else set()
    return tuple(dict.fromkeys(word for words in lists[:1] for word in words if word in kept))


def _applied(schemas: Iterable[Schema], value: Tree,
             name: str = "") -> Iterator[tuple[str, Schema]]:
    """The schemas that hold of a value, each with the name of the definition it is or is in."""
    for one in schemas:
        if not isinstance(one, dict):
            continue  # true, which says nothing
        yield name, one
        if "$ref" in one:
            defined = one["$ref"].removeprefix(DEFINED)
            yield from _applied([language()["definitions"][defined]], value, defined)
        yield from _applied(one.get("allOf", ()), value, name)
        for several in ("anyOf", "oneOf"):
            yield from _applied((each for each in one.get(several, ()) if not _never(each)),
                                value, name)
        if "if" in one:
            chosen = "then" if fits(value, one["if"]) else "else"
            yield from _applied([one[chosen]] if chosen in one else (), value, name)


def _inside(one: Schema, step: str | int) -> Iterator[Schema]:
    """What a schema says of a value inside."""
    if isinstance(step, int):
        inner = one.get("items")
    else:
        inner = one.get("properties", {}).get(step, one.get("additionalProperties"))
    if isinstance(inner, dict):
        yield inner


def _keys(schemas: Sequence[Schema], value: Tree) -> Iterator[str]:
    """The keys that no schema forbids; of keys that exclude each other, those beside the one that
    is written."""
    closed = [one["properties"] for one in schemas if one.get("additionalProperties") is False]
    excluded = {key for one in schemas for key in _excluded(one, value)}
    for key in dict.fromkeys(key for one in schemas for key in one.get("properties", ())):
        said = [one["properties"][key] for one in schemas if key in one.get("properties", ())]
        if not any(map(_never, said)) and key not in excluded and all(
                key in known for known in closed):
            yield key


def _never(one: Schema | bool) -> bool:
    """Whether a schema holds of nothing: a key that is not to be there, or what is only offered."""
    return isinstance(one, dict) and one.get("not") == {}


def _excluded(one: Schema, value: Tree) -> Iterator[str]:
    """The keys that would give a table a second meaning: `block` beside `type`."""
    meanings = one.get("oneOf", ())
    if not any(fits(value, each) for each in meanings):
        return
    for each in meanings:
        yield from (key for key in each.get("required", ()) if not fits(value, each)
                    and fits({**value, key: None}, each))


def _types(one: Schema) -> Iterator[str]:
    """The JSON types that a schema names; a text that is only an expression does not count."""
    from specc.schema.admits import EXPRESSION

    kinds = one.get("type", ())
    for kind in [kinds] if isinstance(kinds, str) else kinds:
        if kind != "string" or one.get("pattern") != EXPRESSION:
            yield kind


def fits(value: Tree, one: Schema) -> bool:
    """Whether a value is what a condition of the schema asks for; what is no condition there is
    not looked at."""
    for keyword, wanted in one.items():
        match keyword:
            case "type":
                kinds = [wanted] if isinstance(wanted, str) else wanted
                good = any(_is(value, kind) for kind in kinds)
            case "enum":
                good = value in wanted
            case "const":
                good = value == wanted
            case "pattern":
                good = not isinstance(value, str) or re.search(wanted, value) is not None
            case "required":  # a value that is no table has no keys, whatever JSON Schema says
                good = isinstance(value, dict) and all(key in value for key in wanted)
            case "properties":
                good = not isinstance(value, dict) or all(
                    fits(value[key], inner) for key, inner in wanted.items()
                    if key in value and isinstance(inner, dict))
            case "propertyNames":
                good = not isinstance(value, dict) or all(fits(key, wanted) for key in value)
            case "anyOf":
                good = any(fits(value, each) for each in wanted)
            case "not":
                good = not fits(value, wanted)
            case _:
                good = True
        if not good:
            return False
    return True


_KINDS: Mapping[str, tuple[type, ...]] = {
    "object": (dict,), "array": (list,), "string": (str,), "boolean": (bool,),
    "integer": (int,), "number": (int, float), "null": (type(None),)}


def _is(value: Tree, kind: str) -> bool:
    return isinstance(value, _KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool))


__all__ = ["Slot", "below", "fits", "language", "slot"]
