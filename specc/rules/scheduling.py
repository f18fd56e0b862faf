"""Schedules against the length of training: TR110 and TR111.

A schedule that ends (cosine, polynomial) ends after `decay_steps`, a warm-up of cosine before it
not counted (measured: `warmup_steps = 50, decay_steps = 100` is at its end after 150 steps).
Restarts, cycles and exponential decay have no end.
"""

from __future__ import annotations

from collections.abc import Iterator

from specc.rules.extent import at_optimizer, says, schedule_of, updates
from specc.rules.pairing import Subject
from specc.rules.rule import Finding, Rule, warning

FACTOR = 2  # how far the lengths may be apart


def lengths(about: Subject) -> tuple[int, int] | None:
    """Updates until the schedule ends, and updates of the training; None where one is open."""
    schedule, total = schedule_of(about), updates(about)
    if not says(about.plan.spec, "fit", "epochs"):
        return None  # how long training is, is not said yet
    if schedule is None or not total or schedule.name not in ("CosineDecay", "PolynomialDecay"):
        return None
    if schedule.get("cycle"):
        return None
    return schedule.get("decay_steps") + (schedule.get("warmup_steps") or 0), total


@warning("TR110")
def schedule_longer(about: Subject) -> Iterator[Finding]:
    """The learning rate is to fall over far more updates than the training has.

    Why: training ends while the rate is still high, and the small steps at the end, which a
    schedule is for, never come.

    Example:

        [data]
        source = "wine"
        split = { validation = 0.2, test = 0.2 }
        [inputs.x]
        scale = "standard"
        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 3, activation = "softmax" }]
        [outputs.cultivar]
        task = "multiclass"
        target = "target"
        metrics = ["accuracy"]
        [compile.optimizer]
        type = "SGD"
        [compile.optimizer.learning_rate]
        type = "CosineDecay"
        initial_learning_rate = 0.1
        decay_steps = 10_000    # warning: [TR110]
        [fit]
        epochs = 40

    Use instead: `decay_steps` = updates an epoch, times epochs.

    Source: own judgement; lengths measured with Keras 3.15.
    """
    found = lengths(about)
    if found is not None and found[0] > FACTOR * found[1]:
        yield Finding(at_optimizer(about, "learning_rate", "decay_steps"),
                      f"the schedule ends after {found[0]:,} updates, training after "
                      f"{found[1]:,}",
                      advice=f"let it end after {found[1]}")


@warning("TR111")
def schedule_shorter(about: Subject) -> Iterator[Finding]:
    """The learning rate is at its end long before the training is.

    Why: cosine decay ends at 0, so that all further epochs change nothing; any other end is a
    constant rate that nobody chose for most of the training.

    Example:

        [data]
        source = "wine"
        split = { validation = 0.2, test = 0.2 }
        [inputs.x]
        scale = "standard"
        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 3, activation = "softmax" }]
        [outputs.cultivar]
        task = "multiclass"
        target = "target"
        metrics = ["accuracy"]
        [compile.optimizer]
        type = "SGD"
        [compile.optimizer.learning_rate]
        type = "CosineDecay"
        initial_learning_rate = 0.1
        decay_steps = 50    # warning: [TR111]
        [fit]
        epochs = 40

    Use instead: `decay_steps` = updates an epoch, times epochs; or `CosineDecayRestarts`.

    Source: own judgement; lengths measured with Keras 3.15.
    """
    found = lengths(about)
    if found is not None and FACTOR * found[0] < found[1]:
        yield Finding(at_optimizer(about, "learning_rate", "decay_steps"),
                      f"the schedule ends after {found[0]:,} updates, training after "
                      f"{found[1]:,}",
                      advice=f"let it end after {found[1]}")


RULES: tuple[Rule, ...] = (schedule_longer, schedule_shorter)

__all__ = ["RULES"]
