"""Rows that are known, to the arrays that a model takes: the last step before the back end.

Class weights and sample weights both become sample weights, so that models of several outputs
can have them. Class weights count in training only (as in Keras); sample weights everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from specc.data import errors, target_errors
from specc.data.encode import at
from specc.data.inputs import InputFit, apply_input, dropped, finish, fold
from specc.data.learn import Dataset
from specc.data.order import in_time
from specc.data.preparation import Preparation
from specc.data.source import PARTS
from specc.data.split import Index
from specc.data.spool import Spool, Streamed
from specc.data.table import cells, gaps, tidy
from specc.data.target import TargetFit, encode
from specc.data.window import Grid, longest_run, open_windows, reach, windows
from specc.diagnostics import Diagnostic, Outcome, nearest
from specc.facts import errors as facts_errors
from specc.ir.plan import Head, Plan
from specc.record import Record
from specc.source import Where
from specc.spec import Spec


class Arrays(Record):
    """Samples of one part. `weights` holds only outputs that have any; `rows` are positions in
    `Dataset.frame` (of a window: the first row it predicts)."""

    inputs: Mapping[str, NDArray[Any]]
    targets: Mapping[str, NDArray[Any]]
    weights: Mapping[str, NDArray[np.float32]]
    rows: Index

    def __len__(self) -> int:
        return len(self.rows)


class Prepared(Record):
    """All samples of a spec; None for a part that it does not have."""

    train: Arrays
    validation: Arrays | None
    test: Arrays | None
    preparation: Preparation


def prepare(plan: Plan, dataset: Dataset) -> Outcome[Prepared]:
    """The arrays of every part, labels encoded as each head's loss wants them."""
    made: dict[str, Arrays] = {}
    found: list[Diagnostic] = []
    for part in PARTS:
        rows = dataset.parts[part]
        if not len(rows):
            continue
        arrays = part_of(plan, dataset, part, rows)
        found += arrays.diagnostics
        if arrays.value is not None:
            made[part] = arrays.value
    if any(d.severity == "error" for d in found):
        return Outcome(None, tuple(found))
    return Outcome(Prepared(made["train"], made.get("validation"), made.get("test"),
                            dataset.preparation), tuple(found))


def part_of(plan: Plan, dataset: Dataset, part: str, rows: Index) -> Outcome[Arrays]:
    spec, window = plan.spec, dataset.preparation.window
    sees: Grid | Index = rows
    aims: Grid = rows[:, None]
    if window is not None:
        by = cells(dataset.frame, window.by) if window.by else None
        sees, aims = windows(rows, by, window)
        if not len(aims):
            return Outcome(None, (errors.window_too_long(
                spec.where("data", "window"), part=part, rows=longest_run(rows, by),
                needs=reach(window)),))
    found: list[Diagnostic] = []
    inputs: dict[str, NDArray[Any]] = {}
    for name, fit in dataset.preparation.inputs.items():
        where = spec.where("inputs", name)
        whole = dataset.inputs[name]
        done = finish(fit, whole[sees], where) if isinstance(whole, np.ndarray) else \
            view(fit, whole, rows, where)
        found += done.diagnostics
        if done.value is not None:
            inputs[name] = done.value
    targets: dict[str, NDArray[Any]] = {}
    weights: dict[str, NDArray[np.float32]] = {}
    for head in plan.heads:
        target = dataset.preparation.targets[head.name]
        if target.input is not None:
            if target.input in inputs:
                targets[head.name] = inputs[target.input]
        else:
            coded = dataset.answers[head.name][aims if window is not None else rows]
            array = fold(encode(coded, target, head.labels), _label_shape(head, target))
            if array is None:
                shape = "(" + ", ".join(map(str, head.output.shape or ())) + ")"
                found.append(target_errors.target_shape(spec.where("outputs", head.name, "shape"),
                                                 output=head.name, shape=shape,
                                                 have=int(np.prod(coded.shape[1:]))))
                continue
            targets[head.name] = array
        weight, wrong = _weight(spec, head, target, dataset, part, aims)
        found += wrong
        if weight is not None:
            weights[head.name] = weight
    if any(d.severity == "error" for d in found):
        return Outcome(None, tuple(found))
    return Outcome(Arrays(inputs, targets, weights, aims[:, 0]), tuple(found))


def view(fit: InputFit, spool: Spool, rows: Index, where: Where) -> Outcome[Any]:
    """Some rows of an input that is streamed, folded as `finish` folds; they are cast already."""
    folded = finish(fit, np.empty((0, spool.width)), where)
    if folded.value is None:
        return Outcome(None, folded.diagnostics)
    return Outcome(Streamed(spool, rows, folded.value.shape[1:]))


def _label_shape(head: Head, target: TargetFit) -> tuple[int | str, ...] | None:
    """The shape a target is folded to: as written, and the classes behind it for one-hots."""
    shape = head.output.shape
    if shape is None or head.labels != "onehot" or target.classes is None:
        return shape
    return shape if shape and shape[-1] == len(target.classes) else (*shape, len(target.classes))


