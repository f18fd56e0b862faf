"""All that was learned from the training rows, as one value that can be saved and applied later.

`to_json` gives plain tables and lists, which is what `preprocess.json` holds; `from_json` reads
them back, or says that they are of another version.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from specc.data import errors
from specc.data.encode import ColumnFit
from specc.data.inputs import InputFit
from specc.data.target import TargetFit
from specc.diagnostics import Outcome
from specc.record import Record, as_dict, field
from specc.source import Tree, Where
from specc.spec import Window

VERSION = 1
T = TypeVar("T")


class Preparation(Record):
    """`order` and `window` say how the rows of a series become samples."""

    inputs: Mapping[str, InputFit]
    targets: Mapping[str, TargetFit] = field(default_factory=dict)
    order: str | None = None
    window: Window | None = None

    @property
    def text_columns(self) -> frozenset[str]:
        """Columns whose cells are text whatever they look like: `read_table` is told."""
        return frozenset(column.name for one in self.inputs.values() for column in one.columns
                         if column.kind == "text")

    def to_json(self) -> dict[str, Tree]:
        """Plain tables and lists of numbers and text."""
        return {"version": VERSION, "order": self.order,
                "window": as_dict(self.window) if self.window else None,
                "inputs": [as_dict(one) for one in self.inputs.values()],
                "targets": [as_dict(one) for one in self.targets.values()]}

    @staticmethod
    def from_json(tree: Tree, where: Where) -> Outcome[Preparation]:
        """The value that `to_json` gave; `where`: the file it was read from."""
        version = tree.get("version") if isinstance(tree, dict) else None
        wrong = errors.unknown_preparation(where, version=version, reads=VERSION)
        if version != VERSION:
            return Outcome(None, (wrong,))
        try:
            inputs = [_input(one) for one in tree["inputs"]]
            targets = [_build(TargetFit, one) for one in tree["targets"]]
            window = _build(Window, tree["window"]) if tree["window"] else None
            return Outcome(Preparation({one.name: one for one in inputs},
                                       {one.name: one for one in targets},
                                       tree["order"], window))
        except (KeyError, TypeError, AttributeError):
            return Outcome(None, (wrong,))


def _build(kind: type[T], tree: Tree) -> T:
    """A record from a table; lists become tuples."""
    return kind(**{key: tuple(value) if isinstance(value, list) else value
                   for key, value in tree.items()})


def _input(tree: Tree) -> InputFit:
    columns = tuple(_build(ColumnFit, one) for one in tree["columns"])
    return _build(InputFit, {**tree, "columns": columns})
