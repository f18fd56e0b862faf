"""The JSON text of a saved model to a plain tree, and the objects that Keras writes in it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from specc.diagnostics import Outcome
from specc.record import Record, field
from specc.saved.archive import MOST_TEXT
from specc.saved.errors import config_unreadable, cut
from specc.source import Path, Tree, Where

DEEPEST = 200  # tables and lists in one another; a nested model takes four

# What Keras writes for values that JSON does not have.
TENSOR, SLICE, TUPLE, ARRAY = "__keras_tensor__", "__slice__", "__tuple__", "__numpy__"
CODE = ("__lambda__", "__bytes__", "__typespec__")


class Saved(Record):
    """An object as Keras writes it: `{"class_name": ..., "module": ..., "config": {...}}`."""

    kind: str  # class_name
    module: str
    config: Mapping[str, Tree]
    name: str = ""  # of a layer
    inbound: tuple[Tree, ...] = ()  # of a layer in a functional model: one for each call
    path: Path = ()  # where it stands in the file
    build: Mapping[str, Tree] = field(default_factory=dict)


def saved(tree: Tree, path: Path = ()) -> Saved | None:
    """An object that has a class and a config; None for what is none."""
    if not isinstance(tree, Mapping):
        return None
    kind, config = tree.get("class_name"), tree.get("config")
    module = tree.get("module", "")
    inbound = tree.get("inbound_nodes", ())
    build = tree.get("build_config")
    if not isinstance(kind, str) or not isinstance(config, Mapping):
        return None
    if not isinstance(module, str | None) or not isinstance(inbound, list | tuple):
        return None
    name = tree.get("name", config.get("name"))
    return Saved(kind, module or "", config, name if isinstance(name, str) else "",
                 tuple(inbound), path, build if isinstance(build, Mapping) else {})


def tree_of(text: bytes, where: Where) -> Outcome[Mapping[str, Tree]]:
    """The tree of a config: bounded in size and depth, no key twice, nothing that is no text."""
    if len(text) > MOST_TEXT:
        return _unreadable(where, f"it has {len(text):,} bytes, and at most {MOST_TEXT:,} are read")
    try:
        tree = json.loads(text.decode("utf-8-sig"), object_pairs_hook=_once)
        if isinstance(tree, str):  # the text of model.to_json(), written by json.dump
            tree = json.loads(tree, object_pairs_hook=_once)
    except UnicodeDecodeError:
        return _unreadable(where, "it is not UTF-8")
    except RecursionError:
        return _unreadable(where, "it is nested too deeply")
    except json.JSONDecodeError as wrong:
        return _unreadable(where, f"{wrong.msg[0].lower()}{wrong.msg[1:]} in line {wrong.lineno}, "
                                  f"column {wrong.colno}")
    except ValueError as wrong:  # a key twice, a number of more digits than Python reads
        return _unreadable(where, cut(wrong))
    if not isinstance(tree, dict):
        return _unreadable(where, "it is no table")
    reason = next(_odd(tree), None)
    return _unreadable(where, reason) if reason else Outcome(tree)


def _unreadable(where: Where, reason: str) -> Outcome[Any]:
    return Outcome(None, (config_unreadable(where, reason=reason),))


def _once(pairs: list[tuple[str, Tree]]) -> dict[str, Tree]:
    table = dict(pairs)
    if len(table) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ValueError(f"`{cut(twice)}` is there twice in one table")
    return table


def _odd(tree: Tree) -> Iterator[str]:
    """What is too deep, or cannot be written to a file again (half of a surrogate pair)."""
    stack: list[tuple[Tree, int]] = [(tree, 0)]
    while stack:
        value, depth = stack.pop()
        if depth > DEEPEST:
            yield "it is nested too deeply"
        if isinstance(value, str) and not value.isascii() and not _writable(value):
            yield "it holds text that is no Unicode"
        elif isinstance(value, dict):
            stack += ((one, depth + 1) for one in value.values())
            stack += ((key, depth) for key in value if not key.isascii())
        elif isinstance(value, list):
            stack += ((one, depth + 1) for one in value)


def _writable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
