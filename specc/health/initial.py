"""Rules about how a model begins: what its initial weights make of the rows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import inf

from specc.health.rule import Finding, Seen, info, kernels, warning
from specc.health.signals import LayerSignal
from specc.ir.graph import Node

NORMS = frozenset({"BatchNormalization", "LayerNormalization", "GroupNormalization",
                   "UnitNormalization", "RMSNormalization"})
FADED = 1e-3  # of what the first layer of a chain gives
SPREAD = 10.0  # variance of initial weights; no initializer of Keras draws with more than 2


@info("HE206")
def activation_scale(seen: Seen) -> Iterator[Finding]:
    """The activations of a hidden layer are far larger or smaller than those of the layer before.

    Why: what grows or fades by a factor of 100 from layer to layer does so backwards as well, and
    a learning rate fits only one of them.

    Found before training, of initial weights.

    Example:

        layers = [
          { type = "Dense", units = 32, activation = "relu",
            kernel_initializer = { type = "RandomNormal", stddev = 1e-4 } },
          { type = "Dense", units = 1, name = "y" },
        ]

    Use instead: the initializer of Keras, `he_normal` for relu.

    Source: AUTOTRAINER (arXiv:2102.08379); Glorot & Bengio 2010 (AISTATS).
    """
    if seen.epoch != 0 or seen.now is None:
        return
    last = {ref.node for ref in seen.plan.graph.outputs.values()}
    for before, one in pairwise(seen.now.layers):
        node = seen.node(one.node)
        if node is None or one.node in last or before.node not in {
                ref.node for ref in node.refs()}:
            continue
        if not (0 < one.size < inf and 0 < before.size < inf):
            continue
        if not 0.01 <= one.size / before.size <= 100:
            yield Finding(node.where, f"`{one.node}` gives {one.size:.2g} on average before "
                          f"training, `{before.node}` before it {before.size:.2g}",
                          "the initializer of Keras, he_normal for relu")
            return


@warning("HE207")
def poor_init(seen: Seen) -> Iterator[Finding]:
    """Each layer makes what comes in a little smaller, and in the end nothing is left of it.

    Why: a layer that gives a fifth of what it gets is no harm; ten of them give a ten-millionth.
    The output no longer depends on the rows, and backwards the gradient fades as much.

    Found after the second epoch, where before training the last of several layers behind each
    other gave less than a thousandth of what the first did, and the loss has not fallen by 1 %.

    Example:

        layers = [
          { type = "Dense", units = 16, activation = "tanh", repeat = 8,
            kernel_initializer = { type = "RandomNormal", stddev = 0.05 } },
          { type = "Dense", units = 1, name = "y" },
        ]

    Use instead: the initializer of Keras, `he_normal` for relu; BatchNormalization between layers.

    Source: SageMaker Debugger, PoorWeightInitialization; Glorot & Bengio 2010 (AISTATS).
    """
    before = seen.before
    if before is None or seen.now is None or seen.epoch != 2 or not (
            seen.now.loss >= 0.99 * before.loss > 0):
        return
    for chain in _chains(seen, before.layers):
        first, last = chain[0], chain[-1]
        node = seen.node(last.node)
        if len(chain) > 2 and node is not None and 0 < last.size < FADED * first.size < inf:
            yield Finding(node.where, f"before training `{last.node}` gave {last.size:.1e} on "
                          f"average, `{first.node}` {first.size:.1e}, and the loss has not fallen "
                          f"in {seen.epoch} epochs", "the initializer of Keras, he_normal for relu")
            return


def _chains(seen: Seen, layers: tuple[LayerSignal, ...]) -> Iterator[list[LayerSignal]]:
    """Hidden layers of which each takes what the one before gives."""
    last = {ref.node for ref in seen.plan.graph.outputs.values()}
    chain: list[LayerSignal] = []
    for one in layers:
        node = seen.node(one.node)
        if node is None or one.node in last:
            continue
        if chain and chain[-1].node not in {ref.node for ref in node.refs()}:
            yield chain
            chain = []
        chain.append(one)
    if chain:
        yield chain


@info("HE208")
def weight_variance(seen: Seen) -> Iterator[Finding]:
    """The weights of a layer begin far wider than any initializer draws them.

    Why: what the layer gives is as much too large. Units are saturated or dead, gradients large,
    and the first steps are spent on undoing it.

    Found before training, where the mean square of a kernel is above 10. Not where a
    normalization follows, which takes the size away again.

    Example:

        layers = [
          { type = "Dense", units = 16, activation = "relu",
            kernel_initializer = { type = "RandomNormal", stddev = 8.0 } },
          { type = "Dense", units = 1, name = "y" },
        ]

    Use instead: the initializer of Keras, `he_normal` for relu.

    Source: DeepDiagnosis (Wardat et al. 2022, arXiv:2112.04030), variance of weights; its lower
    limit of 1e-5 is what Keras draws for a wide layer, and is left out.
    """
    if seen.epoch != 0 or seen.now is None:
        return
    for one in kernels(seen.now):
        found = one.norm * one.norm / max(one.count, 1)
        node = next((node for node in seen.plan.graph.nodes if node.layer_name == one.layer), None)
        if node is not None and SPREAD < found < inf and not _normalized(seen, node):
            yield Finding(node.where, f"the {one.name} of `{one.layer}` begins with a mean square "
                          f"of {found:.3g}", "the initializer of Keras, he_normal for relu")
            return


def _normalized(seen: Seen, node: Node) -> bool:
    """Whether a normalization is what takes what a layer gives."""
    return any(other.layer.name in NORMS for other in seen.plan.graph.nodes
               if node.name in {ref.node for ref in other.refs()})


RULES = (activation_scale, poor_init, weight_variance)
