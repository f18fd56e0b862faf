"""What can be wrong with a component's arguments: their names, their values, two together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from specc.diagnostics import error, nearest, with_article
from specc.ops.component_errors import REASONS, near, some


@error("OP102")
def unknown_argument(owner: str, key: str, known: Iterable[str], meant: str | None = None) -> str:
    """A component is given an argument that it does not take.

    Why: Keras accepts some of these through `**kwargs` and ignores them; specc never does.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", unts = 8 }]

    Use instead: `units = 8`. `specc ops Dense` lists the arguments.
    """
    known = list(known)
    return f"`{owner}` has no argument `{key}`" + (
        near(key, known, meant) or (
            f"; it takes {some(known)}" if known else "; it takes none"))


@error("OP103")
def missing_argument(owner: str, lacking: Mapping[str, str]) -> str:
    """A component lacks arguments that have no default.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense" }]

    Use instead: `{ type = "Dense", units = 8 }`.
    """
    said = [f"`{key}`: {wanted}" for key, wanted in lacking.items()]
    return f"`{owner}` needs {'; and '.join(said)}"


@error("OP104")
def argument_type(key: str, wanted: str, found: str, hint: str = "") -> str:
    """An argument has a value of the wrong type.

    Why: types are exact. `true` is not 1, `"30"` is not 30, 15.0 is not an integer (an integer is
    a good number). Keras takes many of these and fails later, or computes something else.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = "30" }]

    Use instead: `units = 30`. For whole division in an expression write `//`.
    """
    return f"`{key}` is {wanted}, found {found}{hint}"


@error("OP105")
def argument_range(key: str, wanted: str, found: str) -> str:
    """A number lies outside what an argument can be.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dropout", rate = 1.5 }]

    Use instead: a rate from 0 to 1.
    """
    return f"`{key}` is {wanted}, found {found}"


@error("OP106")
def argument_word(key: str, word: str, known: Iterable[str], of: str = "",
                  meant: str | None = None) -> str:
    """An argument is one of a few words, and this is none of them.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Conv2D", filters = 8, kernel_size = 3, padding = "sames" }]

    Use instead: `padding = "same"`.
    """
    known = list(known)
    what = f"`{key}` has no {of or 'choice'} `{word}`"
    if of == "activation":
        return what + (near(word, known, meant) or "; `specc ops activation` lists them")
    return what + (nearest(word, known)
                   or f"; it is one of {', '.join(f'`{one}`' for one in known)}")


@error("OP107")
def argument_length(key: str, wanted: str, found: int) -> str:
    """A list has too few or too many values.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Conv2D", filters = 8, kernel_size = [3, 3, 3] }]

    Use instead: `kernel_size = [3, 3]`, or `3`, which means the same.
    """
    return f"`{key}` is {wanted}, found a list of {found}"


@error("OP110")
def stateful_batch() -> str:
    """A recurrent layer keeps its state from one batch to the next.

    Why: rows are shuffled every epoch, so the batch before has nothing to do with this one.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "LSTM", units = 8, stateful = true }]

    Use instead: `[data] window = { ... }` with a longer `length`.
    """
    return "rows are shuffled, so state between batches means nothing; leave `stateful` out"


@error("OP112")
def legacy_argument(owner: str, key: str, instead: str) -> str:
    """An argument of an older Keras, or one that Keras 3 takes and ignores.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 8, input_shape = [4] }]

    Use instead: `[inputs.NAME]` says what comes in: `shape`, or `columns`.
    """
    return f"`{owner}` takes no `{key}`; {instead}"


@error("OP113")
def legacy_decay_argument(owner: str, key: str, instead: str) -> str:
    """An optimizer is given `lr` or `decay`, as Keras 1 and 2 had them.

    Why: Keras 3 refuses `lr`, and ignores `decay` with a warning: the schedule that the author
    wanted never happens.

    Example:

        [compile]
        optimizer = { type = "Adam", lr = 0.001 }

    Use instead: `learning_rate = 0.001`, or a schedule:
    `learning_rate = { type = "InverseTimeDecay", initial_learning_rate = 0.001,
    decay_steps = 1, decay_rate = 1e-6 }`.
    """
    return f"`{owner}` takes no `{key}`; {instead}"


@error("OP114")
def constraint_as_regularizer(key: str, name: str, found: str, wanted: str, near: str) -> str:
    """A constraint stands where a regularizer belongs, or the other way round.

    Why: a regularizer adds to the loss, a constraint changes weights after each step. Keras takes
    the one for the other without a word and then fails in the first step, or adds the weights
    themselves to the loss.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 8, kernel_regularizer = "max_norm" }]

    Use instead: `kernel_constraint = "max_norm"`.
    """
    return (f"`{name}` is {with_article(found)}, and `{key}` takes {with_article(wanted)}; did "
            f"you mean `{near}`?")


@error("OP115")
def refused_value(key: str, why: str) -> str:
    """An argument that Keras has, with a value that a spec cannot hold.

    Why: arrays, functions and objects of Python are no data of TOML or JSON.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Embedding", input_dim = 10, output_dim = 4, weights = [[1.0]] }]

    Use instead: `[model] weights = "runs/x/model.keras"`.
    """
    return f"`{key}` {REASONS[why]}"


@error("OP116")
def nested_key(key: str) -> str:
    """A layer inside another layer bears a key of the spec language.

    Why: specc names nested layers after the outer one (`<outer>_layer`), and freezes them with it.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "TimeDistributed", layer = { type = "Dense", units = 8, name = "d" } }]

    Use instead: `name` on the outer entry.
    """
    what = "specc names nested layers" if key == "name" else "a nested layer goes with its outer"
    return f"`{key}` belongs to the outer layer; {what}"


@error("OP119")
def path_outside_run(key: str, path: str, own: bool = False) -> str:
    """A callback writes to a place outside the run's folder, or over a file of the run itself.

    Why: whatever a run writes stays in its own folder, `runs/<name>/<time>-<hash>/`, where specc
    has its history, its model and its log; one of the two would be lost.

    Example:

        [fit]
        callbacks = [{ type = "CSVLogger", filename = "../log.csv" }]

    Use instead: `filename = "log.csv"`.
    """
    if own:
        return f"`{path}` is what a run calls its own file; take another name for `{key}`"
    return f"`{key}` is a path inside the run's folder, found `{path}`"


@error("OP122")
def arguments_that_clash(key: str, reason: str) -> str:
    """Two arguments, each good by itself, do not go together.

    Why: Keras refuses them when it constructs the component, long after the data were read.

    Example:

        [outputs.y]
        task = "multilabel"
        metrics = [{ type = "AUC", num_labels = 3 }]

    Use instead: `multi_label = true` beside it.
    """
    return f"`{key}` {reason}"


@error("OP126")
def clip_conflict(key: str, reason: str) -> str:
    """Gradients are clipped in two ways at once.

    Why: Keras refuses to construct the optimizer.

    Example:

        [compile]
        optimizer = { type = "Adam", clipnorm = 1.0, clipvalue = 0.5 }

    Use instead: one of them, `clipnorm = 1.0`.

    Source: the constructor of Keras 3.15's optimizers.
    """
    return f"`{key}` {reason}"


@error("OP127")
def checkpoint_path(key: str, reason: str) -> str:
    """A checkpoint's file has an ending that Keras refuses.

    Why: whole models are saved as `.keras`, weights alone as `.weights.h5`; Keras refuses the
    callback otherwise, when training begins. (`.h5` for whole models is an older form that a spec
    may not hold: loading it runs what it says.)

    Example:

        [fit]
        callbacks = [{ type = "ModelCheckpoint", filepath = "best.weights.h5" }]

    Use instead: `filepath = "best.keras"`, or `save_weights_only = true`.

    Source: the constructor of Keras 3.15's ModelCheckpoint.
    """
    return f"`{key}` {reason}"


@error("OP123")
def argument_without_effect(owner: str, key: str, needs: str) -> str:
    """An argument is written that does nothing, since what switches it on is not.

    Why: Keras takes it and never looks at it, so what the author wanted never happens. Where the
    switch is written too, on or off, nothing is said.

    Example:

        [fit]
        callbacks = [{ type = "ModelCheckpoint", filepath = "best.keras", mode = "min" }]

    Use instead: `save_best_only = true` beside it.
    """
    return f"`{key}` of `{owner}` does nothing without {needs}"
