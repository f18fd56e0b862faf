"""`written`: facts about a spec's data from what is written, tables and headers. No rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from specc.facts.classes import JUDGED_BY_CLASS, values_of
from specc.facts.columns import matches, take, targets
from specc.facts.header import header, known_set
from specc.facts.known import Facts, Header
from specc.spec import Column, Input, Output, Range, Scalar, Spec


def written(spec: Spec) -> Facts:
    """What is known about the data of a spec without reading a row.

    What could not be looked at stands in `unchecked`, with the reason. Without `[data]` there is
    nothing to look at, so only what inputs and outputs say of themselves is known.
    """
    about = header(spec)
    taken = {name: columns_of(spec, one, about) for name, one in spec.inputs.items()}
    widths = {name: width for name, one in spec.inputs.items()
              if (width := input_width(spec, one, about, taken[name])) is not None}
    classes = {name: values for name, output in spec.outputs.items()
               if (values := output_classes(spec, output)) is not None}
    ranges = {name: limits for name, output in spec.outputs.items()
              if (limits := output_range(spec, output)) is not None}
    return Facts(
        columns=about.columns,
        rows=about.rows,
        widths=widths,
        sizes={name: size for name, one in spec.inputs.items()
               if (size := input_size(one, taken[name])) is not None},
        classes=classes,
        ranges=ranges,
        dims={name: dims for name, output in spec.outputs.items()
              if (dims := output_dims(spec, output, widths)) is not None},
        input_ranges={name: limits for name, one in spec.inputs.items()
                      if (limits := input_range(spec, one, taken[name])) is not None},
        unchecked=(*about.unchecked, *_unchecked(spec, taken, widths, classes)),
    )


def columns_of(spec: Spec, one: Input, about: Header) -> tuple[Column, ...] | None:
    """An input's real columns; None where only the data know them."""
    if about.columns is not None:
        return tuple(column for _, column in take(spec, one, about.columns, about.labels))
    if one.columns is None or any("*" in column.name for column in one.columns):
        return None
    return one.columns


def column_width(column: Column, values: Sequence[Scalar] | None = None) -> int | None:
    """How many prepared columns one column becomes; None for a one-hot of unknown values.

    A one-hot has a column for each value, and a last one for a gap if that is a category. A
    was-missing flag is one more.
    """
    vocabulary = values if values is not None else column.values
    if column.encode != "onehot":
        return 1 + column.flag
    if vocabulary is None:
        return None
    return len(vocabulary) + (column.missing == "category") + column.flag


def input_width(spec: Spec, one: Input, about: Header,
                columns: Sequence[Column] | None) -> int | None:
    """Prepared columns of an input, before `shape` folds them; tokens of a text.

    columns: what `columns_of` gives for the input.
    """
    if one.text is not None:
        return one.text.length
    if spec.data is None:
        return None
    if not columns or (about.columns is not None and not all(
            matches(column.name, about.columns) for column in one.columns or ())):
        return None
    total = 0
    for column in columns:
        width = column_width(column)
        if width is None:
            return None
        total += width
    return total


def input_size(one: Input, columns: Sequence[Column] | None) -> int | None:
    """How many different integers an input of index, hash or text columns can hold."""
    if one.text is not None:
        return one.text.tokens
    sizes = [column_size(column) for column in columns or ()]
    known = [size for size in sizes if size is not None]
    return max(known) if known and len(known) == len(sizes) else None


def column_size(column: Column, values: Sequence[Scalar] | None = None) -> int | None:
    """Values of an index plus 0 for unknown or missing; the bins of a hash; else None."""
    vocabulary = values if values is not None else column.values
    if column.encode == "hash":
        return column.bins
    return len(vocabulary) + 1 if column.encode == "index" and vocabulary is not None else None


def output_classes(spec: Spec, output: Output) -> tuple[Scalar, ...] | None:
    """The classes in the order of their numbers, where they are written or in the table."""
    if isinstance(output.classes, tuple):
        return output.classes
    return values_of(spec, output)


def output_range(spec: Spec, output: Output) -> Range | None:
    """The targets' range in the units the loss is given; nothing where rows decide the scale."""
    if output.target_input is not None and output.range is None:
        one = spec.inputs.get(output.target_input)
        scaled = one is None or any(column.scale != "none" or column.encode is not None
                                    for column in one.columns or (one.defaults,))
        return None if one is None or scaled else one.range
    if output.scale != "none":
        return None
    if output.range is not None:
        return output.range
    known, columns = known_set(spec), targets(output)
    if known is None or not columns or output.task in (*JUDGED_BY_CLASS, "multilabel"):
        return None
    limits = [known.range(column) for column in columns]
    found = [one for one in limits if one is not None]
    if len(found) != len(limits):
        return None
    return min(low for low, _ in found), max(high for _, high in found)


def output_dims(spec: Spec, output: Output, widths: dict[str, int]) -> int | None:
    """Target columns, where they are not simply the list: an input's width, a window's steps."""
    if output.target_input is not None:
        one = spec.inputs.get(output.target_input)
        return widths.get(output.target_input) if one is not None and one.shape is None else None
    if spec.data is not None and spec.data.window is not None and len(targets(output)) == 1:
        return spec.data.window.steps
    return None


def input_range(spec: Spec, one: Input, columns: Sequence[Column] | None) -> Range | None:
    """The range of an input's numbers before scaling: as promised, else from the table."""
    if one.range is not None:
        return one.range
    known = known_set(spec)
    if known is None or not columns or any(column.encode for column in columns):
        return None
    limits = [known.range(column.name) for column in columns]
    found = [limit for limit in limits if limit is not None]
    if len(found) != len(limits):
        return None
    return min(low for low, _ in found), max(high for _, high in found)


def _unchecked(spec: Spec, taken: Mapping[str, tuple[Column, ...] | None],
               widths: Mapping[str, int],
               classes: Mapping[str, tuple[Scalar, ...]]) -> Iterator[str]:
    """Facts that rows alone can tell."""
    if spec.data is None:
        return
    for name, one in spec.inputs.items():
        if name not in widths and one.shape is None:
            yield f"inputs.{name}: rows were not read, so its number of columns is not known"
        if any(column.encode == "index" and column.values is None
               for column in taken[name] or ()):
            yield f"inputs.{name}.size: rows were not read"
        if one.range is not None and known_set(spec) is None:
            yield f"inputs.{name}.range: rows were not read"
    for name, output in spec.outputs.items():
        if output.task in JUDGED_BY_CLASS and name not in classes and targets(output):
            yield f"outputs.{name}.classes: rows were not read"
