"""The two readers of a form accept the same documents and give the same values."""

from __future__ import annotations

import re
from copy import deepcopy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from specc.source import Tree
from specc.syntax import certain
from specc.syntax import values as must
from specc.syntax.certain import certainly
from specc.syntax.document import load
from specc.syntax.form import SpecForm

SPECS = sorted(Path("specs").rglob("*.specc.toml"))

# Values that one slot or another takes, or nearly takes.
ODD: tuple[Tree, ...] = (
    None, True, False, 0, 1, 2, 3, -1, 33, 2**31, 2**32, 0.0, 0.5, 1.0, 1.5, -0.5, "", "a", "Age",
    "a b", "a\n", "=x", "auto", "balanced", "relu", "none", "index", "min", "grid", "functional",
    "float32", "float64", "binary", "standard", "mean", [], [0, 1], [1, 0], [0.5, 2], ["a"],
    ["a", "a"], ["a", "b"], ["time", 8], [{}], [{"type": "Dense"}], {}, {"type": "Adam"},
    {"input": "x"}, {"train": "a.csv"}, {"min": 1}, {"max": 2, "min": 0.5}, {"a": 1, "b": 2.0},
    {"name": "x", "scale": "minmax"}, {"a": "because"}, {"a": " "}, [1, 2, 2], [{"name": "a"}],
)


def plain(form: Any) -> Any:
    """A form of either reader as plain data, with types beside the numbers."""
    if isinstance(form, BaseModel):
        return {key: plain(getattr(form, key)) for key in type(form).model_fields}
    if isinstance(form, SimpleNamespace):
        return {key: plain(value) for key, value in vars(form).items()}
    if isinstance(form, dict):
        return {key: plain(value) for key, value in form.items()}
    if isinstance(form, list):
        return [plain(value) for value in form]
    return (type(form).__name__, form)


def by_pydantic(tree: Tree) -> Any:
    try:
        return plain(SpecForm.model_validate(deepcopy(tree)))
    except ValidationError:
        return None


def same(tree: Tree) -> bool:
    """Whether both readers say the same of a document; True if they accept it."""
    quick = certainly(deepcopy(tree))
    assert (plain(quick) if quick is not None else None) == by_pydantic(tree)
    return quick is not None


def whole_spec() -> dict[str, Tree]:
    """A document in which every table stands."""
    return {
        "specc": 1, "$schema": "x", "name": "n", "description": "d", "seed": 3, "unset": [],
        "params": {"units": 3},
        "data": {"source": "iris", "split": {"validation": 0.2, "test": 0, "seed": 1},
                 "window": {"length": 3}},
        "inputs": {"x": {"columns": ["a", {"name": "b", "scale": "robust"}], "dtype": "int32",
                         "text": {"tokens": 5, "length": 3}, "shape": [2], "range": [0, 1]}},
        "blocks": {"unit": {"inputs": ["x"], "params": {"f": 1}, "layers": [{"type": "ReLU"}]}},
        "model": {"kind": "functional", "layers": [{"type": "Dense", "units": 3}],
                  "wide": {"input": "x"}, "deep": {"input": ["x"], "layers": []}},
        "outputs": {"y": {"task": "binary", "from": "a", "target": "t", "metrics": ["auc"],
                          "weight": 1, "classes": ["n", "y"], "threshold": 0.5}},
        "compile": {"optimizer": "adam", "jit_compile": "auto"},
        "fit": {"epochs": 3, "callbacks": [], "shuffle": True},
        "tune": {"search": "grid", "space": {"units": [1, 2]}},
        "budget": {"params": 5000, "flops": {"max": 3}},
        "expect": {"test.loss": 3}, "golden": {"epochs": 3, "tolerance": 1e-3, "seeds": [1, 2]},
        "bench": {}, "test": {"reload": "slow"}, "lint": {"ignore": {"PA101": "why"}},
    }


def slots(tree: Tree, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all values in a document."""
    items = (tree.items() if isinstance(tree, dict)
             else enumerate(tree) if isinstance(tree, list) else ())
    return [one for key, value in items
            for one in ((*path, key), *slots(value, (*path, key)))]


def put(tree: Tree, path: tuple[Any, ...], value: Tree) -> None:
    for step in path[:-1]:
        tree = tree[step]
    tree[path[-1]] = value


def test_there_are_specs() -> None:
    assert len(SPECS) > 10


@pytest.mark.parametrize("path", SPECS, ids=str)
def test_example_specs_are_judged_alike(path: Path) -> None:
    """Before their expressions are computed, so not all of them are fine."""
    document = load(str(path)).value
    assert document is not None
    same(document.tree)


def test_every_table_is_certainly_fine() -> None:
    assert same(whole_spec())


def test_one_odd_value_anywhere_is_judged_alike() -> None:
    """Every odd value in every slot of a whole document, and every slot left out."""
    accepted = rejected = 0
    for path in slots(whole_spec()):
        for value in ODD:
            tree = whole_spec()
            put(tree, path, value)
            if same(tree):
                accepted += 1
            else:
                rejected += 1
    assert accepted > 500
    assert rejected > 1000


def test_every_key_of_the_form_is_known_to_both() -> None:
    """A key that only one of the readers had would show with some value."""
    for table in ("data", "inputs/x", "model", "outputs/y", "compile", "fit", "tune", "budget",
                  "golden", "test", "lint", "data/split", "data/window", "blocks/unit",
                  "model/wide", "inputs/x/text", ""):
        path = tuple(table.split("/")) if table else ()
        for key in KEYS:
            for value in (None, True, 1, 0.5, "min", ["a"], {"min": 1}):
                tree = whole_spec()
                put(tree, (*path, key), value)
                same(tree)


KEYS = sorted({
    field.alias or name
    for model in (SpecForm, *(one for one in vars(__import__("specc.syntax.form", fromlist=["x"]))
                              .values() if isinstance(one, type) and issubclass(one, BaseModel)
                              and one is not BaseModel))
    for name, field in model.model_fields.items()} | {"strange"})


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_several_odd_values_are_judged_alike(data: st.DataObject) -> None:
    tree = whole_spec()
    for _ in range(data.draw(st.integers(1, 4))):
        path = data.draw(st.sampled_from(slots(tree) or [("specc",)]))
        if data.draw(st.booleans()):
            put(tree, path, deepcopy(data.draw(st.sampled_from(ODD))))
        else:
            put(tree, (*path[:-1], data.draw(st.sampled_from(KEYS))) if isinstance(path[-1], str)
                else path, deepcopy(data.draw(st.sampled_from(ODD))))
    same(tree)


@settings(max_examples=200, deadline=None)
@given(st.recursive(st.sampled_from(ODD), lambda inner: st.dictionaries(
    st.sampled_from(KEYS), inner, max_size=4) | st.lists(inner, max_size=3), max_leaves=12))
def test_any_tree_is_judged_alike(tree: Tree) -> None:
    same(tree)


def test_what_is_not_certain_is_left_to_pydantic() -> None:
    """Larger than floats count exactly: no verdict, whatever pydantic says."""
    tree = whole_spec()
    tree["outputs"]["y"]["weight"] = 2**60
    assert certainly(tree) is None
    assert certain.SPEC({}) is certain.UNSURE


@settings(max_examples=500)
@given(st.text(alphabet="aZ09_.-é²\n ", max_size=110) | st.text(max_size=5))
def test_names_are_told_without_patterns_as_with_them(text: str) -> None:
    assert must.is_name(text) == bool(re.fullmatch(must.NAME, text))
    assert must.is_file_name(text) == bool(re.fullmatch(must.FILE_NAME, text))
