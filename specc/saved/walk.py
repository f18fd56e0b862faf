"""A saved Sequential or functional model to calls in order, nested models and all.

| nested model                          | becomes                                        |
|---------------------------------------|------------------------------------------------|
| one tensor in, one out                | a group                                        |
| several in, one out                   | a block, which declares its inputs             |
| several out                           | its layers, where it stands                    |
| called again, whatever it became      | `call`                                         |
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from specc.ir.scope import snake
from specc.ops import OPS
from specc.record import Record, field, replace
from specc.saved.call import Call, Inputs
from specc.saved.component import (
    Reading,
    Unsaid,
    component,
    made_of,
    policies,
    policy_of,
    shortened,
)
from specc.saved.config import CODE, Saved, saved
from specc.saved.errors import cut, holds_code, operation_unsaid
from specc.saved.flow import (
    MASKS,
    Entering,
    Flow,
    Key,
    flatten,
    inputs_of,
    malformed,
    wiring,
)
from specc.saved.layers import (
    DEEPEST,
    chain,
    every,
    in_order,
    input_layers,
    input_of,
    is_model,
    last_layers,
    layers_of,
    output_keys,
)
from specc.saved.names import Names
from specc.saved.parts import BlockOf, Output, Parts
from specc.saved.steps import OPERATIONS, Refused, dtype_of, rewrites, steps_of
from specc.source import Path, Tree

MOST_CALLS = 24_000  # of layers; specc.ir.lower refuses more

# Layers that Keras takes as activations, without weights of their own; and layers that apply an
# activation somewhere inside, not at their end.
ACTIVATIONS = ("LeakyReLU", "ReLU", "ELU", "Softmax", "Activation")
INSIDE = ("SimpleRNN", "GRU", "LSTM", "SimpleRNNCell", "GRUCell", "LSTMCell", "ConvLSTM1D",
          "ConvLSTM2D", "ConvLSTM3D", "Activation")

Refs: TypeAlias = dict[Key, str]  # what a saved tensor is called in the spec


class Body(Record):
    """The calls of one model, in an order they can be made, and what it gives."""

    calls: tuple[Call, ...]
    given: tuple[str, ...]


class Made(Record):
    """What a layer became at its first call, for further ones."""

    name: str
    kind: str  # a layer's class; or "group", "block", "steps", "inline"
    args: Mapping[str, Tree] = field(default_factory=dict)
    takes: tuple[str, ...] = ()  # block: its inputs; steps: the names of its layers
    inner: Mapping[str, Made] = field(default_factory=dict)  # inline: its layers


class Scope(Record):
    """A model while it is walked: its names, its tensors, and what its layers became."""

    names: Names
    refs: Refs
    made: dict[str, Made] = field(default_factory=dict)
    depth: int = 0
    unsaid: dict[tuple[str, int], Unsaid] = field(default_factory=dict)  # operations, by call

    def ref(self, flow: Flow, reading: Reading) -> str:
        return self.named(flow.key, reading)

    def named(self, key: Key, reading: Reading) -> str:
        """What a tensor is called. An operation that no layer says matters only here: masks are
        computed by such operations, and layers pass them on by themselves."""
        if key[:2] in self.unsaid:
            raise self.unsaid[key[:2]]
        if key not in self.refs:
            raise malformed(reading, f"its input `{cut(key[0])}` is not there")
        return self.refs[key]


def take_apart(tree: Mapping[str, Tree], file: str) -> Parts:
    """The model of a config. Raises Unsaid for what a spec cannot say."""
    one, reading = saved(tree), Reading(file)
    if one is None:
        raise malformed(reading, "the config of a model has `class_name` and `config`")
    if one.kind in CODE or one.kind == "Lambda":
        raise Unsaid(holds_code(reading.where, layer="", what=one.kind))
    if not is_model(one):
        raise wiring(reading, f"the class `{cut(one.kind)}` is no Sequential or functional model; "
                              "what a subclass computes stands in its code")
    return _Walk(file).whole(one)


class _Walk:
    """What is gathered while a model is walked."""

    def __init__(self, file: str) -> None:
        self.top = Reading(file)
        self.policy = "float32"
        self.last: set[Path] = set()  # layers that give the outputs, by their place
        self.blocks: dict[str, BlockOf] = {}
        self.maskless: list[str] = []
        self.masked: list[str] = []
        self.leaving: list[str] = []
        self.notes: list[str] = []
        self.calls = 0

    def whole(self, one: Saved) -> Parts:
        self.policy = policies(each for each in every(one, self.top) if each.kind in OPS)
        if self.policy != "float32":
            self.last = set(last_layers(one, self.top))
        layers, names = layers_of(one, self.top), Names()
        inputs = tuple(input_of(each, names, self.top.of(each))
                       for each in input_layers(one, layers, self.top))
        scope = Scope(names, {(each.keras, 0, 0): each.name for each in inputs})
        body = self.body(one, layers, scope)
        if not body.calls:
            raise wiring(self.top, "the model has no layers")
        keys = output_keys(one, layers, self.top)
        outputs = tuple(outputs_of(keys, body.given, names, {each.name for each in inputs}))
        return Parts(one.name, one.kind == "Sequential", self.policy, inputs, body.calls, outputs,
                     self.blocks, tuple(self.maskless), tuple(self.masked), tuple(self.leaving),
                     tuple(self.notes))

    def body(self, one: Saved, layers: Sequence[Saved], scope: Scope) -> Body:
        """The calls of a model. What its layers became is noted in the scope."""
        reading = self.top.of(one)
        if scope.depth > DEEPEST:
            raise wiring(reading, f"more than {DEEPEST} models are nested")
        calls: list[Call] = []
        ordered = chain(layers) if one.kind == "Sequential" else in_order(layers, self.top)
        for each, number, given in ordered:
            calls += self.call(each, number, given, scope)
        results = tuple(scope.named(key, reading) for _, key in output_keys(one, layers, reading))
        if not results:
            raise malformed(reading, "it has no output")
        return Body(tuple(calls), results)

    def call(self, one: Saved, number: int, given: Entering, scope: Scope) -> list[Call]:
        """One call of a layer; its results noted in the scope."""
        reading = self.top.of(one)
        self.calls += 1
        if self.calls > MOST_CALLS:
            raise wiring(reading, f"the model has more than {MOST_CALLS:,} calls of layers")
        if is_model(one):
            return self.nested(one, number, given, scope)
        if rewrites(one):
            try:
                return self.rewritten(one, number, given, scope)
            except Unsaid as why:
                if not one.module.startswith(OPERATIONS):
                    raise
                scope.unsaid[one.name, number] = why
                return []
        return self.layers(one, number, given, scope, reading)

    # -- layers ---------------------------------------------------------------------------------

    def layers(self, one: Saved, number: int, given: Entering, scope: Scope,
               reading: Reading) -> list[Call]:
        """A layer, and the one that its activation is, if it is one."""
        activation = saved(one.config.get("activation"), one.path)
        if activation is None or activation.kind not in ACTIVATIONS or one.kind in INSIDE:
            return [self.layer(one, number, given, scope, reading)]
        bare = replace(one, config={**one.config, "activation": "linear"})
        own = f"{one.name}_{snake(activation.kind)}"
        flow = Flow((one.name, number, 0), (), "float32")
        first = self.layer(bare, number, given, scope, reading)
        second = self.layer(replace(activation, name=own), number, Entering((flow,), {}), scope,
                            reading)
        scope.refs[one.name, number, 0] = second.name
        return [first, second]

    def layer(self, one: Saved, number: int, given: Entering, scope: Scope,
              reading: Reading) -> Call:
        """A layer of Keras's own, or a further call of it."""
        again = scope.made.get(one.name)
        if again is None:
            kind, args = component(one, "layer", reading, self.policy,
                                   keep_dtype=one.path in self.last)
            if kind not in OPS:
                raise wiring(reading, f"a spec has no layer `{kind}`")
        else:
            kind, args = again.kind, dict(again.args)
        given, masked = without_masks(given, scope)
        inputs, constants = inputs_of(kind, given, lambda flow: scope.ref(flow, reading), reading)
        results = OPS[kind].results_of(made_of(kind, args), constants)
        if again is not None:
            name = scope.names.take(f"{again.name}_again")
            if masked:
                self.masked.append(f"{scope.names.prefix}{again.name}")
            return Call(name, "", {}, inputs, call_of=again.name, constants=constants,
                        given=_note(scope, one.name, number, name, results))
        name = scope.names.of_layer(one.name)
        scope.made[one.name] = Made(name, kind, args)
        if masked:
            self.masked.append(f"{scope.names.prefix}{name}")
        return Call(name, kind, args | _frozen(one), inputs, constants=constants,
                    given=_note(scope, one.name, number, name, results))

    def rewritten(self, one: Saved, number: int, given: Entering, scope: Scope) -> list[Call]:
        """An operation or a private layer, as the layers that say it."""
        reading, names = self.top.of(one), scope.names
        entering = [scope.ref(flow, reading) for flow in given.flows()]
        again = scope.made.get(one.name)
        dtype = self.dtype(one, given, reading)
        steps = steps_of(one, given, reading)
        base = again.name if again else names.of_layer(one.name)
        local: dict[str, str] = {}
        calls: list[Call] = []
        for at, step in enumerate(steps):
            inputs = tuple(local[each] if isinstance(each, str) else entering[each]
                           for each in step.takes)
            if again is not None:
                name = names.take(f"{base}_again")
                calls.append(Call(name, "", {}, inputs, call_of=again.takes[at]))
            else:
                name = names.take(f"{base}_{step.word}") if step.word else base
                args = shortened("layer", step.type, {**step.args, **dtype}, reading)
                calls.append(Call(name, step.type, args | _frozen(one), inputs))
                if one.module.startswith(OPERATIONS):
                    self.maskless.append(f"{names.prefix}{name}")
            local[step.word] = name
        scope.made.setdefault(one.name, Made(base, "steps",
                                             takes=tuple(each.name for each in calls)))
        scope.refs[one.name, number, 0] = calls[-1].name
        return calls

    def dtype(self, one: Saved, given: Entering, reading: Reading) -> dict[str, Tree]:
        """The dtype of layers that are written instead, where it is not the model's."""
        if one.module.startswith(OPERATIONS):
            try:
                own = dtype_of(list(given.flows()))
            except Refused as why:
                raise Unsaid(operation_unsaid(reading.where, layer=one.name, name=one.kind,
                                              reason=str(why))) from None
            if own == self.policy.removeprefix("mixed_"):
                return {"dtype": self.policy} if one.path in self.last else {}
            return {"dtype": own}
        policy = policy_of(one.config.get("dtype"), reading)
        kept = policy is not None and (policy != self.policy or one.path in self.last)
        return {"dtype": policy} if kept else {}

    # -- nested models --------------------------------------------------------------------------

    def nested(self, one: Saved, number: int, given: Entering, scope: Scope) -> list[Call]:
        """A model inside a model: a group, a block, or its layers where it stands."""
        reading = self.top.of(one)
        layers = layers_of(one, reading)
        ins = input_layers(one, layers, reading)
        given, _ = without_masks(given, scope)
        entering = [scope.ref(flow, reading) for flow in given.flows()]
        if len(ins) != len(entering):
            raise malformed(reading, f"it takes {len(ins)} tensors, and {len(entering)} enter")
        again = scope.made.get(one.name)
        if again is not None and again.kind in ("group", "block"):
            name = scope.names.take(f"{again.name}_again")
            scope.refs[one.name, number, 0] = name
            return [Call(name, "", {}, _entering(entering, again.takes), call_of=again.name)]
        if again is None and len(output_keys(one, layers, reading)) == 1:
            call = self.whole_in_one(one, layers, ins, entering, scope)
            if call is not None:
                scope.refs[one.name, number, 0] = call.name
                return [call]
        return self.inline(one, number, layers, ins, entering, scope)

    def whole_in_one(self, one: Saved, layers: Sequence[Saved], ins: Sequence[Saved],
                     entering: Sequence[str], scope: Scope) -> Call | None:
        """A group or a block; None where the last entry is not what the model gives."""
        before = (scope.names.kept(), len(self.maskless), dict(self.blocks), self.calls)
        name = scope.names.of_layer(one.name)
        names = scope.names.inner(name)
        takes = () if len(ins) == 1 else tuple(names.take(each.name, "x") for each in ins)
        refs: Refs = {(each.name, 0, 0): f"@{takes[at]}" if takes else "@in"
                      for at, each in enumerate(ins)}
        body = self.body(one, layers, Scope(names, refs, depth=scope.depth + 1))
        if not body.calls or body.given != (body.calls[-1].name,) or body.calls[-1].given:
            scope.names.back(before[0])
            del self.maskless[before[1]:]
            self.blocks, self.calls = before[2], before[3]
            return None
        if not takes:
            scope.made[one.name] = Made(name, "group")
            self.leaving.append(f"{names.prefix}{body.given[0]}")
            return Call(name, "", _frozen(one), (entering[0],), body=body.calls)
        block = name
        while block in self.blocks:
            block += "_2"
        self.blocks[block] = BlockOf(takes, body.calls)
        scope.made[one.name] = Made(name, "block", takes=takes)
        self.leaving.append(f"{names.prefix}{body.given[0]}")
        return Call(name, "", _frozen(one), _entering(entering, takes), block=block)

    def inline(self, one: Saved, number: int, layers: Sequence[Saved], ins: Sequence[Saved],
               entering: Sequence[str], scope: Scope) -> list[Call]:
        """The layers of a nested model among those of the outer one, their names prefixed."""
        again = scope.made.get(one.name)
        made = dict(again.inner) if again else {}
        refs: Refs = {(each.name, 0, 0): entering[at] for at, each in enumerate(ins)}
        body = self.body(one, layers, Scope(scope.names.among(one.name), refs, made,
                                            scope.depth + 1))
        scope.made[one.name] = Made(one.name, "inline", inner=made)
        for index, ref in enumerate(body.given):
            scope.refs[one.name, number, index] = ref
            self.leaving.append(f"{scope.names.prefix}{ref}")
        return [replace(each, args={**each.args, **_frozen(one)}) if each.call_of is None else each
                for each in body.calls]


