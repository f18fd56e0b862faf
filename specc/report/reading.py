"""What a run's folder holds, as far as it can be read: nothing that is missing, torn or strange
stops a report. What could not be read is said on the page."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from specc.ir.plan import Plan
from specc.planned import PLAN, Malformed, again
from specc.record import Record

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 1_000_000  # of predictions.csv that are read
MOST_CELLS = 30_000_000  # of those; many classes have many columns
PARTS = ("test", "validation", "train")
CLASSES = ("binary", "multiclass", "multilabel")
T = TypeVar("T")


class Contents(Record):
    """A run's folder. What is None or empty is not there, or cannot be read: see `notes`."""

    path: Path
    status: str | None
    findings: Sequence[Mapping[str, Any]]
    spec_file: str | None  # the name of the file that the run was given
    spec_text: str | None
    spec_is_json: bool
    tree: Mapping[str, Any]  # the document after bases, settings and parameters
    settings: Sequence[tuple[str, Any]]  # what `--set` said
    canonical: Mapping[str, Any]
    plan: Plan | None
    summary: str | None
    history: Sequence[Mapping[str, Any]]
    signals: Sequence[Mapping[str, Any]]  # what was measured of the model, an epoch a row
    metrics: Mapping[str, Any]
    environment: Mapping[str, Any]
    hashes: Mapping[str, str]
    header: Sequence[str]  # the columns of predictions.csv
    began: datetime | None
    ended: datetime | None
    sittings: int  # how often it was begun or gone on with
    notes: Sequence[str]

    @property
    def name(self) -> str:
        found = self.tree.get("name") or self.canonical.get("name")
        return str(found or self.path.resolve().parent.name or self.path)

    @property
    def epochs(self) -> int | None:
        """The epochs that the spec asks for."""
        if self.plan is not None:
            return self.plan.spec.fit.epochs
        fit = self.tree.get("fit")
        found = fit.get("epochs") if isinstance(fit, Mapping) else None
        return found if isinstance(found, int) else None

    @property
    def outputs(self) -> list[str]:
        """The names of the outputs: of the plan, or as predictions.csv has them."""
        if self.plan is not None:
            return [head.name for head in self.plan.heads]
        if isinstance(self.tree.get("outputs"), Mapping):
            return list(self.tree["outputs"])
        found = (name.rpartition(".truth")[0] or name.rpartition(".truth.")[0]
                 for name in self.header if ".truth" in name)
        return list(dict.fromkeys(found))

    def task(self, output: str) -> str | None:
        """The task of an output; None where nothing says it."""
        outputs = self.tree.get("outputs")
        one = outputs.get(output) if isinstance(outputs, Mapping) else None
        found = one.get("task") if isinstance(one, Mapping) else None
        return found if isinstance(found, str) else None

    @property
    def predicted_part(self) -> str | None:
        """The part of the rows that predictions.csv is of."""
        return next((part for part in PARTS if part in self.metrics), None)


def read(path: Path, closing: Mapping[str, Any] | None = None) -> Contents:
    """The contents of a folder, but for the rows of predictions.csv (`rows_of`).

    closing: what status.json is about to hold.
    """
    notes: list[str] = []
    status = closing if closing is not None else _table(_json(path / "status.json", notes))
    planned = _table(_json(path / PLAN, notes))
    spec = _table(_json(path / "spec.json", notes))
    environment = _table(_json(path / "environment.json", notes))
    text, is_json = _spec_text(path, notes)
    log = _text(path / "log.txt", notes) or ""
    began, ended = _times(log)
    file = planned.get("file")
    tree = _table(planned.get("tree"))
    return Contents(
        path=path,
        status=str(status["status"]) if "status" in status else None,
        findings=[one for one in _list(status.get("diagnostics")) if isinstance(one, dict)],
        spec_file=file if isinstance(file, str) else None,
        spec_text=text, spec_is_json=is_json, tree=tree,
        settings=list(_settings(planned, tree)),
        canonical=spec, plan=_plan(planned, notes), summary=_text(path / "summary.txt", notes),
        history=_history(path / "history.jsonl", notes),
        signals=_history(path / "signals.jsonl", notes),
        metrics=_table(_json(path / "metrics.json", notes)), environment=environment,
        hashes={key: value for key, value in
                (_table(environment.get("hashes")) or _table(spec.get("hashes"))).items()
                if isinstance(value, str)},
        header=_header(path / "predictions.csv", notes), began=began, ended=ended,
        sittings=sum(line.split()[1:2] in (["begin"], ["resume"]) for line in log.splitlines()),
        notes=notes)


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _or_note(path: Path, notes: list[str], look: Callable[[Path], T]) -> T | None:
    """What `look` finds in a file; None where there is none, with a note where it is unreadable."""
    try:
        return look(path)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError, csv.Error) as broken:
        reason = broken.strerror if isinstance(broken, OSError) else str(broken)
        notes.append(f"{path.name} cannot be read: {reason}")
        return None


