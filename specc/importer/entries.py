"""Calls as the language writes them: one entry each, or repeats folded.

Nothing is said that is so anyway: an entry without `inputs` takes the one before it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence

from specc.importer.call import Call, Folded, Inputs
from specc.importer.fold import fold
from specc.importer.parts import Parts
from specc.record import replace
from specc.source import Tree

GROUP = "@group "  # the type that stands for a group while its calls are folded


def unfolded(parts: Parts) -> Folded:
    """Every layer an entry of its own, under its own name."""
    before = parts.inputs[0].name if len(parts.inputs) == 1 else None
    blocks = {name: {"inputs": list(one.inputs), "layers": _entries(one.calls, None)}
              for name, one in parts.blocks.items()}
    return Folded(_entries(parts.calls, before), blocks)


def folded(parts: Parts) -> Folded:
    """Repeats written once. What outputs refer to keeps its name."""
    blocks: dict[str, dict[str, Tree]] = {}
    taken = set(parts.blocks)
    layers = _folded(parts.calls, {one.source for one in parts.outputs}, blocks, taken)
    for name, one in parts.blocks.items():
        inner = _folded(one.calls, {one.calls[-1].name}, blocks, taken)
        blocks[name] = {"inputs": list(one.inputs), "layers": inner}
    return Folded(layers, blocks)


def _folded(calls: Sequence[Call], keep: Collection[str], blocks: dict[str, dict[str, Tree]],
            taken: set[str]) -> list[dict[str, Tree]]:
    """One list of calls; the blocks that it needs are added, under names that are free."""
    groups: dict[str, tuple[str, list[dict[str, Tree]]]] = {}
    opaque = [_opaque(one, groups, blocks, taken) for one in calls]
    done = fold(opaque, keep)
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


def _entries(calls: Sequence[Call], before: str | None) -> list[dict[str, Tree]]:
    """Every call as an entry. before: what one without `inputs` at the start would take."""
    out = []
    for one in calls:
        out.append(_entry(one, before))
        before = one.given[0] if one.given else one.name
    return out


def _entry(call: Call, before: str | None) -> dict[str, Tree]:
    meaning: dict[str, Tree] = {"type": call.type}
    if call.call_of is not None:
        meaning = {"call": call.call_of}
    elif call.block is not None:
        meaning = {"block": call.block}
    elif call.body:
        meaning = {}
    out = {**meaning, "name": call.name}
    if call.inputs != (before,):
        out["inputs"] = _inputs(call.inputs)
    if call.given:
        out["gives"] = list(call.given)
    if call.constants:
        out["with"] = dict(call.constants)
    out |= {key: _say(one) for key, one in call.args.items()}
    if call.body:
        out["layers"] = _entries(call.body, "@in")
    return out


def _say(value: Tree) -> Tree:
    """An argument as a spec writes it: None, and texts that begin with `=`."""
    if value is None:
        return "=none"
    if isinstance(value, str):
        return f"={value}" if value.startswith("=") else value
    if isinstance(value, Mapping):
        return {key: _say(one) for key, one in value.items()}
    return [_say(one) for one in value] if isinstance(value, list | tuple) else value


def _inputs(inputs: Inputs) -> Tree:
    if isinstance(inputs, tuple):
        return inputs[0] if len(inputs) == 1 else list(inputs)
    return {key: list(one) if isinstance(one, tuple) else one for key, one in inputs.items()}
