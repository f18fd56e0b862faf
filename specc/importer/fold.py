"""Calls of layers to a spec that is pleasant to read, and means exactly the same.

Layers that only repeat, pieces that occur again and runs of alike pieces are written once:
`repeat`, groups, and blocks with parameters (`specc.importer.folding`). The graph that the result
lowers to is the one that the calls describe, in an order of its own that keeps branches together;
Keras orders a functional model's layers, and so its weights, by the wiring alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from specc.importer.folding.arrange import arrange
from specc.importer.folding.extract import Body
from specc.importer.folding.item import Item, Ref, Wires, distinct, key_of, rewired
from specc.importer.folding.pairs import Forest
from specc.importer.folding.rewrite import rewrite
from specc.importer.folding.similar import assimilate
from specc.importer.folding.unwrap import unwrap
from specc.importer.folding.write import Writer
from specc.record import replace
from specc.saved.call import Call, Folded
from specc.source import Tree

DEEPEST = 4  # blocks in one another


def fold(layers: Sequence[Call], keep: Collection[str],
         inputs: Sequence[str] | None = None) -> Folded:
    """Entries and blocks that lower to the graph of these calls.

    `keep`: names that something outside refers to; they stay names of entries of the model.
    `inputs`: the model's (else: those that calls take), as an entry with nothing before it takes
    the only one.
    """
    items = _items(layers, set(keep))
    items = _permuted(items, arrange(items))
    bodies: list[Body] = []
    for _ in range(DEEPEST):
        texts = [_rows(one) for one in (items, *(body.items for body in bodies))]
        forest = Forest(texts, assimilate, [body.params for body in bodies])
        forest.grow()
        done = rewrite(forest, len(bodies))
        items, *inner = (list(one) for one in done.texts)
        bodies = [replace(body, items=one) for body, one in zip(bodies, inner, strict=True)]
        bodies += done.bodies
        if not done.bodies:
            break
    items, bodies = unwrap(items, bodies)
    inputs = _outside(layers) if inputs is None else inputs
    writer = Writer(items, bodies, inputs)
    entries = writer.entries(items, inputs)
    blocks = {writer.blocks[at]: writer.block(at) for at in _used(items, bodies)}
    return Folded(entries, blocks)


def _used(items: Sequence[Item], bodies: Sequence[Body]) -> list[int]:
    """The blocks that are stamped, each after those that it stamps."""
    order: dict[int, None] = {}

    def visit(text: Sequence[Item]) -> None:
        for item in text:
            at = item.head.get("block", item.head.get("layers"))
            if isinstance(at, int) and at not in order:
                visit(bodies[at].items)
                if not bodies[at].anonymous:
                    order[at] = None

    visit(items)
    return list(order)


def _outside(layers: Sequence[Call]) -> list[str]:
    """The names that calls take from outside: the model's inputs, in the order of their use."""
    inside = {name for one in layers for name in (one.name, *one.given)}
    refs = (ref for one in layers for ref in _flat(one))
    return [ref for ref in dict.fromkeys(refs) if ref not in inside]


def _flat(call: Call) -> list[str]:
    values = call.inputs.values() if isinstance(call.inputs, Mapping) else call.inputs
    return [ref for one in values for ref in ((one,) if isinstance(one, str) else one)]


def _items(layers: Sequence[Call], keep: set[str]) -> list[Item]:
    """Calls wired by index, texts that look like expressions escaped."""
    where: dict[str, Ref] = {}
    number: dict[str, int] = {}
    called = {one.call_of for one in layers if one.call_of is not None}
    items = []
    for at, call in enumerate(layers):
        inputs: Wires
        if isinstance(call.inputs, Mapping):
            inputs = {key: where.get(one, one) if isinstance(one, str) else
                      tuple(where.get(each, each) for each in one)
                      for key, one in call.inputs.items()}
        else:
            inputs = tuple(where.get(one, one) for one in call.inputs)
        extra: dict[str, Tree] = {}
        if call.given:
            extra["gives"] = list(call.given)
        if call.constants:
            extra["with"] = dict(call.constants)
        head: dict[str, Tree] = {"type": call.type}
        if call.block is not None:
            head = {"block": call.block}
        items.append(Item(head, _escaped(dict(call.args)), inputs, (call.name,),
                          call.name in keep or call.name in called
                          or any(one in keep for one in call.given),
                          extra, call.given,
                          calls=None if call.call_of is None else number[call.call_of]))
        number[call.name] = at
        for result, name in enumerate(call.given or (call.name,)):
            where[name] = (at, result)
        where.setdefault(call.name, (at, 0))
    return items


def _escaped(value: Tree) -> Tree:
    """Texts that begin with `=` stand for themselves."""
    if isinstance(value, str):
        return f"={value}" if value.startswith("=") else value
    if isinstance(value, Mapping):
        return {key: _escaped(one) for key, one in value.items()}
    return [_escaped(one) for one in value] if isinstance(value, list | tuple) else value


def _permuted(items: Sequence[Item], order: Sequence[int]) -> list[Item]:
    put: dict[Ref, Ref] = {}
    place = {old: new for new, old in enumerate(order)}
    for old, new in place.items():
        for result in range(max(1, len(items[old].given))):
            put[(old, result)] = (new, result)
    return [replace(one, inputs=rewired(one.inputs, put),
                    calls=None if one.calls is None else place[one.calls])
            for one in (items[old] for old in order)]


def _rows(items: Sequence[Item]) -> list[Item]:
    """Equal layers that follow one another as one item with `repeat`."""
    uses: dict[int, int] = {}
    for item in items:
        for ref in distinct(item.refs()):
            if not isinstance(ref, str):
                uses[ref[0]] = uses.get(ref[0], 0) + 1
    out: list[Item] = []
    put: dict[Ref, Ref] = {}
    place: dict[int, int] = {}
    for at, item in enumerate(items):
        last = out[-1] if out else None
        if at and last is not None and item.inputs == ((at - 1, 0),) and uses[at - 1] == 1 \
                and _equal(item, last):
            out[-1] = replace(last, repeat=(last.repeat or 1) + 1, names=(*last.names, *item.names))
        else:
            out.append(replace(item, inputs=rewired(item.inputs, put),
                               calls=None if item.calls is None else place[item.calls]))
        for result in range(max(1, len(item.given))):
            put[(at, result)] = (len(out) - 1, result)
        place[at] = len(out) - 1
    return out


def _equal(item: Item, last: Item) -> bool:
    """Whether an item is another copy of the one before it."""
    alone = any(one.pinned or one.calls is not None or one.given or one.when is not None
                or isinstance(one.inputs, Mapping) or len(one.inputs) > 1 for one in (item, last))
    first = last.repeat is None or (isinstance(last.repeat, int) and len(last.names) == last.repeat)
    return not alone and first and item.repeat is None and item.head == last.head \
        and key_of(item.args) == key_of(last.args) and item.extra == last.extra
