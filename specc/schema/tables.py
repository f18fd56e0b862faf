"""The tables of a spec as definitions, from the forms of `specc.syntax.form`.

pydantic says which keys a table has and most of their types; `WRITTEN` holds the types that the
forms check with functions, which pydantic cannot tell. What a base file may give (`extends`) is
not required here but in `complete`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specc.facts.builtins import BUILT_INS
from specc.facts.generators import RECIPES
from specc.schema.admits import EXPRESSION, component, described
from specc.schema.operators import complete as complete_component
from specc.schema.says import SAYS, WORDS
from specc.schema.words import Schema, listed
from specc.syntax.form import SpecForm
from specc.syntax.values import NAME

ENTRIES: Schema = {"$ref": "#/definitions/entries"}
ANY: Schema = {}
PLAIN_TEXT: Schema = {"type": "string"}  # admits expressions, being a text
SCALAR: Schema = {"type": ["string", "number", "boolean"]}


def _file(use: str) -> Schema:
    return {"type": "string", "description": f"the file with the rows for {use}"}


def _or_expression(types: list[str], **keywords: Any) -> Schema:
    return {"type": [*types, "string"], "pattern": EXPRESSION, **keywords}


SHAPE = _or_expression(["array"], minItems=1, items={
    "type": ["integer", "string"], "minimum": 1, "exclusiveMaximum": 2**31})
PAIR = _or_expression(["array"], minItems=2, maxItems=2, items=_or_expression(["number"]))
NUMBER = _or_expression(["number", "null"])
INPUTS: Schema = {"type": ["string", "array"], "items": PLAIN_TEXT, "minItems": 1, "minLength": 1}
ENDS: Schema = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}

# The types of keys that pydantic leaves open, and of those that take more than their form says.
# In a value, {"$ref": ...} stands for a definition.
WRITTEN: Mapping[str, Schema] = {
    "Spec.specc": {"const": 1},
    "Spec.extends": INPUTS,
    "Spec.params": {"type": "object", "propertyNames": {"pattern": NAME}},
    "Spec.expect": {"$ref": "#/definitions/Expect"},
    "Data.source": {
        "type": ["string", "object"], "minLength": 1,
        "examples": [one.name for one in BUILT_INS],
        "properties": {"type": {**PLAIN_TEXT, "examples": [one.name for one in RECIPES],
                                "description": "a generator of scikit-learn"},
                       "train": _file("training"), "validation": _file("validation"),
                       "test": _file("the test")},
        "if": {"type": "object", "required": ["type"]},
        "else": {"propertyNames": {"enum": ["train", "validation", "test"]}}},
    "Preparing.values": _or_expression(["array"], items=SCALAR),
    "Input.values": _or_expression(["array"], items=SCALAR),
    "Column.values": _or_expression(["array"], items=SCALAR),
    "Input.columns": _or_expression(["array"], minItems=1, items={
        "allOf": [{"$ref": "#/definitions/Column"}], "type": ["string", "object"],
        "minLength": 1, "required": ["name"]}),
    "Input.shape": SHAPE,
    "Input.range": PAIR,
    "Output.target": {"type": ["string", "array", "object"], "minLength": 1, "items": PLAIN_TEXT,
                      "minItems": 1, "required": ["input"], "additionalProperties": False,
                      "properties": {"input": {**PLAIN_TEXT, "description": "an autoencoder's: "
                                               "the input that comes out again"}}},
    "Output.loss": component("loss").schema(),
    "Output.metrics": _or_expression(["array"], items=component("metric").schema()),
    "Output.class_weight": {"anyOf": [listed(WORDS["Output.class_weight"]),
                                      {"type": "string", "pattern": EXPRESSION},
                                      {"type": "object"}],
                            "additionalProperties": _or_expression(["number"], minimum=0)},
    "Output.range": PAIR,
    "Output.shape": SHAPE,
    "Output.classes": _or_expression(["integer", "array"], minimum=2, minItems=2, items=SCALAR,
                                     uniqueItems=True),
    "Block.layers": {"allOf": [ENTRIES], "minItems": 1},
    "Model.layers": ENTRIES,
    "Model.head": ENTRIES,
    "Model.aux": ENTRIES,
    "Tower.input": INPUTS,
    "Tower.layers": ENTRIES,
    "Compile.optimizer": component("optimizer").schema(),
    "Compile.jit_compile": {"anyOf": [{"type": "boolean"}, listed(WORDS["Compile.jit_compile"]),
                                      {"type": "string", "pattern": EXPRESSION}]},
    "Fit.callbacks": _or_expression(["array"], items=component("callback").schema()),
    "Tune.space": {"type": "object", "additionalProperties": {"$ref": "#/definitions/Space"}},
    **{f"Budget.{key}": {"allOf": [{"$ref": "#/definitions/Bound"}],
                         "type": ["number", "object", "string"], "pattern": EXPRESSION}
       for key in ("params", "trainable_params", "flops", "weights_bytes", "activation_bytes")},
}

SPACE: Schema = {
    "type": ["array", "object"], "minItems": 1,
    "properties": {
        "int": {**ENDS, "items": {"type": "integer"},
                "description": "whole numbers from the first to the last: [1, 100]"},
        "float": {**ENDS, "description": "numbers from the first to the last: [0.1, 0.5]"},
        "log": {**ENDS, "type": ["array", "boolean"],
                "description": "numbers from the first to the last, as often below their "
                               "geometric mean as above: [1e-4, 1e-2]; true beside `int`"},
        "step": {"type": ["number", "null"], "exclusiveMinimum": 0,
                 "description": "from one number to the next"},
        "when": {"type": ["string", "null"],
                 "description": "an expression; false leaves the param as it is"}},
    "if": {"type": "object"},
    "then": {"oneOf": [{"required": ["int"]}, {"required": ["float"]},
                       {"required": ["log"], "properties": {"log": {"type": "array"}}}]},
    "additionalProperties": False,
}
EXPECT: Schema = {
    "type": "object",
    "additionalProperties": {
        "type": ["number", "object", "string"],
        "if": {"type": "object", "propertyNames": {"enum": ["min", "max"]}},
        "then": {"properties": {"min": {**NUMBER, "description": SAYS["Bound.min"]},
                                "max": {**NUMBER, "description": SAYS["Bound.max"]}},
                 "minProperties": 1},
        "else": {"if": {"type": "object"}, "then": {"$ref": "#/definitions/Expect"}}},
}


def definitions() -> dict[str, Schema]:
    """One definition a table, named as its form without `Form`."""
    out = {name: _table(name, form) for name, form in _forms().items() if name != "Spec"}
    return out | {"Space": SPACE, "Expect": EXPECT}


def top() -> Schema:
    """The file itself."""
    return {"type": "object", **_table("Spec", _forms()["Spec"])}


def _forms() -> dict[str, Any]:
    """What pydantic says of each form."""
    whole = SpecForm.model_json_schema(by_alias=True, ref_template="#/definitions/{model}")
    forms = {**whole.pop("$defs"), "SpecForm": whole}
    return {name.removesuffix("Form"): form for name, form in forms.items()}


def _table(name: str, form: Mapping[str, Any]) -> Schema:
    """Whether a text may stand for the table is for whoever refers to it."""
    owners = (name, "Preparing") if name in ("Input", "Column") else (name,)
    return {"properties": {key: _key(owners, key, one)
                           for key, one in form["properties"].items()},
            "additionalProperties": False}


def _key(owners: tuple[str, ...], key: str, said: Mapping[str, Any]) -> Schema:
    """One key: `WRITTEN`, else pydantic's type with expressions; what an editor shows."""
    names = [f"{one}.{key}" for one in owners]
    written = next((WRITTEN[one] for one in names if one in WRITTEN), None)
    words = next((WORDS[one] for one in names if one in WORDS), {})
    out = dict(written) if written is not None else _flat(said, words, top=owners[0] == "Spec")
    if written is not None and {"type": "null"} in said.get("anyOf", ()):
        out = _or_null(out)
    default = said.get("default")
    plain = default not in (None, {}, []) and not isinstance(default, dict)
    return described(out, next(SAYS[one] for one in names if one in SAYS),
                     **({"default": default} if plain else {}))


