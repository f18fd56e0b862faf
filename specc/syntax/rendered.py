"""Values as TOML or JSON writes them, on one line."""

from __future__ import annotations

import json
import re

from specc.source import Tree

BARE = re.compile(r"[A-Za-z0-9_-]+")


def rendered(value: Tree, kind: str) -> str:
    """A value on one line. kind: "toml" or "json"."""
    if kind == "json" or isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    match value:
        case bool():
            return "true" if value else "false"
        case dict():
            inner = ", ".join(f"{key_of(name)} = {rendered(one, kind)}"
                              for name, one in value.items())
            return f"{{ {inner} }}" if inner else "{}"
        case list() | tuple():
            return "[" + ", ".join(rendered(one, kind) for one in value) + "]"
        case _:
            return repr(value)


def key_of(name: str) -> str:
    """A key, quoted where TOML wants it."""
    return name if BARE.fullmatch(name) else json.dumps(name)
