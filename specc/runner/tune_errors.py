"""What a search can say: TU codes."""

from __future__ import annotations

from collections.abc import Iterable

from specc.diagnostics import error, warning


@error("TU101")
def wrong_trial(values: str, found: str) -> str:
    """With some values of the space, the spec is wrong.

    Why: a search that fails after an hour has lost an hour, so the corners of the space and its
    trials are checked before anything is trained.

    Example:

        [params]
        filters = 8
        [tune.space]
        filters = [0, 8]

    Use instead: a space all of whose values make a good spec.
    """
    return f"with {values}, {found}"


@error("TU102")
def endless_grid(name: str) -> str:
    """A grid over an interval of numbers without a step has no end.

    Example:

        [tune]
        search = "grid"
        [tune.space]
        rate = { log = [1e-4, 1e-2] }

    Use instead: a list of choices, a `step`, or `search = "random"`.
    """
    return (f"a grid needs values that can be counted, and `{name}` is an interval without a step; "
            'list its choices, or use search = "random"')


@error("TU103")
def grid_too_large(limit: int) -> str:
    """A grid has more points than anybody would wait for.

    Example:

        [tune]
        search = "grid"
        [tune.space]
        units = { int = [1, 100_000] }

    Use instead: fewer choices, a `step`, or `search = "random"` with `trials`.
    """
    return f'the grid has more than {limit:,} points; use fewer choices or search = "random"'


@error("TU104")
def unknown_direction(objective: str) -> str:
    """It is not known whether more or less of the objective is better.

    Why: specc knows it for losses and for most of Keras's metrics. Guessing wrong would give
    the worst trial as the best.

    Example:

        [tune]
        objective = "validation.y.mean"

    Use instead: add `mode = "min"` or `mode = "max"`.
    """
    return f'whether more of `{objective}` is better is not known; add mode = "min" or "max"'


@error("TU105")
def objective_not_validation(objective: str) -> str:
    """A search is judged on rows that no trial was trained on and that the test does not use.

    Why: chosen by the test rows, the best trial's test result would be too good; chosen by the
    training rows, the one that overfits most would win.

    Example:

        [tune]
        objective = "test.price.mae"

    Use instead: `validation.price.mae`.
    """
    split, _, rest = objective.partition(".")
    instead = f"validation.{rest}" if split in ("test", "train") else f"validation.{objective}"
    return f"a search is judged on validation rows, found `{objective}`; write `{instead}`"


@error("TU106")
def nothing_to_tune() -> str:
    """The spec has no [tune].

    Example:

        specc tune a.specc.toml

    Use instead: add [tune] and [tune.space], or use `specc run`.
    """
    return "there is nothing to tune: add [tune] with `search`, and [tune.space]"


@error("TU107")
def no_validation_rows() -> str:
    """`folds = 1` searches on the validation split, and the spec has none.

    Example:

        [data]
        split = { test = 0.2 }
        [tune]
        folds = 1

    Use instead: `split = { validation = 0.2, test = 0.2 }`, or more folds.
    """
    return "folds = 1 searches on the validation split, and [data] split has no validation"


@error("TU108")
def rows_differ(values: str) -> str:
    """A parameter of the search changes which rows there are, or how they are split.

    Why: trials are compared on the same folds. With other rows they would not be comparable, and
    test rows of one could be training rows of another.

    Example:

        [data]
        split = { test = "=fraction" }
        [tune.space]
        fraction = [0.1, 0.2]

    Use instead: search over the model, its training and how columns are prepared.
    """
    return f"a search keeps to one source and one split, and {values} changes them"


@error("TU109")
def halving_over_epochs(values: str) -> str:
    """Halving gives out epochs itself, so the space may not set them.

    Why: it trains all trials for a few epochs, and the best third for three times as many.

    Example:

        [fit]
        epochs = "=epochs"
        [tune]
        search = "halving"
        [tune.space]
        epochs = [10, 20]

    Use instead: write `[fit] epochs`, the most that any trial gets.
    """
    return f'search = "halving" gives out the epochs itself, and {values} sets them'


@error("TU110")
def no_finite_score(objective: str, trials: int) -> str:
    """Not one trial ended with a number: every loss became NaN or infinite.

    Example:

        [tune.space]
        rate = [1e6, 1e7]

    Use instead: smaller learning rates, or scaled inputs.
    """
    return f"`{objective}` is NaN or infinite in all {trials} trials"


@error("TU111")
def circular_when(names: Iterable[str]) -> str:
    """Conditions that wait for one another: neither parameter can be drawn first.

    Example:

        [tune.space]
        a = { int = [1, 9], when = "=b > 1" }
        b = { int = [1, 9], when = "=a > 1" }

    Use instead: conditions over parameters that do not depend on them.
    """
    return "conditions go round in a circle: " + " -> ".join(f"`{name}`" for name in names)


@error("TU112")
def objective_not_a_number(objective: str) -> str:
    """The objective is a list of numbers, one for each class, which cannot be ordered.

    Example:

        [outputs.y]
        metrics = ["F1Score"]
        [tune]
        objective = "validation.y.F1Score"

    Use instead: a metric with one value: `{ type = "F1Score", average = "macro" }`.
    """
    return f"`{objective}` has a value for each class; a search needs one number"


@warning("TU201")
def best_does_not_check(file: str, reason: str) -> str:
    """The best spec was written, and does not check where it lies.

    Why: paths in a spec stay inside its project. A folder for runs outside of the project makes
    the paths of the best spec lead out of it.

    Example:

        specc tune a.specc.toml --out /elsewhere

    Use instead: a folder inside the project, or move the file beside the original.
    """
    return f"`{file}` does not check where it lies: {reason}"
