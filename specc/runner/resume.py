"""Going on with a run: which folder, whether it is still the same run, and from which epoch."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from specc.diagnostics import Diagnostic, SpecError, number_of
from specc.facts import written
from specc.ir.plan import Plan
from specc.pipeline import Checked, finish
from specc.pipeline import plan as make_plan
from specc.record import Record, field
from specc.runner import checkpoint as checkpoints
from specc.runner.appended import cut_back
from specc.runner.checkpoint import Checkpoint
from specc.runner.errors import not_a_run, unreadable_run
from specc.runner.finished import PLAN
from specc.runner.folder import HISTORY, Folder
from specc.runner.keeper import heard
from specc.runner.machine import ENVIRONMENT
from specc.runner.resume_errors import (
    checkpoint_damaged,
    data_changed,
    nothing_to_resume,
    spec_changed,
)
from specc.source import Where
from specc.spec import Spec
from specc.syntax.document import Document
from specc.syntax.parse import parse

FORM = "spec.json"
NOTHING: Mapping[str, Any] = {}
# Where a spec says what its canonical form has at another place.
WRITTEN: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "data": {"inputs": ("inputs",), "targets": ("outputs",)},
    "training": {"outputs": ("outputs",), "weights": ("model", "weights"), "seed": ("seed",),
                 **{key: ("compile", key) for key in (
                     "optimizer", "jit_compile", "steps_per_execution", "auto_scale_loss")}}}


class Past(Record):
    """What a run goes on from: the state of its last checkpoint; nothing, for one that begins.

    `said`: what was said of its training so far; `noted`: what is to be said of going on;
    `again`: epochs that were finished after that checkpoint.
    """

    epochs: int = 0
    again: int = 0
    stopped: bool = False
    history: Sequence[Mapping[str, Any]] = ()
    said: Sequence[Diagnostic] = ()
    noted: Sequence[Diagnostic] = ()
    arrays: Mapping[str, Any] = field(default_factory=dict)
    numbers: Sequence[Mapping[str, Any]] = ()

    def shown(self, epochs: int) -> str:
        """Where training goes on, of a spec that says `epochs`."""
        more = "has" if self.again == 1 else "have"
        lost = f" ({self.again:,} more {more} no checkpoint: trained again)" if self.again else ""
        return f"after {self.epochs} of {number_of(epochs, 'epoch')}{lost}"

    def until(self, epochs: int) -> int:
        """The epoch that training ends after, of a spec that says `epochs`."""
        return self.epochs if self.stopped else epochs

    def callbacks(self) -> Any:
        """The state of the callbacks, as `specc.backend.train` takes it; None at the beginning."""
        from specc.backend.state import join

        prefix = "callbacks/"
        return join([dict(one) for one in self.numbers], {
            name.removeprefix(prefix): one for name, one in self.arrays.items()
            if name.startswith(prefix)}) if self.epochs else None


def past(folder: Folder, run: str, plan: Plan, say: Callable[[str], object]) -> Past:
    """The state of the newest whole checkpoint, the folder's files cut back to it. Of checkpoints
    that cannot be used it is said before they go."""
    checkpoints.sweep(folder.path)
    folder.sweep()
    found, refused = checkpoints.newest(folder.path, run)
    from_there = found or Checkpoint(run, 0)
    noted = [checkpoint_damaged(Where(str(one.path)), path=str(one.path), reason=one.reason,
                                instead=from_there.epoch) for one in refused]
    for said in noted:
        say(f"{said.severity}: {said.message} [{said.code} {said.name}]")
    for one in refused:
        if one.damaged:
            one.path.unlink(missing_ok=True)
    again = max(len(folder.history()) - from_there.epoch, 0)
    folder.text(HISTORY, "".join(json.dumps(row) + "\n" for row in from_there.history))
    cut_back(folder.path, plan, from_there.files)
    return Past(from_there.epoch, again, from_there.stopped, from_there.history,
                [heard(one) for one in from_there.said], noted, from_there.arrays,
                from_there.callbacks)


def put_back(before: Past, model: Any, folder: Folder) -> None:
    """Give a model that was built anew the weights and the optimizer of the checkpoint."""
    if not before.epochs:
        return
    from specc.backend.snapshot import give

    wrong = give(model, before.arrays)
    if wrong is not None:
        raise SpecError([unreadable_run(Where(str(folder.path)), path=str(folder.path),
                                        reason=f"in the checkpoint, {wrong}")])


# -- which folder ---------------------------------------------------------------------------------


def unfinished(out: Path, spec: Spec, form: Mapping[str, Any]) -> Path:
    """The newest unfinished run of a spec. SpecError where there is none, or none that began with
    this spec and this data: then what changed since the newest is named."""
    found = runs(out / spec.name)
    if not found:
        raise SpecError([nothing_to_resume(spec.where("name"), path=str(out / spec.name),
                                           reason=f"no run of `{spec.name}` is there")])
    open_ones = [one for one in found if Folder(one).status() != "finished"]
    if not open_ones:
        raise SpecError([finished(spec.where("name"), found[0])])
    same = [one for one in open_ones if _form(one).get("hashes") == form["hashes"]]
    if not same:
        raise SpecError(changes(open_ones[0], form, spec))
    return same[0]


def finished(where: Where, path: Path) -> Diagnostic:
    return nothing_to_resume(where, path=str(path.parent), reason=f"`{path.name}` is finished")


def newest(out: Path) -> Path:
    """The newest unfinished run under `out`, of whatever spec."""
    found = [one for name in (out.iterdir() if out.is_dir() else ()) if name.is_dir()
             for one in runs(name)]
    open_ones = [one for one in found if Folder(one).status() != "finished"]
    if not open_ones:
        reason = "all runs are finished" if found else "no run is there"
        raise SpecError([nothing_to_resume(Where(str(out)), path=str(out), reason=reason)])
    return max(open_ones, key=_age)


def runs(place: Path) -> list[Path]:
    """The runs in a folder of runs, the newest first; those that lived long enough to say what
    they are."""
    found = place.iterdir() if place.is_dir() else ()
    return sorted((one for one in found if (one / FORM).is_file() and (one / PLAN).is_file()),
                  key=_age, reverse=True)


def _age(path: Path) -> tuple[str, float]:
    """Runs by the second they began in, then by when their folder was last touched."""
    return path.name[:15], (path / FORM).stat().st_mtime_ns


# -- whether it is the same run -------------------------------------------------------------------


def changes(path: Path, form: Mapping[str, Any], spec: Spec) -> list[Diagnostic]:
    """What a spec and its data, in canonical form, are not as a run's folder has them."""
    before = _form(path)
    if "hashes" not in before or "canonical" not in before:
        return [unreadable_run(Where(str(path)), path=str(path / FORM),
                               reason="it is not what specc wrote")]
    if before["hashes"] == form["hashes"]:
        return []
    found = list(differences(before["canonical"], form["canonical"]))
    files = [step for step, _, _ in found if step[-1] == "sha256"]
    said = [data_changed(spec.where("data" if one[0] == "data" else "model"), path=str(path),
                         source=_source(one, spec)) for one in files]
    others = [*_other_specc(path), *(shown(*one) for one in found if one[0][-1] != "sha256")]
    if others or not said:
        said.append(spec_changed(spec.where(), path=str(path),
                                 changes=others or ["it was written by another specc"]))
    return said


