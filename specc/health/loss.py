"""Rules about the loss over the epochs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import isfinite, log

from specc.diagnostics import number_of
from specc.health.rule import FLOOR, Finding, Seen, error, patience, warning

POSITIVE = frozenset({
    "MeanSquaredError", "MeanAbsoluteError", "MeanAbsolutePercentageError",
    "MeanSquaredLogarithmicError", "Huber", "LogCosh", "Hinge", "SquaredHinge",
    "CategoricalHinge", "BinaryCrossentropy", "BinaryFocalCrossentropy",
    "CategoricalCrossentropy", "CategoricalFocalCrossentropy", "SparseCategoricalCrossentropy",
    "CTC", "Circle", "Dice", "Tversky"})
ENTROPIES = frozenset({"BinaryCrossentropy", "CategoricalCrossentropy",
                       "SparseCategoricalCrossentropy"})


@warning("HE303")
def loss_not_decreasing(seen: Seen) -> Iterator[Finding]:
    """The loss is what it was before training.

    Why: nothing is learned. The learning rate is far off, the gradient does not arrive, or there
    is nothing in the inputs that says anything about the target.

    Found after three epochs, or a tenth of them, where the probe rows' loss has never been lower
    than 99 % of what it was before training, and the best of these epochs is no better than the
    first. Not of a loss that is as good as 0, or an accuracy above 99 %.

    Example:

        [compile]
        optimizer = { type = "SGD", learning_rate = 1e-9 }

    Use instead: another learning rate (`specc lr SPEC`); then look whether inputs and target
    belong to the same rows.

    Source: SageMaker Debugger, LossNotDecreasing; AUTOTRAINER (arXiv:2102.08379), slow
    convergence.
    """
    before, curve = seen.before, seen.curve("train.loss")
    if before is None or seen.now is None or seen.epoch < patience(seen) or len(curve) < 3:
        return
    done = [seen.number_now(f"train.{key}") for head in seen.plan.heads
            if (key := seen.accuracy(head))]
    if before.loss < FLOOR or any(one is not None and one > 0.99 for one in done):
        return
    lowest = min((probe.loss for epoch, probe in seen.looks if epoch >= 1), default=before.loss)
    if not lowest < 0.99 * before.loss and not min(curve[1:]) < 0.99 * curve[0]:
        yield Finding(seen.plan.spec.where("compile"),
                      f"the loss of the probe rows was {before.loss:.4g} before training, and has "
                      f"not been below {lowest:.4g} in {number_of(seen.epoch, 'epoch')}",
                      "another learning rate; then look whether inputs say anything of the target")


@warning("HE304")
def loss_increasing(seen: Seen) -> Iterator[Finding]:
    """The training loss goes up again, three epochs in a row.

    Why: the steps have become too large for where the weights are now.

    Found where the loss of each of the last three epochs is 5 % above the lowest one before, and
    by at least a twentieth of the first epoch's. Not after the learning rate has changed.

    Example:

        [compile]
        optimizer = { type = "SGD", learning_rate = 0.9 }

    Use instead: a lower learning rate, or one that falls: ReduceLROnPlateau, CosineDecay.

    Source: Bengio 2012, arXiv:1206.5533, section 3.1.
    """
    curve = seen.curve("train.loss")
    if len(curve) < 5 or seen.turned or not all(map(isfinite, curve)):
        return
    lowest = min(curve[:-3])
    if all(one > 1.05 * lowest and one - lowest > 0.05 * abs(curve[0]) for one in curve[-3:]) and (
            lowest > FLOOR):
        yield Finding(seen.rate_where(),
                      f"the training loss has been {lowest:.4g} and is {curve[-1]:.4g} after epoch "
                      f"{seen.epoch}, for three epochs now", "a lower learning rate")


@error("HE305")
def negative_loss(seen: Seen) -> Iterator[Finding]:
    """A loss that is never negative is negative: the labels are not what it takes.

    Why: a cross-entropy of labels in 0..1 is at least 0. With labels of -1 or 2 it has no lowest
    value, and training runs towards it.

    Example:

        [outputs.y]
        task = "binary"    # and labels of -1 and 2

    Use instead: labels as the loss takes them; without `labels` specc encodes them.

    Source: AUTOTRAINER (arXiv:2102.08379), abnormal loss.
    """
    if seen.epoch < 1:
        return
    for head in seen.plan.heads:
        loss = seen.number_now(seen.loss_key("train", head))
        plain = head.loss.name in POSITIVE and head.output.weight >= 0
        if plain and loss is not None and loss < -1e-6 and (
                seen.now is None or seen.now.penalty >= 0):
            yield Finding(seen.output_where(head.name), f"the {head.loss.name} of `{head.name}` is "
                          f"{loss:.4g} after epoch {seen.epoch}, and is never below 0",
                          "labels between 0 and 1, as the loss takes them")


@warning("HE306")
def oscillating_loss(seen: Seen) -> Iterator[Finding]:
    """The training loss jumps up and down, epoch after epoch.

    Why: the steps overshoot, land on the other side, and come back.

    Found where, over ten epochs, the loss changes its direction more often than not, each time by
    5 % of the first epoch's loss and a quarter of its own mean at least. Not of batches of one
    row, and not after the learning rate has changed.

    Example:

        [compile]
        optimizer = { type = "SGD", learning_rate = 1.5 }

    Use instead: a lower learning rate, a larger batch_size.

    Source: AUTOTRAINER (arXiv:2102.08379), oscillating loss.
    """
    curve = seen.curve("train.loss")
    if len(curve) < 10 or seen.turned or seen.plan.spec.fit.batch_size == 1 or (
            not all(map(isfinite, curve))):
        return
    last = curve[-10:]
    least = max(0.05 * abs(curve[0]), 0.25 * abs(sum(last)) / len(last))
    ways = [b - a for a, b in pairwise(last)]
    turns = sum(a * b < 0 and min(abs(a), abs(b)) >= least
                for a, b in pairwise(ways))
    if turns >= 4:
        yield Finding(seen.rate_where(),
                      f"the training loss turned {turns} times in the last ten epochs, between "
                      f"{min(last):.4g} and {max(last):.4g}",
                      "a lower learning rate, or a larger batch_size")


@warning("HE308")
def loss_at_chance(seen: Seen) -> Iterator[Finding]:
    """A cross-entropy stands where guessing stands: at the entropy of the labels.

    Why: the model has learned how often each class occurs, and nothing of which row has which.

    Found where the training loss of each of five epochs is within 2 % of the entropy of the
    labels. Not where samples or classes have weights or labels are smoothed, which moves it.

    Example:

        [compile]
        optimizer = { type = "Adam", learning_rate = 1.0 }

    Use instead: a lower learning rate; inputs that say something about the label.

    Source: Karpathy 2019, "A Recipe for Training Neural Networks", verify loss at init.
    """
    if seen.epoch < 5:
        return
    for head in seen.plan.heads:
        shares = seen.ground.baselines[head.name].labels if (
            head.name in seen.ground.baselines) else ()
        if head.loss.name not in ENTROPIES or len(shares) < 2 or head.output.weight != 1.0 or (
                head.name in seen.ground.weighted or head.loss.get("label_smoothing", 0.0)):
            continue
        entropy = -sum(one * log(one) for one in shares if one > 0)
        penalty = seen.penalty
        last = [one - penalty for one in seen.curve(seen.loss_key("train", head))[-5:]]
        if len(last) == 5 and entropy > 0.05 and all(
                abs(one - entropy) <= 0.02 * entropy for one in last):
            yield Finding(seen.output_where(head.name),
                          f"the loss of `{head.name}` is {last[-1]:.4f} and has been so for five "
                          f"epochs; guessing by how often a class occurs gives {entropy:.4f}",
                          "a lower learning rate; then look whether inputs and labels belong "
                          "together")


@warning("HE310")
def huge_loss(seen: Seen) -> Iterator[Finding]:
    """The loss is far beyond what a constant gives, and stays there.

    Why: weights that began too large, or steps that were, have taken the predictions so far off
    that the training is spent on coming back.

    Found after the second epoch, where the training loss of the last two was above ten times what
    it was before training and ten times that of the best constant; or above 1000, where that of the
    constant is below 100 (of targets that are large themselves a large loss is none).

    Example:

        layers = [
          { type = "Dense", units = 16, activation = "relu" },
          { type = "Dense", units = 1, name = "y",
            kernel_initializer = { type = "RandomNormal", stddev = 30.0 } },
        ]

    Use instead: the initializer of Keras, a lower learning rate, `scale = "standard"` for target.

    Source: AUTOTRAINER (arXiv:2102.08379), abnormal loss.
    """
    before, curve = seen.before, seen.curve("train.loss")
    if before is None or len(curve) < 2 or len(seen.plan.heads) > 1:
        return
    head = seen.plan.heads[0]
    baseline = seen.ground.baselines.get(head.name)
    constant = baseline.train_loss if baseline is not None else None
    if constant is None or head.name in seen.ground.weighted or head.output.weight != 1.0:
        return
    low = min(curve[-2:]) - seen.penalty
    grown = low > 10 * max(before.loss, constant)
    if isfinite(low) and all(map(isfinite, curve[-2:])) and constant >= 0 and (
            grown or (low > 1e3 and constant < 100)):
        yield Finding(seen.output_where(head.name),
                      f"the training loss of `{head.name}` is {low:.4g} after epoch {seen.epoch}, "
                      f"and was {before.loss:.4g} before training; a constant gives {constant:.4g}",
                      "smaller initial weights, or a lower learning rate")


RULES = (loss_not_decreasing, loss_increasing, negative_loss, oscillating_loss, loss_at_chance,
         huge_loss)
