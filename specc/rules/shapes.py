"""Inputs whose shape nobody says: SH104 to SH109."""

from __future__ import annotations

from collections.abc import Iterator

from specc.rules.pairing import Subject
from specc.rules.rule import Finding, Rule, error


@error("SH104")
def missing_input_shape(about: Subject) -> Iterator[Finding]:
    """Nothing says how many numbers enter the model: no `shape`, no columns, no data.

    Why: weights are as many as what enters, so the model cannot be built.

    Example:

        [inputs.x]    # error: [SH104]
        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1 }]
        [outputs.y]
        task = "regression"

    Use instead: `shape = [4]`; or [data], whose columns are counted.

    Source: NeuraLint so-44184091; measured with Keras 3.15.
    """
    spec = about.plan.spec
    for one in about.plan.graph.inputs:
        told = spec.inputs[one.name]
        silent = told.shape is None and told.columns is None and told.text is None
        if spec.data is None and silent and not spec.doubtful("data") and (
                not spec.doubtful("inputs", one.name)):
            yield Finding(spec.where("inputs", one.name), f"nothing says the shape of `{one.name}`",
                          advice="say `shape`")


RULES: tuple[Rule, ...] = (missing_input_shape,)

__all__ = ["RULES", "missing_input_shape"]
