"""The columns that enter: those that say nothing, say it twice, or say the answer.

What only rows can tell is judged once they are read (`specc check --data`, every run).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specc.facts.columns import column_path, label_columns, leaked
from specc.facts.errors import listed
from specc.facts.profile import ColumnProfile
from specc.rules.pairing import Subject
from specc.rules.rule import Finding, Rule, info, warning
from specc.source import Where
from specc.spec import Input


def tables(about: Subject) -> Iterator[tuple[Input, Sequence[ColumnProfile]]]:
    """The inputs whose columns mean something one by one: no pictures, no texts."""
    profile = about.facts.profile
    for name, one in about.plan.spec.inputs.items():
        if profile is not None and one.text is None and len(one.shape or ()) < 2:
            yield one, profile.inputs.get(name, ())


def place(about: Subject, one: Input, found: Sequence[ColumnProfile]) -> Where:
    """The one column that is written, else the list of them, else the input."""
    spec = about.plan.spec
    if len(found) == 1:
        return spec.where(*column_path(spec, one.name, found[0].position))
    return spec.where("inputs", one.name, *(("columns",) if one.columns is not None else ()))


def named(found: Sequence[ColumnProfile]) -> str:
    """`column `a``, `columns `a`, `b``."""
    return f"column{'s' * (len(found) > 1)} {listed(column.name for column in found)}"


@info("DA301")
def constant_feature(about: Subject) -> Iterator[Finding]:
    """A column has the same value in every training row.

    Why: nothing can be learned from it. If it differs later, the model meets a number that its
    weights never saw another of.

    Rows (rows.csv):

        size,country,price
        1,de,10
        2,de,21
        3,de,29

    Example:

        [data]
        source = "rows.csv"
        [inputs.house]
        columns = ["size", { name = "country", encode = "onehot" }]    # info: [DA301]
        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1 }]
        [outputs.price]
        task = "regression"
        target = "price"

    Use instead: leave the column out.

    Source: own judgement.
    """
    for one, columns in tables(about):
        found = [column for column in columns if column.different == 1]
        if found:
            yield Finding(place(about, one, found), "the same value stands in every row that is "
                          f"trained on in {named(found)}",
                          advice="leave it out" if len(found) == 1 else "leave them out")


@info("DA302")
def duplicate_feature(about: Subject) -> Iterator[Finding]:
    """Two columns of an input are equal in every training row.

    Why: the second adds weights and no knowledge, and its share of the first one's weight is
    arbitrary.

    Rows (rows.csv):

        metres,meters,price
        1,1,10
        2,2,21
        3,3,29

    Example:

        [data]
        source = "rows.csv"
        [inputs.house]
        columns = ["metres", "meters"]    # info: [DA302]
        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1 }]
        [outputs.price]
        task = "regression"
        target = "price"

    Use instead: one of the two.

    Source: own judgement.
    """
    for one, columns in tables(about):
        for column in columns:
            if column.like is not None:
                yield Finding(place(about, one, [column]), f"column `{column.name}` is equal to "
                              f"`{column.like}` in all rows that are trained on",
                              advice="leave it out")


@warning("DA109")
def label_leakage_columns(about: Subject) -> Iterator[Finding]:
    """An input takes what an output is to predict, or the number of the row.

    Why: the model reads the answer off its input, and is useless where the answer is not known.
    A built-in set may hold the answer twice: iris has a number and a name. Rows show more: a
    column that goes with the target one to one, or in proportion, is the target under another
    name. One that numbers the rows, or names each of them, says where a row stands in the file,
    which later rows do not.

    Example:

        [data]
        source = "iris"
        [inputs.x]
        columns = ["petal*", "species"]    # warning: [DA109]
        encode = "onehot"
        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 3, activation = "softmax" }]
        [outputs.flower]
        task = "multiclass"
        target = "target"

    Use instead: leave the column out. The past of a series is another matter: with `window`, an
    input may take the column it predicts.

    Source: own judgement.
    """
    spec, columns = about.plan.spec, about.facts.columns
    said: set[tuple[str, str]] = set()
    if columns is not None:
        for name, position, column, output in leaked(spec, columns, label_columns(spec)):
            said.add((name, column))
            yield Finding(spec.where(*column_path(spec, name, position)),
                          f"column `{column}` is the target of output `{output}`, or says the same",
                          advice="leave it out")
    if about.facts.profile is None or spec.data is None or spec.data.window is not None:
        return
    for name, found in about.facts.profile.inputs.items():
        one = spec.inputs[name]
        for each in found:
            if (name, each.name) in said or one.text is not None:
                continue
            if each.tells is not None:
                yield Finding(place(about, one, [each]), f"column `{each.name}` goes with the "
                              f"target of output `{each.tells}` in every row",
                              advice="leave it out")
            elif each.numbers_rows and spec.data.order is None:
                yield Finding(place(about, one, [each]), f"column `{each.name}` has another value "
                              "in each row, as a number or a name of rows has",
                              advice="leave it out")


RULES: tuple[Rule, ...] = (label_leakage_columns, constant_feature, duplicate_feature)

__all__ = ["RULES"]
