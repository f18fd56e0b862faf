"""Which columns an input takes, and whether the names a spec uses are names the data have."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from typing import TYPE_CHECKING

from specc.diagnostics import Diagnostic, number_of
from specc.facts.header import header, known_set
from specc.facts.known import Facts
from specc.later import later
from specc.record import replace
from specc.source import Path, Where, dig
from specc.spec import Column, Generator, Input, Output, Parts, Spec

if TYPE_CHECKING:
    from specc.facts import errors
else:
    errors = later("specc.facts.errors")

MOST_NUMBERS = 2**30  # of one input; 4 GiB in float32
Taken = tuple[int | None, Column]  # the position in `columns` (None: absent), a real column


def matches(name: str, columns: Sequence[str]) -> tuple[str, ...]:
    """The columns a name or pattern means, in the order of the header. `*` is the only wildcard;
    a column that bears the very name comes first."""
    if name in columns:
        return (name,)
    if "*" not in name:
        return ()
    first, *middle, last = name.split("*")
    return tuple(column for column in columns if _fits(column, first, middle, last))


def _fits(column: str, first: str, middle: Sequence[str], last: str) -> bool:
    """Whether a column begins, goes on and ends as a pattern says: the earliest place of each
    piece is tried only, so that no pattern takes long."""
    at, end = len(first), len(column) - len(last)
    if at > end or not column.startswith(first) or not column.endswith(last):
        return False
    for piece in middle:
        found = column.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True


def targets(output: Output) -> tuple[str, ...]:
    """The target columns as written: names or patterns; none for an autoencoder."""
    if output.target is None:
        return ()
    return (output.target,) if isinstance(output.target, str) else tuple(output.target)


def named(spec: Spec) -> Iterator[tuple[str, Path]]:
    """Every column that something other than an input names, and where it stands."""
    for name, output in spec.outputs.items():
        single = isinstance(output.target, str)
        for i, column in enumerate(targets(output)):
            yield column, ("outputs", name, "target", *(() if single else (i,)))
        if output.sample_weight is not None:
            yield output.sample_weight, ("outputs", name, "sample_weight")
    if spec.data is None:
        return
    if spec.data.order is not None:
        yield spec.data.order, ("data", "order")
    for key in ("stratify", "group", "column"):
        column = getattr(spec.data.split, key)
        if column is not None:
            yield column, ("data", "split", key)
    if spec.data.window is not None and spec.data.window.by is not None:
        yield spec.data.window.by, ("data", "window", "by")


def left_over(spec: Spec, columns: Sequence[str], labels: Sequence[str]) -> tuple[str, ...]:
    """The columns that nothing names, which is what an input without `columns` takes."""
    used = {column for name, _ in named(spec) for column in matches(name, columns)}
    for other in spec.inputs.values():
        for column in other.columns or ():
            used.update(matches(column.name, columns))
    return tuple(column for column in columns if column not in used and column not in labels)


def take(spec: Spec, one: Input, columns: Sequence[str],
         labels: Sequence[str] = ()) -> tuple[Taken, ...]:
    """The real columns of an input, patterns and absence resolved against the data's columns.

    What an input names outright is not taken again by a pattern beside it. Names that the data
    do not have are left out; `unknown_columns` says so.
    """
    if one.columns is None:
        return tuple((None, replace(one.defaults, name=column))
                     for column in left_over(spec, columns, labels))
    outright = {column.name for column in one.columns if column.name in columns}
    taken: list[Taken] = []
    seen: set[str] = set()
    for i, column in enumerate(one.columns):
        for name in matches(column.name, columns):
            if name in seen or (name != column.name and name in outright):
                continue
            seen.add(name)
            taken.append((i, replace(column, name=name)))
    return tuple(taken)


def column_path(spec: Spec, name: str, position: int | None) -> Path:
    """Where a column of an input is written: its name, also inside a table."""
    if position is None:
        return ("inputs", name)
    path: Path = ("inputs", name, "columns", position)
    return (*path, "name") if isinstance(dig(spec.tree, path), dict) else path


def unknown_columns(spec: Spec, columns: Sequence[str]) -> Iterator[Diagnostic]:
    """Names and patterns that fit no column."""
    for name, one in spec.inputs.items():
        for i, column in enumerate(one.columns or ()):
            if not matches(column.name, columns):
                yield _unknown(spec.where(*column_path(spec, name, i)), column.name, columns)
    for word, path in named(spec):
        if not matches(word, columns):
            yield _unknown(spec.where(*path), word, columns)


def _unknown(where: Where, column: str, columns: Sequence[str]) -> Diagnostic:
    from specc.diagnostics.spelling import respelled

    return errors.unknown_column(where, column=column, columns=columns,
                                 fix=respelled(where, column, columns))


def check_columns(spec: Spec, facts: Facts) -> tuple[Diagnostic, ...]:
    """Everything about sources and columns that can be said from facts, without rows."""
    if spec.data is None:
        return ()
    about = header(spec)
    found = [*about.diagnostics, *settings(spec), *split_settings(spec), *untargeted(spec)]
    if facts.columns is not None:
        found += unknown_columns(spec, facts.columns)
        found += inputs_against(spec, facts.columns, about.labels)
    return (*found, *shapes(spec, facts), *sizes(spec, facts))


def settings(spec: Spec) -> Iterator[Diagnostic]:
    """Columns named twice, and settings of a column that contradict each other."""
    for name, one in spec.inputs.items():
        if spec.doubtful("inputs", name):
            continue  # what is left of it may contradict itself
        texts = one.text is not None or one.dtype == "string"
        if texts:
            yield from _text_conflicts(spec, one)
        own = dig(spec.tree, ("inputs", name)) or {}
        # Defaults are for the columns they mean something to; with one encoding there are none.
        defaults = own if all(column.encode for column in one.columns or ()) else ()
        seen: set[str] = set()
        for i, column in enumerate(one.columns or ()):
            path = column_path(spec, name, i)
            if column.name in seen:
                yield errors.column_twice(spec.where(*path), column=column.name)
            seen.add(column.name)
            if not texts:
                written = dig(spec.tree, ("inputs", name, "columns", i))
                yield from _conflicts(spec, path, column,
                                      written if isinstance(written, dict) else defaults)
        if one.columns is None and not texts:
            yield from _conflicts(spec, ("inputs", name), one.defaults, own)


def _text_conflicts(spec: Spec, one: Input) -> Iterator[Diagnostic]:
    """Settings of columns that mean nothing to a text, wherever they are written: tokens are
    made outside the model, and strings enter it as they are."""
    places = [("inputs", one.name), *(("inputs", one.name, "columns", i)
                                      for i in range(len(one.columns or ())))]
    for path in places:
        written = dig(spec.tree, path)
        for key in ("encode", "values", "bins", "flag", "scale", "range"):
            if isinstance(written, dict) and key in written:
                yield errors.text_conflict(spec.where(*path, key).key(), name=one.name, key=key)


def _conflicts(spec: Spec, path: Path, column: Column,
               written: Container[str]) -> Iterator[Diagnostic]:
    """written: the keys that the column's own table has."""
    where = spec.where(*path)
    if column.encode is not None and column.missing in ("mean", "median"):
        yield errors.encoding_conflict(
            where, column=column.name, what=f'missing = "{column.missing}" needs numbers, '
            f'encode = "{column.encode}" makes categories; use "category"')
    if column.encode is None and column.missing == "category":
        yield errors.encoding_conflict(
            where, column=column.name,
            what='missing = "category" needs `encode`; numbers have no category')
    if column.encode == "hash" and (column.bins is None or column.bins < 2):
        yield errors.encoding_conflict(
            where, column=column.name, what='encode = "hash" needs `bins`, at least 2')
    if column.encode != "hash" and column.bins is not None:
        yield errors.encoding_conflict(
            where, column=column.name, what='`bins` is only used by encode = "hash"')
    if column.encode is not None and "scale" in written:
        yield errors.encoding_conflict(
            where, column=column.name,
            what=f'encode = "{column.encode}" makes categories, which `scale` does not change')
    if column.encode not in ("onehot", "index") and column.values is not None:
        yield errors.encoding_conflict(
            where, column=column.name,
            what='`values` is only used by encode = "onehot" and "index"')