def _weight(spec: Spec, head: Head, target: TargetFit, dataset: Dataset, part: str,
            aims: Grid) -> tuple[NDArray[np.float32] | None, list[Diagnostic]]:
    """The weight of each sample, a mean over its steps; None where nothing weighs."""
    column = dataset.weights.get(head.name)
    out = column[aims].mean(axis=1) if column is not None else None
    if head.output.class_weight is None or part != "train":
        return (None if out is None else out.astype(np.float32)), []
    where = spec.where("outputs", head.name, "class_weight")
    if target.classes is None or len(target.columns) != 1:
        what = "the target has no classes" if target.classes is None else \
            "it needs one target column, this output has several"
        return None, [target_errors.bad_class_weight(where, output=head.name, what=what)]
    codes = dataset.answers[head.name][:, 0][aims]
    table, wrong = _class_table(head, target, codes, where)
    if wrong:
        return None, wrong
    by_class = table[codes].mean(axis=1)
    return (by_class if out is None else out * by_class).astype(np.float32), []


def _class_table(head: Head, target: TargetFit, codes: Grid,
                 where: Where) -> tuple[NDArray[np.float64], list[Diagnostic]]:
    """The weight of each class; balanced: n / (K * rows of the class). Not named: 1."""
    classes, asked = target.classes or (), head.output.class_weight
    if isinstance(asked, str):
        counts = np.bincount(codes.ravel(), minlength=len(classes))
        return codes.size / (len(classes) * np.maximum(counts, 1)), []
    names = [str(one).lower() if isinstance(one, bool) else str(one) for one in classes]
    table = np.ones(len(classes))
    found = []
    for name, weight in (asked or {}).items():
        if name not in names:
            listed = nearest(name, names) or "; the classes are " + facts_errors.listed(names)
            found.append(target_errors.bad_class_weight(where.at(name).key(), output=head.name,
                                                 what=f"no class is called `{name}`{listed}"))
        elif weight < 0:
            found.append(target_errors.bad_class_weight(where.at(name), output=head.name,
                                                 what=f"the weight of `{name}` is {weight:g}"))
        else:
            table[names.index(name)] = weight
    return table, found


class Table(Record):
    """A table prepared for prediction; `rows` are positions in it (of a window: its last row)."""

    inputs: Mapping[str, NDArray[Any]]
    rows: Index
    notes: tuple[str, ...] = ()


def apply(preparation: Preparation, frame: pd.DataFrame, name: str) -> Outcome[Table]:
    """Raw columns to a model's inputs. `name`: what messages call the table."""
    where = Where(name)
    neat, bad = tidy(frame)
    if bad is not None:
        return Outcome(None, (facts_errors.unreadable_source(
            where, source=name, reason=f"column `{bad}` holds lists, tables or bytes"),))
    window = preparation.window
    keys = [preparation.order, window.by if window else None]
    needed = dict.fromkeys([column.name for one in preparation.inputs.values()
                            for column in one.columns] + [key for key in keys if key])
    lacking = [column for column in needed if column not in neat.columns]
    if lacking:
        there = [str(column) for column in neat.columns]
        return Outcome(None, tuple(errors.column_missing(where, column=column, table=name,
                                                         columns=there) for column in lacking))
    if not len(neat):
        return Outcome(None, (facts_errors.empty_source(where, source=name, holds="no rows"),))
    return _apply_rows(preparation, neat, name)


def _apply_rows(preparation: Preparation, neat: pd.DataFrame, name: str) -> Outcome[Table]:
    where, window = Where(name), preparation.window
    columns = [column for one in preparation.inputs.values() for column in one.columns]
    out = dropped(neat, columns)
    notes: tuple[str, ...] = ()
    if out.any():
        notes = (f"{int(out.sum())} of {len(out)} rows have gaps and are not predicted",)
    kept = np.flatnonzero(~out).astype(np.int64)
    if not len(kept):
        return Outcome(None, (facts_errors.empty_source(
            where, source=name, holds="no row without gaps"),))
    if preparation.order is not None and window is not None:
        column = cells(neat, preparation.order)[kept]
        if (missing := gaps(column)).any():
            return Outcome(None, (errors.gap_in_key(where, column=preparation.order,
                                                    use="order column",
                                                    rows=at(kept + 1, missing)),))
        kept = kept[in_time(column)[0]]
    frame = neat.iloc[kept].reset_index(drop=True)
    sees: Grid | Index = np.arange(len(kept), dtype=np.int64)
    rows = kept
    if window is not None:
        by = cells(frame, window.by) if window.by else None
        grid = open_windows(sees, by, window)
        if not len(grid):
            return Outcome(None, (errors.window_too_long(
                where, part=name, rows=longest_run(sees, by), needs=window.length),))
        sees, rows = grid, kept[grid[:, -1]]
    found: list[Diagnostic] = []
    inputs: dict[str, NDArray[Any]] = {}
    for one in preparation.inputs.values():
        made = apply_input(one, frame, [where] * len(one.columns), where, kept + 1)
        found += made.diagnostics
        notes += made.notes
        done = finish(one, made.made[sees], where)
        found += done.diagnostics
        if done.value is not None:
            inputs[one.name] = done.value
    if any(d.severity == "error" for d in found):
        return Outcome(None, tuple(found))
    return Outcome(Table(inputs, rows, notes), tuple(found))
