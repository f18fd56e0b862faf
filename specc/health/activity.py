"""Rules about units: dead, flat, all alike; about weights that grow; about what averages keep."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from specc.diagnostics import number_of
from specc.health.rule import Finding, Seen, error, kernels, warning

HALF = 0.5


@warning("HE201")
def dead_relu(seen: Seen) -> Iterator[Finding]:
    """More than half of the units of a layer give 0 for every row: they no longer learn.

    Why: where a relu gives 0 its slope is 0, so no gradient comes through. A unit that is so for
    all rows never comes back. One step with too high a learning rate makes many of them.

    Found where more than half of the units, or channels, are active on fewer than 1 % of the
    rows, in two looks. That many *values* are 0 is as it should be, and not counted.

    Example:

        layers = [
          { type = "Dense", units = 64, activation = "relu",
            bias_initializer = { type = "Constant", value = -50.0 } },
          { type = "Dense", units = 1, name = "y" },
        ]

    Use instead: a lower learning rate, `kernel_initializer = "he_normal"`, biases that begin at
    0, or `activation = "leaky_relu"`.

    Source: SageMaker Debugger, DeadRelu (threshold_inactivity 1 %, threshold_layer 50 %); Lu et
    al. 2019, arXiv:1903.06733.
    """
    yield from _units(seen, "dead", "give 0 for every row",
                      "a lower learning rate, he_normal, or leaky_relu")


@warning("HE202")
def saturated_activation(seen: Seen) -> Iterator[Finding]:
    """More than half of the units of a sigmoid or tanh layer stand where it is flat.

    Why: there the slope is less than 1/5000, and as much of the gradient comes through. What
    enters is too large: inputs that are not scaled, or weights that began too large.

    Found where more than half of the units are flat on more than 90 % of the rows, in two looks.
    Not of the last layer (a confident classifier is flat), and not inside LSTM and GRU.

    Example:

        layers = [
          { type = "Dense", units = 32, activation = "tanh",
            kernel_initializer = { type = "RandomNormal", stddev = 20.0 } },
          { type = "Dense", units = 1, name = "y" },
        ]

    Use instead: `scale = "standard"` for the inputs, the initializer of Keras, or
    BatchNormalization before the activation.

    Source: SageMaker Debugger, TanhSaturation; Glorot & Bengio 2010 (AISTATS), section 3.
    """
    yield from _units(seen, "saturated", "stand where the activation is flat",
                      "scaled inputs, smaller initial weights, or BatchNormalization")


def _units(seen: Seen, share: str, what: str, advice: str) -> Iterator[Finding]:
    """Of the layers most of whose units are dead or flat in two looks, the first."""
    looks = seen.looks[-2:]
    if seen.now is None or seen.epoch < 1 or len(looks) < 2:
        return
    last = {ref.node for ref in seen.plan.graph.outputs.values()}
    before = {one.node: getattr(one, share) for one in looks[0][1].layers}
    for one in seen.now.layers:
        part = getattr(one, share)
        node = seen.node(one.node)
        if part is None or node is None or (share == "saturated" and one.node in last):
            continue
        if part > HALF and (before.get(one.node) or 0.0) > HALF:
            yield Finding(node.where, f"{part:.0%} of the {one.units:,} units of `{one.node}` "
                          f"{what}, after epoch {seen.epoch}", advice)
            return


@error("HE203")
def weight_symmetry(seen: Seen) -> Iterator[Finding]:
    """All units of a layer are the same after training began, so they are one unit.

    Why: units that begin alike get the same gradient, and stay alike for ever. However many there
    are, they compute one number.

    Example:

        layers = [
          { type = "Dense", units = 16, activation = "tanh", kernel_initializer = "zeros" },
          { type = "Dense", units = 1, name = "y" },
        ]

    Use instead: a random initializer; Keras's own is one.

    Source: NeuraLint (Nikanjam et al. 2021, arXiv:2105.08095), rule 4; Goodfellow et al. 2016,
    Deep Learning, section 8.4.
    """
    if seen.now is None or seen.epoch < 1:
        return
    for one in kernels(seen.now):
        if one.alike is not None and one.alike <= 1e-7 * max(one.most, 1e-30) and one.norm < 1e30:
            yield Finding(seen.layer_where(one.layer),
                          f"all units of `{one.layer}` have the same weights after epoch "
                          f"{seen.epoch}", "a random kernel_initializer; Keras's own is one")
            return


@warning("HE204")
def large_weights(seen: Seen) -> Iterator[Finding]:
    """A weight is large and still growing, look after look.

    Why: nothing holds it back: classes that can be told apart without error, a loss that falls
    the more the surer the model is. Predictions become extreme, and new rows suffer.

    Found where the largest weight of a kernel is above 10, five times what it was before training,
    and has grown by a twentieth in each of the last three looks.

    Example:

        [compile]
        optimizer = { type = "Adam", learning_rate = 0.5 }

    Use instead: `kernel_regularizer = { type = "L2", l2 = 1e-4 }`, a lower learning rate, or
    EarlyStopping.

    Source: AUTOTRAINER (arXiv:2102.08379), thresholds of its weights monitor.
    """
    looks = seen.looks
    if seen.now is None or len(looks) < 5:
        return
    held = [{(one.layer, one.name): one.most for one in kernels(probe)}
            for _, probe in (looks[0], *looks[-4:])]
    for one in kernels(seen.now):
        key = (one.layer, one.name)
        first, *last = (each.get(key, 0.0) for each in held)
        if one.most > 10 and one.most > 5 * first and all(
                b > 1.05 * a for a, b in pairwise(last)):
            yield Finding(seen.layer_where(one.layer),
                          f"the largest weight of `{one.layer}` is {one.most:.3g} after epoch "
                          f"{seen.epoch}, {first:.3g} before training, and grows",
                          "a kernel_regularizer, or a lower learning rate")
            return


@warning("HE205")
def batchnorm_stat_drift(seen: Seen) -> Iterator[Finding]:
    """What a BatchNormalization remembers is far from what it sees, so predictions are off.

    Why: in training it divides by the variance of the batch, afterwards by a moving average. With
    `momentum = 0.99` that takes about 500 steps to get there, and short trainings have fewer.

    Found at the end, where the two are apart by more than a factor of 10 in half of the channels.

    Example:

        [fit]
        epochs = 2    # of 10 steps

    Use instead: `momentum = 0.9`, or more steps: a smaller batch_size, more epochs.

    Source: Keras documentation, BatchNormalization; Ioffe & Szegedy 2015, arXiv:1502.03167.
    """
    if seen.now is None or not seen.over:
        return
    worst = max(seen.now.norms, key=lambda one: one.factor, default=None)
    if worst is not None and worst.factor > 10:
        yield Finding(seen.layer_where(worst.layer),
                      f"the variance that `{worst.layer}` remembers is apart from that of the rows "
                      f"by a factor of {worst.factor:.3g}, after "
                      f"{number_of(seen.ground.steps * seen.epoch, 'step')}",
                      "momentum = 0.9, or more steps")


RULES = (dead_relu, saturated_activation, weight_symmetry, large_weights, batchnorm_stat_drift)
