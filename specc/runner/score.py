"""Numbers of a run: measured in the target's own units, named, and held against [expect]."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specc.data.preparation import Preparation
from specc.data.prepare import Arrays
from specc.data.target import in_own_units
from specc.diagnostics import Diagnostic
from specc.ir.plan import Head, Plan
from specc.ir.training import expect_path
from specc.runner import errors
from specc.spec import Bound, Spec


def score(model: Any, plan: Plan, preparation: Preparation, arrays: Arrays) -> dict[str, Any]:
    """`{"loss": ..., "price.loss": ..., "price.mae": ...}` over rows.

    `loss` is the model's whole loss, in the model's units. What belongs to an output is in the
    target's own: where the target was scaled, it is measured on unscaled predictions.
    """
    from specc.backend.measure import measure
    from specc.backend.save import evaluate, predict

    found = evaluate(model, plan, arrays)
    fits = preparation.targets
    scaled = [head for head in plan.heads if fits[head.name].scaled]
    if len(plan.heads) == 1 and not scaled:
        found[f"{plan.heads[0].name}.loss"] = own_loss(model, plan.heads[0], arrays, found)
    if scaled:
        predicted = predict(model, arrays.inputs, outputs=[head.name for head in plan.heads])
        for head in scaled:
            fit = fits[head.name]
            truth = in_own_units(fit, arrays.targets[head.name])
            values = in_own_units(fit, predicted[head.name])
            for key, value in measure(head, truth.astype("float32").reshape(values.shape),
                                      values.astype("float32"),
                                      arrays.weights.get(head.name)).items():
                found[f"{head.name}.{key}"] = value
    return found


def own_loss(model: Any, head: Head, arrays: Arrays, whole: Mapping[str, Any]) -> float:
    """The loss of the only output: the whole, unless a weight or a penalty is part of that."""
    from specc.backend.measure import measure
    from specc.backend.save import predict

    if head.output.weight == 1.0 and not model.losses:
        return float(whole["loss"])
    predicted = predict(model, arrays.inputs, outputs=[head.name])
    return float(measure(head, arrays.targets[head.name], predicted[head.name],
                         arrays.weights.get(head.name))["loss"])


def nested(found: Mapping[str, Any]) -> dict[str, Any]:
    """`{"loss": ..., "price.mae": ...}` as metrics.json has it: an output's numbers in a table."""
    out: dict[str, Any] = {}
    for key, value in found.items():
        name, _, metric = key.rpartition(".")
        into = out.setdefault(name, {}) if name else out
        into[metric] = value
    return out


def number(metrics: Mapping[str, Any], key: str) -> float | None:
    """The number called `test.price.mae`, or None."""
    value: Any = metrics
    for step in key.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value if isinstance(value, int | float) else None


def unmet(spec: Spec, metrics: Mapping[str, Mapping[str, Any]]) -> Iterator[Diagnostic]:
    """Expectations that the numbers do not meet."""
    for key, bound in spec.expect.items():
        split, _, rest = key.partition(".")
        value = metrics.get(split, {}).get(rest)
        if not isinstance(value, int | float):
            continue
        wanted = outside(bound, value)
        if wanted:
            place = spec.where(*expect_path(spec, key))
            yield errors.failed_expectation(place, key=key, found=value, wanted=wanted)


def outside(bound: Bound, value: float) -> str | None:
    """`at most 0.5 is expected` where a value is not within a bound; NaN is within none."""
    if bound.max is not None and not value <= bound.max:
        return f"at most {bound.max:g} is expected"
    if bound.min is not None and not value >= bound.min:
        return f"at least {bound.min:g} is expected"
    return None
