"""Losses and metrics that take only some values: PA130 to PA135.

| loss or metric     | outputs              | targets        |
|--------------------|----------------------|----------------|
| Poisson            | above 0              | 0 and more     |
| squared logarithm  | above -1             | above -1       |
| percentage         | any                  | never 0        |
| KL divergence      | a distribution       | a distribution |
| hinges             | any, margin 1        | -1 and 1       |
| cosine             | two numbers and more | the same       |

A metric is judged where the loss is another: what is wrong with both is said of the loss.
"""

from __future__ import annotations

from collections.abc import Iterator

from specc.diagnostics import Related, Severity
from specc.rules.pairing import Judge, Pairing, counted_by
from specc.rules.rule import Aspect, Finding, Rule, each_output, error, instead, warning
from specc.rules.tables import BOUNDS, CENTERED, HINGES, PROBABILITIES

OF_OUTPUT: tuple[Aspect, ...] = ("metric", "activation")  # what a metric does not fit
OF_TARGET: tuple[Aspect, ...] = ("metric", "labels")


def measured(one: Pairing, *kinds: str) -> Iterator[Judge]:
    """The metrics of some classes; none of them where the loss is one of these itself."""
    if one.loss not in kinds:
        yield from (judge for judge in one.judges() if judge.metric.name in kinds)


def ends_here(one: Pairing) -> tuple[Related, ...]:
    return (Related(one.at_end, f"the output is {one.activation}"),)


@error("PA130", about=("activation", "loss"), milder=True)
@each_output
def poisson_nonpositive_output(one: Pairing) -> Iterator[Finding]:
    """The Poisson loss, or metric, takes the logarithm of the output, which may be 0 or less.

    Why: the logarithm of a negative number is NaN, usually within the first steps. With `relu`,
    which gives 0 at the least, it is a warning.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1 }]    # error: [PA130]
        [outputs.y]
        task = "count"
        loss = "poisson"

    Use instead: `exponential` or `softplus`.

    Source: measured with Keras 3.15.
    """
    bounds = BOUNDS.get(one.activation or "")
    relu = one.activation in ("relu", "relu6")
    if bounds is None or not (bounds[0] < 0 or relu):
        return
    least = "be 0" if relu else "be negative"
    milder: Severity | None = "warning" if relu else None
    if one.loss == "Poisson":
        yield Finding(one.at_end, f"the output is {one.activation} and may {least}, and `Poisson` "
                      "takes its logarithm", advice="use exponential or softplus", severity=milder)
    for judge in measured(one, "Poisson"):
        yield Finding(judge.where, f"`{judge.key}` takes the logarithm of the output, which may "
                      f"{least}", advice="end with softplus or exponential, or use another metric",
                      severity=milder, related=ends_here(one), about=OF_OUTPUT)


@error("PA131", about=("activation", "loss"))
@each_output
def kld_needs_distribution(one: Pairing) -> Iterator[Finding]:
    """The KL divergence compares distributions, and the output is none.

    Why: values are clipped to the interval from 0 to 1; a linear output reaches a loss of 0 with
    numbers that mean nothing.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 3 }]    # error: [PA131]
        [outputs.y]
        task = "distribution"
        loss = "kl_divergence"

    Use instead: `softmax`.

    Source: measured with Keras 3.15.
    """
    if one.activation not in BOUNDS or one.activation in PROBABILITIES:
        return
    if one.loss == "KLDivergence":
        yield Finding(one.at_end, f"`KLDivergence` takes distributions, and the output is "
                      f"{one.activation}", advice="use softmax",
                      fix=instead(one, one.at_end, "softmax") if (one.units or 0) > 1 else None)
    for judge in () if one.logits else measured(one, "KLDivergence"):  # metric-logits-mismatch
        yield Finding(judge.where, f"`{judge.key}` takes distributions, and the output is "
                      f"{one.activation}", advice="end with softmax, or use another metric",
                      related=ends_here(one), about=OF_OUTPUT)


@warning("PA132", about=("activation", "loss"))
@each_output
def hinge_on_probability(one: Pairing) -> Iterator[Finding]:
    """A hinge wants a margin of 1, and a probability never has one on both sides.

    Why: the loss cannot fall below 0.59, and its gradient never ends; as a metric it is 0.6 for
    predictions that are right.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1, activation = "sigmoid" }]    # warning: [PA132]
        [outputs.y]
        task = "binary"
        loss = "hinge"

    Use instead: no activation, or `tanh`.

    Source: measured with Keras 3.15.
    """
    if one.loss in HINGES and one.activation in PROBABILITIES:
        yield Finding(one.at_end, f"`{one.loss}` wants a margin of 1, which {one.activation} "
                      "cannot give", advice="use no activation, or tanh")
    elif one.activation in PROBABILITIES:
        for judge in measured(one, *HINGES):
            yield Finding(judge.where, f"`{judge.key}` wants a margin of 1, which {one.activation} "
                          "cannot give", advice=counted_by(one), related=ends_here(one),
                          about=OF_OUTPUT)


