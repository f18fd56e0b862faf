"""Rules over a plan: what is wrong with a model although every part of it is valid.

A rule stands in the module of its family, and in the family's `RULES`. A family is imported when a
plan has something that it is about: a hundred rules are more than most specs need, and checking is
to take no time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any

from specc.diagnostics import Diagnostic
from specc.facts import Facts
from specc.ir.plan import Plan
from specc.rules.pairing import Subject, subject
from specc.rules.rule import Finding, Rule
from specc.source import Path

# Each family, and whether it has anything to say of a plan. A family says nothing of what its
# condition leaves out: tests/unit/test_families.py asks all of them of every case and every spec.
FAMILIES: Mapping[str, Callable[[Subject], bool]] = {
    "ranks": lambda about: any(one.shape is not None and len(one.shape) > 2
                               for one in about.pairings),
    "outputs": lambda about: bool(about.pairings),
    "images": lambda about: about.writes("data_format", "axis") or _pictures(about),
    "maps": lambda about: about.writes("padding") or _transposed(about) or (
        about.has(("Flatten",)) and _heavy(about)),
    "merges": lambda about: about.has(("Add", "Multiply", "Average", "Maximum", "Minimum",
                                       "Concatenate")),
    "sequences": lambda about: about.has(("Embedding", "Masking", "MultiHeadAttention")),
    "idle": lambda about: about.writes(
        "bias_initializer", "bias_regularizer", "bias_constraint", "beta_initializer",
        "beta_regularizer", "beta_constraint", "gamma_initializer", "gamma_regularizer",
        "gamma_constraint", "renorm_momentum", "renorm_clipping", "lora_alpha", "dilation_rate",
        "fill_value"),
}


def _pictures(about: Subject) -> bool:
    """Whether an input may be an image that begins with its channels."""
    shapes = [one.tensor.shape or () for one in about.plan.graph.inputs]
    return any(len(shape) == 4 and shape[1] in (1, 3, 4) for shape in shapes)


def _transposed(about: Subject) -> bool:
    return about.has(f"Conv{rank}DTranspose" for rank in (1, 2, 3))


def _heavy(about: Subject) -> bool:
    """Whether one Dense alone holds tens of millions of weights."""
    graph = about.plan.graph
    return any((graph.costs[node.name].count() or 0) > 40_000_000
               for node in graph.nodes if node.layer.name == "Dense")


def rules_of(family: str) -> tuple[Rule, ...]:
    """The rules of a family, in their order: of rules about the same thing, the one that explains
    most comes first."""
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
    found.sort(key=lambda pair: (pair[1].severity or pair[0].kind.severity) != "error")
    blamed: set[tuple[str, str, Path]] = set()
    for rule, finding in found:
        said = rule.diagnose(finding)
        if said.severity != "error" and {said.code, said.name} & set(plan.spec.ignore):
            continue  # what is not said must not hide what would be
        if finding.output is not None:
            metric = finding.where.path[:4]  # ("outputs", name, "metrics", index)
            things = {(finding.output, aspect, metric if aspect == "metric" else ())
                      for aspect in rule.about}
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
