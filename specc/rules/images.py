"""Images and the axis that their channels stand in: SH110 to SH112."""

from __future__ import annotations

from collections.abc import Iterator

from specc.diagnostics import Edit, Fix, Related
from specc.ir.graph import InputNode, Node
from specc.ops.shaping import resolve_axis, spread
from specc.rules.flow import ACTIVATIONS, DROPOUTS, MERGES, NORMALIZATIONS
from specc.rules.pairing import Subject
from specc.rules.rule import Finding, Rule, error, warning
from specc.source import dig
from specc.tensor import Shape, show

COLOURS = (1, 3, 4)  # channels of a picture: grey, RGB, RGB and how opaque
SMALL = 8  # no picture is that low
# What keeps the channels where they are.
ELEMENTWISE = frozenset({
    "Identity", "GaussianNoise", "ActivityRegularization", "Rescaling", "Normalization",
    *ACTIVATIONS, *DROPOUTS, *NORMALIZATIONS, *(MERGES - {"Dot"})})


@warning("SH110")
def channels_order_suspect(about: Subject) -> Iterator[Finding]:
    """An image's shape begins with what looks like its channels, and its layers look for them last.

    Why: a convolution would slide over channels and rows, and take the columns for channels. It
    trains, and learns little. A picture that is really so low is fine: say
    `data_format = "channels_last"` in the first layer.

    Example:

        [inputs.x]
        shape = [3, 224, 224]    # warning: [SH110]
        [model]
        kind = "sequential"
        layers = [
          { type = "Conv2D", filters = 8, kernel_size = 3, activation = "relu" },
          { type = "GlobalAveragePooling2D" },
          { type = "Dense", units = 1 },
        ]
        [outputs.y]
        task = "regression"

    Use instead: `shape = [224, 224, 3]`, or `data_format = "channels_first"` in every layer.

    Source: UMLAUT; NeuraLint so-45711636, gh-8.
    """
    for one, node in turned(about):
        shape = one.tensor.shape or ()
        yield Finding(about.plan.spec.where("inputs", one.name, "shape"),
                      f"`{node.layer.name}` takes the last axis of {show(shape)} for channels, of "
                      f"which there would be {shape[-1]}",
                      advice=f"use shape = {[*shape[2:], shape[1]]}, or say `data_format`",
                      related=(Related(node.where, "the image enters here"),))


def turned(about: Subject) -> Iterator[tuple[InputNode, Node]]:
    """The inputs whose channels seem to stand first, and the layer that takes them for rows."""
    for one in about.plan.graph.inputs:
        shape = one.tensor.shape
        if shape is None or not first_look(shape):
            continue
        taker = next((node for node in about.plan.graph.nodes
                      if any(ref.node == one.name for ref in node.refs())), None)
        while taker is not None and taker.layer.name in ELEMENTWISE:
            taker = about.flow.only_after(taker)
        if taker is None or positions(taker) != 2 or "data_format" in taker.layer.args:
            continue
        if not _flat(taker):
            yield one, taker


def first_look(shape: Shape) -> bool:
    """Whether (batch, a, b, c) looks like channels, rows, columns."""
    if len(shape) != 4:
        return False
    _, first, rows, columns = shape
    return first in COLOURS and all(isinstance(one, int) and one > SMALL for one in (rows, columns))


def positions(node: Node) -> int:
    """Of how many positions a layer's name speaks."""
    name = node.layer.name.removesuffix("Transpose")
    return int(name[-2]) if name[-2:-1].isdigit() and name.endswith("D") else 0


def _flat(node: Node) -> bool:
    """Whether a window is meant for a single row: 1 high, and wider."""
    sizes = spread(node.layer.get("kernel_size", node.layer.get("pool_size", 2)), 2)
    return sizes[0] == 1 < sizes[-1]


@error("SH111", about=("units", "labels"))
def mixed_data_format(about: Subject) -> Iterator[Finding]:
    """Two layers of a path look for the channels in different axes.

    Why: `data_format` holds for one layer. A pooling without it, behind a convolution with
    `channels_first`, pools the channels together and takes the columns for channels.

    Example:

        [inputs.x]
        shape = [16, 32, 32]
        [model]
        kind = "sequential"
        layers = [
          { type = "Conv2D", filters = 8, kernel_size = 3, data_format = "channels_first" },
          { type = "MaxPooling2D" },    # error: [SH111]
          { type = "Flatten" },
          { type = "Dense", units = 1 },
        ]
        [outputs.y]
        task = "regression"

    Use instead: one `data_format` for all of them, or a `Permute` between.

    Source: NeuraLint so-44322611.
    """
    if not mixed(about) or _misfit(about):
        return
    heads = about.plan.heads
    for node, giver in _formats(about):
        if giver is not None and format_of(node) not in (None, format_of(giver)):
            yield Finding(node.at("data_format"), f"`{node.layer.name}` takes the channels "
                          f"{_side(node)}, and `{giver.layer.name}` leaves them {_side(giver)}",
                          advice=f'set data_format = "{format_of(giver)}"',
                          output=heads[0].name if len(heads) == 1 else None,  # whose shape it bends
                          related=(Related(giver.at("data_format"), "the channels are put here"),))


