"""Watching a training: signals come in epoch by epoch, findings come out.

What a watcher knows is the signals it was given, in their order. A run that goes on gives it those
of the epochs before first, and it finds what it had found.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from specc.diagnostics import Diagnostic
from specc.health.causes import causes
from specc.health.rule import Ground, Rule, Seen
from specc.health.signals import Probe, Signals
from specc.ir.plan import Plan


class Watcher:
    """The rules, asked after every epoch of one training."""

    def __init__(self, plan: Plan, ground: Ground, rules: Sequence[Rule]) -> None:
        self.plan, self.ground, self.rules = plan, ground, tuple(rules)
        self.found: list[Diagnostic] = []
        self._last: Signals | None = None
        self._looks: list[tuple[int, Probe]] = []
        self._curves: dict[str, list[float]] = {}
        self._rates: list[float] = []

    def add(self, signals: Signals) -> list[Diagnostic]:
        """One more epoch; what is found with it and was not before."""
        self._last = signals
        if signals.probe is not None:
            self._looks.append((signals.epoch, signals.probe))
        if signals.rate is not None:
            self._rates.append(signals.rate)
        for key in signals.logs:
            if (value := signals.number(key)) is not None:
                self._curves.setdefault(key, []).append(value)
        return self._ask(over=False)

    def replay(self, several: Iterable[Signals]) -> None:
        """The epochs of a run that now goes on."""
        for one in several:
            self.add(one)

    def close(self) -> list[Diagnostic]:
        """Training is over: what only then can be said."""
        return self._ask(over=True)

    def say(self, found: Diagnostic) -> None:
        """Something that was found elsewhere, and may explain what rules find."""
        self.found.append(found)

    def causes(self) -> list[Diagnostic]:
        """All that was found, as root causes with what they explain."""
        spec = self.plan.spec
        return causes(self.found, lambda one: one.severity != "error"
                      and spec.ignores(one.code, one.name))

    def _ask(self, *, over: bool) -> list[Diagnostic]:
        if self._last is None:
            return []
        seen = Seen(self.plan, self.ground, self._last, self._looks, self._curves, self._rates,
                    over)
        known = {(one.code, one.where.path) for one in self.found}
        new = []
        for rule in self.rules:
            for finding in rule.find(seen):
                one = rule.diagnose(finding)
                if (one.code, one.where.path) not in known:
                    known.add((one.code, one.where.path))
                    new.append(one)
        self.found += new
        return new
