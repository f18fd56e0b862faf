"""A model taken apart to the tree of a spec, and on the way what is assumed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from specc.saved.call import Call, Folded
from specc.saved.parts import Input, Parts
from specc.saved.tasks import Said
from specc.saved.training import Judged, Training
from specc.source import Tree

# What free lengths are called, by how many dimensions there are behind the batch.
LENGTHS: Mapping[int, Sequence[str]] = {
    1: ("length",), 2: ("length", "width"), 3: ("height", "width", "channels"),
    4: ("depth", "height", "width", "channels")}


def document(parts: Parts, written: Folded, training: Training,
             tasks: Mapping[str, Said]) -> dict[str, Tree]:
    """The tree of the spec, tables in the order in which they are read."""
    tree: dict[str, Tree] = {"specc": 1, "name": spec_name(parts.name)}
    alone = len(parts.inputs) == 1
    tree["inputs"] = {one.name: _input(one, alone=alone) for one in parts.inputs}
    if written.blocks:
        tree["blocks"] = dict(written.blocks)
    tree["model"] = {"kind": "sequential" if _chain(parts) else "functional"}
    if parts.policy != "float32":
        tree["model"]["dtype"] = parts.policy
    tree["model"]["layers"] = written.layers
    tree["outputs"] = {
        one.name: _output(one.name, one.source, tasks.get(one.name, {"task": "regression"}),
                          training.judged.get(one.name, Judged()))
        for one in parts.outputs}
    if training.compile:
        tree["compile"] = dict(training.compile)
    return tree


def _chain(parts: Parts) -> bool:
    """Whether a Sequential stays one: nested models in it may be no chains themselves."""
    return parts.sequential and _chained(parts.calls, parts.inputs[0].name)


def _chained(calls: Sequence[Call], before: str) -> bool:
    for one in calls:
        plain = one.call_of is None and one.block is None and one.inputs == (before,)
        if not plain or not _chained(one.body, "@in"):
            return False
        before = one.name
    return True


def _input(one: Input, *, alone: bool) -> dict[str, Tree]:
    words = LENGTHS.get(len(one.shape), ())
    shape = [size if size is not None else _length(one, at, words, alone)
             for at, size in enumerate(one.shape)]
    out: dict[str, Tree] = {"shape": shape}
    if one.dtype != "float32":
        out["dtype"] = one.dtype
    return out


def _length(one: Input, at: int, words: Sequence[str], alone: bool) -> str:
    """A free length is a word; two inputs have each their own, since nothing says they agree."""
    word = words[at] if words else f"axis_{at + 1}"
    return word if alone else f"{one.name[:40]}_{word}"


def _output(name: str, source: str, task: Said, judged: Judged) -> dict[str, Tree]:
    out: dict[str, Tree] = {"task": task["task"]}
    if source != name:
        out["from"] = source
    out |= {key: value for key, value in task.items() if key != "task"}
    if judged.loss is not None:
        out["loss"] = judged.loss
    if judged.metrics:
        out["metrics"] = list(judged.metrics)
    if judged.weight != 1.0:
        out["weight"] = judged.weight
    return out


def spec_name(name: str) -> str:
    """A model's name as a spec may have it."""
    kept = "".join(one if one.isascii() and (one.isalnum() or one in "_.-") else "_"
                   for one in name)[:100]
    return kept if kept[:1].isalnum() else f"model{kept}"[:100]
