"""The JSON Schema and `specc check` are of one opinion, in any place of a spec that says nearly
everything: an editor marks nothing that specc takes, and marks every mistake of form."""

from __future__ import annotations

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from full_spec import FULL, Steps, cut, paths, people, put, rename
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from specc.diagnostics import Diagnostic
from specc.pipeline import check_text
from specc.schema import schema

TREE = tomllib.loads(FULL)
PATHS = tuple(paths(TREE))
# Keys that other tables have, misspelt ones, arguments of other components, words of other slots.
KEYS = ("epoch", "type", "units", "filters", "name", "layers", "repeat", "scale", "min", "x")
WORDS = ("", "relu", "adam", "mse", "Dense", "Conv2D", "standard", "binary", "regression", "auto",
         "accuracy", "balanced", "@prev", "a.csv", "he_normal", "L2", "EarlyStopping", "Dens",
         "none", "module:Name", "9", "-")
# What a schema cannot judge: what an expression comes to; and 15.0, which JSON Schema calls whole.
UNKNOWN = ("=units", "=3", "==3", "=", "=none", "=unknown", 0.0, 1.0, 15.0)
# Mistakes of form: those that can be seen in one value at its place.
FORM = frozenset((
    "unknown-key", "missing-key", "wrong-type", "unknown-word", "out-of-range", "malformed-name",
    "language-version", "unknown-component", "unknown-argument", "missing-argument",
    "argument-type", "argument-range", "argument-word", "argument-length", "refused-component",
    "model-as-layer", "stateful-layer", "nested-key", "wrong-category", "component-without-type",
    "unfit-component", "entry-without-meaning", "legacy-argument"))


class Change(NamedTuple):
    """What is done to the spec, and where."""

    kind: str
    path: Steps
    value: Any = None

    def made(self) -> Any:
        match self.kind:
            case "cut":
                return cut(TREE, self.path)
            case "rename":
                return rename(TREE, self.path)
            case _:
                return put(TREE, self.path, self.value)


def values(*more: Any) -> st.SearchStrategy[Any]:
    plain = st.one_of(
        st.none(), st.booleans(), st.sampled_from((*WORDS, *more)), st.integers(-3, 70_000),
        st.sampled_from((0.5, 1.5, -0.5, 2**31, 2**32)))
    return st.recursive(plain, lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from((*KEYS, *WORDS)), inner, max_size=3)), max_leaves=4)


def changes(*more: Any) -> st.SearchStrategy[Change]:
    """One thing changed: a value, a key more, a key or an item less, a misspelt one."""
    tables = [one for one in PATHS if isinstance(at(one), dict)]
    added = st.builds(lambda table, key: (*table, key), st.sampled_from(tables),
                      st.sampled_from(KEYS))
    anywhere = st.sampled_from(PATHS)
    return st.one_of(
        st.builds(Change, st.just("put"), anywhere, values(*more)),
        st.builds(Change, st.just("put"), added, values(*more)),
        st.builds(Change, st.sampled_from(("cut", "rename")), anywhere, st.none()))


def at(path: Steps) -> Any:
    found: Any = TREE
    for step in path:
        found = found[step]
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("agree")
    (made / "people.csv").write_text(people(), encoding="utf-8")
    return made


@cache
def validator() -> Draft7Validator:
    return Draft7Validator(schema())


def errors(tree: Any, folder: Path) -> tuple[Diagnostic, ...]:
    return check_text(json.dumps(tree).encode(), str(folder / "full.specc.json"), "json").errors


def test_the_spec_is_good_for_both(folder: Path) -> None:
    assert validator().is_valid(TREE)
    assert errors(TREE, folder) == ()


@given(change=changes(*UNKNOWN))
@settings(max_examples=150)
def test_what_an_editor_marks_specc_refuses(folder: Path, change: Change) -> None:
    tree = change.made()
    if not validator().is_valid(tree):
        assert errors(tree, folder)


@given(change=changes())
@settings(max_examples=150)
def test_what_specc_refuses_for_its_form_an_editor_marks(folder: Path, change: Change) -> None:
    """In the table that was changed; what a param comes to elsewhere, no editor knows."""
    tree = change.made()
    table = change.path[:-1]
    found = [one for one in errors(tree, folder)
             if one.name in FORM and one.where.path[:len(table)] == table]
    if found and change.path[0] != "params":
        assert not validator().is_valid(tree), [(one.name, one.message) for one in found]


def test_both_can_disagree(folder: Path) -> None:
    """The changes reach mistakes of form, and others."""
    typed = Change("put", ("fit", "epochs"), "3").made()
    assert not validator().is_valid(typed)
    assert [one.name for one in errors(typed, folder)] == ["wrong-type"]
    unknown = Change("put", ("model", "layers", 7, "call"), "h").made()
    assert validator().is_valid(unknown)
    assert [one.name for one in errors(unknown, folder)] == ["unknown-callee"]
