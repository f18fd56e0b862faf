"""What a run can say: RU codes."""

from __future__ import annotations

from specc.diagnostics import error, number_of


@error("RU101")
def failed_expectation(key: str, found: float, wanted: str) -> str:
    """A number that the spec expects came out otherwise.

    Example:

        [expect]
        "test.price.mae" = { max = 0.0 }

    Use instead: a bound that the model reaches, or a model that reaches the bound.
    """
    return f"{key} is {found:.6g}, {wanted}"


@error("RU102")
def loss_not_finite(epoch: int, value: float, began: str = "") -> str:
    """The loss became NaN or infinite; the run was stopped at the end of that epoch.

    Why: every later number would be NaN too. The epoch is gone through again, step by step, to
    name the first layer, in forward order, that gave a number that is none.

    Example:

        [compile]
        optimizer = { type = "SGD", learning_rate = 1e6 }

    Use instead: a smaller learning rate, scaled inputs and targets, or clipping.
    """
    return f"the loss is {value} after epoch {epoch}" + (f"; {began}" if began else "")


@error("RU103")
def reload_differs(output: str, rows: int) -> str:
    """The saved model, loaded again, predicts something else than the model in memory.

    Why: what is on disk is then not what was measured.

    Example:

        specc run a.specc.toml

    Use instead: report it; a layer does not save all of its state.
    """
    return (f"after saving and reloading, {number_of(rows, 'prediction')} of `{output}` "
            f"{'differs' if rows == 1 else 'differ'}")


@error("RU104")
def not_a_run(path: str, lacks: str) -> str:
    """A folder is not a finished run: it lacks a file that every run has.

    Example:

        specc predict runs data.csv

    Use instead: the folder that `specc run` printed: runs/NAME/TIME-HASH.
    """
    return f"`{path}` is no finished run: it has no {lacks}"


@error("RU105")
def unreadable_run(path: str, reason: str) -> str:
    """A file of a run cannot be read, or does not belong to the model beside it.

    Example:

        specc predict runs/a/20260101-000000-0123abcd data.csv

    Use instead: run the spec again.
    """
    return f"`{path}` cannot be used: {reason}"


@error("RU106")
def cannot_write(path: str, reason: str) -> str:
    """A file or folder cannot be written.

    Example:

        specc run a.specc.toml --out /

    Use instead: a folder that can be written.
    """
    return f"cannot write `{path}`: {reason}"


@error("RU107")
def nothing_to_run() -> str:
    """A spec without [data] can be checked and compiled; there are no rows to train on.

    Example:

        specc = 1
        [inputs.image]
        shape = [28, 28, 1]

    Use instead: add [data] with a source.
    """
    return "a run needs rows: add [data] with a source"


UNUSABLE = frozenset({"RU104", "RU105", "RU106"})  # could not work: exit code 2
