"""What weights start as: AR101 to AR104."""

from __future__ import annotations

from collections.abc import Iterator

from specc.ir.activation import WRAPPERS
from specc.ir.graph import Node
from specc.ops.component import Component
from specc.rules.flow import DROPOUTS, Flow
from specc.rules.inside import (
    KERNELS,
    LEARNERS,
    MIXING,
    PASSING,
    Chain,
    Role,
    behind,
    bend,
    bend_at,
    class_of,
    fan_in,
    learners_behind,
    rewrite,
    role,
    steps,
)
from specc.rules.pairing import Subject
from specc.rules.rule import Finding, Rule, error, info, warning
from specc.rules.tables import SIGMOIDS

CONSTANTS = frozenset({"Zeros", "Ones", "Constant"})
RECURRENT_KERNELS = ("SimpleRNN", "GRU", "LSTM")
ADDING = frozenset({"Add", "Subtract", "Average"})
WIDER = 3.0  # times the deviation that keeps the variance: 1 / sqrt(fan_in)
LARGE_BIAS, WILD_BIAS = 1.0, 0.5  # a constant, a standard deviation


@error("AR101", milder=True)
def constant_weight_init(subject: Subject) -> Iterator[Finding]:
    """All weights of a layer start at the same value, so all of its units start alike.

    Why: units that are alike compute the same; they part only as far as the layers behind them
    differ, and zeros before a `relu` never move at all. A deviation of 0 is a constant, too. An
    info for an output layer, and where only one number enters. A layer that ends a residual branch
    may well start at zero, and what others are multiplied by at any value, as may an EinsumDense
    that scales (`ab,b->ab`: no two weights see the same number).

    Example:

        [model]
        kind = "sequential"
        [[model.layers]]
        type = "Dense"
        units = 16
        activation = "relu"
        kernel_initializer = "zeros"    # error: [AR101]
        [[model.layers]]
        type = "Dense"
        units = 1
        [outputs.y]
        task = "regression"

    Use instead: no initializer (`glorot_uniform`), or `he_normal` before a relu.

    Source: NeuraLint f004; four programs of the corpus.
    """
    if subject.plan.spec.model.weights:
        return
    flow = subject.flow
    for chain, at, node in steps(flow):
        layer, inside = _unwrapped(node.layer)
        argument = _kernel_argument(layer)
        if argument is None or not node.trainable or node.doubtful:
            continue
        value, units = _constant(layer.get(argument)), _units(layer)
        where = _role(flow, chain, at, value) if value is not None and units != 1 else None
        if value is None or where is None or (where == "output" and value == 0):
            continue
        mild = where == "output" or fan_in(flow, node) == 1
        place = node.at("layer").at(argument) if inside else node.at(argument)
        yield Finding(place, f"every weight of the {units or 'many'} units starts at {value:g}",
                      advice="leave the initializer out, or use he_normal",
                      severity="info" if mild else None)


def _role(flow: Flow, chain: Chain, at: int, value: float) -> Role | None:
    """Whether a layer is hidden or ends the model, also where a merge or a branch comes next. None
    where it may well start alike: zeros that are added to something, and factors."""
    found = role(flow, chain, at)
    takers = flow.after[chain[-1].name]
    if found is not None or not takers or not all(
            one.layer.name in PASSING for one in behind(chain, at)):
        return found
    kinds = {class_of(one) for one in takers}
    if kinds & LEARNERS or (kinds & ADDING and value != 0) or "Concatenate" in kinds:
        return "hidden"
    return None


def _unwrapped(layer: Component) -> tuple[Component, bool]:
    """The layer whose weights these are, and whether it stands in a wrapper."""
    inner = layer.get("layer")
    return (inner, True) if layer.name in WRAPPERS and isinstance(inner, Component) else (
        layer, False)


