"""`specc ops`: Keras's components from the table, as names, as lists, or as a page each."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from specc.ops import OPS, docs, table
from specc.ops.arguments import resolve
from specc.ops.calls import constants_of
from specc.ops.errors import REASONS
from specc.ops.examples import arguments as written
from specc.ops.examples import example, toml
from specc.ops.op import Op
from specc.ops.types import CATEGORIES, describe
from specc.record import replace
from specc.source import Where

if TYPE_CHECKING:
    from argparse import Namespace

ALL: tuple[table.Named, ...] = (*CATEGORIES, "activation")
WIDTH = 100  # of a line
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
        parts.append(f"{category} ({len(names)})\n  " + "\n  ".join(_wrapped(" ".join(names), 2)))
    return (f"Keras {table.version()}\n\n" + "\n\n".join(parts)
            + "\n\n`specc ops layer` has a line on each layer, `specc ops Conv2D` a page on one")


def lines_of(category: table.Named) -> str:
    """A category: each component, and behind it what it does."""
    names = table.names(category)
    width = min(max(map(len, names)), MOST_NAME)
    out = []
    for name in names:
        head, *rest = _wrapped(_briefly(category, name), width + 2) or [""]
        long = len(name) > width
        out += [name] if long else [f"{name.ljust(width)}  {head}"]
        out += [" " * (width + 2) + line for line in ((head, *rest) if long else rest)]
    return "\n".join(out)


def _briefly(category: table.Named, name: str) -> str:
    entry = table.entry(category, name) if category != "activation" else None
    refused = "; not in a spec" if entry and entry.refused else ""
    return docs.of_component(category, name) + refused


def aliases(category: table.Named, name: str) -> list[str]:
    """The other words for a component."""
    return [word for word in table.words(category)
            if word != name and word not in table.BY_OUTPUT
            and table.canonical(category, word) == name]


def page(category: table.Named, name: str) -> str:
    """One component: what it does, its arguments, what it takes and gives, and an example."""
    entry = table.entry(category, name) if category != "activation" else None
    since = since_of(category, name)
    parts = [f"{name}: {category}" + (f", since Keras {since}" if since else ""),
             "  " + docs.of_component(category, name)]
    if other := aliases(category, name):
        parts += [f"  also: {', '.join(other)}"]
    if entry and entry.refused:
        parts += ["", *_wrapped(f"refused in a spec: {name} {REASONS[entry.refused]}")]
    elif entry:
        parts += ["", *arguments(entry)] if entry.params else ["", "takes no arguments"]
    if entry and category == "layer" and name in OPS:
        parts += ["", *flow(OPS[name], entry)]
    if not (entry and entry.refused):
        parts += ["", "example", *(f"  {line}".rstrip()
                                    for line in example(category, name).split("\n"))]
    return "\n".join(parts)


def since_of(category: table.Named, name: str) -> str | None:
    """The first Keras that has a component; None: 3.8 or before."""
    if category == "activation":
        return table.newer_words().get(f"activation.{name}")
    entry = table.entry(category, name)
    return entry.since if entry else None


def arguments(entry: table.Entry) -> Iterator[str]:
    """The arguments: what each may be, what it is unwritten, since when, and what it does."""
    width = max(map(len, entry.params))
    for key, param in entry.params.items():
        about = [describe(param.type), "required" if param.required else
                 f"default {_default(param)}"]
        about += [f"since Keras {param.since}"] if param.since else []
        head, *rest = _wrapped("; ".join(about), width + 4)
        yield f"  {key.ljust(width)}  {head}"
        for line in (*rest, *_wrapped(docs.of_argument(entry.category, entry.name, key),
                                      width + 4)):
            yield " " * (width + 4) + line


def _default(param: table.Param) -> str:
    return "none" if param.default is None else toml(param.default)


def flow(op: Op, entry: table.Entry) -> Iterator[str]:
    """What enters a layer and what comes out of it."""
    if op.takes == "list":
        yield "takes several tensors: inputs = [\"a\", \"b\"]"
    elif op.takes == "arguments":
        yield f"takes tensors by name: {', '.join(op.calls)}"
    else:
        yield "takes one tensor"
    yield gives(op, entry)
    if constants := constants_of(op.name):
        yield f"called with = {{ ... }}: {', '.join(constants)}"
    facts = [("draws random numbers while training", op.random),
             ("learns from data outside training", op.needs_state)]
    yield from (text for text, holds in facts if holds)
    if op.note:
        yield from _wrapped(f"note: {op.note}")


def gives(op: Op, entry: table.Entry) -> str:
    """How many tensors come out, and what changes that."""
    tree = {"type": op.name, **written("layer", op.name)}
    bare = resolve("layer", tree, Where("").at).value
    if bare is None:  # a test resolves every example
        return "gives one tensor"
    often = op.results_of(bare, {})
    more = [(f"with = {{ {key} = true }}", op.results_of(bare, {key: True})) for key in op.further]
    if "return_state" in entry.params:
        asked = replace(bare, args={**bare.args, "return_state": True})
        more.append(("with return_state = true", op.results_of(asked, {})))
    return f"gives {_tensors(often)}" + "".join(
        f"; {_tensors(count)} {what}" for what, count in more if count != often)


def _tensors(count: int) -> str:
    return "one tensor" if count == 1 else f"{count} tensors"


def _wrapped(text: str, indent: int = 0) -> list[str]:
    from textwrap import wrap

    return wrap(text, max(40, WIDTH - indent), break_on_hyphens=False, break_long_words=False)


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
