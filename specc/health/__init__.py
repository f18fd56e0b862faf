"""What is going wrong, while it trains: rules over signals, no Keras and no arrays.

    watcher = Watcher(plan, ground, RULES)
    watcher.add(Signals(1, logs, rate, probe))    # what is found with this epoch
    watcher.causes()                              # root causes, with the others as "also seen"

`specc.backend.probe` measures the signals, `specc.runner.watch` brings both together.
"""

from __future__ import annotations

from specc.health import (
    activity,
    answers,
    fitting,
    gradients,
    initial,
    loss,
    steps,
    vocabulary,
)
from specc.health.rule import Rule

FAMILIES = (gradients, activity, initial, steps, loss, answers, fitting, vocabulary)
RULES: tuple[Rule, ...] = tuple(sorted((rule for family in FAMILIES for rule in family.RULES),
                                       key=lambda rule: rule.kind.code))

__all__ = ["FAMILIES", "RULES"]