def untargeted(spec: Spec) -> Iterator[Diagnostic]:
    """Outputs that no data can train."""
    for name, output in spec.outputs.items():
        if not targets(output) and output.target_input is None and not spec.doubtful(
                "outputs", name):
            yield errors.no_target(spec.where("outputs", name), output=name)


def split_settings(spec: Spec) -> Iterator[Diagnostic]:
    """Ways to split that exclude each other."""
    assert spec.data is not None
    split, source = spec.data.split, spec.data.source
    ways = [key for key in ("stratify", "group", "column") if getattr(split, key) is not None]
    for key in ways[1:]:
        yield errors.split_conflict(spec.where("data", "split", key).key(),
                                    what=f"rows are split by `{ways[0]}` already; there is one of "
                                    "`stratify`, `group` and `column`")
    if split.validation + split.test >= 1:
        yield errors.split_conflict(
            spec.where("data", "split"), what=f"validation {split.validation:g} and test "
            f"{split.test:g} are fractions of all rows, and leave none for training")
    if spec.data.window is not None and spec.data.order is None and not spec.doubtful(
            "data", "order"):
        yield errors.window_without_order(spec.where("data", "window"))
    if spec.data.order is not None:
        for key in ("stratify", "group"):
            if getattr(split, key) is not None:
                yield errors.split_conflict(
                    spec.where("data", "split", key),
                    what=f"rows ordered by `{spec.data.order}` are split by time, so `{key}` "
                    "means nothing")
    if split.column is not None:
        for part in ("validation", "test"):
            if getattr(split, part) > 0:
                yield errors.split_conflict(
                    spec.where("data", "split", part),
                    what=f"column `{split.column}` says which rows are {part}, so `{part}` can be "
                    "no fraction too")
        if isinstance(source, Parts):
            yield errors.split_conflict(
                spec.where("data", "split", "column"),
                what=f"the files say which rows are train, validation and test, so column "
                f"`{split.column}` cannot")
    if isinstance(source, Parts):
        for part in ("validation", "test"):
            if getattr(source, part) is not None and getattr(split, part) > 0:
                yield errors.split_conflict(
                    spec.where("data", "split", part),
                    what=f"`{part}` is a file of its own, so it can be no fraction too")


