"""DA2..: what the rows say of targets and weights. Of classes: `specc.facts.class_errors`."""

from __future__ import annotations

from specc.diagnostics import error


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
