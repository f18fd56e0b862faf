"""Rules about numbers that are none, and about gradients that are too small, too large, or 0."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from statistics import median

from specc.diagnostics import number_of
from specc.health.rule import Finding, Seen, error, kernels, warning
from specc.health.signals import Probe
from specc.ir.graph import applied

CLIPS = ("clipnorm", "clipvalue", "global_clipnorm")
TINY = 1e-7  # mean |gradient| below which float32 hardly moves a weight
ALIVE = 1e-5  # mean |gradient| of the last layer, with which there still is something to learn
LARGE = 1e3  # norm of all gradients together, of losses of about 1
DONE = 1e-3  # a loss below it needs no gradient
CUTTING = frozenset({"Discretization", "Hashing", "CategoryEncoding", "Embedding"})


@error("HE101")
def nan_in_input(seen: Seen) -> Iterator[Finding]:
    """Rows that the model is trained on hold NaN or infinity.

    Why: one such number makes every weight NaN that it reaches. A relu can swallow it, and then
    the loss looks well while nothing is learned. Gaps and what no float32 holds are refused
    before (DA202); float16 ends at 65,504.

    Example:

        [inputs.x]
        columns = ["income"]    # 70,000 and more
        dtype = "float16"

    Use instead: `scale = "standard"`, or no `dtype`, which is float32.

    Source: UMLAUT (Schoop et al. 2021, arXiv:2101.10218), missing data; measured on TensorFlow:
    inputs that were all NaN gave a finite loss of ln 2.
    """
    if seen.epoch == 0 and not any(node.layer.name == "Masking" for node in seen.plan.graph.nodes):
        for name in seen.ground.gaps:
            yield Finding(seen.plan.spec.where("inputs", name),
                          f"input `{name}` holds NaN or infinity in the training rows",
                          "scale it, or let its dtype be float32")


@error("HE102")
def nan_or_inf(seen: Seen) -> Iterator[Finding]:
    """A weight or an activation became NaN or infinite, though the loss is still a number.

    Why: what such a weight multiplies is lost; comparing with NaN is always false, so a relu
    makes 0 of it, and the loss does not show it.

    Example:

        [compile]
        optimizer = { type = "SGD", learning_rate = 1e6 }

    Use instead: a smaller learning rate, clipping, or inputs that are scaled.

    Source: SelfChecker and DeepLocalize (Wardat et al. 2021, arXiv:2103.03376), numerical errors.
    """
    loss = seen.number_now("train.loss")
    if seen.now is None or seen.ground.gaps or (loss is not None and not isfinite(loss)):
        return
    for layer in seen.now.layers:
        if not isfinite(layer.size):
            node = seen.node(layer.node)
            yield Finding(node.where if node else seen.plan.spec.where("model"),
                          f"`{layer.node}` gives NaN or infinity after epoch {seen.epoch}",
                          "a smaller learning rate, clipping, or scaled inputs")
            return
    for weight in seen.now.weights:
        if not isfinite(weight.norm):
            yield Finding(seen.layer_where(weight.layer),
                          f"the {weight.name} of `{weight.layer}` holds NaN or infinity after "
                          f"epoch {seen.epoch}",
                          "a smaller learning rate, clipping, or scaled inputs")
            return


@warning("HE103")
def vanishing_gradient(seen: Seen) -> Iterator[Finding]:
    """The gradient fades on its way back to the first layers: they hardly learn.

    Why: a sigmoid passes at most a quarter of a gradient on. After ten of them a millionth is
    left, and the first layers stay what they were drawn as.

    Found where the mean of a kernel's gradient is below 1e-7, or its norm is below 1e-4 and a
    thousandth of the last one's, twice in a row, while the last layer still has one to learn by.
    Not of embeddings, whose rows are seldom all used, and not of a loss that is as good as 0.

    Example:

        layers = [
          { type = "Dense", units = 32, activation = "sigmoid", repeat = 12 },
          { type = "Dense", units = 1, name = "y" },
        ]

    Use instead: `activation = "relu"` in hidden layers, BatchNormalization between them, or
    shortcuts around them (`residual`).

    Source: AUTOTRAINER (Zhang et al. 2021, arXiv:2102.08379), vanishing gradient; TensorFlow
    Debugger and SageMaker Debugger's VanishingGradient (1e-7).
    """
    looks = seen.derived[-2:]
    if seen.now is None or len(looks) < 2 or any(probe.loss < DONE for _, probe in looks):
        return
    faded = [_faded(probe) for _, probe in looks]
    both = [one for one in faded[1] if one in faded[0]]
    if not both:
        return
    found = {one.layer: one for one in kernels(seen.now)}
    first, last = found[both[0]], kernels(seen.now)[-1]
    yield Finding(seen.layer_where(both[0]),
                  f"the gradient of `{both[0]}` is {first.gradient:.1e} on average, that of "
                  f"`{last.layer}` {last.gradient:.1e}; {number_of(len(both), 'layer')} hardly "
                  "learn" + ("s" if len(both) == 1 else ""),
                  "relu in hidden layers, BatchNormalization between them, or shortcuts")


def _faded(probe: Probe) -> list[str]:
    """The layers that the gradient does not reach; none where there is nothing left to learn."""
    held = [(one.layer, one.gradient or 0.0, one.gradient_norm or 0.0, one.gradient_most or 0.0)
            for one in kernels(probe)]
    if len(held) < 3 or not held[-1][1] >= ALIVE:
        return []
    last = held[-1][2]
    return [layer for layer, mean, norm, most in held[:-1] if most > 0 and (
        mean < TINY or (norm < 1e-4 and norm < last * 1e-3))]


@warning("HE104")
def exploding_gradient(seen: Seen) -> Iterator[Finding]:
    """The gradient of all weights together is so large that a step leaves everything behind.

    Why: a step is the gradient times the learning rate. From a gradient a thousand times too
    large it leads far beyond what it was to reach.

    Found where the norm is above 1000 after the first epoch, with targets of ordinary size, and
    not falling; or is a hundred times the median of all looks before, and above 10. A note
    where gradients are clipped.

    Example:

        layers = [
          { type = "Dense", units = 64, activation = "relu", repeat = 6,
            kernel_initializer = { type = "RandomNormal", stddev = 2.0 } },
          { type = "Dense", units = 1, name = "y" },
        ]

    Use instead: the initializer of Keras, scaled inputs, `clipnorm = 1.0` in the optimizer.

    Source: AUTOTRAINER (arXiv:2102.08379), exploding gradient; Pascanu et al. 2013,
    arXiv:1211.5063.
    """
    norms = [probe.gradient_norm or 0.0 for _, probe in seen.derived]
    if seen.now is None or seen.epoch < 1 or len(norms) < 2 or not isfinite(seen.now.loss):
        return
    norm, first, before = norms[-1], norms[0], norms[:-1]
    ordinary = all(one.truth_spread <= 20 for one in seen.now.outputs)
    large = ordinary and norm > LARGE and norm > first / 100
    jumped = len(before) >= 3 and norm > 100 * median(before) and norm > 10
    if isfinite(norm) and not large and not jumped:
        return
    clipped = any(seen.plan.optimizer.get(key, None) is not None for key in CLIPS
                  if key in seen.plan.optimizer.args)
    yield Finding(seen.rate_where(),
                  f"the gradient of all weights has the norm {norm:.3g} after epoch {seen.epoch}, "
                  f"at first {first:.3g}",
                  "smaller initial weights, scaled inputs and targets, or `clipnorm = 1.0`",
                  severity="info" if clipped else None)


@error("HE105")
def zero_gradient_layer(seen: Seen) -> Iterator[Finding]:
    """No gradient at all reaches a layer that is to be trained.

    Why: its weights stay what they were drawn as. Something behind it passes no gradient on: a
    step, a rounding, a count, or units that are all flat.

    Found where every gradient of the layer is exactly 0 in two looks, after the second epoch.
    Not of a loss that is as good as 0, and not of Embedding, whose rows may not be used.

    Example:

        layers = [
          { type = "Dense", units = 8 },
          { type = "Discretization", bin_boundaries = [0.0, 1.0] },
          { type = "Dense", units = 1, name = "y" },
        ]

    Use instead: layers that can be derived between the weights and the loss.

    Source: DeepLocalize (arXiv:2103.03376), zero gradients; SageMaker Debugger, AllZero.
    """
    looks = [one for one in seen.derived if one[0] >= 1][-2:]
    if seen.now is None or seen.epoch < 2 or len(looks) < 2:
        return
    if any(probe.loss < DONE for _, probe in looks):
        return
    still = [{layer for layer in {one.layer for one in probe.weights}
              if all(one.gradient_most == 0 for one in probe.weights if one.layer == layer)}
             for _, probe in looks]
    for one in seen.now.weights:
        node = next((node for node in seen.plan.graph.nodes if node.layer_name == one.layer), None)
        if one.layer in still[0] & still[1] and node and (
                applied(node).layer.name != "Embedding"):
            yield Finding(node.where, f"no gradient reaches `{one.layer}`: all of it is exactly 0",
                          "look at what stands between it and the loss")
            return


RULES = (nan_in_input, nan_or_inf, vanishing_gradient, exploding_gradient, zero_gradient_layer)
