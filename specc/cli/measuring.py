"""bench, backends: what a spec costs, and whether back ends agree on it."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from specc.cli.running import NEEDED, needing, with_keras
from specc.diagnostics import SpecError
from specc.source import SUFFIXES

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
    if "" in unknown:
        return "--figures takes names with commas between them, found an empty one"
    if unknown:
        return f"there is no figure `{min(unknown)}`; there are {', '.join(FIGURES)}"
    if wrong := _no_spec(options):
        return wrong
    if options.against and (options.compare or options.baseline):
        return "compare with another spec or with a stored result, not both at once"
    if options.fail_slower is not None and not (options.against or options.compare
                                                or options.baseline):
        return "--fail-slower needs something to compare with: OTHER, --compare or --baseline"
    if not all(isfinite(number) for number in (options.seconds, options.fail_slower)
               if number is not None):
        return "--max-time and --fail-slower take a number that is finite"
    if any(number is not None and number < least for number, least in (
            (options.rounds, 1), (options.processes, 0), (options.seconds, 0),
            (options.fail_slower, 0))):
        return "--rounds is at least 1, --processes, --max-time and --fail-slower at least 0"
    return None


def _no_spec(options: Namespace) -> str | None:
    """What is wrong with the files that are named, in words."""
    for file in (options.spec, options.against):
        if file is not None and os.path.isdir(file):
            return f"`{file}` is a folder, and one spec is wanted"
        if file is not None and not os.path.isfile(file):
            return f"there is no `{file}`"
    if not options.spec.endswith(SUFFIXES):  # pytest finds specs by them
        return f"`{options.spec}` is not measured: specs end in `{'` or `'.join(SUFFIXES)}`"
    if "::" in options.spec or "[" in options.spec:
        return (f"`{options.spec}` is not measured: pytest, underneath, takes `::` and `[` for a "
                "test within a file")
    return None


def _figures(options: Namespace) -> tuple[str, ...] | None:
    return (None if options.figures is None
            else tuple(options.figures.replace("-", "_").split(",")))


def _wanted(options: Namespace) -> Wanted:
    from specc.runner.bench.wanted import wanted

    return wanted(figures=_figures(options), against=options.against,
                  settings=tuple(options.settings), device=options.device, timer=options.timer,
                  rounds=options.rounds,
                  processes=options.processes,
                  seconds=options.seconds, twin=Path(options.twin) if options.twin else None,
                  control=options.save or None, compare=options.compare,
                  baseline=options.baseline)


@with_keras
def backends(options: Namespace) -> int:
    import specc
    from specc.runner.backends import compare, places
    from specc.runner.backends.shown import as_json, as_text, differences
    from specc.runner.progress import on_stderr

    names = () if options.backends is None else tuple(options.backends.split(","))
    if wrong := _misnamed(names, options.python, options.epochs):
        print(f"specc: {wrong}", file=sys.stderr)
        return 2
    specc.load(options.spec, options.settings)
    where = places(names, _pythons(options.python))
    if len(where) < 2:
        here = ", ".join(one.name for one in where) or "no back end"
        print(f"specc: there is nothing to compare with: only {here} is installed here; name the "
              "Python of another one: --python jax=/path/to/python", file=sys.stderr)
        return 2
    progress = on_stderr(quiet=options.quiet)
    found = compare(options.spec, options.settings, where, options.epochs, progress.step)
    progress.end()
    print(json.dumps(as_json(found), indent=1) if options.format == "json" else as_text(found))
    if differ := differences(found, options.spec):
        raise SpecError(differ)
    return 0


def _pythons(words: Sequence[str]) -> Mapping[str, str]:
    """The Python of each back end, of `NAME=PYTHON`."""
    return dict(word.partition("=")[::2] for word in words)


def _misnamed(names: Sequence[str], words: Sequence[str], epochs: int) -> str | None:
    """What is wrong with the back ends that are named, in words. `words`: of `--python`."""
    from specc.runner.backends import NAMES

    pythons = _pythons(words)
    wrong = [*(name for name in (*names, *pythons) if name not in NAMES),
             *(f"--python {word}" for word in words if not word.partition("=")[2]),
             *[f"--epochs {epochs}"] * (epochs < 1)]
    if wrong:
        return (f"`{wrong[0]}` is not understood: back ends are {', '.join(NAMES)}; "
                "--python NAME=/path/to/python; --epochs 1 or more")
    called = [word.partition("=")[0] for word in words]
    if (twice := next((one for one in called if called.count(one) > 1), None)) is not None:
        return f"`--python {twice}=...` is given twice; which Python has {twice}?"
    if len(set(names)) == 1:
        return (f"there is nothing to compare with: `--backends` names only {names[0]}; name "
                "another one: --backends NAME,NAME")
    unasked = [name for name in pythons if names and name not in names]
    if unasked:
        return (f"`--python {unasked[0]}={pythons[unasked[0]]}` names a back end which "
                "`--backends` leaves out")
    return None