def _text(path: Path, notes: list[str]) -> str | None:
    return _or_note(path, notes, lambda path: path.read_text(encoding="utf-8", errors="replace"))


def _json(path: Path, notes: list[str]) -> Any:
    return _or_note(path, notes, lambda path: json.loads(path.read_text(encoding="utf-8")))


def _spec_text(path: Path, notes: list[str]) -> tuple[str | None, bool]:
    text = _text(path / "spec.toml", notes)
    if text is not None:
        return text, False
    return _text(path / "spec.json.txt", notes), True


def _times(log: str) -> tuple[datetime | None, datetime | None]:
    """The times of the first and the last line."""
    found = []
    for line in log.splitlines():
        try:
            found.append(datetime.fromisoformat(line.partition(" ")[0]))
        except ValueError:
            continue
    return (found[0], found[-1]) if found else (None, None)


def _settings(planned: Mapping[str, Any], tree: Any) -> Iterator[tuple[str, Any]]:
    """What came from `--set`: the plan keeps which file each value is from."""
    for owner in _list(planned.get("owners")):
        match owner:
            case [list(path), str(file)] if Path(file).name == "--set":
                value: Any = tree
                for step in path:
                    try:
                        value = value[step]
                    except (KeyError, IndexError, TypeError):
                        break
                else:
                    yield ".".join(map(str, path)), value


def _plan(planned: Mapping[str, Any], notes: list[str]) -> Plan | None:
    if not planned:
        return None
    try:
        made = again(planned)
    except Malformed as broken:
        notes.append(f"{PLAN} cannot be read: {broken}")
        return None
    if made.value is None:
        first = next((one.message for one in made.diagnostics), "")
        notes.append(f"this specc makes no plan of {PLAN}: {first}")
    return made.value


def _history(path: Path, notes: list[str]) -> list[dict[str, Any]]:
    """The finished epochs; a torn last line is none."""
    rows = []
    for line in (_text(path, notes) or "").splitlines():
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            notes.append(f"{path.name} ends within a line")
            break
        if isinstance(row, dict):
            rows.append(row)
    return rows


def _header(path: Path, notes: list[str]) -> list[str]:
    def first(path: Path) -> list[str]:
        with path.open(encoding="utf-8", newline="") as file:
            return next(csv.reader(file), [])

    return _or_note(path, notes, first) or []


def rows_of(contents: Contents, notes: list[str]) -> pd.DataFrame | None:
    """The rows of predictions.csv, truths and predictions of classes as text."""
    if not contents.header:
        return None
    import pandas as pd

    words = {name for output in contents.outputs if contents.task(output) in (*CLASSES, None)
             for name in contents.header
             if name.startswith((f"{output}.truth", f"{output}.prediction"))}
    kinds: dict[Any, Any] = dict.fromkeys(words, str)
    blanks: dict[Any, Any] = {name: [] if name in words else ["", "nan", "NaN"]
                              for name in contents.header}

    most = min(MOST_ROWS, MOST_CELLS // len(contents.header))

    def look(path: Path) -> pd.DataFrame:
        return pd.read_csv(path, dtype=kinds, keep_default_na=False, na_values=blanks,
                           nrows=most)

    found = _or_note(contents.path / "predictions.csv", notes, look)
    if found is not None and len(found) == most:
        notes.append(f"of predictions.csv the first {most:,} rows were read")
    return found
