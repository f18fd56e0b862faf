"""Slots: what the schema of the language says of a path, by what is written there."""

from __future__ import annotations

import pytest

from lsp.documents import EVERY, content, tree_of
from specc.lsp.slots import fits, language, slot
from specc.ops import docs, table
from specc.ops.types import CATEGORIES, Refused, options_of
from specc.schema.entries import KEYS
from specc.schema.says import SAYS
from specc.source import Path, Tree
from unit.test_places import paths

WHERE: dict[str, Path] = {
    "layer": ("model", "layers", 0), "optimizer": ("compile", "optimizer"),
    "schedule": ("compile", "optimizer", "learning_rate"), "loss": ("outputs", "y", "loss"),
    "metric": ("outputs", "y", "metrics", 0), "callback": ("fit", "callbacks", 0),
    "initializer": ("model", "layers", 0, "kernel_initializer"),
    "regularizer": ("model", "layers", 0, "kernel_regularizer"),
    "constraint": ("model", "layers", 0, "kernel_constraint"),
}
COMPONENTS = [(category, name) for category in CATEGORIES for name in table.names(category)
              if not table.entry(category, name).refused]  # type: ignore[union-attr]


def holding(path: Path, value: Tree) -> Tree:
    """A tree with a value at a path; what holds layers is a Dense, what holds schedules an Adam."""
    for at in range(len(path) - 1, -1, -1):
        kind = {("model", "layers", 0): "Dense", ("compile", "optimizer"): "Adam"}.get(path[:at])
        value = [value] if isinstance(path[at], int) else {path[at]: value}
        value = value | {"type": kind} if kind and isinstance(value, dict) else value
    return value


@pytest.mark.parametrize(("category", "name"), COMPONENTS, ids=lambda one: str(one))
def test_every_component_has_its_own_arguments(category: str, name: str) -> None:
    path = WHERE[category]
    found = slot(path, holding(path, {"type": name}))
    entry = table.entry(category, name)  # type: ignore[arg-type]
    assert entry is not None
    assert found.component == entry
    assert found.holds == category
    sayable = {key for key, one in entry.params.items()
               if not all(isinstance(each, Refused) for each in options_of(one.type))}
    assert sayable <= set(found.keys)
    for key in sayable - {"stateful"}:
        told = slot((*path, key), holding(path, {"type": name})).says
        assert told.startswith(docs.of_argument(entry.category, name, key))


@pytest.mark.parametrize("file", EVERY, ids=lambda file: file.name)
def test_every_key_that_is_written_is_a_key_of_its_table(file: object) -> None:
    tree = tree_of(content(file))  # type: ignore[arg-type]
    seen = 0
    for path in paths(tree):
        table_slot = slot(path[:-1], tree)
        if isinstance(path[-1], str) and table_slot.keys:
            seen += 1
            block = "block" in (table_slot.value or {}) or path[:2] == ("data", "source")
            trusted = ":" in str((table_slot.value or {}).get("type", ""))
            assert path[-1] in table_slot.keys or block or trusted, path
    assert seen > 3


def test_every_key_of_the_language_has_its_line() -> None:
    places = {"Spec": (), "Data": ("data",), "Split": ("data", "split"),
              "Input": ("inputs", "x"), "Output": ("outputs", "y"), "Model": ("model",),
              "Fit": ("fit",), "Tune": ("tune",), "Budget": ("budget",), "Test": ("test",)}
    told = 0
    for name, line in SAYS.items():
        form, _, key = name.partition(".")
        if form in places:
            assert slot((*places[form], key), {}).says == line
            told += 1
    assert told > 60
    for key, said in KEYS.items():
        assert slot(("model", "layers", 0, key), {}).says == said["description"]


def test_an_entry_is_one_thing() -> None:
    def keys(entry: dict[str, Tree]) -> set[str]:
        return set(slot(("model", "layers", 0), {"model": {"layers": [entry]}}).keys)

    meanings = {"type", "block", "call", "layers", "model"}
    assert meanings <= keys({})
    for meaning in meanings:
        assert keys({meaning: "x"}) & meanings == {meaning}
    assert "units" not in keys({"type": "Flatten"})
    assert "name" not in slot((*WHERE["layer"], "layer"), holding(
        WHERE["layer"], {"type": "Bidirectional", "layer": {"type": "LSTM"}})).keys


def test_nothing_is_known_outside() -> None:
    for path in (("modle",), ("params", "x", "y"), ("data", "split", "x"), (3,), ("model", 3)):
        found = slot(path, {})
        assert (found.says, found.keys, found.words, found.component) == ("", (), (), None)


@pytest.mark.parametrize(("value", "condition", "holds"), [
    ({"type": "Adam"}, {"required": ["type"]}, True), ("adam", {"required": ["type"]}, False),
    ({"a": 1}, {"properties": {"a": {"enum": [1, 2]}}}, True), (True, {"type": "integer"}, False),
    (1, {"type": ["integer", "string"]}, True), ("x", {"pattern": "^x"}, True),
    ({"a": 1}, {"propertyNames": {"enum": ["b"]}}, False), (3, {"not": {"type": "number"}}, False),
    ("a", {"anyOf": [{"const": "b"}, {"const": "a"}]}, True), (None, {"description": "x"}, True),
])
def test_conditions(value: Tree, condition: dict[str, Tree], holds: bool) -> None:
    assert fits(value, condition) is holds


def test_the_schema_is_made_once() -> None:
    assert language() is language()
