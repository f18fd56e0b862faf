"""`specc bench`: pytest underneath, with `specc.plugin.measuring` and pytest-benchmark alone.

pytest says nothing here; what is measured next goes to stderr, the result to stdout.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest

from specc.diagnostics import SpecError
from specc.runner.bench.wanted import TIMERS, Wanted
from specc.runner.testing import alone, root

if TYPE_CHECKING:
    from specc.runner.bench.session import Bench

STORAGE = ".benchmarks"  # pytest-benchmark's own


class Asked:
    """The plugin that tells `specc.plugin.measuring` what is wanted, and hears what came of it."""

    __name__ = "specc-bench-command"

    def __init__(self, wanted: Wanted, say: Callable[[str], None]) -> None:
        self.wanted, self.say = wanted, say
        self.benches: dict[str, Bench] = {}  # by `specc.plugin.measuring`
        self.raised: BaseException | None = None
        self.broken = ""

    def pytest_runtest_logstart(self, nodeid: str, location: tuple[str, int | None, str]) -> None:
        self.say(nodeid.rpartition("[")[2].rstrip("]").replace("_", " "))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: Any, call: Any) -> Any:
        report = yield
        if call.excinfo is not None:
            self.raised = call.excinfo.value
            self.broken = str(report.longrepr)
            item.session.shouldstop = "what went wrong is said"
        return report

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed:
            self.broken = str(report.longrepr)


def measure(file: str, wanted: Wanted, *, save: str | None = None, storage: Path | None = None,
            say: Callable[[str], None] = lambda text: None) -> Bench:
    """Measure a spec, and another one in turns with it. SpecError for a user's mistake.

    save: the name that the result is stored under. say: hears what is measured next.
    """
    asked = Asked(wanted, say)
    with ExitStack() as stack:
        if storage is None and not (save or wanted.compare or wanted.baseline):
            storage = Path(stack.enter_context(TemporaryDirectory()))  # it makes its folder
        arguments = ["-p", "pytest_benchmark.plugin", "-p", "specc.plugin.measuring",
                     "-p", "no:cacheprovider", "-p", "no:terminal", "-c", os.devnull,
                     f"--rootdir={root([file])}", "--noconftest", "--capture=no",
                     f"--benchmark-storage={storage or STORAGE}",
                     f"--benchmark-timer={TIMERS[wanted.timer]}", file]
        arguments += [f"--benchmark-save={save}"] if save else []
        stack.enter_context(alone())
        stack.enter_context(warnings.catch_warnings())
        warnings.filterwarnings("ignore", "Not saving anything")  # why not is said
        code = pytest.main(arguments, plugins=[asked])
    if code == pytest.ExitCode.INTERRUPTED and asked.raised is None:
        raise KeyboardInterrupt
    if isinstance(asked.raised, SpecError):
        raise asked.raised
    bench = next(iter(asked.benches.values()), None)
    if asked.broken or bench is None:
        raise RuntimeError(asked.broken or f"pytest ended with {code}") from asked.raised
    return bench
