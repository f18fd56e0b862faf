"""What is told at the end: of tests that passed, what is still worth saying."""

from __future__ import annotations

from pathlib import Path
from typing import Any

NOTE = "specc-note"  # in an item's properties: what is to be said at the end
PROJECT = "specc-project"


def shown(path: Path) -> str:
    """A path as people write it: from the working folder, where it is in there."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def summary(terminalreporter: Any) -> None:
    """Bands, renewed goldens, what was not looked at, files that nothing uses."""
    told = [pair for reports in terminalreporter.stats.values() for report in reports
            if getattr(report, "when", None) == "call" for pair in report.user_properties]
    notes = [str(text) for name, text in told if name == NOTE]
    projects = sorted({str(path) for name, path in told if name == PROJECT})
    if projects:
        from specc.golden import unused

        notes += [one.message for path in projects for one in unused(Path(path))]
    if notes:
        terminalreporter.section("specc")
        for note in dict.fromkeys(notes):
            terminalreporter.write_line(note)
