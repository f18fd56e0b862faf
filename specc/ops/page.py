"""A page on one component, as `specc ops NAME` prints it and an editor shows it."""

from __future__ import annotations

from collections.abc import Iterator

from specc.ops import OPS, docs, table
from specc.ops.arguments import resolve
from specc.ops.calls import constants_of
from specc.ops.component_errors import REASONS
from specc.ops.examples import arguments as written
from specc.ops.examples import example, toml
from specc.ops.op import Op
from specc.ops.types import describe
from specc.record import replace
from specc.source import Where

WIDTH = 100  # of a line


def page(category: table.Named, name: str) -> str:
    """One component: what it does, its arguments, what it takes and gives, and an example."""
    entry = table.entry(category, name) if category != "activation" else None
    since = since_of(category, name)
    parts = [f"{name}: {category}" + (f", since Keras {since}" if since else ""),
             "  " + docs.of_component(category, name)]
    if other := aliases(category, name):
        parts += [f"  also: {', '.join(other)}"]
    if entry and entry.refused:
        parts += ["", *wrapped(f"refused in a spec: {name} {REASONS[entry.refused]}")]
    elif entry:
        parts += ["", *arguments(entry)] if entry.params else ["", "takes no arguments"]
    if entry and category == "layer" and name in OPS:
        parts += ["", *flow(OPS[name], entry)]
    if not (entry and entry.refused):
        parts += ["", "example", *(f"  {line}".rstrip()
                                    for line in example(category, name).split("\n"))]
    return "\n".join(parts)


def aliases(category: table.Named, name: str) -> list[str]:
    """The other words for a component."""
    return [word for word in table.words(category)
            if word != name and word not in table.BY_OUTPUT
            and table.canonical(category, word) == name]


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
        head, *rest = wrapped(about(param), width + 4)
        yield f"  {key.ljust(width)}  {head}"
        said = docs.of_argument(entry.category, entry.name, key)
        for line in (*rest, *wrapped(said, width + 4)):
            yield " " * (width + 4) + line


def about(param: table.Param) -> str:
    """What an argument may be, what it is unwritten, and since when there is one."""
    parts = [describe(param.type),
             "required" if param.required else f"default {_default(param)}"]
    return "; ".join([*parts, f"since Keras {param.since}"] if param.since else parts)


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
        yield from wrapped(f"note: {op.note}")


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


def wrapped(text: str, indent: int = 0) -> list[str]:
    from textwrap import wrap

    return wrap(text, max(40, WIDTH - indent), break_on_hyphens=False, break_long_words=False)


__all__ = ["WIDTH", "about", "aliases", "page", "since_of", "wrapped"]
