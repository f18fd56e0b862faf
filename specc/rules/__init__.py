"""Rules over a plan: what is wrong with a model although every part of it is valid."""

from collections.abc import Iterator

from specc.diagnostics import Diagnostic
from specc.facts import Facts
from specc.ir.plan import Plan


def lint(plan: Plan, facts: Facts) -> Iterator[Diagnostic]:
    """Everything that the rules find."""
    yield from ()
