"""One value against one type of the table: canonical, or what is wrong with it in its place."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, TypeAlias

from specc.diagnostics import Diagnostic
from specc.later import later
from specc.ops import table
from specc.ops.component import Category, Component, Value
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
    describe,
)
from specc.record import Record, replace
from specc.source import Tree, Where

if TYPE_CHECKING:
    from specc.diagnostics import spelling
    from specc.ops import component_errors as components
    from specc.ops import errors, spoken
else:
    spelling = later("specc.diagnostics.spelling")
    components = later("specc.ops.component_errors")
    errors, spoken = later("specc.ops.errors"), later("specc.ops.spoken")

# What a run calls its files; a callback's would be lost, or take their place.
RUN_FILES = frozenset({
    "environment.json", "graph.png", "history.jsonl", "interrupted.keras", "log.txt", "loss.png",
    "metrics.json", "model.keras", "plan.json", "predictions.csv", "preprocess.json",
    "report.html", "run.lock", "signals.jsonl", "spec.json", "spec.json.txt", "spec.toml",
    "status.json", "summary.txt"})

Place: TypeAlias = Callable[..., Where]  # the place of a sub-value: `place("kernel_size", 1)`
Nested: TypeAlias = "Callable[[Category, Tree, Slot], Checked]"

LARGEST = 2**53  # beyond it a whole number is no longer exact in JSON


class Checked(Record):
    """A canonical value, and what is wrong with it. With an error the value means nothing."""

    value: Value = None
    found: tuple[Diagnostic, ...] = ()


class Slot(Record):
    """Where a value is about to go: which argument, and where it is written."""

    key: str
    place: Place
    nested: Nested  # what checks a component inside this one
    trusted: Collection[str] = ()

    @property
    def here(self) -> Where:
        return self.place()

    def inside(self, step: str | int) -> Slot:
        """The slot of an element: the argument's name stays, the place goes down."""
        return replace(self, place=under(self.place, step))


def under(place: Place, *steps: str | int) -> Place:
    return lambda *more: place(*steps, *more)


def value_of(kind: Type, tree: Tree, slot: Slot) -> Checked:
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
            own = _is_own(tree)
            return Checked(tree) if _inside(tree) and not own else _wrong(
                errors.path_outside_run(slot.here, key=slot.key, path=tree, own=own))
        case Part(category=category, names=names) if isinstance(tree, (str, Mapping)):
            return _part(category, names, tree, slot)
        case Refused(why=why):
            return _wrong(errors.refused_value(slot.here, key=slot.key, why=why))
    return _wrong_type(kind, tree, slot)


def _wrong(found: Diagnostic) -> Checked:
    return Checked(None, (found,))


def _wrong_type(kind: Type, tree: Tree, slot: Slot, hint: str = "") -> Checked:
    """A value of the wrong type; the fix is the value that it spells, if that one is right."""
    fix = None
    for meant in spelling.spelled(tree):
        if not value_of(kind, meant, slot).found:
            fix = spelling.written(slot.here, meant)
    return _wrong(errors.argument_type(slot.here, key=slot.key, wanted=describe(kind),
                                       found=show(tree), hint=hint, fix=fix))


def _either(kind: Type, options: tuple[Type, ...], tree: Tree, slot: Slot) -> Checked:
    """The first alternative that takes the value; else what the likeliest one says."""
    best: Checked | None = None
    for option in options:
        if isinstance(option, Refused):
            continue
        checked = value_of(option, tree, slot)
        if not checked.found:
            return checked
        if best is None and _alike(option, tree):
            best = checked
    if best is not None:
        return best
    refused = [one for one in options if isinstance(one, Refused)]
    if refused:
        return _wrong(errors.refused_value(slot.here, key=slot.key, why=refused[0].why))
    return _wrong_type(kind, tree, slot)


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
        return _wrong_type(kind, tree, slot, hint)
    if abs(tree) >= LARGEST if isinstance(tree, int) else not math.isfinite(tree):
        return _wrong(errors.argument_range(slot.here, key=slot.key, found=show(tree),
                                            wanted="a number, a whole one below 2^53"))
    if not kind.holds(tree):
        return _wrong(errors.argument_range(slot.here, key=slot.key, wanted=describe(kind),
                                            found=show(tree)))
    return Checked(tree if kind.whole else float(tree))


def _times(kind: Times, tree: Tree, slot: Slot) -> Checked:
    """Exactly `count` values; one alone stands for all of them where the type spreads."""
    if isinstance(tree, (list, tuple)):
        if len(tree) != kind.count:
            return _wrong(errors.argument_length(slot.here, key=slot.key, wanted=describe(kind),
                                                 found=len(tree)))
        return _each(kind.item, tree, slot)
    if kind.spread and _alike(kind.item, tree):
        one = value_of(kind.item, tree, slot)
        return Checked((one.value,) * kind.count, one.found)
    return _wrong_type(kind, tree, slot)


def _each(item: Type, tree: list[Tree] | tuple[Tree, ...], slot: Slot) -> Checked:
    all_checked = [value_of(item, one, slot.inside(i)) for i, one in enumerate(tree)]
    return Checked(tuple(one.value for one in all_checked),
                   tuple(found for one in all_checked for found in one.found))


def _word(slot: Slot, tree: str, words: tuple[str, ...], of: str = "") -> Diagnostic:
    fix = spelling.respelled(slot.here, tree, words, lambda one: (
        table.canonical("activation", one) if of == "activation" else one))
    meant = spoken.meant(of, tree) if of and not fix else None
    return errors.argument_word(slot.here, key=slot.key, word=tree, known=words, of=of,
                                meant=meant, fix=fix)


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
        return Checked(tree) if trusted else _wrong(components.untrusted_name(slot.here, name=tree))
    name = table.canonical("activation", tree)
    if name is None:
        return _wrong(_word(slot, tree, table.words("activation"), "activation"))
    return Checked(name)


def _part(category: Category, names: tuple[str, ...], tree: Tree, slot: Slot) -> Checked:
    checked = slot.nested(category, tree, slot)
    if names and isinstance(checked.value, Component) and checked.value.name not in names and (
            ":" not in checked.value.name):
        where = slot.place("type") if isinstance(tree, Mapping) else slot.here
        return _wrong(components.unfit_component(where, key=slot.key, name=checked.value.name,
                                             known=names))
    return checked


def _inside(path: str) -> bool:
    """Whether a path is relative and never goes upwards, however a system writes paths."""
    from pathlib import PurePosixPath, PureWindowsPath  # only paths need it

    parts = (*PurePosixPath(path).parts, *PureWindowsPath(path).parts)
    return bool(parts) and ".." not in parts and not (
        PurePosixPath(path).is_absolute() or PureWindowsPath(path).anchor) and "\0" not in path


def _is_own(path: str) -> bool:
    """Whether a path in a run's folder is that of a file which the run itself writes."""
    from pathlib import PurePosixPath

    return str(PurePosixPath(path)).lower() in RUN_FILES


def show(tree: Tree) -> str:
    """A value as messages print it."""
    match tree:
        case None:
            return "none"
        case bool():
            return "true" if tree else "false"
        case str():
            from json import dumps

            return f"the text {dumps(tree, ensure_ascii=False)}"
        case list() | tuple():
            return f"a list of {len(tree)}"
        case Mapping():
            return "a table"
    return str(tree)
