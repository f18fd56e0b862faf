"""Entries of a model: a layer, a group, a block, a further call, or a saved part."""

from __future__ import annotations

from specc.ops.component import Category
from specc.schema.admits import EXPRESSION, component_type, described
from specc.schema.operators import ENTRY_KEYS, offer
from specc.schema.words import Schema
from specc.syntax.values import NAME

LAYER: Category = "layer"
# `layers` makes a group, except in the layer that has an argument of this name.
A_GROUP: Schema = {"not": {"properties": {"type": {"enum": ["Pipeline"]}}, "required": ["type"]}}
ENTRIES: Schema = {"$ref": "#/definitions/entries"}


def _or_expression(kind: str, **keywords: object) -> Schema:
    return {"type": [kind, "string"], "pattern": EXPRESSION, **keywords}


# Keys of every entry.
KEYS: dict[str, Schema] = {
    "type": component_type(LAYER),
    "name": {"type": ["string", "null"], "pattern": NAME,
             "description": "the name of the layer and its weights; a group's goes before theirs"},
    "inputs": {"type": ["string", "array", "object"], "items": {"type": "string"}, "minItems": 1,
               "additionalProperties": {"type": ["string", "array"], "items": {"type": "string"},
                                        "minItems": 1},
               "minProperties": 1,
               "description": "what enters: a name, a list of names, or a table by keyword; "
                              "\"@prev\", \"@in\"; absent: the entry before"},
    "gives": {"type": ["string", "array"], "items": {"type": "string"},
              "description": "the name of its result, or of its several results"},
    "with": {"type": "object", "description": "constant call arguments: { training = false }"},
    "repeat": _or_expression("integer", minimum=0,
                             description="how often it is stamped; `i` counts from 0 inside it"),
    "when": _or_expression("boolean", description="false leaves it out"),
    "trainable": _or_expression("boolean", description="false freezes its weights"),
}
# Keys that say what an entry is.
MEANINGS: dict[str, Schema] = {
    "type": KEYS["type"],
    "layers": described(ENTRIES, "a group: entries with a scope of their own"),
    "block": {"type": "string", "description": "a block of [blocks], stamped with its params"},
    "call": {"type": "string", "description": "a layer, group or block used again, same weights"},
    "model": {"type": "string",
              "description": "a saved part: a .keras file inside the project"},
}
PARAMS: Schema = {"type": ["object", "null"], "description": "params of a block or a group"}


def definitions() -> dict[str, Schema]:
    return {"entries": {"type": "array", "items": {"$ref": "#/definitions/entry"}},
            "entry": _entry()}


def _entry() -> Schema:
    """An entry. What has been written decides which keys are looked at, and offered."""
    given = {one: {"required": [one]} for one in MEANINGS}
    others = {key: one for key, one in MEANINGS.items() if key != "type"} | {"params": PARAMS}
    return {
        "type": "object",
        "oneOf": [{**one, **(A_GROUP if key == "layers" else {})} for key, one in given.items()],
        "allOf": [{"properties": KEYS},
                  offer({"$ref": "#/definitions/layer.offer"}, {"properties": others}),
                  {"if": {"anyOf": list(given.values())}, "else": {"properties": MEANINGS}},
                  {"if": given["type"], "then": {"$ref": "#/definitions/layer.table"}},
                  *(_only(one) for one in MEANINGS if one != "type")],
    }


def _only(meaning: str) -> Schema:
    """An entry of this meaning has the keys of entries and no arguments; a block has its params."""
    own = {meaning: MEANINGS[meaning]}
    if meaning in ("layers", "block"):
        own["params"] = PARAMS
    others: Schema = dict.fromkeys((*MEANINGS, *ENTRY_KEYS, "params"), True)
    then: Schema = {"properties": own} if meaning == "block" else {
        "properties": {**others, **own},  # several meanings are said by `oneOf`
        "additionalProperties": False}
    return {"if": {"required": [meaning], "not": {"required": ["type"]}}, "then": then}


__all__ = ["KEYS", "MEANINGS", "definitions"]
