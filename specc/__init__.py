"""specc: a declarative model-spec compiler and test harness for Keras.

    import specc

    report = specc.check("a.specc.toml")     # diagnostics; never raises for a user's mistake
    spec = specc.load("a.specc.toml")        # raises SpecError with all diagnostics
    model = specc.compile(spec)              # a compiled keras.Model
    run = specc.run(spec)                    # run.metrics, run.history, run.model, run.folder
    best = specc.tune(spec)                  # best.spec, best.table

`import specc` and checking import neither Keras nor NumPy; `import specc` alone not even pydantic,
since every pytest of an environment imports it with the plugin.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from specc.diagnostics import Diagnostic, SpecError

if TYPE_CHECKING:
    from specc.health.schedule import Diagnose
    from specc.pipeline import Checked
    from specc.runner.lifecycle import Run
    from specc.runner.progress import Progress
    from specc.runner.tune.whole import Tuned

File = str | os.PathLike[str]


def check(spec: File, settings: Iterable[str] = (),
          texts: Mapping[str, bytes] | None = None, select: Iterable[str] = ()) -> Checked:
    """Everything that is wrong with a spec file, as `.diagnostics`. Reads no rows.

    settings: overrides as `--set` takes them, `["fit.epochs=3"]`.
    texts: what stands for files, by real path, as an editor holds them before it writes.
    select: codes, families and names to look for, whatever [tool.specc] selects or ignores.
    """
    from specc.pipeline import check_file

    settings, select = tuple(settings), tuple(select)
    done = check_file(os.fspath(spec), settings, texts or {}, select)
    return _controlled(done, settings)


def check_text(text: bytes, name: str = "<stdin>", kind: Literal["toml", "json"] = "toml",
               settings: Iterable[str] = (), select: Iterable[str] = ()) -> Checked:
    """The same of a text, as if it were the file `name`; kind: `toml` or `json`."""
    from specc.pipeline import check_text as check_it

    settings, select = tuple(settings), tuple(select)
    return _controlled(check_it(text, name, kind, settings, select), settings)


def _controlled(done: Checked, settings: tuple[str, ...]) -> Checked:
    """What was checked, and whether [lint] and [tool.specc] ignore what there is; all codes are
    slow to import."""
    if done.plan is None or not (done.plan.spec.ignore or done.plan.spec.control):
        return done
    from specc.controls import controlled

    return controlled(done, as_written=not settings)


def load(spec: File, settings: Iterable[str] = ()) -> Checked:
    """A spec that has no errors. SpecError, with all diagnostics, for one that has."""
    done = check(spec, settings)
    if not done.ok:
        raise SpecError(done.diagnostics)
    return done


def compile(spec: Checked | File) -> Any:
    """The compiled `keras.Model` of a spec, with its initial weights. SpecError for errors."""
    from specc.runner.compiling import compile_plan

    return compile_plan(_loaded(spec))[0]


def run(spec: Checked | File, out: File = "runs", progress: Progress | None = None, *,
        resume: bool | File = False, diagnose: Diagnose = "epoch", fast: bool = True) -> Run:
    """Train, evaluate, save, reload and predict, into a folder under `out`.

    resume: go on with the newest unfinished run of this spec, or with the one in this folder.
    diagnose: look for what goes wrong in training not at all ("off"), after ever fewer epochs, or
    after each ("full"). fast: whole epochs in one compiled function where that is possible.
    """
    from pathlib import Path

    from specc.runner.lifecycle import run as live

    return live(_loaded(spec), Path(out), progress,
                resume=resume if isinstance(resume, bool) else Path(resume),
                diagnose=diagnose, fast=fast)


def tune(spec: Checked | File, out: File = "runs", jobs: int = 1,
         progress: Progress | None = None) -> Tuned:
    """Search [tune.space], refit the best, and write `best.specc.toml`."""
    from pathlib import Path

    from specc.runner.tune import tune as search

    return search(_loaded(spec), Path(out), jobs=jobs, progress=progress,
                  show=progress is not None)


def _loaded(spec: Checked | File) -> Checked:
    if isinstance(spec, str | os.PathLike):
        return load(spec)
    if not spec.ok:
        raise SpecError(spec.diagnostics)
    return spec


def __getattr__(name: str) -> Any:
    """`specc.Checked`, imported when somebody asks for it."""
    if name != "Checked":
        raise AttributeError(f"module `specc` has no attribute `{name}`")
    from specc.pipeline import Checked

    return Checked


__all__ = ["Checked", "Diagnostic", "SpecError", "check", "check_text", "compile", "load", "run",
           "tune"]
