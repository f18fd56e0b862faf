"""What is written for a choice, in TOML and in JSON: keys with what comes behind them, tables.

A snippet is a text with places for the cursor: `$1` is one, `${1:x}` one with an x to be written
over; `\\` stands before a sign that is meant as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from json import dumps

from specc.lsp.ignoring import REASON
from specc.lsp.slots import Slot
from specc.ops.examples import toml
from specc.source import Path, Tree

# What comes behind keys that the schema leaves to the author.
FILLINGS: Mapping[Path, str] = {
    ("lint", "ignore"): f'"${{1:{REASON}}}"',
    ("outputs",): "{ $1 \\}",
    ("expect",): "{ $1 \\}",
}
CHOSEN = ("type", "block")  # keys whose value is what was chosen
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def key_text(key: str, *, json: bool) -> str:
    return dumps(key, ensure_ascii=False) if json or not _BARE.fullmatch(key) else key


def pair(key: str, value: str, *, json: bool) -> str:
    """A key and its value, which is a snippet."""
    return f"{escaped(key_text(key, json=json))}{': ' if json else ' = '}{value}"


def filling(inner: Slot) -> str:
    """The brackets or quotes that the value of a key stands in, whatever it is."""
    kinds = inner.types - {"null"}
    if kinds == {"array"}:
        return "[$1]"
    if kinds == {"object"}:
        return "{ $1 \\}"
    if kinds == {"string"} or (inner.words and not kinds - {"string"}):
        return '"$1"'
    return "$1"


def written(tree: Mapping[str, Tree], *, json: bool) -> str:
    """A table on one line; what stands for the author's choice may be written over."""
    pairs = []
    for at, (key, value) in enumerate(tree.items()):
        shown = escaped(dumps(value) if json else toml(value))
        pairs.append(pair(key, shown if key in CHOSEN else f"${{{at}:{shown}}}", json=json))
    inside = ", ".join(pairs)
    return f"{{{inside}\\}}" if json else f"{{ {inside} \\}}"


def escaped(text: str) -> str:
    """A text as a snippet writes it."""
    return re.sub(r"[\\$}]", r"\\\g<0>", text)


def plain(snippet: str) -> str:
    """A snippet as a text, for editors that have none: what would be written over stays."""
    out, at = [], 0
    while at < len(snippet):
        sign = snippet[at]
        if sign == "\\":
            out.append(snippet[at + 1:at + 2])
            at += 2
        elif sign == "$" and snippet[at + 1] == "{":
            at = snippet.index(":", at) + 1
        elif sign == "$":
            at += 2
        else:
            out.append("" if sign == "}" else sign)
            at += 1
    return "".join(out)


__all__ = ["FILLINGS", "escaped", "filling", "key_text", "pair", "plain", "written"]
