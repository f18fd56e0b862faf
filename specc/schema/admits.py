"""What a slot admits, in the words of JSON Schema.

Any value may also be an expression, which is a text. So that a mistake is reported where it is and
not as "no alternative fits", alternatives of different JSON types are laid flat into one schema:
`minimum` only speaks of numbers, `items` of lists, `properties` of tables, `pattern` of texts.
Only where a text is one of several words are there alternatives, and those are all texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any

from specc.ops.component import Category
from specc.ops.types import (
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
)
from specc.record import Record, field
from specc.schema.words import Schema, cases, chosen, of_components

EXPRESSION = "^=[^=]"
TRUSTED = r"^[A-Za-z_][A-Za-z0-9_.]*:[A-Za-z_][A-Za-z0-9_.]*$"  # "module:Class"


class Admits(Record):
    """Texts by `words` and `patterns` (or any, if `text`); other JSON types with what they need."""

    words: tuple[Schema, ...] = ()  # lists of words
    patterns: tuple[str, ...] = ()
    text: bool = False
    others: Mapping[str, Schema] = field(default_factory=dict)

    def __or__(self, more: Admits) -> Admits:
        """Both; of two that speak of one JSON type the first stands."""
        return Admits((*self.words, *(one for one in more.words if one not in self.words)),
                      tuple(dict.fromkeys((*self.patterns, *more.patterns))),
                      self.text or more.text, {**more.others, **self.others})

    def schema(self) -> Schema:
        """As a schema; an expression is admitted always."""
        out: Schema = {}
        for keywords in self.others.values():
            out |= keywords
        types = [*self.others, "string"]
        out["type"] = types if len(types) > 1 else "string"
        if self.text:
            return out
        pattern = "|".join((*self.patterns, EXPRESSION))
        if not self.words:
            return {**out, "pattern": pattern}
        out["anyOf"] = [*self.words, {"type": "string", "pattern": pattern},
                        *([{"not": {"type": "string"}}] if self.others else [])]
        return out


def described(value: Schema, text: str, **more: Any) -> Schema:
    """A value of a key with what an editor shows for the key.

    `anyOf` demands nothing. It keeps taplo from offering a key once for each of its alternatives,
    without the text, and from never ending where the value is a reference.
    """
    if value.keys() & {"$ref", "anyOf", "allOf"}:
        value = {"allOf": [value], "anyOf": [True]}
    return {"description": text, **value, **more}


def of(kind: Type) -> Admits:
    """What a type of the table of operators admits."""
    match kind:
        case Either(options=options):
            numbers = [one for one in options if isinstance(one, Number)]
            apart = [Admits(others=_apart(*numbers))] if len(numbers) == 2 else []
            return reduce(Admits.__or__, (*apart, *(of(one) for one in options)))
        case Number():
            return Admits(others=_number(kind))
        case Bool():
            return Admits(others={"boolean": {}})
        case Text() | File():
            return Admits(text=True)
        case Nothing():
            return Admits(others={"null": {}})
        case Words(words=words):
            return Admits(({"enum": list(words)},))
        case Activation():
            return _activation()
        case Times(count=count, item=item, spread=spread):
            inner = of(item)
            listed = {"array": {"items": inner.schema(), "minItems": count, "maxItems": count}}
            rest = {key: one for key, one in inner.others.items() if key != "array"}
            alone = Admits(inner.words, inner.patterns, inner.text, rest)
            return Admits(others=listed) | (alone if spread else Admits())
        case Many(item=item, least=least):
            least_items = {"minItems": least} if least else {}
            return Admits(others={"array": {"items": of(item).schema(), **least_items}})
        case Part(category=category, names=names):
            return component(category, names)
        case Refused():
            return Admits()


def _number(kind: Number) -> dict[str, Schema]:
    out: Schema = {}
    if kind.low is not None:
        out["exclusiveMinimum" if kind.open_low else "minimum"] = kind.low
    if kind.high is not None:
        out["exclusiveMaximum" if kind.open_high else "maximum"] = kind.high
    return {"integer" if kind.whole else "number": out}


def _apart(upper: Number, lower: Number) -> dict[str, Schema]:
    """Two ranges of one kind, the upper one first: from the lower's begin, without the gap."""
    (kind, out), = _number(upper).items()
    gap: Schema = {"type": "number", "exclusiveMinimum": lower.high, "exclusiveMaximum": upper.low}
    return {kind: {**out, "minimum": lower.low, "not": gap}}


def _activation() -> Admits:
    known = {"$ref": "#/definitions/activation.word"}
    alone = {"properties": {"type": known}, "required": ["type"], "additionalProperties": False}
    return Admits((known,), (TRUSTED,), others={"object": alone})


def component(category: Category, names: Iterable[str] = ()) -> Admits:
    """A component by its name, or a table with `type` and arguments; of `names` only, if any."""
    names = tuple(names)
    known = of_components(category, names) if names else {
        "$ref": f"#/definitions/{category}.word"}
    fitting: Schema = {"allOf": [{"$ref": f"#/definitions/{category}.table"}]}
    if category == "layer":
        held = [chosen(category, name) for name in names]
        fitting = {"allOf": [{"$ref": "#/definitions/layer.nested"},
                             *(held or fitting["allOf"])],
                   "properties": {"type": component_type(category, known)}}
    return Admits((known,), (*cases(category), TRUSTED), others={"object": fitting})


def component_type(category: Category, known: Schema | None = None) -> Schema:
    """The `type` of a component's table. known: its words, if they are not all of the category."""
    listed = known or {"$ref": f"#/definitions/{category}.word"}
    return described(Admits((listed,), (*cases(category), TRUSTED)).schema(),
                     f"which {category}: Keras's name for it")


__all__ = ["EXPRESSION", "TRUSTED", "Admits", "component", "component_type", "described", "of"]
