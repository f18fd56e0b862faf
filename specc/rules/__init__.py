"""Rules over a plan: what is wrong with a model although every part of it is valid.

A rule stands in the module of its family, and in the family's `RULES`; `specc.rules.families` says
when a family is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from specc.diagnostics import Diagnostic
from specc.facts import Facts
from specc.ir.plan import Plan
from specc.rules.families import FAMILIES, PRECEDENCE
from specc.rules.pairing import subject
from specc.rules.rule import Finding, Rule
from specc.source import Path


def rules_of(family: str) -> tuple[Rule, ...]:
    """The rules of a family."""
    rules: tuple[Rule, ...] = import_module(f"specc.rules.{family}").RULES
    return rules


def lint(plan: Plan, facts: Facts, *, everything: bool = False) -> Iterator[Diagnostic]:
    """All that the rules find: errors first, one diagnostic for one mistake.

    everything: ask the families too that have nothing to say (which tests do).
    """
    about = subject(plan, facts)
    rules = [rule for family, concerned in FAMILIES.items() if everything or concerned(about)
             for rule in rules_of(family)]
    found = [(rule, finding) for rule in rules for finding in rule.find(about)]
    found.sort(key=lambda pair: ((pair[1].severity or pair[0].kind.severity) != "error",
                                 PRECEDENCE.get(pair[0].kind.code, 0)))
    blamed: set[tuple[str, str, Path]] = set()
    for rule, finding in found:
        said = rule.diagnose(finding)
        if said.severity != "error" and plan.spec.ignores(said.code, said.name):
            yield said  # `finish` leaves it out; it must not hide what would be said
            continue
        if finding.output is not None:
            metric = finding.where.path[:4]  # ("outputs", name, "metrics", index)
            things = {(finding.output, aspect, metric if aspect == "metric" else ())
                      for aspect in finding.about or rule.about}
            if things & blamed:
                continue
            # Metrics are judged one by one: what is wrong with one excuses no other.
            blamed |= {one for one in things if one[1] == "metric"} or things
        yield said


def __getattr__(name: str) -> Any:
    """`RULES`: every rule of every family, imported when somebody asks for them all."""
    if name != "RULES":
        raise AttributeError(name)
    return tuple(rule for family in FAMILIES for rule in rules_of(family))


__all__ = ["FAMILIES", "Finding", "Rule", "lint", "rules_of"]
