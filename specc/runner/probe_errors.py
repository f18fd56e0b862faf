"""What the probes and `specc test` can say: RU codes from 201."""

from __future__ import annotations

from specc.diagnostics import error, number_of


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
