"""How a document is changed in one place: what the changes of `documents` are made of.

A `Change` gives a document with one thing other, or None where there is nothing of its kind in it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

Document: TypeAlias = dict[str, Any]
Change: TypeAlias = Callable[[Document], Document | None]

HIDDEN = ("relu", "tanh", "selu", "elu", "gelu", "silu", "leaky_relu", "softsign")
ENTRIES = ("layers", "head", "aux")  # lists of entries in [model], [model.deep], [blocks.X]


def entries(document: Document) -> Iterator[tuple[list[Any], int]]:
    """Every written layer: the list it stands in, and where."""
    tables = [document.get("model", {}), *document.get("blocks", {}).values()]
    while tables:
        table = tables.pop(0)
        for key, value in table.items():
            if isinstance(value, dict):
                tables.append(value)
            elif key in ENTRIES and isinstance(value, list):
                yield from ((value, at) for at, one in enumerate(value) if isinstance(one, dict))


def layer(document: Document, *types: str, having: str | None = None,
          hidden: bool = False) -> dict[str, Any] | None:
    """The first layer of one of the types (all types: none named); `hidden`: with an activation
    that only layers inside a model have."""
    for several, at in entries(document):
        one = several[at]
        if types and one.get("type") not in types:
            continue
        if having is not None and having not in one:
            continue
        if hidden and one.get("activation") not in HIDDEN:
            continue
        return dict_of(one)
    return None


def dict_of(value: Any) -> dict[str, Any]:
    assert isinstance(value, dict)
    return value


def plus(value: Any, step: int | float) -> Any:
    """A number, or an expression that gives one, plus a number."""
    if isinstance(value, str) and value.startswith("="):
        return f"=({value[1:]}) + {step}"
    return value + step if isinstance(value, int | float) else None


def times(value: Any, factor: float) -> Any:
    """A number, or an expression that gives one, times a number."""
    if isinstance(value, str) and value.startswith("="):
        return f"=({value[1:]}) * {factor}"
    return value * factor if isinstance(value, int | float) else None


def put(table: dict[str, Any] | None, key: str, value: Any) -> bool:
    """Set a key; whether anything is other now."""
    if table is None or value is None or (key in table and table[key] == value):
        return False
    table[key] = value
    return True


def drop(table: dict[str, Any] | None, key: str) -> bool:
    return table is not None and table.pop(key, None) is not None


def changing(edit: Callable[[Document], bool]) -> Change:
    """A change from an edit in place that says whether it found something."""
    def change(document: Document) -> Document | None:
        changed = copy.deepcopy(document)
        return changed if edit(changed) else None

    return change


def layers_dropped(*types: str) -> Change:
    """The first layer of one of the types, taken out; what follows takes what was before it."""
    def edit(document: Document) -> bool:
        for several, at in entries(document):
            if several[at].get("type") in types:
                gone = several.pop(at)
                if "inputs" in gone and at < len(several):
                    several[at].setdefault("inputs", gone["inputs"])
                return True
        return False

    return changing(edit)


def argument(key: str, value: Any, *types: str, hidden: bool = False) -> Change:
    """One argument of the first layer of one of the types, set."""
    return changing(lambda document: put(layer(document, *types, hidden=hidden), key, value))


def more(key: str, step: int | float, *types: str, hidden: bool = False) -> Change:
    """One argument of the first layer of one of the types that has it, a step more."""
    def edit(document: Document) -> bool:
        one = layer(document, *types, having=key, hidden=hidden)
        return one is not None and put(one, key, plus(one[key], step))

    return changing(edit)


def component(table: str, key: str, default: str) -> Callable[[Document], dict[str, Any]]:
    """A component as a table, even where it is written as a name or not at all."""
    def find(document: Document) -> dict[str, Any]:
        where = document.setdefault(table, {})
        value = where.get(key, default)
        where[key] = value if isinstance(value, dict) else {"type": value}
        return dict_of(where[key])

    return find


optimizer = component("compile", "optimizer", "Adam")


def output(document: Document, having: str | None = None) -> dict[str, Any] | None:
    for one in document.get("outputs", {}).values():
        if having is None or having in one:
            return dict_of(one)
    return None


def input_with(document: Document, key: str) -> dict[str, Any] | None:
    return next((one for one in document.get("inputs", {}).values() if key in one), None)
