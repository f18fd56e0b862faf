"""A rule: a generator of findings, with a code, a severity and a page.

    @error("PA107", about=("activation", "task"))
    @each_output
    def multilabel_softmax(one: Pairing) -> Iterator[Finding]:
        '''Several labels may hold at once, and a softmax lets them compete. ...'''
        if one.task == "multilabel" and one.activation == "softmax":
            yield Finding(one.at_end, "...", advice="use sigmoid")

The name is the slug, the docstring the page of `specc explain`. A finding may be graver or milder
than its rule. `about` names what a rule compares: of two rules that compare the same thing of one
output only the first speaks, so one mistake gives one diagnostic (`specc.rules.lint`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal, TypeAlias

from specc.diagnostics import Diagnostic, Edit, Fix, Kind, Related, Severity
from specc.record import Record, replace
from specc.rules.pairing import Pairing, Subject
from specc.source import Where

Aspect: TypeAlias = Literal["activation", "loss", "task", "units", "labels", "metric"]


class Finding(Record):
    """What a rule found. `output`: whose aspects it is about; None: no output's. `about`: which;
    None: those of the rule."""

    where: Where
    message: str
    advice: str | None = None
    severity: Severity | None = None  # None: the rule's own
    related: tuple[Related, ...] = ()
    fix: Fix | None = None
    output: str | None = None
    about: tuple[Aspect, ...] | None = None


Find: TypeAlias = Callable[[Subject], Iterator[Finding]]
Judge: TypeAlias = Callable[[Pairing], Iterator[Finding]]


class Rule(Record):
    kind: Kind
    about: tuple[Aspect, ...]
    find: Find

    def diagnose(self, finding: Finding) -> Diagnostic:
        """The finding as it is said."""
        said = self.kind(finding.where, message=finding.message, related=finding.related,
                         fix=finding.fix, advice=finding.advice)
        return replace(said, severity=finding.severity or self.kind.severity)


def _rule(code: str, severity: Severity, about: tuple[Aspect, ...], *,
          milder: bool = False) -> Callable[[Find], Rule]:
    def make(find: Find) -> Rule:
        kind = Kind(code, find.__name__.replace("_", "-"), severity,
                    lambda message: message, find.__doc__ or "", milder)
        return Rule(kind, about, find)

    return make


def error(code: str, *, about: tuple[Aspect, ...] = (),
          milder: bool = False) -> Callable[[Find], Rule]:
    """A rule whose findings are certainly wrong. milder: some say that they are less grave."""
    return _rule(code, "error", about, milder=milder)


def warning(code: str, *, about: tuple[Aspect, ...] = ()) -> Callable[[Find], Rule]:
    """A rule whose findings are probably wrong, unless they say that they are graver."""
    return _rule(code, "warning", about)


def info(code: str, *, about: tuple[Aspect, ...] = ()) -> Callable[[Find], Rule]:
    """A rule whose findings are worth a thought and may well be meant."""
    return _rule(code, "info", about)


def each_output(judge: Judge) -> Find:
    """A rule over one output, asked for every output."""
    def find(subject: Subject) -> Iterator[Finding]:
        for one in subject.pairings:
            for finding in judge(one):
                yield replace(finding, output=one.name)

    find.__name__, find.__doc__ = judge.__name__, judge.__doc__
    return find


def instead(one: Pairing, where: Where, value: str | int | bool) -> Fix | None:
    """Write `value` where another stands as it is; None for an expression, which others may
    share, and where nothing is written."""
    old = one.written(where)
    if old is None or isinstance(old, (dict, list)):
        return None
    from json import dumps  # only a fix needs it

    text = dumps(value)
    return Fix(f"use {value if isinstance(value, str) else text}", (Edit(where, text),))
