"""What somebody wants measured, and how: the options of `specc bench` and of the plugin."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeAlias

from specc.record import Record
from specc.runner.bench.figures import FIGURES, MEASURES

Timer: TypeAlias = Literal["wall", "cpu"]
TIMERS: Mapping[Timer, str] = {"wall": "time.perf_counter", "cpu": "time.process_time"}
Device: TypeAlias = Literal["auto", "cpu", "gpu"]
QUICK, THOROUGH = (5, 3), (9, 5)  # rounds and processes: for a look; for a verdict


class Wanted(Record):
    """rounds: at least; more where they are short. seconds: of a figure and a side, in which
    there are more. processes: for what needs fresh ones; 0 leaves it out."""

    figures: tuple[str, ...] = tuple(FIGURES)
    against: str | None = None  # another spec, measured in turns with each
    settings: tuple[str, ...] = ()
    device: Device = "auto"
    timer: Timer = "wall"  # cpu: of all threads of the process, which neighbours change less
    rounds: int = QUICK[0]
    processes: int = QUICK[1]
    seconds: float = 2.0
    twin: Path | None = None
    control: bool = False  # measure each against itself too, which tells the noise
    compare: bool = False  # with the newest stored result of the same spec and machine
    baseline: str | None = None  # with this stored result

    @property
    def measures(self) -> tuple[str, ...]:
        asked = {FIGURES[name].by for name in self.figures}
        left_out = {"fresh"} if self.processes == 0 else set()
        return tuple(name for name in MEASURES if name in asked - left_out)


def wanted(**given: Any) -> Wanted:
    """What is wanted, with as many rounds as that needs; options that are None are not given."""
    said = {key: value for key, value in given.items() if value is not None}
    judged = bool(said.get("against") or said.get("compare") or said.get("baseline")
                  or said.get("control"))
    rounds, processes = THOROUGH if judged else QUICK
    return Wanted(**{"rounds": rounds, "processes": processes, "control": judged, **said})
