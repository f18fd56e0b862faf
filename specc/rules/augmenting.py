"""Pictures that are changed at random while a model is trained: TR164."""

from __future__ import annotations

from collections.abc import Iterator

from specc.facts.header import known_set
from specc.rules.entering import LEARNING
from specc.rules.pairing import Subject
from specc.rules.rule import Finding, Rule, warning

MIXES = ("AugMix", "CutMix", "MixUp", "RandAugment")
FLIPS = ("RandomFlip",)


@warning("TR164")
def random_layers_order(about: Subject) -> Iterator[Finding]:
    """Pictures are changed at random behind layers that have learned to see, or lose their label.

    Why: an augmentation is a picture that could have been taken. Behind a convolution it moves
    features that the next layer cannot have seen so. A digit that is flipped is another, or none.

    Example:

        [inputs.image]
        shape = [32, 32, 3]
        [model]
        kind = "sequential"
        layers = [
          { type = "Conv2D", filters = 8, kernel_size = 3, activation = "relu" },
          { type = "RandomFlip", mode = "horizontal" },    # warning: [TR164]
          { type = "GlobalAveragePooling2D" },
          { type = "Dense", units = 1, activation = "sigmoid" },
        ]
        [outputs.cat]
        task = "binary"

    Use instead: random layers directly behind the input; no flips where they change the label.

    Source: own judgement.
    """
    learned: set[str] = set()
    known = known_set(about.plan.spec)
    digits = known is not None and known.name == "digits"
    for node in about.plan.graph.nodes:
        behind = any(one.name in learned for one in about.flow.before[node.name])
        random = node.layer.name.startswith("Random") or node.layer.name in MIXES
        if behind or node.layer.name in LEARNING or node.model_file:
            learned.add(node.name)
        if random and node.name == node.layer_name and behind:
            yield Finding(node.where, f"`{node.layer.name}` changes features and not pictures",
                          advice="put it directly behind the input")
        elif random and digits and node.layer.name in FLIPS:
            yield Finding(node.where, "a digit that is flipped is another one, or none",
                          advice="leave it out")


RULES: tuple[Rule, ...] = (random_layers_order,)

__all__ = ["RULES"]
