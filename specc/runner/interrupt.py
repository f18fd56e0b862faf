"""Ctrl-C and SIGTERM: the first ends a run after its epoch, the second at once.

Outside training, where there is no epoch to wait for, the first ends it at once. How the run
ended is written down whatever is pressed meanwhile.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

WANTED = ("SIGINT", "SIGTERM")
FIRST = b"\nspecc: stops when this epoch ends, and can go on with --resume; %s to stop at once\n"
AGAIN = {"SIGINT": b"Ctrl-C again", "SIGTERM": b"a second SIGTERM"}


class Stopped(KeyboardInterrupt):
    """Somebody ended the run. `code`: what a shell gives a program that the signal ended."""

    def __init__(self, signum: int = signal.SIGINT) -> None:
        super().__init__()
        self.code = 128 + signum


class Interrupts:
    """Whether somebody asked for the end, and whether there is an epoch to wait for."""

    def __init__(self) -> None:
        self.asked: int | None = None  # the number of the signal
        self.waits = False
        self._deaf = False

    def __enter__(self) -> Interrupts:
        self._before: dict[int, Any] = {}
        if threading.current_thread() is threading.main_thread():
            for name in WANTED:
                number = getattr(signal, name)
                self._before[number] = signal.signal(number, self._pressed)
        return self

    def __exit__(self, *rest: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)

    @contextmanager
    def training(self) -> Iterator[None]:
        """Inside, the first signal waits for whoever calls `check`."""
        self.waits = True
        try:
            yield
        finally:
            self.waits = False
        self.check()  # asked for in the last epoch

    @contextmanager
    def deaf(self) -> Iterator[None]:
        """Inside, a signal changes nothing: the end that it asks for has come already."""
        self._deaf = True
        try:
            yield
        finally:
            self._deaf = False

    def check(self) -> None:
        """Stopped, if the end was asked for."""
        if self.asked is not None:
            raise Stopped(self.asked)

    def _pressed(self, number: int, frame: FrameType | None) -> None:
        if self._deaf:
            return
        if self.asked is not None or not self.waits:
            self.asked = number
            raise Stopped(number)
        self.asked = number
        # print() may be what was interrupted, and cannot be entered twice
        os.write(2, FIRST % AGAIN[signal.Signals(number).name])
