"""bench: what a spec costs."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from specc.cli.running import NEEDED, needing
from specc.diagnostics import SpecError

if TYPE_CHECKING:
    from specc.runner.bench.wanted import Wanted

with_pytest = needing((*NEEDED, "pytest", "pytest_benchmark"), "measures with pytest-benchmark",
                      "test")


@with_pytest
def bench(options: Namespace) -> int:
    import specc
    from specc.identity import hashes
    from specc.runner.bench.command import measure
    from specc.runner.bench.session import too_slow
    from specc.runner.bench.shown import as_json, as_text
    from specc.runner.progress import on_stderr

    if wrong := _wrong(options):
        print(f"specc: {wrong}", file=sys.stderr)
        return 2
    done, *_ = [specc.load(file, options.settings)
                for file in filter(None, (options.spec, options.against))]
    assert done.plan is not None
    name = f"{done.plan.spec.name}-{hashes(done.plan).all[:8]}" if options.save else None
    progress = on_stderr(quiet=options.quiet)
    found = measure(options.spec, _wanted(options), save=name,
                    storage=Path(options.storage) if options.storage else None, say=progress.step)
    progress.end()
    print(json.dumps(as_json(found), indent=1) if options.format == "json" else as_text(found))
    slower = [] if options.fail_slower is None else too_slow(found, options.fail_slower)
    if slower:
        raise SpecError(slower)
    return 0


def _wrong(options: Namespace) -> str | None:
    """What is wrong with the options, in words."""
    from specc.runner.bench.figures import FIGURES

    unknown = set(_figures(options) or ()) - FIGURES.keys()
    if unknown:
        return f"there is no figure `{min(unknown)}`; there are {', '.join(FIGURES)}"
    for file in filter(None, (options.spec, options.against)):
        if not Path(file).is_file():
            return f"there is no `{file}`"
    if options.against and (options.compare or options.baseline):
        return "compare with another spec or with a stored result, not both at once"
    if options.fail_slower is not None and not (options.against or options.compare
                                                or options.baseline):
        return "--fail-slower needs something to compare with: OTHER, --compare or --baseline"
    if any(number is not None and number < least for number, least in (
            (options.rounds, 1), (options.processes, 0), (options.seconds, 0),
            (options.fail_slower, 0))):
        return "--rounds is at least 1, --processes, --max-time and --fail-slower at least 0"
    return None


def _figures(options: Namespace) -> tuple[str, ...] | None:
    return tuple(options.figures.replace("-", "_").split(",")) if options.figures else None


def _wanted(options: Namespace) -> Wanted:
    from specc.runner.bench.wanted import wanted

    return wanted(figures=_figures(options), against=options.against,
                  settings=tuple(options.settings), device=options.device, timer=options.timer,
                  rounds=options.rounds,
                  processes=options.processes,
                  seconds=options.seconds, twin=Path(options.twin) if options.twin else None,
                  control=options.save or None, compare=options.compare,
                  baseline=options.baseline)
