"""What the probes and `specc test` can say: RU codes from 201."""

from __future__ import annotations

from collections.abc import Sequence

from specc.diagnostics import error, number_of

MOST = 4  # differences that are named


@error("RU201")
def params_differ(inferred: int, built: int) -> str:
    """The model that Keras builds has another number of parameters than specc computed.

    Why: summaries, budgets and reviews rest on the computed number.

    Example:

        specc test a.specc.toml

    Use instead: report it; specc's table of operators is wrong about a layer.
    """
    return f"the model has {built:,} parameters, and {inferred:,} were computed"


@error("RU202")
def output_not_finite(output: str, rows: int) -> str:
    """A new model predicts NaN or infinity for rows it is to be trained on.

    Why: the first loss would be NaN, and every weight after it.

    Example:

        [inputs.x]
        columns = ["a"]    # numbers of 1e38 and no scale

    Use instead: scale the inputs, and look at the activations of the first layers.
    """
    return f"the untrained `{output}` is not finite for {number_of(rows, 'row')}"


@error("RU203")
def loss_stays(first: float, last: float, fall: float, rows: int, steps: int) -> str:
    """The loss of a few rows, trained on again and again, does not fall.

    Why: a model that cannot learn one batch by heart is cut off somewhere: a frozen layer, a
    dead activation, a target that the output cannot reach, a loss that does not fit.

    Example:

        layers = [{ type = "Dense", units = 1, trainable = false }]

    Use instead: look at the way from the inputs to the loss; where it is meant, say so:
    [test] overfit = "the backbone is frozen".
    """
    return (f"{number_of(steps, 'step')} on the same {number_of(rows, 'row')} take the loss from "
            f"{first:.4g} to {last:.4g}, and it is to fall by {fall:.0%}")


@error("RU204")
def readers_disagree(reader: str, says: str) -> str:
    """One of the readers of specs says otherwise than `specc check`: the JSON Schema that editors
    use, pydantic, or the quick reader that most specs are taken by.

    Why: an editor would mark what is right, or a spec would mean two things.

    Example:

        specc test a.specc.toml

    Use instead: report it, with the spec. Until then: [test] readers = "the schema is wrong here".
    """
    return f"{reader} says otherwise: {says}"


@error("RU205")
def not_the_same_again(form: str, parts: Sequence[str]) -> str:
    """The spec, written anew and read again, is another one: its hashes differ.

    Why: runs and goldens are kept by the hash; it may not depend on how a spec is written.

    Example:

        specc test a.specc.toml

    Use instead: report it, with the spec.
    """
    return f"written as {form} and read again, its {' and '.join(parts)} is another one"


@error("RU206")
def inferred_otherwise(layer: str, what: str, inferred: object, built: object) -> str:
    """What specc computed of a layer, or of the whole model, is not what Keras builds.

    Why: shapes, budgets, summaries and all the checks rest on what was computed.

    Example:

        specc test a.specc.toml

    Use instead: report it; specc's table of operators is wrong about a layer.
    """
    return f"{what} of `{layer}`: {inferred} was computed, and it is {built}"


@error("RU207")
def row_not_alone(output: str, how: str, most: float) -> str:
    """The prediction for a row changes with the rows that are predicted with it.

    Why: what a model was measured by, in batches, is then not what it answers to one question.
    A layer that mixes rows does this: a normalization that stays in training, an axis of 0.

    Example:

        { type = "BatchNormalization", with = { training = true } }

    Use instead: a layer that looks along the features; where it is meant, say so:
    [test] rows = "predictions are for whole batches".
    """
    return f"`{output}` differs {how}, by up to {most:.3g} of what it is"


@error("RU208")
def outside_its_range(output: str, activation: str, found: str, wanted: str) -> str:
    """An output does not lie where its activation says that it does.

    Why: probabilities that are none, and a loss that takes the logarithm of what is negative.

    Example:

        specc test a.specc.toml

    Use instead: report it; or look at what follows the activation.
    """
    return f"`{output}` ends with {activation}, {wanted}, and {found}"


@error("RU209")
def without_gradient(layer: str, weight: str, finite: bool, looks: int) -> str:
    """A trainable weight gets no gradient, so it stays as it began; or one that is no number.

    Why: the layer is cut off from the loss: by a frozen layer of zeros behind it, an activation
    that is dead for all rows, an operation without a derivative.

    Example:

        layers = [
          { type = "Dense", units = 8 },
          { type = "Dense", units = 1, kernel_initializer = "zeros", trainable = false },
        ]

    Use instead: look at the way from the layer to the loss; `trainable = false` where it is not to
    learn; or say why: [test] gradients = "the expert is chosen by the data".
    """
    if not finite:
        return f"the gradient of `{weight}` of `{layer}` is no number"
    return f"`{weight}` of `{layer}` gets no gradient in {number_of(looks, 'look')}, a step apart"


@error("RU210")
def loss_rises(first: float, last: float, rows: int) -> str:
    """After an epoch the loss of rows it was trained on is not smaller than before.

    Why: the learning rate is too high, or the optimizer goes elsewhere than the loss.

    Example:

        [compile]
        optimizer = { type = "SGD", learning_rate = 100.0 }

    Use instead: `specc lr SPEC` finds a learning rate; for a warm-up longer than an epoch, say so:
    [test] descends = "the warm-up is three epochs".
    """
    return (f"an epoch over {number_of(rows, 'row')} takes the loss from {first:.4g} to "
            f"{last:.4g}, and it is to fall")


@error("RU211")
def setting_lost(what: str, before: object, after: object) -> str:
    """The saved model, loaded by Keras alone, is compiled otherwise than the model was.

    Why: whoever goes on training it, or measures it again, does something else. Keras saves some
    losses without their arguments (the `delta` of Huber), and loads a model in half precision
    without the scale of its loss.

    Example:

        [outputs.y]
        loss = { type = "Huber", delta = 2.0 }

    Use instead: `run.model`, `specc evaluate` and `specc predict` compile what they load as the
    spec says; so should you; then say so: [test] settings = "compiled anew when it is loaded".
    """
    return f"after saving and loading, {what} is {after}, and was {before}"


@error("RU212")
def resumed_otherwise(what: Sequence[str]) -> str:
    """A training that was interrupted after an epoch and resumed ends otherwise than one that was
    not.

    Why: `specc run --resume` promises the same bits.

    Example:

        specc test a.specc.toml

    Use instead: report it; a callback or a layer keeps state that no checkpoint holds.
    """
    return f"interrupted after the first epoch and resumed, {listed(what)}"


@error("RU213")
def not_loaded_elsewhere(reason: str) -> str:
    """The saved model cannot be loaded, or does not predict, in a fresh process.

    Why: it is on the disk to be used elsewhere.

    Example:

        specc test a.specc.toml

    Use instead: what the reason says; a layer of a module of your own has to be imported first.
    """
    return f"a fresh process cannot use the saved model: {reason}"


def listed(what: Sequence[str]) -> str:
    """The first few of what differs."""
    more = len(what) - MOST
    return "; ".join(what[:MOST]) + (f"; and {more} more" if more > 0 else "")
