"""The keys of an entry, read: expressions evaluated, types compared, a layer resolved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from specc.diagnostics import Diagnostic, Outcome
from specc.ir.scope import Place
from specc.later import later
from specc.ops import OPS
from specc.ops.arguments import resolve
from specc.ops.calls import constants_of
from specc.ops.component import Component
from specc.ops.table import canonical
from specc.ops.table import entry as table_entry
from specc.source import Tree
from specc.syntax.expression import refusals, substitute
from specc.syntax.values import is_name, kind_of

if TYPE_CHECKING:
    from specc.ir import errors
else:
    errors = later("specc.ir.errors")

UNKNOWN = Component("layer", "?")  # stands for a layer that could not be resolved
# Keys of the language that are arguments of some layer.
TWO_MEANINGS = frozenset(("layers", "output_shape"))
NONE: frozenset[str] = frozenset()
Declared = tuple[tuple[int | str | None, ...], ...]
# What the keys of an entry say that are not written, as most are not.
WRITTEN_NOWHERE: Mapping[str, Outcome[Any]] = {
    "when": Outcome(True), "trainable": Outcome(True), "repeat": Outcome(None),
    "with": Outcome({}), "gives": Outcome(()), "output_shape": Outcome(None),
}


def value(tree: Tree, env: Mapping[str, Tree], place: Place, key: str) -> Outcome[Tree]:
    """A value, or what its expression gives; no value where it gives nothing."""
    if not isinstance(tree, str | dict | list):
        return Outcome(tree)
    done = substitute(tree, env, lambda *steps: place(key, *steps))
    refused = done.diagnostics or any(True for _ in refusals(done.value))
    return Outcome(None if refused else done.value, done.diagnostics)


def flag(entry: Mapping[str, Tree], key: str, env: Mapping[str, Tree],
         place: Place) -> Outcome[bool]:
    """`when` or `trainable`: true where it is not written."""
    if key not in entry:
        return WRITTEN_NOWHERE[key]
    done = value(entry[key], env, place, key)
    empty = done.value is None and entry[key] is None  # JSON's null
    if not empty and (done.value is None or isinstance(done.value, bool)):
        return done
    reason = f"`{key}` is true or false, found {kind_of(done.value)}"
    return Outcome(None, (errors.wrong_entry_value(place(key), reason=reason),))


def copies(entry: Mapping[str, Tree], env: Mapping[str, Tree],
           place: Place) -> Outcome[int | None]:
    """`repeat`: no value where it is not written, 1 where it is wrong."""
    if "repeat" not in entry:
        return WRITTEN_NOWHERE["repeat"]
    done = value(entry["repeat"], env, place, "repeat")
    if done.value is None and entry["repeat"] is not None:
        return Outcome(1, done.diagnostics)
    if isinstance(done.value, int) and not isinstance(done.value, bool) and done.value >= 0:
        return done
    reason = f"`repeat` is a whole number from 0, found {kind_of(done.value)}"
    return Outcome(1, (errors.wrong_entry_value(place("repeat"), reason=reason),))


def constants(entry: Mapping[str, Tree], env: Mapping[str, Tree],
              place: Place) -> Outcome[Mapping[str, Tree]]:
    """`with`: constant arguments of the layer's `call`."""
    if "with" not in entry:
        return WRITTEN_NOWHERE["with"]
    written = entry["with"]
    if isinstance(written, dict):
        return value(written, env, place, "with")
    reason = "`with` is a table of constant call arguments: { training = false }"
    return Outcome(None, (errors.wrong_entry_value(place("with"), reason=reason),))


def wrong_constants(layer: str, held: Mapping[str, Tree], place: Place) -> dict[str, Diagnostic]:
    """What is wrong with constants of `with`: those that the layer's call does not take, or that
    are neither true nor false. Nothing is known of layers without a record."""
    if not held:
        return {}
    known = constants_of(layer)
    takes = " and ".join(f"`{one}`" for one in known) or "none"
    found = {}
    for key, given in held.items() if layer in OPS else ():
        if key not in known:
            reason = f"`{layer}` is called without a constant `{key}`; it takes {takes}"
            found[key] = errors.wrong_entry_value(place("with", key).key(), reason=reason)
        elif not isinstance(given, bool):
            reason = f"`{key}` is true or false, found {kind_of(given)}"
            found[key] = errors.wrong_entry_value(place("with", key), reason=reason)
    return found


