"""Calls as the language writes them, repeats folded."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence

from specc.importer.fold import fold
from specc.record import replace
from specc.saved.call import Call, Folded
from specc.saved.parts import Parts
from specc.source import Tree

GROUP = "@group "  # the type that stands for a group while its calls are folded


def folded(parts: Parts) -> Folded:
    """Repeats written once. What outputs refer to keeps its name."""
    blocks: dict[str, dict[str, Tree]] = {}
    taken = set(parts.blocks)
    layers = _folded(parts.calls, {one.source for one in parts.outputs}, blocks, taken,
                     [one.name for one in parts.inputs])
    for name, one in parts.blocks.items():
        inner = _folded(one.calls, {one.calls[-1].name}, blocks, taken)
        blocks[name] = {"inputs": list(one.inputs), "layers": inner}
    return Folded(layers, blocks)


def _folded(calls: Sequence[Call], keep: Collection[str], blocks: dict[str, dict[str, Tree]],
            taken: set[str], inputs: Sequence[str] | None = None) -> list[dict[str, Tree]]:
    """One list of calls; the blocks that it needs are added, under names that are free.

    inputs: of the model, where the list is its own.
    """
    groups: dict[str, tuple[str, list[dict[str, Tree]]]] = {}
    opaque = [_opaque(one, groups, blocks, taken) for one in calls]
    done = fold(opaque, keep, inputs)
    names = {}
    for name in done.blocks:
        names[name] = free = _free(name, taken)
        taken.add(free)
    bodies = dict(groups.values())
    for name, block in done.blocks.items():
        blocks[names[name]] = _opened(block, names, bodies)
    return [_opened(one, names, bodies) for one in done.layers]


def _opaque(call: Call, groups: dict[str, tuple[str, list[dict[str, Tree]]]],
            blocks: dict[str, dict[str, Tree]], taken: set[str]) -> Call:
    """A group as a layer of a kind of its own; equal groups are of one kind."""
    if not call.body:
        return call
    key = json.dumps([_plain(one) for one in call.body])
    if key not in groups:
        inner = _folded(call.body, {call.body[-1].name}, blocks, taken)
        groups[key] = (f"{GROUP}{len(groups)}", inner)
    return replace(call, type=groups[key][0], body=())


def _plain(call: Call) -> Tree:
    inputs = dict(call.inputs) if isinstance(call.inputs, Mapping) else list(call.inputs)
    return [call.name, call.type, dict(call.args), inputs, call.call_of, call.given,
            dict(call.constants), call.block, [_plain(one) for one in call.body]]


def _opened(tree: Tree, names: Mapping[str, str],
            bodies: Mapping[str, list[dict[str, Tree]]]) -> Tree:
    """Entries with groups in the place of what stood for them, and blocks under their names."""
    if isinstance(tree, list):
        return [_opened(one, names, bodies) for one in tree]
    if tree is None:
        return "=none"
    if not isinstance(tree, dict):
        return tree
    kind = tree.get("type")
    if isinstance(kind, str) and kind in bodies:
        rest = {key: value for key, value in tree.items() if key != "type"}
        return {**_opened(rest, names, bodies), "layers": bodies[kind]}
    out = {key: _opened(value, names, bodies) for key, value in tree.items()}
    if isinstance(out.get("block"), str):
        out["block"] = names.get(out["block"], out["block"])
    return out


def _free(name: str, taken: Collection[str]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free
