"""`specc bench`: how long a spec takes to be checked, built, traced, stepped, trained and asked.

Times are wall-clock seconds of this process, after imports. What runs more than once is given as
a median with its least and its most; what Keras traces first is told apart from what follows.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from specc.diagnostics import SpecError
from specc.identity import hashes
from specc.pipeline import Checked, check_file
from specc.record import Record, as_dict, replace
from specc.runner.data import Ready, read_rows
from specc.runner.errors import nothing_to_run
from specc.runner.subject import first

CHECKS, BUILDS, STEPS, EPOCHS, PREDICTIONS = 5, 3, 50, 4, 5


class Timing(Record):
    """Seconds of one thing, measured `count` times."""

    median: float
    least: float
    most: float
    count: int


def bench(checked: Checked) -> dict[str, Any]:
    """What a spec costs, as plain JSON. SpecError for a spec that cannot be trained.

    `times` in seconds: `check` (without rows), `rows` (read, split, prepare), `keras` (import; 0
    where it was there), `build`, `first_step` (with tracing), `step` (one batch), `first_epoch`
    (with tracing), `epoch`, `predict` (all training rows). `rows_per_second` of an epoch and of
    predicting. `memory`: bytes, the most this process ever held.
    """
    if not checked.ok:
        raise SpecError(checked.diagnostics)
    times: dict[str, Timing] = {"check": several(lambda: check_file(checked.file), CHECKS)}
    begin = time.perf_counter()
    with_rows, ready = read_rows(checked)
    if not with_rows.ok:
        raise SpecError(with_rows.diagnostics)
    if ready is None:
        assert checked.plan is not None
        raise SpecError([nothing_to_run(checked.plan.spec.where())])
    times["rows"] = once(time.perf_counter() - begin)
    times["keras"] = once(_import())
    from specc.backend.start import environment

    times |= of_model(ready)
    rows = len(ready.prepared.train)
    return {
        "name": ready.plan.spec.name, "hash": hashes(ready.plan).all,
        "environment": environment(), "rows": rows, "batch_size": ready.plan.spec.fit.batch_size,
        "times": {name: as_dict(one) for name, one in times.items()},
        "rows_per_second": {name: rows / times[name].median for name in ("epoch", "predict")},
        "memory": {"peak": peak_memory()},
    }


def _import() -> float:
    """Seconds that Keras and its back end take to be imported."""
    from specc.backend.start import start

    begin = time.perf_counter()
    begun = start()
    if begun.value is None:
        raise SpecError(begun.diagnostics)
    return time.perf_counter() - begin


def of_model(ready: Ready) -> Iterator[tuple[str, Timing]]:
    """Building, stepping, training, predicting: each on models that are new where it matters."""
    from specc.backend.save import predict

    rows, plan = ready.prepared.train, ready.plan
    yield "build", several(lambda: build(ready), BUILDS)
    stepping = list(step_seconds(build(ready), ready))
    yield "first_step", once(stepping[0])
    yield "step", timing(stepping[1:])
    model = build(ready)
    training = list(epoch_seconds(model, ready))
    yield "first_epoch", once(training[0])
    yield "epoch", timing(training[1:])
    names = [head.name for head in plan.heads]
    predict(model, rows.inputs, outputs=names)  # traced here
    yield "predict", several(lambda: predict(model, rows.inputs, outputs=names), PREDICTIONS)


def build(ready: Ready) -> Any:
    """A new compiled model of a spec."""
    from specc.backend.build import build as build_model

    built = build_model(ready.plan, ready.prepared.train.inputs)
    if built.value is None:
        raise SpecError(built.diagnostics)
    return built.value


def step_seconds(model: Any, ready: Ready, count: int = STEPS + 1) -> Iterator[float]:
    """Seconds of one training step after another, all on the first batch."""
    from specc.backend.feed import pack
    from specc.backend.seeds import caller_unmoved

    packed = pack(model, first(ready.prepared.train, ready.plan.spec.fit.batch_size))
    with caller_unmoved():
        for _ in range(count):
            begin = time.perf_counter()
            model.train_on_batch(packed.x, packed.y, packed.weight)
            yield time.perf_counter() - begin


def epoch_seconds(model: Any, ready: Ready, count: int = EPOCHS) -> list[float]:
    """Seconds of `count` epochs, validation included, as `specc run` trains; the first with
    tracing. The spec's callbacks are left out: they may write, and may stop it."""
    from specc.backend.train import train

    marks = [time.perf_counter()]
    plan = replace(ready.plan, callbacks=())
    with tempfile.TemporaryDirectory() as folder:
        done = train(model, plan, ready.prepared.train, ready.prepared.validation,
                     folder=Path(folder), epochs=count,
                     on_epoch=lambda epoch, logs: marks.append(time.perf_counter()))
    if done.value is None:
        raise SpecError(done.diagnostics)
    return [after - before for before, after in pairwise(marks)]


def several(work: Callable[[], object], count: int) -> Timing:
    """The times of `count` calls."""
    seconds = []
    for _ in range(count):
        begin = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begin)
    return timing(seconds)


def timing(seconds: list[float]) -> Timing:
    return Timing(median(seconds), min(seconds), max(seconds), len(seconds))


def once(seconds: float) -> Timing:
    return timing([seconds])


def peak_memory() -> int | None:
    """Bytes of memory this process held at most; None where the system does not say."""
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def as_text(found: Mapping[str, Any]) -> str:
    """The measurement as a table for people."""
    lines = [f"{found['name']}  {found['rows']:,} rows in batches of {found['batch_size']}, "
             f"{found['environment']['backend']} on {found['environment']['cpu']['name']}", "",
             f"{'':12} {'median':>10} {'least':>10} {'most':>10} {'count':>6}"]
    for name, one in found["times"].items():
        lines.append(f"{name.replace('_', ' '):12} {shown(one['median']):>10} "
                     f"{shown(one['least']):>10} {shown(one['most']):>10} {one['count']:>6}")
    lines += ["", *(f"{name:12} {value:>10,.0f} rows/s"
                    for name, value in found["rows_per_second"].items())]
    peak = found["memory"]["peak"]
    return "\n".join([*lines, f"{'memory':12} {peak / 2**20:>10,.0f} MiB at most"]
                     if peak is not None else lines)


def shown(seconds: float) -> str:
    """`12.3 ms`, in the unit that fits."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e6:.3g} µs"
