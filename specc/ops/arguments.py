"""A component as it is written, checked against the table: `resolve`.

Everything that is wrong is found in one pass, one diagnostic for each mistake, at its exact place.
What comes out is canonical: class names, floats for numbers, tuples for lists, a tuple of n where
one value stands for n, nested components as `Component`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import PurePosixPath, PureWindowsPath
from typing import TypeAlias

from specc.diagnostics import Diagnostic, Edit, Fix, Outcome
from specc.ops import errors, legacy, table
from specc.ops.component import Category, Component, Value
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
    options_of,
)
from specc.source import Tree, Where

Place: TypeAlias = Callable[..., Where]  # the place of a sub-value: `place("kernel_size", 1)`

LARGEST = 2**53  # beyond it a whole number is no longer exact in JSON
LAYER_KEYS = ("name", "trainable")  # keys of the language: whoever lowers the entry reads them


@dataclass(frozen=True, slots=True)
class Checked:
    """A canonical value, and what is wrong with it. With an error the value means nothing."""

    value: Value = None
    found: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a value is about to go: which argument, and where it is written."""

    key: str
    place: Place
    trusted: Collection[str] = field(default=())

    @property
    def here(self) -> Where:
        return self.place()

    def inside(self, step: str | int) -> Slot:
        """The slot of an element: the argument's name stays, the place goes down."""
        return Slot(self.key, _under(self.place, step), self.trusted)


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
    return json.dumps(a, sort_keys=True) == json.dumps(b, sort_keys=True)


def _under(place: Place, *steps: str | int) -> Place:
    return lambda *more: place(*steps, *more)


def _component(category: Category, tree: Tree, place: Place, trusted: Collection[str], *,
               nested: str = "") -> Checked:
    """`nested`: the argument that holds this component, "" at the top."""
    if isinstance(tree, str):
        word, written, where = tree, {}, place()
    elif isinstance(tree, Mapping) and isinstance(tree.get("type"), str):
        word, where = tree["type"], place("type")
        written = {key: value for key, value in tree.items() if key != "type"}
    elif isinstance(tree, Mapping) and "type" not in tree:
        return Checked(None, (errors.component_without_type(
            place(), category=category, keys=tree),))
    else:
        at = place("type") if isinstance(tree, Mapping) else place()
        return Checked(None, (errors.argument_type(
            at, key=nested or "type", wanted=describe(Part(category)),
            found=_show(tree["type"] if isinstance(tree, Mapping) else tree)),))
    if ":" in word:
        return _trusted(category, word, written, where, trusted)
    name = table.canonical(category, word)
    if name is None:
        return Checked(None, (_unknown(category, word, where, nested),))
    entry = table.entry(category, name)
    assert entry is not None
    if entry.refused:
        return Checked(None, (errors.refused_component(where, name=name, why=entry.refused),))
    return _arguments(entry, written, place, trusted, nested=bool(nested))


def _trusted(category: Category, word: str, written: Mapping[str, Tree], where: Where,
             trusted: Collection[str]) -> Checked:
    if word.partition(":")[0] not in trusted:
        return Checked(None, (errors.untrusted_name(where, name=word),))
    return Checked(Component(category, word, {key: _frozen(one) for key, one in written.items()
                                              if key not in LAYER_KEYS}))


def _frozen(tree: Tree) -> Value:
    return tuple(_frozen(one) for one in tree) if isinstance(tree, list) else tree


def _unknown(category: Category, word: str, where: Where, nested: str) -> Diagnostic:
    """Why a word names no component of this category."""
    if category == "layer" and word in table.models():
        return errors.model_as_layer(where, name=word)
    others = [one for one in CATEGORIES if one != category and table.canonical(one, word)]
    for one, other in (("regularizer", "constraint"), ("constraint", "regularizer")):
        if category == one and other in others:
            near = nested.replace(one, other) if one in nested else f"kernel_{other}"
            return errors.constraint_as_regularizer(
                where, key=nested or "type", name=word, found=other, wanted=one, near=near)
    if others:
        return errors.wrong_category(where, name=word, found=others[0], wanted=category)
    known = table.words(category)
    if word in legacy.COMPONENTS:
        return errors.unknown_component(where, category=category, name=word,
                                        known=(), advice=f"use `{legacy.COMPONENTS[word]}`")
    alike = [one for one in known if one.lower() == word.lower()]
    fix = _replace(where, alike[0]) if len(alike) == 1 else None
    return errors.unknown_component(where, category=category, name=word, known=known, fix=fix)


def _replace(where: Where, text: str) -> Fix:
    return Fix(f"write `{text}`", (Edit(where, json.dumps(text)),))


