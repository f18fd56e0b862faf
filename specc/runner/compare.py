"""`specc compare`: runs side by side from their folders: numbers, what differs in their specs, and
their curves in one picture."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from math import isfinite, nan
from pathlib import Path
from typing import Any

from specc.diagnostics import SpecError, number_of
from specc.record import Record
from specc.report.curves import larger_is_better
from specc.report.reading import Contents, read
from specc.runner.errors import cannot_write, not_a_run, unreadable_run
from specc.source import Where

HISTORY = "history.jsonl"
NEEDED = ("metrics.json", HISTORY)
DRAWN = ("train.loss", "val.loss")  # numbers of an epoch that the picture shows, if it has them
MOST_LINES = 40  # differences that are shown as text
WIDEST = 28  # letters of a value that differs
BEST = "*"  # stands behind the best number of a row
SEPARATE = ("name", "description")  # keys of a spec that make no difference

Numbers = Mapping[str, Mapping[str, Any]]  # by run, then by name: `test.price.mae`


class Comparison(Record):
    """Runs by their shortest names.

    best: of each number the runs that have the best; nothing where all are the same, or nobody
    knows which way is better. differences: what is not the same in all, by key, then by run; a run
    without the key is left out. epochs: how many each has finished.
    """

    runs: Mapping[str, Contents]
    numbers: Numbers
    best: Mapping[str, Sequence[str]]
    differences: Mapping[str, Mapping[str, Any]]

    def as_json(self) -> dict[str, Any]:
        return {"runs": {name: {"folder": str(one.path), "status": one.status,
                                "epochs": len(one.history), "metrics": dict(self.numbers[name])}
                         for name, one in self.runs.items()},
                "best": {key: list(names) for key, names in self.best.items()},
                "differences": {key: dict(row) for key, row in self.differences.items()}}


def compare(paths: Sequence[Path], picture: Path | None = None) -> Comparison:
    """Read the runs, and write the picture of their curves where one is asked for. SpecError for a
    folder that is no finished run or has a bad row, and for a picture that cannot be written."""
    for path in paths:
        for name in NEEDED:
            if not (path / name).is_file():
                raise SpecError([not_a_run(Where(str(path)), path=str(path), lacks=name)])
    runs = dict(zip(_names(paths), map(_read, paths), strict=True))
    numbers = {name: dict(_flat(one.metrics)) for name, one in runs.items()}
    if picture is not None:
        _draw(picture, runs)
    return Comparison(runs, numbers, _best(runs, numbers), differences(runs))


def _read(path: Path) -> Contents:
    """The contents of a folder whose metrics and epochs can be read."""
    found = read(path)
    if not found.metrics:
        reason = next((note for note in found.notes if note.startswith("metrics.json")),
                      "its metrics.json holds no table")
        raise SpecError([unreadable_run(Where(str(path)), path=str(path), reason=reason)])
    history = path / HISTORY
    if wrong := _wrong_row(history):
        raise SpecError([unreadable_run(Where(str(history)), path=str(history), reason=wrong)])
    return found


def _wrong_row(history: Path) -> str | None:
    """What is wrong with the first line that is no epoch, or None."""
    try:
        lines = history.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as refused:
        return refused.strerror or str(refused)
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            return f"line {number} is no JSON"
        if not isinstance(row, dict):
            return f"line {number} is no object"
        for key in ("epoch", *DRAWN):
            if not _can_be_drawn(row.get(key, None if key == "epoch" else nan)):
                return f"`{key}` in line {number} is no number that can be drawn"
    return None


def _can_be_drawn(value: Any) -> bool:
    return _is_number(value) and (isinstance(value, float) or abs(value) < 2**53)


def _draw(picture: Path, runs: Mapping[str, Contents]) -> None:
    from specc.runner.pictures import compared

    try:
        compared(picture, {name: one.history for name, one in runs.items()})
    except OSError as refused:
        raise SpecError([cannot_write(Where(str(picture)), path=str(picture),
                                      reason=refused.strerror or str(refused))]) from None


def _names(paths: Sequence[Path]) -> list[str]:
    """The shortest ends of the paths that tell them apart: the spec's name; of one spec the time;
    name/time; and numbers where even those are the same."""
    ends = [path.resolve().parts[-2:] for path in paths]
    specs, times = [end[0] for end in ends], [end[-1] for end in ends]
    for names in (specs, times if len(set(specs)) == 1 else [], ["/".join(end) for end in ends]):
        if names and len(set(names)) == len(ends):
            return names
    return [f"{name} ({index})" for index, name in enumerate(times, 1)]


def _flat(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in tree.items():
        name = f"{prefix}.{key}" if prefix else key
        if isinstance(value, dict):
            yield from _flat(value, name)
        else:
            yield name, value


def _best(runs: Mapping[str, Contents], numbers: Numbers) -> dict[str, list[str]]:
    """By the number, the runs that have the best of it."""
    found: dict[str, list[str]] = {}
    for key in dict.fromkeys(key for row in numbers.values() for key in row):
        ways = {larger_is_better(one, key.partition(".")[2]) for name, one in runs.items()
                if key in numbers[name]}
        values = {name: row[key] for name, row in numbers.items()
                  if _is_number(row.get(key)) and isfinite(row[key])}
        if len(ways) != 1 or None in ways or len(values) < 2 or len(set(values.values())) == 1:
            continue
        goal = (max if ways == {True} else min)(values.values())
        found[key] = [name for name, value in values.items() if value == goal]
    return found


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def differences(runs: Mapping[str, Contents]) -> dict[str, dict[str, Any]]:
    """What is not the same in all runs: keys of their specs, the bytes of their data, their seed
    and the versions they ran on."""
    told = {name: {**dict(leaves({key: value for key, value in one.tree.items()
                                  if key not in SEPARATE})),
                   **dict(_surroundings(one))} for name, one in runs.items()}
    keys = dict.fromkeys(key for row in told.values() for key in row)
    return {key: {name: row[key] for name, row in told.items() if key in row} for key in keys
            if len({_alike(row[key]) if key in row else None for row in told.values()}) > 1}


def _alike(value: Any) -> str:
    """One text for values that mean the same: 3 and 3.0, but not 1 and true."""
    return repr(float(value)) if _is_number(value) and abs(value) < 2**53 else json.dumps(value)


def leaves(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The values of a document by their keys. What has a name in a list is called by that, others
    by their place: `model.layers.price.units`, `model.layers.0.units`."""
    if isinstance(tree, Mapping) and tree:
        for key, value in tree.items():
            yield from leaves(value, f"{path}.{key}" if path else str(key))
    elif isinstance(tree, list) and any(isinstance(one, Mapping) for one in tree):
        for index, value in enumerate(tree):
            name = value.get("name") if isinstance(value, Mapping) else None
            yield from leaves(value, f"{path}.{name if isinstance(name, str) else index}")
    else:
        yield path, tree