def _or_null(value: Schema) -> Schema:
    """A value that JSON may leave open by a null."""
    if "type" not in value:
        return {**value, "anyOf": [*value["anyOf"], {"type": "null"}]}
    types = value["type"]
    return {**value, "type": [*([types] if isinstance(types, str) else types), "null"]}


def _flat(said: Mapping[str, Any], meanings: Mapping[str, str] | None = None, *,
          top: bool) -> Schema:
    """A type as pydantic says it, expressions admitted: alternatives laid flat (see `admits`).
    What its words mean, where that needs saying."""
    options = said.get("anyOf", [said])
    types: list[str] = []
    keywords: Schema = {}
    words: list[Any] = []
    for one in options:
        own = {key: value for key, value in one.items() if key not in ("title", "default")}
        if "enum" in own or "const" in own:
            words += own.get("enum") or [own["const"]]
            continue
        if "$ref" in own:
            keywords["allOf"] = [{"$ref": own["$ref"].removesuffix("Form")}]
            own = {"type": "object"}
        types.append(own.pop("type"))
        keywords |= _inside(own)
    if words:
        known = listed({word: meanings[word] for word in words}) if meanings else {"enum": words}
        return {"anyOf": [known, {"type": "string", "pattern": EXPRESSION},
                          *({"type": one} for one in types)]}
    if "string" in types:
        return {"type": types if len(types) > 1 else "string", **keywords}
    if top and "object" in types:
        return {"type": types if len(types) > 1 else "object", **keywords}
    return {"type": [*types, "string"], **keywords, "pattern": EXPRESSION}