def outputs_of(keys: Sequence[tuple[str, Key]], given: Sequence[str], names: Names,
               inputs: set[str]) -> Iterator[Output]:
    """Every output: called by its key in a table, else as the layer that gives it."""
    taken: set[str] = set()
    for (key, (layer, _, _)), ref in zip(keys, given, strict=True):
        name = key or ref
        if name in taken or name != ref or ref in inputs:
            free = name not in names.local and name not in taken
            name = names.take(name if free else f"{name}_output", "output")
        taken.add(name)
        yield Output(tuple(dict.fromkeys(each for each in (key, layer) if each)), name, ref)


def without_masks(given: Entering, scope: Scope) -> tuple[Entering, bool]:
    """A call without the masks that operations compute, and whether there were any.

    Keras writes into the file what its layers pass on by themselves.
    """
    masks = {key for key, value in given.named.items() if key in MASKS
             and (flows := list(flatten(value)))
             and all(flow.key[:2] in scope.unsaid for flow in flows)}
    rest = {key: value for key, value in given.named.items() if key not in masks}
    return Entering(given.args, rest), bool(masks)


def _frozen(one: Saved) -> dict[str, Tree]:
    return {"trainable": False} if one.config.get("trainable") is False else {}


def _entering(refs: Sequence[str], takes: Sequence[str]) -> Inputs:
    """What enters a group (one tensor), or a block by the names that it declares."""
    return dict(zip(takes, refs, strict=True)) if takes else (refs[0],)


def _note(scope: Scope, layer: str, number: int, name: str, results: int) -> tuple[str, ...]:
    """The results of a call in the scope; their names, where there are several."""
    if results <= 1:
        scope.refs[layer, number, 0] = name
        return ()
    given = (name, *(scope.names.take(f"{name}_{index}") for index in range(1, results)))
    for index, one in enumerate(given):
        scope.refs[layer, number, index] = one
    return given
