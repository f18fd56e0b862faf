"""What cannot be inferred, and what is declared of it: `output_shape` of an entry.

Three kinds of node keep something to themselves: a layer whose class is Python of its own
(`module:Class`), a saved part, and a lookup whose vocabulary is learned from rows that nobody read
yet. A declared shape fills what is not known and is held against what is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from specc.diagnostics import Diagnostic
from specc.ir.graph import Cost, Node
from specc.later import later
from specc.ops import OPS
from specc.ops.op import Tensor
from specc.record import replace
from specc.tensor import BATCH, Shape, agree, show, unify

if TYPE_CHECKING:
    from specc.ir import shape_errors
else:
    shape_errors = later("specc.ir.shape_errors")

UNRESOLVED = "?"  # the name of a layer that was refused; that was said


def declare(node: Node, cost: Cost) -> tuple[Cost, Diagnostic | None]:
    """The cost with the declared shapes in it; or as it is, when they contradict it."""
    if node.declared is None:
        return cost, None
    declared = tuple((BATCH, *shape) for shape in node.declared)
    given = cost.gives
    few = cost.known and len(declared) > len(given)
    if few or not all(map(_fit, declared, given)):
        return cost, shape_errors.declared_shape_mismatch(
            node.at("output_shape"), declared=_shown(declared),
            inferred=_shown(tuple(tensor.shape for tensor in given)))
    rest = (*given, *(Tensor(None) for _ in declared[len(given):]))
    filled = tuple(_fill(tensor, shape) for tensor, shape in zip(rest, declared, strict=False))
    return replace(cost, gives=(*filled, *rest[len(filled):])), None


def _fit(declared: Shape, tensor: Tensor) -> bool:
    found = tensor.shape
    return found is None or (len(found) == len(declared) and all(map(agree, declared, found)))


def _fill(tensor: Tensor, declared: Shape) -> Tensor:
    """A tensor with what is declared of it where nothing is known."""
    if tensor.shape is None:
        return Tensor(declared, tensor.dtype or "float32", tensor.masked)
    return replace(tensor, shape=tuple(map(unify, tensor.shape, declared)))


def _shown(shapes: tuple[Shape | None, ...]) -> str:
    return " and ".join(map(show, shapes))


def undeclared(node: Node, cost: Cost) -> Iterator[Diagnostic]:
    """A layer whose result is known to nobody, where nothing is declared of it."""
    if _codes(node) and any(tensor.shape is None for tensor in cost.gives):
        yield shape_errors.unknown_output_shape(node.where, layer=node.layer_name,
                                                why="its class is code")
    elif _learns(node, cost):
        yield shape_errors.unknown_output_shape(node.where, layer=node.layer_name,
                                                why="its vocabulary is learned from the rows")


def unknown_parts(node: Node) -> Iterator[str]:
    """What no check looks at: the inside of code."""
    if _codes(node):
        yield (f"{node.layer_name}: `{node.layer.name}` is code, so its weights and cost are "
               "not known")


def _codes(node: Node) -> bool:
    return node.model_file is None and node.layer.name not in (UNRESOLVED, *OPS)


def _learns(node: Node, cost: Cost) -> bool:
    """Whether the width of what comes out depends on a state that is not written."""
    op = OPS.get(node.layer.name)
    return (op is not None and op.needs_state and not node.doubtful and cost.known
            and node.layer.get("output_mode", "int") != "int"
            and any(None in (tensor.shape or ())[-1:] for tensor in cost.gives))
