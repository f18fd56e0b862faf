"""What a spec is, whatever it is written like: its canonical form and its hashes.

Three parts, so that each answers one question: may these weights be loaded (`model`), may these
prepared rows be reused (`data`), will the losses be the same (`training`, with the other two).

| part     | holds                                                                         |
|----------|-------------------------------------------------------------------------------|
| model    | the lowered graph, by full names; policy; `kind` only if it is subclassed     |
| data     | source, split, window, inputs and their encodings, targets, classes           |
| training | losses, metrics, weights, labels, optimizer, callbacks, fit, seed             |

What equals its default is left out, so that a Keras that adds a parameter changes no hash. What is
only said about a spec (name, description, lint, budget, expect, golden, tune, params) is in none.
The form depends on the spec alone, never on what a machine knows of the data: the hash that `check`
prints is the one that `run` files its results under.
"""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

import rfc8785

from specc.facts.builtins import built_in
from specc.facts.header import header
from specc.facts.known import Facts, Header
from specc.facts.written import columns_of, input_width
from specc.ir.graph import Node, Ref, Refs
from specc.ir.heads import metric_keys
from specc.ir.kinds import tensor_of
from specc.ir.plan import Head, Plan
from specc.ops import OPS
from specc.ops.arguments import canonical_args
from specc.ops.component import Component
from specc.record import Record, as_dict, fields, replace
from specc.source import Tree
from specc.spec import Column, Data, Generator, Input, Output, Parts, Spec

FORM = 1  # the version of the canonical form; raised when the same spec is written differently
EXACT = 2**53  # whole numbers from here on are no longer exact in JSON


class Hashes(Record):
    """SHA-256 in hex digits, of each part and of the three together."""

    model: str
    data: str
    training: str
    all: str


def canonical(plan: Plan, data_digest: str | None = None,
              files: Mapping[str, str] | None = None) -> dict[str, Tree]:
    """The canonical form of a plan without errors, as plain JSON: `model`, `data`, `training`.

    `data_digest`: SHA-256 of the source's bytes, once they were read; it stands for the file's
    name. `files`: digests of the saved parts that `saved_files` names, by the name as written.
    """
    known = files or {}
    parts = {"model": _model(plan, known), "data": _data(plan, data_digest),
             "training": _training(plan, known)}
    return {key: _exact(part) for key, part in parts.items()}


def canonical_json(value: Tree) -> bytes:
    """A JSON value as RFC 8785 writes it: one text for all that are equal (3 and 3.0 too)."""
    return rfc8785.dumps(value)


def hashes(plan: Plan, data_digest: str | None = None,
           files: Mapping[str, str] | None = None) -> Hashes:
    """The hashes of a plan without errors; the arguments are those of `canonical`."""
    return hashes_of(canonical(plan, data_digest, files))


def hashes_of(form: Mapping[str, Tree]) -> Hashes:
    """The hashes of a canonical form, also of one that was written as JSON and read again."""
    parts = {key: _digest({"specc": 1, "form": FORM, "part": key, "value": value})
             for key, value in form.items()}
    return Hashes(**parts, all=_digest({"specc": 1, "form": FORM, **parts}))


def resolved(plan: Plan, data_digest: str | None = None,
             files: Mapping[str, str] | None = None) -> dict[str, Tree]:
    """What `spec.json` of a run's folder holds: the canonical form, and its hashes."""
    form = canonical(plan, data_digest, files)
    found = hashes_of(form)
    return {"specc": 1, "name": plan.spec.name, "canonical": form,
            "hashes": as_dict(found)}


def saved_files(plan: Plan) -> tuple[str, ...]:
    """The saved models a spec is made of, as written: their bytes belong to its identity."""
    named = [node.model_file for node in plan.graph.nodes if node.model_file]
    return tuple(sorted({*named, *([plan.spec.model.weights] if plan.spec.model.weights else [])}))


def _digest(value: Tree) -> str:
    return hashlib.sha256(canonical_json(value)).hexdigest()


def _exact(value: Tree) -> Tree:
    """The same in what JSON can say: lists for tuples, and whole numbers beyond 2^53 as text."""
    match value:
        case dict():
            return {key: _exact(one) for key, one in sorted(value.items())}
        case tuple() | list():
            return [_exact(one) for one in value]
        case int() if not isinstance(value, bool) and abs(value) >= EXACT:
            return {"int": str(value)}
    return value


def _differing(value: Any, *leave: str) -> dict[str, Tree]:
    """The fields of a record that are not at their defaults, without those named `leave`."""
    return {key: found for key, default in fields(value).items() if key not in leave
            and (found := getattr(value, key)) != default}


def _component(component: Component) -> dict[str, Tree]:
    """A component as a table. What Keras calls an optimizer, a loss or a metric is left out."""
    table: dict[str, Tree] = _unnamed({"type": component.name, **canonical_args(component)})
    return table


