"""Whether a target's values are the classes that an output asks for, as far as tables know them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from specc.diagnostics import Diagnostic
from specc.facts.columns import targets
from specc.facts.header import known_set
from specc.later import later
from specc.source import Where
from specc.spec import Generator, Output, Scalar, Spec

if TYPE_CHECKING:
    from specc.facts import class_errors
else:
    class_errors = later("specc.facts.class_errors")

JUDGED_BY_CLASS = ("binary", "multiclass")


def values_of(spec: Spec, output: Output) -> tuple[Scalar, ...] | None:
    """The sorted values of an output's target, where the table of built-in sets and generators
    knows them."""
    known, columns = known_set(spec), targets(output)
    if len(columns) != 1 or output.task not in JUDGED_BY_CLASS or spec.data is None:
        return None
    if known is not None:
        return known.values(columns[0])
    if isinstance(spec.data.source, Generator) and columns == ("y",):
        from specc.facts.generators import classes_of, recipe

        found = recipe(spec.data.source.type)
        return classes_of(spec.data.source, found) if found else None
    return None


def check_classes(spec: Spec) -> Iterator[Diagnostic]:
    """Outputs that ask for other classes than their target has, without a look at rows."""
    for name, output in spec.outputs.items():
        if output.classes is None and output.task != "binary":
            continue
        values = None if spec.doubtful("outputs", name) else values_of(spec, output)
        if values is not None:
            yield from _unlike(spec, output, values)


def _unlike(spec: Spec, output: Output, values: tuple[Scalar, ...]) -> Iterator[Diagnostic]:
    """What is wrong between the classes that are asked for and the values of the target."""
    where, wanted = asked_at(spec, output), asked_for(output)
    if isinstance(output.classes, tuple):
        yield from _misnamed(where, output, output.classes, values)
    elif (what := not_classes(output, values)) is not None:
        yield class_errors.not_classes(where, output=output.name, what=what)
    elif wanted is not None and wanted > len(values):  # counted from 0, and not as far
        yield class_errors.missing_class(where, output=output.name,
                                         classes=range(len(values), wanted))


def _misnamed(where: Where, output: Output, classes: tuple[Scalar, ...],
              values: tuple[Scalar, ...]) -> Iterator[Diagnostic]:
    """Values that are none of the classes as they are written; else classes without a value."""
    text = all(isinstance(one, str) for one in classes)
    held = [str(one) if text else one for one in values]
    strange = next((one for one in held if one not in classes), None)
    missing = [one for one in classes if one not in held]
    if strange is not None:
        yield class_errors.unknown_class(where, column=targets(output)[0], value=strange, rows=(),
                                         classes=classes, learned=False)
    elif missing:
        yield class_errors.missing_class(where, output=output.name, classes=missing)


def asked_at(spec: Spec, output: Output) -> Where:
    """Where an output says how many classes it has."""
    key = "classes" if output.classes is not None else "task"
    return spec.where("outputs", output.name, key)


def asked_for(output: Output) -> int | None:
    """How many classes an output asks for, if it says a number."""
    wanted = 2 if output.task == "binary" else output.classes
    return wanted if isinstance(wanted, int) else None


def not_classes(output: Output, seen: Sequence[Scalar]) -> str | None:
    """Why the values of the training rows cannot be the classes that are asked for."""
    wanted = asked_for(output)
    if output.task == "multilabel" or wanted is None or counts(seen, wanted) or (
            len(seen) == wanted):
        return None
    held = ", ".join(f"`{value}`" for value in seen[:4]) + (", ..." if len(seen) > 4 else "")
    return f"asks for {wanted} classes, the training rows hold {len(seen)} ({held})"


def counts(seen: Sequence[Scalar], wanted: int) -> bool:
    """Whether the values are already the numbers 0 .. wanted - 1."""
    return all(isinstance(value, int) and 0 <= value < wanted for value in seen)


__all__ = ["JUDGED_BY_CLASS", "asked_at", "asked_for", "check_classes", "counts", "not_classes",
           "values_of"]
