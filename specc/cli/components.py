"""`specc ops`: Keras's components from the table, as a list or as one page."""

from __future__ import annotations

from collections.abc import Iterator

from specc.ops import OPS, table
from specc.ops.types import CATEGORIES

ALL: tuple[table.Named, ...] = (*CATEGORIES, "activation")


def everything() -> list[str]:
    """Every name that `specc ops NAME` knows."""
    return [name for category in ALL for name in table.names(category)]


def listing() -> str:
    """All names, by category."""
    parts = []
    for category in ALL:
        names = table.names(category)
        parts.append(f"{category} ({len(names)})\n  " + "\n  ".join(_wrapped(names)))
    return f"Keras {table.version()}\n\n" + "\n\n".join(parts)


def _wrapped(names: tuple[str, ...], width: int = 96) -> Iterator[str]:
    line = ""
    for name in names:
        if len(line) + len(name) + 1 > width:
            yield line
            line = ""
        line = f"{line} {name}".strip()
    yield line


def page(word: str) -> str | None:
    """One component: its arguments with types and defaults; None where there is no such name."""
    found = [(category, name) for category in ALL
             if (name := table.canonical(category, word))]
    pages = [_page(category, name, word) for category, name in found]
    return "\n\n".join(pages) if pages else None


def _page(category: table.Named, name: str, word: str) -> str:
    alias = f" (also `{word}`)" if word != name else ""
    if category == "activation":
        return f"{name}{alias}: activation"
    entry = table.entry(category, name)
    assert entry is not None
    lines = [f"{name}{alias}: {category}", ""]
    lines += [f"refused in a spec: {entry.refused}"] if entry.refused else []
    width = max((len(key) for key in entry.params), default=0)
    for key, param in entry.params.items():
        default = "required" if param.required else f"default {param.default!r}"
        lines.append(f"  {key.ljust(width)}  {param.text}  ({default})")
    if category == "layer" and name in OPS and OPS[name].calls:
        lines += ["", "inputs by name: " + ", ".join(OPS[name].calls)]
    return "\n".join(lines).rstrip()
