"""How each figure is measured, in this process.

A measure is begun for a side (models are built, what compiles once has compiled), and gives a
round: a call that measures once, and returns the seconds of one or more figures. `clock(work)`
are the seconds of a call, `clock.now()` is the time. What computes has computed before the clock is
read (`specc.backend.settle`).
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from specc.diagnostics import SpecError
from specc.pipeline import check_file
from specc.record import replace
from specc.runner.bench.figures import LATENCIES
from specc.runner.bench.sides import Side, model_of
from specc.runner.bench.twin import Twin
from specc.runner.data import Ready, read_rows
from specc.runner.subject import first

Round: TypeAlias = Callable[[], Mapping[str, float]]


class Clock(Protocol):
    def __call__(self, work: Callable[[], object]) -> float: ...
    def now(self) -> float: ...


Measure: TypeAlias = Callable[[Side, Clock, Twin | None], Round]

A_ROUND = 0.02  # seconds that a round of something short lasts at least: it is repeated
EPOCHS = (2, 20)  # least and most in one round, beside the first


def check(side: Side, clock: Clock, twin: Twin | None) -> Round:
    return repeated("check", lambda: check_file(side.file, side.settings), clock)


def rows(side: Side, clock: Clock, twin: Twin | None) -> Round:
    checked = check_file(side.file, side.settings)
    return repeated("rows", lambda: read_rows(checked), clock)


def build(side: Side, clock: Clock, twin: Twin | None) -> Round:
    from specc.backend.settle import settle

    return repeated("build", lambda: settle(model_of(side.ready)), clock)


def first_step(side: Side, clock: Clock, twin: Twin | None) -> Round:
    def one() -> Mapping[str, float]:
        return {"first_step": clock(stepping(model_of(side.ready), side.ready))}

    return one


def step(side: Side, clock: Clock, twin: Twin | None) -> Round:
    one = stepping(model_of(side.ready), side.ready)
    one()  # compiles
    return repeated("step", one, clock)


def epoch(side: Side, clock: Clock, twin: Twin | None) -> Round:
    """A training for each round; its first epoch compiles, the others are the figure. The twin
    trains beside it, so that both have the same neighbours."""
    model = model_of(side.ready)
    several = enough(epoch_seconds(model, side.ready, 1 + EPOCHS[0], clock.now)[1:])

    def one() -> Mapping[str, float]:
        first, *others = epoch_seconds(model, side.ready, 1 + several, clock.now)
        return {"first_epoch": first, "epoch": median(others)}

    if twin is None:
        return one
    twins = twin.model(side.ready)
    twin.fit(twins, side.ready, 1, clock.now)

    def both() -> Mapping[str, float]:
        _, *others = twin.fit(twins, side.ready, 1 + EPOCHS[0], clock.now)
        return {**one(), "twin_epoch": median(others)}

    return both


def predict(side: Side, clock: Clock, twin: Twin | None) -> Round:
    """The compiled model on so many rows, the predictions as NumPy arrays."""
    from specc.backend.feed import pack_inputs

    model = model_of(side.ready)
    given = {count: pack_inputs({name: many(one, count) for name, one
                                 in side.ready.prepared.train.inputs.items()})
             for count in LATENCIES}
    asked = {f"predict_{count}": repeated(f"predict_{count}",
                                          partial(model.predict_on_batch, x), clock)
             for count, x in given.items()}
    return lambda: {name: one()[name] for name, one in asked.items()}


HERE: Mapping[str, Measure] = {"check": check, "rows": rows, "build": build,
                               "first_step": first_step, "step": step, "epoch": epoch,
                               "predict": predict}


def repeated(name: str, work: Callable[[], object], clock: Clock) -> Round:
    """A round of something that may be short: as often as fills `A_ROUND`."""
    work()
    once = clock(work)  # 0 where things are only run
    often = int(A_ROUND / once) + 1 if once > 0 else 1

    def several() -> None:
        for _ in range(often):
            work()

    return lambda: {name: clock(several) / often}


def stepping(model: Any, ready: Ready) -> Callable[[], None]:
    """A training step on the first batch, with what it changed settled."""
    from specc.backend.feed import pack
    from specc.backend.settle import settle

    packed = pack(model, first(ready.prepared.train, ready.plan.spec.fit.batch_size))

    def one() -> None:
        model.train_on_batch(packed.x, packed.y, packed.weight)
        settle(model)

    return one


def epoch_seconds(model: Any, ready: Ready, count: int,
                  now: Callable[[], float] = time.perf_counter) -> list[float]:
    """Seconds of `count` epochs, validation included, as `specc run` trains; the first with
    compiling. The spec's callbacks are left out: they may write, and may stop it."""
    from specc.backend.settle import settle
    from specc.backend.train import train

    plan, marks = replace(ready.plan, callbacks=()), [now()]

    def ended(epoch: int, logs: Mapping[str, Any]) -> None:
        settle(model)
        marks.append(now())

    with tempfile.TemporaryDirectory() as folder:
        done = train(model, plan, ready.prepared.train, ready.prepared.validation,
                     folder=Path(folder), epochs=count, on_epoch=ended)
    if done.value is None:
        raise SpecError(done.diagnostics)
    return [after - before for before, after in pairwise(marks)]


def enough(seconds: list[float]) -> int:
    """How many epochs a round has, by what some took."""
    least, most = EPOCHS
    return max(least, min(most, int(10 * A_ROUND / max(min(seconds), 1e-6))))


def many(rows: NDArray[Any], count: int) -> NDArray[Any]:
    """So many rows, from the first again where there are not enough."""
    return rows[np.arange(count) % len(rows)]
