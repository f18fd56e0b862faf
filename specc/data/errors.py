"""DA2..: what can only be said about data once their rows are read.

Rows are counted from 1, the first one below the header. No NumPy here, so that `specc explain`
does not wait for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from specc.diagnostics import error, nearest, warning
from specc.facts.errors import rows_named


@error("DA201")
def missing_source(source: str, folders: Sequence[str]) -> str:
    """The file that rows are to be read from is not there.

    Why: a spec can be checked and compiled without its data, but not run.

    Example:

        [data]
        source = "titanik.csv"

    Use instead: a path relative to the spec, or to the folder in `SPECC_DATA`.
    """
    return f"`{source}` was not found in {' or '.join(f'`{one}`' for one in folders)}"


@error("DA202")
def nan_in_data(column: str, rows: Sequence[int], holds: Literal["gap", "infinity", "large"],
                use: str = "column") -> str:
    """A column of an input or a target has gaps that mean nothing yet, or infinite numbers.

    A number that no float32 holds once it is scaled counts as infinite, as it is for the model.

    Why: an empty cell would become NaN, and one NaN (or infinity) makes the loss and every weight
    NaN; with `relu` the NaN may even be swallowed, and the loss looks healthy. A gap in a target is
    never filled: a made-up answer would be trained on and judged by.

    Example:

        [data]
        source = "titanic.csv"
        [inputs.x]
        columns = ["age"]

    Use instead: `missing = "median"` (or mean, constant, drop; for encoded columns category), and
    `flag = true` if it matters that the value was missing. Infinite numbers: an empty cell, or a
    cap. A target: rows that have it; take its column among the inputs with `missing = "drop"` if it
    is one of them.

    Source: UMLAUT; DeepLocalize 31627380; measured with Keras 3.15.
    """
    if holds == "infinity":
        return f"{use} `{column}` holds an infinite number ({rows_named(rows)})"
    if holds == "large":
        return (f"{use} `{column}` holds a number that is infinite as float32 once it is prepared "
                f"({rows_named(rows)})")
    return f"{use} `{column}` has {len(rows)} gap{'s' * (len(rows) > 1)} ({rows_named(rows)})" + (
        "; say what they mean with `missing`" if use == "column" else "")


@error("DA203")
def text_in_numbers(column: str, value: str, row: int, count: int, total: int) -> str:
    """A column that is used as numbers holds text.

    Why: only an empty cell is a gap. `NA`, `-` or `?` are values, and no numbers.

    Example:

        [data]
        source = "titanic.csv"
        [inputs.x]
        columns = ["sex"]

    Use instead: `encode = "onehot"` or `"index"` for categories; empty cells for gaps.
    """
    if count == total:
        return f"column `{column}` holds text (row {row}: `{value}`), it needs `encode`"
    more = f" (and {count - 1} more rows)" if count > 1 else ""
    return f"column `{column}` holds numbers, but row {row} holds `{value}`{more}"


@error("DA205")
def gap_in_key(column: str, use: str, rows: Sequence[int]) -> str:
    """A weight, order, group, stratify or split column has gaps.

    Why: there is no place for the row, or no telling how much it counts.

    Example:

        [data]
        source = "penguins.csv"
        split = { test = 0.2, stratify = "sex" }

    Use instead: rows that have the value; take the column among the inputs with
    `missing = "drop"` if it is one of them.
    """
    return (f"{use} `{column}` has {len(rows)} gap{'s' * (len(rows) > 1)} "
            f"({rows_named(rows)})")


@error("DA209")
def split_value(column: str, value: object, rows: Sequence[int]) -> str:
    """A split column holds something other than train, validation or test.

    Why: each row belongs to one part, and the column says to which.

    Example:

        [data]
        split = { column = "part" }      # it holds `val`

    Use instead: the words train, validation and test.
    """
    return (f"split column `{column}` holds `{value}` ({rows_named(rows)})"
            + (nearest(str(value), ("train", "validation", "test"))
               or "; it may hold `train`, `validation` and `test`"))


@error("DA210")
def empty_part(part: str, reason: str) -> str:
    """A part of the data has no rows.

    Why: nothing can be trained on, or judged by, no rows. Fractions are of all usable rows, test
    first, rounded half up.

    Example:

        [data]
        source = "iris"
        split = { validation = 0.5, test = 0.5 }

    Use instead: fractions that leave rows for every part.
    """
    return f"no rows are left for {part}: {reason}"


@warning("DA211")
def unknown_category(column: str, value: object, rows: Sequence[int], becomes: str) -> str:
    """A column holds a category that is not in its vocabulary.

    Why: it enters as if it were nothing: all zeros for a one-hot, 0 for an index.

    Example:

        [data]
        source = "penguins.csv"
        [inputs.x]
        columns = [{ name = "island", encode = "onehot", values = ["Biscoe", "Dream"] }]

    Use instead: all values in `values`; `encode = "index"` keeps 0 for the unknown.
    """
    return (f"column `{column}` holds `{value}` ({rows_named(rows)}), which is not in its "
            f"vocabulary and becomes {becomes}")


@error("DA212")
def range_broken(name: str, low: float, high: float, value: float, row: int) -> str:
    """A value lies outside the promised range.

    Why: `range` is a promise that rules rely on (a sigmoid can only reach 0 to 1, an embedding
    has only so many rows).

    Example:

        [data]
        source = "digits"
        [inputs.image]
        range = [0, 1]

    Use instead: the range of the values as they stand in the data, here `[0, 16]`.
    """
    return f"`{name}` holds {value:g} in row {row}, outside its range [{low:g}, {high:g}]"


@error("DA213")
def window_too_long(part: str, rows: int, needs: int) -> str:
    """No window fits into a part.

    Why: a window and its target lie inside one part and one group of `by`.

    Example:

        [data]
        source = "dowjones.csv"
        order = "Date"
        window = { length = 1000 }

    Use instead: a shorter `length` or `horizon`, or a larger part.
    """
    return (f"no window fits into {part}: its longest run has {rows} rows, a window and its "
            f"target need {needs}")


@error("DA216")
def not_whole(name: str, dtype: str, value: float, row: int) -> str:
    """Numbers do not fit the dtype of an input.

    Why: an integer dtype cuts off what stands behind the point, and wraps what is too large.

    Example:

        [data]
        source = "iris"
        [inputs.x]
        dtype = "int32"

    Use instead: `dtype = "float32"`.
    """
    return f"input `{name}` is {dtype}, row {row} holds {value:g}"


@warning("DA217")
def ordered_as_text(column: str, value: str) -> str:
    """The column that rows are ordered by holds text that is no ISO date.

    Why: text is sorted letter by letter: `10` comes before `9`, `1/12/2020` before `2/1/2020`.

    Example:

        [data]
        source = "sales.csv"      # its dates: 31/12/2019
        order = "date"

    Use instead: dates as 2019-12-31, or numbers.
    """
    return f"rows are ordered by `{column}` as text (`{value}`), letter by letter"


@error("DA218")
def column_missing(column: str, table: str, columns: Sequence[str]) -> str:
    """A table lacks a column that the model was trained with.

    Why: every part, and every table that is predicted later, needs the columns of the inputs.

    Example:

        [data]
        source = { train = "train.csv", test = "without_age.csv" }
        [inputs.x]
        columns = ["age"]

    Use instead: a table with the same column names.
    """
    return f"`{table}` has no column `{column}`" + nearest(column, columns)


@error("DA219")
def unknown_preparation(version: object, reads: int) -> str:
    """What was learned from the data was saved by another version, or is not whole.

    Why: read wrongly, numbers would be scaled and categories numbered differently from how the
    model was trained.

    Example:

        # preprocess.json of a later specc

    Use instead: the version of specc that wrote the run.
    """
    return f"the preparation is of version `{version}` or not whole, this specc reads {reads}"


@error("DA220")
def download_failed(source: str, reason: str) -> str:
    """A built-in set is neither here nor could it be fetched.

    Why: `california_housing` does not come with scikit-learn; it is looked for in `SPECC_DATA`
    and in scikit-learn's cache, and downloaded once if it is in neither.

    Example:

        [data]
        source = "california_housing"      # offline, and never fetched before

    Use instead: put `california_housing.csv` into the folder that `SPECC_DATA` names.
    """
    return (f"`{source}` is neither in `SPECC_DATA` ({source}.csv) nor in scikit-learn's cache, "
            f"and could not be downloaded: {reason}")


@error("DA221")
def nothing_to_learn(column: str, what: str) -> str:
    """A column has no value in the training rows.

    Why: a mean, a scale or a vocabulary is learned from training rows alone, and all are gaps.

    Example:

        [inputs.x]
        columns = [{ name = "always_empty", missing = "mean" }]

    Use instead: leave the column out.
    """
    return f"column `{column}` has no value in the training rows, so it has no {what}"


@error("DA222")
def no_data(name: str) -> str:
    """A spec without `[data]` cannot be run.

    Why: it can be checked and compiled; training needs rows.

    Example:

        specc = 1
        name = "resnet50"      # and no [data]

    Use instead: `[data]` with a `source`.
    """
    return f"`{name}` has no `[data]`, so there are no rows to run it on"


@error("DA223")
def generator_refused(generator: str, reason: str) -> str:
    """scikit-learn refuses the arguments of a generator.

    Why: they contradict each other, or are of the wrong kind.

    Example:

        [data]
        source = { type = "make_classification", n_features = 2, n_informative = 3 }

    Use instead: arguments that scikit-learn takes.
    """
    return f"`{generator}` refuses its arguments: {reason}"


@error("DA226")
def no_room(folder: str, needs: int, reason: str) -> str:
    """Prepared rows are streamed from a temporary file, and there is no room for it.

    Why: with `stream = true` the prepared inputs lie on the disk while a model is trained: as many
    bytes as rows times prepared columns times four. They are gone when the process ends.

    Example:

        [data]
        source = "sales.parquet"      # 400 GB, and 20 GB free in /tmp
        stream = true

    Use instead: a folder with more room, `TMPDIR=/large specc run SPEC`.
    """
    return (f"no room for {needs / 2**30:.1f} GiB of prepared rows in `{folder}` ({reason}); "
            "`TMPDIR` names another folder")
