"""Every component of the table as a definition: `layer.Dense`, `optimizer.Adam`, `loss.Huber`.

`<category>.table` chooses among them by `type`, with `if` and `then`, so that only the arguments of
the component that is written are looked at. Types that arguments share stand once: `argument.*`.

Editors of TOML do not follow `then`. For them `<category>.offer` has the arguments of the whole
category, each with what it is in which component; it is referred to where it never holds.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator

from specc.ops import docs, table
from specc.ops.component import Category
from specc.ops.types import CATEGORIES, Refused, describe, options_of
from specc.schema import words
from specc.schema.admits import EXPRESSION, TRUSTED, Admits, component_type, described, of
from specc.schema.words import Schema, allowed, chosen

ENTRY_KEYS = ("name", "inputs", "gives", "with", "repeat", "when", "output_shape", "trainable")
INHERITED: tuple[Category, ...] = ("optimizer", "schedule", "loss")  # tables that `extends` merges
MOST_OWNERS = 6  # components named where an argument is offered
SIGNS = {">=": "_from_", "<=": "_to_", ">": "_above_", "<": "_below_", "|": "_or_"}


def definitions() -> dict[str, Schema]:
    """All definitions that come from the table of operators."""
    out: dict[str, Schema] = {}
    for category in CATEGORIES:
        names = [name for name in table.names(category) if allowed(category, name)]
        out |= _shared({f"{category}.{name}": _component(category, name) for name in names},
                       f"{category}.any")
        out[f"{category}.table"] = _table(category, names)
        out[f"{category}.offer"] = {"properties": {"type": component_type(category),
                                                   **_offered(category, names)}}
    no = {"not": {}, "doNotSuggest": True, "errorMessage": "a key of entries, not of inner layers"}
    out["layer.nested"] = {
        "description": "a layer inside a layer; specc names it",
        "required": ["type"],
        "properties": {key: no for key in ENTRY_KEYS if key != "output_shape"},
    }
    return out | words.definitions() | dict(sorted(_arguments()))


def _shared(components: dict[str, Schema], prefix: str) -> dict[str, Schema]:
    """Components whose arguments are references where several describe one alike, and those
    arguments: `layer.any.dtype`, and `layer.any.axis.2` where there are two ways."""
    used = Counter((key, json.dumps(one)) for component in components.values()
                   for key, one in component["properties"].items() if isinstance(one, dict))
    ways: dict[str, list[str]] = {}
    for (key, said), count in used.items():
        if count > 1:
            ways.setdefault(key, []).append(said)
    names = {(key, said): f"{prefix}.{key}" + (f".{at}" if at > 1 else "")
             for key, several in ways.items() for at, said in enumerate(several, 1)}
    out: dict[str, Schema] = {}
    for name, component in components.items():
        arguments = {key: (key, json.dumps(one)) for key, one in component["properties"].items()}
        out[name] = {**component, "properties": {
            key: {"$ref": f"#/definitions/{names[one]}"} if one in names
            else component["properties"][key] for key, one in arguments.items()}}
    return out | {name: dict(json.loads(said)) for (_, said), name in names.items()}


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
    held = [chosen(category, name) for name in names]
    out: Schema = {"allOf": [*held, _trusted()] if category == "layer" else [
        {"properties": {"type": component_type(category)}},
        offer({"$ref": f"#/definitions/{category}.offer"}), *held]}
    return out if category in INHERITED else {**out, "required": ["type"]}


def _trusted() -> Schema:
    """A layer of a module's own, of which nothing is known but what is declared."""
    shape = {"type": ["array", "string"], "pattern": EXPRESSION, "minItems": 1}
    return {"if": {"properties": {"type": {"type": "string", "pattern": TRUSTED}},
                   "required": ["type"]},
            "then": {"properties": {"output_shape": described(
                shape, "the shape of its result, without the batch: [16]")}}}


def offer(*offers: Schema) -> Schema:
    """Keys for editors that do not follow `then`.

    What is offered never holds, so it constrains nothing, and editors that do follow `then` offer
    what is there alone.
    """
    return {"anyOf": [{}, *({"not": {}, "allOf": [one]} for one in offers)]}


def _offered(category: Category, names: list[str]) -> dict[str, Schema]:
    """The arguments of a category by name: what each is, whose, and what it may be."""
    owners: dict[str, list[tuple[str, table.Param]]] = {}
    for name in names:
        entry = table.entry(category, name)
        for key, one in entry.params.items() if entry else ():
            if not _unsayable(one):
                owners.setdefault(key, []).append((name, one))
    return {key: _one_offer(category, key, of) for key, of in sorted(owners.items())}


def _one_offer(category: Category, key: str, owners: list[tuple[str, table.Param]]) -> Schema:
    said: dict[str, list[str]] = {}
    for name, _ in owners:
        said.setdefault(docs.of_argument(category, name, key), []).append(name)
    types = list({slug(one.text): _plain(of(one.type)) for _, one in owners}.values())
    defaults = [one.default for _, one in owners]
    same = defaults[0] is not None and all(
        one == defaults[0] and isinstance(one, type(defaults[0])) for one in defaults)
    return described(types[0] if len(types) == 1 else {"anyOf": types},
                     "\n".join(f"{text} ({_listed(of)})" for text, of in said.items()),
                     **({"default": defaults[0]} if same else {}))


def _listed(names: list[str]) -> str:
    more = len(names) - MOST_OWNERS
    return ", ".join(names[:MOST_OWNERS]) + (f" and {more} more" if more > 0 else "")


def _plain(admits: Admits) -> Schema:
    """What an argument may be, for an offer: components in it are offers too."""
    text = json.dumps(admits.schema())
    return dict(json.loads(re.sub(r"(?<=definitions/)(\w+)\.(table|nested)", r"\1.offer", text)))


def complete(category: Category) -> Schema:
    """What a component's table must have when no base can give it."""
    needs = []
    for name in table.names(category):
        entry = table.entry(category, name)
        required = [key for key, one in entry.params.items() if one.required] if entry else []
        if required and allowed(category, name):
            needs.append(chosen(category, name, {"type": "object", "required": required}))
    out: Schema = {"if": {"type": "object"}, "then": {"type": "object", "required": ["type"]}}
    if needs:
        out["then"]["allOf"] = needs
    return out


def _argument(entry: table.Entry, param: table.Param) -> Schema:
    """One argument: what it does, what it may be, what it is if it is not written, since when."""
    text = f"{docs.of_argument(entry.category, entry.name, param.name)}\n{describe(param.type)}"
    if not param.required:
        text += f"; default {'none' if param.default is None else json.dumps(param.default)}"
    default = {} if param.required or param.default is None else {"default": param.default}
    if entry.category == "layer" and param.name == "stateful":
        return {"type": ["boolean", "string"], "pattern": EXPRESSION, "not": {"const": True},
                "description": "rows are shuffled, so state between batches means nothing",
                **default}
    return {"description": _sentence(text, param.since),
            "allOf": [{"$ref": f"#/definitions/argument.{slug(param.text)}"}], **default}


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