@warning("PA133", about=("loss",))
@each_output
def msle_negative(one: Pairing) -> Iterator[Finding]:
    """The logarithmic error takes no negative numbers, and there may be some.

    Why: they are clamped to 0, where the gradient is 0: a model of negative targets fits with a
    loss near 0 and is wrong everywhere. An error where targets are known to be -1 and less, unless
    it is only a metric.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1 }]
        [outputs.y]
        task = "regression"
        loss = "msle"    # warning: [PA133]

    Use instead: `softplus` at the output, or `mse` on logarithms of the targets.

    Source: measured with Keras 3.15.
    """
    name, bounds = "MeanSquaredLogarithmicError", BOUNDS.get(one.activation or "")
    below = one.range[0] if one.range is not None and one.range[0] < 0 else None
    if one.classified:
        return
    if one.loss == name:
        if below is not None:
            yield Finding(one.at_loss(), f"`{name}` takes no targets below 0, and they begin at "
                          f"{below:g}", advice="use MeanSquaredError",
                          severity="error" if below <= -1 else None)
        elif one.centered:
            yield Finding(one.at_loss(), f"`{name}` takes no targets below 0, and scaling puts "
                          "half of them there", advice="use MeanSquaredError")
        elif bounds is not None and bounds[0] < 0:
            yield Finding(one.at_loss(), f"`{name}` takes no outputs below 0, and the output is "
                          f"{one.activation}", advice="end with softplus")
    for judge in measured(one, name):  # a linear output seldom leaves the targets for long
        if below is not None:
            yield Finding(judge.where, f"`{judge.key}` takes no targets below 0, and they begin at "
                          f"{below:g}", advice="use mse", about=OF_TARGET)
        elif one.activation in CENTERED:
            yield Finding(judge.where, f"`{judge.key}` takes no outputs below 0, and the output is "
                          f"{one.activation}", advice="use mse", about=OF_OUTPUT,
                          related=ends_here(one))


@warning("PA134", about=("loss",))
@each_output
def mape_zero_target(one: Pairing) -> Iterator[Finding]:
    """The percentage error divides by the target, and targets may be 0.

    Why: a single 0 counts like a billion other rows. An error for a metric of classes, which are
    zeros and ones.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1 }]
        [outputs.y]
        task = "regression"
        range = [0, 10]
        loss = "mape"    # warning: [PA134]

    Use instead: `mae`.

    Source: measured with Keras 3.15.
    """
    name = "MeanAbsolutePercentageError"
    if one.classified:
        for judge in measured(one, name) if _zeros(one) else ():
            yield Finding(judge.where, f"`{judge.key}` divides by the labels, which are 0 and 1",
                          advice=counted_by(one), severity="error", about=OF_TARGET)
        return
    held = one.range is not None and one.range[0] <= 0 <= one.range[1]
    if not held and not one.centered:
        return
    why = "scaling puts them around 0" if one.centered else "they may be 0"
    if one.loss == name:
        yield Finding(one.at_loss(), f"`{name}` divides by the targets, and {why}",
                      advice="use MeanAbsoluteError")
    for judge in () if one.centered else measured(one, name):  # told in the targets' own units
        yield Finding(judge.where, f"`{judge.key}` divides by the targets, and {why}",
                      advice="use mae", about=OF_TARGET)


def _zeros(one: Pairing) -> bool:
    """Whether labels reach a metric as zeros and ones."""
    return one.labels in ("binary", "onehot") or (one.labels == "index" and one.units == 1)


@error("PA135", about=("units",))
@each_output
def cosine_single_unit(one: Pairing) -> Iterator[Finding]:
    """The cosine between two single numbers is only whether their signs agree.

    Why: it is 1 or -1, and its gradient is 0.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1 }]
        [outputs.y]
        task = "regression"
        loss = "cosine_similarity"    # error: [PA135]

    Use instead: `mse`.

    Source: measured with Keras 3.15.
    """
    if one.units != 1:
        return
    if one.loss == "CosineSimilarity":
        yield Finding(one.at_loss(), "the cosine of one unit is only the agreement of signs",
                      advice="use MeanSquaredError")
    for judge in measured(one, "CosineSimilarity"):
        if judge.metric.get("axis") == -1:
            yield Finding(judge.where, "the cosine of one unit is only the agreement of signs",
                          advice="use mae", about=("metric", "units"))


RULES: tuple[Rule, ...] = (
    kld_needs_distribution, poisson_nonpositive_output, cosine_single_unit, hinge_on_probability,
    msle_negative, mape_zero_target,
)

__all__ = ["RULES"]
