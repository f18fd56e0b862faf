"""A plan held against an older Keras: `specc check --keras 3.10`.

The table is Keras 3.15's, with a mark `since` on what is newer than 3.8. Whatever a spec writes
that the version asked for does not have yet is said once, where it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from specc.diagnostics import Diagnostic
from specc.ir.plan import Plan
from specc.ops import table
from specc.ops.arguments import Place, resolve
from specc.ops.component import Category, Component, Value
from specc.ops.component_errors import needs_newer_keras
from specc.ops.types import Activation, options_of
from specc.ops.values import under
from specc.source import Tree, Where, dig

Version: TypeAlias = tuple[int, int]  # major, minor: patches add nothing
Use: TypeAlias = tuple[Component, Place]
Marked: TypeAlias = tuple[str, Where, str]  # what is newer, where it is written, since when


def version_of(text: str) -> Version | None:
    """`3.10` or `3.10.2` as (3, 10); None for what is no version."""
    found = re.fullmatch(r"(\d{1,4})\.(\d{1,4})(?:\.\d{1,4})?", text, re.ASCII)
    return (int(found[1]), int(found[2])) if found else None


def unknown_version(text: str) -> str | None:
    """Why a version cannot be asked for; None for one that can."""
    first, last = table.oldest(), table.version()
    asked = version_of(text)
    known = f"specc knows Keras {first} to {last}"
    if asked is None:
        return f"--keras takes a version, such as {first}, found `{text}`; {known}"
    if not (version_of(first) or asked) <= asked <= (version_of(last) or asked):
        return f"--keras {text} is out of range; {known}"
    return None


def lacking(plan: Plan, asked: str) -> Iterator[Diagnostic]:
    """Every component, argument and word of a plan that Keras `asked` does not have yet."""
    version = version_of(asked)
    if version is None:
        return
    for component, place in uses(plan):
        for what, where, since in newer(component, place, plan.spec.tree, version):
            yield needs_newer_keras(where, what=what, since=since, asked=asked)


def unseen(plan: Plan | None, asked: str) -> Iterator[str]:
    """What was not held against a version."""
    if plan is None:
        yield f"keras {asked}: the model could not be made out"
        return
    for node in plan.graph.layers():
        if node.model_file is not None:
            yield f"keras {asked}: the layers in {node.model_file} were not looked at"
    if plan.spec.tune is not None and plan.spec.tune.space:
        yield f"keras {asked}: of [tune.space] only the values in [params] were looked at"


def uses(plan: Plan) -> Iterator[Use]:
    """The components that a spec writes, with their places: layers, then what trains them."""
    for node in plan.graph.layers():
        yield node.layer, node.where.at
    spec = plan.spec
    yield plan.optimizer, lambda *steps: spec.where("compile", "optimizer", *steps)
    for name, output in spec.outputs.items():
        yield from _again("loss", output.loss, spec.where("outputs", name, "loss").at)
        for index, tree in enumerate(output.metrics):
            place = spec.where("outputs", name, "metrics", index)
            yield from _again("metric", tree, place.at)
    for index, tree in enumerate(spec.fit.callbacks):
        yield from _again("callback", tree, spec.where("fit", "callbacks", index).at)


def _again(category: Category, tree: Tree, place: Place) -> Iterator[Use]:
    """A component of the spec, unless something is wrong with it, which was said before."""
    done = resolve(category, tree, place) if tree is not None else None
    if done is not None and done.value is not None:
        yield done.value, place


def newer(component: Component, place: Place, tree: Tree, version: Version) -> Iterator[Marked]:
    """What of a component is newer than a version, parts inside it too. `tree`: the document.

    Of a component that is newer itself, its arguments are not said as well.
    """
    entry = table.entry(component.category, component.name)
    if entry is None:  # a class of Python, or a saved part
        return
    whole = after(entry.since, version)
    if whole:
        written = dig(tree, place().path)
        yield f"`{entry.name}`", place("type") if isinstance(written, Mapping) else place(), whole
    for key, value in component.args.items():
        if not whole:
            yield from _argument(entry, key, value, place, version)
        many = isinstance(value, tuple)
        for index, one in enumerate(value if many else (value,)):
            if isinstance(one, Component):
                yield from newer(one, under(place, *((key, index) if many else (key,))), tree,
                                 version)


def _argument(entry: table.Entry, key: str, value: Value, place: Place,
              version: Version) -> Iterator[Marked]:
    """An argument, or its word, that came later than the component."""
    param = entry.params[key]
    if since := after(param.since, version):
        yield f"`{key}` of `{entry.name}`", place(key).key(), since
    elif isinstance(value, str):
        activation = Activation() in options_of(param.type)
        owner = "activation" if activation else f"{entry.category}.{entry.name}.{key}"
        if since := after(table.newer_words().get(f"{owner}.{value}"), version):
            yield f"`{key}` `{value}`", place(key), since


def after(since: str | None, version: Version) -> str:
    """A mark that is later than a version; "" where there is none."""
    return since if since and (version_of(since) or version) > version else ""


__all__ = ["lacking", "newer", "unknown_version", "unseen", "uses", "version_of"]