def _arguments(entry: table.Entry, written: Mapping[str, Tree], place: Place,
               trusted: Collection[str], *, nested: bool) -> Checked:
    args: dict[str, Value] = {}
    found: list[Diagnostic] = []
    for key, tree in written.items():
        if entry.category == "layer" and key in LAYER_KEYS:
            if nested:
                found.append(errors.nested_key(place(key).key(), key=key))
        elif key not in entry.params:
            found.append(_unknown_argument(entry, key, place(key).key()))
        elif entry.category == "layer" and key == "stateful" and tree is True:
            found.append(errors.stateful_layer(place(key)))
        else:
            checked = _value(entry.params[key].type, tree, Slot(key, _under(place, key), trusted))
            found += checked.found
            args[key] = checked.value
    meant = {_meant(entry, key) for key in written if key not in entry.params}
    for key, param in entry.params.items():
        if param.required and key not in written and key not in meant:
            found.append(errors.missing_argument(place(), owner=entry.name, key=key,
                                                 wanted=describe(param.type)))
    made = Component(entry.category, entry.name, args, table.defaults(entry.category, entry.name))
    return Checked(made, tuple(found))


def _unknown_argument(entry: table.Entry, key: str, where: Where) -> Diagnostic:
    instead = _instead(entry, key)
    if instead is None:
        return errors.unknown_argument(where, owner=entry.name, key=key, known=entry.params)
    fix = None
    if key in legacy.RENAMED:
        new = legacy.RENAMED[key]
        text = json.dumps(new) if where.file.endswith(".json") else new
        fix = Fix(f"write `{new}`", (Edit(where, text),))
    kind = errors.legacy_decay_argument if key in legacy.DECAY else errors.legacy_argument
    return kind(where, owner=entry.name, key=key, instead=instead, fix=fix)


def _instead(entry: table.Entry, key: str) -> str | None:
    """What stands for an argument of an older Keras, where this component has it."""
    instead = legacy.ARGUMENTS.get(entry.category, {}).get(key)
    if instead is None or not instead.startswith("use `"):
        return instead
    return instead if instead.split("`")[1] in entry.params or "layer" in instead else None


def _meant(entry: table.Entry, key: str) -> str | None:
    """The argument that an unknown one surely means: it is not missing as well."""
    instead = _instead(entry, key)
    if instead is not None and instead.startswith("use `"):
        return instead.split("`")[1]
    near = get_close_matches(key.lower(), entry.params, n=1, cutoff=0.6)
    return near[0] if near else None


def _value(kind: Type, tree: Tree, slot: Slot) -> Checked:
    """One value against one type."""
    match kind:
        case Either(options=options):
            return _either(kind, options, tree, slot)
        case Times():
            return _times(kind, tree, slot)
        case Many(item=item, least=least) if isinstance(tree, (list, tuple)):
            if len(tree) < least:
                return _wrong(errors.argument_length(slot.here, key=slot.key,
                                                     wanted=describe(kind), found=len(tree)))
            return _each(item, tree, slot)
        case Number() if isinstance(tree, (int, float)) and not isinstance(tree, bool):
            return _number(kind, tree, slot)
        case Bool() if isinstance(tree, bool):
            return Checked(tree)
        case Text() if isinstance(tree, str):
            return Checked(tree)
        case Nothing() if tree is None:
            return Checked(None)
        case Words(words=words, of=of) if isinstance(tree, str):
            return Checked(tree) if tree in words else _wrong(_word(slot, tree, words, of))
        case Activation() if isinstance(tree, (str, Mapping)):
            return _activation(tree, slot)
        case File() if isinstance(tree, str):
            good = _inside(tree)
            return Checked(tree) if good else _wrong(
                errors.path_outside_run(slot.here, key=slot.key, path=tree))
        case Part(category=category, names=names) if isinstance(tree, (str, Mapping)):
            return _part(category, names, tree, slot)
        case Refused(why=why):
            return _wrong(errors.refused_value(slot.here, key=slot.key, why=why))
    return _wrong(errors.argument_type(slot.here, key=slot.key, wanted=describe(kind),
                                       found=_show(tree)))


def _wrong(found: Diagnostic) -> Checked:
    return Checked(None, (found,))


def _either(kind: Type, options: tuple[Type, ...], tree: Tree, slot: Slot) -> Checked:
    """The first alternative that takes the value; else what the likeliest one says."""
    best: Checked | None = None
    for option in options:
        if isinstance(option, Refused):
            continue
        checked = _value(option, tree, slot)
        if not checked.found:
            return checked
        if best is None and _alike(option, tree):
            best = checked
    if best is not None:
        return best
    refused = [one for one in options if isinstance(one, Refused)]
    if refused:
        return _wrong(errors.refused_value(slot.here, key=slot.key, why=refused[0].why))
    return _wrong(errors.argument_type(slot.here, key=slot.key, wanted=describe(kind),
                                       found=_show(tree)))


