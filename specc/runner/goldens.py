"""Making the golden losses of a spec, holding it to them, and renewing them by name."""

from __future__ import annotations

import hashlib
import math
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeAlias

from specc.data.prepare import Arrays
from specc.diagnostics import Diagnostic, Outcome
from specc.golden import (
    Comparison,
    Golden,
    Losses,
    compare,
    errors,
    golden_path,
    judge,
    owner,
    read,
    text,
    way_of,
)
from specc.golden.record import home, obtained_path, spec_path
from specc.identity import FORM, hashes
from specc.ir.plan import Plan
from specc.record import Record, replace
from specc.runner.data import Ready
from specc.runner.errors import cannot_write
from specc.runner.folder import digests
from specc.source import SUFFIXES, Where

Tamper: TypeAlias = Callable[[Any], object]
Loop: TypeAlias = Callable[[Any, Plan, Arrays, "Arrays | None", Path, int], Outcome[Any]]

EPOCHS = 5  # unless [golden] says how many
SEEDS = 3  # the spec's own and the next, unless [golden] says which
ENDINGS = "the names of specs end in `.specc.toml` or `.specc.json`"


class Held(Record):
    """A spec held to its golden. `comparison` is None where there is no golden to compare with;
    `stays`: whether a golden that was to be renewed is as it was."""

    path: Path
    got: Golden
    comparison: Comparison | None
    diagnostics: tuple[Diagnostic, ...]
    stays: bool = False


def in_ci() -> bool:
    """Whether this is a job of continuous integration, where goldens are never rewritten."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false", "no")


def seeds(ready: Ready) -> tuple[int, ...]:
    """The seeds of a spec's golden; the first is its own, unless [golden] says otherwise."""
    spec = ready.plan.spec
    if spec.golden and spec.golden.seeds:
        return tuple(spec.golden.seeds)
    return tuple(range(spec.seed, spec.seed + SEEDS))


def make(ready: Ready, wanted: Sequence[int] | None = None, *,
         twins: bool = True) -> Outcome[Golden]:
    """Train the first epochs of a spec, once for each seed: those of its golden, or `wanted`.

    twins: once more each as all back ends train it alike, where they do not.
    """
    from specc.backend.start import environment, start

    begun = start()
    if begun.value is None:
        return Outcome(None, begun.diagnostics)
    spec = ready.plan.spec
    runs: dict[int, Losses] = {}
    otherwise = False
    for seed in seeds(ready) if wanted is None else wanted:
        done = losses(ready, seed, twins=twins)
        if done.value is None:
            return Outcome(None, done.diagnostics)
        runs[seed], otherwise = done.value
    return Outcome(Golden(str(spec_path(spec.file)), FORM, _parts(ready), environment(), runs,
                          otherwise))


def _parts(ready: Ready) -> dict[str, str]:
    """The hashes of what a golden is of."""
    found = hashes(ready.plan, ready.dataset.digest, digests(ready.plan))
    return {"model": found.model, "data": found.data, "training": found.training}


def losses(ready: Ready, seed: int, *, twins: bool = False, tamper: Tamper | None = None,
           loop: Loop | None = None) -> Outcome[tuple[Losses, bool]]:
    """What the first epochs of one seed give, weights before and after included; and whether
    another back end trains the model otherwise.

    twins: train its twin too, where one does.
    tamper, loop: what mutants do to the new model, and instead of training it.
    """
    from specc.backend.alike import can_be_alike, make_alike, otherwise

    done = _losses(ready, seed, tamper, loop)
    if done.value is None:
        return Outcome(None, done.diagnostics)
    found, model = done.value
    if not (twins and otherwise(model) and can_be_alike(model)):
        return Outcome((found, otherwise(model)))

    def changed(new: Any) -> None:
        if tamper is not None:
            tamper(new)
        make_alike(new)

    twin = _losses(ready, seed, changed, loop)
    if twin.value is None:
        return Outcome(None, twin.diagnostics)
    return Outcome((replace(found, alike=twin.value[0]), True))


