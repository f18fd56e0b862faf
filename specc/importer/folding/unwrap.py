"""Blocks that only stamp another block are left out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from specc.importer.folding.expressions import literal, names_in
from specc.importer.folding.extract import Body
from specc.importer.folding.item import Item, Ref, key_of, rewired
from specc.record import replace
from specc.source import Tree
from specc.syntax.expression import Refusal, evaluate


def unwrap(items: Sequence[Item], bodies: Sequence[Body]) -> tuple[list[Item], list[Body]]:
    """The lists with stamps of the inner block instead; bodies that nothing stamps stay."""
    texts = [list(items), *(list(body.items) for body in bodies)]
    for at, body in enumerate(bodies):
        inner = texts[at + 1]
        if body.anonymous or len(inner) != 1 or not isinstance(inner[0].head.get("block"), int):
            continue
        if inner[0].repeat is not None or inner[0].when is not None:
            continue
        for text in texts:
            for spot, item in enumerate(text):
                if item.head.get("block") == at:
                    made = _stamped(item, body, inner[0], bodies)
                    if made is not None:
                        text[spot] = made
    return texts[0], [replace(body, items=tuple(text))
                      for body, text in zip(bodies, texts[1:], strict=True)]


def _stamped(item: Item, outer: Body, inner: Item, bodies: Sequence[Body]) -> Item | None:
    """A stamp of the inner block that means what the stamp of the outer one meant."""
    given = {**outer.params, **item.args}
    defaults = bodies[int(inner.head["block"])].params
    args = {}
    for key, value in inner.args.items():
        put = substituted(value, given)
        if isinstance(put, Refusal):
            return None
        if key_of(put) != key_of(defaults[key]):
            args[key] = put
    entering = ["@in", *(f"@{name}" for name in outer.inputs)]
    own: dict[Ref, Ref] = dict(zip(entering[1:] or entering, item.refs(), strict=True))
    if outer.inputs:
        own["@in"] = own[f"@{outer.inputs[0]}"]
    if isinstance(item.inputs, Mapping):
        return None
    if item.repeat is not None and tuple(inner.refs()) != tuple(entering[1:] or entering):
        return None
    return replace(item, head=inner.head, args=args, inputs=rewired(inner.inputs, own))


def substituted(value: Tree, names: Mapping[str, Tree]) -> Tree | Refusal:
    """A value with what its names stand for; computed, where nothing is left to be known."""
    used = names_in(value)
    if not used:
        return value
    if isinstance(value, list):
        done = [substituted(one, names) for one in value]
        return next((one for one in done if isinstance(one, Refusal)), done)
    if not isinstance(value, str):
        return evaluate("=", {})
    if not any(names_in(names.get(name)) for name in used):
        return evaluate(value, names)
    if value[1:].strip() in names:
        return names[value[1:].strip()]
    texts = {name: literal(names[name]) for name in used if name in names}
    if any(texts.get(name) is None for name in used):
        return evaluate("=", {})
    return re.sub(r"[A-Za-z_]\w*", lambda found: texts.get(found[0]) or found[0], value)
