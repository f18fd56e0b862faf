"""A spec measured: its sides, its figures one measure after another, and what they show."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from specc.diagnostics import Diagnostic, SpecError
from specc.record import Record
from specc.runner.bench import fresh, stored, verdict
from specc.runner.bench.clock import Rounds, Timer, in_turns, without_old_garbage
from specc.runner.bench.figures import FIGURES, LATENCIES, of_measure
from specc.runner.bench.measures import HERE
from specc.runner.bench.sides import Side, begin, side
from specc.runner.bench.stored import Stored
from specc.runner.bench.twin import Twin
from specc.runner.bench.verdict import Interval, Verdict
from specc.runner.bench.wanted import Wanted
from specc.runner.bench_errors import (
    measured_on_the_cpu,
    no_gpu_here,
    no_such_result,
    slower_than_allowed,
)
from specc.runner.machine import differences
from specc.source import Where

THIS, CONTROL, OTHER = "this", "control", "other"


class Found(Record):
    """A figure: its rounds, those of the other spec, and how far noise alone reaches."""

    name: str
    rounds: tuple[float, ...]
    noise: float
    other: tuple[float, ...] = ()
    verdict: Verdict | None = None  # on the other spec, or on this one against a stored result

    @property
    def median(self) -> float:
        return median(self.rounds)


class Bench:
    """The measurement of one spec file. `begin` makes what all of it needs, `measure` goes on."""

    def __init__(self, file: str, wanted: Wanted) -> None:
        self.file, self.wanted = file, wanted
        self.sides: dict[str, Side] = {}
        self.environment: dict[str, Any] = {}
        self.found: dict[str, Found] = {}
        self.twin = Twin(wanted.twin)
        self.baseline: Stored | None = None
        self.why_none = ""
        self.ratio: tuple[float, Interval | None] | None = None  # of the twin's epoch to specc's

    def begin(self, storage: Any) -> None:
        """Read specs and rows, then import Keras. SpecError for what stands in the way."""
        if self.sides:
            return
        wanted = self.wanted
        self.twin.found()
        sides = {THIS: side(THIS, self.file, wanted.settings)}
        if wanted.against is not None:
            sides[OTHER] = side(OTHER, wanted.against, wanted.settings)
        known = self._stored(storage)
        from specc.backend.devices import only_cpu

        if wanted.device == "cpu":
            only_cpu()
        name = begin()
        from specc.backend.start import environment

        self.environment = environment()
        on_cpu = self.environment["device"] == "cpu"
        if wanted.device == "gpu" and on_cpu:
            raise SpecError([no_gpu_here(Where(""), backend=name)])
        if wanted.device == "cpu" and not on_cpu:
            raise SpecError([measured_on_the_cpu(Where(""), backend=name)])
        if wanted.compare or wanted.baseline is not None:
            self.baseline, self.why_none = stored.fitting(
                known, sides[THIS].spec, self.machine, named=wanted.baseline is not None)
        self.sides = sides

    def _stored(self, storage: Any) -> list[Stored]:
        """What there is to compare with. SpecError for a named result that is none."""
        named = self.wanted.baseline
        if named is None and not self.wanted.compare:
            return []
        paths: list[Path] = []
        try:
            files = list(storage.load(named) if named else storage.load())
            if named:
                paths = [path for path in map(Path, storage.query(named)) if path.is_file()]
        except (ValueError, OSError):
            files = []
        found = list(stored.results(files))
        if named and not found:
            raise SpecError([no_such_result(
                Where(""), asked=str(paths[0]) if paths else named, folder=str(storage),
                reason=stored.why_none(paths[0]) if paths else "")])
        return found

    def measure(self, name: str, timer: Timer) -> None:
        """All figures of a measure."""
        rounds = self._fresh() if name == "fresh" else self._here(name, timer)
        for figure in of_measure(name):
            values = rounds[THIS].get(figure.name)
            if name != "fresh" and figure.name not in self.wanted.figures:
                continue
            if not values or not all(one > 0 for one in values):
                continue  # only run, not timed; or this machine does not say
            noise = verdict.noise(figure, values, rounds.get(CONTROL, {}).get(figure.name, ()))
            other = rounds.get(OTHER, {}).get(figure.name, [])
            self.found[figure.name] = Found(
                figure.name, tuple(values), noise, tuple(other),
                self._judged(figure.name, values, other, noise, in_turns=name != "fresh"))
        if name == "epoch" and {"epoch", "twin_epoch"} <= self.found.keys():
            ours, theirs = self.found["epoch"].rounds, self.found["twin_epoch"].rounds
            self.ratio = (median(theirs) / median(ours),
                          verdict.compared(ours, theirs, in_turns=True))
        self._record(name, timer)

    def _here(self, name: str, timer: Timer) -> Mapping[str, Rounds]:
        from specc.backend.seeds import caller_unmoved
        from specc.backend.start import deterministic

        sides = dict(self.sides)
        if self.wanted.control:
            sides = {THIS: sides[THIS], CONTROL: sides[THIS], **sides}
        with caller_unmoved(), deterministic():
            turns = {label: HERE[name](one, timer, self.twin if label == THIS else None)
                     for label, one in sides.items()}
            if timer.session.disabled:
                return {label: {key: [value] for key, value in turn().items()}
                        for label, turn in turns.items()}
            with without_old_garbage(turns) as swept:
                for turn in swept.values():
                    turn()  # not counted: the first round pays for what the others find done
                return in_turns(swept, self.wanted.rounds, self.wanted.seconds, time.perf_counter)

    def _fresh(self) -> Mapping[str, Rounds]:
        turns = {label: partial(fresh.measured, one, self.wanted.timer)
                 for label, one in self.sides.items()}
        return in_turns(turns, self.wanted.processes, 0, time.perf_counter)

    def _judged(self, name: str, this: Sequence[float], other: Sequence[float], noise: float, *,
                in_turns: bool) -> Verdict | None:
        figure = FIGURES[name]
        if other:
            return verdict.judged(figure, this, other, noise, in_turns=in_turns)
        if not (self.wanted.compare or self.wanted.baseline):
            return None
        before = self.baseline.figures.get(name) if self.baseline else None
        if self.baseline is None or not before:
            return Verdict(name, "no baseline", why=self.why_none or "it was not measured then")
        bound = max(noise, self.baseline.noise[name], verdict.BETWEEN[figure.unit])
        return verdict.judged(figure, before, this, bound, in_turns=False)

    def _record(self, name: str, timer: Timer) -> None:
        """Hand the rounds to pytest-benchmark, which shows and stores them."""
        figures = [one for one in of_measure(name) if one.name in self.found]
        held = {one.name: list(self.found[one.name].rounds) for one in figures if one.unit == "B"}
        for one in figures:
            if one.unit != "s":
                continue
            found = self.found[one.name]
            this = self.sides[THIS]
            timer.record(one.name, this.ready.plan.spec.name, found.rounds, stored.note(
                this.spec, self.environment, self.machine, one.name, found.noise,
                {"rows": len(this.ready.prepared.train),
                 **({"bytes": held} if one.name == "import" else {})}))
            if found.other:
                that = self.sides[OTHER]
                timer.record(f"{one.name} ({Path(that.file).name})", that.ready.plan.spec.name,
                             found.other, stored.note(that.spec, self.environment,
                                                      self.machine, one.name, found.noise, {}))

    @property
    def machine(self) -> str:
        """The fingerprint of what is measured on, and by which clock."""
        return stored.machine_key(self.environment, self.wanted.timer)

    @property
    def rows_per_second(self) -> dict[str, float]:
        """How many rows are trained on and predicted in a second."""
        most = LATENCIES[-1]
        counts = {"epoch": len(self.sides[THIS].ready.prepared.train), f"predict_{most}": most}
        return {name: count / self.found[name].median for name, count in counts.items()
                if name in self.found}

    @property
    def compile_seconds(self) -> float | None:
        """What the first step takes beside a step."""
        if not {"first_step", "step"} <= self.found.keys():
            return None
        return self.found["first_step"].median - self.found["step"].median

    def changes(self) -> Iterator[str]:
        """What is not as it was when the baseline was stored: the spec, versions."""
        if self.baseline is None:
            return
        was, now = self.baseline.spec["hashes"], self.sides[THIS].spec["hashes"]
        for part in stored.PARTS:
            if was[part] != now[part]:
                yield f"the spec's {part} changed"
        for _, text in differences(self.baseline.environment, self.environment):
            yield text


def too_slow(bench: Bench, percent: float, measure: str | None = None) -> list[Diagnostic]:
    """Figures (of a measure) that are shown to be worse by more than so many percent."""
    where = Where(bench.sides[OTHER if OTHER in bench.sides else THIS].file)
    judged = [one.verdict for one in bench.found.values()
              if one.verdict and measure in (None, FIGURES[one.name].by)]
    return [slower_than_allowed(where, figure=one.figure, percent=100 * (one.ratio - 1),
                                word=FIGURES[one.figure].words[1], allowed=percent)
            for one in verdict.worse(judged, percent) if one.ratio is not None]
