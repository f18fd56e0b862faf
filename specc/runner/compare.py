"""`specc compare`: the numbers of several runs side by side, and their curves in one picture."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from specc.diagnostics import SpecError
from specc.runner.errors import cannot_write, not_a_run, unreadable_run
from specc.runner.folder import Folder
from specc.source import Where

NEEDED = ("metrics.json", "history.jsonl")


def compare(paths: Sequence[Path], picture: Path) -> dict[str, dict[str, Any]]:
    """`{run: {"test.price.mae": 0.4, ...}}`, and the picture written."""
    for path in paths:
        for name in NEEDED:
            if not (path / name).is_file():
                raise SpecError([not_a_run(Where(str(path)), path=str(path), lacks=name)])
    names = _names(paths)
    folders = {name: Folder(path) for name, path in zip(names, paths, strict=True)}
    numbers = {name: dict(_flat(_metrics(folder))) for name, folder in folders.items()}
    from specc.runner.pictures import compared

    try:
        compared(picture, {name: folder.history() for name, folder in folders.items()})
    except OSError as refused:
        raise SpecError([cannot_write(Where(str(picture)), path=str(picture),
                                      reason=refused.strerror or str(refused))]) from None
    return numbers


def _metrics(folder: Folder) -> Mapping[str, Any]:
    place, path = Where(str(folder.path)), str(folder.path)
    try:
        found = folder.read("metrics.json")
    except (json.JSONDecodeError, UnicodeDecodeError) as broken:
        raise SpecError([unreadable_run(place, path=path, reason=str(broken))]) from None
    if not isinstance(found, dict):
        reason = "its metrics.json holds no table"
        raise SpecError([unreadable_run(place, path=path, reason=reason)])
    return found


def _names(paths: Sequence[Path]) -> list[str]:
    """The shortest ends of the paths that tell them apart: the spec's name, or name/time."""
    for parts in (1, 2):
        names = ["/".join(path.resolve().parts[-2:][:parts]) for path in paths]
        if len(set(names)) == len(names):
            return names
    return [f"{name} ({index})" for index, name in enumerate(names, 1)]


def _flat(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in tree.items():
        name = f"{prefix}.{key}" if prefix else key
        if isinstance(value, dict):
            yield from _flat(value, name)
        else:
            yield name, value


def as_text(found: Mapping[str, Mapping[str, Any]]) -> str:
    """A row a number, a column a run; the rows of a part (train, test) together."""
    keys = list(dict.fromkeys(key for row in found.values() for key in row))
    parts = list(dict.fromkeys(map(_part, keys)))
    keys.sort(key=lambda key: parts.index(_part(key)))
    width = max(map(len, keys), default=0)
    lines = ["  ".join([" " * width, *(name.rjust(12) for name in found)])]
    for key in keys:
        cells = (_cell(row.get(key)).rjust(max(12, len(name))) for name, row in found.items())
        lines.append("  ".join([key.ljust(width), *cells]))
    return "\n".join(lines)


def _part(key: str) -> str:
    return key.partition(".")[0]


def _cell(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, int | float) else ("" if value is None else "...")
