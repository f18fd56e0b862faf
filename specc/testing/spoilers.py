"""Ways to spoil a valid document: a value written, a key cut, an entry more, a change of the text.

A spoiler takes a valid document that was drawn for it and gives it back with the mistake, or, where
the mistake lies in the writing, the text. What it wants of the document it says by a `Wish`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, Literal

from specc.importer.write import as_text
from specc.record import Record
from specc.source import Tree
from specc.testing.composing import Document, Wish
from specc.testing.draws import Chance

Form = Literal["toml", "json"]
Spoil = Callable[[Chance, Document], "Document | Raw"]


class Raw(Record):
    """A text as it is, and what lies beside it."""

    text: bytes
    form: Form = "toml"


class Spoiler(Record):
    code: str
    wish: Wish
    spoil: Spoil


def set_at(*path: str | int, to: Tree) -> Spoil:
    """A value written at a place; tables on the way are made where there are none."""
    def spoil(random: Chance, document: Document) -> Document:
        into: Any = document
        for step, behind in pairwise(path):
            if isinstance(into, dict) and step not in into:
                into[step] = [] if isinstance(behind, int) else {}
            into = into[step]
        into[path[-1]] = copy.deepcopy(to)
        return document

    return spoil


def cut(*path: str | int) -> Spoil:
    def spoil(random: Chance, document: Document) -> Document:
        into: Any = document
        for step in path[:-1]:
            into = into[step]
        del into[path[-1]]
        return document

    return spoil


def optimizer(to: Tree) -> Spoil:
    """Another optimizer, and no callback that looks at what the one before did."""
    def spoil(random: Chance, document: Document) -> Document:
        document["compile"]["optimizer"] = copy.deepcopy(to)
        document["fit"].pop("callbacks", None)
        return document

    return spoil


def entry(tree: dict[str, Tree], **more: Tree) -> Spoil:
    """An entry more, at any place of the layers in front of the last."""
    def spoil(random: Chance, document: Document) -> Document:
        layers = document["model"]["layers"]
        layers.insert(random.randint(1, len(layers) - 1), copy.deepcopy({**tree, **more}))
        return document

    return spoil


def edited(change: Callable[[str], str], form: Form = "toml") -> Spoil:
    """A change of the text."""
    def spoil(random: Chance, document: Document) -> Raw:
        before = as_text(document, form, None)
        after = change(before)
        assert after != before
        return Raw(after.encode("utf-8", "surrogatepass"), form)

    return spoil


def above(line: str, instead: str = "") -> Spoil:
    """A line more at the top of the file, in place of the key `instead`."""
    def spoil(random: Chance, document: Document) -> Raw:
        document.pop(instead, None)
        return Raw(f"{line}\n{as_text(document, 'toml', None)}".encode())

    return spoil


def everywhere(document: Document) -> Iterator[dict[str, Any]]:
    """Every entry of the model, in order."""
    model = document["model"]
    for part in (model.get("layers"), model.get("wide", {}).get("layers"),
                 model.get("deep", {}).get("layers"), model.get("head"), model.get("aux")):
        yield from part or ()


def dense(document: Document) -> dict[str, Any]:
    """An entry that is a Dense layer: every drawn spec has one."""
    return next(one for one in everywhere(document) if one["type"] == "Dense")


def on_dense(**arguments: Tree) -> Spoil:
    def spoil(random: Chance, document: Document) -> Document:
        dense(document).update(copy.deepcopy(arguments))
        return document

    return spoil


def one_of(*ways: Spoil) -> Spoil:
    return lambda random, document: random.choice(ways)(random, document)


def on_first(**arguments: Tree) -> Spoil:
    """Arguments of the layer that the spec was drawn around."""
    def spoil(random: Chance, document: Document) -> Document:
        document["model"]["layers"][0].update(copy.deepcopy(arguments))
        return document

    return spoil
