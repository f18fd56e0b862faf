"""Normalization: what stands before it, and where it is too late: AR121 to AR123."""

from __future__ import annotations

from collections.abc import Iterator

from specc.diagnostics import number_of
from specc.ir.activation import SHAPE_ONLY
from specc.ir.graph import Node
from specc.rules.flow import GLOBAL_POOLINGS, NORMALIZATIONS
from specc.rules.inside import BENDS, MIXING, Chain, rewrite, role, steps
from specc.rules.pairing import Pairing, Subject
from specc.rules.rule import Finding, Rule, each_output, info, warning
from specc.rules.tables import SIGMOIDS, SOFTMAXES

FEW = 8  # rows of a batch
EMBEDDING = frozenset({"Circle", "CosineSimilarity"})  # losses of vectors that may be normalized


@info("AR121")
def bias_before_batchnorm(subject: Subject) -> Iterator[Finding]:
    """A layer adds a bias that the BatchNormalization right behind takes away again.

    Why: the mean over the batch holds the bias, and is subtracted; what shifts the result is the
    normalization's own `beta`. The bias is a weight without effect, and without gradient.

    Example:

        [model]
        kind = "sequential"
        layers = [
          { type = "Dense", units = 16 },    # info: [AR121]
          { type = "BatchNormalization" },
          { type = "ReLU" },
          { type = "Dense", units = 1 },
        ]
        [outputs.y]
        task = "regression"

    Use instead: `use_bias = false`. With an activation or a dropout between the bias does count.

    Source: Ioffe & Szegedy 2015, arXiv:1502.03167, section 3.2; NeuraLint f005.
    """
    calls: dict[str, int] = {}
    for node in subject.plan.graph.nodes:
        calls[node.layer_name] = calls.get(node.layer_name, 0) + 1
    found = [node for chain, at, node in steps(subject.flow)
             if node.layer.name in MIXING and calls[node.layer_name] == 1 and _vain(chain, at)
             and role(subject.flow, chain, at) != "output"]
    if found:
        others = len(found) - 1
        do = "does" if others == 1 else "do"
        more = f"; so {do} {number_of(others, 'more layer')}" if others else ""
        first = found[0]
        fix = rewrite(subject.plan, "use_bias", False, found)
        yield Finding(first.at("use_bias"), f"{first.layer.name} adds a bias that the "
                      f"BatchNormalization behind takes away{more}",
                      advice="write use_bias = false", fix=fix)


def _vain(chain: Chain, at: int) -> bool:
    """Whether a trainable BatchNormalization over the same axis follows a linear layer at once,
    and nothing holds the bias otherwise."""
    layer = chain[at].layer
    if not layer.get("use_bias") or layer.get("activation") not in (None, "linear"):
        return False
    if layer.get("bias_regularizer") or not chain[at].trainable or at + 1 == len(chain):
        return False
    behind = chain[at + 1]
    first = layer.get("data_format") == "channels_first"
    if behind.doubtful or chain[at].doubtful:
        return False
    return (behind.layer.name == "BatchNormalization" and behind.trainable and not first
            and behind.layer.get("axis", -1) == -1 and bool(behind.layer.get("center"))
            and "training" not in behind.constants)


@warning("AR122")
@each_output
def norm_after_output(one: Pairing) -> Iterator[Finding]:
    """The outputs themselves are normalized.

    Why: over a batch, outputs then have the mean and the deviation of the normalization and not
    those of the targets, and a prediction depends on the rows beside it; probabilities are none
    any more. A LayerNormalization over one unit always gives the same.

    Example:

        [model]
        kind = "sequential"
        layers = [
          { type = "Dense", units = 1 },
          { type = "BatchNormalization" },    # warning: [AR122]
        ]
        [outputs.y]
        task = "regression"

    Use instead: the normalization before the last layer; scale targets with `scale = "standard"`.

    Source: own judgement.
    """
    if one.loss in EMBEDDING or one.task == "distribution":
        return
    normal: Node | None = None
    for node in _back(one):
        if node.layer.name in NORMALIZATIONS - {"UnitNormalization"}:
            normal = node
        elif node.layer.name in MIXING and normal is not None:
            yield Finding(normal.where, f"{normal.layer.name} behind the last layer",
                          advice="put it before the last layer")


def _back(one: Pairing) -> Iterator[Node]:
    """From an output back to the layer that makes it, through shapes, norms and probabilities."""
    node = one.plan.graph.node(one.head.tensor.node)
    while node is not None:
        yield node
        ends = node.layer.name in BENDS and (
            node.layer.name == "Softmax" or node.layer.get("activation") in SIGMOIDS | SOFTMAXES)
        if not (ends or node.layer.name in SHAPE_ONLY | NORMALIZATIONS) or len(node.args) != 1:
            return
        node = one.plan.graph.node(node.args[0].node)


@warning("AR123")
def batchnorm_on_single_step(subject: Subject) -> Iterator[Finding]:
    """A BatchNormalization has too few values to learn a mean and a variance from.

    Why: behind a global pooling a batch gives one value a row, and of a handful the mean is
    noise.

    Example:

        [inputs.x]
        shape = [8, 8, 3]
        [model]
        kind = "sequential"
        layers = [
          { type = "Conv2D", filters = 8, kernel_size = 3, activation = "relu" },
          { type = "GlobalAveragePooling2D" },
          { type = "BatchNormalization" },    # warning: [AR123]
          { type = "Dense", units = 1 },
        ]
        [outputs.y]
        task = "regression"
        [fit]
        batch_size = 4
        epochs = 20

    Use instead: a larger batch, `LayerNormalization` or `GroupNormalization`.

    Source: own judgement.
    """
    rows = subject.plan.spec.fit.batch_size
    if not 1 < rows < FEW:
        return  # of one row, batch-size-one says more
    for chain, at, node in steps(subject.flow):
        if node.layer.name != "BatchNormalization" or not node.trainable or (
                node.constants.get("training") is False):
            continue
        pooled = any(one.layer.name in GLOBAL_POOLINGS for one in chain[max(0, at - 3):at])
        entering = subject.flow.entering(node)
        if pooled and entering is not None and len(entering) == 2:
            yield Finding(node.where, f"BatchNormalization over {rows} values a unit (batch_size = "
                          f"{rows})",
                          advice="use LayerNormalization, or a larger batch_size")
            return


RULES: tuple[Rule, ...] = (norm_after_output, batchnorm_on_single_step, bias_before_batchnorm)
