"""The search space of `[tune.space]`: lists of choices and intervals, checked for their form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from specc.diagnostics import Diagnostic, Outcome
from specc.later import later
from specc.source import Tree, Where
from specc.spec import Choices, Interval
from specc.syntax.expression import SAID, Refusal, diagnose, evaluate
from specc.syntax.values import kind_of

if TYPE_CHECKING:
    from specc.syntax import form_errors
else:
    form_errors = later("specc.syntax.form_errors")

KINDS = ("int", "float", "log")


def freeze_space(space: Mapping[str, Tree], params: Mapping[str, Tree],
                 place: Callable[..., Where]) -> Outcome[dict[str, Choices | Interval]]:
    """The space, by parameter; what is wrong with an entry is said, and the entry left out."""
    out: dict[str, Choices | Interval] = {}
    found: list[Diagnostic] = []
    for key, value in space.items():
        if key not in params:
            found.append(form_errors.unknown_space_key(place(key).key(), key=key, known=params))
            continue
        entry = entry_of(value)
        if isinstance(entry, str):
            found.append(form_errors.wrong_value(place(key), reason=entry))
        else:
            out[key] = entry
            found += _when(entry, params, place(key, "when"))
            found += _inner(value, lambda *steps, key=key: place(key, *steps))
    return Outcome(out, tuple(found))


def entry_of(value: Tree) -> Choices | Interval | str:
    """One entry of a space, or the sentence of what is wrong with it."""
    if isinstance(value, list):
        return Choices(tuple(value)) if value else "a list of choices needs at least one"
    if not isinstance(value, dict):
        return ("a space is a list of choices or an interval such as { int = [1, 100] }, "
                f"found {kind_of(value)}")
    kinds = [kind for kind in KINDS if isinstance(value.get(kind), list)]
    if len(kinds) != 1:
        return "an interval has one of `int`, `float` and `log`, each with two numbers"
    kind = kinds[0]
    unknown = set(value) - {kind, "step", "log", "when"}
    if unknown:
        return f"unknown key `{min(unknown)}` in an interval; `step`, `log` and `when` are known"
    return _interval(kind, value)


def _interval(kind: str, value: Mapping[str, Any]) -> Interval | str:
    ends, step, when = value[kind], value.get("step"), value.get("when")
    log = kind == "log" or value.get("log") is True
    if len(ends) != 2 or not all(_number(end) for end in ends) or not ends[0] < ends[1]:
        return f"`{kind}` needs two numbers, the smaller first"
    if kind == "int" and not all(isinstance(end, int) for end in ends):
        return "the ends of an `int` interval are whole numbers"
    if log and ends[0] <= 0:
        return f"a logarithmic interval starts above 0, found {ends[0]}"
    if step is not None and (not _number(step) or step <= 0 or log):
        return "`step` is a positive number, and not for a logarithmic interval"
    if kind == "int" and step is not None and not isinstance(step, int):
        return "the step of an `int` interval is a whole number"
    if when is not None and not (isinstance(when, str) and when.startswith("=")):
        return '`when` is an expression: when = "=depth > 1"'
    return Interval("int" if kind == "int" else "float", ends[0], ends[1], log, step, when)


def is_interval(value: Tree) -> bool:
    """Whether a table inside a choice is a space of its own: `{ log = [1e-4, 1e-2] }`."""
    return isinstance(value, dict) and "type" not in value and any(
        isinstance(value.get(kind), list) for kind in KINDS)


def _when(entry: Choices | Interval, params: Mapping[str, Tree], where: Where) -> list[Diagnostic]:
    """What is wrong with a condition, whatever the values of the trial will be."""
    if entry.when is None:
        return []
    found = evaluate(entry.when, dict.fromkeys(params, SAID))
    return [diagnose(found, where)] if isinstance(found, Refusal) and not found.said else []


def _inner(value: Tree, place: Callable[..., Where]) -> list[Diagnostic]:
    """Mistakes in the spaces that choices hold."""
    if is_interval(value):
        entry = entry_of(value)
        return [form_errors.wrong_value(place(), reason=entry)] if isinstance(entry, str) else []
    items = (value.items() if isinstance(value, dict)
             else enumerate(value) if isinstance(value, list) else ())
    return [one for key, inner in items
            for one in _inner(inner, lambda *steps, key=key: place(key, *steps))]


def _number(value: Tree) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
