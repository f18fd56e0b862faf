"""Where a computed value comes from: the second place of what is said about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from specc.diagnostics import Diagnostic, Related
from specc.record import replace
from specc.source import Path, Tree, Where, dig
from specc.spec import Spec

_NAME = re.compile(r"[A-Za-z_]\w*")
# What is said of a value that cannot stand where it stands.
ABOUT_VALUES = frozenset(("OP101", "OP104", "OP105", "OP106", "OP107", "OP124", "OP125", "SX204",
                          "SX303", "SX304", "SX305", "SX307", "IR111"))


def with_origins(found: Iterable[Diagnostic], spec: Spec) -> list[Diagnostic]:
    """Findings about computed values, each with the places of the parameters behind it."""
    return _once((one, {where: f"`{name}` is set here" for name, where in _origins(one, spec)})
                 for one in found)


def given(found: Iterable[Diagnostic], tree: Tree, block: str,
          params: Mapping[str, Where]) -> list[Diagnostic]:
    """Findings inside a block, with the places where the block's parameters have their values."""
    def behind(one: Diagnostic) -> dict[Where, str]:
        inside = [where for where in (one.where, *(known.where for known in one.related))
                  if where.path[:2] == ("blocks", block) and where.part == "value"]
        return {params[name]: f"`{name}` is given here" for where in inside
                for name in names_in(dig(tree, where.path)) if name in params}

    return _once((one, behind(one)) for one in found)


def _once(found: Iterable[tuple[Diagnostic, Mapping[Where, str]]]) -> list[Diagnostic]:
    """Findings with the places behind them. A parameter of which a value cannot be used is said
    once, however often it is used."""
    out = []
    blamed: set[Where] = set()
    for one, places in found:
        if one.code in ABOUT_VALUES and one.severity == "error":
            if places.keys() & blamed:
                continue
            blamed |= places.keys()
        out.append(_related(one, places))
    return out


def names_in(value: Tree) -> tuple[str, ...]:
    """The names that an expression may speak of; none of a value that is none."""
    computed = isinstance(value, str) and value.startswith("=")
    return tuple(dict.fromkeys(_NAME.findall(value))) if computed else ()


def _related(one: Diagnostic, places: Mapping[Where, str]) -> Diagnostic:
    told = {(known.where.file, known.where.path) for known in one.related}
    more = [Related(where, said) for where, said in places.items()
            if (where.file, where.path) not in told]
    return replace(one, related=(*one.related, *more)) if more else one


def _origins(one: Diagnostic, spec: Spec) -> list[tuple[str, Where]]:
    """The names of [params] in the expression that a finding is about, or is inside of; a block's
    own names hide them."""
    path, part = one.where.path, one.where.part
    end = next((end for end in range(len(path), 0, -1)
                if dig(spec.tree, path[:end]) is not None), 0)
    if path[:1] == ("params",) or (part == "key" and end == len(path)):
        return []
    block = spec.blocks.get(str(path[1])) if path[:1] == ("blocks",) and len(path) > 1 else None
    value = dig(spec.tree, path[:end]) if end else None
    inner = path[end:]  # what stands in the component that a parameter is
    return [(name, spec.where("params", name, *_there(spec, name, inner)))
            for name in names_in(value)
            if name in spec.params and not (block and name in block.params)]


def _there(spec: Spec, name: str, inner: Path) -> Path:
    """The part of a path that is written in a parameter."""
    end = next((end for end in range(len(inner), 0, -1)
                if dig(spec.tree, ("params", name, *inner[:end])) is not None), 0)
    return inner[:end]


__all__ = ["given", "names_in", "with_origins"]
