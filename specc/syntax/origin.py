"""Which parameters a value is computed from: the second place of what is said about it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from specc.diagnostics import Diagnostic, Related
from specc.record import replace
from specc.source import Path, Tree, dig
from specc.spec import Spec

_NAME = re.compile(r"[A-Za-z_]\w*")


def with_origins(found: Iterable[Diagnostic], spec: Spec) -> list[Diagnostic]:
    """Findings about computed values, each with the places of the parameters behind it."""
    return [_with_origin(one, spec) for one in found]


def _with_origin(one: Diagnostic, spec: Spec) -> Diagnostic:
    value = _written(spec.tree, one.where.path)
    if one.where.part == "key" or not isinstance(value, str) or not value.startswith("="):
        return one
    told = {(known.where.file, known.where.path) for known in one.related}
    places = [(name, spec.where("params", name)) for name in _names(value, one.where.path, spec)]
    more = [Related(where, f"`{name}` is set here") for name, where in places
            if (where.file, where.path) not in told]
    return replace(one, related=(*one.related, *more)) if more else one


def _written(tree: Tree, path: Path) -> Tree:
    """What the file holds at a path, or at the nearest one above: a component may be computed."""
    if path[:1] == ("params",):
        return None
    return next((value for end in range(len(path), 0, -1)
                 if (value := dig(tree, path[:end])) is not None), None)


def _names(expression: str, path: Path, spec: Spec) -> list[str]:
    """The names of [params] in an expression; a block's own hide them."""
    block = spec.blocks.get(str(path[1])) if path[:1] == ("blocks",) and len(path) > 1 else None
    return [name for name in dict.fromkeys(_NAME.findall(expression))
            if name in spec.params and not (block and name in block.params)]


__all__ = ["with_origins"]