def _unnamed(tree: Tree) -> Tree:
    if isinstance(tree, dict):
        own = "type" in tree and ":" not in str(tree["type"])
        return {key: _unnamed(one) for key, one in tree.items() if not (own and key == "name")}
    return [_unnamed(one) for one in tree] if isinstance(tree, list) else tree


# -- model ----------------------------------------------------------------------------------------


def _model(plan: Plan, files: Mapping[str, str]) -> dict[str, Tree]:
    spec, graph = plan.spec, plan.graph
    names = _call_names(graph.nodes)
    out: dict[str, Tree] = {
        "inputs": {one.name: _entering(spec, one.name, one.tensor.dtype) for one in graph.inputs},
        "layers": {node.layer_name: _layer(node, files) for node in graph.layers()},
        "calls": {names[node.name]: _call(node, names) for node in graph.nodes},
        "outputs": {name: _ref(ref, names) for name, ref in graph.outputs.items()},
    }
    if spec.model.dtype != "float32":
        out["dtype"] = spec.model.dtype
    if spec.model.kind == "subclassed":
        out["kind"] = "subclassed"
    return out


def _call_names(nodes: tuple[Node, ...]) -> dict[str, str]:
    """Calls numbered by layer, in order: the same for a group called again and for its layers."""
    seen: dict[str, int] = {}
    out = {}
    for node in nodes:
        number = seen.get(node.layer_name, 0)
        seen[node.layer_name] = number + 1
        out[node.name] = f"{node.layer_name}@{number}" if number else node.layer_name
    return out


def _entering(spec: Spec, name: str, dtype: str | None) -> dict[str, Tree]:
    return {"shape": shape_of(spec, spec.inputs[name]), "dtype": dtype}


def shape_of(spec: Spec, one: Input) -> list[int | str | None]:
    """An input's shape without the batch, as far as the spec alone tells.

    The headers of files are not asked: they may be there on one machine and not on another.
    """
    if one.shape is not None:
        return list(one.shape)
    source = spec.data.source if spec.data else None
    on_disk = isinstance(source, Parts) or (
        isinstance(source, str) and built_in(source) is None)
    about = Header() if on_disk else header(spec)
    width = input_width(spec, one, about, columns_of(spec, one, about))
    if one.text is None and spec.data is not None and spec.data.window is not None:
        return [spec.data.window.length, width]
    return [width]


def _layer(node: Node, files: Mapping[str, str]) -> dict[str, Tree]:
    """A layer as it is constructed. A promised shape counts only where nothing else tells it."""
    out: dict[str, Tree] = {"type": node.layer.name, **canonical_args(node.layer)}
    if node.model_file is not None:
        out = {"model": _file(node.model_file, files)}
    if node.declared is not None and ":" in node.layer.name:
        out["output_shape"] = node.declared
    if not node.trainable:
        out["trainable"] = False
    return out


def _file(name: str, files: Mapping[str, str]) -> Tree:
    return {"sha256": files[name]} if name in files else posixpath.normpath(name)


def _call(node: Node, names: Mapping[str, str]) -> dict[str, Tree]:
    """What enters a call: one tensor, a list of them, or a table by keyword."""
    op = OPS.get(node.layer.name)
    keywords = op.calls if op else ()
    refs = [_ref(ref, names) for ref in node.args]
    named = {key: _ref(ref, names) for key, ref in node.named.items()}
    if keywords and not node.as_list:
        named |= dict(zip(keywords, refs, strict=False))
        refs = refs[len(keywords):]
    elif op and op.takes == "one" and len(named) == 1:  # the only tensor, under its own name
        refs, named = [*refs, *named.values()], {}
    out: dict[str, Tree] = {"layer": node.layer_name}
    if refs:
        out["inputs"] = refs if node.as_list or len(refs) > 1 else refs[0]
    if named:
        out["named"] = named
    if node.constants:
        out["with"] = dict(node.constants)
    return out


def _ref(ref: Ref | Refs, names: Mapping[str, str]) -> Tree:
    """`code`, the third result of it `code:2`; a list for several."""
    if isinstance(ref, tuple):
        return [_ref(one, names) for one in ref]
    name = names.get(ref.node, ref.node)
    return f"{name}:{ref.index}" if ref.index else name


# -- data -----------------------------------------------------------------------------------------


def _data(plan: Plan, digest: str | None) -> dict[str, Tree]:
    spec = plan.spec
    out: dict[str, Tree] = {
        "inputs": {one.name: _input(spec, one) for one in spec.inputs.values()},
        "targets": {head.name: _target(head.output) for head in plan.heads},
    }
    if spec.data is not None:
        out |= _differing(spec.data, "source", "split", "window")
        out |= {"source": _source(spec.data, digest), "split": _differing(spec.data.split)}
        if spec.data.window is not None:
            out["window"] = _differing(spec.data.window)
    return out


def _source(data: Data, digest: str | None) -> Tree:
    """A built-in's name, a generator, or files: their bytes once read, before that their names."""
    match data.source:
        case Generator(type=name, arguments=arguments):
            return {**arguments, "type": name}
        case Parts() as parts:
            said = _differing(parts)
        case name:
            said = {"source": name}
    if digest is None:
        named = {key: posixpath.normpath(str(one)) for key, one in said.items()}
        return named.get("source", named)
    kinds = {key: PurePosixPath(str(one)).suffix.lower() or str(one) for key, one in said.items()}
    return {"sha256": digest, **kinds}


