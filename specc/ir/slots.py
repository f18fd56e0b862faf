"""What an optimizer keeps beside the weights: momentums, velocities, accumulators.

| optimizer                            | numbers for each number of a trainable weight            |
|--------------------------------------|----------------------------------------------------------|
| SGD                                  | 1 with `momentum`, else 0                                |
| RMSprop                              | 1, and 1 with `momentum`, and 1 if `centered`            |
| Adam, AdamW                          | 2, and 1 with `amsgrad`                                  |
| Adamax, Nadam, Lamb, Ftrl, Adadelta, ScheduleFreeAdamW | 2                                      |
| Adagrad, Lion                        | 1                                                        |
| Muon                                 | 1; 2 for what its inner Adam moves: all but matrices,    |
|                                      | embeddings, and what `exclude_layers` names              |
| Adafactor                            | 1; for a matrix (..., r, c) also (..., r) and (..., c)   |
| LossScaleOptimizer                   | those of `inner_optimizer`                               |

`use_ema` keeps one more copy, `gradient_accumulation_steps` another. Every slot has the dtype of
its weight. Scalars are left out: the count of steps, the learning rate, the loss scale, Nadam's
product. Source: Keras 3.15, what `optimizer.build` allocates (tests/parity/test_memory.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from specc.ops.component import Component
from specc.ops.op import Weight
from specc.tensor import size

# Copies of a weight, told from the optimizer, the weight and the full name of its layer.
# None: cannot be known.
Numbers: TypeAlias = Callable[[Component, Weight, str], int | None]
PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_/")


def numbers(optimizer: Component, weight: Weight, layer: str) -> int | None:
    """How many numbers an optimizer keeps for one weight that it trains; None: not known."""
    if optimizer.name == "LossScaleOptimizer":
        inner = optimizer.get("inner_optimizer")
        return numbers(inner, weight, layer) if isinstance(inner, Component) else None
    keeps, count = KEEPS.get(optimizer.name), weight.count
    own = keeps(optimizer, weight, layer) if keeps else None
    if own is None or count is None:
        return None
    copies = bool(optimizer.get("use_ema")) + bool(optimizer.get("gradient_accumulation_steps"))
    return own + copies * count


def copies(always: int, *switches: str) -> Numbers:
    """So many copies of every weight, and one more for each switch that is not off."""
    def keeps(optimizer: Component, weight: Weight, layer: str) -> int | None:
        on = sum(bool(optimizer.get(switch)) for switch in switches)
        return None if weight.count is None else (always + on) * weight.count

    return keeps


def factored(optimizer: Component, weight: Weight, layer: str) -> int | None:
    """Adafactor: the weight itself, and the sums of its rows and columns where it has both."""
    count, shape = weight.count, weight.shape
    if count is None or len(shape) < 2:
        return count
    rows, columns = size(shape[:-1]), size((*shape[:-2], shape[-1]))
    return None if rows is None or columns is None else count + rows + columns


def orthogonal(optimizer: Component, weight: Weight, layer: str) -> int | None:
    """Muon: one momentum, and a velocity where its inner Adam is at work."""
    if weight.count is None:
        return None
    path = f"{layer}/{weight.name}"
    if len(weight.shape) != 2 or (
            optimizer.get("exclude_embeddings", True) and "embedding" in path.lower()):
        return 2 * weight.count
    words = optimizer.get("exclude_layers") or ()
    if any(not PLAIN.issuperset(word) for word in words):
        return None  # a pattern of a spec is not run
    return (2 if any(word in path for word in words) else 1) * weight.count


KEEPS: Mapping[str, Numbers] = {
    "SGD": copies(0, "momentum"),
    "RMSprop": copies(1, "momentum", "centered"),
    "Adam": copies(2, "amsgrad"),
    "AdamW": copies(2, "amsgrad"),
    **dict.fromkeys(("Adamax", "Nadam", "Lamb", "Ftrl", "Adadelta", "ScheduleFreeAdamW"),
                    copies(2)),
    **dict.fromkeys(("Adagrad", "Lion"), copies(1)),
    "Muon": orthogonal,
    "Adafactor": factored,
}
