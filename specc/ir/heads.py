"""Outputs judged: losses, metrics and labels resolved, and what was left out filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from specc.diagnostics import Diagnostic, Outcome, Related
from specc.facts import Facts
from specc.ir.activation import ending
from specc.ir.graph import Graph, Ref
from specc.ir.plan import Head
from specc.ir.scope import snake
from specc.later import later
from specc.ops.arguments import resolve
from specc.ops.component import Component
from specc.record import Record
from specc.source import Tree, Where
from specc.spec import Labels, Output, Spec, Task
from specc.syntax.values import kind_of

if TYPE_CHECKING:
    from specc.diagnostics import spelling
    from specc.ir import errors, output_errors
else:
    spelling = later("specc.diagnostics.spelling")
    errors = later("specc.ir.errors")
    output_errors = later("specc.ir.output_errors")

# What each loss is given when the task has classes. Source: rules.md 1.1, measured.
LABELS: Mapping[str, Labels] = {
    "SparseCategoricalCrossentropy": "index", "CategoricalGeneralizedCrossEntropy": "index",
    "Circle": "index", "CTC": "index",
    "CategoricalCrossentropy": "onehot", "CategoricalFocalCrossentropy": "onehot",
    "CategoricalHinge": "onehot", "KLDivergence": "onehot",
    "BinaryCrossentropy": "binary", "BinaryFocalCrossentropy": "binary",
    "Hinge": "sign", "SquaredHinge": "sign",
}
CLASSES: tuple[Task, ...] = ("binary", "multiclass", "multilabel")
# Which tasks look at a key of an output, where not all do.
READ: Mapping[str, tuple[Task, ...]] = {
    "classes": (*CLASSES, "distribution"),
    "labels": (*CLASSES, "distribution"),
    "class_weight": ("binary", "multiclass", "regression", "count", "distribution"),
    "threshold": ("binary", "multilabel"),
    "scale": ("regression", "count", "distribution"),
}
METRIC_NAME = r"[A-Za-z0-9_-]+"  # a part of `test.price.NAME`
BY_SHAPE = ("accuracy", "acc", "crossentropy", "ce")  # Keras chooses the class from the shapes


class Judged(Record):
    """What is known of an output when its loss is chosen."""

    output: Output
    units: int | None  # size of its last axis
    linear: bool
    classes: int | None


def heads(spec: Spec, graph: Graph, facts: Facts) -> Outcome[tuple[Head, ...]]:
    """Every output that has a tensor, with loss, metrics and labels."""
    out: list[Head] = []
    found: list[Diagnostic] = []
    for name, output in spec.outputs.items():
        if output.target_input is not None and output.target_input not in spec.inputs and (
                not spec.doubtful("inputs", output.target_input)):
            place = spec.where("outputs", name, "target", "input")
            found.append(output_errors.unknown_input(
                place, name=output.target_input, known=spec.inputs,
                fix=spelling.respelled(place, output.target_input, spec.inputs)))
        judged = _judge(output, graph, graph.outputs.get(name), facts)
        head, said = _head(spec, judged, graph.outputs.get(name, Ref("?")))
        out.append(head)
        found += said
    return Outcome(tuple(out), tuple(found))


def _judge(output: Output, graph: Graph, ref: Ref | None, facts: Facts) -> Judged:
    shape = graph.tensor(ref).shape if ref else None
    last = shape[-1] if shape else None
    end = ending(graph, ref) if ref else None
    return Judged(output, last if isinstance(last, int) else None,
                  end is not None and end.activation == "linear", count_classes(output, facts))


def count_classes(output: Output, facts: Facts) -> int | None:
    """K: as written, else what the facts say, else what the task says."""
    if isinstance(output.classes, int):
        return output.classes
    if output.classes is not None:
        return len(output.classes)
    if output.task == "multilabel":
        return len(output.target) if isinstance(output.target, tuple) else facts.dims.get(
            output.name)
    if output.task in CLASSES and output.name in facts.classes:
        return len(facts.classes[output.name])
    return 2 if output.task == "binary" else None


def _head(spec: Spec, judged: Judged, ref: Ref) -> tuple[Head, list[Diagnostic]]:
    output = judged.output
    filled: dict[str, str] = {}
    found: list[Diagnostic] = []
    place = spec.where("outputs", output.name, "loss")
    tree = by_shape_loss(output.loss, judged) if output.loss is not None else None
    if tree is None:
        tree = own_loss(judged)
        filled["loss"] = tree if isinstance(tree, str) else f"{tree['type']}(from_logits=true)"
    loss = resolve("loss", tree, place.at)
    found += loss.diagnostics
    resolved = loss.value or Component("loss", "?")
    labels = output.labels or labels_for(resolved.name, judged)
    if labels and not output.labels:
        filled["labels"] = labels
    metrics: list[tuple[str, Component]] = []
    for index, one in enumerate(output.metrics):
        at = spec.where("outputs", output.name, "metrics", index)
        key, said, metric = _metric(one, judged, labels, at)
        found += said
        if key in [name for name, _ in metrics]:
            found.append(errors.duplicate_name(at, name=key, taken="another metric of this output"))
        elif key == "loss":
            found.append(errors.duplicate_name(at, name=key, taken="the output's loss itself"))
        elif metric is not None:
            metrics.append((key, metric))
    found += unread(spec, output)
    head = Head(output, ref, resolved, tuple(metrics), labels, judged.classes, filled)
    return head, found


def unread(spec: Spec, output: Output) -> Iterator[Diagnostic]:
    """Keys that say more than their default, and that the output's task does not look at: said
    once, since where there are several the task may be what is wrong."""
    blank = Output(output.name, output.task)
    if spec.doubtful("outputs", output.name, "task"):
        return
    keys = [key for key, tasks in READ.items()
            if output.task not in tasks and getattr(output, key) != getattr(blank, key)]
    if keys:
        first, *more = (spec.where("outputs", output.name, key).key() for key in keys)
        task = Related(spec.where("outputs", output.name, "task"), "the task is said here")
        yield output_errors.unread_key(
            first, keys=keys, task=output.task,
            tasks=[one for one in READ[keys[0]] if all(one in READ[key] for key in keys)],
            related=(task, *(Related(one, "nor at this") for one in more)))


def own_loss(judged: Judged) -> Tree:
    """The task's own loss; of logits if the output ends linear. Source: rules.md 1.2."""
    output = judged.output
    match output.task:
        case "regression":
            return "MeanSquaredError"
        case "count":
            return "Poisson"
        case "distribution":
            name = "CategoricalCrossentropy"
        case "multiclass":
            onehot = output.labels == "onehot"
            name = "CategoricalCrossentropy" if onehot else "SparseCategoricalCrossentropy"
        case "binary" if judged.units == 2:
            onehot = output.labels == "onehot"
            name = "CategoricalCrossentropy" if onehot else "SparseCategoricalCrossentropy"
        case "binary" if output.labels == "sign":
            return "Hinge"
        case _:
            name = "BinaryCrossentropy"
    return {"type": name, "from_logits": True} if judged.linear else name


