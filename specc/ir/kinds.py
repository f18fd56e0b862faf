"""The four kinds of model, each a way to call the same lowering: a `Spec` to a `Graph`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from specc.diagnostics import Diagnostic, Outcome, distinct
from specc.facts import Facts
from specc.ir.connect import ALONE, NOTHING
from specc.ir.graph import Graph, InputNode, Ref
from specc.ir.lower import Lowering
from specc.ir.scope import Scope
from specc.later import later
from specc.ops.op import Tensor
from specc.source import Tree
from specc.spec import Input, Spec, Tower
from specc.syntax.expression import SAID
from specc.syntax.written import table, written
from specc.tensor import BATCH, Dim, Shape

if TYPE_CHECKING:
    from specc.diagnostics import spelling
    from specc.ir import errors, output_errors
else:
    spelling = later("specc.diagnostics.spelling")
    errors = later("specc.ir.errors")
    output_errors = later("specc.ir.output_errors")

INTEGERS = ("index", "hash")


def lower(spec: Spec, facts: Facts) -> Outcome[Graph]:
    """The graph of a spec's model, whatever its kind; shapes of inputs as far as facts tell."""
    found: list[Diagnostic] = []
    inputs = tuple(InputNode(one.name, tensor_of(one, spec, facts), spec.where("inputs", one.name))
                   for one in spec.inputs.values())
    lowering = Lowering(spec, inputs, names={one.name: "an input" for one in inputs})
    env = {**_left_out(spec), **spec.params, **written(spec.tree, spec.params)}
    names = dict.fromkeys(table(spec.tree, "inputs"), NOTHING)
    names |= {one.name: Ref(one.name) for one in inputs}
    only = next(iter(names.values())) if len(names) == 1 else None
    lost = ("inputs",) in spec.broken
    if lost and not names:
        only = NOTHING
    scope = Scope("", env, {"in": only} if only else {}, only, names=names, lost=lost)
    if ("model",) in spec.broken:
        return Outcome(Graph(inputs, (), {}), tuple(found))
    found += _tables(spec)
    last = {"wide_and_deep": _wide_and_deep}.get(spec.model.kind, _layers)(lowering, spec, scope)
    found += lowering.found
    if lowering.full:  # what stands there is not the model, so nothing more is said of it
        return Outcome(Graph(inputs, (), {}), tuple(distinct(found)))
    graph = Graph(inputs, tuple(lowering.nodes), {})
    if spec.model.kind == "sequential":
        found += _chain(graph, spec)
    outputs = _outputs(spec, scope, last)
    parts = _saved_parts(spec, graph)
    return Outcome(Graph(inputs, graph.nodes, outputs.value or {}, stamps=tuple(lowering.stamps)),
                   tuple(distinct([*found, *outputs.diagnostics, *parts.diagnostics])),
                   parts.unchecked)


def _left_out(spec: Spec) -> dict[str, Tree]:
    """What expressions may say of inputs and outputs that were wrong: it was said, and silent."""
    facts = (("inputs", "size"), ("outputs", "classes"))
    return {f"{part}.{name}.{fact}": SAID for part, fact in facts
            for name in table(spec.tree, part) if spec.doubtful(part, name)}


def tensor_of(one: Input, spec: Spec, facts: Facts) -> Tensor:
    """What an input feeds into the model: its shape with the batch, and its dtype."""
    encodings = {c.encode for c in one.columns or (one.defaults,)}
    whole = one.text is not None or encodings <= set(INTEGERS)
    dtype = one.dtype or ("int32" if whole else "float32")
    shape = _row_shape(one, spec, facts)
    return Tensor(None if shape is None else (BATCH, *shape), dtype)


def _row_shape(one: Input, spec: Spec, facts: Facts) -> Shape | None:
    """The shape of one sample; None where nothing says even how many axes it has."""
    if spec.doubtful("data", "window") or any(
            spec.doubtful("inputs", one.name, key) for key in ("shape", "text")):
        return None
    if one.shape is not None:
        return tuple(one.shape)
    if one.text is not None:
        return (one.text.length,)
    if spec.data is None and one.columns is None:
        return None  # neither a table nor its columns, so it may be anything
    width: Dim = facts.widths.get(one.name)
    if spec.data and spec.data.window:
        return (spec.data.window.length, width)
    return (width,)


def _tables(spec: Spec) -> list[Diagnostic]:
    """Tables of [model] that its kind does not have, or lacks."""
    model, kind = spec.model, spec.model.kind
    towers = {"wide": model.wide, "deep": model.deep, "head": model.head, "aux": model.aux}
    found = []
    if kind == "wide_and_deep":
        if model.layers:
            found.append(errors.wrong_tables(
                spec.where("model", "layers").key(), kind=kind,
                reason="has no `layers`; use `wide`, `deep` and `head`"))
        for key in ("wide", "deep", "head"):
            if not towers[key] and not _broken(spec, "model", key):
                found.append(errors.wrong_tables(spec.where("model", "kind"), kind=kind,
                                                 reason=f"needs `{key}`"))
        return found
    for key, value in towers.items():
        if value:
            found.append(errors.wrong_tables(
                spec.where("model", key).key(), kind=kind,
                reason=f"has no `{key}`; use kind = \"wide_and_deep\""))
    if not model.layers and not _broken(spec, "model", "layers"):
        found.append(errors.wrong_tables(spec.where("model", "kind"), kind=kind,
                                         reason="needs `layers`"))
    return found


def _broken(spec: Spec, *path: str) -> bool:
    return any(one[:len(path)] == path for one in spec.broken)


def _layers(lowering: Lowering, spec: Spec, scope: Scope) -> Ref | None:
    if ("model", "layers") in spec.broken:
        return NOTHING
    return lowering.entries(spec.model.layers, lambda *s: spec.where("model", "layers", *s), scope)


