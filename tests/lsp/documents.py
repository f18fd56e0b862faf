"""Specs to try things on, and how a cursor is written in a text."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import specc
from specc.lsp.plans import Known, carried, known
from specc.lsp.scene import Scene, scene
from specc.pipeline import Checked
from specc.source import Path as TreePath
from specc.source import Tree

ROOT = Path(__file__).parents[2]
SPECS = sorted((ROOT / "specs").rglob("*.specc.*"))
CONFORMING = sorted((ROOT.parent / "shared" / "language").glob("*.specc.*"))
EVERY = [*SPECS, *CONFORMING]

SMALL = """specc = 1
name = "small"
[params]
units = 8
depth = 2
[inputs.x]
shape = [4]
[model]
kind = "functional"
layers = [
  { type = "Dense", units = "=units", activation = "relu", name = "hidden", repeat = "=depth" },
  { type = "Dense", units = 1, name = "y" },
]
[outputs.y]
task = "regression"
"""
BASE = "[params]\nunits = 8\n"


def content(file: Path) -> str:
    return file.read_text(encoding="utf-8-sig")


def tree_of(text: str) -> Any:
    return json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)


def cursor(text: str) -> tuple[str, int]:
    """A text without its `|`, and where that was."""
    return text.replace("|", "", 1), text.index("|")


def at(text: str, word: str, inside: int = 1) -> int:
    """An offset inside the first place of a word."""
    return text.index(word) + inside


def checked(text: str, file: str) -> Checked:
    return specc.check(file, texts={os.path.realpath(file): text.encode()})


def here(text: str, file: Path | str) -> Scene:
    return scene(str(file), text, {})


def plan_of(text: str, file: Path | str, before: str | None = None) -> Known | None:
    """What is known of a text, by itself or else by the one before."""
    found = known(checked(text, str(file)), text)
    if found is None and before is not None:
        old = known(checked(before, str(file)), before)
        return carried(old, text) if old else None
    return found


def leaves(tree: Tree, path: TreePath = ()) -> Iterator[tuple[TreePath, Tree]]:
    """Every value of a tree that is neither table nor list."""
    items = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for step, value in items:
        if isinstance(value, dict | list):
            yield from leaves(value, (*path, step))
        else:
            yield (*path, step), value
