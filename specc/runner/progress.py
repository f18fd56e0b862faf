"""What a person sees while a run works: a bar on a terminal, plain lines in a pipe, or nothing.

Progress goes to stderr; stdout is for data.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, Protocol


class Progress(Protocol):
    """A thing that is told how far a run is."""

    def step(self, text: str) -> None: ...
    def begin(self, epochs: int) -> None: ...
    def epoch(self, epoch: int, logs: Mapping[str, Any]) -> None: ...
    def end(self) -> None: ...


class Silent:
    """`--quiet`, and runs from Python unless asked."""

    def step(self, text: str) -> None: ...
    def begin(self, epochs: int) -> None: ...
    def epoch(self, epoch: int, logs: Mapping[str, Any]) -> None: ...
    def end(self) -> None: ...


class Lines:
    """A pipe or a log file: a plain line a step, and ten or so for the epochs."""

    def __init__(self) -> None:
        self.epochs = 0

    def step(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    def begin(self, epochs: int) -> None:
        self.epochs = epochs

    def epoch(self, epoch: int, logs: Mapping[str, Any]) -> None:
        every = max(1, self.epochs // 10)
        if (epoch + 1) % every == 0 or epoch + 1 == self.epochs:
            self.step(f"epoch {epoch + 1}/{self.epochs}  {said(logs)}")

    def end(self) -> None: ...


class Bar:
    """A terminal: one bar with losses and the time that is left."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )

        self.console = Console(stderr=True)
        self.bar = Progress(TextColumn("{task.description}"), BarColumn(),
                            MofNCompleteColumn(), TextColumn("{task.fields[said]}"),
                            TimeRemainingColumn(), console=self.console, transient=False)
        self.task: Any = None

    def step(self, text: str) -> None:
        self.console.print(text, highlight=False, markup=False)

    def begin(self, epochs: int) -> None:
        self.bar.start()
        self.task = self.bar.add_task("epochs", total=epochs, said="")

    def epoch(self, epoch: int, logs: Mapping[str, Any]) -> None:
        self.bar.update(self.task, completed=epoch + 1, said=said(logs))

    def end(self) -> None:
        self.bar.stop()


def said(logs: Mapping[str, Any]) -> str:
    """The numbers of an epoch that fit on a line: the losses, then the first metrics."""
    shown = {key: value for key, value in logs.items() if isinstance(value, int | float)}
    first = [key for key in ("train.loss", "val.loss") if key in shown]
    others = [key for key in shown if key.startswith("val.") and key not in first]
    return "  ".join(f"{key} {shown[key]:.4f}" for key in (*first, *others[:2]))


def on_stderr(*, quiet: bool = False) -> Progress:
    """The kind of progress that fits where stderr goes."""
    if quiet:
        return Silent()
    return Bar() if sys.stderr.isatty() else Lines()
