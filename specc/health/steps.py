"""Rules about the steps of training, and the learning rate that makes them long or short."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import isfinite

from specc.diagnostics import number_of
from specc.health.rule import FLOOR, Finding, Seen, info, kernels, moved, patience, warning


@warning("HE301")
def lr_too_high(seen: Seen) -> Iterator[Finding]:
    """Training made the model worse than it was before: the steps are too large.

    Why: a step goes where the gradient points, and the gradient holds only nearby. A step that is
    too long lands higher up on the other side, and the next one is longer still.

    Found where the loss of the probe rows is above what it was before training in all looks after
    the first epochs, by a fifth at least; or where a kernel moved by ten times its size in the
    first epoch, and the loss did not fall.

    Example:

        [compile]
        optimizer = { type = "SGD", learning_rate = 5.0 }

    Use instead: a tenth of it, and again a tenth. `specc lr SPEC` tries them all.

    Source: UMLAUT (arXiv:2101.10218), high learning rate; Smith 2017, arXiv:1506.01186.
    """
    before = seen.before
    after = [probe for epoch, probe in seen.looks if epoch >= 1]
    if before is None or seen.now is None or not after or not (
            isfinite(before.loss) and isfinite(seen.now.loss)):
        return
    worse = [probe.loss > 1.2 * before.loss for probe in after[-3:]]
    enough = len(after) >= 3 or seen.over
    held = {(one.layer, one.name): one for one in kernels(before)}
    far = max((moved(held[one.layer, one.name], one) or 0.0 for one in kernels(after[0])
               if (one.layer, one.name) in held), default=0.0)
    jumped = seen.epoch >= 2 and far > 10 and seen.now.loss >= 0.9 * before.loss
    if (enough and all(worse)) or jumped:
        yield Finding(
            seen.rate_where(),
            f"the loss of {number_of(seen.epoch, 'epoch')} of training is {seen.now.loss:.4g}, and "
            f"was {before.loss:.4g} before it; with a learning rate of {seen.rate}, weights moved "
            f"by {far:.2g} times their size in the first epoch",
            "a tenth of the learning rate, or what `specc lr` suggests")


@warning("HE302")
def lr_too_low(seen: Seen) -> Iterator[Finding]:
    """Weights hardly move, and the loss with them: the steps are too small.

    Why: with steps of a millionth of a weight a training takes millions of them. It looks as if
    the model could not learn.

    Found after three epochs, or a tenth of them, where no kernel has moved by more than a
    thousandth of its size, and the loss has fallen by less than one part in fifty. Not of a loss
    that is as good as 0.

    Example:

        [compile]
        optimizer = { type = "SGD", learning_rate = 1e-7 }

    Use instead: ten times as much, and again ten times. `specc lr SPEC` tries them all.

    Source: TensorFlow Debugger's and SageMaker Debugger's ratio of update to weight; Smith 2017,
    arXiv:1506.01186.
    """
    before = seen.before
    if before is None or seen.now is None or seen.epoch < patience(seen) or before.loss < FLOOR:
        return
    held = {(one.layer, one.name): one for one in kernels(before)}
    ways = [way for one in kernels(seen.now) if one.gradient_most != 0 and (
        way := moved(held.get((one.layer, one.name), one), one)) is not None]
    if ways and max(ways) < 1e-3 and seen.now.loss > 0.98 * before.loss:
        yield Finding(seen.rate_where(),
                      f"after {number_of(seen.epoch, 'epoch')} of "
                      f"{number_of(seen.ground.steps, 'step')} with a learning rate of "
                      f"{seen.rate}, no kernel has moved by more than {max(ways):.1e} of its size",
                      "ten times the learning rate, or what `specc lr` suggests")


@warning("HE307")
def unchanged_weights(seen: Seen) -> Iterator[Finding]:
    """The weights of a layer that is to be trained have not changed at all.

    Why: steps smaller than what float32 can add to a weight are lost. The layer is as good as
    frozen.

    Found where a kernel's numbers are, to one part in 100,000, what they were three epochs before
    and longer ago, while it gets a gradient.

    Example:

        [compile]
        optimizer = { type = "SGD", learning_rate = 1e-12 }

    Use instead: a higher learning rate; `trainable = false` where it is meant.

    Source: SageMaker Debugger, UnchangedTensor.
    """
    if seen.now is None or seen.now.loss < FLOOR:
        return
    earlier = [probe for epoch, probe in seen.looks
               if epoch <= seen.epoch - 3 and epoch >= min(1, seen.epoch - 3)]
    if not earlier:
        return
    held = {(one.layer, one.name): one for one in kernels(earlier[-1])}
    for one in kernels(seen.now):
        before = held.get((one.layer, one.name))
        way = moved(before, one) if before is not None else None
        if way is not None and way < 1e-5 and (one.gradient_most or 0.0) > 0:
            yield Finding(seen.layer_where(one.layer),
                          f"the {one.name} of `{one.layer}` has not changed for three epochs",
                          "a higher learning rate; `trainable = false` where it is meant")
            return


@info("HE309")
def lr_exhausted(seen: Seen) -> Iterator[Finding]:
    """ReduceLROnPlateau has taken the learning rate to its lowest, and the loss stays.

    Why: epochs with steps of nothing cost time and change nothing.

    Found where the learning rate has been at `min_lr` for as many epochs as the callback waits,
    and the loss of the best of them is no better than before.

    Example:

        callbacks = [{ type = "ReduceLROnPlateau", patience = 2, min_lr = 1e-4 }]

    Use instead: EarlyStopping beside it, with a longer patience.

    Source: Keras documentation, ReduceLROnPlateau.
    """
    for index, one in enumerate(seen.plan.callbacks):
        lowest = one.get("min_lr", 0.0) if one.name == "ReduceLROnPlateau" else 0.0
        wait = int(one.get("patience", 10)) + 1 if lowest else 0
        curve, rates = seen.curve("train.loss"), seen.rates
        if not lowest or len(curve) <= wait or len(rates) < wait or rates[0] <= lowest * 1.001:
            continue
        if max(rates[-wait:]) <= lowest * 1.001 and min(curve[-wait:]) >= 0.999 * min(
                curve[:-wait]):
            yield Finding(seen.plan.spec.where("fit", "callbacks", index),
                          f"the learning rate has been at its lowest, {lowest:g}, for "
                          f"{number_of(wait, 'epoch')}, and the loss stays at {curve[-1]:.4g}",
                          "EarlyStopping with a longer patience beside it")


@info("HE311")
def slow_convergence(seen: Seen) -> Iterator[Finding]:
    """Training ended while the model was still learning, little by little.

    Why: the steps are small for what there is to learn. Ten times as many epochs, or larger steps,
    would go on where this ended.

    Found at the end, after ten epochs or more, where the accuracy is below 70 % and no epoch has
    raised it by 1 %, while the loss fell in four of five epochs, and in the second half of them by
    at least half of what it fell in the first. A loss that has come to rest is another matter.

    Example:

        [compile]
        optimizer = { type = "SGD", learning_rate = 0.001 }

    Use instead: a higher learning rate (`specc lr SPEC`), another optimizer, more epochs.

    Source: AUTOTRAINER (arXiv:2102.08379), slow convergence (gains below 0.01 up to 0.7).
    """
    if not seen.over or seen.epoch < 10 or seen.turned:
        return
    for head in seen.plan.heads:
        key = seen.accuracy(head)
        curve = seen.curve(f"train.{key}") if key else ()
        losses = seen.curve(seen.loss_key("train", head))
        if len(curve) < 10 or len(losses) != len(curve) or not all(map(isfinite, losses)):
            continue
        half = len(losses) // 2
        early, late = losses[0] - losses[half], losses[half] - losses[-1]
        falls = sum(b < a for a, b in pairwise(losses))
        steady = falls >= 0.8 * (len(losses) - 1) and late > 0.5 * early > 0
        gain = max(b - a for a, b in pairwise(curve))
        if steady and gain < 0.01 and curve[-1] < 0.7 and early + late > 0.01 * abs(losses[0]):
            yield Finding(seen.rate_where(),
                          f"the accuracy of `{head.name}` is {curve[-1]:.3f} after "
                          f"{number_of(seen.epoch, 'epoch')} with a learning rate of {seen.rate}, "
                          "and its loss still falls as at the beginning",
                          "a higher learning rate, or more epochs")


RULES = (lr_too_high, lr_too_low, unchanged_weights, lr_exhausted, slow_convergence)
