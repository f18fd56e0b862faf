"""DA2..: what the rows say of targets, their classes and their weights."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from specc.data.errors import rows_named
from specc.diagnostics import error, nearest
from specc.facts.errors import listed


@error("DA206")
def unknown_class(column: str, value: object, rows: Sequence[int], classes: Iterable[object],
                  learned: bool) -> str:
    """A target holds a value that is none of the classes.

    Why: classes are as written, else the values of the training rows; a value outside them has no
    number.

    Example:

        [data]
        source = "iris"
        [outputs.species]
        target = "species"
        classes = ["setosa", "versicolour", "virginica"]

    Use instead: all classes, spelled as in the data.
    """
    names = [str(one) for one in classes]
    held = f"target `{column}` holds `{value}` ({rows_named(rows)}), which is "
    if learned:
        return held + f"no class of the training rows ({listed(names)}); write `classes`"
    return held + "no class" + (nearest(str(value), names) or f"; the classes are {listed(names)}")


@error("DA207")
def missing_class(output: str, classes: Sequence[object]) -> str:
    """A class has no training row.

    Why: what is never seen is never learned; the output unit of that class is only pushed down.

    Example:

        [data]
        source = "iris"
        [outputs.species]
        target = "species"
        classes = ["setosa", "versicolor", "virginica", "missouriensis"]

    Use instead: the classes that occur; `split.stratify` if a rare class fell out of the training
    rows by chance.
    """
    return f"no training row of output `{output}` is of class {listed(map(str, classes))}"


@error("DA208")
def not_classes(output: str, what: str) -> str:
    """A target's values do not make the classes that the output asks for.

    Why: `binary` has two classes, `classes = 3` three, and classes are text, booleans or whole
    numbers.

    Example:

        [data]
        source = "iris"
        [outputs.y]
        task = "binary"
        target = "species"

    Use instead: `task = "multiclass"`; `task = "regression"` for real targets.
    """
    return f"output `{output}`: {what}"


@error("DA214")
def bad_weight(column: str, what: str) -> str:
    """A sample weight that is no weight.

    Why: a negative weight pushes away from the answer.

    Example:

        [outputs.y]
        sample_weight = "balance"      # it holds -1

    Use instead: weights of 0 and more, some of them above 0.
    """
    return f"sample weight `{column}` {what}"


@error("DA215")
def bad_class_weight(output: str, what: str) -> str:
    """Class weights that do not fit the classes.

    Why: each weight belongs to a class, by its name.

    Example:

        [data]
        source = "iris"
        [outputs.species]
        target = "species"
        class_weight = { setossa = 2.0 }

    Use instead: the classes as they are named; `class_weight = "balanced"`.
    """
    return f"class_weight of output `{output}`: {what}"


@error("DA225")
def target_shape(output: str, shape: str, have: int) -> str:
    """The target columns of an output do not fill its shape.

    Why: a shape is filled in C order by the columns of the target.

    Example:

        [outputs.letters]
        target = ["a", "b", "c"]
        shape = [4]

    Use instead: a shape that holds as many numbers as there are target columns.
    """
    return f"the target of output `{output}` has {have} numbers, its shape {shape} does not"
