"""compile, run, evaluate, predict, tune, test: the commands that need Keras."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from errno import EACCES, EDQUOT, EEXIST, EIO, EISDIR, ENOSPC, ENOTDIR, EPERM, EROFS
from functools import wraps
from importlib.util import find_spec
from pathlib import Path
from typing import TypeAlias

import specc
from specc.cli.console import report
from specc.diagnostics import Diagnostic, SpecError, distinct
from specc.pipeline import Checked
from specc.source import Where

NEEDED = ("numpy", "pandas", "sklearn", "matplotlib", "jinja2", "keras")
COULD_NOT_WORK = ("DA103", "RU104", "RU105", "RU106", "RU110", "RU111", "RU112", "RU113", "RU114",
                  "RU117", "RU301", "RU302", "RU303", "RU305", "RU306", "RU312", "RU313",
                  "IR901", "IR902", "IR903")
# A disk's own troubles, and what stands in the way on it.
DISK = (ENOSPC, EDQUOT, EROFS, EIO, EISDIR, ENOTDIR, EEXIST, EACCES, EPERM)


Command: TypeAlias = Callable[[Namespace], int]


def needing(packages: Sequence[str], purpose: str, extra: str) -> Callable[[Command], Command]:
    """Of a command that needs an extra: it says which, and prints what is raised for a mistake of
    the user's, or for a disk's troubles."""
    def guarding(command: Command) -> Command:
        @wraps(command)
        def guarded(options: Namespace) -> int:
            missing = [name for name in packages if find_spec(name) is None]
            if missing:
                print(f"specc: {missing[0]} is not installed, and this command {purpose}; "
                      f'pip install "specc[{extra}]"', file=sys.stderr)
                return 2
            try:
                return command(options)
            except SpecError as wrong:
                return said(wrong.diagnostics)
            except OSError as refused:
                if refused.errno not in DISK:
                    raise
                from specc.runner.errors import cannot_write

                path = str(refused.filename or "a file")
                return said([cannot_write(Where(path), path=path, reason=str(refused.strerror))])

        return guarded

    return guarding


with_keras = needing(NEEDED, "trains or uses models", "tensorflow")


def said(found: Sequence[Diagnostic]) -> int:
    """Print findings to stderr; the exit code they mean."""
    from specc.cli.reading import exit_code
    from specc.syntax.places import locate

    sources = {}
    for one in found:
        path = Path(one.where.file)
        if path.is_file() and one.where.file.endswith((".toml", ".json")):
            sources[one.where.file] = path.read_bytes()
    placed = locate(tuple(found), sources)
    report(placed, sources, "full", to=sys.stderr)
    if any(one.code in COULD_NOT_WORK for one in found):
        return 2
    return exit_code(found)


def checked(options: Namespace) -> Checked:
    """The spec of a command, checked; what is wrong with it is raised."""
    done = specc.check(options.spec, options.settings)
    if not done.ok:
        raise SpecError(done.diagnostics)
    return done


def out_folder(options: Namespace) -> Path:
    """Where run folders go; said before anything is read or loaded if it cannot be a folder."""
    from specc.runner.errors import cannot_write

    out = Path(options.out)
    if out.exists() and not out.is_dir():
        raise SpecError([cannot_write(Where(str(out)), path=str(out), reason="it is a file")])
    return out


@with_keras
def compile_spec(options: Namespace) -> int:
    from specc.runner.compiling import compile_to

    done = checked(options)
    found = compile_to(done, Path(options.output))
    everything = list(distinct([*done.diagnostics, *found]))  # building may say what checking said
    code = said(everything) if everything else 0
    if code == 0:
        assert done.plan is not None
        print(f"wrote {options.output}" + (
            "; it is subclassed, and loads after `import specc.backend.subclassed`"
            if done.plan.spec.model.kind == "subclassed" else ""), file=sys.stderr)
    return code


@with_keras
def run(options: Namespace) -> int:
    from specc.cli.resuming import to_run, verify

    if options.verify is not None:
        return verify(options)
    from specc.runner.lifecycle import run as live
    from specc.runner.progress import on_stderr

    out = out_folder(options)
    spec, resume = to_run(options, out)
    done = live(spec, out, on_stderr(quiet=options.quiet), resume=resume, inexact=options.inexact,
                diagnose=options.diagnose, fast=options.fast)
    code = said(done.diagnostics) if done.diagnostics else 0
    print(done.folder)
    return code


@with_keras
def lr(options: Namespace) -> int:
    from specc.runner.rate import picture, test, wrong_range

    if wrong := wrong_range(vars(options)):
        print(f"specc: {wrong}", file=sys.stderr)
        return 2
    done = checked(options)
    assert done.plan is not None
    tested = test(done, low=options.low, high=options.high, steps=options.steps)
    path = Path(options.out)
    try:
        picture(path, tested, done.plan.spec.name)
    except OSError as refused:
        from specc.runner.errors import cannot_write

        raise SpecError([cannot_write(Where(str(path)), path=str(path),
                                      reason=refused.strerror or str(refused))]) from None
    print(json.dumps(tested.to_json(path), indent=1) if options.format == "json"
          else tested.text())
    print(f"wrote {path}", file=sys.stderr)
    return 0 if tested.suggestion.rate is not None else 1


@with_keras
def evaluate(options: Namespace) -> int:
    from specc.runner.use import evaluate as measure

    found = measure(Path(options.run), Path(options.data) if options.data else None)
    print(json.dumps(found, indent=1) if options.format == "json" else _table(found))
    return 0


def _table(metrics: object, prefix: str = "") -> str:
    """Nested numbers, one a line under its one name."""
    if not isinstance(metrics, dict):
        shown = f"{metrics:.6g}" if isinstance(metrics, float) else str(metrics)
        return f"{prefix:40} {shown}"
    return "\n".join(_table(value, f"{prefix}.{key}" if prefix else key)
                     for key, value in metrics.items())


@with_keras
def predict(options: Namespace) -> int:
    from specc.runner.folder import write_csv
    from specc.runner.use import predict as answer
    from specc.runner.use import write_to

    if options.output is not None:
        write_to(Path(options.output))
    table, notes = answer(Path(options.run), Path(options.data))
    for note in notes:
        print(note, file=sys.stderr)
    if options.output is None:
        write_csv(table, sys.stdout)
    else:
        write_csv(table, Path(options.output))
        print(f"wrote {len(table)} rows to {options.output}", file=sys.stderr)
    return 0


@with_keras
def tune(options: Namespace) -> int:
    from specc.runner.progress import on_stderr
    from specc.runner.tune import tune as search

    done = search(checked(options), out_folder(options), jobs=options.jobs,
                  progress=on_stderr(quiet=options.quiet), show=not options.quiet)
    code = said(done.run.diagnostics) if done.run.diagnostics else 0
    print(done.folder)
    return code


@with_keras
def test(options: Namespace) -> int:
    others = ("stage", "fast", "quick", "update_golden")
    unread = ([f"--{name.replace('_', '-')}" for name in others if getattr(options, name)]
              if options.mutants else ["--format json"] if options.format == "json" else [])
    if unread:
        where = "with" if options.mutants else "without"
        print(f"specc: {unread[0]} means nothing {where} --mutants", file=sys.stderr)
        return 2
    if options.mutants:
        from specc.cli.mutating import mutants

        return mutants(options)
    from specc.runner.testing import main

    return int(main(options.paths, update=options.update_golden, stages=options.stage,
                    quick=options.quick, fast=options.fast, jobs=options.jobs))

