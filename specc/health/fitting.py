"""Rules about how well a model fits: against what needs no model, and rows it has not seen."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from specc.diagnostics import number_of
from specc.health.rule import Finding, Seen, info, warning


@warning("HE405")
def worse_than_baseline(seen: Seen) -> Iterator[Finding]:
    """The model is no better than what needs no model: the mean, the largest class, the last value.

    Why: whatever it learned is of no use for new rows. Of a series, repeating the last value is
    hard to beat, and a model that cannot is not to be used.

    Found at the end, where the lowest validation loss of all epochs is above that of the best
    constant, or of the last known value of a series.

    Example:

        [data]
        source = "prices.csv"
        order = "date"
        window = { length = 24, horizon = 1 }

    Use instead: look whether labels belong to their rows; of a series, predict the difference to
    the last value.

    Source: Hyndman & Athanasopoulos 2021, Forecasting: Principles and Practice, section 5.2.
    """
    if not seen.over:
        return
    for head in seen.plan.heads:
        baseline = seen.ground.baselines.get(head.name)
        if baseline is None or head.name in seen.ground.weighted:
            continue
        part = "val" if seen.ground.judged_rows else "train"
        curve = [one - seen.penalty * (len(seen.plan.heads) == 1)
                 for one in seen.curve(seen.loss_key(part, head))]
        if len(seen.plan.heads) == 1 and head.output.weight not in (0.0, 1.0):
            curve = [one / head.output.weight for one in curve]
        best = min((one for one in curve if isfinite(one)), default=None)
        if best is None:
            continue
        where = "validation" if part == "val" else "training"
        if baseline.last_loss is not None and best > baseline.last_loss:
            yield Finding(seen.output_where(head.name),
                          f"the lowest {where} loss of `{head.name}` is {best:.4g}; repeating the "
                          f"last value of the series gives {baseline.last_loss:.4g}",
                          "predict the difference to the last value, or repeat it")
        elif baseline.loss is not None and best > baseline.loss * 1.001 + 1e-9:
            yield Finding(seen.output_where(head.name),
                          f"the lowest {where} loss of `{head.name}` is {best:.4g}; {baseline.by} "
                          f"gives {baseline.loss:.4g}",
                          "look whether inputs and labels belong to the same rows")


@info("HE406")
def underfitting(seen: Seen) -> Iterator[Finding]:
    """Even on the rows it is trained on, the model is no better than a constant.

    Why: it is too small, trained too shortly or too timidly, or the inputs say nothing.

    Found at the end, where the training loss of the last epoch is not below that of the best
    constant.

    Example:

        [fit]
        epochs = 1

    Use instead: more epochs, a higher learning rate, more units.

    Source: Goodfellow et al. 2016, Deep Learning, section 5.2.
    """
    if not seen.over or seen.now is None:
        return
    for head in seen.plan.heads:
        baseline = seen.ground.baselines.get(head.name)
        if baseline is None or baseline.train_loss is None or len(seen.plan.heads) > 1 or (
                head.name in seen.ground.weighted or head.output.weight != 1.0):
            continue
        curve = seen.curve("train.loss")
        reached = min(curve[-1] - seen.now.penalty, seen.now.loss) if curve else float("nan")
        if isfinite(reached) and reached >= 0.999 * baseline.train_loss > 1e-3:
            yield Finding(seen.output_where(head.name),
                          f"the training loss of `{head.name}` is {reached:.4g} at the end; "
                          f"{baseline.by} gives {baseline.train_loss:.4g}",
                          "more epochs, a higher learning rate, or more units")


@warning("HE407")
def overfitting(seen: Seen) -> Iterator[Finding]:
    """The model learns its rows by heart: new rows are predicted worse and worse.

    Why: the training loss falls on, the validation loss rises. What is learned from then on is
    what is particular to the training rows.

    Found where for three epochs the validation loss is half above the training loss, a tenth above
    its own lowest, and rises, and the training loss does not (by a tenth of its first). Not where
    EarlyStopping puts the best weights back.

    Example:

        layers = [
          { type = "Dense", units = 512, activation = "relu", repeat = 2 },
          { type = "Dense", units = 1, name = "y" },    # of 100 rows
        ]

    Use instead: EarlyStopping with `restore_best_weights = true`, Dropout, a kernel_regularizer,
    fewer units, more rows.

    Source: SageMaker Debugger, Overfit; UMLAUT (arXiv:2101.10218), overfitting; Prechelt 1998,
    "Early Stopping, But When?".
    """
    train, val = seen.curve("train.loss"), seen.curve("val.loss")
    if len(val) < 6 or len(val) != len(train) or _restores(seen):
        return
    lowest = min(val[:-3])
    rising = val[-1] > val[-3] and all(one > 1.1 * lowest for one in val[-3:])
    apart = all(v - t > 0.5 * abs(t) for t, v in zip(train[-3:], val[-3:], strict=True))
    learned = min(val) < 0.99 * val[0] or min(train) < 0.5 * train[0]
    by_heart = max(train[-3:]) - min(train) <= 0.1 * abs(train[0])  # else both losses rise
    if rising and apart and learned and by_heart and val[-1] - lowest > 0.1 * abs(val[0]):
        best = val.index(lowest) + 1
        yield Finding(seen.plan.spec.where("fit"),
                      f"the validation loss was lowest after epoch {best} ({lowest:.4g}), and is "
                      f"{val[-1]:.4g} after epoch {seen.epoch}, while the training loss is "
                      f"{train[-1]:.4g}",
                      "EarlyStopping with restore_best_weights, Dropout, or fewer units")


@info("HE408")
def overtraining(seen: Seen) -> Iterator[Finding]:
    """The last epochs changed nothing any more, neither in training nor in validation.

    Why: they cost time. What can be learned is learned, or the learning rate has to fall.

    Found at the end, where the training loss has not become better by a thousandth in five epochs,
    nor the validation loss in ten. Not with EarlyStopping, or a learning rate that changes.

    Example:

        [fit]
        epochs = 1000

    Use instead: fewer epochs, EarlyStopping, or ReduceLROnPlateau.

    Source: SageMaker Debugger, Overtraining.
    """
    train, val = seen.curve("train.loss"), seen.curve("val.loss")
    stops = any(one.name in ("EarlyStopping", "ReduceLROnPlateau") for one in seen.plan.callbacks)
    if not seen.over or stops or seen.turned or len(train) < 15 or len(val) != len(train):
        return
    if min(train[-5:]) >= 0.999 * min(train[:-5]) and min(val[-10:]) >= 0.999 * min(val[:-10]):
        best = val.index(min(val)) + 1
        yield Finding(seen.plan.spec.where("fit", "epochs"),
                      f"nothing has become better since epoch {best}, of "
                      f"{number_of(seen.epoch, 'epoch')}", "fewer epochs, or EarlyStopping")


def _restores(seen: Seen) -> bool:
    """Whether EarlyStopping puts the best weights back, so that no harm is done."""
    return any(one.name == "EarlyStopping" and one.get("restore_best_weights")
               for one in seen.plan.callbacks)


RULES = (worse_than_baseline, underfitting, overfitting, overtraining)
