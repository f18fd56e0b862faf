"""Rules about words and other codes: what of a vocabulary, and of a text, is used."""

from __future__ import annotations

from collections.abc import Iterator

from specc.health.rule import Finding, Seen, info
from specc.ir.graph import applied

MOST_UNUSED = 0.6  # of some of the numbers; half of all, and what chance adds
LEAST_NUMBERS = 32  # of an embedding that are compared; of fewer, chance says too much
MOST_PADDING = 0.5
MOST_UNKNOWN = 0.2


@info("HE501")
def seq_padding_ratio(seen: Seen) -> Iterator[Finding]:
    """More than half of what enters is padding, or a fifth of the words is unknown.

    Why: padding costs what words cost, and a layer that does not know it for padding learns from
    it. Words that are not in the vocabulary are all the same to the model.

    Found before training, in the training rows, where half of the length would do for 95 % of the
    texts; or where `tokens` is so small that more than 20 % of all words are left out.

    Example:

        [inputs.review]
        columns = ["text"]
        text = { tokens = 100, length = 5000 }

    Use instead: a `length` that holds 95 % of the texts, more `tokens`.

    Source: SageMaker Debugger, NLPSequenceRatio.
    """
    if seen.epoch != 0:
        return
    for name, one in seen.ground.texts.items():
        where = seen.plan.spec.where("inputs", name, "text")
        if one.padding > MOST_PADDING and 2 * one.enough <= one.length:
            yield Finding(where, f"{one.padding:.0%} of `{name}` is padding; a length of "
                          f"{one.enough} instead of {one.length} holds 95 % of the texts",
                          f"length = {one.enough}")
        elif one.unknown > MOST_UNKNOWN:
            yield Finding(where, f"{one.unknown:.0%} of the words of `{name}` are not in its "
                          "vocabulary", "more tokens")


@info("HE502")
def dead_embedding(seen: Seen) -> Iterator[Finding]:
    """More than half of the rows of an Embedding were never trained.

    Why: a row is trained by the rows of data that hold its code. What no row holds stays as it was
    drawn: it costs memory, and means nothing when it is first used.

    Found at the end, where of some of its numbers, evenly spread, more than 60 % are to the last
    bit what they were before training, and others are not.

    Example:

        layers = [
          { type = "Embedding", input_dim = 1000, output_dim = 8 },    # of codes from 0 to 9
          { type = "Flatten" },
          { type = "Dense", units = 1, name = "y" },
        ]

    Use instead: an `input_dim` of as many codes as there are, and one for those that are unknown.

    Source: rows without a gradient, as of Keras's own optimizers.
    """
    before = seen.before
    if not seen.over or seen.now is None or before is None:
        return
    held = {(one.layer, one.name): one.sample for one in before.weights}
    for one in seen.now.weights:
        first = held.get((one.layer, one.name), ())
        node = next((node for node in seen.plan.graph.nodes if node.layer_name == one.layer), None)
        if node is None or applied(node).layer.name != "Embedding" or one.name != "embeddings" or (
                len(first) < LEAST_NUMBERS or len(first) != len(one.sample)):
            continue
        still = sum(a == b for a, b in zip(first, one.sample, strict=True)) / len(first)
        if MOST_UNUSED < still < 1:
            yield Finding(node.where, f"{still:.0%} of the numbers of `{one.layer}` that were "
                          f"compared are after {seen.epoch} epochs what they were before training",
                          "an input_dim of as many codes as there are")


RULES = (seq_padding_ratio, dead_embedding)