def _misfit(about: Subject) -> bool:
    """Whether something does not fit: that is said already, and the mixture may be why."""
    graph = about.plan.graph
    return any(not graph.costs[node.name].known and ":" not in node.layer.name and all(
        graph.tensor(ref).shape is not None for ref in node.refs()) for node in graph.nodes)


def mixed(about: Subject) -> bool:
    """Whether some layers look for the channels first, and some last."""
    return _any_first(about) and any(
        format_of(node) == "channels_last" for node in about.plan.graph.nodes)


def format_of(node: Node) -> str | None:
    """`channels_last` or `channels_first`; None for layers that do not ask."""
    layer = node.layer
    asks = "data_format" in layer.defaults or "data_format" in layer.args
    if not asks or layer.name == "Flatten":
        return None
    return layer.get("data_format") or "channels_last"


def _any_first(about: Subject) -> bool:
    """Whether some layer says that channels come first: without it, all are last."""
    return about.writes("data_format") and any(
        node.layer.args.get("data_format") == "channels_first" for node in about.plan.graph.nodes)


def _side(node: Node) -> str:
    return "first" if format_of(node) == "channels_first" else "last"


def _formats(about: Subject) -> Iterator[tuple[Node, Node | None]]:
    """Every node, and the layer that decided where the channels of what enters it stand; None
    where nothing is known, or where two disagree (which is said once)."""
    givers: dict[str, Node | None] = {}
    for node in about.plan.graph.nodes:
        found = {id(one): one for ref in node.refs() for one in (givers.get(ref.node),)}
        entering = next(iter(found.values())) if len({
            one and format_of(one) for one in found.values()}) == 1 else None
        yield node, entering
        shape = about.flow.leaving(node)
        if shape is None or len(shape) < 3:
            givers[node.name] = None
        elif (own := format_of(node)) is None:
            givers[node.name] = entering if node.layer.name in ELEMENTWISE else None
        else:
            clash = entering is not None and format_of(entering) != own
            givers[node.name] = None if clash else node


@warning("SH112")
def batchnorm_axis_suspect(about: Subject) -> Iterator[Finding]:
    """A normalization of batches keeps its statistics along another axis than the channels.

    Why: Keras builds it in silence, with a scale for each row of the picture.

    Example:

        [inputs.x]
        shape = [32, 32, 3]
        [model]
        kind = "sequential"
        layers = [
          { type = "Conv2D", filters = 8, kernel_size = 3, activation = "relu" },
          { type = "BatchNormalization", axis = 1 },    # warning: [SH112]
          { type = "GlobalAveragePooling2D" },
          { type = "Dense", units = 1 },
        ]
        [outputs.y]
        task = "regression"

    Use instead: `axis = -1`; 1 where images have their channels first.

    Source: NeuraLint gh-3; measured with Keras 3.15.
    """
    first = _any_first(about)
    suspects = {node.name for node in about.plan.graph.nodes
                if node.layer.name == "BatchNormalization" and (first or _sideways(about, node))}
    if not suspects:
        return
    for node, giver in _formats(about):
        shape, axis = about.flow.entering(node), node.layer.get("axis", -1)
        if node.name not in suspects or giver is None or shape is None or (
                not isinstance(axis, int)):
            continue
        right = 1 if format_of(giver) == "channels_first" else -1
        if resolve_axis(axis, len(shape)) not in (None, right % len(shape)):
            yield Finding(node.at("axis"), f"axis {axis} of {show(shape)} is not that of the "
                          f"channels, which `{giver.layer.name}` puts {_side(giver)}",
                          advice=f"set axis = {right}", fix=_axis(about, node, right))


def _axis(about: Subject, node: Node, right: int) -> Fix | None:
    """Write the right axis where another number stands."""
    where = node.at("axis")
    plain = isinstance(dig(about.plan.spec.tree, where.path), int) and "axis" in node.written
    return Fix(f"use axis = {right}", (Edit(where, str(right)),)) if plain else None


def _sideways(about: Subject, node: Node) -> bool:
    """Whether an axis is not the last one."""
    shape, axis = about.flow.entering(node), node.layer.get("axis", -1)
    return shape is not None and isinstance(axis, int) and axis not in (-1, len(shape) - 1)


RULES: tuple[Rule, ...] = (mixed_data_format, channels_order_suspect, batchnorm_axis_suspect)

__all__ = ["ELEMENTWISE", "RULES", "batchnorm_axis_suspect", "channels_order_suspect", "mixed",
           "mixed_data_format", "positions", "turned"]
