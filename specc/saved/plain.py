"""Calls as the language writes them, one entry each.

Nothing is said that is so anyway: an entry without `inputs` takes the one before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from specc.saved.call import Call, Folded, Inputs
from specc.saved.parts import Parts
from specc.source import Tree


def unfolded(parts: Parts) -> Folded:
    """Every layer an entry of its own, under its own name."""
    before = parts.inputs[0].name if len(parts.inputs) == 1 else None
    blocks = {name: {"inputs": list(one.inputs), "layers": _entries(one.calls, None)}
              for name, one in parts.blocks.items()}
    return Folded(_entries(parts.calls, before), blocks)


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
