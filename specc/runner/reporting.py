"""The report on a run's folder, with a sentence for what cannot be reported on."""

from __future__ import annotations

from pathlib import Path

from specc.diagnostics import SpecError
from specc.report import REPORT, write
from specc.runner.errors import cannot_write, not_a_run
from specc.source import Where

ANY = ("spec.json", "plan.json", "history.jsonl", "metrics.json")  # one of them makes it a run's


def report(folder: Path, to: Path | None = None) -> Path:
    """Write report.html into the folder, or where it is told to; where it is. SpecError for a
    folder that holds no run, and for a place that cannot be written."""
    if not any((folder / name).is_file() for name in ANY):
        raise SpecError([not_a_run(Where(str(folder)), path=str(folder), lacks=ANY[0])])
    place = folder / REPORT if to is None else to
    try:
        return write(folder, place)
    except OSError as refused:
        raise SpecError([cannot_write(Where(str(place)), path=str(place),
                                      reason=refused.strerror or str(refused))]) from None
