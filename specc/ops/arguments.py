"""A component as it is written, checked against the table: `resolve`.

Everything that is wrong is found in one pass, one diagnostic for each mistake, at its exact place.
What comes out is canonical: class names, floats for numbers, tuples for lists, a tuple of n where
one value stands for n, nested components as `Component`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from specc.diagnostics import Diagnostic, Outcome
from specc.later import later
from specc.ops import table
from specc.ops.component import Category, Component, Value
from specc.ops.types import (
    CATEGORIES,
    Activation,
    Nothing,
    Number,
    Part,
    Times,
    Type,
    describe,
    options_of,
)
from specc.ops.values import Checked, Place, Slot, show, under, value_of
from specc.source import Tree, Where

if TYPE_CHECKING:
    from specc.diagnostics import spelling
    from specc.ops import component_errors as components
    from specc.ops import errors, legacy, spoken, together
else:
    spelling = later("specc.diagnostics.spelling")
    components, errors = later("specc.ops.component_errors"), later("specc.ops.errors")
    legacy, spoken = later("specc.ops.legacy"), later("specc.ops.spoken")
    together = later("specc.ops.together")

LAYER_KEYS = ("name", "trainable")  # keys of the language: whoever lowers the entry reads them


def resolve(category: Category, tree: Tree, place: Place, *,
            trusted: Collection[str] = ()) -> Outcome[Component]:
    """The component that `tree` writes: a name, or a table with `type` and arguments.

    `place(*steps)` gives the place of a sub-value (`where.at` does). Expressions must have been
    evaluated before. The keys `name` and `trainable` of a layer are passed over here and refused
    in layers inside it. `trusted`: modules whose classes may be named, `"module:Class"`; their
    arguments are taken as they are.

    No value when anything is wrong.
    """
    checked = _component(category, tree, place, trusted)
    return Outcome(None if checked.found else checked.value, checked.found)


def canonical_args(component: Component) -> dict[str, Tree]:
    """What is written and is not the default, as plain JSON, keys sorted: for hashing.

    Nested components become `{"type": ..., ...}`. No activation and `linear` are one.
    """
    entry = table.entry(component.category, component.name)
    params = entry.params if entry else {}
    out: dict[str, Tree] = {}
    for key in sorted(component.args):
        kind = params[key].type if key in params else None
        value = _plain(component.args[key], kind)
        if key in component.defaults and _same(value, _plain(component.defaults[key], kind)):
            continue
        out[key] = value
    return out


def _plain(value: Value, kind: Type | None) -> Tree:
    if isinstance(value, Component):
        return {"type": value.name, **canonical_args(value)}
    if isinstance(value, (tuple, list)):
        return [_plain(one, None) for one in value]
    if value is None and kind is not None and Activation() in options_of(kind):
        return "linear"
    return value


def _same(a: Tree, b: Tree) -> bool:
    """Equal in value and in type: 1 is not true."""
    from json import dumps

    return dumps(a, sort_keys=True) == dumps(b, sort_keys=True)


def _component(category: Category, tree: Tree, place: Place, trusted: Collection[str], *,
               nested: str = "") -> Checked:
    """`nested`: the argument that holds this component, "" at the top."""
    if isinstance(tree, str):
        word, written, where = tree, {}, place()
    elif isinstance(tree, Mapping) and isinstance(tree.get("type"), str):
        word, where = tree["type"], place("type")
        written = {key: value for key, value in tree.items() if key != "type"}
    elif isinstance(tree, Mapping) and "type" not in tree:
        near = spelling.like("type", tree)
        return Checked(None, (components.component_without_type(
            place(), category=category, keys=tree, related=spelling.in_place_of(
                "type", place(near).key()) if near else ()),))
    else:
        at = place("type") if isinstance(tree, Mapping) else place()
        return Checked(None, (errors.argument_type(
            at, key=nested or "type", wanted=describe(Part(category)),
            found=show(tree["type"] if isinstance(tree, Mapping) else tree)),))
    if ":" in word:
        return _trusted(category, word, written, where, trusted)
    name = table.canonical(category, word)
    if name is None:
        return Checked(None, (_unknown(category, word, where, nested),))
    entry = table.entry(category, name)
    assert entry is not None
    if entry.refused:
        return Checked(None, (components.refused_component(where, name=name, why=entry.refused),))
    return _arguments(entry, written, place, trusted, nested=bool(nested))


def _trusted(category: Category, word: str, written: Mapping[str, Tree], where: Where,
             trusted: Collection[str]) -> Checked:
    if word.partition(":")[0] not in trusted:
        return Checked(None, (components.untrusted_name(where, name=word),))
    return Checked(Component(category, word, {key: _frozen(one) for key, one in written.items()
                                              if key not in LAYER_KEYS}))


def _frozen(tree: Tree) -> Value:
    return tuple(_frozen(one) for one in tree) if isinstance(tree, list) else tree


def _unknown(category: Category, word: str, where: Where, nested: str) -> Diagnostic:
    """Why a word names no component of this category."""
    if category == "layer" and word in table.models():
        return components.model_as_layer(where, name=word)
    others = [one for one in CATEGORIES if one != category and table.canonical(one, word)]
    for one, other in (("regularizer", "constraint"), ("constraint", "regularizer")):
        if category == one and other in others:
            near = nested.replace(one, other) if one in nested else f"kernel_{other}"
            return errors.constraint_as_regularizer(
                where, key=nested or "type", name=word, found=other, wanted=one, near=near)
    meant = spoken.meant(category, word)
    if others:
        return components.wrong_category(where, name=word, found=others[0], wanted=category,
                                     advice=f"use `{meant}`" if meant else None)
    known = table.words(category)
    if new := legacy.COMPONENTS.get(word):
        fix = spelling.written(where, new) if word in legacy.SAME else None
        return components.unknown_component(where, category=category, name=word, known=(),
                                        advice=f"use `{new}`", fix=fix)
    fix = spelling.respelled(where, word, known, lambda one: table.canonical(category, one))
    kind = {"loss": components.loss_unknown, "metric": components.metric_unknown}.get(
        category, components.unknown_component)
    return kind(where, category=category, name=word, known=known, meant=None if fix else meant,
                fix=fix)


def _arguments(entry: table.Entry, written: Mapping[str, Tree], place: Place,
               trusted: Collection[str], *, nested: bool) -> Checked:
    args: dict[str, Value] = {}
    found: list[Diagnostic] = []
    for key, tree in written.items():
        if entry.category == "layer" and key in LAYER_KEYS:
            if nested:
                found.append(errors.nested_key(place(key).key(), key=key))
        elif key not in entry.params:
            found.append(_unknown_argument(entry, key, place(key).key(), written))
        elif entry.category == "layer" and key == "stateful" and tree is True:
            found.append(errors.stateful_batch(place(key)))
        else:
            slot = Slot(key, under(place, key), _nested, trusted)
            checked = value_of(entry.params[key].type, tree, slot)
            found += checked.found
            args[key] = checked.value
    meant = {_meant(entry, key) for key in written if key not in entry.params}
    lacking = {key: describe(param.type) for key, param in entry.params.items()
               if param.required and key not in written and key not in meant}
    if lacking:
        found.append(errors.missing_argument(place(), owner=entry.name, lacking=lacking))
    made = Component(entry.category, entry.name, args, table.defaults(entry.category, entry.name))
    if args and not found and entry.category != "layer":
        found += together.clashes(made, place)
    return Checked(made, tuple(found))


def _nested(category: Category, tree: Tree, slot: Slot) -> Checked:
    """A component that is an argument of another."""
    return _component(category, tree, slot.place, slot.trusted, nested=slot.key)


def _unknown_argument(entry: table.Entry, key: str, where: Where,
                      written: Mapping[str, Tree]) -> Diagnostic:
    instead = legacy.instead(entry.category, key, entry.params)
    if instead is None:
        fix = spelling.respelled(where, key, [one for one in entry.params if one not in written])
        meant = spoken.meant("argument", key)
        return errors.unknown_argument(where, owner=entry.name, key=key, known=entry.params,
                                       meant=meant if meant in entry.params else None, fix=fix)
    fix = None
    new = legacy.now(entry.category, key, entry.params)
    if new and new not in written and key not in legacy.CHANGED:
        fix = spelling.written(where, new)
    kind = errors.legacy_decay_argument if key in legacy.DECAY else errors.legacy_argument
    return kind(where, owner=entry.name, key=key, instead=instead, fix=fix)


def _meant(entry: table.Entry, key: str) -> str | None:
    """The argument that an unknown one surely means: it is not missing as well."""
    if new := legacy.now(entry.category, key, entry.params):
        return new
    from difflib import get_close_matches

    near = get_close_matches(key.lower(), entry.params, n=1, cutoff=0.6)
    return near[0] if near else None


def decides_shape(layer: str, key: str) -> bool:
    """Whether an argument of a layer, as somebody wrote it, can decide what the layer gives or
    holds: whole numbers, words and switches do. Where it was wrong, nothing is known then.

    An argument that nobody can make out counts for nothing; `paddng` surely means `padding`.
    """
    entry = table.entry("layer", layer)
    name = key if entry is None or key in entry.params else _meant(entry, key)
    if entry is None or name is None or name == "seed":
        return False
    kinds = [one.item if isinstance(one, Times) else one
             for one in options_of(entry.params[name].type)]
    return not all(isinstance(one, Activation | Nothing)
                   or (isinstance(one, Number) and not one.whole)
                   or (isinstance(one, Part) and one.category != "layer") for one in kinds)


def parts(component: Component) -> Iterator[Component]:
    """The components inside a component, however deep, outer ones first."""
    for value in component.args.values():
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, Component):
                yield one
                yield from parts(one)


__all__ = ["Place", "canonical_args", "decides_shape", "parts", "resolve"]
