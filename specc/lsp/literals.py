"""What texts, numbers and booleans of TOML and JSON spell, also where they are spelled wrongly."""

from __future__ import annotations

import json
import re
import tomllib

from specc.source import Tree

QUOTES = ('"', "'")
_MARKS = ('"""', "'''", *QUOTES)
_WHOLE = re.compile(r"[+-]?[1-9][0-9]*|0")


def is_open(raw: str) -> bool:
    """Whether a text lacks the quote that ends it."""
    mark = next((one for one in _MARKS if raw.startswith(one)), "")
    body = raw[len(mark):]
    if not mark or not body.endswith(mark):
        return bool(mark)
    before = body[:-len(mark)]
    slashes = len(before) - len(before.rstrip("\\"))
    return mark[0] == '"' and slashes % 2 == 1


def unquoted(raw: str, json_: bool) -> str:
    """The text in quotes; as it stands there, where it is not closed or spelled wrongly."""
    if len(raw) > 1 and raw[0] == raw[-1] and "\\" not in raw and raw[1] != raw[0]:
        return raw[1:-1]
    try:
        return str(_loaded(raw, json_))
    except (ValueError, RecursionError):
        return raw.strip(raw[0])


def scalar(raw: str, json_: bool) -> Tree:
    """A number or a boolean; None for what is neither."""
    if _WHOLE.fullmatch(raw):
        return int(raw)
    try:
        return _loaded(raw, json_)
    except (ValueError, RecursionError):
        return None


def _loaded(raw: str, json_: bool) -> Tree:
    return json.loads(raw) if json_ else tomllib.loads(f"v = {raw}")["v"]


__all__ = ["QUOTES", "is_open", "scalar", "unquoted"]
