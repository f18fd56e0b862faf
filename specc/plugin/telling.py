"""What is told at the end: of tests that passed, what is still worth saying."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

NOTE = "specc-note"  # in an item's properties: what is to be said at the end
PROJECT = "specc-project"
RENEWS = "specc-renews"  # of a golden test that is to write: the path of its spec
NEVER_RUN = "its golden test was not run"


def shown(path: Path) -> str:
    """A path as people write it: from the working folder, where it is in there."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


class Renewals:
    """Which goldens that were to be renewed came to it. A session in which one did not fails."""

    def __init__(self, named: Sequence[str]) -> None:
        self._why = {str(Path(one).resolve()): (one, NEVER_RUN) for one in named}

    def lines(self) -> list[str]:
        return [f"the golden of `{name}` was not renewed: {why}" for name, why in
                self._why.values()]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        path = dict(report.user_properties).get(RENEWS)
        if report.when != "call" or path not in self._why:
            return
        if report.skipped and isinstance(report.longrepr, tuple):
            name, _ = self._why[str(path)]
            reason = report.longrepr[2].removeprefix("Skipped: ")
            self._why[str(path)] = name, f"its golden test was skipped: {reason}"
        else:
            del self._why[str(path)]  # what it came to, the test says

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self._why and session.exitstatus == 0 and not session.config.option.collectonly:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


RENEWALS: pytest.StashKey[Renewals] = pytest.StashKey()


def watch(config: pytest.Config, named: Sequence[str]) -> None:
    """See to it that goldens are renewed; with `-n` the process that hands tests out does."""
    if not hasattr(config, "workerinput"):
        config.stash[RENEWALS] = Renewals(named)
        config.pluginmanager.register(config.stash[RENEWALS])


def summary(terminalreporter: Any) -> None:
    """Bands, renewed goldens, what was not looked at, files that nothing uses."""
    told = [pair for reports in terminalreporter.stats.values() for report in reports
            if getattr(report, "when", None) == "call" for pair in report.user_properties]
    notes = [str(text) for name, text in told if name == NOTE]
    renewals = terminalreporter.config.stash.get(RENEWALS, None)
    if renewals is not None:
        notes += renewals.lines()
    projects = sorted({str(path) for name, path in told if name == PROJECT})
    if projects:
        from specc.golden import unused

        notes += [one.message for path in projects for one in unused(Path(path))]
    if notes:
        terminalreporter.section("specc")
        for note in dict.fromkeys(notes):
            terminalreporter.write_line(note)
