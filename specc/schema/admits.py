"""What a slot admits, in the words of JSON Schema.

Any value may also be an expression, which is a text. So that a mistake is reported where it is and
not as "no alternative fits", alternatives of different JSON types are laid flat into one schema:
`minimum` only speaks of numbers, `items` of lists, `properties` of tables, `pattern` of texts.
Only where a text is one of several words are there alternatives, and those are all texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any, TypeAlias

from specc.ops import table
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

Schema: TypeAlias = dict[str, Any]

EXPRESSION = "^=[^=]"
TRUSTED = r"^[A-Za-z_][A-Za-z0-9_.]*:[A-Za-z_][A-Za-z0-9_.]*$"  # "module:Class"


class Admits(Record):
    """Texts by `words` and `patterns` (or any, if `text`); other JSON types with what they need."""

    words: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    text: bool = False
    others: Mapping[str, Schema] = field(default_factory=dict)

    def __or__(self, more: Admits) -> Admits:
        """Both; of two that speak of one JSON type the first stands."""
        return Admits(tuple(dict.fromkeys((*self.words, *more.words))),
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
        patterns = (*self.patterns, EXPRESSION)
        if not self.words and len(patterns) == 1:
            return {**out, "pattern": EXPRESSION}
        out["anyOf"] = [*([{"enum": list(self.words)}] if self.words else []),
                        *({"type": "string", "pattern": one} for one in patterns),
                        *([{"not": {"type": "string"}}] if self.others else [])]
        return out


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
            return Admits(words)
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
    words = table.words("activation")
    alone = {"properties": {"type": {"enum": list(words)}}, "required": ["type"],
             "additionalProperties": False}
    return Admits(words, (TRUSTED,), others={"object": alone})


def component(category: Category, names: Iterable[str] = ()) -> Admits:
    """A component by its name, or a table with `type` and arguments; of `names` only, if any."""
    within = "layer.nested" if category == "layer" else f"{category}.table"
    fitting: Schema = {"$ref": f"#/definitions/{within}"}
    known = words(category, names)
    if names:
        fitting = {"allOf": [fitting], "properties": {"type": Admits(known, (TRUSTED,)).schema()}}
    return Admits(known, (*cases(category), TRUSTED), others={"object": {"allOf": [fitting]}})


def words(category: Category, names: Iterable[str] = ()) -> tuple[str, ...]:
    """The words for components that a spec may hold: names, aliases, what Keras decides itself."""
    wanted = set(names) or {name for name in table.names(category) if allowed(category, name)}
    known = [word for word in table.words(category) if table.canonical(category, word) in wanted]
    late = [word for word, classes in table.BY_OUTPUT.items() if wanted & set(classes)
            and category in ("loss", "metric")]
    return tuple(dict.fromkeys((*known, *(late if not names else ()))))


def spellings(category: Category, name: str) -> Schema:
    """All texts that mean one component."""
    known = [word for word in table.words(category) if table.canonical(category, word) == name]
    late = [word for word, classes in table.BY_OUTPUT.items()
            if category in ("loss", "metric") and name == classes[-1]]
    patterns = [_any_case(name)] if category == "optimizer" else []
    return {"anyOf": [{"enum": [*known, *late]}, *({"type": "string", "pattern": one}
                                                   for one in patterns)]} if patterns else {
        "enum": [*known, *late]}


def cases(category: Category) -> tuple[str, ...]:
    """Keras finds optimizers however their names are capitalized."""
    if category != "optimizer":
        return ()
    return tuple(_any_case(name) for name in table.names(category) if allowed(category, name))


def _any_case(name: str) -> str:
    return "^" + "".join(f"[{one.upper()}{one.lower()}]" if one.isalpha() else one
                         for one in name) + "$"


def allowed(category: Category, name: str) -> bool:
    """Whether a spec may hold a component."""
    entry = table.entry(category, name)
    return entry is not None and not entry.refused


__all__ = ["EXPRESSION", "TRUSTED", "Admits", "Schema", "allowed", "component", "of",
           "spellings", "words"]
