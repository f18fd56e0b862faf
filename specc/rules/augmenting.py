"""Pictures that are changed at random while a model is trained: TR164 and TR165."""

from __future__ import annotations

from collections.abc import Iterator

from specc.facts.header import known_set
from specc.ir.graph import Node
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
        random = changes_at_random(node)
        if behind or node.layer.name in LEARNING or node.model_file:
            learned.add(node.name)
        if random and node.name == node.layer_name and behind:
            yield Finding(node.where, f"`{node.layer.name}` changes features and not pictures",
                          advice="put it directly behind the input")
        elif random and digits and node.layer.name in FLIPS:
            yield Finding(node.where, "a digit that is flipped is another one, or none",
                          advice="leave it out")


@warning("TR165")
def augmentation_in_validation(about: Subject) -> Iterator[Finding]:
    """Pictures are changed at random when they are validated and predicted, too.

    Why: `training = true` holds always. Measured numbers then differ from call to call, and are
    those of pictures that nobody took.

    Example:

        [inputs.image]
        shape = [32, 32, 3]
        [model]
        kind = "functional"
        layers = [
          { type = "RandomFlip", with = { training = true } },    # warning: [TR165]
          { type = "Conv2D", filters = 8, kernel_size = 3, activation = "relu" },
          { type = "GlobalAveragePooling2D" },
          { type = "Dense", units = 1, activation = "sigmoid" },
        ]
        [outputs.cat]
        task = "binary"

    Use instead: leave `training` out: Keras says it when it trains. (Dropout with `training = true`
    is another matter: Monte Carlo dropout wants it.)

    Source: own judgement.
    """
    for node in about.plan.graph.nodes:
        if changes_at_random(node) and node.constants.get("training") is True:
            yield Finding(node.at("with").at("training"), f"`{node.layer.name}` changes what is "
                          "validated and predicted as well", advice="leave `training` out")


def changes_at_random(node: Node) -> bool:
    """Whether a layer is one of Keras's augmentations."""
    return node.layer.name.startswith("Random") or node.layer.name in MIXES


RULES: tuple[Rule, ...] = (random_layers_order, augmentation_in_validation)

__all__ = ["RULES"]
