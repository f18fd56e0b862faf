"""Outputs of several axes against their targets: SH101 to SH109.

An output has positions that its targets lack (a missing Flatten, a whole sequence), or other
positions than they have. What `output-rank-mismatch` would say, with its cause.
"""

from __future__ import annotations

from collections.abc import Iterator

from specc.ir.graph import Node, Ref
from specc.ops.component import Component
from specc.rules.flow import (
    ACTIVATIONS,
    CONVOLUTIONS,
    DROPOUTS,
    MERGES,
    NORMALIZATIONS,
    POOLINGS,
    RECURRENT,
)
from specc.rules.pairing import Pairing
from specc.rules.rule import Finding, Rule, each_output, error, instead
from specc.rules.units import paired, surplus, unlike
from specc.source import Where
from specc.tensor import Shape, agree, show

# Layers that leave every position where it is, whatever the rank.
EACH_POSITION = frozenset({
    "Dense", "Identity", "GaussianNoise", "ActivityRegularization",
    *ACTIVATIONS, *NORMALIZATIONS, *DROPOUTS})
MAPS = CONVOLUTIONS | POOLINGS
SUMS = MERGES - {"Dot"}
NUMBERS = ("regression", "binary", "multiclass", "multilabel", "count")


@error("SH101", about=("units", "labels"), milder=True)
@each_output
def missing_flatten(one: Pairing) -> Iterator[Finding]:
    """A Dense stands right behind positions that nothing has flattened or pooled.

    Why: it is applied to each position alone, so the model answers for every position of a map
    that has only one target. Keras says nothing before the first batch, and with squared errors not
    even then. A warning where the shape of the targets is not known and poolings have made the
    positions other ones than the input's.

    Example:

        [inputs.x]
        shape = [28, 28, 1]
        [model]
        kind = "sequential"
        layers = [
          { type = "Conv2D", filters = 8, kernel_size = 3, activation = "relu" },
          { type = "MaxPooling2D" },
          { type = "Dense", units = 10, activation = "softmax" },    # error: [SH101]
        ]
        [outputs.y]
        task = "multiclass"
        classes = 10
        shape = [1]

    Use instead: a `Flatten` or a global pooling before the first Dense.

    Source: NeuraLint f011; five programs of its corpus.
    """
    dense, before = _behind_positions(one)
    if dense is None or before is None:
        return
    shape = one.plan.graph.tensor(dense.args[0]).shape
    message = f"a Dense at each position of {show(shape)}"
    if unlike(one) and surplus(one) > 0:
        yield Finding(dense.where, f"{message}, and the targets are {show(one.target.shape)}",
                      advice="put a Flatten or a global pooling before it")
    elif one.target.shape is None and paired(one) and one.task in NUMBERS and (
            _shrunk(one, before)):
        yield Finding(dense.where, f"{message}, so there is an answer for each of them",
                      severity="warning",
                      advice="put a Flatten or a global pooling before it; if that is meant, say "
                             "the targets' `shape`")


@error("SH102", about=("units", "labels"))
@each_output
def rnn_return_sequences_extra(one: Pairing) -> Iterator[Finding]:
    """The last recurrent layer gives every step, and there is one target for all of them.

    Why: cross-entropies refuse it at the first batch; a squared error compares each step with each
    row, and trains. Where the targets' shape is not known nothing is said: labels for each step
    look the same.

    Example:

        [inputs.seen]
        shape = [20, 1]
        [model]
        kind = "sequential"
        layers = [
          { type = "LSTM", units = 8, return_sequences = true },    # error: [SH102]
          { type = "Dense", units = 1, activation = "sigmoid" },
        ]
        [outputs.y]
        task = "binary"
        shape = [1]

    Use instead: `return_sequences = false`, or a pooling over the steps.

    Source: own; measured with Keras 3.15.
    """
    if not unlike(one) or surplus(one) < 1:
        return
    back = tuple(_back(one))
    if back and _recurrent(back[-1]):
        *tail, last = back
        alone = all(len(one.plan.graph.tensor(ref).shape or ()) == 3 for ref in last.args)
        where = _returning(last)
        yield Finding(where, f"every step enters the output {show(one.shape)}, and the targets are "
                      f"{show(one.target.shape)}", advice="set return_sequences = false",
                      fix=instead(one, where, False) if alone and _only(one, last, tail) else None)


