"""Rules about what the model answers: predictions that do not vary, accuracies, and new rows."""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt

from specc.health.rule import Finding, Seen, error, info, output, warning


@error("HE401")
def constant_predictions(seen: Seen) -> Iterator[Finding]:
    """The model predicts the same for every row, whatever enters.

    Why: dead units, saturated ones, or an output that cannot say anything else. The loss may fall
    all the same, and an accuracy looks like that of the largest class.

    Found after the second epoch, in two looks, where predictions of the probe rows vary by less
    than 1e-6 (of numbers: a thousandth of what the targets vary by) and the targets do vary.

    Example:

        layers = [
          { type = "Dense", units = 8, activation = "relu",
            bias_initializer = { type = "Constant", value = -100.0 } },
          { type = "Dense", units = 1, name = "y" },
        ]

    Use instead: look for dead or saturated units, and at the learning rate.

    Source: measured: all ten corpus programs with a softmax of one unit show it, and nothing else.
    """
    looks = [one for one in seen.looks if one[0] >= 1][-2:]
    if seen.now is None or seen.epoch < 2 or len(looks) < 2:
        return
    for head in seen.plan.heads:
        flat = []
        for _, probe in looks:
            one = output(probe, head.name)
            least = 1e-6 if one is None or head.classes or head.labels else max(
                1e-6, 1e-3 * one.truth_spread)
            flat.append(one is not None and one.truth_spread > 0 and one.spread < least)
        if all(flat):
            found = output(seen.now, head.name)
            assert found is not None
            yield Finding(seen.output_where(head.name),
                          f"`{head.name}` predicts the same for every row after epoch {seen.epoch}:"
                          f" predictions vary by {found.spread:.1e}, targets by "
                          f"{found.truth_spread:.2g}",
                          "look for dead or saturated units, and at the learning rate")


@warning("HE402")
def accuracy_frozen_loss_falls(seen: Seen) -> Iterator[Finding]:
    """The loss falls, and the accuracy does not move: they do not measure the same.

    Why: an accuracy that compares labels with something else than what is predicted (logits
    against 0.5, one-hots against indices) stays where it is, however well the model learns.

    Found where the loss has fallen by 30 % since the first epoch, and the accuracy has been the
    same to a millionth in all epochs, five at least. Not of an accuracy that is 1, nor of that of
    always saying the largest class.

    Example:

        [outputs.y]
        task = "binary"
        loss = { type = "BinaryCrossentropy", from_logits = true }
        metrics = [{ type = "BinaryAccuracy", threshold = 0.99, name = "accuracy" }]

    Use instead: `metrics = ["accuracy"]`, which specc fits to the loss.

    Source: measured on Keras 3.15, whose "accuracy" guesses by shapes.
    """
    if seen.epoch < 5:
        return
    for head in seen.plan.heads:
        key, baseline = seen.accuracy(head), seen.ground.baselines.get(head.name)
        if key is None:
            continue
        curve = seen.curve(f"train.{key}")
        losses = seen.curve(seen.loss_key("train", head))
        if len(curve) < 5 or not losses or max(curve) - min(curve) > 1e-6 or curve[-1] > 0.999:
            continue
        share = baseline.share if baseline else None
        if share is not None and abs(curve[-1] - share) < 0.01:
            continue
        if 0 < losses[-1] < 0.7 * losses[0]:
            yield Finding(seen.output_where(head.name),
                          f"the accuracy of `{head.name}` is {curve[-1]:.4f} in every epoch, while "
                          f"its loss fell from {losses[0]:.4g} to {losses[-1]:.4g}",
                          '`metrics = ["accuracy"]`, which specc fits to the loss')


@warning("HE403")
def accuracy_at_majority(seen: Seen) -> Iterator[Finding]:
    """The model says the largest class for every row, and its accuracy is that class's share.

    Why: an accuracy of 95 % is none where 95 % of the rows are of one class.

    Found where for five epochs the accuracy is within 1 % of the share of the largest class, and
    99 % of the probe rows are predicted to be of it.

    Example:

        [compile]
        optimizer = { type = "SGD", learning_rate = 1e-5 }

    Use instead: `class_weight = "balanced"`, another learning rate, AUC beside the accuracy.

    Source: AUTOTRAINER (arXiv:2102.08379), accuracy that stays.
    """
    if seen.now is None or seen.epoch < 5:
        return
    for head in seen.plan.heads:
        key, baseline = seen.accuracy(head), seen.ground.baselines.get(head.name)
        found = output(seen.now, head.name)
        if key is None or baseline is None or baseline.share is None or found is None:
            continue
        last = seen.curve(f"train.{key}")[-5:]
        if len(last) == 5 and all(abs(one - baseline.share) < 0.01 for one in last) and (
                found.chosen and max(found.chosen) >= 0.99 and baseline.share < 0.999):
            yield Finding(seen.output_where(head.name),
                          f"the accuracy of `{head.name}` is {last[-1]:.3f}, and "
                          f"{baseline.share:.3f} of the rows are of the largest class, which it "
                          "always says",
                          '`class_weight = "balanced"`, or another learning rate')