def word(entry: Mapping[str, Tree], key: str, place: Place) -> Outcome[str]:
    """`block`, `call` or `model`: a name as it is written."""
    if isinstance(entry[key], str) and entry[key]:
        return Outcome(entry[key])
    reason = f"`{key}` is a name, found {kind_of(entry[key])}"
    return Outcome(None, (errors.wrong_entry_value(place(key), reason=reason),))


def entries_of(entry: Mapping[str, Tree], place: Place) -> Outcome[list[Tree]]:
    """`layers` of a group: those that are tables."""
    layers = entry["layers"]
    if not isinstance(layers, list):
        reason = f"`layers` is a list of entries, found {kind_of(layers)}"
        return Outcome(None, (errors.wrong_entry_value(place("layers"), reason=reason),))
    found = tuple(
        errors.wrong_entry_value(place("layers", index),
                                 reason=f"an entry is a table with `type`, found {kind_of(one)}")
        for index, one in enumerate(layers) if not isinstance(one, dict))
    return Outcome(layers, found)


def given_names(entry: Mapping[str, Tree], place: Place) -> Outcome[tuple[str, ...]]:
    """`gives`: the names of results; no value where it is wrong."""
    if "gives" not in entry:
        return WRITTEN_NOWHERE["gives"]
    written = entry["gives"]
    names = written if isinstance(written, list) else [written]
    for index, name in enumerate(names):
        if not isinstance(name, str) or not is_name(name):
            at = place("gives", index) if names is written else place("gives")
            reason = f"a result is called by a letter, then letters, digits and `_`, " \
                     f"found {kind_of(name)}"
            return Outcome(None, (errors.wrong_entry_value(at, reason=reason),))
    return Outcome(tuple(names))


def shapes(entry: Mapping[str, Tree], env: Mapping[str, Tree], place: Place) -> Outcome[Declared]:
    """`output_shape`: one shape without the batch, or a list of them."""
    if "output_shape" not in entry:
        return WRITTEN_NOWHERE["output_shape"]
    done = value(entry["output_shape"], env, place, "output_shape")
    if done.value is None:
        return Outcome(None, done.diagnostics)
    nested = isinstance(done.value, list) and done.value and isinstance(done.value[0], list)
    given: list[Tree] = done.value if nested else [done.value]
    if all(isinstance(shape, list) and all(isinstance(dim, int | str)
                                           and not isinstance(dim, bool) for dim in shape)
           for shape in given):
        return Outcome(tuple(tuple(shape) for shape in given))
    reason = "`output_shape` is a list of sizes, without the batch: [16]"
    return Outcome(None, (errors.wrong_entry_value(place("output_shape"), reason=reason),))


def own_arguments(entry: Mapping[str, Tree]) -> frozenset[str]:
    """Keys of the language that are arguments of this entry's layer: `output_shape` of
    MultiHeadAttention, `layers` of Pipeline."""
    if TWO_MEANINGS.isdisjoint(entry):
        return NONE
    written = TWO_MEANINGS & entry.keys()
    kind = entry.get("type")
    name = canonical("layer", kind) if isinstance(kind, str) else None
    known = table_entry("layer", name) if name else None
    return frozenset(key for key in written if known and key in known.params)


def resolved(done: Outcome[Tree], place: Place
              ) -> tuple[Component, frozenset[str], tuple[Diagnostic, ...]]:
    """A layer; where arguments are wrong, the layer without them, if it can do without.

    So a misspelt activation does not hide a shape that does not fit further down.
    """
    depth = len(place().path)
    written = dict(done.value) if isinstance(done.value, dict) else {}
    wrong = {str(one.where.path[depth]) for one in done.diagnostics
             if len(one.where.path) > depth}
    wrong |= {str(path[0]) for path in refusals(written)}
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