def _losses(ready: Ready, seed: int, tamper: Tamper | None,
            loop: Loop | None) -> Outcome[tuple[Losses, Any]]:
    """What one training of a seed gives, and the model."""
    from specc.backend.build import build

    plan = replace(ready.plan, spec=replace(ready.plan.spec, seed=seed))
    built = build(plan, ready.prepared.train.inputs)
    if built.value is None:
        return Outcome(None, built.diagnostics)
    model, rows = built.value, ready.prepared
    if tamper is not None:
        tamper(model)
    before = weights_digest(model)
    with tempfile.TemporaryDirectory() as folder:  # callbacks may write
        trained = (loop or _train)(model, plan, rows.train, rows.validation, Path(folder),
                                   epochs(ready))
    if trained.value is None:
        return Outcome(None, trained.diagnostics)
    values = {name: tuple(column) for key, several in trained.value.history.items()
              for name, column in columns(key, several)}
    return Outcome((Losses(values, before, weights_digest(model)), model))


def _train(model: Any, plan: Plan, rows: Arrays, validation: Arrays | None, folder: Path,
           count: int) -> Outcome[Any]:
    from specc.backend.train import train

    return train(model, plan, rows, validation, folder=folder, epochs=count)


def epochs(ready: Ready) -> int:
    """How many epochs are golden: as [golden] says, else those of [fit], at most five."""
    spec = ready.plan.spec
    told = spec.golden.epochs if spec.golden else None
    return told or min(spec.fit.epochs, EPOCHS)


def columns(name: str, values: list[Any]) -> Iterator[tuple[str, list[float]]]:
    """A number an epoch under its name; a metric per class (a list an epoch) one by one."""
    if not values or not isinstance(values[0], list):
        yield name, [float(value) for value in values]
        return
    for index, several in enumerate(zip(*values, strict=True)):
        yield from columns(f"{name}[{index}]", list(several))


def weights_digest(model: Any) -> str:
    """SHA-256 over all weights in the model's order: dtype, shape, bytes."""
    digest = hashlib.sha256()
    for one in model.get_weights():
        digest.update(f"{one.dtype} {one.shape}\n".encode())
        digest.update(one.tobytes())
    return digest.hexdigest()


def hold(ready: Ready) -> Outcome[Held]:
    """Train and compare. What differs is written beside the golden, as `.obtained.json`.

    A missing or unreadable golden is found before anything is trained. Where the environment is
    the same the first seed is enough, as bits leave nothing to chance.
    """
    from specc.backend.start import environment, start

    spec = ready.plan.spec
    path = golden_path(spec.file)
    known = read(path, shown(path, spec.file))
    if known.value is None:
        place = spec.where("golden")
        return Outcome(None, tuple(replace(one, where=place) for one in known.diagnostics))
    if (whose := _of_another(known.value, path, ready.plan)) is not None:
        return Outcome(None, (whose,))
    wanted = seeds(ready)
    if (lacks := _lacking(known.value, path, ready, wanted)) is not None:
        return Outcome(None, (lacks,))
    begun = start()
    if begun.value is None:
        return Outcome(None, begun.diagnostics)
    way = way_of(known.value, environment())
    made = make(ready, wanted[:1] if way == "bits" else wanted, twins=way == "unpaired")
    if made.value is None:
        return Outcome(None, made.diagnostics)
    found = compare(known.value, made.value, spec.golden.tolerance if spec.golden else None)
    said = judge(found, spec.where("golden"))
    beside = obtained_path(path)
    if said:
        said += write(beside, made.value, ready.plan)
    else:
        _take_away(beside)
    return Outcome(Held(path, made.value, found, said))


def renew(ready: Ready) -> Outcome[Held]:
    """Train, and write the golden anew where it is not the same; what moved is in `comparison`.

    Nothing is written in CI, nor of a training that diverges, nor over the golden of another spec.
    Where it cannot be written, the outcome's own diagnostics say so beside what moved.
    """
    spec = ready.plan.spec
    path = golden_path(spec.file)
    if in_ci():
        found = errors.golden_update_in_ci(spec.where("golden"), path=shown(path, spec.file))
        return Outcome(None, (found,))
    made = make(ready)
    if made.value is None:
        return Outcome(None, made.diagnostics)
    if (wrong := _not_finite(made.value, spec.where("golden"))) is not None:
        return Outcome(None, (wrong,))
    known = read(path, shown(path, spec.file)).value
    tolerance = spec.golden.tolerance if spec.golden else None
    if known and (whose := _of_another(known, path, ready.plan)) is not None:
        return Outcome(None, (whose,))
    comparison = compare(known, made.value, tolerance) if known else None
    said = judge(comparison, spec.where("golden")) if comparison else ()
    stays = known is not None and comparison is not None and _says_the_same(known, made.value)
    done = Held(path, made.value, comparison, said, stays)
    if not stays:
        refused = write(path, made.value, ready.plan)
        if refused:
            return Outcome(done, refused)
    _take_away(obtained_path(path))
    return Outcome(done)


