"""A spec's model to one graph: groups, blocks, repeats, calls and the four kinds resolved.

Expressions in entries are evaluated here, a copy at a time, and only then are the arguments
checked. A mistake in something stamped several times is said once, where it is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from specc.diagnostics import Diagnostic, Outcome, distinct
from specc.ir.connect import ALONE, NOTHING, Beside, Takes, connect
from specc.ir.entry import (
    UNKNOWN,
    constants,
    copies,
    entries_of,
    flag,
    given_names,
    own_arguments,
    resolved,
    shapes,
    word,
    wrong_constants,
)
from specc.ir.graph import InputNode, Node, Ref, Stamp
from specc.ir.scope import Callee, Place, Scope, snake
from specc.later import later
from specc.ops import OPS
from specc.ops.component import Component
from specc.record import Record, field, replace
from specc.source import Tree, Where
from specc.spec import Block, Spec
from specc.syntax.expression import bind, substitute
from specc.syntax.values import is_name

if TYPE_CHECKING:
    from specc.diagnostics import spelling
    from specc.ir import errors
else:
    spelling = later("specc.diagnostics.spelling")
    errors = later("specc.ir.errors")

MOST_LAYERS = 24_000
DEEPEST = 50  # groups, blocks and calls in one another
MOST_COPIES = 36_000  # of entries, with groups and what `when` leaves out
MEANINGS = ("type", "layers", "block", "call", "model")
KEYS = frozenset({"type", "name", "inputs", "gives", "with", "repeat", "when", "layers", "block",
                  "call", "model", "params", "output_shape", "trainable"})
# What an entry may say, by what it is; layers and blocks have arguments of their own besides.
ALWAYS = frozenset({"name", "inputs", "gives", "repeat", "when"})
SAYS: Mapping[str, tuple[str, frozenset[str]]] = {
    "type": ("a layer", ALWAYS | {"type", "with", "output_shape", "trainable"}),
    "layers": ("a group", ALWAYS | {"layers", "params", "trainable"}),
    "block": ("a block", ALWAYS | {"block", "params", "trainable"}),
    "call": ("a further call", ALWAYS | {"call", "with"}),
    "model": ("a saved part", ALWAYS | {"model", "with", "output_shape", "trainable"}),
}
A = TypeVar("A")


class Lowering(Record, frozen=False):
    """The graph while it is built. `names` holds every full name, and what has it."""

    spec: Spec
    inputs: tuple[InputNode, ...]
    nodes: list[Node] = field(default_factory=list)
    stamps: list[Stamp] = field(default_factory=list)
    found: list[Diagnostic] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)  # further calls of a layer so far
    good: dict[str, Component] = field(default_factory=dict)  # by what is written
    stamped: int = 0  # copies of entries so far
    full: bool = False  # too many layers: said once, and nothing more is added

    def entries(self, entries: Sequence[Tree], place: Place, scope: Scope) -> Ref | None:
        """Lower entries in order; what the last one gives."""
        for index, one in enumerate(entries):
            if self.full:
                break
            if isinstance(one, dict):
                self.entry(one, _below(place, index), scope, (entries, index))
        return scope.prev

    def entry(self, entry: Mapping[str, Tree], place: Place, scope: Scope,
              beside: Beside) -> None:
        """One entry, all its copies."""
        own = own_arguments(entry)
        meanings = [key for key in MEANINGS if key in entry and key not in own]
        if len(meanings) != 1:
            self.found.append(errors.entry_without_meaning(place(), found=meanings))
            scope.lost |= "name" not in entry
            results = len(given_names(entry, place).value or ())
            self._define(scope, entry, str(entry.get("name", "")), (NOTHING,) * max(results, 1),
                         place)
            scope.prev = NOTHING
            return
        self._unread(meanings[0], entry, place)
        stamped = self._copies(entry, place, scope)
        base = self._base_name(entry, meanings[0], place, scope, stamped)
        taken = self._takes(entry, place, scope, beside)
        given: tuple[Ref, ...] = (taken.first,)
        for number in range(1 if stamped is None else stamped):
            if self.full:
                break
            name = base if stamped is None else f"{base}_{number + 1}"
            env = scope.env if stamped is None else {**scope.env, "i": number}
            begin = len(self.nodes)
            given = self.copy(entry, meanings[0], name, taken, env, place, scope)
            self.stamps.append(Stamp(place, begin, len(self.nodes), given))
            if stamped is not None:
                taken = taken.after(given[0])
                self._define(scope, {}, name, given, place)
        named = meanings[0] != "call" or "name" in entry or given[0] != NOTHING
        self._define(scope, entry, base if named else "", given, place)
        if meanings[0] != "call" or "name" in entry:
            scope.callees[base] = Callee(entry, place, scope.env, base)
        scope.prev = given[0]

    def copy(self, entry: Mapping[str, Tree], meaning: str, name: str, taken: Takes,
             env: Mapping[str, Tree], place: Place, scope: Scope) -> tuple[Ref, ...]:
        """One copy of an entry: the tensors it gives; what entered it, if `when` is false."""
        self.stamped += 1
        if self.stamped > MOST_COPIES:
            self._fill(place())
        if scope.depth > DEEPEST and not self.full:
            self.found.append(errors.scopes_too_deep(place(), limit=DEEPEST))
            self.full = True
        if self.full or not self._say(flag(entry, "when", env, place), True):
            return (taken.first,)
        match meaning:
            case "type":
                return self.layer(entry, name, taken, env, place, scope)
            case "layers":
                return (self.group(entry, name, taken, env, place, scope),)
            case "block":
                return (self.block(entry, name, taken, env, place, scope),)
            case "call":
                return self.call(entry, taken, env, place, scope)
            case _:
                return self.saved(entry, name, taken, env, place, scope)

    # -- what an entry can be -------------------------------------------------------------------

    def layer(self, entry: Mapping[str, Tree], name: str, taken: Takes, env: Mapping[str, Tree],
              place: Place, scope: Scope) -> tuple[Ref, ...]:
        """A layer, its arguments checked."""
        own = KEYS - own_arguments(entry)
        written = {key: value for key, value in entry.items() if key not in own or key == "type"}
        layer, doubtful = self._resolved(written, env, place)
        op = OPS.get(layer.name)
        joined = connect(op, taken, place) if op else Outcome(taken)
        self.found += joined.diagnostics
        node = self._node(name, layer, joined.value or Takes((NOTHING,)), entry, env, place, scope,
                          declared="output_shape" in own, doubtful=doubtful)
        self.found += wrong_constants(layer.name, node.constants, place).values()
        results = op.results_of(layer, node.constants) if op and layer is not UNKNOWN else 0
        names = given_names(entry, place).value
        if op is None:  # as many as it is said to give
            results = len(names or ())
            scope.lost |= layer is UNKNOWN and "name" not in entry
        elif doubtful and results < len(names or ()):  # what was wrong may have asked for more
            results = len(names or ())
        elif results > 1 and names is not None and len(names) != results:
            if not doubtful:  # `gives` itself may be what was misspelt
                self.found.append(errors.unnamed_results(place("gives") if names else place(),
                                                         layer=layer.name, results=results))
            scope.lost = True
        return tuple(Ref(node.name, index) for index in range(max(results, 1)))

    def _resolved(self, written: Mapping[str, Tree], env: Mapping[str, Tree],
                  place: Place) -> tuple[Component, frozenset[str]]:
        """The layer that an entry writes, and which of its arguments were wrong. Blocks stamp the
        same layer again and again: what was found good once is not looked at twice."""
        done = substitute(written, env, place)
        key = "" if done.diagnostics else repr(done.value)
        if key in self.good:
            return self.good[key], frozenset()
        layer, doubtful, said = resolved(done, place)
        self.found += (*done.diagnostics, *said)
        if key and not said and not doubtful:
            self.good[key] = layer
        return layer, doubtful

    def group(self, entry: Mapping[str, Tree], name: str, taken: Takes, env: Mapping[str, Tree],
              place: Place, scope: Scope) -> Ref:
        """`{ layers = [...] }`: a scope of its own."""
        local = entry.get("params", {})
        if isinstance(local, dict) and local:
            done = bind(local, env, lambda *steps: place("params", *steps))
            self.found += done.diagnostics
            env = {**env, **(done.value or {})}
        inner = Scope(f"{scope.prefix}{name}_", env, {"in": taken.first}, taken.first, scope,
                      scope.blocks, scope.shared, self._trainable(entry, env, place, scope),
                      depth=scope.depth + 1)
        layers = self._say(entries_of(entry, place), [])
        return self.entries(layers, _below(place, "layers"), inner) or taken.first

    def block(self, entry: Mapping[str, Tree], name: str, taken: Takes, env: Mapping[str, Tree],
              place: Place, scope: Scope) -> Ref:
        """`{ block = "NAME", its params }`: a scope that sees its own inputs and parameters."""
        called = self._say(word(entry, "block", place), "")
        block = self.spec.blocks.get(called)
        if block is None:
            if called and not self.spec.doubtful("blocks", called):
                fix = spelling.respelled(place("block"), called, self.spec.blocks)
                self.found.append(errors.unknown_block(place("block"), name=called,
                                                       known=self.spec.blocks, fix=fix))
            return NOTHING
        if block.name in scope.blocks:
            chain = (*scope.blocks, block.name)
            self.found.append(errors.graph_cycle(place("block"), chain=chain))
            return NOTHING
        given = {key: value for key, value in entry.items() if key not in KEYS}
        if isinstance(entry.get("params"), dict):
            given |= entry["params"]
        doubtful = self.spec.doubtful("blocks", block.name, "params")
        for key in [key for key in given if key not in block.params and not doubtful]:
            at = place("params", key) if key in entry.get("params", {}) else place(key)
            free = [one for one in block.params if one not in given]
            self.found.append(errors.unknown_block_key(
                at.key(), key=key, block=block.name, known=block.params,
                fix=spelling.respelled(at.key(), key, free)))
        done = bind(given, env, place)
        base = bind(block.params, self.spec.params,
                    lambda *steps: self.spec.where("blocks", block.name, "params", *steps))
        self.found += (*done.diagnostics, *base.diagnostics)
        values = {**self.spec.params, **(base.value or {}), **(done.value or {})}
        entering = taken.by_name(block.inputs, place)
        unknown = self.spec.doubtful("blocks", block.name, "inputs")
        self.found += () if unknown else entering.diagnostics
        inner = Scope(f"{scope.prefix}{name}_", values, entering.value or {}, taken.first, scope,
                      (*scope.blocks, block.name), scope.shared,
                      self._trainable(entry, env, place, scope), sealed=True,
                      depth=scope.depth + 1)
        inner.lost = unknown
        inner.names.update({one.name: Ref(one.name) for one in self.inputs})
        where, said = self.spec.where, len(self.found)
        layers = self.entries(block.layers,
                              lambda *steps: where("blocks", block.name, "layers", *steps), inner)
        if len(self.found) > said:
            self._name_given(block, {key: place("params", key) if key in entry.get("params", {})
                                     else place(key) for key in given}, said)
        return layers or taken.first

    def _name_given(self, block: Block, given: Mapping[str, Where], said: int) -> None:
        """Add to what was said since inside a block where its parameters have their values."""
        from specc.syntax.origin import given as with_given  # only what is said needs it

        places = {key: given.get(key) or self.spec.where("blocks", block.name, "params", key)
                  for key in block.params}
        self.found[said:] = with_given(self.found[said:], self.spec.tree, block.name, places)

    def call(self, entry: Mapping[str, Tree], taken: Takes, env: Mapping[str, Tree], place: Place,
             scope: Scope) -> tuple[Ref, ...]:
        """`{ call = "NAME" }`: the same layers, the same weights, another input."""
        name = self._say(word(entry, "call", place), "")
        callee = scope.find_callee(name)
        if callee is None:
            if name and scope.whole():
                known = scope.callable_names()
                self.found.append(errors.unknown_callee(
                    place("call"), name=name, known=known,
                    fix=spelling.respelled(place("call"), name, known)))
            return (NOTHING,)
        home = next(s for s in scope.upwards() if name in s.callees)
        again = Scope(home.prefix, callee.env, {"in": taken.first}, taken.first, home, home.blocks,
                      shared=True, trainable=home.trainable, depth=scope.depth + 1)
        meaning = next(key for key in MEANINGS if key in callee.entry)
        if "with" in entry:
            callee = self._with(callee, meaning, entry, env, place)
        if "repeat" in callee.entry:
            again.names.update({one: ref for s in home.upwards() for one, ref in s.names.items()})
            entry_again = {k: v for k, v in callee.entry.items() if k not in ("inputs", "name")}
            self.entry({**entry_again, "name": callee.name}, callee.place, again, ALONE)
            return (again.prev or NOTHING,)
        return self.copy(callee.entry, meaning, callee.name, taken, callee.env, callee.place, again)

    def _with(self, callee: Callee, meaning: str, entry: Mapping[str, Tree],
              env: Mapping[str, Tree], place: Place) -> Callee:
        """What is called again, with the constants of this call instead of its own."""
        if "with" not in SAYS[meaning][1]:
            reason = f"`with` is for calls of layers; `{callee.name}` is {SAYS[meaning][0]}"
            self.found.append(errors.wrong_entry_value(place("with").key(), reason=reason))
            return callee
        held = self._say(constants(entry, env, place), {})
        wrong = wrong_constants(str(callee.entry.get("type")), held, place)
        self.found += wrong.values()
        good = {key: value for key, value in held.items() if key not in wrong}
        return replace(callee, entry={**callee.entry, "with": good})

    def saved(self, entry: Mapping[str, Tree], name: str, taken: Takes, env: Mapping[str, Tree],
              place: Place, scope: Scope) -> tuple[Ref, ...]:
        """`{ model = "backbones/x.keras" }`: a saved part, loaded when the model is built."""
        file = self._say(word(entry, "model", place), "") or None
        node = self._node(name, Component("layer", "SavedModel"), taken, entry, env, place,
                          scope, declared=True, file=file)
        names = given_names(entry, place).value or ()
        return tuple(Ref(node.name, index) for index in range(max(len(names), 1)))

    def _unread(self, meaning: str, entry: Mapping[str, Tree], place: Place) -> None:
        """Keys that nothing reads in an entry that is this."""
        what, says = SAYS[meaning]
        unread = entry.keys() - says
        if not unread:
            return
        if meaning in ("type", "block"):  # what is no key of the language is an argument
            unread &= KEYS - own_arguments(entry)
        for key in sorted(unread):
            reason = f"{what} has no argument `{key}`"
            self.found.append(errors.wrong_entry_value(place(key).key(), reason=reason))

    # -- the parts of an entry ------------------------------------------------------------------

    def _node(self, name: str, layer: Component, taken: Takes, entry: Mapping[str, Tree],
              env: Mapping[str, Tree], place: Place, scope: Scope, *, declared: bool,
              file: str | None = None,
              doubtful: frozenset[str] = frozenset()) -> Node:
        full = f"{scope.prefix}{name}"
        if not scope.shared:
            said = entry.get("name") == name and name in scope.names
            if full in self.names and not said:
                self.found.append(errors.duplicate_name(place(), name=full, taken=self.names[full]))
            while full in self.names:  # it was said; a graph has every name once all the same
                full += "'"
            self.names[full] = "a layer"
        node = Node(
            self._again(full) if scope.shared else full, full, layer, taken.args, taken.as_list,
            taken.named, self._say(constants(entry, env, place), {}), place(),
            entry, place,
            self._say(shapes(entry, env, place), ()) or None if declared else None,
            self._trainable(entry, env, place, scope), doubtful, file)
        if len(self.nodes) >= MOST_LAYERS:
            self._fill(place())
        self.nodes.append(node)
        return node

    def _fill(self, place: Where) -> None:
        """Too many layers: said once, and no more is added."""
        if not self.full:
            self.found.append(errors.too_many_layers(place, limit=MOST_LAYERS))
        self.full = True

    def _again(self, full: str) -> str:
        """The name of a further call of a layer."""
        self.calls[full] = number = self.calls.get(full, 0) + 1
        return f"{full}@{number}"

    def _say(self, outcome: Outcome[A], otherwise: A) -> A:
        """The value of an outcome, what it says noted."""
        self.found += outcome.diagnostics
        return otherwise if outcome.value is None else outcome.value

    def _trainable(self, entry: Mapping[str, Tree], env: Mapping[str, Tree], place: Place,
                   scope: Scope) -> bool:
        """`trainable` of an entry; what a group or block says holds for all inside."""
        return self._say(flag(entry, "trainable", env, place), True) and scope.trainable

    def _copies(self, entry: Mapping[str, Tree], place: Place, scope: Scope) -> int | None:
        """How often an entry is stamped; None where it does not say `repeat`."""
        number = self._say(copies(entry, scope.env, place), None)
        if number is not None and number > MOST_LAYERS:
            self._fill(place("repeat"))
            return 1
        return number

    def _base_name(self, entry: Mapping[str, Tree], meaning: str, place: Place, scope: Scope,
                   copies: int | None) -> str:
        name = entry.get("name")
        if name is None:
            word = {"type": snake(str(entry.get("type", ""))), "layers": "group",
                    "model": "model"}.get(meaning, str(entry[meaning]))
            return scope.name_unnamed(word or "layer", copies)
        if not isinstance(name, str) or not is_name(name):
            reason = f"`{name}` is no name: a letter, then letters, digits and `_`"
            self.found.append(errors.wrong_entry_value(place("name"), reason=reason))
            scope.lost = True
            return scope.name_unnamed("layer", copies)
        if name in scope.names and not scope.shared:
            taken = "an input" if any(one.name == name for one in self.inputs) else "another entry"
            self.found.append(errors.duplicate_name(place("name"), name=name, taken=taken))
        return name

    def _takes(self, entry: Mapping[str, Tree], place: Place, scope: Scope,
               beside: Beside) -> Takes:
        """What enters an entry: its `inputs`, else the entry before."""
        if "inputs" in entry:
            read = Takes.read(entry["inputs"], lambda *steps: place("inputs", *steps), scope,
                              beside)
            self.found += read.diagnostics
            return read.value or Takes((NOTHING,))
        if scope.prev is None:
            self.found.append(errors.ambiguous_input(place(),
                                                     known=[one.name for one in self.inputs]))
            return Takes((NOTHING,))
        return Takes((scope.prev,))

    def _define(self, scope: Scope, entry: Mapping[str, Tree], name: str, given: tuple[Ref, ...],
                place: Place) -> None:
        """Make results visible under their names."""
        names = given_names(entry, place)
        self.found += names.diagnostics
        scope.lost |= names.value is None
        for index, (one, ref) in enumerate(zip(names.value or (), given, strict=False)):
            if one in scope.names and one != name:
                self.found.append(errors.duplicate_name(place("gives", index), name=one,
                                                        taken="another entry"))
            scope.names[one] = ref
        if name:
            scope.names.setdefault(name, given[0])


def _below(place: Place, *head: str | int) -> Place:
    return lambda *steps: place(*head, *steps)


def lower_entries(lowering: Lowering, entries: Sequence[Tree], place: Place,
                  scope: Scope) -> Ref | None:
    """Lower a list of entries of the model itself."""
    last = lowering.entries(entries, place, scope)
    lowering.found = list(distinct(lowering.found))
    return last
