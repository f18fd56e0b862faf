"""Entries of a model: a layer, a group, a block, a further call, or a saved part."""

from __future__ import annotations

from specc.ops import table
from specc.ops.component import Category
from specc.schema.admits import EXPRESSION, TRUSTED, Admits, Schema, allowed, words
from specc.schema.operators import ENTRY_KEYS, offer
from specc.syntax.values import NAME

LAYER: Category = "layer"
MEANINGS = ("type", "layers", "block", "call", "model")
# `layers` makes a group, except in the layer that has an argument of this name.
A_GROUP: Schema = {"not": {"properties": {"type": {"enum": ["Pipeline"]}}, "required": ["type"]}}
NAMES: Schema = {"type": "array", "items": {"type": "string"}, "minItems": 1}


def _or_expression(kind: str, **keywords: object) -> Schema:
    return {"type": [kind, "string"], "pattern": EXPRESSION, **keywords}


KEYS: dict[str, Schema] = {
    "type": {**Admits(words(LAYER), (TRUSTED,)).schema(),
             "description": "a layer: Keras's class name"},
    "name": {"type": "string", "pattern": NAME,
             "description": "the name of the layer and its weights; a group's goes before theirs"},
    "inputs": {"type": ["string", "array", "object"], "items": {"type": "string"}, "minItems": 1,
               "additionalProperties": {"type": ["string", "array"], "items": {"type": "string"},
                                        "minItems": 1},
               "minProperties": 1,
               "description": "what enters: a name, a list of names, or a table by keyword; "
                              "\"@prev\", \"@in\"; absent: the entry before"},
    "gives": {"type": ["string", "array"], "items": {"type": "string"}, "minItems": 1,
              "description": "the name of its result, or of its several results"},
    "with": {"type": "object", "description": "constant call arguments: { training = false }"},
    "repeat": _or_expression("integer", minimum=0,
                             description="how often it is stamped; `i` counts from 0 inside it"),
    "when": _or_expression("boolean", description="false leaves it out"),
    "layers": {"allOf": [{"$ref": "#/definitions/entries"}],
               "description": "a group: entries with a scope of their own"},
    "block": {"type": "string", "description": "a block of [blocks], stamped with its params"},
    "call": {"type": "string", "description": "a layer, group or block used again, same weights"},
    "model": {"type": "string",
              "description": "a saved part: a .keras file inside the project"},
    "params": {"type": "object", "description": "params of a block or a group"},
    "trainable": _or_expression("boolean", description="false freezes its weights"),
}


def definitions() -> dict[str, Schema]:
    return {"entries": {"type": "array", "items": {"$ref": "#/definitions/entry"}},
            "entry": _entry()}


def _entry() -> Schema:
    return {
        "type": "object",
        "oneOf": [{"required": [one], **(A_GROUP if one == "layers" else {})} for one in MEANINGS],
        "allOf": [{"properties": KEYS},
                  offer(LAYER, [name for name in table.names(LAYER) if allowed(LAYER, name)]),
                  {"if": {"required": ["type"]}, "then": {"$ref": "#/definitions/layer.table"}},
                  *(_only(one) for one in MEANINGS if one not in ("type", "block"))],
    }


def _only(meaning: str) -> Schema:
    """An entry of this meaning has the keys of entries and no arguments."""
    keys = dict.fromkeys((meaning, *ENTRY_KEYS, "params"), True)
    other = dict.fromkeys(MEANINGS, True)  # several meanings are said by `oneOf`
    return {"if": {"required": [meaning], "not": {"required": ["type"]}},
            "then": {"properties": {**keys, **other}, "additionalProperties": False}}


__all__ = ["KEYS", "MEANINGS", "definitions"]
