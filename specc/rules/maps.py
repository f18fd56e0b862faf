"""Windows and the maps they slide over: SH113 to SH119."""

from __future__ import annotations

from collections.abc import Iterator

from specc.ir.graph import Node
from specc.ops.shaping import split, spread
from specc.rules.flow import CONVOLUTIONS
from specc.rules.images import ELEMENTWISE, mixed, positions, turned
from specc.rules.pairing import Subject
from specc.rules.rule import Finding, Rule, info, warning
from specc.source import Where
from specc.tensor import Shape, show

SLIDING = frozenset(one for one in CONVOLUTIONS if "Transpose" not in one)
HUGE = 50_000_000  # parameters
MOST = 0.9  # of them


@warning("SH113")
def kernel_exceeds_map_same(about: Subject) -> Iterator[Finding]:
    """A kernel is larger than the map it slides over, and `padding = "same"` hides it.

    Why: weights that only ever meet zeros are never trained. Where the map is only one or two
    positions long, at the end of a network for larger images, it is only worth a thought.

    Example:

        [inputs.x]
        shape = [14, 14, 1]
        [model]
        kind = "sequential"
        layers = [
          { type = "Conv2D", filters = 8, kernel_size = 31, padding = "same" },  # warning: [SH113]
          { type = "ReLU" },
          { type = "GlobalAveragePooling2D" },
          { type = "Dense", units = 1 },
        ]
        [outputs.y]
        task = "regression"

    Use instead: a kernel no longer than the map.

    Source: NeuraLint f013; measured with Keras 3.15.
    """
    said: set[Where] = set()
    for node in about.plan.graph.nodes:
        if node.layer.name not in SLIDING or node.layer.args.get("padding") != "same":
            continue
        beyond = list(_beyond(node, about.flow.entering(node)))
        if not beyond:
            continue
        if not said and (mixed(about) or any(True for _ in turned(about))):
            return  # the map is only small because its channels are taken for rows
        where = node.at("kernel_size")
        if where not in said:
            said.add(where)
            kernel, length = max(beyond, key=lambda pair: pair[1])
            yield Finding(where, f"a kernel {kernel} long over {length} position"
                          f"{'' if length == 1 else 's'} of {show(about.flow.entering(node))}",
                          advice=f"use at most {length}",
                          severity="info" if length < 3 else None)


def _beyond(node: Node, shape: Shape | None) -> Iterator[tuple[int, int]]:
    """(kernel, length) of every axis where a kernel reaches over a padded map."""
    layer, rank = node.layer, positions(node)
    if shape is None or len(shape) != rank + 2:
        return
    places, _ = split(layer, shape)
    for kernel, step, length in zip(spread(layer.get("kernel_size"), rank),
                                    spread(layer.get("dilation_rate", 1), rank), places,
                                    strict=False):
        if step == 1 and isinstance(length, int) and kernel > length > 0:
            yield kernel, length


@info("SH114")
def conv_transpose_checkerboard(about: Subject) -> Iterator[Finding]:
    """A transposed convolution covers some positions more often than others.

    Why: where the kernel is no multiple of the stride, windows overlap unevenly, and images get a
    pattern of squares.

    Example:

        [inputs.x]
        shape = [16, 16, 4]
        [model]
        kind = "sequential"
        layers = [
          { type = "Conv2DTranspose", filters = 1, kernel_size = 3, strides = 2 },  # info: [SH114]
        ]
        [outputs.y]
        task = "regression"

    Use instead: `kernel_size = 4` for `strides = 2`; or UpSampling2D and a convolution.

    Source: Odena, Dumoulin & Olah 2016, doi:10.23915/distill.00003.
    """
    said: set[Where] = set()
    for node in about.plan.graph.nodes:
        if not node.layer.name.endswith("Transpose") or node.doubtful:
            continue
        rank, where = positions(node), node.at("kernel_size")
        uneven = [(kernel, stride) for kernel, stride in zip(
            spread(node.layer.get("kernel_size"), rank), spread(node.layer.get("strides"), rank),
            strict=False) if stride > 0 and kernel % stride]
        if uneven and where not in said:
            said.add(where)
            kernel, stride = uneven[0]
            yield Finding(where, f"a kernel of {kernel} is no multiple of the stride, {stride}",
                          advice=f"use {(kernel // stride + 1) * stride}")


@info("SH115")
def params_explosion(about: Subject) -> Iterator[Finding]:
    """Nearly all of a large model's weights stand in one Dense behind a Flatten.

    Why: a weight for every position and unit is what convolutions are there to save; such a layer
    learns single pixels by heart.

    Example:

        [inputs.x]
        shape = [224, 224, 3]
        [model]
        kind = "sequential"
        layers = [
          { type = "Conv2D", filters = 32, kernel_size = 3, activation = "relu" },
          { type = "Flatten" },
          { type = "Dense", units = 128, activation = "relu" },    # info: [SH115]
          { type = "Dense", units = 1 },
        ]
        [outputs.y]
        task = "regression"

    Use instead: a `GlobalAveragePooling2D` in place of the Flatten, or poolings before it.

    Source: own.
    """
    if not _heavy(about):
        return
    counts = {node.name: about.plan.graph.costs[node.name].count()
              for node in about.plan.graph.nodes}
    known = [count for count in counts.values() if count is not None]
    if len(known) < len(counts) or sum(known) <= HUGE:
        return
    for node in about.plan.graph.nodes:
        held = counts[node.name] or 0
        if node.layer.name == "Dense" and held > MOST * sum(known) and any(
                one.layer.name == "Flatten" for one in _before(about, node)):
            yield Finding(node.at("units"), f"{held:,} of {sum(known):,} weights stand here",
                          advice="pool the positions instead of flattening them")


def _heavy(about: Subject) -> bool:
    """Whether one Dense alone holds more weights than most models."""
    costs = about.plan.graph.costs
    return any((costs[node.name].count() or 0) > MOST * HUGE
               for node in about.plan.graph.nodes if node.layer.name == "Dense")


def _before(about: Subject, node: Node) -> Iterator[Node]:
    """What stands before a node, through what changes no shape."""
    for one in about.flow.chain_before(node):
        yield one
        if one.layer.name not in ELEMENTWISE:
            return


RULES: tuple[Rule, ...] = (kernel_exceeds_map_same, conv_transpose_checkerboard, params_explosion)

__all__ = ["RULES", "conv_transpose_checkerboard", "kernel_exceeds_map_same", "params_explosion"]