def _wide_and_deep(lowering: Lowering, spec: Spec, scope: Scope) -> Ref | None:
    """Wide and deep each on their own, the head on both, `aux` on the deep path's last tensor."""
    ends: dict[str, Ref] = {}
    for key, tower in (("wide", spec.model.wide), ("deep", spec.model.deep)):
        if tower is not None:
            ends[key] = _tower(lowering, spec, scope, key, tower)
    if len(ends) < 2:
        return None
    join = {"type": "Concatenate", "inputs": ["@wide", "@deep"]}
    both = _inserted(lowering, spec, scope, join, ends)
    scope.prev = NOTHING if ("model", "head") in spec.broken else both
    last = lowering.entries(spec.model.head, lambda *s: spec.where("model", "head", *s), scope)
    if spec.model.aux:
        scope.prev = ends["deep"]
        lowering.entries(spec.model.aux, lambda *s: spec.where("model", "aux", *s), scope)
    return last


def _tower(lowering: Lowering, spec: Spec, scope: Scope, key: str, tower: Tower) -> Ref:
    """One tower: its input (several are concatenated first), then its layers."""
    refs = {}
    for index, name in enumerate(tower.input):
        if name not in spec.inputs:
            if not _broken(spec, "inputs", name):
                lowering.found.append(output_errors.unknown_input(
                    spec.where("model", key, "input"), name=name, known=spec.inputs,
                    fix=spelling.respelled(spec.where("model", key, "input"), name, spec.inputs)))
            return Ref("?")
        refs[f"t{index}"] = Ref(name)
    scope.prev = refs["t0"]
    if len(refs) > 1:
        join = {"type": "Concatenate", "inputs": [f"@{one}" for one in refs]}
        scope.prev = _inserted(lowering, spec, scope, join, refs)
    if ("model", key, "layers") in spec.broken:
        return Ref("?")
    place = spec.where
    return lowering.entries(tower.layers, lambda *s: place("model", key, "layers", *s),
                            scope) or Ref("?")


def _inserted(lowering: Lowering, spec: Spec, scope: Scope, entry: Mapping[str, object],
              refs: Mapping[str, Ref]) -> Ref:
    """A layer that the kind adds, not the author; its place is the kind."""
    outer = scope.entering
    scope.entering = {**outer, **refs}
    lowering.entry(entry, lambda *_: spec.where("model", "kind"), scope, ALONE)
    scope.entering = outer
    return scope.prev or Ref("?")


def _chain(graph: Graph, spec: Spec) -> list[Diagnostic]:
    """What breaks the chain of a sequential model: said once, at the first layer that does."""
    if len(graph.inputs) > 1:
        return [errors.not_a_chain(spec.where("inputs", graph.inputs[1].name),
                                   layer=graph.inputs[1].name)]
    before = Ref(graph.inputs[0].name) if graph.inputs else None
    for node in graph.nodes:
        shared = node.name != node.layer_name
        if shared or node.named or (node.args != (before,) and node.args != (Ref("?"),)):
            return [errors.not_a_chain(node.where, layer=node.layer_name)]
        before = Ref(node.name)
    return []


def _saved_parts(spec: Spec, graph: Graph) -> Outcome[None]:
    """Files that the model takes weights from: inside the project, and not read here. What is known
    of parts, whoever reads them says."""
    files = [(spec.model.weights, spec.where("model", "weights"))] if spec.model.weights else []
    files += [(node.model_file, node.at("model")) for node in graph.nodes if node.model_file]
    if not files:
        return Outcome(None)
    from specc.facts.files import locate_source  # only files need what it imports

    found, unchecked = [], []
    for name, place in files:
        path = locate_source(spec, name, place)
        if isinstance(path, Diagnostic):
            found.append(path)
        elif not path.endswith(".keras"):
            found.append(errors.wrong_saved_part(place, file=name))
        elif name == spec.model.weights:
            missing = "" if os.path.exists(path) else " (there is no such file yet)"
            unchecked.append(f"{name}: not read{missing}")
    return Outcome(None, tuple(found), tuple(dict.fromkeys(unchecked)))


def _outputs(spec: Spec, scope: Scope, last: Ref | None) -> Outcome[dict[str, Ref]]:
    """The tensor of each output: `from`, else the layer or result of its name, else the last."""
    out: dict[str, Ref] = {}
    found: list[Diagnostic] = []
    declared = table(spec.tree, "outputs")
    for name, one in spec.outputs.items():
        ref = scope.names.get(one.source or name)
        if name in spec.inputs and one.source is None:
            ref = None
        if ref is None and one.source is None and len(declared) == 1:
            ref = last
        if ref is not None:
            out[name] = ref
            if (taken := _taken(name, ref, spec, scope)) is not None:
                found.append(errors.duplicate_name(spec.where("outputs", name).key(), name=name,
                                                   taken=taken))
        elif _broken(spec, "model") or not scope.whole():
            continue  # it may be what was left out
        elif one.source is not None:
            place = spec.where("outputs", name, "from")
            found.append(errors.unknown_ref(
                place, name=one.source, known=scope.names,
                fix=spelling.respelled(place, one.source, scope.names)))
        else:
            layers = [other for other in scope.names if other not in spec.inputs]
            found.append(output_errors.loss_weights_mismatch(
                spec.where("outputs", name).key(), name=name, known=layers))
    return Outcome(out, tuple(found))


def _taken(name: str, ref: Ref, spec: Spec, scope: Scope) -> str | None:
    """What has an output's name already, if it is not the layer or result that the output is."""
    if name in spec.inputs:
        return "an input"
    return "another entry" if scope.names.get(name, ref) != ref else None
