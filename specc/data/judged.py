"""A table with its answers, prepared as the training rows were: what `specc evaluate` measures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from specc.data import errors
from specc.data.encode import ColumnFit
from specc.data.inputs import apply_input, dropped, gap_rows
from specc.data.learn import Dataset
from specc.data.order import in_time
from specc.data.preparation import Preparation
from specc.data.prepare import Arrays, part_of
from specc.data.table import cells, numbers, tidy
from specc.data.target import answers
from specc.diagnostics import Diagnostic, Outcome
from specc.facts import Facts
from specc.facts import errors as facts_errors
from specc.ir.plan import Plan
from specc.source import Where


def judged(plan: Plan, preparation: Preparation, frame: pd.DataFrame, name: str) -> Outcome[Arrays]:
    """Inputs, targets and sample weights of every row of a raw table. `name`: what messages call
    it. Rows that `missing = "drop"` would leave out are left out."""
    where = Where(name)
    neat, bad = tidy(frame)
    if bad is not None:
        return Outcome(None, (facts_errors.unreadable_source(
            where, source=name, reason=f"column `{bad}` holds lists, tables or bytes"),))
    needed = dict.fromkeys(_needed(plan, preparation))
    there = [str(column) for column in neat.columns]
    lacking = [column for column in needed if column not in there]
    if lacking:
        return Outcome(None, tuple(errors.column_missing(where, column=column, table=name,
                                                         columns=there) for column in lacking))
    columns = [one for fit in preparation.inputs.values() for one in fit.columns]
    kept = np.flatnonzero(~dropped(neat, columns)).astype(np.int64)
    if not len(kept):
        return Outcome(None, (facts_errors.empty_source(where, source=name, holds="no rows"),))
    if preparation.order is not None:
        kept = kept[in_time(cells(neat, preparation.order)[kept])[0]]
    rows, table = kept + 1, neat.iloc[kept].reset_index(drop=True)
    return _known(plan, preparation, table, rows, columns, where)


def _needed(plan: Plan, preparation: Preparation) -> list[str]:
    """The raw columns that measuring needs, in the order messages name them."""
    window = preparation.window
    keys = [preparation.order, window.by if window else None]
    keys += [head.output.sample_weight for head in plan.heads]
    return [*(one.name for fit in preparation.inputs.values() for one in fit.columns),
            *(column for fit in preparation.targets.values() for column in fit.columns),
            *(key for key in keys if key)]


def _known(plan: Plan, preparation: Preparation, table: pd.DataFrame, rows: NDArray[np.int64],
           columns: list[ColumnFit], where: Where) -> Outcome[Arrays]:
    found: list[Diagnostic] = []
    inputs: dict[str, NDArray[Any]] = {}
    coded: dict[str, NDArray[Any]] = {}
    weights: dict[str, NDArray[np.float64]] = {}
    for name, one in preparation.inputs.items():
        made = apply_input(one, table, [where] * len(one.columns), where, rows)
        found += made.diagnostics
        inputs[name] = made.made
    for name, target in preparation.targets.items():
        gaps = [(column, missing) for column in target.columns
                if (missing := gap_rows(cells(table, column), rows))]
        found += [errors.nan_in_data(where, column=column, rows=missing, holds="gap", use="target")
                  for column, missing in gaps]
        if target.input is None and not gaps:
            coded[name], wrong = answers(target, table, where, rows, learned=True)
            found += wrong
    for head in plan.heads:
        if head.output.sample_weight:
            weights[head.name] = numbers(cells(table, head.output.sample_weight))[0]
    if any(one.severity == "error" for one in found):
        return Outcome(None, tuple(found))
    whole = np.arange(len(rows), dtype=np.int64)
    none = whole[:0]
    dataset = Dataset(table, rows, {"train": none, "validation": none, "test": whole},
                      preparation, inputs, coded, weights, Facts(), "")
    done = part_of(plan, dataset, "test", whole)
    return Outcome(done.value, (*found, *done.diagnostics))
