"""`specc run --verify`: the same spec trained twice, in two processes, and compared bit by bit.

One training is done here, the other meanwhile in a process of its own, which reads the rows again
and has other hashes, threads and addresses. Each starts from nothing.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from specc.diagnostics import Diagnostic, SpecError
from specc.facts import written
from specc.pipeline import Checked
from specc.pipeline import plan as make_plan
from specc.record import Record
from specc.runner.data import Ready, read_rows
from specc.runner.errors import nothing_to_run
from specc.runner.finished import record
from specc.runner.progress import Progress, Silent
from specc.runner.resume_errors import not_repeatable
from specc.syntax.document import Document
from specc.syntax.parse import parse

EPOCHS = 3  # unless a number is given
State: TypeAlias = Mapping[str, str]  # every weight's digest and every number logged, by name


class Verified(Record):
    """What two trainings showed: nothing in `found` means the same bits."""

    epochs: int
    weights: int
    numbers: int
    found: tuple[Diagnostic, ...] = ()


def verify(checked: Checked, epochs: int = EPOCHS, progress: Progress | None = None, *,
           fast: bool = True) -> Verified:
    """Train a spec twice for some epochs. SpecError for whatever keeps it from training once.

    fast: whole epochs in one compiled function, where that is possible, in both processes.
    """
    progress = progress or Silent()
    ready = _ready(checked)
    progress.step(f"{ready.plan.spec.name}: {epochs} epochs, twice")
    with tempfile.TemporaryDirectory() as folder:
        asked = Path(folder, "asked.json")
        answer = Path(folder, "answer.json")
        asked.write_text(json.dumps({"spec": record(ready.plan.spec, ready.dataset.facts),
                                     "epochs": epochs, "fast": fast}), encoding="utf-8")
        with subprocess.Popen([sys.executable, "-m", __name__, str(asked), str(answer)],
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as other:
            try:
                ours = trace(ready, epochs, fast=fast)
                _, errors = other.communicate()
            finally:
                other.kill()  # does nothing to one that has ended
        theirs = json.loads(answer.read_text(encoding="utf-8")) if other.returncode == 0 else None
    where = ready.plan.spec.where()
    if theirs is None:
        last = errors.decode("utf-8", "replace").strip().splitlines()[-1:]
        found = [not_repeatable(where, epoch=0, what=["the second process ended with an error",
                                                      *last])]
    else:
        found = [not_repeatable(where, epoch=epoch, what=what)
                 for epoch, what in [differing(ours, theirs)] if what]
    weights = sum(not _logged(name) for name in ours[0])
    return Verified(len(ours) - 1, weights, len(ours[-1]) - weights, tuple(found))


def differing(one: Sequence[State], other: Sequence[State]) -> tuple[int, list[str]]:
    """The first epoch after which two trainings differ, and what differs then, weights first;
    nothing where they do not. Epoch 0 is the state before the first."""
    for epoch, (here, there) in enumerate(zip(one, other, strict=False)):
        names = [name for name in (*here, *(there.keys() - here.keys()))
                 if here.get(name) != there.get(name)]
        if names:
            return epoch, sorted((_told(name, here, there) for name in names), key=_weights_first)
    if len(one) != len(other):
        return min(len(one), len(other)), [f"one ended after {len(one) - 1} epochs, the other "
                                           f"after {len(other) - 1}"]
    return 0, []


def _told(name: str, here: State, there: State) -> str:
    return (f"`{name}` is {here.get(name)} and {there.get(name)}" if _logged(name) else name)


def _weights_first(text: str) -> bool:
    return " is " in text


def _logged(name: str) -> bool:
    """Whether a name is that of a number; weights stand in backticks (`specc.backend.snapshot`)."""
    return not name.startswith("`")


def trace(ready: Ready, epochs: int, *, fast: bool = True) -> list[State]:
    """The state before the first epoch and after each: every weight's digest, every number."""
    from specc.backend.start import start

    begun = start()
    if begun.value is None:
        raise SpecError(begun.diagnostics)
    from specc.backend.build import build
    from specc.backend.snapshot import digests
    from specc.backend.train import train

    built = build(ready.plan, ready.prepared.train.inputs)
    if built.value is None:
        raise SpecError(built.diagnostics)
    model = built.value
    model.optimizer.build(model.trainable_variables)
    states: list[State] = [digests(model)]

    def epoch(number: int, logs: Mapping[str, Any]) -> None:
        states.append({**digests(model), **{name: repr(one) for name, one in logs.items()}})

    with tempfile.TemporaryDirectory() as folder:
        done = train(model, ready.plan, ready.prepared.train, ready.prepared.validation,
                     folder=Path(folder), on_epoch=epoch, epochs=epochs, fast=fast)
    if done.value is None:
        raise SpecError(done.diagnostics)
    return states


def _ready(checked: Checked) -> Ready:
    with_rows, ready = read_rows(checked)
    if not with_rows.ok:
        raise SpecError(with_rows.diagnostics)
    if ready is None:
        raise SpecError([nothing_to_run(checked.plan.spec.where())] if checked.plan else [])
    return ready


def main(asked: str, answer: str) -> None:
    """The second process: a spec and how to train it from one file, the states into another."""
    told = json.loads(Path(asked).read_text(encoding="utf-8"))
    spec = told["spec"]
    owners = {tuple(steps): file for steps, file in spec["owners"]}
    document = Document(spec["file"], spec["tree"], owners)
    done = parse(document).then(lambda one: make_plan(one, written(one)))
    ready = _ready(Checked(document.file, done.value, done.diagnostics))
    states = trace(ready, told["epochs"], fast=told["fast"])
    Path(answer).write_text(json.dumps(states), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