def _kernel_argument(layer: Component) -> str | None:
    """The argument that makes the weights between what enters and the units."""
    if layer.name in RECURRENT_KERNELS:
        made = layer.get("recurrent_initializer")
        return "kernel_initializer" if _constant(made) is not None else None
    if layer.name.startswith("Separable"):
        return "pointwise_initializer"
    return None if layer.name.startswith("Depthwise") or layer.name not in KERNELS else (
        "kernel_initializer")


def _units(layer: Component) -> int | None:
    """How many units share what enters; 1 also where a weight scales a number of its own."""
    equation = layer.get("equation")
    if isinstance(equation, str):
        enters, _, weights = equation.partition("->")[0].partition(",")
        return 1 if set(weights) <= set(enters) else None
    size = layer.get("units", layer.get("filters"))
    return size if isinstance(size, int) else None


def _constant(made: object) -> float | None:
    """The value that an initializer gives every weight; None where it gives different ones."""
    if not isinstance(made, Component):
        return None
    if made.name in CONSTANTS:
        return {"Zeros": 0.0, "Ones": 1.0}.get(made.name, _number(made, "value"))
    if made.name in ("RandomNormal", "TruncatedNormal") and made.get("stddev") == 0:
        return _number(made, "mean")
    if made.name == "RandomUniform" and made.get("minval") == made.get("maxval"):
        return _number(made, "minval")
    return None


def _number(made: Component, key: str) -> float:
    value = made.get(key)
    return float(value) if isinstance(value, (int, float)) else 0.0


@info("AR102")
def nonzero_bias_init(subject: Subject) -> Iterator[Finding]:
    """The biases of a hidden layer start far from 0.

    Why: what enters is around 1 in a well-scaled model, so such a bias decides alone at the start:
    a relu is linear, or dead. Small ones (0.1), those of an output layer (the logarithm of the
    odds), of gates and of recurrent layers are all meant.

    Example:

        [model]
        kind = "sequential"
        [[model.layers]]
        type = "Dense"
        units = 16
        activation = "relu"
        bias_initializer = "ones"    # info: [AR102]
        [[model.layers]]
        type = "Dense"
        units = 1
        [outputs.y]
        task = "regression"

    Use instead: `zeros`, which is the default.

    Source: NeuraLint f024.
    """
    if subject.plan.spec.model.weights:
        return
    flow = subject.flow
    for chain, at, node in steps(flow):
        made = node.layer.args.get("bias_initializer")
        if node.layer.name not in KERNELS or not node.trainable or made is None:
            continue
        if bend(flow, chain, at)[0] in SIGMOIDS or role(flow, chain, at) != "hidden":
            continue
        value, deviation = _constant(made), _deviation(made)
        if value is not None and abs(value) >= LARGE_BIAS:
            yield Finding(node.at("bias_initializer"), f"the biases start at {value:g}",
                          advice="leave the initializer out")
            return
        if value is None and deviation is not None and deviation > WILD_BIAS:
            yield Finding(node.at("bias_initializer"),
                          f"the biases start with a deviation of {deviation:.2g}",
                          advice="leave the initializer out")
            return


def _deviation(made: object) -> float | None:
    """The root of the mean square of what a random initializer gives; None where that is not
    known without the layer's shape."""
    if not isinstance(made, Component):
        return None
    if made.name in ("RandomNormal", "TruncatedNormal"):
        return float((_number(made, "mean") ** 2 + _number(made, "stddev") ** 2) ** 0.5)
    if made.name == "RandomUniform":
        low, high = _number(made, "minval"), _number(made, "maxval")
        return float(((low * low + low * high + high * high) / 3) ** 0.5)
    return None


