"""What a person sees while a run works: a bar on a terminal, plain lines in a pipe, or nothing.

Progress goes to stderr; stdout is for data.
"""

from __future__ import annotations

import os
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Protocol

LAST = 10  # epochs that the time left is reckoned from
LINES = 10  # epochs that a pipe is told of
LONG_FIRST = 60.0  # seconds of a first epoch that tell of the next ones
WIDE = 110  # letters of a terminal that has room for a long bar
NARROW = 76  # of one that has none for the speed beside the losses
SELDOM = 30.0  # seconds after which a pipe is told, whatever the epoch


class Progress(Protocol):
    """A thing that is told how far a run is."""

    def step(self, text: str) -> None: ...

    def begin(self, epochs: int, samples: int = 0) -> None:
        """samples: the rows of an epoch, for their number a second; 0 where nobody knows."""

    def epoch(self, epoch: int, logs: Mapping[str, Any]) -> None:
        """An epoch (from 0) has ended."""

    def end(self) -> None: ...


class Silent:
    """`--quiet`, and runs from Python unless asked."""

    def step(self, text: str) -> None: ...
    def begin(self, epochs: int, samples: int = 0) -> None: ...
    def epoch(self, epoch: int, logs: Mapping[str, Any]) -> None: ...
    def end(self) -> None: ...


class Pace:
    """How fast epochs go by, and what that means for those that are left.

    The first epoch holds the tracing and compiling of the model, so it counts only as long as it is
    the only one, and took so long that this hardly matters; of later ones the last few count, as
    speed changes.
    """

    def __init__(self, epochs: int, samples: int, clock: Callable[[], float] = time.monotonic
                 ) -> None:
        self.epochs, self.samples, self.clock = epochs, samples, clock
        self.begun = self.before = clock()
        self.taken: deque[float] = deque(maxlen=LAST)
        self.count = self.done = 0

    def epoch(self, epoch: int) -> None:
        now = self.clock()
        if self.count == 1:
            self.taken.clear()
        self.taken.append(max(0.0, now - self.before))
        self.before, self.count, self.done = now, self.count + 1, epoch + 1

    @property
    def elapsed(self) -> float:
        return self.clock() - self.begun

    @property
    def one(self) -> float | None:
        """Seconds of an epoch."""
        if self.count == 1 and self.taken[0] < LONG_FIRST:
            return None
        return sum(self.taken) / len(self.taken) if self.taken else None

    @property
    def left(self) -> float | None:
        """Seconds until the last epoch has ended."""
        return None if self.one is None else self.one * max(0, self.epochs - self.done)

    @property
    def rate(self) -> float | None:
        """Rows a second, validation counted in their time."""
        return self.samples / self.one if self.samples and self.one else None

    def said(self) -> str:
        """`0:12 elapsed, 1:48 left, 34,000 rows/s`."""
        parts = [f"{clock_time(self.elapsed)} elapsed"]
        if self.left:
            parts.append(f"{clock_time(self.left)} left")
        if self.rate is not None:
            parts.append(speed(self.rate))
        return ", ".join(parts)


def clock_time(seconds: float) -> str:
    """`0:09`, `3:20`, `2:05:00`."""
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def speed(rate: float) -> str:
    """Samples a second, in three digits: `34,100 samples/s`, `1.24 M samples/s`."""
    if rate >= 999_500:
        return f"{rate / 1e6:.3g} M samples/s"
    if rate < 100:
        return f"{rate:.3g} samples/s"
    digits = 10 ** max(0, len(str(round(rate))) - 3)
    return f"{round(rate / digits) * digits:,} samples/s"


class Lines:
    """A pipe or a log file: a plain line a step, and ten or so for the epochs."""

    def __init__(self) -> None:
        self.pace = Pace(0, 0)
        self.told = 0.0

    def step(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    def begin(self, epochs: int, samples: int = 0) -> None:
        self.pace = Pace(epochs, samples)
        self.told = self.pace.begun

    def epoch(self, epoch: int, logs: Mapping[str, Any]) -> None:
        pace, every = self.pace, max(1, self.pace.epochs // LINES)
        pace.epoch(epoch)
        if (epoch + 1) % every == 0 or epoch + 1 == pace.epochs \
                or pace.before - self.told >= SELDOM:
            self.told = pace.before
            self.step(f"epoch {epoch + 1}/{pace.epochs}  {said(logs)}  ({pace.said()})")

    def end(self) -> None: ...


class Bar:
    """A terminal: one bar with losses, the time that is left and samples a second."""

    def __init__(self, console: Any = None) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
        from rich.table import Column

        self.console = console or Console(stderr=True)
        whole, wide = Column(no_wrap=True), self.console.width >= WIDE
        numbers = TextColumn("{task.fields[said]}", markup=False, table_column=Column(
            no_wrap=True, overflow="ellipsis", ratio=1))
        said_first = [SpinnerColumn(finished_text="✓"),
                      *([TextColumn("{task.description}")] if wide else [])]
        self.bar = Progress(*said_first, BarColumn(bar_width=24 if wide else 6),
                            MofNCompleteColumn(table_column=whole),
                            TextColumn("{task.fields[pace]}", table_column=whole),
                            numbers, console=self.console, transient=False, expand=True)
        self.task: Any = None
        self.pace = Pace(0, 0)

    def step(self, text: str) -> None:
        self.console.print(text, highlight=False, markup=False, soft_wrap=True)

    def begin(self, epochs: int, samples: int = 0) -> None:
        self.pace = Pace(epochs, samples)
        self.bar.start()
        self.task = self.bar.add_task("epochs", total=epochs, said="", pace="")

    def epoch(self, epoch: int, logs: Mapping[str, Any]) -> None:
        self.pace.epoch(epoch)
        pace = beside(self.pace) if self.console.width >= NARROW else time_of(self.pace)
        self.bar.update(self.task, completed=epoch + 1, said=said(logs), pace=pace)

    def end(self) -> None:
        self.bar.stop()


def beside(pace: Pace) -> str:
    """What stands beside a bar: `1:48 left  34,000 samples/s`, at the end the time it took."""
    return time_of(pace) if pace.rate is None else f"{time_of(pace)}  {speed(pace.rate)}"


def time_of(pace: Pace) -> str:
    """The time left; that taken where nothing is left, or nobody knows."""
    return f"{clock_time(pace.left)} left" if pace.left else clock_time(pace.elapsed)


def said(logs: Mapping[str, Any]) -> str:
    """The numbers of an epoch that fit on a line: the losses, then the first metrics."""
    shown = {key: value for key, value in logs.items() if isinstance(value, int | float)}
    first = [key for key in ("train.loss", "val.loss") if key in shown]
    others = [key for key in shown if key.startswith("val.") and key not in first]
    others.sort(key=lambda key: key.endswith(".loss"))  # metrics say more than parts of the loss
    return "  ".join(f"{key} {_short(shown[key])}" for key in (*first, *others[:2]))


def _short(value: float) -> str:
    """Four digits after the point, unless none of them would say anything."""
    return f"{value:.4f}" if value == 0 or 1e-3 <= abs(value) < 1e5 or value != value \
        else f"{value:.3e}"


def on_stderr(*, quiet: bool = False) -> Progress:
    """The kind of progress that fits where stderr goes."""
    if quiet:
        return Silent()
    return Bar() if sys.stderr.isatty() and os.environ.get("TERM") != "dumb" else Lines()