def _says_the_same(known: Golden, made: Golden) -> bool:
    """Whether a golden is what was made, but for the processor's name and what else about an
    environment changes no bits."""
    if way_of(known, made.environment) == "bits":
        known = replace(known, environment=made.environment)
    return text(known) == text(made)


def _of_another(golden: Golden, path: Path, plan: Plan) -> Diagnostic | None:
    """That a golden belongs to another spec, which lies there too."""
    spec = plan.spec
    whose = owner(golden, spec.file)
    if whose is None:
        return None
    return errors.unreadable_golden(
        spec.where("golden"), path=shown(path, spec.file), of=" of this spec",
        reason=f"it is that of `{whose}`, and a file holds one; rename one of the two specs")


def _lacking(golden: Golden, path: Path, ready: Ready, wanted: Sequence[int]) -> Diagnostic | None:
    """That a golden of this very spec has not all of its seeds, as after a merge. Of a spec that
    changed, that is what is said."""
    lost = [str(seed) for seed in wanted if seed not in golden.seeds]
    if not lost or golden.hashes != _parts(ready):
        return None
    spec = ready.plan.spec
    return errors.unreadable_golden(spec.where("golden"), path=shown(path, spec.file),
                                    of=" of all its seeds", reason=f"no {', '.join(lost)}")


def never_renewed(file: str, stages: Sequence[str] = ()) -> str | None:
    """Why the golden of a spec is not renewed whatever its training gives, as a sentence.

    stages: those that are asked for, where not all are. A spec that cannot be read has no reason
    here: its test says what is wrong.
    """
    from specc.pipeline import check_file

    if not Path(file).is_file():
        return f"a golden is renewed by the name of its spec: `{file}` is no file"
    if not file.endswith(SUFFIXES):
        return f"`{file}` is no spec: {ENDINGS}"
    reason = None
    plan = check_file(file).plan
    if stages and "golden" not in stages:
        reason = "the stage `golden` is not among those asked for"
    elif plan is not None and plan.spec.golden is None:
        reason = "the spec has no [golden]"
    elif plan is not None and "golden" in plan.spec.test:
        reason = f"[test] leaves it out: {plan.spec.test['golden']}"
    return reason and f"the golden of `{file}` cannot be renewed: {reason}"


def _not_finite(golden: Golden, where: Where) -> Diagnostic | None:
    """The first number of a golden that is NaN or infinite."""
    for seed, one in golden.seeds.items():
        for name, values in one.values.items():
            for epoch, value in enumerate(values, start=1):
                if not math.isfinite(value):
                    return errors.golden_not_finite(where, name=name, epoch=epoch, seed=seed)
    return None


def shown(path: Path, file: str) -> str:
    """A golden's path from the project folder, as people write it."""
    return path.relative_to(home(file)).as_posix()


def write(path: Path, golden: Golden, plan: Plan) -> tuple[Diagnostic, ...]:
    """Write a golden file whole or not at all; why it could not be written."""
    try:
        _write(Path(os.path.realpath(path)), text(golden))  # a link stays one
    except OSError as refused:
        return (cannot_write(plan.spec.where("golden"), path=shown(path, plan.spec.file),
                             reason=(refused.strerror or str(refused)).lower()),)
    return ()


def _take_away(path: Path) -> None:
    """What was obtained once; what cannot be taken away stays."""
    with suppress(OSError):
        path.unlink()


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".json")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(content)
        os.chmod(name, 0o644)
        os.replace(name, path)
    finally:
        Path(name).unlink(missing_ok=True)


