"""How long and on what a model is trained: TR120 to TR130.

A spec without [fit] and [compile] says nothing of its training yet, and nothing is missed in it.
Numbers of rows are known of built-in sets, generators and arrays; where they are not, no rule
guesses them.
"""

from __future__ import annotations

from collections.abc import Iterator

from specc.diagnostics import Related, number_of
from specc.facts.profile import in_sequence
from specc.ir.graph import Node
from specc.rules import validating
from specc.rules.extent import (
    FEW_UPDATES,
    TINY,
    USUAL_BATCH,
    callbacks,
    optimizer,
    says,
    schedule_of,
    train_rows,
    updates,
)
from specc.rules.flow import RECURRENT
from specc.rules.pairing import Subject
from specc.rules.rule import Finding, Rule, info, warning
from specc.source import Where
from specc.tensor import elements

MANY_EPOCHS = 100
MANY_ROWS = 50_000  # one epoch of them may be enough
HUGE_INPUT = 1_000_000  # numbers a row: of these, one may be all that fits


def at_fit(about: Subject, key: str) -> Where:
    """A key of [fit], or the nearest table that is written above it."""
    spec = about.plan.spec
    if says(spec, "fit", key):
        return spec.where("fit", key)
    return spec.where("fit") if says(spec, "fit") else spec.where("compile")