def check_same(path: Path, form: Mapping[str, Any], spec: Spec) -> None:
    """SpecError where a run cannot go on in this folder: it is finished, or was another."""
    if Folder(path).status() == "finished":  # while this process waited for the lock
        raise SpecError([finished(Where(str(path)), path)])
    found = changes(path, form, spec)
    if found:
        raise SpecError(found)


def differences(was: Any, now: Any, path: tuple[str, ...] = ()
                ) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    """The places at which two trees differ, with both values; None where there is none."""
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        for key in sorted(was.keys() | now.keys()):
            yield from differences(was.get(key), now.get(key), (*path, str(key)))
    elif isinstance(was, list) and isinstance(now, list) and len(was) == len(now):
        for index, (one, other) in enumerate(zip(was, now, strict=True)):
            yield from differences(one, other, (*path, str(index)))
    elif was != now:
        yield path, was, now


def shown(path: tuple[str, ...], was: Any, now: Any) -> str:
    """A difference in the words of a spec: `fit.epochs` was 10, is 20."""
    part, *rest = path
    if part == "model":
        place: tuple[str, ...] = path
    else:
        first = rest[0] if rest else ""
        otherwise = ("data" if part == "data" else "fit", first)
        place = (*WRITTEN[part].get(first, otherwise), *rest[1:])
    return (f"`{'.'.join(place)}` was {_value(was)}, is {_value(now)}")


def _value(value: Any) -> str:
    if value is None:
        return "not said"
    text = json.dumps(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _other_specc(path: Path) -> list[str]:
    """That a run began with another specc, which may write the same spec in another form."""
    try:
        was = Folder(path).read(ENVIRONMENT)["versions"]["specc"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    now = version("specc")
    return [] if was == now else [f"specc was {was}, is {now}"]


def _source(path: tuple[str, ...], spec: Spec) -> str:
    """What a digest is of, for people."""
    if path[0] != "data":
        return "a saved model that the spec names"
    source = spec.data.source if spec.data else None
    return f"`{source}`" if isinstance(source, str) else "the data"


def _form(path: Path) -> Mapping[str, Any]:
    """What a run's folder says it is; nothing where that cannot be read."""
    try:
        told = Folder(path).read(FORM)
    except (OSError, ValueError):
        return NOTHING
    return told if isinstance(told, dict) else NOTHING


# -- the spec of a folder -------------------------------------------------------------------------


def spec_of(path: Path) -> Checked:
    """The spec that a run's folder was begun with, checked. SpecError where it holds none."""
    where = Where(str(path))
    for name in (FORM, PLAN):
        if not (path / name).is_file():
            raise SpecError([not_a_run(where, path=str(path), lacks=name)])
    if Folder(path).status() == "finished":
        raise SpecError([finished(where, path)])
    try:
        told = Folder(path).read(PLAN)
        owners = {tuple(steps): file for steps, file in told["owners"]}
        text = next((one.read_bytes() for name in ("spec.toml", "spec.json.txt")
                     if (one := path / name).is_file()), b"")
        document = Document(told["file"], told["tree"], owners, {told["file"]: text})
    except (OSError, ValueError, KeyError, TypeError) as broken:
        reason = f"it lacks {broken}" if isinstance(broken, KeyError) else str(broken)
        raise SpecError([unreadable_run(where, path=str(path / PLAN), reason=reason)]) from None
    done = parse(document).then(lambda one: make_plan(one, written(one)))
    return Checked(document.file, done.value,
                   finish(done.diagnostics, done.value, document.sources), done.unchecked,
                   document.sources)
