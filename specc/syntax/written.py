"""What an expression may say of the rest of the file: what is *written* there, never what only the
data know."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from specc.source import Tree
from specc.syntax.expression import evaluate


def written(tree: Mapping[str, Tree], params: Mapping[str, Tree]) -> dict[str, Tree]:
    """What an expression may say of the rest of the file, as it is written.

    `inputs.X.size`: how many integers an index, hash or text input can hold;
    `outputs.X.classes`: how many classes. Never what only the data know.
    """
    def plain(value: Tree) -> Tree:
        return evaluate(value, params) if isinstance(value, str) else value

    out: dict[str, Tree] = {}
    for name, one in table(tree, "inputs").items():
        if isinstance(one, dict):
            size = plain(size_of(one, plain))
            if isinstance(size, int):
                out[f"inputs.{name}.size"] = size
    for name, one in table(tree, "outputs").items():
        classes = plain(one.get("classes")) if isinstance(one, dict) else None
        if isinstance(classes, list):
            out[f"outputs.{name}.classes"] = len(classes)
        elif isinstance(classes, int):
            out[f"outputs.{name}.classes"] = classes
    return out


def size_of(table: Mapping[str, Tree], plain: Callable[[Tree], Tree] = lambda tree: tree) -> Tree:
    """The number of integers an input can hold, from what its table says; None if it does not.

    `plain` gives what an expression stands for. An index keeps 0 for what is unknown or missing,
    so it is one more than its values.
    """
    text = table.get("text")
    if isinstance(text, dict):
        return text.get("tokens")
    columns = table.get("columns")
    only = columns[0] if isinstance(columns, list) and len(columns) == 1 else None
    said = {**table, **only} if isinstance(only, dict) else table
    values = plain(said.get("values"))
    if said.get("encode") == "index" and isinstance(values, list):
        return len(values) + 1
    if said.get("encode") == "hash":
        return said.get("bins")
    return None


def table(tree: Tree, key: str) -> dict[str, Tree]:
    """The table `key` of `tree`; empty where there is none."""
    value = tree.get(key) if isinstance(tree, dict) else None
    return value if isinstance(value, dict) else {}
