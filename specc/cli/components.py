"""`specc ops`: Keras's components from the table, as names, as lists, or as a page each."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from specc.ops import OPS, docs, table
from specc.ops.calls import constants_of
from specc.ops.component_errors import REASONS
from specc.ops.page import aliases, page, since_of, wrapped
from specc.ops.types import CATEGORIES, describe

if TYPE_CHECKING:
    from argparse import Namespace

ALL: tuple[table.Named, ...] = (*CATEGORIES, "activation")
MOST_NAME = 26  # letters of a name that has its line beside it; longer ones have it below


def ops(options: Namespace) -> int:
    """The command."""
    found = named(options.name) if options.name else tuple(
        (category, name) for category in ALL for name in table.names(category))
    if not found:
        from specc.diagnostics import nearest

        print(f"specc: Keras has no component `{options.name}`"
              + nearest(options.name, everything()), file=sys.stderr)
        return 2
    if options.format == "json":
        from json import dumps

        print(dumps({"keras": table.version(), "components": [as_json(*one) for one in found]},
                    indent=1))
    elif options.name is None:
        print(listing())
    elif category := category_of(options.name):
        print(lines_of(category))
    else:
        if by_output := table.BY_OUTPUT.get(options.name):
            print(f"`{options.name}` is {', '.join(by_output[:-1])} or {by_output[-1]}: the labels "
                  "and the output decide\n")
        print("\n\n".join(page(*one) for one in found))
    return 0


def named(word: str) -> tuple[tuple[table.Named, str], ...]:
    """What a word names: all of a category, or components of that name or alias."""
    if category := category_of(word):
        return tuple((category, name) for name in table.names(category))
    if word in table.BY_OUTPUT:
        return tuple(("metric", name) for name in table.BY_OUTPUT[word])
    return tuple((one, name) for one in ALL if (name := table.canonical(one, word)))


def category_of(word: str) -> table.Named | None:
    """`layer` and `layers`, `loss` and `losses`."""
    return next((one for one in ALL if word in (one, f"{one}s", f"{one}es")), None)


def everything() -> list[str]:
    """Every name that `specc ops NAME` knows."""
    return [*ALL, *(word for category in ALL for word in table.words(category))]


def listing() -> str:
    """All names, by category."""
    parts = []
    for category in ALL:
        names = table.names(category)
        parts.append(f"{category} ({len(names)})\n  " + "\n  ".join(wrapped(" ".join(names), 2)))
    return (f"Keras {table.version()}\n\n" + "\n\n".join(parts)
            + "\n\n`specc ops layer` has a line on each layer, `specc ops Conv2D` a page on one")


def lines_of(category: table.Named) -> str:
    """A category: each component, and behind it what it does."""
    names = table.names(category)
    width = min(max(map(len, names)), MOST_NAME)
    out = []
    for name in names:
        head, *rest = wrapped(_briefly(category, name), width + 2) or [""]
        long = len(name) > width
        out += [name] if long else [f"{name.ljust(width)}  {head}"]
        out += [" " * (width + 2) + line for line in ((head, *rest) if long else rest)]
    return "\n".join(out)


def _briefly(category: table.Named, name: str) -> str:
    entry = table.entry(category, name) if category != "activation" else None
    refused = "; not in a spec" if entry and entry.refused else ""
    return docs.of_component(category, name) + refused


def as_json(category: table.Named, name: str) -> dict[str, Any]:
    """One component for tools."""
    entry = table.entry(category, name) if category != "activation" else None
    out: dict[str, Any] = {
        "category": category, "name": name, "doc": docs.of_component(category, name),
        "aliases": aliases(category, name), "since": since_of(category, name)}
    if entry is None:
        return out
    out["refused"] = REASONS[entry.refused] if entry.refused else None
    out["params"] = [
        {"name": key, "type": param.text, "words": describe(param.type),
         "required": param.required, **({} if param.required else {"default": param.default}),
         "since": param.since, "doc": docs.of_argument(entry.category, name, key)}
        for key, param in entry.params.items()]
    if category == "layer" and name in OPS:
        op = OPS[name]
        out |= {"takes": op.takes, "inputs": list(op.calls), "constants": constants_of(name),
                "note": op.note}
    return out
