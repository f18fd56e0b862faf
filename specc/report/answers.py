"""What predictions.csv says of one output: truths, predictions, probabilities, by their columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from specc.record import Record
from specc.report.reading import CLASSES, Contents

if TYPE_CHECKING:
    import pandas as pd

PARTS = ("truth", "prediction", "probability")


class Answers(Record):
    """One output over n rows.

    columns: what the k target columns or steps are called; one without a name is called as the
    output. truth, prediction: (n, k), words of classes or numbers. probability: (n, m), of the
    classes (or of the k labels) that `names` says; None where there is none.
    rows: (n,), the number of each row in its source.
    """

    output: str
    task: str
    classes: bool
    columns: Sequence[str]
    names: Sequence[str]
    truth: NDArray[Any]
    prediction: NDArray[Any]
    probability: NDArray[np.float64] | None
    rows: NDArray[Any]


def answers(contents: Contents, table: pd.DataFrame) -> Iterator[Answers]:
    """One an output that has a truth and a prediction in every row."""
    rows = table["row"].to_numpy() if "row" in table else np.arange(1, len(table) + 1)
    for output in contents.outputs:
        found = {part: _columns(table, output, part) for part in PARTS}
        columns = list(found["truth"].values())
        if not columns or len(columns) != len(found["prediction"]) or not len(table):
            continue
        truth = table[list(found["truth"])]
        predicted = table[list(found["prediction"])]
        chances = table[list(found["probability"])]
        task = contents.task(output)
        classes = task in CLASSES if task else not (_numeric(truth) and chances.empty)
        yield Answers(
            output, task or ("multiclass" if classes else "regression"), classes, columns,
            list(found["probability"].values()),
            _words(truth) if classes else _floats(truth),
            _words(predicted) if classes else _floats(predicted),
            None if chances.empty else _floats(chances), rows)


def _columns(table: pd.DataFrame, output: str, part: str) -> dict[str, str]:
    """The columns of a part by their own names: `{"y.truth.a": "a"}`."""
    whole, start = f"{output}.{part}", f"{output}.{part}."
    return {name: output if name == whole else name.removeprefix(start)
            for name in map(str, table.columns) if name == whole or name.startswith(start)}


def _numeric(table: pd.DataFrame) -> bool:
    import pandas as pd

    return all(pd.to_numeric(table[name], errors="coerce").notna().all() for name in table)


def _words(table: pd.DataFrame) -> NDArray[Any]:
    return np.asarray(table.astype(str).to_numpy(dtype=object))


def _floats(table: pd.DataFrame) -> NDArray[np.float64]:
    import pandas as pd

    columns = [pd.to_numeric(table[name], errors="coerce").to_numpy(dtype=np.float64)
               for name in table]
    return np.column_stack(columns) if columns else np.empty((len(table), 0))


def chance_of(found: Answers, words: NDArray[Any]) -> NDArray[np.float64] | None:
    """The probability that each row gave to a class: words (n,) to (n,), NaN where it has none."""
    if found.probability is None or not found.names:
        return None
    places = {name: index for index, name in enumerate(found.names)}
    also = {_plain(name): index for name, index in places.items()}
    at = np.array([places.get(one, also.get(_plain(one), -1)) for one in words], dtype=np.int64)
    chances = found.probability[np.arange(len(at)), np.maximum(at, 0)]
    return np.asarray(np.where(at >= 0, chances, np.nan))


def _plain(word: str) -> str:
    """Class 1.0 of a column of numbers is called 1 in one place and 1.0 in another; so is True."""
    try:
        return f"{float(word):.9g}"
    except ValueError:
        return word.lower()
