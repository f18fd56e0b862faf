"""Every component of the table as a definition: `layer.Dense`, `optimizer.Adam`, `loss.Huber`.

`<category>.table` chooses among them by `type`, with `if` and `then`, so that only the arguments of
the component that is written are looked at. Types that arguments share stand once: `argument.*`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from specc.ops import docs, table
from specc.ops.component import Category
from specc.ops.types import CATEGORIES, Refused, describe, options_of
from specc.schema.admits import EXPRESSION, TRUSTED, Admits, Schema, allowed, of, spellings, words

ENTRY_KEYS = ("name", "inputs", "gives", "with", "repeat", "when", "output_shape", "trainable")
INHERITED: tuple[Category, ...] = ("optimizer", "schedule", "loss")  # tables that `extends` merges
MOST_OWNERS = 6  # components named where an argument is offered
SIGNS = {">=": "_from_", "<=": "_to_", ">": "_above_", "<": "_below_", "|": "_or_"}


def definitions() -> dict[str, Schema]:
    """All definitions that come from the table of operators."""
    out: dict[str, Schema] = {}
    for category in CATEGORIES:
        names = [name for name in table.names(category) if allowed(category, name)]
        out |= {f"{category}.{name}": _component(category, name) for name in names}
        out[f"{category}.table"] = _table(category, names)
    out["layer.nested"] = {
        "description": "a layer inside a layer; specc names it",
        "allOf": [{"$ref": "#/definitions/layer.table"}],
        "properties": {key: {"not": {}} for key in ENTRY_KEYS if key != "output_shape"},
    }
    return out | dict(sorted(_arguments()))


def _component(category: Category, name: str) -> Schema:
    entry = table.entry(category, name)
    assert entry is not None
    keys = {"type": True}
    if category == "layer":
        keys |= dict.fromkeys(ENTRY_KEYS, True)
    taken = {key: one for key, one in entry.params.items() if not _unsayable(one)}
    out: Schema = {"description": _sentence(docs.of_component(category, name), entry.since),
                   "properties": {**keys, **{key: _argument(entry, one)
                                             for key, one in taken.items()}},
                   "additionalProperties": False}
    required = [key for key, one in taken.items() if one.required]
    if required and category not in INHERITED:
        out["required"] = required
    return out


def _table(category: Category, names: list[str]) -> Schema:
    """A table that writes a component: the definition that its `type` names holds."""
    kind = Admits(words(category), (TRUSTED,)).schema()
    if category == "optimizer":
        kind = {"anyOf": [kind, *(spellings(category, name) for name in names)]}
    out: Schema = {"allOf": [
        {"properties": {"type": kind}},
        offer(category, names),
        *(_when(category, name, {"$ref": f"#/definitions/{category}.{name}"}) for name in names)]}
    return out if category in INHERITED else {**out, "required": ["type"]}


def offer(category: Category, names: list[str]) -> Schema:
    """Every argument of a category, for editors that complete TOML and do not follow `then`.

    The second alternative never holds, so it constrains nothing; others offer `then` alone.
    """
    owners: dict[str, list[str]] = {}
    for name in names:
        entry = table.entry(category, name)
        for key, one in entry.params.items() if entry else ():
            if not _unsayable(one):
                owners.setdefault(key, []).append(name)
    said = {key: {"description": "of " + ", ".join(of) if len(of) <= MOST_OWNERS else
                  f"of {len(of)} of them"} for key, of in sorted(owners.items())}
    return {"anyOf": [{}, {"not": {}, "properties": said}]}


def _when(category: Category, name: str, then: Schema) -> Schema:
    return {"if": {"properties": {"type": spellings(category, name)}, "required": ["type"]},
            "then": then}


def complete(category: Category) -> Schema:
    """What a component's table must have when no base can give it."""
    needs = []
    for name in table.names(category):
        entry = table.entry(category, name)
        required = [key for key, one in entry.params.items() if one.required] if entry else []
        if required and allowed(category, name):
            needs.append(_when(category, name, {"required": required}))
    out: Schema = {"if": {"type": "object"}, "then": {"required": ["type"]}}
    if needs:
        out["then"]["allOf"] = needs
    return out


def _argument(entry: table.Entry, param: table.Param) -> Schema:
    """One argument: what it does, what it may be, what it is if it is not written, since when."""
    words = f"{docs.of_argument(entry.category, entry.name, param.name)}\n{describe(param.type)}"
    if not param.required:
        words += f"; default {'none' if param.default is None else json.dumps(param.default)}"
    out: Schema = {"allOf": [{"$ref": f"#/definitions/argument.{slug(param.text)}"}],
                   "description": _sentence(words, param.since)}
    if entry.category == "layer" and param.name == "stateful":
        return {"type": ["boolean", "string"], "pattern": EXPRESSION, "not": {"const": True},
                "description": "rows are shuffled, so state between batches means nothing"}
    if not param.required and param.default is not None:
        out["default"] = param.default
    return out


def _sentence(text: str, since: str | None) -> str:
    return f"{text} (Keras {since} and later)" if since else text


def _unsayable(param: table.Param) -> bool:
    return all(isinstance(one, Refused) for one in options_of(param.type))


def _arguments() -> Iterator[tuple[str, Schema]]:
    """The types of all arguments, by their text."""
    seen: dict[str, str] = {}
    for category in CATEGORIES:
        for name in table.names(category):
            entry = table.entry(category, name)
            for param in entry.params.values() if entry and not entry.refused else ():
                if _unsayable(param) or seen.get(slug(param.text)) == param.text:
                    continue
                assert slug(param.text) not in seen, f"two types are called {slug(param.text)}"
                seen[slug(param.text)] = param.text
                yield f"argument.{slug(param.text)}", of(param.type).schema()


def slug(text: str) -> str:
    """The name of a type's definition: `int >= 1` is `int_from_1`."""
    text = text.replace('"', "").replace("-", "minus ")
    for sign, word in SIGNS.items():
        text = text.replace(sign, word)
    return re.sub(r"\W+", "_", text).strip("_").replace("__", "_")


__all__ = ["ENTRY_KEYS", "complete", "definitions", "slug"]