def inputs_against(spec: Spec, columns: Sequence[str],
                   labels: Sequence[str]) -> Iterator[Diagnostic]:
    """Inputs left without columns, and text inputs with several."""
    for name, one in spec.inputs.items():
        if spec.doubtful("inputs", name, "columns"):
            continue  # which columns were meant is not known
        taken = take(spec, one, columns, labels)
        if one.columns is None and not taken:
            yield errors.no_columns(spec.where("inputs", name), name=name)
        if one.text is not None and len(taken) > 1:
            yield errors.one_text_column(spec.where("inputs", name, "columns"), name=name,
                                         count=len(taken))


def leaked(spec: Spec, columns: Sequence[str],
           labels: Sequence[str]) -> Iterator[tuple[str, int | None, str, str]]:
    """The columns that an input takes although they are what an output is to predict: the input,
    the position in its `columns`, the column, the output."""
    if spec.data is None or spec.data.window is not None or spec.doubtful("data", "window"):
        return  # the past of a series is what its future is predicted from
    answers = {column: name for name, output in spec.outputs.items()
               for word in targets(output) for column in matches(word, columns)}
    known = known_set(spec)
    for name, one in spec.inputs.items():
        if one.columns is None or spec.doubtful("inputs", name, "columns"):
            continue
        for position, column in take(spec, one, columns, labels):
            output = answers.get(column.name)
            if output is None and known is not None and column.name in known.labels:
                output = next((answers[label] for label in known.labels if label in answers), None)
            if output is not None:
                yield name, position, column.name, output


def shapes(spec: Spec, facts: Facts) -> Iterator[Diagnostic]:
    """Inputs whose written shape the prepared columns do not fill."""
    for name, one in spec.inputs.items():
        width = facts.widths.get(name)
        if one.shape is None or width is None or spec.doubtful("inputs", name) or spec.doubtful(
                "data", "window"):
            continue
        have = width * (spec.data.window.length if spec.data and spec.data.window else 1)
        sizes = [dim for dim in one.shape if isinstance(dim, int)]
        wanted = 1
        for size in sizes:
            wanted *= size
        free = len(one.shape) - len(sizes)
        if (free == 0 and wanted == have) or (free == 1 and wanted and have % wanted == 0):
            continue
        shape = "(" + ", ".join(str(dim) for dim in one.shape) + ")"
        yield errors.shape_width(spec.where("inputs", name, "shape"), shape=shape, wanted=wanted,
                                 have=have, made_of=_made_of(spec, one, width))


def sizes(spec: Spec, facts: Facts) -> Iterator[Diagnostic]:
    """Inputs that no memory would hold: rows x numbers of a row, as far as they are known."""
    length = spec.data.window.length if spec.data and spec.data.window else 1
    for name in spec.inputs:
        count = (facts.rows or 1) * facts.widths.get(name, 0) * length
        if count > MOST_NUMBERS:
            yield errors.too_many_numbers(spec.where("inputs", name), what=f"input `{name}`",
                                          count=count, most=MOST_NUMBERS)


def _made_of(spec: Spec, one: Input, width: int) -> str:
    if one.text is not None:
        return number_of(width, "token")
    window = spec.data.window if spec.data else None
    rows = f"{number_of(window.length, 'row')} of " if window else ""
    return rows + number_of(width, "prepared column")


def label_columns(spec: Spec) -> tuple[str, ...]:
    """Columns of a built-in set or a generator that hold the answer."""
    if spec.data is not None and isinstance(spec.data.source, (str, Generator)):
        known = known_set(spec)
        if known is not None:
            return known.labels
        if isinstance(spec.data.source, Generator):
            return header(spec).labels
    return ()
