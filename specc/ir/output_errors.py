"""What can be said of outputs and training: IR3xx, names of numbers, bounds and budgets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from specc.diagnostics import error, nearest, warning


@error("IR301")
def loss_weights_mismatch(name: str, known: Iterable[str]) -> str:
    """[outputs.NAME] gives loss, metrics or weight to an output that the model does not have.

    Example:

        [model]
        layers = [
          { type = "Dense", units = 1, name = "price" },
          { type = "Dense", units = 1, name = "other" },
        ]
        [outputs.prize]
        task = "regression"

    Use instead: the name of a layer or result, or `from = "price"`.
    """
    return f"the model has no output `{name}`" + nearest(name, known)


@error("IR302")
def unknown_output(name: str, known: Iterable[str]) -> str:
    """An expectation or objective names an output that [outputs] does not have.

    Example:

        [expect]
        "test.prize.mae" = { max = 1.0 }

    Use instead: `"test.price.mae"`.
    """
    return f"there is no output `{name}`" + nearest(name, known)


@error("IR303")
def unknown_metric_key(key: str, known: Iterable[str], meant: str | None = None) -> str:
    """An expectation, objective or monitor names a metric that is not computed.

    Example:

        [expect]
        "test.price.rmse" = { max = 1.0 }

    Use instead: add it to `metrics` of [outputs.price].
    """
    names = list(known)
    near = f"; did you mean `{meant}`?" if meant else nearest(key, names)
    return (f"no metric is called `{key}`" + near
            + f" (there are {', '.join(f'`{n}`' for n in names[:12])})")


@error("IR304")
def monitor_not_logged(monitor: str, known: Iterable[str], meant: str | None = None, *,
                       validated: bool = True) -> str:
    """A callback watches a number that no epoch reports, so it would never act.

    Why: Keras only warns, once an epoch, and trains on. Numbers of validation are reported where
    rows are held back for it.

    Example:

        [fit]
        callbacks = [{ type = "EarlyStopping", monitor = "val_acc" }]

    Use instead: `monitor = "val_loss"`, with a validation split.
    """
    if not validated:
        return f"no epoch reports `{monitor}`: there are no validation rows"
    names = list(known)
    near = f"; did you mean `{meant}`?" if meant else nearest(monitor, names)
    return (f"no epoch reports `{monitor}`" + near
            + f" (reported: {', '.join(f'`{n}`' for n in names[:8])})")


@error("IR305")
def unknown_input(name: str, known: Iterable[str]) -> str:
    """A target or a tower names an input that [inputs] does not have.

    Example:

        target = { input = "pixels" }

    Use instead: the name of a table in [inputs].
    """
    return f"there is no input `{name}`" + nearest(name, known)


@error("IR306")
def wrong_bound(reason: str) -> str:
    """A bound is a number (at most), or a table with `min`, `max` or both.

    Example:

        [expect]
        "test.price.mae" = { at_most = 3 }

    Use instead: `{ max = 3 }`.
    """
    return reason


@error("IR307")
def over_budget(name: str, found: int, wanted: str) -> str:
    """The model is larger, or costs more, than its [budget] allows.

    Example:

        [budget]
        params = 10

    Use instead: a smaller model, or a larger budget.
    """
    return f"{name} is {found:,}, {wanted}"


@warning("IR308")
def budget_unknown(name: str) -> str:
    """A [budget] cannot be computed before the data or a saved part are read, so it was not held.

    Example:

        [budget]
        params = 10_000          # with a one-hot column whose values only the data know

    Use instead: say `values`, `shape` or `output_shape`, or drop the bound.
    """
    return f"{name} is not known here, so its budget was not checked"


@error("IR310")
def unread_key(keys: Sequence[str], task: str, tasks: Sequence[str]) -> str:
    """An output says something that its task does not look at.

    Why: a `threshold` of a regression, or the `scale` of classes, would look as if it did
    something.

    Example:

        [outputs.price]
        task = "regression"
        threshold = 0.3

    Use instead: leave it out, or choose the task that is meant.
    """
    said = " nor at ".join(f"`{one}`" for one in keys)
    fits = "; it is for " if len(keys) == 1 else "; they are for "
    return f"task `{task}` does not look at {said}" + (
        fits + ", ".join(f"`{one}`" for one in tasks) if tasks else "")


@error("IR311")
def no_such_part(key: str, part: str) -> str:
    """[expect] speaks of rows that there are none of.

    Why: a number that no run reports can be held to nothing.

    Example:

        [data]
        source = "iris"
        split = { validation = 0.2 }
        [expect]
        "test.loss" = 1.0

    Use instead: `split = { validation = 0.2, test = 0.2 }`, or a bound on `validation.loss`.
    """
    return f"`{key}` needs {part} rows, and [data] keeps none"
