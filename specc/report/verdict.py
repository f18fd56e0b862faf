"""The top of the page: how the run ended, and the numbers that matter first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from specc.diagnostics import number_of
from specc.record import Record
from specc.report.curves import KINDS
from specc.report.panel import Cell, Table
from specc.report.reading import PARTS, Contents
from specc.report.scale import written
from specc.report.wording import lasted

SEVERITIES = ("error", "warning", "info")
ORDER = ("train", "validation", "test")  # as columns
MOST_TILES = 8


class Verdict(Record):
    """kind: good, bad, doubtful (warnings, or stopped early), or open (not finished)."""

    kind: str
    word: str
    sentence: str


class Tile(Record):
    """A number that is shown large: of the part that was predicted, the other parts below."""

    label: str
    value: str
    part: str
    others: Sequence[tuple[str, str]] = ()


def verdict(contents: Contents) -> Verdict:
    counts = {kind: sum(one.get("severity") == kind for one in contents.findings)
              for kind in SEVERITIES}
    found = [number_of(count, kind) for kind, count in counts.items() if count and kind != "info"]
    said = " and ".join(found)
    done, asked = len(contents.history), contents.epochs
    epochs = f"{done:,} of {number_of(asked, 'epoch')}" if asked else number_of(done, "epoch")
    if contents.sittings > 1:
        epochs += f" in {contents.sittings} sittings"
    elif contents.began and contents.ended and contents.ended > contents.began:
        epochs += f" in {lasted((contents.ended - contents.began).total_seconds())}"
    if contents.status == "finished":
        kind = "bad" if counts["error"] else "doubtful" if counts["warning"] else "good"
        word = "Finished" + (", with errors" if counts["error"] else
                             ", with warnings" if counts["warning"] else "")
        return Verdict(kind, word, f"{epochs}; {said or 'nothing was found wrong'}.")
    if contents.status in (None, "running"):
        return Verdict("open", "Not finished", f"{epochs}. The run is going on, or was ended from "
                       "outside; this page holds what it has written so far.")
    word = str(contents.status)[:40].capitalize()
    return Verdict("bad" if counts["error"] else "open", word,
                   f"{epochs}{f'; {said}' if said else ''}. This page holds what was written "
                   "until then.")


def tiles(contents: Contents) -> list[Tile]:
    """Of each output its first metric (its loss where it has none), of several the whole loss."""
    if not contents.metrics:
        return _last(contents)
    part = contents.predicted_part
    if part is None:
        return []
    numbers = {one: _flat(contents.metrics.get(one)) for one in ORDER}
    chosen = []
    for output in contents.outputs[:MOST_TILES]:
        keys = [key for key in numbers[part] if key.startswith(f"{output}.")]
        metrics = [key for key in keys if not key.endswith(".loss")]
        chosen += _first(contents, output, metrics) or keys[:1]
    if len(contents.outputs) > 1 or not chosen:
        chosen.append("loss")
    return [Tile(_said(key, contents), written(numbers[part][key]), part,
                 [(other, written(numbers[other][key])) for other in ORDER
                  if other != part and key in numbers[other]])
            for key in chosen if key in numbers[part]]


def _first(contents: Contents, output: str, keys: Sequence[str]) -> list[str]:
    """The metrics as the spec lists them: metrics.json has them by name."""
    if contents.plan is not None:
        head = next((head for head in contents.plan.heads if head.name == output), None)
        listed = [f"{output}.{key}" for key, _ in head.metrics] if head else []
        keys = [key for key in listed if key in keys] or list(keys)
    return list(keys[:2] if len(contents.outputs) == 1 else keys[:1])


def _said(key: str, contents: Contents) -> str:
    output, _, metric = key.rpartition(".")
    return metric if len(contents.outputs) == 1 or not output else f"{output} · {metric}"


def _last(contents: Contents) -> list[Tile]:
    """Of a run that was not evaluated: the losses of its last epoch."""
    if not contents.history:
        return []
    last = contents.history[-1]
    return [Tile("loss", _text(last[f"{part}.loss"]), f"{word}, last epoch")
            for part, (word, _) in KINDS.items() if f"{part}.loss" in last]


def _flat(tree: Any) -> dict[str, float]:
    """`{"price": {"mae": 1.0}}` as `{"price.mae": 1.0}`: numbers only."""
    found: dict[str, float] = {}
    for key, value in tree.items() if isinstance(tree, Mapping) else ():
        if isinstance(value, Mapping):
            found |= {f"{key}.{rest}": one for rest, one in value.items() if _is_number(one)}
        elif _is_number(value):
            found[str(key)] = value
    return found


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def metrics_table(contents: Contents) -> Table | None:
    """Every number of metrics.json: a row a number, a column a part."""
    parts = [part for part in ORDER if isinstance(contents.metrics.get(part), Mapping)]
    if not parts:
        return None
    columns = {part: dict(_all(contents.metrics[part])) for part in parts}
    keys = list(dict.fromkeys(key for column in columns.values() for key in column))
    outputs = contents.outputs
    keys.sort(key=lambda key: outputs.index(key.rpartition(".")[0])
              if key.rpartition(".")[0] in outputs else -1)
    rows: list[list[Cell | str]] = [[key, *(columns[part].get(key, "") for part in parts)]
                                    for key in keys]
    return Table("", ["", *parts], rows)


def _all(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from _all(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", _text(value)


def _text(value: Any) -> str:
    if isinstance(value, list):
        shown = ", ".join(map(_text, value[:8]))
        return f"{shown}, …" if len(value) > 8 else shown
    return written(value, 6) if _is_number(value) else str(value)


def lacking(contents: Contents) -> Iterator[str]:
    """What a finished run would have, and this one has not."""
    if not contents.history:
        yield "There is no finished epoch."
    elif not any(key.startswith("val.") for key in contents.history[0]):
        yield "There is no validation part: curves are of training alone."
    if contents.metrics and contents.predicted_part != PARTS[0]:
        yield (f"There is no test part: predictions are of the {contents.predicted_part} rows"
               + (", which the model was trained on." if contents.predicted_part == "train" else
                  "."))
    if not contents.metrics:
        yield "There are no metrics: the run did not come to evaluate the model."
    if not contents.header:
        yield "There are no predictions."


__all__ = ["Tile", "Verdict", "lacking", "metrics_table", "tiles", "verdict"]
