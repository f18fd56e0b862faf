"""Losses that compare masks, directions or sequences: PA136 to PA138.

| loss          | outputs                     | targets |
|---------------|-----------------------------|---------|
| Dice, Tversky | 0 to 1                      | 0 and 1 |
| Circle        | of length 1                 | indices |
| CTC           | (batch, time, class) logits | indices |
"""

from __future__ import annotations

from collections.abc import Iterator

from specc.rules.pairing import Pairing
from specc.rules.rule import Finding, Rule, each_output, warning
from specc.rules.tables import BOUNDS, OVERLAPS, PROBABILITIES
from specc.tensor import show


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


RULES: tuple[Rule, ...] = (dice_tversky_output, circle_usage, ctc_usage)

__all__ = ["RULES"]
