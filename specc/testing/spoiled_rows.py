"""One mistake put into the rows of a drawn spec, or between them and what the spec says of them.

A spoiler takes the document and its table, and gives the text of `rows.csv`.
"""

from __future__ import annotations

from collections.abc import Callable

from specc.record import Record
from specc.testing.composing import Document, Wish
from specc.testing.draws import Chance
from specc.testing.filling import Value, as_csv
from specc.testing.spoiled import CHAIN

Table = dict[str, list[Value]]
RowSpoil = Callable[[Chance, Document, Table], "str | None"]  # None: there is no such file
REAL = CHAIN
WHOLE = Wish("Embedding", "MeanSquaredError", None, "sequential", "Adam", vectors=True)


class RowSpoiler(Record):
    code: str
    wish: Wish
    spoil: RowSpoil


def cell(value: Value) -> RowSpoil:
    """Another value in a cell of the first input."""
    def spoil(random: Chance, document: Document, table: Table) -> str:
        column = random.choice([name for name in table if name.startswith("a_")])
        table[column][random.randint(0, len(table[column]) - 1)] = value
        return as_csv(table)

    return spoil


def _twice(random: Chance, document: Document, table: Table) -> str:
    head, *rest = as_csv(table).splitlines()
    return "\n".join([f"{head},a_0", *(f"{line},0" for line in rest)]) + "\n"


def _lacking(random: Chance, document: Document, table: Table) -> str:
    target = document["outputs"]["y"]["target"]
    del table[target if isinstance(target, str) else target[0]]
    return as_csv(table)


def _none_left(random: Chance, document: Document, table: Table) -> str:
    named = [name for name in table if name.startswith("a_")]
    document["inputs"] = {"a": {"columns": named, "shape": [len(named)]}, "b": {}}
    document["model"]["kind"] = "functional"
    document["model"]["layers"][0]["inputs"] = "a"
    return as_csv(table)


def _two_texts(random: Chance, document: Document, table: Table) -> str:
    table |= {"p": ["a b"] * len(table["a_0"]), "q": ["c"] * len(table["a_0"])}
    document["inputs"]["a"] = {"columns": ["p", "q"], "text": {"tokens": 10, "length": 4}}
    return as_csv(table)


def weighed(value: Value) -> RowSpoil:
    def spoil(random: Chance, document: Document, table: Table) -> str:
        document["outputs"]["y"]["sample_weight"] = "w"
        table["w"] = [1.0] * len(table["a_0"])
        table["w"][random.randint(0, len(table["w"]) - 1)] = value
        return as_csv(table)

    return spoil


def _part(random: Chance, document: Document, table: Table) -> str:
    document["data"]["split"] = {"column": "part"}
    table["part"] = ["train", "train", "validation", "test"] * (len(table["a_0"]) // 4)
    table["part"][random.randint(0, len(table["part"]) - 1)] = random.choice(["trian", "dev"])
    return as_csv(table)


def _empty(random: Chance, document: Document, table: Table) -> str:
    document["data"]["split"] = {"validation": 0.001}
    return as_csv(table)


def _category(random: Chance, document: Document, table: Table) -> str:
    table["deck"] = ["x", "z"] * (len(table["a_0"]) // 2)
    table["deck"][random.randint(0, len(table["deck"]) - 1)] = "q"
    document["inputs"]["a"] = {"columns": [
        {"name": "deck", "encode": "onehot", "values": ["x", "z"]}]}
    return as_csv(table)


def _range(random: Chance, document: Document, table: Table) -> str:
    document["inputs"]["a"]["range"] = [-9, 9]
    return cell(random.choice([-10, 77]))(random, document, table) or ""


def _dated(random: Chance, document: Document, table: Table) -> str:
    document["data"]["order"] = "day"
    table["day"] = [f"{31 - row}/12/2019" for row in range(len(table["a_0"]))]
    return as_csv(table)


def _refused(random: Chance, document: Document, table: Table) -> None:
    document["data"]["source"] = {"type": "make_classification", "n_samples": 60, "n_features": 2,
                                  "n_informative": 2, "n_classes": 9}
    document["inputs"]["a"] = {"columns": ["x0", "x1"]}
    document["outputs"]["y"]["target"] = "y"
    document["outputs"]["y"].pop("metrics", None)  # they may want more units than are left
    for entry in document["model"]["layers"]:
        if entry.get("name") == "y":
            entry["units"] = 1


ROW_SPOILERS: tuple[RowSpoiler, ...] = (
    RowSpoiler("DA104", REAL, lambda random, document, table: ""),
    RowSpoiler("DA105", REAL, _twice),
    RowSpoiler("DA106", REAL, _lacking),
    RowSpoiler("DA111", REAL, _none_left),
    RowSpoiler("DA113", REAL, _two_texts),
    RowSpoiler("DA201", REAL, lambda random, document, table: None),
    RowSpoiler("DA202", REAL, cell("")),
    RowSpoiler("DA203", REAL, cell("many")),
    RowSpoiler("DA205", REAL, weighed("")),
    RowSpoiler("DA209", REAL, _part),
    RowSpoiler("DA210", REAL, _empty),
    RowSpoiler("DA211", REAL, _category),
    RowSpoiler("DA212", REAL, _range),
    RowSpoiler("DA214", REAL, weighed(-1.0)),
    RowSpoiler("DA216", WHOLE, cell(0.5)),
    RowSpoiler("DA217", REAL, _dated),
    RowSpoiler("DA223", REAL, _refused),
)

__all__ = ["ROW_SPOILERS", "RowSpoiler"]