@warning("TR120")
def batch_size_too_large(about: Subject) -> Iterator[Finding]:
    """A batch holds all rows, or so many that an epoch is a handful of steps.

    Why: the optimizer steps once a batch. With more rows in a batch than there are, an epoch is
    one step; plain SGD needs many small ones, so a tenth of the rows is too much for it.

    Example:

        [data]
        source = "wine"
        split = { validation = 0.2, test = 0.2 }
        [inputs.x]
        scale = "standard"
        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 3, activation = "softmax" }]
        [outputs.cultivar]
        task = "multiclass"
        target = "target"
        metrics = ["accuracy"]
        [fit]
        epochs = 50
        batch_size = 256    # warning: [TR120]

    Use instead: 32 to 256 rows. A batch of exactly all rows is taken as meant.

    Source: DeepLocalize 44164749; own judgement.
    """
    rows, batch = train_rows(about), about.plan.spec.fit.batch_size
    if not rows or batch in (rows, about.facts.rows) or batch <= USUAL_BATCH:
        return
    one = optimizer(about)
    if batch > rows:
        yield Finding(at_fit(about, "batch_size"), f"a batch of {batch:,} is more than the "
                      f"{number_of(rows, 'row')} that {'is' if rows == 1 else 'are'} trained on: "
                      "one step an epoch", advice="use 32")
    elif one.name == "SGD" and not one.get("momentum") and batch > rows / 10:
        taken = number_of(-(-rows // batch), "step")
        yield Finding(at_fit(about, "batch_size"), f"plain SGD takes {taken} an epoch with "
                      f"{batch:,} of {rows:,} rows in a batch", advice="use 32")


@warning("TR121")
def too_few_updates(about: Subject) -> Iterator[Finding]:
    """The whole training is fewer than 100 steps of the optimizer.

    Why: weights start at random, and each step moves them by about the learning rate. Twenty
    steps, as in a program that asked why its network learns nothing, move them hardly at all.

    Example:

        [data]
        source = "wine"
        split = { validation = 0.2, test = 0.2 }
        [inputs.x]
        scale = "standard"
        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 3, activation = "softmax" }]
        [outputs.cultivar]
        task = "multiclass"
        target = "target"
        metrics = ["accuracy"]
        [fit]
        epochs = 5    # warning: [TR121]

    Use instead: more epochs, or smaller batches.

    Source: StackOverflow 34311586 (20 updates); DeepLocalize 50306988 (35).
    """
    total, fit = updates(about), about.plan.spec.fit
    if total is None or not 0 < total < FEW_UPDATES or not says(about.plan.spec, "fit", "epochs"):
        return  # epochs-one speaks where no number is written
    small = updates(about, USUAL_BATCH)
    if small is not None and small >= FEW_UPDATES and any(batch_size_too_large.find(about)):
        return  # the batch explains it, and is said
    epochs = f"{fit.epochs} epoch{'s' if fit.epochs > 1 else ''}"
    yield Finding(at_fit(about, "epochs"), f"{epochs} in batches of {fit.batch_size} are {total} "
                  f"updates of the weights, of {train_rows(about):,} rows",
                  advice="train for more epochs, or in smaller batches")


@info("TR122")
def epochs_one(about: Subject) -> Iterator[Finding]:
    """No number of epochs is written, and Keras's default is one.

    Why: every row is seen once. That is enough for very large sets only; a warning where it
    certainly gives fewer than 100 updates.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1 }]
        [outputs.y]
        task = "regression"
        [fit]    # info: [TR122]
        batch_size = 16

    Use instead: `epochs = 20`, and `EarlyStopping`.

    Source: StackOverflow 45120429.
    """
    spec, rows, total = about.plan.spec, train_rows(about), updates(about)
    begun = says(spec, "fit") or (says(spec, "compile") and spec.data is not None)
    if not begun or says(spec, "fit", "epochs") or spec.doubtful("fit"):
        return
    if (rows or 0) < MANY_ROWS:
        few = total is not None and total < FEW_UPDATES
        yield Finding(at_fit(about, "epochs"), "`epochs` is not written, so it is 1"
                      + (f": {total} updates of the weights" if few else ""),
                      advice="write epochs", severity="warning" if few else None)


@info("TR123")
def epochs_without_early_stopping(about: Subject) -> Iterator[Finding]:
    """A hundred epochs or more, with nothing that would end them.

    Why: at some epoch the model begins to learn its rows by heart; validation shows it, and
    nothing acts on it.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1 }]
        [outputs.y]
        task = "regression"
        [fit]
        epochs = 500    # info: [TR123]

    Use instead: `EarlyStopping` with `patience = 10` and `restore_best_weights = true`, or
    a schedule. A table of fewer than 100 rows may need them all.

    Source: SageMaker Debugger, Overtraining.
    """
    fit, rows = about.plan.spec.fit, train_rows(about)
    if fit.epochs < MANY_EPOCHS or (rows is not None and rows < TINY) or schedule_of(about):
        return
    if len(about.plan.callbacks) == len(fit.callbacks) and not any(
            one.name in ("EarlyStopping", "ReduceLROnPlateau") or ":" in one.name
            for _, one in callbacks(about)):
        yield Finding(at_fit(about, "epochs"), f"nothing ends these {fit.epochs:,} epochs early",
                      advice="add EarlyStopping, or a schedule")


@warning("TR124")
def batch_size_one(about: Subject) -> Iterator[Finding]:
    """One row a batch.

    Why: every step follows a single row, so that steps point everywhere, and an epoch takes as
    many of them as there are rows. `BatchNormalization` over a batch of one vector gives `beta`
    whatever comes in, and the model learns nothing: an error. An info where the number of rows is
    not known.

    Example:

        [data]
        source = "breast_cancer"
        split = { validation = 0.2, test = 0.2 }
        [inputs.x]
        scale = "standard"
        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1, activation = "sigmoid" }]
        [outputs.diagnosis]
        task = "binary"
        target = "target"
        metrics = ["accuracy"]
        [fit]
        epochs = 5
        batch_size = 1    # warning: [TR124]

    Use instead: 16 to 64.

    Source: DeepLocalize 31880720, 39525358; measured with Keras 3.15.
    """
    rows, where = train_rows(about), at_fit(about, "batch_size")
    if about.plan.spec.fit.batch_size != 1:
        return
    for node in about.plan.graph.nodes:
        if vanishing(about, node):
            yield Finding(where, f"`{node.layer_name}` normalizes over the batch, and with one row "
                          "in it gives the same for every row", advice="use 32", severity="error",
                          related=(Related(node.where, "the layer stands here"),))
            return
    huge = any((elements(one.tensor.shape) or 0) >= HUGE_INPUT
               for one in about.plan.graph.inputs if one.tensor.shape)
    if not huge and (rows is None or rows > TINY):
        yield Finding(where, "every step follows a single row" if rows is None else
                      f"every step follows one of {rows:,} rows", advice="use 16 to 64",
                      severity="info" if rows is None else None)


def vanishing(about: Subject, node: Node) -> bool:
    """Whether a node normalizes vectors over the batch, while the model is trained."""
    shape = about.flow.entering(node)
    return node.layer.name == "BatchNormalization" and node.trainable and (
        node.constants.get("training") is not False) and shape is not None and len(shape) == 2


@warning("TR127")
def shuffle_off(about: Subject) -> Iterator[Finding]:
    """Rows are trained on in the order of the file, every epoch.

    Why: rows of one class or one day often stand together, so each batch pulls the weights
    towards what the last rows have in common.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1 }]
        [outputs.y]
        task = "regression"
        [fit]
        epochs = 20
        shuffle = false    # warning: [TR127]

    Use instead: leave `shuffle` out. Time series (`order`, `window`, recurrent layers) may want
    their order.

    Source: StackOverflow 55776436.
    """
    spec = about.plan.spec
    timed = spec.data is not None and (spec.data.order is not None or spec.data.window is not None)
    if about.facts.profile is not None and in_sequence(about.facts.profile):
        return  # unshuffled-classes says more
    if not spec.fit.shuffle and not timed and not about.has(RECURRENT):
        yield Finding(spec.where("fit", "shuffle"), "rows are trained on in the order of the file",
                      advice="leave `shuffle` out")


RULES: tuple[Rule, ...] = (
    batch_size_too_large, too_few_updates, epochs_one, epochs_without_early_stopping,
    batch_size_one, shuffle_off, *validating.RULES,
)

__all__ = ["RULES"]
