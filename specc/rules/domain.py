"""Losses that take only some values: PA130 to PA149.

| loss               | outputs              | targets      |
|--------------------|----------------------|--------------|
| Poisson            | above 0              | 0 and more   |
| squared logarithm  | above -1             | above -1     |
| percentage         | any                  | never 0      |
| KL divergence      | a distribution       | a distribution |
| hinges             | any, margin 1        | -1 and 1     |
| Dice, Tversky      | 0 to 1               | 0 and 1      |
| cosine             | two numbers and more | the same     |
| Circle             | of length 1          | indices      |
| CTC                | (batch, time, class) logits | indices |
"""

from __future__ import annotations

from collections.abc import Iterator

from specc.rules.pairing import Pairing
from specc.rules.rule import Finding, Rule, each_output, error, instead, warning
from specc.rules.tables import BOUNDS, HINGES, OVERLAPS, PROBABILITIES
from specc.tensor import show


@error("PA130", about=("activation", "loss"), milder=True)
@each_output
def poisson_nonpositive_output(one: Pairing) -> Iterator[Finding]:
    """The Poisson loss takes the logarithm of the output, which may be 0 or less.

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
    if one.loss != "Poisson" or bounds is None:
        return
    if bounds[0] < 0:
        yield Finding(one.at_end, f"a {one.activation} output may be negative, and `Poisson` takes "
                      "its logarithm", advice="use exponential or softplus")
    elif one.activation in ("relu", "relu6"):
        yield Finding(one.at_end, f"{one.activation} may be 0, and `Poisson` takes its logarithm",
                      advice="use exponential or softplus", severity="warning")


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
    if one.loss == "KLDivergence" and one.activation in BOUNDS and (
            one.activation not in PROBABILITIES):
        yield Finding(one.at_end, f"`KLDivergence` takes distributions, and the output is "
                      f"{one.activation}", advice="use softmax",
                      fix=instead(one, one.at_end, "softmax") if (one.units or 0) > 1 else None)


@warning("PA132", about=("activation", "loss"))
@each_output
def hinge_on_probability(one: Pairing) -> Iterator[Finding]:
    """A hinge wants a margin of 1, and a probability never has one on both sides.

    Why: the loss cannot fall below 0.59, and its gradient never ends.

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


@warning("PA133", about=("loss",))
@each_output
def msle_negative(one: Pairing) -> Iterator[Finding]:
    """The logarithmic error takes no negative numbers, and there may be some.

    Why: they are clamped to 0, where the gradient is 0: a model of negative targets fits with a
    loss near 0 and is wrong everywhere. An error where targets are known to be -1 and less.

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
    if one.loss != "MeanSquaredLogarithmicError" or one.classified:
        return
    bounds = BOUNDS.get(one.activation or "")
    if one.range is not None and one.range[0] < 0:
        yield Finding(one.at_loss(), f"`{one.loss}` takes no targets below 0, and they begin at "
                      f"{one.range[0]:g}", advice="use MeanSquaredError",
                      severity="error" if one.range[0] <= -1 else None)
    elif one.centered:
        yield Finding(one.at_loss(), f"`{one.loss}` takes no targets below 0, and scaling puts "
                      "half of them there", advice="use MeanSquaredError")
    elif bounds is not None and bounds[0] < 0:
        yield Finding(one.at_loss(), f"`{one.loss}` takes no outputs below 0, and the output is "
                      f"{one.activation}", advice="end with softplus")


@warning("PA134", about=("loss",))
@each_output
def mape_zero_target(one: Pairing) -> Iterator[Finding]:
    """The percentage error divides by the target, and targets may be 0.

    Why: a single 0 counts like a billion other rows.

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
        return
    held = one.range is not None and one.range[0] <= 0 <= one.range[1]
    if not held and not one.centered:
        return
    why = "scaling puts them around 0" if one.centered else "they may be 0"
    if one.loss == name:
        yield Finding(one.at_loss(), f"`{name}` divides by the targets, and {why}",
                      advice="use MeanAbsoluteError")
    elif not one.centered:  # metrics are told in the targets' own units
        yield from (Finding(judge.where, f"`{name}` divides by the targets, and {why}",
                            advice="use mae")
                    for judge in one.judges() if judge.metric.name == name)


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
    else:
        yield from (Finding(judge.where, "the cosine of one unit is only the agreement of signs",
                            advice="use mae") for judge in one.judges()
                    if judge.metric.name == "CosineSimilarity" and judge.metric.get("axis") == -1)


@warning("PA136", about=("activation", "loss"))
@each_output
def dice_tversky_output(one: Pairing) -> Iterator[Finding]:
    """Dice and Tversky measure how much two masks overlap, and the output is no mask.

    Why: outside 0 and 1 an overlap may be larger than the masks, and the loss negative.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1 }]    # warning: [PA136]
        [outputs.y]
        task = "binary"
        loss = "Dice"

    Use instead: `sigmoid`, or `softmax` over one-hot masks.

    Source: gh-1-unet; measured with Keras 3.15.
    """
    if one.loss in OVERLAPS and one.activation in BOUNDS and one.activation not in PROBABILITIES:
        yield Finding(one.at_end, f"`{one.loss}` compares masks from 0 to 1, and the output is "
                      f"{one.activation}", advice="use sigmoid, or softmax")


@warning("PA137", about=("activation", "loss"))
@each_output
def circle_usage(one: Pairing) -> Iterator[Finding]:
    """The Circle loss compares directions, and the embeddings have lengths.

    Why: cosines are computed as products, which are cosines only for vectors of length 1.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 8 }]    # warning: [PA137]
        [outputs.y]
        task = "multiclass"
        classes = 3
        loss = "Circle"

    Use instead: a `UnitNormalization` behind it.

    Source: the Keras documentation of the loss.
    """
    if one.loss == "Circle" and one.activation in BOUNDS:
        yield Finding(one.at_end, "`Circle` takes vectors of length 1, and the output is "
                      f"{one.activation}", advice="end with UnitNormalization",
                      severity="error" if one.activation in PROBABILITIES else None)


@warning("PA138", about=("activation", "loss"))
@each_output
def ctc_usage(one: Pairing) -> Iterator[Finding]:
    """CTC takes logits of every class (and a blank) at every time.

    Why: Keras applies the softmax itself, and aligns along the second axis.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 9 }]    # warning: [PA138]
        [outputs.y]
        task = "multiclass"
        classes = 8
        loss = "CTC"

    Use instead: a linear output of shape (batch, time, classes + 1).

    Source: the Keras documentation of the loss.
    """
    if one.loss != "CTC":
        return
    if one.shape is not None and len(one.shape) != 3:
        yield Finding(one.at_end, f"`CTC` takes (batch, time, classes), found {show(one.shape)}",
                      advice="return the whole sequence")
    elif one.activation in PROBABILITIES:
        yield Finding(one.at_end, f"`CTC` takes logits, and the output ends with {one.activation}",
                      advice="use no activation")


RULES: tuple[Rule, ...] = (
    kld_needs_distribution, poisson_nonpositive_output, cosine_single_unit, hinge_on_probability,
    msle_negative, mape_zero_target, dice_tversky_output, circle_usage, ctc_usage,
)

__all__ = ["RULES"]
