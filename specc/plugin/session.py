"""What all specs of a session share: a folder for what is thrown away, and the fresh process."""

from __future__ import annotations

import tempfile
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from specc.runner.fresh import Fresh


class Bench:
    """Made when first asked for; nothing is left of it after `close`."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="specc-")

    @property
    def scratch(self) -> Path:
        return Path(self._folder.name)

    @cached_property
    def fresh(self) -> Fresh:
        """The process that loads saved models; it begins when it is asked for the first time."""
        from specc.runner.fresh import Fresh

        return Fresh()

    def close(self) -> None:
        try:
            self.fresh.close()
        finally:
            self._folder.cleanup()


BENCH = pytest.StashKey[Bench]()


def bench(config: pytest.Config) -> Bench:
    """That of this session; of each worker with `-n`."""
    if BENCH not in config.stash:
        config.stash[BENCH] = Bench()
    return config.stash[BENCH]


def close(config: pytest.Config) -> None:
    """At the end, however it comes."""
    if BENCH in config.stash:
        config.stash[BENCH].close()
        del config.stash[BENCH]
