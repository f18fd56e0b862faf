"""Why an expression has no value, and what can be told of one before its grammar is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from specc.diagnostics import Kind
from specc.record import Record, field
from specc.source import Tree

if TYPE_CHECKING:
    import ast

Formula: TypeAlias = "ast.expr | str"  # a name alone stays a text

LENGTH = 200  # characters of an expression, its `=` included
CONSTANTS: dict[str, Tree] = {"none": None, "true": True, "false": False}


class Refusal(Record):
    """Why an expression has no value: a kind of diagnostic and its facts."""

    kind: Kind | None  # None: it was said, and why is not asked again
    facts: Mapping[str, Any] = field(default_factory=dict)
    said: bool = False  # reported already, where the name it depends on is defined

    @property
    def reason(self) -> str:
        return self.kind.say(**self.facts) if self.kind else ""


def name_alone(text: str) -> str | None:
    """The name in `=name`, which is most of what is written; None for any other expression."""
    body = text[1:].strip()
    alone = len(text) <= LENGTH and body not in CONSTANTS and all(
        part.isidentifier() for part in body.split("."))
    return body if alone else None
