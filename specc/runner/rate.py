"""`specc lr`: a learning-rate range test of a spec, its picture and a suggested value."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from specc.diagnostics import SpecError
from specc.health.rate import Suggestion, diverged, smoothed, suggest
from specc.ir.plan import Plan
from specc.ops.component import Component
from specc.pipeline import Checked
from specc.record import Record, replace
from specc.runner.data import read_rows
from specc.runner.errors import nothing_to_run

SMALLEST, LARGEST = 1.2e-38, 3.4e38  # a rate that float32 holds
LOSS, SMOOTH, MARK = "#b8c4d6", "#1f77b4", "#d62728"


class Tested(Record):
    """What a range test found. `points`: (rate, loss) a step; `note`: what was put aside."""

    suggestion: Suggestion
    points: tuple[tuple[float, float], ...]
    written: float | None  # the rate of the spec; None: a schedule
    note: str = ""

    def to_json(self, picture: Path) -> dict[str, Any]:
        curve = smoothed([loss for _, loss in self.points])
        return {"suggested": self.suggestion.rate, "reason": self.suggestion.reason,
                "written": self.written, "note": self.note, "steepest": self.suggestion.steepest,
                "lowest": self.suggestion.lowest, "picture": str(picture),
                "points": [{"rate": rate, "loss": loss, "smoothed": mean}
                           for (rate, loss), mean in zip(self.points, curve, strict=True)]}

    def text(self) -> str:
        found = self.suggestion
        said = "no learning rate is suggested" if found.rate is None else (
            f"learning_rate = {found.rate:g}")
        lines = [said, f"  {found.reason}"]
        if self.written is not None:
            lines.append(f"  the spec has {self.written:g}")
        return "\n".join([*lines, *([f"  {self.note}"] if self.note else [])])


def test(checked: Checked, *, low: float, high: float, steps: int) -> Tested:
    """Train a new model for some steps with growing rates. SpecError for what is wrong before."""
    if not checked.ok or checked.plan is None:
        raise SpecError(checked.diagnostics)
    with_rows, ready = read_rows(checked)
    if not with_rows.ok:
        raise SpecError(with_rows.diagnostics)
    if ready is None:
        raise SpecError([nothing_to_run(checked.plan.spec.where())])
    from specc.backend.start import start

    _value(start())
    from specc.backend.build import build
    from specc.backend.lr_range import sweep

    plan, written, note = with_one_rate(ready.plan, low)
    model = _value(build(plan, ready.prepared.train.inputs))
    points = _value(sweep(model, plan, ready.prepared.train, low=low, high=high, steps=steps,
                          enough=diverged))
    return Tested(suggest(points), points, written, note)


def with_one_rate(plan: Plan, rate: float) -> tuple[Plan, float | None, str]:
    """The plan with a rate that can be set; the one that it had; what to know of a schedule."""
    had: Any = plan.optimizer.get("learning_rate")
    optimizer = Component("optimizer", plan.optimizer.name,
                          {**plan.optimizer.args, "learning_rate": rate})
    if isinstance(had, int | float):
        return replace(plan, optimizer=optimizer), float(had), ""
    name = had.name if isinstance(had, Component) else "schedule"
    return replace(plan, optimizer=optimizer), None, (
        f"the spec's learning rate is a schedule ({name}), which was put aside; what is suggested "
        "is for its highest value")


def picture(path: Path, tested: Tested, title: str) -> None:
    """The loss over the rate, which grows to the right; the suggested one is marked."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4.2), layout="constrained")
    axes = figure.add_subplot()
    rates = [rate for rate, _ in tested.points]
    losses = [loss for _, loss in tested.points]
    curve = smoothed(losses)
    axes.plot(rates, losses, color=LOSS, linewidth=0.8, label="loss of a batch")
    axes.plot(rates, curve, color=SMOOTH, label="smoothed")
    if curve:
        low, start = min(curve), curve[0]
        axes.set_ylim(low - 0.15 * abs(start - low) - 1e-9,
                      start + 0.6 * abs(start - low) + 1e-9)
    if tested.suggestion.rate is not None:
        axes.axvline(tested.suggestion.rate, color=MARK, linestyle="--",
                     label=f"suggested: {tested.suggestion.rate:g}")
    if tested.written is not None and rates and rates[0] <= tested.written <= rates[-1]:
        axes.axvline(tested.written, color="#7f7f7f", linestyle=":",
                     label=f"in the spec: {tested.written:g}")
    axes.set_xscale("log")
    axes.set_xlabel("learning rate")
    axes.set_ylabel("loss")
    axes.set_title(f"{title}: learning-rate range test", fontsize=10, loc="left")
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=8)
    FigureCanvasAgg(figure).print_png(path)  # type: ignore[no-untyped-call]


def wrong_range(options: Mapping[str, Any]) -> str | None:
    """What is wrong with the range that was asked for, or None."""
    low, high, steps = options["low"], options["high"], options["steps"]
    if not 0 < low < high:
        return f"--min {low:g} and --max {high:g}: rates grow from one above 0 to a larger one"
    if low < SMALLEST or high > LARGEST:
        return (f"--min {low:g} and --max {high:g}: a rate is a number of float32, "
                f"{SMALLEST:g} to {LARGEST:g}")
    if steps < 20:
        return f"--steps {steps}: a curve needs 20 steps at least"
    return None


def _value(outcome: Any) -> Any:
    if outcome.value is None:
        raise SpecError(outcome.diagnostics)
    return outcome.value
