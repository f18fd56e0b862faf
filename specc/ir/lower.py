"""A spec's model to one graph: groups, blocks, repeats, calls and the four kinds resolved.

Expressions in entries are evaluated here, a copy at a time, and only then are the arguments
checked. A mistake in something stamped several times is said once, where it is written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from specc.diagnostics import Diagnostic, Outcome, distinct
from specc.ir.connect import NOTHING, Takes, connect
from specc.ir.errors import (
    ambiguous_input,
    duplicate_name,
    entry_without_meaning,
    graph_cycle,
    too_many_layers,
    unknown_block,
    unknown_block_key,
    unknown_callee,
    unnamed_results,
    wrong_entry_value,
)
from specc.ir.graph import InputNode, Node, Ref
from specc.ir.scope import Callee, Place, Scope, snake
from specc.ops import OPS
from specc.ops.arguments import resolve
from specc.ops.component import Component
from specc.ops.table import entry as table_entry
from specc.source import Tree, Where
from specc.spec import Spec
from specc.syntax.expression import substitute
from specc.syntax.form import NAME, kind_of

MOST_LAYERS = 100_000
MEANINGS = ("type", "layers", "block", "call", "model")
KEYS = frozenset({"type", "name", "inputs", "gives", "with", "repeat", "when", "layers", "block",
                  "call", "model", "params", "output_shape", "trainable"})
UNKNOWN = Component("layer", "?")  # stands for a layer that could not be resolved


@dataclass(slots=True)
class Lowering:
    """The graph while it is built. `names` holds every full name, and what has it."""

    spec: Spec
    inputs: tuple[InputNode, ...]
    nodes: list[Node] = field(default_factory=list)
    found: list[Diagnostic] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)  # further calls of a layer so far
    full: bool = False  # too many layers: said once, and nothing more is added

    def entries(self, entries: Sequence[Tree], place: Place, scope: Scope) -> Ref | None:
        """Lower entries in order; what the last one gives."""
        later = [one.get("name") for one in entries if isinstance(one, dict)]
        for index, one in enumerate(entries):
            if self.full:
                break
            if isinstance(one, dict):
                self.entry(one, _below(place, index), scope, [n for n in later[index:] if n])
        return scope.prev

    def entry(self, entry: Mapping[str, Tree], place: Place, scope: Scope,
              later: Sequence[str]) -> None:
        """One entry, all its copies."""
        meanings = [key for key in MEANINGS if key in entry]
        if len(meanings) != 1:
            self.found.append(entry_without_meaning(place(), found=meanings))
            self._define(scope, entry, str(entry.get("name", "")), (NOTHING,), place)
            scope.prev = NOTHING
            return
        copies = self._copies(entry, place, scope)
        base = self._base_name(entry, meanings[0], place, scope, copies)
        taken = self._takes(entry, place, scope, later)
        given: tuple[Ref, ...] = (taken.first,)
        for number in range(1 if copies is None else copies):
            name = base if copies is None else f"{base}_{number + 1}"
            env = scope.env if copies is None else {**scope.env, "i": number}
            given = self.copy(entry, meanings[0], name, taken, env, place, scope)
            taken = taken.after(given[0])
            if copies is not None:
                self._define(scope, {}, name, given, place)
        self._define(scope, entry, base, given, place)
        scope.callees[base] = Callee(entry, place, scope.env, base)
        scope.prev = given[0]

    def copy(self, entry: Mapping[str, Tree], meaning: str, name: str, taken: Takes,
             env: Mapping[str, Tree], place: Place, scope: Scope) -> tuple[Ref, ...]:
        """One copy of an entry: the tensors it gives; what entered it, if `when` is false."""
        when = self._value(entry.get("when", True), env, place("when"))
        if when is not None and not isinstance(when, bool):
            reason = f"`when` is true or false, found {kind_of(when)}"
            self.found.append(wrong_entry_value(place("when"), reason=reason))
        if when is False:
            return (taken.first,)
        match meaning:
            case "type":
                return self.layer(entry, name, taken, env, place, scope)
            case "layers":
                return (self.group(entry, name, taken, env, place, scope),)
            case "block":
                return (self.block(entry, name, taken, env, place, scope),)
            case "call":
                return self.call(entry, taken, place, scope)
            case _:
                return self.saved(entry, name, taken, place, scope)

    # -- what an entry can be -------------------------------------------------------------------

    def layer(self, entry: Mapping[str, Tree], name: str, taken: Takes, env: Mapping[str, Tree],
              place: Place, scope: Scope) -> tuple[Ref, ...]:
        """A layer, its arguments checked."""
        kind = entry["type"]
        known = table_entry("layer", kind) if isinstance(kind, str) else None
        own = KEYS - {"output_shape"} if known and "output_shape" in known.params else KEYS
        written = {key: value for key, value in entry.items() if key not in own or key == "type"}
        done = substitute(written, env, place)
        self.found += done.diagnostics
        layer, doubtful, said = _resolved(done, place)
        self.found += said
        op = OPS.get(layer.name)
        joined = connect(op, taken, place) if op else Outcome(taken)
        self.found += joined.diagnostics
        node = self._node(name, layer, joined.value or taken, entry, place, scope,
                          declared="output_shape" in own, doubtful=doubtful)
        results = op.results(layer) if op and layer is not UNKNOWN else 0
        gives = entry.get("gives")
        if layer is UNKNOWN:
            results = len(gives) if isinstance(gives, list) else 1
        elif results > 1 and (not isinstance(gives, list) or len(gives) != results):
            self.found.append(unnamed_results(place("gives") if gives else place(),
                                              layer=layer.name, results=results))
        return tuple(Ref(node.name, index) for index in range(max(results, 1)))

    def group(self, entry: Mapping[str, Tree], name: str, taken: Takes, env: Mapping[str, Tree],
              place: Place, scope: Scope) -> Ref:
        """`{ layers = [...] }`: a scope of its own."""
        self._without_arguments("a group", entry, place)
        local = entry.get("params", {})
        if isinstance(local, dict) and local:
            done = substitute(local, env, lambda *steps: place("params", *steps))
            self.found += done.diagnostics
            env = {**env, **(done.value or {})}
        inner = Scope(f"{scope.prefix}{name}_", env, {"in": taken.first}, taken.first, scope,
                      scope.blocks, scope.shared)
        layers = entry["layers"] if isinstance(entry["layers"], list) else []
        return self.entries(layers, _below(place, "layers"), inner) or taken.first

    def block(self, entry: Mapping[str, Tree], name: str, taken: Takes, env: Mapping[str, Tree],
              place: Place, scope: Scope) -> Ref:
        """`{ block = "NAME", its params }`: a scope that sees its own inputs and parameters."""
        block = self.spec.blocks.get(str(entry["block"]))
        if block is None:
            if ("blocks", entry["block"]) not in self.spec.broken:
                self.found.append(unknown_block(place("block"), name=str(entry["block"]),
                                                known=self.spec.blocks))
            return NOTHING
        if block.name in scope.blocks:
            chain = (*scope.blocks, block.name)
            self.found.append(graph_cycle(place("block"), chain=chain))
            return NOTHING
        given = {key: value for key, value in entry.items() if key not in KEYS}
        if isinstance(entry.get("params"), dict):
            given |= entry["params"]
        for key in [key for key in given if key not in block.params]:
            at = place("params", key) if key in entry.get("params", {}) else place(key)
            self.found.append(unknown_block_key(at.key(), key=key, block=block.name,
                                                known=block.params))
            del given[key]
        done = substitute(given, env, place)
        base = substitute(dict(block.params), dict(self.spec.params),
                          lambda *steps: self.spec.where("blocks", block.name, "params", *steps))
        self.found += (*done.diagnostics, *base.diagnostics)
        values = {**self.spec.params, **(base.value or {}), **(done.value or {})}
        entering = taken.by_name(block.inputs, place)
        self.found += entering.diagnostics
        inner = Scope(f"{scope.prefix}{name}_", values, entering.value or {}, taken.first, scope,
                      (*scope.blocks, block.name), scope.shared, sealed=True)
        inner.names.update({one.name: Ref(one.name) for one in self.inputs})
        where = self.spec.where
        layers = self.entries(block.layers,
                              lambda *steps: where("blocks", block.name, "layers", *steps), inner)
        return layers or taken.first

    def call(self, entry: Mapping[str, Tree], taken: Takes, place: Place,
             scope: Scope) -> tuple[Ref, ...]:
        """`{ call = "NAME" }`: the same layers, the same weights, another input."""
        self._without_arguments("a further call", entry, place)
        name = str(entry["call"])
        callee = scope.find_callee(name)
        if callee is None:
            self.found.append(unknown_callee(place("call"), name=name,
                                             known=scope.callable_names()))
            return (NOTHING,)
        self.calls[callee.name] = number = self.calls.get(callee.name, 0) + 1
        home = next(s for s in scope.upwards() if name in s.callees)
        again = Scope(home.prefix, callee.env, {"in": taken.first}, taken.first, home, home.blocks,
                      shared=number)
        meaning = next(key for key in MEANINGS if key in callee.entry)
        if "repeat" in callee.entry:
            again.names.update({one: ref for s in home.upwards() for one, ref in s.names.items()})
            entry_again = {k: v for k, v in callee.entry.items() if k not in ("inputs", "name")}
            self.entry({**entry_again, "name": callee.name}, callee.place, again, ())
            return (again.prev or NOTHING,)
        return self.copy(callee.entry, meaning, callee.name, taken, callee.env, callee.place, again)

    def saved(self, entry: Mapping[str, Tree], name: str, taken: Takes, place: Place,
              scope: Scope) -> tuple[Ref, ...]:
        """`{ model = "backbones/x.keras" }`: a saved part, loaded when the model is built."""
        self._without_arguments("a saved part", entry, place)
        node = self._node(name, Component("layer", "SavedModel"), taken, entry, place, scope,
                          declared=True, file=str(entry["model"]))
        return (Ref(node.name),)

    def _without_arguments(self, what: str, entry: Mapping[str, Tree], place: Place) -> None:
        for key in sorted(set(entry) - KEYS):
            reason = f"{what} has no argument `{key}`"
            self.found.append(wrong_entry_value(place(key).key(), reason=reason))

    # -- the parts of an entry ------------------------------------------------------------------

    def _node(self, name: str, layer: Component, taken: Takes, entry: Mapping[str, Tree],
              place: Place, scope: Scope, *, declared: bool, file: str | None = None,
              doubtful: frozenset[str] = frozenset()) -> Node:
        full = f"{scope.prefix}{name}"
        if scope.shared == 0:
            if full in self.names and scope.prefix:
                self.found.append(duplicate_name(place(), name=full, taken=self.names[full]))
            self.names.setdefault(full, "a layer")
        trainable = entry.get("trainable", True)
        if isinstance(trainable, str):
            trainable = self._value(trainable, scope.env, place("trainable"))
        if not isinstance(trainable, bool):
            reason = f"`trainable` is true or false, found {kind_of(trainable)}"
            self.found.append(wrong_entry_value(place("trainable"), reason=reason))
            trainable = True
        node = Node(
            full if scope.shared == 0 else f"{full}@{scope.shared}", full, layer, taken.args,
            taken.as_list, taken.named, self._constants(entry, scope.env, place), place(),
            {key: place(key) for key in entry if key not in ("layers",)},
            self._declared(entry, scope.env, place) if declared else None, trainable, doubtful,
            file)
        if len(self.nodes) >= MOST_LAYERS and not self.full:
            self.full = True
            self.found.append(too_many_layers(place(), limit=MOST_LAYERS))
        self.nodes.append(node)
        return node

    def _constants(self, entry: Mapping[str, Tree], env: Mapping[str, Tree],
                   place: Place) -> Mapping[str, Tree]:
        value = entry.get("with", {})
        if not isinstance(value, dict):
            reason = "`with` is a table of constant call arguments: { training = false }"
            self.found.append(wrong_entry_value(place("with"), reason=reason))
            return {}
        done = substitute(value, env, lambda *steps: place("with", *steps))
        self.found += done.diagnostics
        return dict(done.value or {})

    def _declared(self, entry: Mapping[str, Tree], env: Mapping[str, Tree],
                  place: Place) -> tuple[tuple[int | str | None, ...], ...] | None:
        if "output_shape" not in entry:
            return None
        done = substitute(entry["output_shape"], env, lambda *steps: place("output_shape", *steps))
        self.found += done.diagnostics
        value = done.value
        nested = isinstance(value, list) and value and isinstance(value[0], list)
        shapes: list[Tree] = value if nested and isinstance(value, list) else [value]
        for shape in shapes:
            if not isinstance(shape, list) or not all(
                    isinstance(dim, int | str) and not isinstance(dim, bool) for dim in shape):
                reason = "`output_shape` is a list of sizes, without the batch: [16]"
                self.found.append(wrong_entry_value(place("output_shape"), reason=reason))
                return None
        return tuple(tuple(shape) for shape in shapes)

    def _copies(self, entry: Mapping[str, Tree], place: Place, scope: Scope) -> int | None:
        """How often an entry is stamped; None where it does not say `repeat`."""
        if "repeat" not in entry:
            return None
        number = self._value(entry["repeat"], scope.env, place("repeat"))
        if number is None:
            return 1
        if not isinstance(number, int) or isinstance(number, bool) or number < 0:
            reason = f"`repeat` is a whole number from 0, found {kind_of(number)}"
            self.found.append(wrong_entry_value(place("repeat"), reason=reason))
            return 1
        if number > MOST_LAYERS:
            self.full = True
            self.found.append(too_many_layers(place("repeat"), limit=MOST_LAYERS))
            return 1
        return number

    def _value(self, value: Tree, env: Mapping[str, Tree], place: Where) -> Tree:
        """A value or what its expression gives; None where it gives nothing (and says so)."""
        done = substitute(value, env, lambda *steps: place.at(*steps))
        self.found += done.diagnostics
        return None if done.diagnostics else done.value

    def _base_name(self, entry: Mapping[str, Tree], meaning: str, place: Place, scope: Scope,
                   copies: int | None) -> str:
        name = entry.get("name")
        if name is None:
            word = {"type": snake(str(entry.get("type", ""))), "layers": "group",
                    "model": "model"}.get(meaning, str(entry[meaning]))
            return scope.name_unnamed(word or "layer", copies)
        if not isinstance(name, str) or not re.match(NAME, name):
            reason = f"`{name}` is no name: a letter, then letters, digits and `_`"
            self.found.append(wrong_entry_value(place("name"), reason=reason))
            return scope.name_unnamed("layer", copies)
        if name in scope.names and scope.shared == 0:
            taken = "an input" if any(one.name == name for one in self.inputs) else "another entry"
            self.found.append(duplicate_name(place("name"), name=name, taken=taken))
        return name

    def _takes(self, entry: Mapping[str, Tree], place: Place, scope: Scope,
               later: Sequence[str]) -> Takes:
        """What enters an entry: its `inputs`, else the entry before."""
        if "inputs" in entry:
            read = Takes.read(entry["inputs"], lambda *steps: place("inputs", *steps), scope, later)
            self.found += read.diagnostics
            return read.value or Takes((NOTHING,))
        if scope.prev is None:
            self.found.append(ambiguous_input(place(), known=[one.name for one in self.inputs]))
            return Takes((NOTHING,))
        return Takes((scope.prev,))

    def _define(self, scope: Scope, entry: Mapping[str, Tree], name: str, given: tuple[Ref, ...],
                place: Place) -> None:
        """Make results visible under their names."""
        gives = entry.get("gives")
        names = [gives] if isinstance(gives, str) else gives if isinstance(gives, list) else []
        for index, (one, ref) in enumerate(zip(names, given, strict=False)):
            if one in scope.names and one != name:
                self.found.append(duplicate_name(place("gives", index), name=str(one),
                                                 taken="another entry"))
            scope.names[str(one)] = ref
        if name:
            scope.names.setdefault(name, given[0])


def _resolved(done: Outcome[Tree], place: Place
              ) -> tuple[Component, frozenset[str], tuple[Diagnostic, ...]]:
    """A layer; where arguments are wrong, the layer without them, if it can do without.

    So a misspelt activation does not hide a shape that does not fit further down.
    """
    depth = len(place().path)
    written = dict(done.value) if isinstance(done.value, dict) else {}
    wrong = {str(one.where.path[depth]) for one in done.diagnostics
             if len(one.where.path) > depth}
    good = {key: value for key, value in written.items() if key not in wrong}
    if "type" not in good:
        return UNKNOWN, frozenset(), ()
    first = resolve("layer", good, place)
    if first.value is not None:
        return first.value, frozenset(wrong), first.diagnostics
    said = tuple(one for one in first.diagnostics if not wrong or one.name != "missing-argument")
    wrong |= {str(one.where.path[depth]) for one in said if len(one.where.path) > depth}
    if "type" in wrong:
        return UNKNOWN, frozenset(), said
    again = resolve("layer", {key: value for key, value in good.items() if key not in wrong}, place)
    return again.value or UNKNOWN, frozenset(wrong), said


def _below(place: Place, *head: str | int) -> Place:
    return lambda *steps: place(*head, *steps)


def lower_entries(lowering: Lowering, entries: Sequence[Tree], place: Place,
                  scope: Scope) -> Ref | None:
    """Lower a list of entries of the model itself."""
    last = lowering.entries(entries, place, scope)
    lowering.found = list(distinct(lowering.found))
    return last
