"""One root cause, and the others as "also seen": which finding explains which.

The order is that of a decision tree: numbers in the data, what the output can say at all, how
weights begin, the learning rate, units, gradients; then what all of these look like from outside.
After DeepDiagnosis (Wardat et al. 2022, arXiv:2112.04030).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from specc.diagnostics import Diagnostic, Related, Severity
from specc.record import replace

# What a model that does not learn looks like, whatever the reason.
IDLE = frozenset({
    "constant-predictions", "zero-gradient-layer", "unchanged-weights", "loss-not-decreasing",
    "loss-at-chance", "accuracy-at-majority", "class-collapse", "underfitting", "slow-convergence",
    "worse-than-baseline", "overtraining", "lr-exhausted", "val-better-than-train"})
STEPS = frozenset({"loss-increasing", "oscillating-loss", "large-weights", "exploding-gradient",
                   "huge-loss"})
UNITS = frozenset({"dead-relu", "saturated-activation", "vanishing-gradient"})
NUMBERS = frozenset({"loss-not-finite", "nan-or-inf"})

# From the root outwards: what each explains. What stands further up is never explained by what
# stands further down.
EXPLAINS: Mapping[str, frozenset[str]] = {
    "nan-in-input": IDLE | STEPS | UNITS | NUMBERS | {"lr-too-high", "lr-too-low",
                                                  "activation-scale"},
    "loss-not-finite": IDLE | STEPS | UNITS | {"nan-or-inf", "lr-too-high", "overfitting",
                                               "negative-loss"},
    "nan-or-inf": IDLE | STEPS | UNITS | {"lr-too-high", "lr-too-low", "activation-scale"},
    "negative-loss": STEPS | {"overfitting", "worse-than-baseline", "lr-too-high"},
    "weight-variance": IDLE | STEPS | UNITS | {"lr-too-high", "activation-scale", "overfitting"},
    "poor-init": IDLE | UNITS | {"lr-too-low", "activation-scale"},
    "weight-symmetry": IDLE | UNITS | {"lr-too-low", "activation-scale"},
    "lr-too-high": IDLE | STEPS | UNITS | {"overfitting"},
    "exploding-gradient": STEPS | {"overfitting", "worse-than-baseline", "underfitting"},
    "dead-relu": IDLE | {"vanishing-gradient", "lr-too-low"},
    "saturated-activation": IDLE | {"vanishing-gradient", "lr-too-low"},
    "vanishing-gradient": IDLE | {"lr-too-low"},
    "zero-gradient-layer": IDLE | {"lr-too-low"},
    "lr-too-low": IDLE | {"accuracy-frozen-loss-falls"},
    "batchnorm-stat-drift": frozenset({"worse-than-baseline", "overfitting", "class-collapse",
                                       "constant-predictions"}),
    "constant-predictions": IDLE,
    "unchanged-weights": IDLE,
    "oscillating-loss": IDLE | {"loss-increasing", "huge-loss"},
    "loss-increasing": IDLE | {"huge-loss"},
    "huge-loss": IDLE,
    "loss-not-decreasing": IDLE,
    "slow-convergence": frozenset({"accuracy-at-majority", "loss-at-chance", "underfitting",
                                   "class-collapse", "worse-than-baseline"}),
    "loss-at-chance": IDLE,
    "accuracy-at-majority": IDLE,
    "overfitting": frozenset({"overtraining", "large-weights"}),
    "underfitting": frozenset({"worse-than-baseline", "class-collapse", "overtraining"}),
    "worse-than-baseline": frozenset({"class-collapse", "overtraining"}),
}
RANK: Mapping[str, int] = {name: at for at, name in enumerate(EXPLAINS)}
GRAVITY: Mapping[Severity, int] = {"info": 0, "warning": 1, "error": 2}


def causes(found: Iterable[Diagnostic],
           ignored: Callable[[Diagnostic], bool] = lambda one: False) -> list[Diagnostic]:
    """The root causes among findings, each with what it explains as "also seen".

    What is ignored explains nothing. A root is as grave as the gravest of what it explains.
    """
    kept = [one for one in found if not ignored(one)]
    kept.sort(key=lambda one: RANK.get(one.name, len(RANK)))  # stable: else in order of time
    roots: list[Diagnostic] = []
    below: dict[int, list[Diagnostic]] = {}
    for one in kept:
        root = next((at for at, other in enumerate(roots)
                     if one.name in EXPLAINS.get(other.name, ())), None)
        if root is None:
            below[len(roots)] = []
            roots.append(one)
        else:
            below[root].append(one)
    return [_with(one, below[at]) for at, one in enumerate(roots)]


def _with(root: Diagnostic, others: Sequence[Diagnostic]) -> Diagnostic:
    if not others:
        return root
    gravest = max((root, *others), key=lambda one: GRAVITY[one.severity]).severity
    related = [Related(one.where, f"also seen: {one.name} ({one.code}): {one.message}")
               for one in others]
    return replace(root, severity=gravest, related=(*root.related, *related))
