"""A line on every component and every argument, in our own words: the file `docs.toml`.

Read by `specc ops`, the JSON Schema and the reference page; checking a spec never reads it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from specc.ops.component import Category
from specc.ops.table import Named

OWN = "doc"  # the line on a component itself; every other key is an argument


@cache
def lines() -> Mapping[str, Any]:
    """The file as it is written."""
    return tomllib.loads(Path(__file__).with_name("docs.toml").read_text(encoding="utf-8"))


def of_component(category: Named, name: str) -> str:
    """What a component (or an activation) does; "" where nothing is written."""
    said = lines().get(category, {}).get(name, "")
    return str(said if category == "activation" else said[OWN] if said else "")


def of_argument(category: Category, name: str, key: str) -> str:
    """What an argument does. The most exact line wins: the component's, the category's, anyone's.

    "" where nothing is written.
    """
    shared = lines().get(category, {})
    for source in (shared.get(name, {}), shared, lines()["any"]):
        if isinstance(source.get(key), str):
            return str(source[key])
    return ""


__all__ = ["OWN", "lines", "of_argument", "of_component"]
