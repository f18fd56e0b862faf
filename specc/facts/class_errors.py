"""DA206 to DA208: targets whose values are not the classes of their output.

Rows tell, or the table of built-in sets before any is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from specc.diagnostics import error, nearest
from specc.facts.errors import listed, rows_named


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
    at = f" ({rows_named(rows)})" if rows else ""
    held = f"target `{column}` holds `{value}`{at}, which is "
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