def _alike(kind: Type, tree: Tree) -> bool:
    """Whether a value is of a type's general sort, so that what it says is to the point."""
    match kind:
        case Number():
            return isinstance(tree, (int, float)) and not isinstance(tree, bool)
        case Bool():
            return isinstance(tree, bool)
        case Text() | Words() | File():
            return isinstance(tree, str)
        case Activation() | Part():
            return isinstance(tree, (str, Mapping))
        case Times(item=item, spread=spread):
            return isinstance(tree, (list, tuple)) or (spread and _alike(item, tree))
        case Many():
            return isinstance(tree, (list, tuple))
        case Either(options=options):
            return any(_alike(one, tree) for one in options)
    return False


def _number(kind: Number, tree: int | float, slot: Slot) -> Checked:
    if kind.whole and isinstance(tree, float):
        hint = "; use // for whole division" if tree.is_integer() else ""
        return _wrong(errors.argument_type(slot.here, key=slot.key, wanted=describe(kind),
                                           found=_show(tree), hint=hint))
    if abs(tree) >= LARGEST if isinstance(tree, int) else not math.isfinite(tree):
        return _wrong(errors.argument_range(slot.here, key=slot.key, found=_show(tree),
                                            wanted="a number, a whole one below 2^53"))
    if not kind.holds(tree):
        return _wrong(errors.argument_range(slot.here, key=slot.key, wanted=describe(kind),
                                            found=_show(tree)))
    return Checked(tree if kind.whole else float(tree))


def _times(kind: Times, tree: Tree, slot: Slot) -> Checked:
    """Exactly `count` values; one alone stands for all of them where the type spreads."""
    if isinstance(tree, (list, tuple)):
        if len(tree) != kind.count:
            return _wrong(errors.argument_length(slot.here, key=slot.key, wanted=describe(kind),
                                                 found=len(tree)))
        return _each(kind.item, tree, slot)
    if kind.spread and _alike(kind.item, tree):
        one = _value(kind.item, tree, slot)
        return Checked((one.value,) * kind.count, one.found)
    return _wrong(errors.argument_type(slot.here, key=slot.key, wanted=describe(kind),
                                       found=_show(tree)))


def _each(item: Type, tree: list[Tree] | tuple[Tree, ...], slot: Slot) -> Checked:
    all_checked = [_value(item, one, slot.inside(i)) for i, one in enumerate(tree)]
    return Checked(tuple(one.value for one in all_checked),
                   tuple(found for one in all_checked for found in one.found))


def _word(slot: Slot, tree: str, words: tuple[str, ...], of: str = "") -> Diagnostic:
    alike = [one for one in words if one.lower() == tree.lower()]
    return errors.argument_word(slot.here, key=slot.key, word=tree, known=words, of=of,
                                fix=_replace(slot.here, alike[0]) if len(alike) == 1 else None)


def _activation(tree: Tree, slot: Slot) -> Checked:
    """The canonical name: `swish` is `silu`. A table with a type alone says the same."""
    if isinstance(tree, Mapping):
        if set(tree) == {"type"} and isinstance(tree["type"], str):
            return _activation(tree["type"], slot.inside("type"))
        return _wrong(errors.argument_type(
            slot.here, key=slot.key, wanted=describe(Activation()), found="a table",
            hint="; give an activation with arguments a layer of its own"))
    if ":" in tree:
        trusted = tree.partition(":")[0] in slot.trusted
        return Checked(tree) if trusted else _wrong(errors.untrusted_name(slot.here, name=tree))
    name = table.canonical("activation", tree)
    if name is None:
        return _wrong(_word(slot, tree, table.words("activation"), "activation"))
    return Checked(name)


def _part(category: Category, names: tuple[str, ...], tree: Tree, slot: Slot) -> Checked:
    checked = _component(category, tree, slot.place, slot.trusted, nested=slot.key)
    if names and isinstance(checked.value, Component) and checked.value.name not in names and (
            ":" not in checked.value.name):
        where = slot.place("type") if isinstance(tree, Mapping) else slot.here
        return _wrong(errors.unfit_component(where, key=slot.key, name=checked.value.name,
                                             known=names))
    return checked


def _inside(path: str) -> bool:
    """Whether a path is relative and never goes upwards, however a system writes paths."""
    parts = (*PurePosixPath(path).parts, *PureWindowsPath(path).parts)
    return bool(parts) and ".." not in parts and not (
        PurePosixPath(path).is_absolute() or PureWindowsPath(path).anchor) and "\0" not in path


def _show(tree: Tree) -> str:
    """A value as messages print it."""
    match tree:
        case None:
            return "none"
        case bool():
            return "true" if tree else "false"
        case str():
            return f"the text {json.dumps(tree, ensure_ascii=False)}"
        case list() | tuple():
            return f"a list of {len(tree)}"
        case Mapping():
            return "a table"
    return str(tree)


def parts(component: Component) -> Iterator[Component]:
    """The components inside a component, however deep, outer ones first."""
    for value in component.args.values():
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, Component):
                yield one
                yield from parts(one)


__all__ = ["Place", "canonical_args", "parts", "resolve"]
