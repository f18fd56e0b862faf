"""A document to a `Spec`: parameters substituted, the form checked, everything frozen.

A mistake is left out and noted, and the rest goes on, so that one run says everything:
`Spec.broken` holds the paths that were left out, and nobody complains about them twice.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from specc.diagnostics import Diagnostic, Outcome
from specc.later import later
from specc.source import Path, Tree, Where, dig
from specc.spec import Choices, Interval, Spec
from specc.syntax.certain import certainly
from specc.syntax.document import Document
from specc.syntax.expression import evaluate_params, refusals, substitute
from specc.syntax.freeze import freeze
from specc.syntax.prune import prune
from specc.syntax.values import SCALARS, TABLES, kind_of
from specc.syntax.written import table, written

if TYPE_CHECKING:
    from specc.syntax import form_errors
else:
    form_errors = later("specc.syntax.form_errors")

# Lowering evaluates these: they may speak of `i` and of the parameters of blocks.
LATER: tuple[Path, ...] = (
    ("params",), ("blocks",), ("extends",), ("unset",), ("tune", "space"),
    ("model", "layers"), ("model", "wide", "layers"), ("model", "deep", "layers"),
    ("model", "head"), ("model", "aux"),
)


MODEL = ("kind", "dtype", "weights", "layers", "wide", "deep", "head", "aux")
TOWER = ("input", "layers")


def parse(document: Document, *, quick: bool = True) -> Outcome[Spec]:
    """The spec that a document holds, and all that is wrong with its form.

    quick: what is certainly right need not be read by pydantic.
    """
    tree = _copied(document.tree)
    if not isinstance(tree, dict):
        reason = f"a spec is a table, found {kind_of(tree)}"
        return Outcome(None, (form_errors.wrong_value(document.where(), reason=reason),))
    found = list(_version(tree, document))
    broken = set(_misspelt(tree))
    params = _params(tree, document)
    found += params.diagnostics
    broken |= prune(tree, [d.where.path for d in params.diagnostics])
    values = dict(params.value or {})
    for part in (("inputs", "outputs"), None):
        names = values | written(tree, values)
        for key in part or [key for key in tree if key not in ("inputs", "outputs")]:
            found += _substitute(tree, (key,), names, document, broken)

    form, wrong = _form(tree, document, broken, quick=quick)
    found += wrong
    space = _space(tree, document) if ("params",) not in broken else Outcome({})
    found += space.diagnostics
    if form is None:
        return Outcome(None, tuple(found))
    name = form.name or os.path.basename(document.file).split(".")[0] or "spec"
    spec = freeze(form, file=document.file, name=name, params=values, space=space.value or {},
                  tree=document.tree, owners=document.owners, broken=frozenset(broken))
    return Outcome(spec, tuple(found))


def _space(tree: Mapping[str, Tree],
           document: Document) -> Outcome[dict[str, Choices | Interval]]:
    """[tune.space], against the params as they are written."""
    written_space = table(table(tree, "tune"), "space")
    if not written_space:
        return Outcome({})
    from specc.syntax.space import freeze_space  # only a search needs it

    return freeze_space(written_space, table(document.tree, "params"),
                        lambda *steps: document.where("tune", "space", *steps))


def _form(tree: dict[str, Tree], document: Document,
          broken: set[Path], *, quick: bool) -> tuple[Any, list[Diagnostic]]:
    """The form, mistakes left out, and what was said about them."""
    found: list[Diagnostic] = []
    for key in ("inputs", "model", "outputs"):
        if not tree.get(key) and (key,) not in broken:
            found.append(form_errors.missing_key(document.where(key), key=f"[{key}]",
                                                 table="a spec"))
            broken.add((key,))
    if quick and not broken and (certain := certainly(tree)):
        return certain, found
    from specc.syntax.judge import validate  # with pydantic, which costs more than all the rest

    form, wrong = validate(tree, document, broken)
    return form, [*found, *wrong]


def _misspelt(tree: dict[str, Tree]) -> Iterator[Path]:
    """Tables that are there under nearly their names, which is said anyway: what they say is not
    known. Only params are taken from there, since everything may speak of them."""
    unknown = [key for key in tree if _unknown((key,)) and isinstance(tree[key], dict)]
    for key in unknown:
        from specc.diagnostics.spelling import like

        near = like(key, TABLES)
        if near == "params":
            tree.setdefault("params", _copied(tree[key]))
        if near is not None:
            yield (near,)


def _copied(tree: Tree) -> Tree:
    """Tables and lists anew, since what is wrong is taken out of them."""
    if isinstance(tree, dict):
        return {key: _copied(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_copied(value) for value in tree]
    return tree


def _params(tree: Mapping[str, Tree], document: Document) -> Outcome[dict[str, Tree]]:
    """The params; computed again where they speak of a part of the file that speaks of params."""
    raw = table(tree, "params")

    def place(*steps: str | int) -> Where:
        return document.where("params", *steps)

    first = evaluate_params(raw, written(tree, {}), place)
    if not first.diagnostics or first.value is None:
        return first
    return evaluate_params(raw, written(tree, first.value), place)


def _version(tree: Mapping[str, Tree], document: Document) -> Iterable[Diagnostic]:
    version = tree.get("specc")
    if isinstance(version, int) and not isinstance(version, bool) and version != 1:
        yield form_errors.language_version(document.where("specc"), found=version)


def _unknown(path: Path) -> bool:
    """Whether a table is none of the language's: what names mean in it, nobody knows."""
    known = {1: (*TABLES, *SCALARS), 2: MODEL, 3: TOWER}.get(len(path), ())
    inside = len(path) == 1 or (path[0] == "model" and (
        len(path) == 2 or (len(path) == 3 and path[1] in ("wide", "deep"))))
    return inside and path[-1] not in known


def _substitute(tree: dict[str, Tree], path: Path, names: Mapping[str, Tree], document: Document,
                broken: set[Path]) -> list[Diagnostic]:
    """Replace expressions below `path` in place, except in what lowering evaluates."""
    if path in LATER or _unknown(path):
        return []
    value = dig(tree, path)
    if isinstance(value, dict) and any(later[:len(path)] == path for later in LATER):
        return [one for key in list(value)
                for one in _substitute(tree, (*path, key), names, document, broken)]
    done = substitute(value, names, lambda *steps: document.where(*path, *steps))
    into: Tree = dig(tree, path[:-1]) if path[:-1] else tree
    into[path[-1]] = done.value
    silent = [(*path, *inner) for inner in refusals(done.value)]
    broken |= prune(tree, [*(one.where.path for one in done.diagnostics), *silent])
    return list(done.diagnostics)
