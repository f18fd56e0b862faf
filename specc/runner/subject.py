"""A spec on the bench: its rows, and the models that several stages look at, made once each.

What a stage is given it leaves as it was; who trains, trains a model of its own. Whatever is made
is a function of the spec and its seed, so it does not matter which stage came first.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from specc.data.prepare import Arrays
from specc.diagnostics import SpecError
from specc.ir.output_errors import budget_unknown, over_budget
from specc.ir.plan import Plan
from specc.pipeline import Checked
from specc.record import Record, replace
from specc.runner.data import Ready
from specc.runner.fresh import Fresh
from specc.spec import Bound

ROWS = 32  # of one batch
BATCHES = 64  # at most, of an epoch that is trained to compare trainings
EPOCHS = 2  # of such a training
OF_BUDGETS = (over_budget.name, budget_unknown.name)
TRAINING = "stages"  # what its checkpoints are of


class NotLooked(Exception):
    """A stage that cannot be held here; the text says why."""


class NotBuilt(SpecError):
    """The model of a spec cannot be built: no stage that needs one can go on."""


class Training(Record):
    """A training of a few epochs in a folder, as a run's."""

    ready: Ready
    folder: Path
    model: Any
    history: Sequence[Mapping[str, Any]]


class Subject:
    """One spec, read without its budget, which stands apart. `scratch`: a folder that is thrown
    away. `notes`: what is worth saying besides."""

    def __init__(self, checked: Checked, ready: Ready | None, budget: Mapping[str, Bound],
                 scratch: Path, fresh: Fresh) -> None:
        assert checked.plan is not None
        self.checked, self.plan, self.budget, self.fresh = checked, checked.plan, budget, fresh
        self._ready = ready
        self.folder = Path(tempfile.mkdtemp(dir=scratch))
        self.notes: list[str] = []

    @property
    def ready(self) -> Ready:
        if self._ready is None:
            raise NotLooked("there is no [data], so there are no rows to try it with")
        return self._ready

    @property
    def names(self) -> list[str]:
        """The outputs."""
        return [head.name for head in self.plan.heads]

    @property
    def train(self) -> Arrays:
        return self.ready.prepared.train

    def batch(self, count: int = ROWS) -> Arrays:
        """The first training rows."""
        return first(self.train, count)

    def begin(self) -> None:
        """Import Keras as a run does: before any module of the back end, which would import it
        as it comes. NotBuilt where there is none; NotLooked where there are no rows for it."""
        from specc.backend.start import start

        assert self.ready is not None
        begun = start()
        if begun.value is None:
            raise NotBuilt(begun.diagnostics)

    def build(self, plan: Plan | None = None) -> Any:
        """A new model, compiled, with layers that learn from rows having learned from them."""
        self.begin()
        from specc.backend.build import build

        built = build(plan or self.plan, self.train.inputs)
        if built.value is None:
            raise NotBuilt(built.diagnostics)
        self.notes += [one.message for one in built.diagnostics]
        return built.value

    @cached_property
    def model(self) -> Any:
        """The model before training; nobody trains it."""
        return self.build()

    @cached_property
    def predicted(self) -> dict[str, Any]:
        """What the untrained model predicts for the batch."""
        from specc.backend.save import predict

        return predict(self.model, self.batch().inputs, outputs=self.names)

    @cached_property
    def stepped(self) -> Any:
        """A model that was trained for one step, so that it has a past to save."""
        model = self.build()
        steps(model, self.batch(), 1)
        return model

    @cached_property
    def saved(self) -> Path:
        """`stepped` on the disk."""
        from specc.backend.save import save

        path = self.folder / "model.keras"
        save(self.stepped, path)
        return path

    @cached_property
    def short(self) -> Ready:
        """The same with so few training rows and epochs that trainings can be compared."""
        ready = self.ready
        count = BATCHES * self.plan.spec.fit.batch_size
        rows, held = ready.prepared.train, ready.prepared.validation
        spec = replace(self.plan.spec, fit=replace(self.plan.spec.fit, epochs=EPOCHS))
        return replace(ready, plan=replace(self.plan, spec=spec),
                       prepared=replace(ready.prepared, train=first(rows, count),
                                        validation=held and first(held, count)))

    @cached_property
    def trained(self) -> Training:
        """An uninterrupted training, with the checkpoint of its first epoch."""
        return self.training("trained", self.short)

    def training(self, name: str, ready: Ready, before: Any = None) -> Training:
        """Train as a run does, into a folder of this name; `before`: what it goes on from."""
        from specc.runner.folder import Folder
        from specc.runner.interrupt import Interrupts
        from specc.runner.lifecycle import fit
        from specc.runner.progress import Silent
        from specc.runner.resume import Past

        assert self.model is not None  # NotBuilt, where that cannot be
        folder = Folder(self.folder / name)
        folder.path.mkdir(exist_ok=True)
        model, history, _ = fit(ready, folder, Silent(), before or Past(), Interrupts(), TRAINING,
                                "off")
        return Training(ready, folder.path, model, history)


def without_budget(checked: Checked) -> Checked:
    """A checked spec as if it had no [budget]: one that is broken keeps nothing from going on."""
    if checked.plan is None or not checked.plan.spec.budget:
        return checked
    plan = replace(checked.plan, spec=replace(checked.plan.spec, budget={}))
    return replace(checked, plan=plan, diagnostics=tuple(
        one for one in checked.diagnostics if one.name not in OF_BUDGETS))


def first(rows: Arrays, count: int) -> Arrays:
    """The first rows of a part; streamed ones are read."""
    return Arrays({name: one[:count] for name, one in rows.inputs.items()},
                  {name: one[:count] for name, one in rows.targets.items()},
                  {name: one[:count] for name, one in rows.weights.items()}, rows.rows[:count])


def steps(model: Any, rows: Arrays, count: int) -> list[float]:
    """The loss before each of `count` steps, all on the same rows."""
    from specc.backend.feed import pack
    from specc.backend.seeds import caller_unmoved
    from specc.backend.start import deterministic

    packed = pack(model, rows)
    losses = []
    with caller_unmoved(), deterministic():
        for _ in range(count):
            model.reset_metrics()
            losses.append(float(model.train_on_batch(packed.x, packed.y, packed.weight,
                                                     return_dict=True)["loss"]))
    return losses
