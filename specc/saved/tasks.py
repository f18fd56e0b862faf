"""What an output is asked for, guessed from its loss, its last activation and its width."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from specc.ir.activation import ending
from specc.ir.graph import Graph, Ref
from specc.ops import table
from specc.saved.training import Judged
from specc.source import Tree

Said: TypeAlias = Mapping[str, Tree]  # `task` and `classes` of [outputs.NAME]

ONE_OF_SEVERAL = frozenset({
    "SparseCategoricalCrossentropy", "CategoricalCrossentropy", "CategoricalFocalCrossentropy",
    "CategoricalGeneralizedCrossEntropy", "CategoricalHinge", "Circle", "CTC"})
YES_OR_NO = frozenset({"BinaryCrossentropy", "BinaryFocalCrossentropy"})
OVERLAPS = frozenset({"Dice", "Tversky"})
SIGMOIDS = ("sigmoid", "hard_sigmoid")


def loss_name(judged: Judged) -> str | None:
    """The class of an output's loss, or None."""
    tree = judged.loss["type"] if isinstance(judged.loss, dict) else judged.loss
    return table.canonical("loss", tree) if isinstance(tree, str) else None


def guesses(graph: Graph, ref: Ref, loss: str | None) -> tuple[tuple[Said, str], ...]:
    """What an output may be, the likeliest first, each with the reason."""
    end = ending(graph, ref)
    shape = graph.tensor(ref).shape
    units = shape[-1] if shape and isinstance(shape[-1], int) else None
    activation = end.activation if end else None
    why = f"its loss is {loss}" if loss else (
        f"it ends with {activation}" if activation and activation != "linear"
        else "it ends linear")
    several: Said = {"task": "multiclass"} | ({"classes": units} if units else {})
    labels: Said = {"task": "multilabel"} | ({"classes": units} if units else {})
    yes: Said = {"task": "binary"} if units == 1 else labels
    number: Said = {"task": "regression"}
    share: Said = {"task": "regression", "range": [0, 1]}
    by_activation = several if activation == "softmax" and units != 1 else (
        yes if activation in SIGMOIDS else number)
    if loss is None:
        found = [by_activation, number]
    elif loss in ONE_OF_SEVERAL:
        found = [several, {"task": "binary"}, {"task": "distribution"}]
    elif loss in YES_OR_NO:
        found = [yes, share, several]
    elif loss in ("Hinge", "SquaredHinge"):
        found = [{"task": "binary"}, several]
    elif loss in OVERLAPS:
        found = [by_activation, yes, several]
    elif loss == "KLDivergence":
        found = [{"task": "distribution"}, several]
    elif loss == "Poisson":
        found = [{"task": "count"}, number]
    else:
        found = [number, share, by_activation]
    return tuple((said, why) for at, said in enumerate(found) if said not in found[:at])
