"""`specc test`: pytest underneath, with nothing but specc's plugin; and how goldens are held there.

Exit codes are specc's: 0 all is held, 1 something is not, 2 it could not work.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from specc.diagnostics import Diagnostic
from specc.golden import Comparison, errors, plot, table
from specc.record import Record
from specc.runner import goldens
from specc.runner.data import Ready
from specc.source import SUFFIXES

NUMBERS = ("GO105", "GO109", "GO110", "GO111")  # what the table says already


class Said(Record):
    """What holding a golden came to."""

    diagnostics: tuple[Diagnostic, ...] = ()
    table: str = ""  # the numbers that differ or moved
    notes: tuple[str, ...] = ()
    renewed: str = ""  # what was written, and why it moved


def main(paths: Sequence[str], update: Sequence[str] = (), *, stages: Sequence[str] = (),
         quick: bool = False, fast: bool = False, jobs: int = 1) -> int:
    """Test specs; the exit code.

    update: specs whose goldens are renewed. stages: these only. quick: `check` and `golden` only.
    fast: none that needs a whole run. jobs: processes.
    """
    if find_spec("pytest") is None:
        return _cannot("pytest is not installed, and this command runs it; "
                       'pip install "specc[test]"')
    if jobs < 1:
        return _cannot("--jobs takes a number of processes")
    if jobs > 1 and find_spec("xdist") is None:
        return _cannot("pytest-xdist is not installed, and --jobs needs it; "
                       'pip install "specc[test]"')
    asked = list(dict.fromkeys([*paths, *update]))
    if not asked:
        return _cannot("name the specs to test")
    missing = [path for path in asked if not Path(path).exists()]
    if missing:
        return _cannot(f"there is no `{missing[0]}`")
    others = [path for path in asked
              if not Path(path).is_dir() and not path.endswith(SUFFIXES)]
    if others:
        return _cannot(f"`{others[0]}` is no spec: {goldens.ENDINGS}")
    folders = [path for path in update if Path(path).is_dir()]
    if folders:
        return _cannot("a golden is renewed by the name of its spec, and "
                       f"`{folders[0]}` is a folder")
    if update and goldens.in_ci():
        return _cannot("golden files are not rewritten in CI; renew them at your desk and commit "
                       "them (GO108)")
    never = [why for path in update if (why := goldens.never_renewed(path, stages)) is not None]
    if never:
        return _cannot(never[0])
    chosen = [word for name in stages for word in ("--specc-stage", name)]
    chosen += ["--specc-quick"] * quick + ["-m", "not slow"] * fast
    if jobs > 1:
        chosen += ["-p", "xdist.plugin", "-n", str(jobs)]
    return _pytest(asked, update, chosen)


def _cannot(text: str) -> int:
    print(f"specc: {text}", file=sys.stderr)
    return 2


def _pytest(paths: Sequence[str], update: Sequence[str], chosen: Sequence[str]) -> int:
    import pytest

    arguments = ["-p", "specc.plugin", "-p", "no:cacheprovider", "-c", os.devnull,
                 f"--rootdir={root(paths)}", "--noconftest", "--no-header", "-ra", "-v",
                 "--tb=short", "--continue-on-collection-errors",
                 "-p", "no:python", "-p", "no:unittest", "-p", "no:doctest"]  # specs only
    arguments += [word for path in paths for word in ("--specc", path)]
    arguments += [word for path in update for word in ("--specc-update-golden", path)]
    arguments += chosen
    with alone():
        code = pytest.main(arguments)
    if code == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    if code == pytest.ExitCode.NO_TESTS_COLLECTED:
        return _cannot(f"no spec files in {', '.join(paths)}, or none that asks for this stage"
                       if chosen else f"no spec files in {', '.join(paths)}")
    return code if code in (0, 1) else 2


def root(paths: Sequence[str]) -> str:
    """Where names of tests start: the working folder, or the nearest above that holds the specs,
    as pytest has no name for what lies outside."""
    here = os.getcwd()
    try:
        return os.path.commonpath([here, *map(os.path.abspath, paths)])
    except ValueError:  # on another drive
        return here


@contextmanager
def alone() -> Iterator[None]:
    """pytest without the plugins and options that this environment adds to it."""
    names = ("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "PYTEST_ADDOPTS", "PYTEST_PLUGINS",
             "PYTEST_XDIST_WORKER")
    before = {name: os.environ.pop(name, None) for name in names}
    os.environ[names[0]] = "1"
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def held(ready: Ready) -> Said:
    """Hold a spec to its golden."""
    done = goldens.hold(ready)
    found = done.value
    if found is None or found.comparison is None:
        return Said(done.diagnostics)
    rows = found.comparison.differing
    shown = f"{table(rows)}\n{plot(found.comparison.rows)}" if rows else ""
    return Said(found.diagnostics, shown, _band(found.comparison))


def _band(found: Comparison) -> tuple[str, ...]:
    """The note of a golden that was held within a band."""
    if found.exact or found.differing:
        return ()
    changes = "; ".join(f"{name} was {then}, is {now}" for name, then, now in found.environment)
    held = "means over its seeds" if found.way == "unpaired" else "a band"
    notes = [f"the golden is held within {held}, as it was made elsewhere ({changes})"]
    if found.undecided:
        notes.append(f"{len(found.undecided)} of {len(found.rows)} numbers can be told neither "
                     f"equal nor different by {len(found.seeds)} seeds: [golden] seeds takes more")
    return tuple(notes)


def renewed(ready: Ready) -> Said:
    """Write the golden of a spec anew. What moved, and why, is for a person to look at."""
    done = goldens.renew(ready)
    if done.value is None:
        return Said(done.diagnostics)
    name = goldens.shown(done.value.path, ready.plan.spec.file)
    comparison = done.value.comparison
    rows = comparison.moved if comparison else ()
    shown = f"{table(rows)}\n{plot(rows)}" if rows else ""
    if done.diagnostics:  # it could not be written
        return Said((*done.value.diagnostics, *done.diagnostics), shown)
    if comparison is None:
        return Said(renewed=f"wrote {name}: look at it, and commit it")
    if done.value.stays:
        return Said(notes=(f"{name} stays: no number moved",))
    said = done.value.diagnostics
    if comparison.environment and not said:  # else it is among them
        said = (errors.golden_of_another_environment(ready.plan.spec.where("golden"),
                                                     changes=comparison.environment),)
    because = [one.message for one in said if one.code not in NUMBERS]
    moved = f"{len(rows)} of {len(comparison.rows)} numbers moved" if rows else "no number moved"
    why = "".join(f"\n{one}" for one in because)
    return Said(table=shown, renewed=f"renewed {name}: {moved}{why}")