def by_shape_loss(tree: Tree, judged: Judged) -> Tree:
    """`"crossentropy"` as Keras resolves it: by the shapes, never of logits."""
    if tree not in ("crossentropy", "ce"):
        return tree
    if judged.units == 1:
        return "BinaryCrossentropy"
    return ("CategoricalCrossentropy" if judged.output.labels == "onehot"
            else "SparseCategoricalCrossentropy")


def labels_for(loss: str, judged: Judged) -> Labels | None:
    """How classes are given to a loss; None for targets that are numbers anyway."""
    task = judged.output.task
    if task not in CLASSES:
        return None
    if task == "multilabel":
        return "binary"
    if loss in ("Dice", "Tversky"):
        return "binary" if task == "binary" else "onehot"
    otherwise: Labels = "binary" if task == "binary" else "onehot"
    if task == "multiclass" and LABELS.get(loss) == "binary" and judged.units != 1:
        return "onehot"  # a question for each class
    return LABELS.get(loss, otherwise)


def _metric(tree: Tree, judged: Judged, labels: Labels | None,
            at: Where) -> tuple[str, list[Diagnostic], Component | None]:
    """A metric: its key, what is wrong with it, and the component."""
    key = tree if isinstance(tree, str) else None
    if isinstance(tree, dict):
        if tree == {"type": ""}:  # taken out before, and said then
            return "", [], None
        key = tree.get("name")
        if key is None:  # what the metric itself says of `name = none`, the table knows
            key = snake(str(tree.get("type", "")))
        elif not isinstance(key, str) or not re.fullmatch(METRIC_NAME, key):
            reason = f"a metric is called by letters, digits, `_` and `-`, found {kind_of(key)}"
            return "", [errors.wrong_entry_value(at.at("name"), reason=reason)], None
        tree = {k: v for k, v in tree.items() if k != "name" or v is None}
    if isinstance(tree, str) and tree in BY_SHAPE:
        tree = by_shape_metric(tree, judged, labels)
    done = resolve("metric", tree, at.at)
    return str(key), list(done.diagnostics), None if done.errors else done.value


def by_shape_metric(word: str, judged: Judged, labels: Labels | None) -> str:
    """`"accuracy"` as Keras resolves it: by the shapes of labels and predictions."""
    suffix = "Crossentropy" if word in ("crossentropy", "ce") else "Accuracy"
    if judged.units == 1 or (judged.units is None and judged.output.task == "binary"):
        return f"Binary{suffix}"
    if labels == "index":
        return f"SparseCategorical{suffix}"
    return f"Categorical{suffix}"


def metric_keys(head: Head) -> Iterator[str]:
    """The keys of one output's numbers: its loss, then its metrics."""
    yield "loss"
    yield from (key for key, _ in head.metrics)
