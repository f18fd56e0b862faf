"""Stages about the model as it is built."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from specc.diagnostics import Diagnostic
from specc.importer import import_model
from specc.ir.cost import totals
from specc.ir.graph import Cost, Node
from specc.record import replace
from specc.runner.probe_errors import inferred_otherwise, output_not_finite, params_differ
from specc.runner.subject import Subject
from specc.tensor import Shape


def compiles(subject: Subject) -> Iterator[Diagnostic]:
    """The model is built, compiled, and gives finite numbers."""
    for name, values in subject.predicted.items():
        wrong = int((~np.isfinite(values)).reshape(len(values), -1).any(axis=1).sum())
        if wrong:
            yield output_not_finite(subject.plan.spec.where("outputs", name), output=name,
                                    rows=wrong)


def inferred(subject: Subject) -> Iterator[Diagnostic]:
    """What was computed without Keras, against the model: what each layer gives when it is run,
    its weights, how many there are, and the FLOPs of the config that Keras writes."""
    from specc.backend.built import gives, holds

    plan, model = subject.plan, subject.model
    wanted = totals(plan.graph)
    if wanted.params is not None and wanted.params != model.count_params():
        yield params_differ(plan.spec.where("model"), inferred=wanted.params,
                            built=model.count_params())
    rows = subject.batch()
    held = holds(model)
    for name, found in gives(model, plan, rows).items():
        node = plan.graph.node(name)
        cost = plan.graph.costs.get(name)
        if node is None or cost is None or not cost.known:
            continue
        yield from _given(node, cost, found, len(rows))
        yield from _weights(node, cost, held.pop(node.layer_name, None))
    yield from _flops(subject, wanted.flops)


def _given(node: Node, cost: Cost, found: list[tuple[tuple[int, ...], str]],
           rows: int) -> Iterator[Diagnostic]:
    """Shapes and dtypes, as far as they are known."""
    if len(found) != len(cost.gives):
        yield inferred_otherwise(node.where, layer=node.name, what="the number of results",
                                 inferred=len(cost.gives), built=len(found))
        return
    for tensor, (shape, dtype) in zip(cost.gives, found, strict=True):
        if tensor.dtype is not None and tensor.dtype != dtype:
            yield inferred_otherwise(node.where, layer=node.name, what="the dtype",
                                     inferred=tensor.dtype, built=dtype)
        if tensor.shape is None:
            continue
        known = [dim if isinstance(dim, int) else None for dim in tensor.shape]
        same = len(known) == len(shape) and all(
            one is None or one == other for one, other in zip(known, shape, strict=True))
        if not same:
            shown = tuple("rows" if dim == rows and not index else dim
                          for index, dim in enumerate(shape))
            yield inferred_otherwise(node.where, layer=node.name, what="the shape",
                                     inferred=tuple(tensor.shape), built=shown)


def _weights(node: Node, cost: Cost,
             held: list[tuple[tuple[int, ...], bool]] | None) -> Iterator[Diagnostic]:
    """Shapes of the weights, in any order, and which are trained; of a layer's first call."""
    if held is None or cost.weights is None:
        return
    wanted = sorted((tuple(one.shape), one.trainable and node.trainable) for one in cost.weights
                    if all(isinstance(dim, int) for dim in one.shape))
    if len(wanted) == len(cost.weights) and wanted != sorted(held):
        yield inferred_otherwise(node.where, layer=node.layer_name, what="the weights",
                                 inferred=_shown(wanted), built=_shown(sorted(held)))


def _shown(weights: Sequence[tuple[Shape, bool]]) -> str:
    return ", ".join(f"{shape}{'' if trained else ' frozen'}"
                     for shape, trained in weights) or "none"


def _flops(subject: Subject, wanted: int | None) -> Iterator[Diagnostic]:
    """The FLOPs of the model as Keras writes it down, read by `specc import` like anyone's.

    A subclassed model writes no layers down: then it is the functional model of the same graph.
    """
    from specc.backend.built import config

    plan, model = subject.plan, subject.model
    if wanted is None:
        subject.notes.append("FLOPs are not known, and were not compared")
        return
    if plan.spec.model.kind == "subclassed":
        kind = replace(plan.spec.model, kind="functional")
        model = subject.build(replace(plan, spec=replace(plan.spec, model=kind)))
    read = import_model(config(model), training=False, fold=False)
    done = read.value.checked.plan if read.value else None
    found = totals(done.graph).flops if done else None
    if found is None:
        reason = read.diagnostics[0].message if read.diagnostics else "they are not known"
        subject.notes.append(f"FLOPs were not compared with those of the built model: {reason}")
    elif found != wanted:
        yield inferred_otherwise(plan.spec.where("model"), layer=plan.spec.name, what="the FLOPs",
                                 inferred=f"{wanted:,}", built=f"{found:,}")
