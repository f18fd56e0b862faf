"""DA1..: what can be said about data without reading a row. Kinds for rows: `specc.data.errors`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from json import dumps

from specc.diagnostics import error, nearest
from specc.tensor import counted


def listed(words: Iterable[str], most: int = 6) -> str:
    """Words in backticks, the first few: `` `a`, `b` and 3 more ``."""
    quoted = [f"`{word}`" for word in words]
    if len(quoted) <= most:
        return ", ".join(quoted) or "none"
    return ", ".join(quoted[:most]) + f" and {len(quoted) - most} more"


def rows_named(rows: Sequence[int], most: int = 5) -> str:
    """Row numbers as messages print them: `row 7`, `rows 7, 9 and 240 more`."""
    if len(rows) == 1:
        return f"row {rows[0]}"
    if len(rows) <= most:
        return f"rows {', '.join(map(str, rows[:-1]))} and {rows[-1]}"
    return f"rows {', '.join(map(str, rows[:most]))} and {len(rows) - most} more"


@error("DA101")
def unknown_source(source: str, built_ins: Sequence[str]) -> str:
    """The source is neither a built-in set nor a kind of file that can be read.

    Why: a source is a built-in set, a file whose ending says what it holds, a generator, or a
    table of parts.

    Example:

        [data]
        source = "irs"

    Use instead: `source = "iris"`, or a file that ends in .csv, .parquet, .jsonl, .npz or .npy.
    """
    return (f"`{source}` is no built-in set and no .csv, .parquet, .jsonl, .npz or .npy file"
            + nearest(source, built_ins))


@error("DA102")
def source_outside_project(source: str, folder: str) -> str:
    """A path leads out of the project.

    Why: a spec is data from somewhere; it may read files of its own project and of the folder in
    `SPECC_DATA`, and nothing else. Symbolic links are followed before the path is judged.

    Example:

        [data]
        source = "../../secrets.csv"

    Use instead: put the file inside the project, or its folder into `SPECC_DATA`.
    """
    return f"`{source}` lies outside the project `{folder}` and outside `SPECC_DATA`"


@error("DA103")
def unreadable_source(source: str, reason: str) -> str:
    """A file is there and cannot be read as what its name says.

    Why: the file is a folder, is cut off, is not text in UTF-8, or is something else than its
    ending says.

    Example:

        [data]
        source = "folder.csv"

    Use instead: a file that holds what its name says.
    """
    return f"`{source}` cannot be read: {reason}"


@error("DA104")
def empty_source(source: str, holds: str) -> str:
    """A file holds no header, or no rows.

    Why: without a header there are no columns, without rows there is nothing to learn from.

    Example:

        [data]
        source = "empty.csv"

    Use instead: a file with a header and rows.
    """
    return f"`{source}` holds {holds}"


@error("DA105")
def duplicate_column(source: str, column: str) -> str:
    """Two columns bear one name.

    Why: nobody can say which of the two an input means.

    Example:

        [data]
        source = "twice.csv"      # its header is: age,age

    Use instead: a header in which every name stands once.
    """
    return f"`{source}` has more than one column `{column}`"


@error("DA106")
def unknown_column(column: str, columns: Sequence[str]) -> str:
    """A column is named that the data do not have.

    Why: the run would stop at the first row.

    Example:

        [data]
        source = "iris"
        [inputs.x]
        columns = ["sepal lenght (cm)"]

    Use instead: the name as it stands in the header, here `sepal length (cm)`.
    """
    if "*" in column:
        return f"no column fits `{column}`; the data have {listed(columns)}"
    near = nearest(column, columns)
    return f"the data have no column `{column}`" + (near or f"; they have {listed(columns)}")


@error("DA107")
def unknown_generator(generator: str, generators: Sequence[str]) -> str:
    """A generator that specc does not have.

    Why: only scikit-learn's generators of rows (features and targets) can be a source; those of
    matrices cannot.

    Example:

        [data]
        source = { type = "make_moon" }

    Use instead: `source = { type = "make_moons" }`.
    """
    return f"no generator is called `{generator}`" + (
        nearest(generator, generators) or f"; there are {listed(generators, 20)}")


@error("DA108")
def generator_argument(generator: str, argument: str, arguments: Sequence[str]) -> str:
    """A generator is given an argument it does not take.

    Why: arguments are scikit-learn's own, except those that change what is returned
    (`return_X_y`, `coef`, `sparse`).

    Example:

        [data]
        source = { type = "make_moons", samples = 100 }

    Use instead: `n_samples = 100`.
    """
    return f"`{generator}` takes no argument `{argument}`" + (
        nearest(argument, arguments) or f"; it takes {listed(arguments, 20)}")


@error("DA110")
def column_twice(column: str) -> str:
    """One input names a column twice.

    Why: the same numbers would enter twice; usually another column was meant.

    Example:

        [inputs.x]
        columns = ["age", "age"]

    Use instead: each column once.
    """
    return f"column `{column}` is named twice in this input"


@error("DA111")
def no_columns(name: str) -> str:
    """An input without `columns` finds none left over.

    Why: without `columns` an input takes every column that nothing else names (no other input, no
    target, weight, order, group, split or stratify column), and all are named.

    Example:

        [inputs.x]

        [outputs.y]
        target = "only_column"

    Use instead: `columns = [...]`.
    """
    return f"no column is left for input `{name}`: everything else names them all"


@error("DA112")
def shape_width(shape: str, wanted: int, have: int, made_of: str) -> str:
    """The prepared columns of an input do not fill its shape.

    Why: a shape is filled in C order by the prepared columns, so the numbers must come out even.
    A one-hot column counts once for each value, a `flag` counts once.

    Example:

        [data]
        source = "digits"
        [inputs.image]
        shape = [8, 8, 3]

    Use instead: `shape = [8, 8, 1]`.
    """
    return (f"shape {shape} holds {counted(wanted)} number{'s' * (wanted != 1)}, the input has "
            f"{counted(have)} ({made_of})")


@error("DA113")
def one_text_column(name: str, count: int) -> str:
    """A text input takes one column.

    Why: `text` turns one column into (length,) integers.

    Example:

        [inputs.review]
        columns = ["title", "body"]
        text = { tokens = 1000, length = 20 }

    Use instead: one input for each text column.
    """
    return f"text input `{name}` has {count} columns, it takes one"


@error("DA114")
def encoding_conflict(column: str, what: str) -> str:
    """Two settings of one column contradict each other.

    Why: a mean or a median exists of numbers only, a category for the missing exists among
    categories only, and a hash needs to know how many `bins` there are.

    Example:

        [inputs.x]
        columns = [{ name = "deck", encode = "index", missing = "mean" }]

    Use instead: `missing = "category"`.
    """
    return f"column `{column}`: {what}"


@error("DA115")
def split_conflict(what: str) -> str:
    """Two ways of splitting the rows contradict each other.

    Why: rows in an order are split by time, so they can be neither stratified nor grouped; a part
    that is a file of its own cannot be a fraction too.

    Example:

        [data]
        source = "sales.csv"
        order = "date"
        split = { test = 0.2, stratify = "store" }

    Use instead: one of them.
    """
    return what


@error("DA116")
def too_many_numbers(what: str, count: int, most: int) -> str:
    """More numbers are asked for than a memory holds.

    Why: sizes are bounded before anything is allocated, so that a typing mistake does not bring a
    machine down.

    Example:

        [data]
        source = { type = "make_moons", n_samples = 1000000000000 }

    Use instead: `n_samples = 1000`; a hash or an index instead of a one-hot; fewer tokens.
    """
    return f"{what} would hold {count:,} numbers, at most {most:,} are allowed"


@error("DA117")
def window_without_order() -> str:
    """Rows are to be seen through a window, and no column says in which order they stand.

    Why: a window is rows one after another; in which order a file happens to hold them is not said
    anywhere, and a random split would tear it apart.

    Example:

        [data]
        source = "sales.csv"
        window = { length = 7 }

    Use instead: `order = "date"` in `[data]`.
    """
    return "a window needs `order`, the column that rows are sorted by"


@error("DA118")
def text_conflict(name: str, key: str) -> str:
    """A setting of numbers or categories stands at an input of text.

    Why: what nothing reads would look as if it did something.

    Example:

        [inputs.review]
        columns = ["review"]
        text = { tokens = 1000, length = 50 }
        scale = "standard"

    Use instead: `text` alone, or `dtype = "string"` alone.
    """
    return f"input `{name}` is text, which has no `{key}`"


@error("DA119")
def no_target(output: str) -> str:
    """An output has no target, so there is nothing to train it on.

    Why: without data a target may be absent; a run needs to know the right answers.

    Example:

        [data]
        source = "iris"
        [outputs.y]
        task = "multiclass"

    Use instead: `target = "species"`.
    """
    return f"output `{output}` has no `target`"


@error("DA120")
def generator_count(argument: str, found: object) -> str:
    """A generator is given something else than a whole number for how many, or for its seed.

    Why: scikit-learn refuses it when the rows are made, after everything else was looked at.

    Example:

        [data]
        source = { type = "make_moons", n_samples = "many" }

    Use instead: `n_samples = 1000`.
    """
    return f"`{argument}` is a whole number here, found {dumps(found)}"


@error("DA121")
def stream_unsuited(what: str, instead: str) -> str:
    """Rows are to be streamed, and something in the spec needs them in memory.

    Why: a stream reads each column once from parquet or csv, and then rows in blocks. Windows run
    across blocks, texts may be of any length, and what is made up or built in is in memory anyway.

    Example:

        [data]
        source = "sales.csv"
        stream = true
        order = "date"
        window = { length = 7 }

    Use instead: `stream = false`, or what the message names.
    """
    return f"{what} cannot be streamed; {instead}"