def _input(spec: Spec, one: Input) -> dict[str, Tree]:
    """Columns as they are named, or what `others` get: all that nothing else names."""
    out: dict[str, Tree] = {}
    if one.columns is None:
        out["others"] = _prepared(one.defaults)
    else:
        out["columns"] = [_column(column) for column in one.columns]
    if one.text is not None:
        out["text"] = {"tokens": one.text.tokens, "length": one.text.length}
    if one.dtype not in (None, tensor_of(replace(one, dtype=None), spec, Facts()).dtype):
        out["dtype"] = one.dtype
    if one.shape is not None and list(one.shape) != shape_of(spec, replace(one, shape=None)):
        out["shape"] = one.shape
    if one.range is not None:
        out["range"] = one.range
    return out


def _column(column: Column) -> Tree:
    """A name alone where all else is the default."""
    said = _prepared(column)
    return {"name": column.name, **said} if said else column.name


def _prepared(column: Column) -> dict[str, Tree]:
    """How a column is prepared. What is encoded holds no numbers to scale."""
    return _differing(column, "name", *(("scale",) if column.encode is not None else ()))


def _target(output: Output) -> dict[str, Tree]:
    """The task says how a target column is read: as numbers, or as classes."""
    out: dict[str, Tree] = {"task": output.task}
    out["column"] = {"input": output.target_input} if output.target_input else output.target
    for key, default in (("classes", _classes(output)), ("scale", "none"), ("range", None),
                         ("shape", None)):
        value = getattr(output, key)
        if value is not None and value != default:
            out[key] = value
    return out


def _classes(output: Output) -> int | None:
    """How many classes a task has when none are written."""
    if output.task == "multilabel" and isinstance(output.target, tuple):
        return len(output.target)
    return 2 if output.task == "binary" else None


# -- training -------------------------------------------------------------------------------------


def _training(plan: Plan, files: Mapping[str, str]) -> dict[str, Tree]:
    spec = plan.spec
    out: dict[str, Tree] = {
        "outputs": {head.name: _head(head) for head in plan.heads},
        "optimizer": _component(plan.optimizer),
        **_differing(spec.compile, "optimizer"),
        **_differing(spec.fit, "callbacks"),
    }
    if plan.callbacks:
        watched = dict(_monitors(plan.heads))
        out["callbacks"] = [_callback(one, watched) for one in plan.callbacks]
    if spec.seed:
        out["seed"] = spec.seed
    if spec.model.weights is not None:
        out["weights"] = _file(spec.model.weights, files)
    return out


def _head(head: Head) -> dict[str, Tree]:
    output = head.output
    out: dict[str, Tree] = {"loss": _component(head.loss)}
    if head.labels is not None:
        out["labels"] = head.labels
    if head.metrics:
        out["metrics"] = sorted((_component(one) for _, one in head.metrics), key=canonical_json)
    for key, default in (("weight", 1.0), ("class_weight", None), ("sample_weight", None),
                         ("threshold", 0.5)):
        value = getattr(output, key)
        if value != default:
            out[key] = dict(value) if isinstance(value, Mapping) else value
    return out


def _callback(callback: Component, watched: Mapping[str, Tree]) -> dict[str, Tree]:
    """A callback; what it monitors is the number meant, whichever of its names is written."""
    out = {key: one for key, one in _component(callback).items() if key != "monitor"}
    meant, default = (watched.get(str(one), one)
                      for one in (callback.get("monitor"), callback.defaults.get("monitor")))
    if meant != default:
        out["monitor"] = meant
    return out


def _monitors(heads: tuple[Head, ...]) -> Iterator[tuple[str, Tree]]:
    """Every name that `monitor` accepts, and the number it means; an earlier name wins."""
    one = len(heads) == 1
    found: dict[str, Tree] = {}
    for split, prefix, words in (("train", "", ("train",)),
                                 ("validation", "val_", ("val", "validation"))):
        for name in (f"{prefix}loss", *(f"{word}.loss" for word in words)):
            found.setdefault(name, {"split": split, "number": "loss"})
        for head in heads:
            metrics = dict(head.metrics)
            for key in metric_keys(head):
                number: dict[str, Tree] = {"split": split, "number": "loss"}
                if key in metrics:
                    number["number"] = _component(metrics[key])
                if not (one and key == "loss"):  # the loss of one output is the loss
                    number["output"] = head.name
                alone = [f"{prefix}{key}"] if one else []
                for name in (f"{prefix}{head.name}_{key}", *alone,
                             *(f"{word}.{head.name}.{key}" for word in words)):
                    found.setdefault(name, number)
    yield from found.items()


__all__ = ["FORM", "Hashes", "canonical", "canonical_json", "hashes", "resolved", "saved_files",
           "shape_of"]