def _inside(own: Mapping[str, Any]) -> Schema:
    """Keywords of lists and tables: what is in them is flattened too."""
    out = dict(own)
    if "items" in out:
        out["items"] = _flat(out["items"], top=False) if out["items"] else {}
    named = out.pop("patternProperties", None)
    if named is not None:
        (pattern, value), = named.items()
        out["propertyNames"] = {"pattern": pattern}
        out["additionalProperties"] = value
    value = out.get("additionalProperties")
    if isinstance(value, dict):
        out["additionalProperties"] = _flat(value, top=True) if value else {}
    return out


def complete() -> Schema:
    """What must be written when there is no base: the keys without which a table means nothing."""
    forms = _forms()
    whole = _needs(forms, "Spec")
    for key in ("inputs", "outputs"):
        whole["properties"][key] = {**whole["properties"].get(key, {}), "minProperties": 1}
    return {**whole, "type": "object", "required": ["inputs", "model", "outputs"]}


def _needs(forms: Mapping[str, Any], name: str) -> Schema:
    """The required keys of a table and of those inside it; nothing where there are none."""
    form = forms[name]
    inner: dict[str, Schema] = {}
    for key, said in form["properties"].items():
        for needs in _inner(forms, said):
            inner[key] = needs
    if name == "Compile":
        inner["optimizer"] = _optimizer()
    if name == "Output":
        inner["loss"] = complete_component("loss")
    if name == "Data":
        inner["source"] = {"type": ["object", "string"],
                           "if": {"type": "object", "required": ["type"]},
                           "else": {"type": ["object", "string"], "required": ["train"]}}
    required = [one for one in form.get("required", []) if name != "Spec"]
    out: Schema = {"required": required} if required else {}
    out |= {"properties": inner} if inner else {}
    return {"type": ["object", "string", "null"], **out} if out else {}


def _inner(forms: Mapping[str, Any], said: Mapping[str, Any]) -> Iterator[Schema]:
    """What the tables in a value need: a table itself, or one by each name."""
    for one in said.get("anyOf", [said]):
        if "$ref" in one:
            needs = _needs(forms, one["$ref"].rpartition("/")[2].removesuffix("Form"))
            if needs:
                yield needs
        for value in one.get("patternProperties", {}).values():
            for needs in _inner(forms, value):
                yield {"additionalProperties": needs}


def _optimizer() -> Schema:
    """An optimizer and the schedule in it."""
    out = complete_component("optimizer")
    out["then"]["properties"] = {"learning_rate": complete_component("schedule")}
    return out


__all__ = ["WRITTEN", "complete", "definitions", "top"]
