"""Numbers that a table refuses and a rule is about: they bear the rule's name.

A learning rate of 0 lies outside what the argument can be, and the table of components says so,
wherever it is written. Tools look for it under the name of the rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from specc.diagnostics import Diagnostic, Kind
from specc.record import replace
from specc.rules.rule import Rule
from specc.source import Path

BETAS = ("beta_1", "beta_2", "epsilon", "rho", "momentum", "weight_decay", "weight_decay_rate")
# Where an argument stands -> its name -> the module and the rule that it is about.
ABOUT: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "compile": {
        "learning_rate": ("optimizing", "learning_rate_too_high"),
        "initial_learning_rate": ("optimizing", "learning_rate_too_high"),
        "warmup_target": ("optimizing", "learning_rate_too_high"),
        "ema_momentum": ("computing", "ema_misuse"),
        **dict.fromkeys(BETAS, ("optimizing", "betas_epsilon_range")),
    },
    "outputs": {"label_smoothing": ("loss", "label_smoothing_range")},
    "fit": {"factor": ("watching", "min_lr_above_lr")},
    "model": {"rate": ("dropping", "high_dropout")},
    "blocks": {"rate": ("dropping", "high_dropout")},
}


def under_its_name(one: Diagnostic) -> Diagnostic:
    """A finding about a number that is out of range, under the name of the rule about it."""
    found = _rule(one.where.path)
    return one if found is None else replace(one, code=found.code, name=found.name)


def _rule(path: Path) -> Kind | None:
    place = ABOUT.get(str(path[0]), {}).get(str(path[-1])) if path else None
    if place is None:
        return None
    rule: Rule = getattr(import_module(f"specc.rules.{place[0]}"), place[1])
    return rule.kind


__all__ = ["under_its_name"]