def _surroundings(one: Contents) -> Iterator[tuple[str, Any]]:
    form = one.canonical.get("canonical")
    data = form.get("data") if isinstance(form, Mapping) else None
    source = data.get("source") if isinstance(data, Mapping) else None
    if isinstance(source, Mapping) and isinstance(source.get("sha256"), str):
        yield "(bytes of the data)", source["sha256"][:12]
    for key in ("backend", "device", "python"):
        if key in one.environment:
            yield f"({key})", one.environment[key]
    versions = one.environment.get("versions")
    for key, value in versions.items() if isinstance(versions, Mapping) else ():
        yield f"({key})", value


def rows_of(found: Comparison) -> list[str]:
    """The names of the numbers; those of a part (train, test) together."""
    keys = list(dict.fromkeys(key for row in found.numbers.values() for key in row))
    parts = list(dict.fromkeys(map(_part, keys)))
    return sorted(keys, key=lambda key: parts.index(_part(key)))


def as_text(found: Comparison) -> str:
    """A row a number, a column a run, the best marked; then what differs."""
    names = list(found.runs)
    table = [(key, [_cell(found.numbers[name].get(key))
                    + (BEST if name in found.best.get(key, ()) else " ") for name in names])
             for key in rows_of(found)]
    lines = _columns(names, [("epochs", [f"{len(one.history)} " for one in found.runs.values()]),
                             *table])
    if found.best:
        lines.append(f"{BEST} the best of its row")
    lines.append("")
    if not found.differences:
        lines.append("their specs, data and versions are the same")
        return "\n".join(lines)
    shown = list(found.differences.items())[:MOST_LINES]
    lines.append("what differs:")
    lines += _columns(names, [(key, [said(row[name]) if name in row else "-" for name in names])
                              for key, row in shown])[1:]
    if (rest := len(found.differences) - len(shown)) > 0:
        lines.append(f"and {number_of(rest, 'more key')}; --format json lists them all")
    return "\n".join(lines)


def _columns(names: Sequence[str], table: Sequence[tuple[str, Sequence[str]]]) -> list[str]:
    width = max([len(key) for key, _ in table], default=0)
    widths = [max([12, len(name), *(len(cells[at]) for _, cells in table)])
              for at, name in enumerate(names)]
    rows = [("", [f"{name} " for name in names]), *table]
    return ["  ".join([key.ljust(width), *(cell.rjust(wide + 1) for cell, wide in
                                           zip(cells, widths, strict=True))]).rstrip()
            for key, cells in rows]


def _part(key: str) -> str:
    return key.partition(".")[0]


def _cell(value: Any) -> str:
    return f"{value:.6g}" if _is_number(value) else ("" if value is None else "...")


def write_page(found: Comparison, to: Path) -> None:
    """The same as one HTML document without network. SpecError where it cannot be written."""
    from specc.report.compared import marked, page
    from specc.report.panel import Table

    names = list(found.runs)
    numbers = Table("", ["", *names], [
        marked(key, {name: _cell(row.get(key)) for name, row in found.numbers.items()}, names,
               found.best.get(key, ())) for key in rows_of(found)],
        note="The best of a row is strong, where it is known which way is better.")
    differing = Table("", ["", *names], [
        [key, *(said(row[name]) if name in row else "–" for name in names)]
        for key, row in found.differences.items()], words=1 + len(names))
    text = page(found.runs, numbers, differing)
    try:
        to.write_text(text, encoding="utf-8")
    except OSError as refused:
        raise SpecError([cannot_write(Where(str(to)), path=str(to),
                                      reason=refused.strerror or str(refused))]) from None


def said(value: Any) -> str:
    """A value of a spec on a line."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= WIDEST else f"{text[:WIDEST - 1]}…"
