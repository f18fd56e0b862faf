"""How far training goes: rows, updates, and what a spec says of them. What is not known is None."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from specc.diagnostics import Fix
from specc.ops.component import Component
from specc.rules.pairing import Subject
from specc.rules.rule import instead
from specc.source import Where, dig
from specc.spec import Parts, Spec

USUAL_BATCH = 32  # Keras's own
FEW_UPDATES = 100  # fewer leave most models near where they started (rules.md: 20 and 35 failed)
TINY = 100  # rows: of fewer, no rule wants any for itself


def says(spec: Spec, *path: str) -> bool:
    """Whether the file says something at a path."""
    return dig(spec.tree, path) is not None


def trains(spec: Spec) -> bool:
    """Whether the file says how the model is trained; one that does not, leaves it for later."""
    return says(spec, "fit") or says(spec, "compile")


def part_rows(about: Subject, part: str) -> int | None:
    """Rows of `validation` or `test`, as they are cut: a fraction of all, rounded half up."""
    data, rows = about.plan.spec.data, about.facts.rows
    if data is None or rows is None or data.window is not None or data.split.column is not None or (
            isinstance(data.source, Parts)) or about.plan.spec.doubtful("data"):
        return None
    share = Decimal(rows) * Decimal(repr(getattr(data.split, part)))
    return int(share.quantize(Decimal(1), ROUND_HALF_UP))


def train_rows(about: Subject) -> int | None:
    """Rows that are trained on, where the number of all is known."""
    test, validation = part_rows(about, "test"), part_rows(about, "validation")
    if test is None or validation is None or about.facts.rows is None:
        return None
    return max(about.facts.rows - test - validation, 0)


def updates(about: Subject, batch: int | None = None) -> int | None:
    """Steps of the optimizer in the whole training, with the batch that is written or another."""
    rows, fit = train_rows(about), about.plan.spec.fit
    if rows is None or about.plan.spec.doubtful("fit"):
        return None
    steps = -(-rows // (batch or fit.batch_size)) * fit.epochs
    return steps // (optimizer(about).get("gradient_accumulation_steps") or 1)


def optimizer(about: Subject) -> Component:
    """The optimizer that steps, inside one that scales the loss too."""
    one = about.plan.optimizer
    inner = one.get("inner_optimizer")
    return inner if isinstance(inner, Component) else one


def at_optimizer(about: Subject, *steps: str) -> Where:
    """Where an argument of the optimizer is written; the optimizer where it is not."""
    plan = about.plan
    path: tuple[str, ...] = ("compile", "optimizer")
    if "inner_optimizer" in plan.optimizer.args:
        path = (*path, "inner_optimizer")
    for step in steps:
        if dig(plan.spec.tree, (*path, step)) is not None:
            path = (*path, step)
    return plan.spec.where(*path)


def callbacks(about: Subject) -> tuple[tuple[int, Component], ...]:
    """The callbacks, each with its number in the file; none where one was wrong, which was said."""
    made = about.plan.callbacks
    whole = len(made) == len(about.plan.spec.fit.callbacks)
    return tuple(enumerate(made)) if whole else ()


def at_callback(about: Subject, index: int, argument: str = "") -> Where:
    """Where a callback's argument is written; the callback where it is not."""
    spec = about.plan.spec
    path = ("fit", "callbacks", index)
    written = bool(argument) and dig(spec.tree, (*path, argument)) is not None
    return spec.where(*path, argument) if written else spec.where(*path)


def put(about: Subject, where: Where, value: str | bool) -> Fix | None:
    """Write `value` where another stands as it is. Any output can say what is written there."""
    return instead(about.pairings[0], where, value) if about.pairings else None


def rate_of(about: Subject) -> float | None:
    """The learning rate, if it is a number."""
    rate = optimizer(about).get("learning_rate")
    return float(rate) if isinstance(rate, int | float) else None


def schedule_of(about: Subject) -> Component | None:
    """The learning rate, if it is a schedule."""
    rate = optimizer(about).get("learning_rate")
    return rate if isinstance(rate, Component) else None


def tuned(about: Subject) -> bool:
    """Whether training goes on from weights that were trained before, or holds some still."""
    plan = about.plan
    return plan.spec.model.weights is not None or any(
        node.model_file or not node.trainable for node in plan.graph.nodes)
