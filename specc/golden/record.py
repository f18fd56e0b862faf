"""A golden file: where it lies, what it holds, reading and writing it.

It lies in `golden/` of the project, at the spec's own path: `specs/a/b.specc.toml` has
`golden/specs/a/b.json`. Numbers are written so that reading gives the same bits.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from specc.diagnostics import Diagnostic, Outcome
from specc.facts.files import MARKS, project_folder
from specc.golden import errors
from specc.record import Record
from specc.source import Tree, Where

FORMAT = 3
MARK = "specc_golden"  # the key that tells a golden file from other JSON, and its format
FOLDER = "golden"
OBTAINED = ".obtained.json"
PARTS = ("model", "data", "training")


class Losses(Record):
    """What one seed gave: a value an epoch by name (`train.loss`, `val.price.mae`), and digests
    of the weights before and after. `alike`: those of its twin that all back ends train alike,
    where it is not itself (`specc.backend.alike`)."""

    values: Mapping[str, tuple[float, ...]]
    initial: str
    final: str
    alike: Losses | None = None


class Golden(Record):
    """One golden file. `form` is the version of the canonical form that the hashes are of."""

    spec: str  # the spec's path from the project folder
    form: int
    hashes: Mapping[str, str]  # of `model`, `data` and `training`
    environment: Mapping[str, Tree]  # `specc.backend.start.environment()`, with its `key`
    seeds: Mapping[int, Losses]
    otherwise: bool = False  # whether another back end trains it otherwise


def home(file: str) -> Path:
    """The folder whose `golden/` a spec belongs to: its project's.

    Where nothing marks a project (specs and goldens alone), the nearest folder upwards in whose
    `golden/` the spec's own lies; else the spec's folder.
    """
    path = Path(file).resolve()
    project = Path(project_folder(str(path.parent)))
    if any((project / mark).exists() for mark in MARKS):
        return project
    return next((one for one in path.parents if os.path.isfile(_below(one, path))), project)


def _below(folder: Path, path: Path) -> Path:
    inside = path.relative_to(folder)
    stem = inside.name.removesuffix(inside.suffix).removesuffix(".specc")
    return folder / FOLDER / inside.parent / f"{stem}.json"


def spec_path(file: str) -> PurePosixPath:
    """A spec's path from the folder that holds its golden."""
    return PurePosixPath(Path(file).resolve().relative_to(home(file)).as_posix())


def golden_path(file: str) -> Path:
    """Where a spec's golden losses lie, whether they are there or not."""
    return _below(home(file), Path(file).resolve())


def obtained_path(golden: Path) -> Path:
    """Where losses lie that are not the golden ones."""
    return golden.with_name(golden.stem + OBTAINED)


def text(golden: Golden) -> str:
    """A golden as its file holds it; ends with a line feed."""
    document = {
        MARK: FORMAT, "spec": golden.spec, "form": golden.form, "hashes": dict(golden.hashes),
        "environment": dict(golden.environment), "otherwise": golden.otherwise,
        "seeds": {str(seed): _document(one) for seed, one in golden.seeds.items()},
    }
    return json.dumps(document, indent=1, allow_nan=False) + "\n"


def _document(one: Losses) -> dict[str, Tree]:
    document: dict[str, Tree] = {
        "weights": {"initial": one.initial, "final": one.final},
        "values": {name: [_written(value) for value in values]
                   for name, values in one.values.items()},
    }
    return document if one.alike is None else {**document, "alike": _document(one.alike)}


def _written(value: float) -> float | str:
    """JSON has no NaN and no infinity; everything finite reads back as the same bits."""
    return value if math.isfinite(value) else str(value)


def read(path: Path, shown: str | None = None) -> Outcome[Golden]:
    """The golden in a file. A missing or broken file is a diagnostic, under the name `shown`."""
    name = shown or str(path)
    where = Where(name)
    try:
        tree = json.loads(path.read_text(encoding="utf-8"))
        return Outcome(_golden(tree))
    except FileNotFoundError:
        return Outcome(None, (errors.missing_golden(where, path=name),))
    except KeyError as lacks:
        return Outcome(None, (errors.unreadable_golden(where, path=name, reason=f"no {lacks}"),))
    except RecursionError:
        reason = "its lists and tables lie too deep in one another"
    except (TypeError, AttributeError):
        reason = "a list, a table or a number stands where another of them belongs"
    except OSError as refused:
        reason = refused.strerror or str(refused)
    except (ValueError, OverflowError) as wrong:
        reason = str(wrong).splitlines()[0]
    return Outcome(None, (errors.unreadable_golden(where, path=name, reason=reason),))


def _golden(tree: Tree) -> Golden:
    if tree[MARK] != FORMAT:
        raise ValueError(f"its format is {tree[MARK]}, this specc reads {FORMAT}")
    seeds = {int(seed): _losses(one) for seed, one in tree["seeds"].items()}
    return Golden(str(tree["spec"]), int(tree["form"]),
                  {part: str(tree["hashes"][part]) for part in PARTS},
                  dict(tree["environment"]), seeds, bool(tree["otherwise"]))


def _losses(tree: Tree) -> Losses:
    values = {str(name): tuple(float(value) for value in values)
              for name, values in tree["values"].items()}
    return Losses(values, str(tree["weights"]["initial"]), str(tree["weights"]["final"]),
                  _losses(tree["alike"]) if "alike" in tree else None)


def owner(golden: Golden, file: str) -> str | None:
    """The other spec whose golden this is, where both have the same file: `a.specc.toml` and
    `a.specc.json` of one folder. A spec that is gone, or has a golden elsewhere, owns none."""
    other = home(file) / golden.spec
    if not os.path.isfile(other) or os.path.samefile(other, file):
        return None
    return golden.spec if golden_path(str(other)) == golden_path(file) else None


def unused(project: Path) -> Iterator[Diagnostic]:
    """Golden files whose spec is gone, and what was obtained where nothing differs now."""
    folder = project / FOLDER
    for path in sorted(folder.rglob("*.json")):
        name = path.relative_to(project).as_posix()
        if path.name.endswith(OBTAINED):
            continue
        try:
            tree = json.loads(path.read_text(encoding="utf-8"))
            if not isinstance(tree, dict) or MARK not in tree:
                continue
            spec = str(tree.get("spec"))
            there = (project / spec).is_file()
        except (OSError, ValueError, RecursionError):
            continue
        if not there:
            yield errors.unused_golden(Where(name), path=name, reason=f"there is no `{spec}`")
        elif golden_path(str(project / spec)).resolve() != path.resolve():
            yield errors.unused_golden(Where(name), path=name,
                                       reason=f"that of `{spec}` lies elsewhere")