@error("SH103", about=("units", "labels"))
@each_output
def output_shape_mismatch(one: Pairing) -> Iterator[Finding]:
    """The output has as many axes as its targets, and other lengths.

    Why: what is sampled down must come back to the same length: with `padding = "valid"` or an odd
    length it does not. Keras finds out at the first batch.

    Example:

        [inputs.x]
        shape = [28, 28, 1]
        [model]
        kind = "sequential"
        layers = [
          { type = "Conv2D", filters = 8, kernel_size = 3, activation = "relu" },
          { type = "MaxPooling2D", padding = "same" },
          { type = "Conv2DTranspose", filters = 8, kernel_size = 4, strides = 2, padding = "same" },
          { type = "Conv2D", filters = 1, kernel_size = 1 },    # error: [SH103]
        ]
        [outputs.y]
        task = "regression"
        target = { input = "x" }

    Use instead: `padding = "same"`, lengths that divide, a Cropping or ZeroPadding at the end.

    Source: so-50426349; measured with Keras 3.15.
    """
    if not unlike(one) or surplus(one) or one.shape is None or one.target.shape is None:
        return
    node = one.plan.graph.node(one.head.tensor.node)
    where = node.where if node is not None else one.at()
    yield Finding(where, f"the output is {show(one.shape)}, and the targets are "
                  f"{show(one.target.shape)}: {_differing(one.shape, one.target.shape)}",
                  advice="make up- and downsampling undo each other")


def _differing(output: Shape, target: Shape) -> str:
    pairs = zip(output, target, strict=False)
    return ", ".join(f"axis {at} has {a} for {b}" for at, (a, b) in enumerate(pairs)
                     if not agree(a, b))


def _back(one: Pairing) -> Iterator[Node]:
    """The nodes from the output backwards, up to the first that moves positions (it included)."""
    graph = one.plan.graph
    node = graph.node(one.head.tensor.node)
    while node is not None:
        yield node
        if node.layer.name not in EACH_POSITION or len(node.args) != 1:
            return
        node = graph.node(node.args[0].node)


def _map_of(one: Pairing, node: Node) -> Node | None:
    """The convolution or pooling that gives a node's positions, through what merges several."""
    graph, step = one.plan.graph, node
    while step.args and step.layer.name in EACH_POSITION | SUMS:
        before = graph.node(step.args[0].node)
        if before is None:
            return None
        step = before
    return step if step.layer.name in MAPS and len(step.args) == 1 else None


def _behind_positions(one: Pairing) -> tuple[Node | None, Node | None]:
    """The first Dense of the layers at the end, and the convolution or pooling whose positions
    enter it."""
    if one.shape is None or len(one.shape) < 3:
        return None, None
    nodes = tuple(_back(one))
    before = _map_of(one, nodes[-1]) if nodes else None
    if before is None:
        return None, None
    return next((node for node in reversed(nodes) if node.layer.name == "Dense"), None), before


def _shrunk(one: Pairing, node: Node) -> bool:
    """Whether a convolution or pooling gives fewer positions than entered the chain before it."""
    graph = one.plan.graph
    gives, enters = graph.tensor(Ref(node.name)).shape, graph.tensor(node.args[0]).shape
    before = graph.node(node.args[0].node)
    while before is not None and before.args:
        enters = graph.tensor(before.args[0]).shape
        before = graph.node(before.args[0].node)
    if gives is None or enters is None or len(gives) != len(enters):
        return False
    return any(isinstance(a, int) and isinstance(b, int) and a < b
               for a, b in zip(gives[1:-1], enters[1:-1], strict=True))


def _held(node: Node) -> Component:
    inner = node.layer.get("layer")
    return inner if isinstance(inner, Component) else node.layer


def _recurrent(node: Node | None) -> bool:
    """Whether a node is a recurrent layer that gives every step."""
    return node is not None and node.layer.name in RECURRENT and (
        _held(node).get("return_sequences") is True)


def _returning(node: Node) -> Where:
    """Where `return_sequences` is written."""
    if "layer" in node.layer.args:
        return node.at("layer").at("return_sequences")
    return node.at("return_sequences")


def _only(one: Pairing, last: Node, tail: list[Node]) -> bool:
    """Whether nothing but the output looks at the steps."""
    names = {last.name, *(node.name for node in tail)}
    takers = [node for node in one.plan.graph.nodes
              if node not in tail and any(ref.node in names for ref in node.refs())]
    return not takers and not any("Spatial" in node.layer.name for node in tail)


RULES: tuple[Rule, ...] = (missing_flatten, rnn_return_sequences_extra, output_shape_mismatch)

__all__ = ["RULES", "missing_flatten", "output_shape_mismatch", "rnn_return_sequences_extra"]