@warning("HE404")
def class_collapse(seen: Seen) -> Iterator[Finding]:
    """A class that is no rarity is never predicted.

    Why: it costs the model less to give it up. The accuracy hides it where the class is small.

    Found at the end, where a class with at least 5 % of the rows is predicted for none of the
    probe rows, of at most 100 classes.

    Example:

        [outputs.kind]
        task = "multiclass"
        target = "kind"    # of which one kind has 6 % of the rows

    Use instead: `class_weight = "balanced"`, a metric per class (`F1Score`), more such rows.

    Source: SageMaker Debugger, ClassImbalance and Confusion.
    """
    if seen.now is None or not seen.over or seen.epoch < 3:
        return
    for head in seen.plan.heads:
        found, baseline = output(seen.now, head.name), seen.ground.baselines.get(head.name)
        if found is None or baseline is None or len(found.chosen) != len(baseline.labels) or (
                not 2 <= len(found.chosen) <= 100):
            continue
        never = [at for at, (said, share) in enumerate(zip(found.chosen, baseline.labels,
                                                           strict=True))
                 if said == 0 and share >= 0.05]
        if never:
            names = head.output.classes if isinstance(head.output.classes, tuple) else ()
            first = names[never[0]] if never[0] < len(names) else f"number {never[0]}"
            yield Finding(seen.output_where(head.name),
                          f"class {first} has {baseline.labels[never[0]]:.0%} of the rows, and "
                          f"`{head.name}` predicts it for none",
                          '`class_weight = "balanced"`, or a metric for each class')


@info("HE409")
def val_better_than_train(seen: Seen) -> Iterator[Finding]:
    """New rows are predicted clearly better than those the model is trained on.

    Why: that happens with Dropout and augmentation, which make training harder. Without them the
    validation rows are easier, few, or known: duplicates of training rows.

    Found at the end, where the validation accuracy is 5 % above the training accuracy in three
    epochs, and by more than chance explains. Not with layers that draw, and not before epoch 4.

    Example:

        [data]
        split = { validation = 0.02 }

    Use instead: look how the rows are split (`stratify`, `group`), and for duplicates.

    Source: UMLAUT (arXiv:2101.10218), validation accuracy above training.
    """
    if not seen.over or seen.epoch < 4 or seen.noisy or not seen.ground.judged_rows:
        return
    for head in seen.plan.heads:
        key = seen.accuracy(head)
        if key is None:
            continue
        train, val = seen.curve(f"train.{key}")[-3:], seen.curve(f"val.{key}")[-3:]
        if len(train) < 3 or len(val) < 3:
            continue
        chance = 3 * sqrt(max(train[-1] * (1 - train[-1]), 1e-4) / seen.ground.judged_rows)
        if all(v - t > max(0.05, chance) for t, v in zip(train, val, strict=True)):
            yield Finding(seen.output_where(head.name),
                          f"the validation accuracy of `{head.name}` is {val[-1]:.3f}, that of "
                          f"training {train[-1]:.3f}", "look how the rows are split")


@warning("HE410")
def suspiciously_perfect(seen: Seen) -> Iterator[Finding]:
    """New rows are predicted without error from the start: the inputs may hold the answer.

    Why: what is real is seldom that easy. A column made from the target, or rows that are in both
    parts, is.

    Found where the validation accuracy is above 99.9 % after the first or second epoch, on 100
    rows or more, and the largest class has less than 95 % of them.

    Example:

        [inputs.x]
        columns = ["*"]    # with a column that is the target in other words

    Use instead: leave out what is not known before the answer is.

    Source: UMLAUT (arXiv:2101.10218), data leakage; Kaufman et al. 2012, "Leakage in Data Mining".
    """
    if seen.epoch not in (1, 2) or seen.ground.judged_rows < 100:
        return
    for head in seen.plan.heads:
        key, baseline = seen.accuracy(head), seen.ground.baselines.get(head.name)
        found = seen.number_now(f"val.{key}") if key else None
        share = baseline.judged_share if baseline and baseline.judged_share else 0.0
        if found is not None and found > 0.999 and share < 0.95:
            yield Finding(seen.output_where(head.name),
                          f"the validation accuracy of `{head.name}` is {found:.4f} after epoch "
                          f"{seen.epoch}, on {seen.ground.judged_rows:,} rows",
                          "look for a column that is known only with the answer")


RULES = (constant_predictions, accuracy_frozen_loss_falls, accuracy_at_majority, class_collapse,
         val_better_than_train, suspiciously_perfect)
