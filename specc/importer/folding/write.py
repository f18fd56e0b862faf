"""Items to entries, as the language writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from specc.importer.folding.extract import Body
from specc.importer.folding.item import Item, Ref
from specc.importer.folding.naming import block_name, free, plain, short, stem
from specc.ir.scope import snake
from specc.source import Tree
from specc.syntax.values import NAME

Entry = dict[str, Tree]


class Writer:
    """Names blocks once, then writes lists. `top` names are those of the model's own inputs."""

    def __init__(self, top: Sequence[Item], bodies: Sequence[Body], inputs: Sequence[str]) -> None:
        self.bodies, self.inputs = bodies, inputs
        every = [name for item in top for name in item.names]
        common = stem(every)
        layers = {re.sub(r"(_\d+)+$", "", name) for name in every}
        self.blocks: dict[int, str] = {}
        self.reserved = {item.names[0] for item in top if item.pinned} | set(inputs)
        for at, body in enumerate(bodies):
            if not body.anonymous:
                self.blocks[at] = block_name(body.names, body.items, common,
                                             {*self.blocks.values(), *self.reserved, *layers})

    def block(self, at: int) -> Entry:
        """The table `[blocks.NAME]`."""
        body = self.bodies[at]
        out: Entry = {}
        if body.inputs:
            out["inputs"] = list(body.inputs)
        if body.params:
            out["params"] = dict(body.params)
        out["layers"] = self.entries(body.items, None)
        return out

    def entries(self, items: Sequence[Item], inputs: Sequence[str] | None) -> list[Entry]:
        """A list of entries; `inputs`: the model's, None inside a block or group."""
        names = self._names(items, inputs is not None)
        first = "@in" if inputs is None else inputs[0] if len(inputs) == 1 else None
        return [self._entry(items, at, names, first) for at in range(len(items))]

    def _entry(self, items: Sequence[Item], at: int, names: Mapping[int, str],
               first: str | None) -> Entry:
        item = items[at]
        meaning, what = next(iter(item.head.items()))
        out: Entry = {}
        if meaning == "layers" and isinstance(what, int):
            pass
        elif item.calls is not None:
            out["call"] = names[item.calls]
        else:
            out[meaning] = self.blocks[what] if meaning == "block" and isinstance(what, int) \
                else what
        if at in names:
            out["name"] = names[at]
        wires = self._wires(items, at, names, first)
        if wires is not None:
            out["inputs"] = wires
        out |= item.extra
        if item.repeat is not None:
            out["repeat"] = item.repeat
        if meaning == "layers" and isinstance(what, int):
            if item.args:
                out["params"] = dict(item.args)
        else:
            out |= item.args
        if item.when is not None:
            out["when"] = item.when
        if meaning == "layers" and isinstance(what, int):
            out["layers"] = self.entries(self.bodies[what].items, None)
        return out

    def _wires(self, items: Sequence[Item], at: int, names: Mapping[int, str],
               first: str | None) -> Tree:
        """`inputs`, or None where the entry before says the same."""
        item = items[at]
        before: Ref | None = (at - 1, 0) if at else first if first != "@in" else None

        def one(ref: Ref) -> str:
            if ref == before and at:
                return "@prev"
            if isinstance(ref, str):
                return ref
            source = items[ref[0]]
            if source.given:
                return source.given[ref[1]]
            return names[ref[0]]

        if isinstance(item.inputs, Mapping):
            return {key: one(value) if _single(value) else  # type: ignore[arg-type]
                    [one(each) for each in value]  # type: ignore[arg-type]
                    for key, value in item.inputs.items()}
        refs = list(item.inputs)
        if len(refs) == 1 and (refs[0] == before or (not at and refs[0] in ("@in", "@x"))):
            return None
        return one(refs[0]) if len(refs) == 1 else [one(ref) for ref in refs]

    def _word(self, item: Item) -> str:
        """What an entry without a name is called."""
        meaning, what = next(iter(item.head.items()))
        if meaning == "layers":
            return "group"
        return self.blocks[what] if isinstance(what, int) else snake(str(what))

    def _names(self, items: Sequence[Item], top: bool) -> dict[int, str]:
        """Names of the entries that need one: referred to from further down, or from outside."""
        wanted: dict[int, None] = {}
        for at, item in enumerate(items):
            if item.pinned:
                wanted[at] = None
            for ref in item.refs():
                if not isinstance(ref, str) and ref[0] != at - 1 and not items[ref[0]].given:
                    wanted[ref[0]] = None
            if item.calls is not None:
                wanted[item.calls] = None
            if isinstance(item.inputs, Mapping):
                for ref in item.refs():
                    if not isinstance(ref, str) and ref[0] == at - 1:
                        wanted.pop(ref[0], None) if not items[ref[0]].pinned else None
        words = {self._word(item) for item in items}
        crossed = {word for item in items if item.pinned
                   if (word := re.sub(r"(_\d+)+$", "", item.names[0])) in words}
        wanted |= {at: None for at, item in enumerate(items) if self._word(item) in crossed}
        names: dict[int, str] = {}
        given = {name for item in items for name in item.given}
        taken = _Taken({*self.reserved, *self.blocks.values(), *given}, words)
        for at in sorted(wanted):
            item = items[at]
            if item.pinned:
                names[at] = item.names[0]
                continue
            names[at] = free(_wish(items, at, top), taken)
            taken.names.add(names[at])
        return names


class _Taken:
    """Names that are used, or that an entry without one may be given."""

    def __init__(self, names: set[str], words: set[str]) -> None:
        self.names, self.words = names, words

    def __contains__(self, name: object) -> bool:
        return name in self.names or re.sub(r"(_\d+)+$", "", str(name)) in self.words


def _single(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, tuple) and len(value) == 2
                                      and isinstance(value[0], int))


def _wish(items: Sequence[Item], at: int, top: bool) -> str:
    """What an entry that is referred to would best be called."""
    item = items[at]
    if top:
        if item.names and len(item.names) == 1 and re.fullmatch(NAME, item.names[0]):
            own, number = re.fullmatch(r"(.*?)((?:_\d+)*)", item.names[0]).groups()  # type: ignore[union-attr]
            return item.names[0] if own != snake(item.what) else f"{short(item.what)}{number}"
        wishes = (stem(item.names), *item.names[-1:])
        return next((one for one in wishes if re.fullmatch(NAME, one)), "part")
    if item.when is not None:
        return "shortcut"
    endings = {plain(name.rpartition("_")[2]) for name in item.names}
    if len(endings) == 1 and re.fullmatch(NAME, word := endings.pop()) and len(word) > 2:
        return word
    users = [other.what for other in items for ref in other.refs()
             if not isinstance(ref, str) and ref[0] == at]
    return "branch" if len(users) == 1 else "stem"