@warning("AR103")
def large_init(subject: Subject) -> Iterator[Finding]:
    """The weights of a hidden layer start several times too large.

    Why: with weights of deviation 1 / sqrt(n) a sum of n values stays as large as each of them.
    From three times that on, values grow threefold from layer to layer: gradients explode, and
    sigmoids saturate. A normalization right behind takes the scale away.

    Example:

        [model]
        kind = "sequential"
        [[model.layers]]
        type = "Dense"
        units = 16
        activation = "relu"
        kernel_initializer = { type = "RandomNormal", stddev = 2.0 }    # warning: [AR103]
        [[model.layers]]
        type = "Dense"
        units = 1
        [outputs.y]
        task = "regression"

    Use instead: `he_normal` or `glorot_uniform`, which ask how many numbers enter.

    Source: SageMaker Debugger, PoorWeightInitialization; DeepLocalize 48385830.
    """
    if subject.plan.spec.model.weights:
        return
    flow = subject.flow
    for chain, at, node in steps(flow):
        deviation = _deviation(node.layer.args.get("kernel_initializer"))
        entering = fan_in(flow, node) if deviation is not None else None
        if deviation is None or entering is None or not node.trainable or node.doubtful:
            continue
        right = entering ** -0.5
        if deviation <= WIDER * right or role(flow, chain, at) != "hidden" or (
                _normalized(chain, at)):
            continue
        yield Finding(node.at("kernel_initializer"),
                      f"weights of deviation {deviation:.2g}, and {entering} numbers enter: "
                      f"{right:.2g} keeps their scale", advice="use he_normal")
        return


def _normalized(chain: Chain, at: int) -> bool:
    """Whether a normalization stands right behind."""
    return at + 1 < len(chain) and chain[at + 1].layer.name.endswith("Normalization")


@warning("AR104")
def selu_without_lecun(subject: Subject) -> Iterator[Finding]:
    """A layer uses `selu` without what makes it normalize itself.

    Why: activations keep their mean and variance only with weights of variance 1 / n
    (`lecun_normal`), `AlphaDropout` instead of `Dropout`, and no `BatchNormalization` between.
    Without them `selu` has no advantage over `relu`.

    Example:

        [model]
        kind = "sequential"
        layers = [
          { type = "Dense", units = 16, activation = "selu" },    # warning: [AR104]
          { type = "Dense", units = 1 },
        ]
        [outputs.y]
        task = "regression"

    Use instead: `kernel_initializer = "lecun_normal"`, and `AlphaDropout`.

    Source: Klambauer et al. 2017, arXiv:1706.02515; Keras's page of selu.
    """
    found = list(_selus(subject))
    wrong = [(node, bent) for node, bent, _ in found if not _lecun(node)]
    if wrong:
        made = wrong[0][0].layer.get("kernel_initializer")
        yield Finding(bend_at(wrong[0][1]), f"selu with weights of {made.name}",
                      advice='write kernel_initializer = "lecun_normal"',
                      fix=rewrite(subject.plan, "kernel_initializer", "lecun_normal",
                                  (node for node, _ in wrong)))
        return
    for _, _, after in found:
        name = after.layer.name if after else ""
        if after and name in {*DROPOUTS, "BatchNormalization"} - {"AlphaDropout"}:
            yield Finding(after.where, f"{name} behind a selu, which normalizes itself",
                          advice="drop it, or use relu" if name == "BatchNormalization" else
                          "use AlphaDropout")
            return


def _selus(subject: Subject) -> Iterator[tuple[Node, Node, Node | None]]:
    """Hidden layers that end in selu: each with the node that applies it, and the next in line."""
    flow = subject.flow
    for chain, at, node in steps(flow):
        if node.layer.name not in MIXING or node.doubtful:
            continue
        name, bent = bend(flow, chain, at)
        if name == "selu" and learners_behind(flow, node):
            there = at + 1 + (bent is not node)
            yield node, bent, chain[there] if there < len(chain) else None


def _lecun(node: Node) -> bool:
    """Whether a layer starts with weights of variance 1 / fan_in, or nobody knows."""
    made = node.layer.get("kernel_initializer")
    return not isinstance(made, Component) or made.name in ("LecunNormal", "LecunUniform") or (
        made.name == "VarianceScaling" and made.get("scale") == 1 and made.get("mode") == "fan_in")


RULES: tuple[Rule, ...] = (constant_weight_init, selu_without_lecun, large_init, nonzero_bias_init)
