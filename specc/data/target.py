"""The target of an output: its classes or its scale, its arrays, and the way back.

| labels | array | from |
|---|---|---|
| index  | int32 (n,), or (n, u) of several columns | classes |
| onehot | float32 (n, K) | classes |
| binary | float32 (n, 1) or (n, u), 0 and 1 | two classes |
| sign   | float32 (n, 1) or (n, u), -1 and +1 | two classes |
| None   | float32 (n, u) | numbers, scaled |
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from specc.data import errors
from specc.data.encode import LARGEST, at, scale_of
from specc.data.inputs import gap_rows
from specc.data.split import Index
from specc.data.table import Cells, categories, cells, in_order, numbers
from specc.diagnostics import Diagnostic, Outcome
from specc.facts import class_errors
from specc.facts.classes import asked_at, counts, not_classes
from specc.facts.columns import matches, targets
from specc.record import Record
from specc.rules.labels import label_out_of_range
from specc.source import Where
from specc.spec import Labels, Output, Scalar, Spec, Task

TWO: tuple[Scalar, ...] = (0, 1)


class TargetFit(Record):
    """What was learned of a target. Without `classes` it is real: (y - center) / divide, one of
    each for every column."""

    name: str
    task: Task
    columns: tuple[str, ...]
    classes: tuple[Scalar, ...] | None = None
    center: tuple[float, ...] = ()
    divide: tuple[float, ...] = ()
    input: str | None = None  # an autoencoder: the prepared input of that name
    text: bool = False  # classes are text, so cells are compared as text

    @property
    def one_hot(self) -> bool:
        """Whether the target columns are the classes."""
        return self.task == "multiclass" and self.classes is None and self.input is None

    @property
    def names(self) -> tuple[Scalar, ...]:
        """What predictions call the classes."""
        return self.columns if self.one_hot else self.classes or TWO

    @property
    def scaled(self) -> bool:
        """Whether the loss is in other units than the data."""
        return any(self.center) or any(one != 1.0 for one in self.divide)


def classed(output: Output, columns: Sequence[str], frame: pd.DataFrame) -> bool:
    """Whether the target's values are classes. Several columns of which exactly one is 1 in every
    row are one-hot already: numbers, whose classes are the columns."""
    if output.task != "multiclass":
        return output.task in ("binary", "multilabel")
    if len(columns) == 1 or output.labels == "index":
        return True
    if output.labels == "onehot":
        return False
    values = np.column_stack([numbers(cells(frame, column))[0] for column in columns])
    return not (np.isin(values, (0, 1)).all() and (values.sum(axis=1) == 1).all())


def fit_target(spec: Spec, output: Output, frame: pd.DataFrame, train: Index,
               rows: NDArray[np.int64]) -> Outcome[TargetFit]:
    """What the training rows teach about a target. A gap in a target is never filled."""
    where = spec.where("outputs", output.name, "target")
    if output.target_input is not None:
        return Outcome(TargetFit(output.name, output.task, (), input=output.target_input))
    columns = tuple(column for word in targets(output)
                    for column in matches(word, tuple(frame.columns)))
    found: list[Diagnostic] = [
        errors.nan_in_data(where, column=column, rows=missing, holds="gap", use="target")
        for column in columns if (missing := gap_rows(cells(frame, column), rows))]
    if found:
        return Outcome(None, tuple(found))
    if not classed(output, columns, frame):
        return _fit_real(spec, output, columns, frame, train, rows)
    return _fit_classes(spec, output, columns, frame, train, rows)


def _fit_real(spec: Spec, output: Output, columns: tuple[str, ...], frame: pd.DataFrame,
              train: Index, rows: NDArray[np.int64]) -> Outcome[TargetFit]:
    where = spec.where("outputs", output.name, "target")
    found: list[Diagnostic] = []
    scales = []
    for column in columns:
        data = cells(frame, column)
        values, bad = numbers(data)
        if bad.any():
            first = int(np.flatnonzero(bad)[0])
            found.append(class_errors.not_classes(
                where, output=output.name, what=f"task `{output.task}` needs numbers, target "
                f"`{column}` holds `{data[first]}` (row {rows[first]})"))
        elif np.isinf(values).any():
            found.append(errors.nan_in_data(where, column=column, holds="infinity", use="target",
                                            rows=at(rows, np.isinf(values))))
        elif (large := np.abs(values) > LARGEST).any():
            found.append(errors.nan_in_data(where, column=column, holds="large", use="target",
                                            rows=at(rows, large)))
        else:
            found += _beyond_promise(spec, output, column, values, rows)
        scales.append(scale_of(values[train], output.scale))
    fit = TargetFit(output.name, output.task, columns, None,
                    tuple(center for center, _ in scales), tuple(divide for _, divide in scales))
    return Outcome(None if found else fit, tuple(found))


def _beyond_promise(spec: Spec, output: Output, column: str, values: NDArray[np.float64],
                    rows: NDArray[np.int64]) -> Iterator[Diagnostic]:
    """The first value that lies outside the promised range, if any does."""
    low, high = output.range or (-np.inf, np.inf)
    broken = np.flatnonzero((values < low) | (values > high))
    if len(broken):
        first = int(broken[0])
        yield errors.range_broken(spec.where("outputs", output.name, "range"), name=column, low=low,
                                  high=high, value=float(values[first]), row=int(rows[first]))


def _fit_classes(spec: Spec, output: Output, columns: tuple[str, ...], frame: pd.DataFrame,
                 train: Index, rows: NDArray[np.int64]) -> Outcome[TargetFit]:
    where = spec.where("outputs", output.name, "target")
    written = output.classes if isinstance(output.classes, tuple) else None
    text = written is not None and all(isinstance(value, str) for value in written)
    seen: set[Scalar] = set()
    for column in columns:
        seen.update(value for value in categories(cells(frame, column)[train], text=text)
                    if value is not None)
    beyond = _out_of_range(output, seen) if written is None else None
    if beyond is not None:
        return Outcome(None, (label_out_of_range.kind(where, message=beyond),))
    what = not_classes(output, in_order(seen)) if written is None else None
    if what is not None:
        return Outcome(None, (class_errors.not_classes(
            asked_at(spec, output), output=output.name, what=what),))
    promised = tuple(one for column in columns for one in _beyond_promise(
        spec, output, column, numbers(cells(frame, column))[0], rows))
    if promised:
        return Outcome(None, promised)
    classes = written if written is not None else _learned(output, in_order(seen))
    fit = TargetFit(output.name, output.task, columns, classes, text=text)
    unseen = [one for one in classes if one not in seen]
    if unseen and seen <= set(classes) and output.task != "multilabel":
        return Outcome(None, (class_errors.missing_class(
            asked_at(spec, output) if output.classes else where, output=output.name,
            classes=unseen),))
    return Outcome(fit)


def _out_of_range(output: Output, seen: Collection[Scalar]) -> str | None:
    """Why values cannot be numbers of classes: fractions never are, and `labels = "index"` promises
    that the target counts them from 0."""
    fraction = next((value for value in in_order(seen) if isinstance(value, float)), None)
    if fraction is not None:
        return (f"target of output `{output.name}` holds {fraction:g}, and classes are text, "
                "booleans or whole numbers")
    whole = [value for value in seen if isinstance(value, int) and not isinstance(value, bool)]
    wanted = 2 if output.task == "binary" else output.classes
    if output.labels != "index" or len(whole) < len(seen) or not isinstance(wanted, int) or (
            not whole or (min(whole) >= 0 and max(whole) < wanted)):
        return None
    return (f"labels of output `{output.name}` are promised to count classes from 0 to "
            f"{wanted - 1}, and go from {min(whole)} to {max(whole)}")


def _learned(output: Output, seen: tuple[Scalar, ...]) -> tuple[Scalar, ...]:
    """The classes where none are written: numbers 0 .. K-1 if they are counted, else as seen."""
    wanted = 2 if output.task == "binary" else output.classes
    if output.task == "multilabel":
        wanted = 2
    if isinstance(wanted, int) and counts(seen, wanted) \
            and not all(isinstance(value, bool) for value in seen):
        return tuple(range(wanted))
    if all(isinstance(value, bool) for value in seen) and len(seen) < 2:
        return (False, True)
    return seen


def answers(fit: TargetFit, frame: pd.DataFrame, where: Where, rows: NDArray[np.int64],
            *, learned: bool) -> tuple[NDArray[Any], tuple[Diagnostic, ...]]:
    """(n, u): the numbers of the classes (int64), or scaled numbers (float64). A value that is no
    class is a diagnostic; `learned` says whether the classes were."""
    if fit.classes is None:
        made = [numbers(cells(frame, column))[0] for column in fit.columns]
        return (np.column_stack(made) - np.array(fit.center)) / np.array(fit.divide), ()
    number: dict[Scalar | None, int] = {value: i for i, value in enumerate(fit.classes)}
    found, codes = [], []
    for column in fit.columns:
        values = categories(cells(frame, column), text=fit.text)
        coded = np.array([number.get(value, -1) for value in values], dtype=np.int64)
        if (coded < 0).any():
            value = values[int(np.flatnonzero(coded < 0)[0])]
            hits = np.array([one == value for one in values], dtype=np.bool_)
            found.append(class_errors.unknown_class(where, column=column, value=value,
                                                    rows=at(rows, hits), classes=fit.classes,
                                                    learned=learned))
        codes.append(coded)
    return np.column_stack(codes), tuple(found)


def encode(found: NDArray[Any], fit: TargetFit, labels: Labels | None) -> NDArray[Any]:
    """Answers (n, u) or (n, steps, u) as the loss wants them; one column loses its axis where
    there are steps, and where labels are integers."""
    if found.ndim == 3 and found.shape[-1] == 1:
        found = found[..., 0]
    if fit.classes is None:
        return found.astype(np.float32)
    single = len(fit.columns) == 1 and found.shape[-1] == 1
    if labels == "index":
        return np.asarray(found[..., 0] if single else found, dtype=np.int32)
    if labels == "onehot" and fit.task != "multilabel":
        ones = np.eye(len(fit.classes), dtype=np.float32)
        return np.asarray(ones[found[..., 0] if single else found])
    return np.asarray(2 * found - 1 if labels == "sign" else found, dtype=np.float32)


def codes_of(array: NDArray[Any], labels: Labels | None) -> NDArray[np.int64]:
    """Encoded targets back to class numbers."""
    if labels == "onehot":
        return np.asarray(np.argmax(array, axis=-1), dtype=np.int64)
    return np.asarray((array + 1) / 2 if labels == "sign" else array, dtype=np.int64)


def in_own_units(fit: TargetFit, array: NDArray[Any]) -> NDArray[np.float64]:
    """Scaled targets or predictions (n, u) or (n, steps) back to the data's units."""
    if not fit.center:
        return np.asarray(array, dtype=np.float64)
    return np.asarray(array.astype(np.float64) * np.array(fit.divide) + np.array(fit.center))


def class_names(fit: TargetFit, codes: NDArray[np.int64]) -> Cells:
    """Class numbers as the classes themselves."""
    table = np.empty(len(fit.names), dtype=object)
    table[:] = fit.names
    return table[codes]
