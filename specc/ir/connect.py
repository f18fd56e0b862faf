"""What enters an entry: `inputs` read, resolved, and fitted to what a layer's `call` takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from specc.diagnostics import Diagnostic, Outcome
from specc.ir.graph import Ref, Refs
from specc.ir.scope import Place, Scope
from specc.later import later
from specc.ops.op import Op
from specc.record import Record, field, replace
from specc.source import Tree, Where

if TYPE_CHECKING:
    from specc.diagnostics import spelling
    from specc.ir import errors
else:
    spelling = later("specc.diagnostics.spelling")
    errors = later("specc.ir.errors")

Beside: TypeAlias = tuple[Sequence[Tree], int]  # the entries of a scope, and which one this is
ALONE: Beside = ((), 0)
NOTHING = Ref("?")  # stands for a tensor that could not be resolved; silent from here on


class Takes(Record):
    """Tensors that enter, in order and by name; `as_list`: passed as one list."""

    args: Refs = ()
    named: Mapping[str, Ref | Refs] = field(default_factory=dict)
    as_list: bool = False

    @property
    def first(self) -> Ref:
        """What stands for the entry when it is left out."""
        if self.args:
            return self.args[0]
        head = next(iter(self.named.values()), NOTHING)
        return head[0] if isinstance(head, tuple) else head

    def after(self, ref: Ref) -> Takes:
        """What a later copy takes: the copy before, wherever the first tensor stood."""
        old = self.first
        return replace(self, args=(ref, *self.args[1:]) if self.args else (),
                       named={k: ref if v == old else v for k, v in self.named.items()})

    def by_name(self, inputs: Sequence[str], place: Place) -> Outcome[dict[str, Ref]]:
        """The tensors as the declared inputs of a block, `in` being the first."""
        if not inputs:
            extra = len(self.args) > 1 or bool(self.named)
            reason = "this block takes one tensor; give it `inputs` of its own to take more"
            found = (errors.wrong_inputs(place("inputs"), reason=reason),) if extra else ()
            return Outcome({"in": self.first}, found)
        out: dict[str, Ref] = dict(zip(inputs, self.args, strict=False))
        found_list: list[Diagnostic] = []
        for key, ref in self.named.items():
            if key not in inputs or isinstance(ref, tuple):
                reason = f"this block takes {', '.join(f'`{one}`' for one in inputs)}, not `{key}`"
                found_list.append(errors.wrong_inputs(place("inputs", key), reason=reason))
            else:
                out[key] = ref
        missing = [one for one in inputs if one not in out]
        if len(self.args) > len(inputs) or missing:
            reason = f"this block takes {', '.join(f'`{one}`' for one in inputs)}"
            found_list.append(errors.wrong_inputs(place("inputs"), reason=reason))
        return Outcome({one: out.get(one, NOTHING) for one in inputs}
                       | {"in": out.get(inputs[0], NOTHING)}, tuple(found_list))

    @staticmethod
    def read(inputs: Tree, place: Place, scope: Scope, beside: Beside) -> Outcome[Takes]:
        """`inputs` as written: a reference, an array in order, or a table by keyword."""
        found: list[Diagnostic] = []

        def one(value: Tree, *steps: str | int) -> Ref:
            ref = _find(value, scope) if isinstance(value, str) else None
            if not isinstance(value, str):
                reason = "an input is a reference: the name of something above, or \"@prev\""
                found.append(errors.wrong_inputs(place(*steps), reason=reason))
            elif ref is None and scope.whole():
                found.append(_unknown(value, place(*steps), scope, beside))
            return ref or NOTHING

        match inputs:
            case str():
                takes = Takes((one(inputs),))
            case list() if inputs:
                takes = Takes(tuple(one(value, index) for index, value in enumerate(inputs)))
            case dict() if inputs:
                found += [errors.wrong_inputs(place(key), reason="a list of inputs is not empty")
                          for key, value in inputs.items() if value == []]
                takes = Takes((), {
                    key: tuple(one(v, key, i) for i, v in enumerate(value)) or NOTHING
                    if isinstance(value, list) else one(value, key)
                    for key, value in inputs.items()})
            case _:
                reason = "inputs is a reference, a list of them, or a table by keyword"
                return Outcome(None, (errors.wrong_inputs(place(), reason=reason),))
        return Outcome(takes, tuple(found))


def _unknown(name: str, where: Where, scope: Scope, beside: Beside) -> Diagnostic:
    """Why a reference leads nowhere: nothing is called so, or only something further down."""
    from specc.ir.loops import circle

    entries, index = beside
    way = circle(name, entries, index)
    if len(way) == 2:
        return errors.self_loop(where, name=name)
    if way:
        return errors.graph_cycle(where, chain=way)
    further = any(isinstance(one, dict) and one.get("name") == name for one in entries)
    return errors.unknown_ref(where, name=name, known=scope.known(), later=further,
                              fix=spelling.respelled(where, name, scope.known()))


def _find(name: str, scope: Scope) -> Ref | None:
    if name == "@prev":
        return scope.prev
    if name.startswith("@"):
        return scope.find_entering(name[1:])
    return scope.find(name)


def connect(op: Op, taken: Takes, place: Place) -> Outcome[Takes]:
    """The tensors as the layer's `call` wants them: one, a list, or arguments."""
    at = place("inputs")
    unknown = [key for key in taken.named if key not in op.calls]
    if unknown and not (len(taken.named) == 1 and not op.calls):
        known = ", ".join(f"`{one}`" for one in op.calls) or "one tensor"
        reason = f"`{op.name}` takes {known}, not `{unknown[0]}`"
        return Outcome(None, (errors.wrong_inputs(place("inputs", unknown[0]).key(),
                                                  reason=reason),))
    if op.takes == "one" and len(taken.args) + len(taken.named) > 1 and not op.calls:
        reason = (f"`{op.name}` takes one tensor, found {len(taken.args) + len(taken.named)}; "
                  "merge them first")
        return Outcome(None, (errors.wrong_inputs(at, reason=reason),))
    if op.takes == "list":
        refs = taken.args or tuple(
            ref for value in taken.named.values()
            for ref in (value if isinstance(value, tuple) else (value,)))
        return Outcome(Takes(refs, {}, as_list=True))
    if op.takes == "arguments" and len(taken.args) > 2:
        reason = (f"name the inputs of `{op.name}`: inputs = {{ "
                  + ", ".join(f"{one} = ..." for one in op.calls[:len(taken.args)]) + " }")
        return Outcome(None, (errors.wrong_inputs(at, reason=reason),))
    return Outcome(taken)
