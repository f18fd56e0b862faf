"""Facts without rows: tables, headers, paths, and names that do not fit."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from data_plans import MakeSpec

from specc.data.source import generate, read_built_in
from specc.diagnostics import Diagnostic
from specc.facts import check_columns, written
from specc.facts.builtins import BUILT_INS, BuiltIn
from specc.facts.files import locate_source
from specc.facts.generators import RECIPES, Recipe, classes_of, features_of, rows_of, targets_of
from specc.source import Where
from specc.spec import Generator

XY = '[inputs.x]\n[outputs.y]\ntask = "regression"\ntarget = "y"\n'


def codes(found: tuple[Diagnostic, ...]) -> list[str]:
    return [one.code for one in found]


def test_the_table_has_sets_and_generators() -> None:
    assert len(BUILT_INS) == 6
    assert len(RECIPES) >= 15


@pytest.mark.parametrize("known", BUILT_INS, ids=lambda one: one.name)
def test_the_table_of_sets_agrees_with_the_rows(known: BuiltIn, request: pytest.FixtureRequest
                                                ) -> None:
    if known.name == "california_housing":
        request.getfixturevalue("shared")
    rows = read_built_in(known, Where("a")).value
    assert rows is not None
    assert tuple(rows.frame.columns) == known.columns
    assert len(rows.frame) == known.rows
    for name, low, high in known.features:
        assert low <= rows.frame[name].min()
        assert rows.frame[name].max() <= high
        if known.name != "digits":
            assert (rows.frame[name].min(), rows.frame[name].max()) == (low, high)
    for label in known.labels:
        if known.classes:
            assert tuple(sorted(set(rows.frame[label].tolist()))) == known.values(label)
        else:
            span = rows.frame[label].min(), rows.frame[label].max()
            assert span == known.target_range


def example(recipe: Recipe) -> Generator:
    return Generator(recipe.name, {"n_samples": 60})


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda one: one.name)
def test_the_table_of_generators_agrees_with_scikit_learn(recipe: Recipe) -> None:
    import inspect

    from sklearn import datasets

    source = example(recipe)
    rows = generate(source, Where("a")).value
    assert rows is not None
    targets = targets_of(source, recipe)
    assert tuple(rows.frame.columns) == (*features_of(source, recipe), *targets)
    assert len(rows.frame) == rows_of(source, recipe)
    values = classes_of(source, recipe)
    if values is not None:
        assert set(np.unique(rows.frame[list(targets)])) <= set(values)
    real = inspect.signature(getattr(datasets, recipe.name)).parameters
    assert set(recipe.parameters) <= set(real)
    again = generate(source, Where("a")).value
    assert again is not None
    assert again.digest == rows.digest


def test_absent_columns_are_all_that_nothing_else_names(make: MakeSpec) -> None:
    spec = make('[data]\nsource = "breast_cancer"\n[inputs.x]\n[outputs.y]\n'
                'task = "binary"\ntarget = "diagnosis"\n')
    facts = written(spec)
    assert facts.widths == {"x": 30}  # `target` would give the answer away
    assert facts.classes == {"y": ("benign", "malignant")}
    assert facts.rows == 569
    assert facts.unchecked == ()


def test_headers_of_files(make: MakeSpec, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"\xef\xbb\xbfs1,s2,t,y\n1,2,3,4\n")
    spec = make('[data]\nsource = "a.csv"\n[inputs.x]\ncolumns = ["s*"]\n[outputs.y]\n'
                'task = "regression"\ntarget = "y"\n')
    facts = written(spec)
    assert facts.columns == ("s1", "s2", "t", "y")
    assert facts.widths == {"x": 2}
    assert check_columns(spec, facts) == ()
    np.savez(tmp_path / "b.npz", image=np.zeros((5, 2, 3)), y=np.zeros(5))
    facts = written(make('[data]\nsource = "b.npz"\n' + XY))
    assert facts.columns is not None
    assert facts.columns[:6] == tuple(f"image{i}" for i in range(6))
    assert facts.rows == 5
    np.save(tmp_path / "c.npy", np.zeros((4, 3)))
    assert written(make('[data]\nsource = "c.npy"\n' + XY)).columns == ("x0", "x1", "x2")


def test_what_was_not_looked_at_is_listed(make: MakeSpec) -> None:
    spec = make('[data]\nsource = "gone.csv"\n[inputs.x]\ncolumns = ["a", "b"]\n'
                'encode = "index"\n[outputs.y]\ntask = "binary"\ntarget = "c"\n')
    facts = written(spec)
    assert facts.columns is None
    assert facts.unchecked == (
        "data: gone.csv was not found, so columns were not compared",
        "inputs.x.size: rows were not read",
        "outputs.y.classes: rows were not read",
    )
    assert check_columns(spec, facts) == ()


def test_widths_and_sizes_from_what_is_written(make: MakeSpec) -> None:
    spec = make('''[data]
source = "gone.csv"
[inputs.a]
columns = [
  { name = "age", missing = "median", flag = true }, "fare",
  { name = "sex", encode = "onehot", values = ["f", "m"], missing = "category" },
]
[inputs.b]
columns = [{ name = "deck", encode = "index", values = ["A", "B"] }]
[inputs.c]
columns = [{ name = "id", encode = "hash", bins = 50 }]
[inputs.d]
columns = ["review"]
text = { tokens = 100, length = 20 }
[inputs.e]
columns = ["free"]
encode = "onehot"
[outputs.y]
task = "regression"
target = "y"
''')
    facts = written(spec)
    assert facts.widths == {"a": 6, "b": 1, "c": 1, "d": 20}
    assert facts.sizes == {"b": 3, "c": 50, "d": 100}


WRONG = {
    "DA101": '[data]\nsource = "irs"\n' + XY,
    "DA102": '[data]\nsource = "../other.csv"\n' + XY,
    "DA103": '[data]\nsource = "folder.csv"\n' + XY,
    "DA104": '[data]\nsource = "empty.csv"\n' + XY,
    "DA105": '[data]\nsource = "twice.csv"\n[inputs.x]\ncolumns = ["a"]\n'
             '[outputs.y]\ntask = "regression"\ntarget = "y"\n',
    "DA106": '[data]\nsource = "iris"\n[inputs.x]\n[outputs.y]\ntask = "multiclass"\n'
             'target = "specie"\n',
    "DA107": '[data]\nsource = { type = "make_moon" }\n' + XY,
    "DA108": '[data]\nsource = { type = "make_moons", samples = 3 }\n' + XY,
    "DA110": '[data]\nsource = "gone.csv"\n[inputs.x]\ncolumns = ["a", "a"]\n'
             '[outputs.y]\ntask = "regression"\ntarget = "y"\n',
    "DA111": '[data]\nsource = "one.csv"\n' + XY,
    "DA112": '[data]\nsource = "digits"\n[inputs.x]\nshape = [8, 8, 3]\n[outputs.y]\n'
             'task = "multiclass"\ntarget = "digit"\n',
    "DA113": '[data]\nsource = "three.csv"\n[inputs.x]\ncolumns = ["a", "b"]\n'
             'text = { tokens = 9, length = 3 }\n[outputs.y]\ntask = "regression"\ntarget = "y"\n',
    "DA114": '[data]\nsource = "gone.csv"\n[inputs.x]\ncolumns = ["a"]\nencode = "index"\n'
             'missing = "mean"\n[outputs.y]\ntask = "regression"\ntarget = "y"\n',
    "DA117": '[data]\nsource = "gone.csv"\nwindow = { length = 3 }\n' + XY,
    "DA118": '[data]\nsource = "gone.csv"\n[inputs.x]\ncolumns = ["a"]\nscale = "standard"\n'
             'text = { tokens = 9, length = 3 }\n[outputs.y]\ntask = "regression"\n'
             'target = "y"\n',
    "DA119": '[data]\nsource = "gone.csv"\n[inputs.x]\n[outputs.y]\ntask = "regression"\n',
    "DA120": '[data]\nsource = { type = "make_moons", n_samples = "3" }\n' + XY,
    "DA115": '[data]\nsource = "gone.csv"\norder = "d"\nsplit = { test = 0.2, stratify = "y" }\n'
             + XY,
}


@pytest.mark.parametrize("code", WRONG)
def test_each_mistake_is_said_once(code: str, make: MakeSpec, tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "twice.csv").write_text("a,a,y\n1,2,3\n")
    (tmp_path / "one.csv").write_text("y\n1\n")
    (tmp_path / "three.csv").write_text("a,b,y\n1,2,3\n")
    spec = make(WRONG[code])
    found = check_columns(spec, written(spec))
    assert codes(found) == [code]


CONFLICTS = {
    "two ways": ('split = { test = 0.2, group = "a", column = "y" }', ["DA115"]),
    "three ways": ('split = { test = 0.2, group = "a", stratify = "b" }', ["DA115"]),
    "nothing left": ("split = { test = 0.5, validation = 0.5 }", ["DA115"]),
    "something left": ("split = { test = 0.5, validation = 0.4 }", []),
    "an order": ('order = "d"\nwindow = { length = 3, by = "b" }', []),
}


@pytest.mark.parametrize("case", CONFLICTS)
def test_there_is_one_way_to_split(case: str, make: MakeSpec) -> None:
    text, wanted = CONFLICTS[case]
    text = text.replace("{ test = 0.2, group", "{ group")
    spec = make(f'[data]\nsource = "gone.csv"\n{text}\n' + XY)
    assert codes(check_columns(spec, written(spec))) == wanted


SCALES = {
    '[inputs.x]\ncolumns = ["a"]\nencode = "onehot"\ndtype = "string"\n': ["DA118"],
    '[inputs.x]\ncolumns = ["a"]\ndtype = "string"\n': [],
    '[inputs.x]\ncolumns = ["a"]\ntext = { tokens = 9, length = 2 }\nrange = [0, 3]\n': ["DA118"],
    '[inputs.x]\ncolumns = [{ name = "a", encode = "onehot", scale = "minmax" }]\n': ["DA114"],
    '[inputs.x]\ncolumns = ["a"]\nencode = "index"\nscale = "minmax"\n': ["DA114"],
    '[inputs.x]\nencode = "index"\nscale = "minmax"\n': ["DA114"],
    '[inputs.x]\ncolumns = [{ name = "a", encode = "onehot" }, "b"]\nscale = "minmax"\n': [],
}


@pytest.mark.parametrize("text", SCALES)
def test_a_scale_is_for_numbers(text: str, make: MakeSpec) -> None:
    spec = make(f'[data]\nsource = "gone.csv"\n{text}[outputs.y]\ntask = "regression"\n'
                'target = "y"\n')
    assert codes(check_columns(spec, written(spec))) == SCALES[text]


def test_the_place_is_the_name_as_it_is_written(make: MakeSpec) -> None:
    spec = make('[data]\nsource = "iris"\n[inputs.x]\ncolumns = ["petal width (cm)", '
                '{ name = "petal lenght (cm)", scale = "standard" }]\n[outputs.y]\n'
                'task = "multiclass"\ntarget = ["species", "speces"]\n')
    first, second = check_columns(spec, written(spec))
    assert first.where.path == ("inputs", "x", "columns", 1, "name")
    assert first.message == ("the data have no column `petal lenght (cm)`; did you mean "
                             "`petal length (cm)`?")
    assert second.where.path == ("outputs", "y", "target", 1)


def test_a_symbolic_link_out_of_the_project_is_refused(make: MakeSpec, tmp_path: Path) -> None:
    outside = tmp_path.parent / (tmp_path.name + "-outside")
    outside.mkdir()
    (outside / "secret.csv").write_text("a,y\n1,2\n")
    (tmp_path / "link.csv").symlink_to(outside / "secret.csv")
    found = locate_source(make('[data]\nsource = "link.csv"\n' + XY), "link.csv")
    assert isinstance(found, Diagnostic)
    assert found.code == "DA102"


def test_specc_data_is_searched_after_the_folder(make: MakeSpec, tmp_path: Path,
                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path.parent / (tmp_path.name + "-data")
    folder.mkdir()
    (folder / "a.csv").write_text("x,y\n1,2\n")
    spec = make('[data]\nsource = "a.csv"\n' + XY)
    monkeypatch.setenv("SPECC_DATA", str(folder))
    assert locate_source(spec, "a.csv") == str(folder / "a.csv")
    (tmp_path / "a.csv").write_text("x,y\n1,2\n")
    assert locate_source(spec, "a.csv") == str(tmp_path / "a.csv")


def imported(module: str) -> set[str]:
    """What a fresh interpreter holds after importing `module`."""
    out = subprocess.run([sys.executable, "-c", f"import {module}, sys; print(*sys.modules)"],
                         capture_output=True, text=True, check=True, env={**os.environ})
    return set(out.stdout.split())


def test_facts_and_kinds_need_no_numpy() -> None:
    assert "numpy" not in imported("specc.facts, specc.data.errors")
    assert "numpy" in imported("specc.data.order")  # so the test can fail
