"""From a spec to rows that are known: read, dropped, ordered, split, and learned from.

`learn` comes before lowering with facts from rows; `prepare` (next module) comes after it, when
the plan says how each loss wants its labels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from specc.data import errors, target_errors
from specc.data.encode import ColumnFit, at
from specc.data.inputs import (
    InputFit,
    Made,
    apply_input,
    dropped,
    fit_input,
    gap_rows,
    wheres,
)
from specc.data.known import facts_from
from specc.data.order import in_time
from specc.data.preparation import Preparation
from specc.data.profile import Measured, profile_of
from specc.data.source import PARTS, Rows, read
from specc.data.split import (
    Index,
    PartIndex,
    at_random,
    by_label,
    by_time,
    cut,
    grouped,
    portion,
    stratified,
)
from specc.data.table import cells, numbers
from specc.data.target import TargetFit, answers, fit_target
from specc.diagnostics import Diagnostic, Outcome
from specc.facts import Facts, check_columns, written
from specc.facts.columns import (
    MOST_NUMBERS,
    inputs_against,
    label_columns,
    take,
    unknown_columns,
)
from specc.facts.errors import too_many_numbers
from specc.facts.streams import unsuited
from specc.record import Record, replace
from specc.rules.validating import sample_weight_zero_sum
from specc.spec import Spec

Applying: TypeAlias = Callable[..., Made]  # as `apply_input`


class Dataset(Record):
    """The usable rows of a spec, in order, and what they teach.

    `numbers`: each row's number in its file, from 1. `parts`: positions in `frame`. `inputs`:
    prepared rows before windows, folding and dtype. `answers`: class numbers (int64) or scaled
    numbers (float64), (n, u). `weights`: sample weights of outputs that have a column of them.
    `digest`: SHA-256 of the source. `notes`: what happened to rows, in sentences.
    """

    frame: pd.DataFrame
    numbers: NDArray[np.int64]
    parts: PartIndex
    preparation: Preparation
    inputs: Mapping[str, NDArray[Any]]
    answers: Mapping[str, NDArray[Any]]
    weights: Mapping[str, NDArray[np.float64]]
    facts: Facts
    digest: str
    notes: tuple[str, ...] = ()


class Usable(Record):
    """Rows after dropping and ordering, before anything is learned."""

    frame: pd.DataFrame
    numbers: NDArray[np.int64]
    labels: NDArray[np.str_] | None  # which file each row came from, where there are several
    digest: str
    notes: tuple[str, ...]


def learn(spec: Spec) -> Outcome[Dataset]:
    """Read a spec's rows, split them, and learn from the training rows.

    Every mistake of the data that can be found is said in one pass, with row numbers.
    """
    if spec.data is None:
        return Outcome(None, (errors.no_data(spec.where(), name=spec.name),))
    early = tuple(d for d in (*check_columns(spec, written(spec)), *unsuited(spec))
                  if d.severity == "error")
    if early:
        return Outcome(None, early)
    if spec.data.stream:
        from specc.data import streamed

        return streamed.learn(spec)
    learned = read(spec).then(lambda rows: usable(spec, rows)).then(
        lambda ready: split(spec, ready).then(lambda parts: fit(spec, ready, parts)))
    return learned.then(lambda dataset: Outcome(_profiled(spec, dataset)))


def _profiled(spec: Spec, dataset: Dataset) -> Dataset:
    """With what the rows look like among its facts: once a spec, not once a fold."""
    profile = profile_of(Measured(spec, dataset.frame, dataset.parts, dataset.preparation.targets,
                                  dataset.answers))
    return replace(dataset, facts=replace(dataset.facts, profile=profile))


def usable(spec: Spec, rows: Rows) -> Outcome[Usable]:
    """Rows without those that `missing = "drop"` leaves out, sorted by `order`."""
    assert spec.data is not None
    columns, labels = tuple(rows.frame.columns), label_columns(spec)
    found = [*unknown_columns(spec, columns), *inputs_against(spec, columns, labels)]
    if any(d.severity == "error" for d in found):
        return Outcome(None, tuple(found))
    used = [column for one in spec.inputs.values()
            for _, column in take(spec, one, columns, labels)]
    out = dropped(rows.frame, [ColumnFit(one.name, "text", missing=one.missing) for one in used])
    notes: tuple[str, ...] = ()
    if out.any():
        names = sorted({one.name for one in used if one.missing == "drop"})
        notes = (f"{int(out.sum())} of {len(out)} rows dropped: gaps in {', '.join(names)}",)
    keep = np.flatnonzero(~out).astype(np.int64)
    if not len(keep):
        found.append(errors.empty_part(spec.where("data", "source"), part="training",
                                       reason=notes[0] if notes else "the source has none"))
        return Outcome(None, tuple(found))
    frame, numbering = rows.frame.iloc[keep].reset_index(drop=True), rows.numbers[keep]
    parts = rows.parts[keep] if rows.parts is not None else None
    found += _gaps_in_keys(spec, frame, numbering)
    if any(d.severity == "error" for d in found):
        return Outcome(None, tuple(found))
    if spec.data.order is not None:
        sequence, word = in_time(cells(frame, spec.data.order))
        if word is not None:
            found.append(errors.ordered_as_text(spec.where("data", "order"),
                                                column=spec.data.order, value=word))
        frame, numbering = frame.iloc[sequence].reset_index(drop=True), numbering[sequence]
        parts = parts[sequence] if parts is not None else None
    return Outcome(Usable(frame, numbering, parts, rows.digest, notes), tuple(found))


def _gaps_in_keys(spec: Spec, frame: pd.DataFrame,
                  rows: NDArray[np.int64]) -> list[Diagnostic]:
    """Gaps in the columns that rows are ordered, split or grouped by."""
    assert spec.data is not None
    keys = [(spec.data.order, "order column", ("order",)),
            (spec.data.split.stratify, "stratify column", ("split", "stratify")),
            (spec.data.split.group, "group column", ("split", "group")),
            (spec.data.split.column, "split column", ("split", "column"))]
    if spec.data.window is not None:
        keys.append((spec.data.window.by, "group column", ("window", "by")))
    return [errors.gap_in_key(spec.where("data", *path), column=column, use=use, rows=missing)
            for column, use, path in keys
            if column is not None and (missing := gap_rows(cells(frame, column), rows))]


def split(spec: Spec, ready: Usable) -> Outcome[PartIndex]:
    """Positions of train, validation and test; a part that was asked for may not be empty."""
    assert spec.data is not None
    asked, where = spec.data.split, spec.where("data", "split")
    if asked.column is not None:
        labels = cells(ready.frame, asked.column).astype(str)
        wrong = ~np.isin(labels, PARTS)
        if wrong.any():
            value = labels[np.flatnonzero(wrong)[0]]
            return Outcome(None, (errors.split_value(
                where.at("column"), column=asked.column, value=value,
                rows=at(ready.numbers, labels == value)),))
        parts = by_label(labels)
    elif ready.labels is not None:
        parts = _split_train(spec, ready, by_label(ready.labels))
    else:
        parts = _split_rows(spec, ready, np.arange(len(ready.frame), dtype=np.int64))
    return _none_empty(spec, parts, len(ready.frame))


def _split_rows(spec: Spec, ready: Usable, rows: Index) -> PartIndex:
    """Fractions of these rows, however the spec asks for them."""
    assert spec.data is not None
    asked, n = spec.data.split, len(rows)
    sizes = portion(n, asked.test), portion(n, asked.validation)
    if sum(sizes) > n:  # 0.5 + 0.5 of an odd number
        sizes = sizes[0], n - sizes[0]
    if sizes == (0, 0):
        inside = cut(np.arange(n, dtype=np.int64), sizes)
    elif spec.data.order is not None:
        inside = by_time(n, sizes)
    elif asked.stratify is not None:
        inside = stratified(cells(ready.frame, asked.stratify)[rows], sizes, asked.seed)
    elif asked.group is not None:
        inside = grouped(cells(ready.frame, asked.group)[rows], sizes, asked.seed)
    else:
        inside = at_random(n, sizes, asked.seed)
    return {part: rows[positions] for part, positions in inside.items()}


def _split_train(spec: Spec, ready: Usable, files: PartIndex) -> PartIndex:
    """Parts from files; a fraction is one of the train file."""
    inside = _split_rows(spec, ready, files["train"])
    return {part: inside[part] if part == "train" or len(inside[part]) else files[part]
            for part in PARTS}


def _none_empty(spec: Spec, parts: PartIndex, n: int) -> Outcome[PartIndex]:
    assert spec.data is not None
    asked = spec.data.split
    found = []
    if not len(parts["train"]):
        found.append(errors.empty_part(
            spec.where("data", "split"), part="training",
            reason=f"of {n} rows, test has {len(parts['test'])} and validation "
            f"{len(parts['validation'])}"))
    for part, fraction in (("validation", asked.validation), ("test", asked.test)):
        if fraction > 0 and not len(parts[part]):
            found.append(errors.empty_part(spec.where("data", "split", part), part=part,
                                           reason=f"{fraction:g} of {n} rows is less than a half"
                                           if asked.group is None else
                                           f"no group of `{asked.group}` is small enough"))
    return Outcome(None if found else parts, tuple(found))


def fit(spec: Spec, ready: Usable, parts: PartIndex,
        apply: Applying = apply_input) -> Outcome[Dataset]:
    """Learn from the training rows, and prepare all rows with what was learned.

    apply: makes the rows of an input, as `apply_input` does in memory.
    """
    assert spec.data is not None
    found: list[Diagnostic] = []
    columns, labels = tuple(ready.frame.columns), label_columns(spec)
    inputs: dict[str, InputFit] = {}
    made: dict[str, NDArray[Any]] = {}
    limits = {}
    for name, one in spec.inputs.items():
        learned = fit_input(spec, one, ready.frame, labels, parts["train"], ready.numbers)
        found += learned.diagnostics
        if learned.value is None:
            continue
        count = learned.value.width * len(ready.frame) * _steps(spec)
        if count > MOST_NUMBERS and not spec.data.stream:
            found.append(too_many_numbers(spec.where("inputs", name), what=f"input `{name}`",
                                          count=count, most=MOST_NUMBERS))
            continue
        applied = apply(learned.value, ready.frame, wheres(spec, one, columns, labels),
                        spec.where("inputs", name), ready.numbers)
        found += applied.diagnostics
        inputs[name], made[name], limits[name] = learned.value, applied.made, applied.limits
    targets: dict[str, TargetFit] = {}
    coded: dict[str, NDArray[Any]] = {}
    weights: dict[str, NDArray[np.float64]] = {}
    for name, output in spec.outputs.items():
        if output.sample_weight is not None:
            weights[name], bad = _weights(spec, name, output.sample_weight, ready)
            found += bad
        aimed = fit_target(spec, output, ready.frame, parts["train"], ready.numbers)
        found += aimed.diagnostics
        if aimed.value is None:
            continue
        targets[name] = aimed.value
        if aimed.value.input is None:
            coded[name], wrong = answers(aimed.value, ready.frame,
                                         spec.where("outputs", name, "target"), ready.numbers,
                                         learned=not isinstance(output.classes, tuple))
            found += wrong
    if any(d.severity == "error" for d in found):
        return Outcome(None, tuple(found))
    preparation = Preparation(inputs, targets, spec.data.order, spec.data.window)
    facts = facts_from(spec, preparation, columns, made, coded, limits)
    return Outcome(Dataset(ready.frame, ready.numbers, parts, preparation, made, coded, weights,
                           facts, ready.digest, ready.notes), tuple(found))


def _steps(spec: Spec) -> int:
    return spec.data.window.length if spec.data and spec.data.window else 1


def _weights(spec: Spec, name: str, column: str,
             ready: Usable) -> tuple[NDArray[np.float64], list[Diagnostic]]:
    """A column of sample weights: numbers of 0 and more, not all of them 0."""
    where = spec.where("outputs", name, "sample_weight")
    data = cells(ready.frame, column)
    missing = gap_rows(data, ready.numbers)
    if missing:
        return np.ones(len(data)), [errors.gap_in_key(where, column=column, use="sample weight",
                                                      rows=missing)]
    found, bad = numbers(data)
    wrong = bad | ~np.isfinite(found) | (found < 0)
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        what = f"is `{data[first]}` in row {ready.numbers[first]}"
        return found, [target_errors.bad_weight(where, column=column, what=what)]
    if not found.any():
        return found, [sample_weight_zero_sum.kind(where, message=f"sample weight `{column}` is 0 "
                                                   "in every row, so nothing is trained")]
    return found, []


def relearn(spec: Spec, dataset: Dataset, parts: PartIndex) -> Outcome[Dataset]:
    """The same rows split differently, everything learned anew: a fold of cross-validation."""
    ready = Usable(dataset.frame, dataset.numbers, None, dataset.digest, dataset.notes)
    return fit(spec, ready, parts)

