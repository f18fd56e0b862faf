"""Two readers, one meaning: what language.md section 9 names about rows, a case each.

What it names about models stands in tests/unit/test_two_readers.py.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from data_plans import MakeSpec, plan

from specc.data.learn import Dataset, learn
from specc.data.prepare import Prepared, prepare

XY = '[outputs.y]\ntask = "regression"\ntarget = "y"\n'


def learned(make: MakeSpec, text: str) -> Dataset:
    done = learn(make(text))
    assert done.value is not None, done.diagnostics
    assert done.ok, done.errors
    return done.value


def prepared(make: MakeSpec, text: str) -> Prepared:
    spec = make(text)
    done = learn(spec).then(lambda data: prepare(plan(spec, {"y": None}), data))
    assert done.value is not None, done.diagnostics
    return done.value


@pytest.mark.parametrize(("rows", "validation", "test", "counts"), [
    (10, 0.25, 0.25, (4, 3, 3)),  # 2.5 is 3: half goes up, in both parts
    (10, 0.2, 0.2, (6, 2, 2)),
    (7, 0.5, 0.0, (3, 4, 0)),
    (150, 0.1, 0.15, (112, 15, 23)),  # fractions of all rows, not of what the test leaves
    (10, 0.05, 0.15, (7, 1, 2)),  # 0.5 is 1, and 1.5 is 2 though its float lies below
    (1000, 0.0005, 0.0015, (997, 1, 2)),
])
def test_fractions_are_of_all_rows_and_rounded_half_up(
        rows: int, validation: float, test: float, counts: tuple[int, int, int], make: MakeSpec,
        tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,y\n" + "".join(f"{i},{i}\n" for i in range(rows)))
    found = learned(make, '[data]\nsource = "a.csv"\n'
                    f"split = {{ validation = {validation}, test = {test} }}\n[inputs.x]\n" + XY)
    assert tuple(len(found.parts[part]) for part in ("train", "validation", "test")) == counts


def test_the_test_rows_are_chosen_first(make: MakeSpec, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,y\n" + "".join(f"{i},{i}\n" for i in range(40)))
    text = '[data]\nsource = "a.csv"\nsplit = {{ {}test = 0.25 }}\n[inputs.x]\n' + XY
    alone = learned(make, text.format("")).parts["test"]
    beside = learned(make, text.format("validation = 0.25, ")).parts["test"]
    assert alone.tolist() == beside.tolist()


def test_gaps_are_filled_before_scaling(make: MakeSpec, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,y\n2,1\n,2\n4,3\n9,4\n")
    found = prepared(make, '[data]\nsource = "a.csv"\n[inputs.x]\ncolumns = ["a"]\n'
                     'missing = "mean"\nscale = "standard"\n' + XY)
    filled = np.array([2.0, 5.0, 4.0, 9.0])
    wanted = (filled - filled.mean()) / filled.std()
    assert np.allclose(found.train.inputs["x"][:, 0], wanted, atol=1e-6)


@pytest.mark.parametrize("missing", ["error", "mean", "drop"])
def test_a_gap_in_a_target_is_an_error(missing: str, make: MakeSpec, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,y\n1,1\n2,\n3,3\n")
    done = learn(make('[data]\nsource = "a.csv"\n[inputs.x]\ncolumns = ["a"]\n'
                      f'missing = "{missing}"\n' + XY))
    (said,) = done.errors
    assert said.message == "target `y` has 1 gap (row 2)"


def test_a_scale_on_a_shaped_input_is_by_column_and_folded_then(make: MakeSpec,
                                                                tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "a,b,c,d,y\n0,0,5,100,1\n1,10,6,300,2\n2,20,9,200,3\n")
    found = prepared(make, '[data]\nsource = "a.csv"\n[inputs.x]\nscale = "minmax"\n'
                     "shape = [2, 2]\n" + XY)
    assert found.train.inputs["x"].tolist() == [
        [[0.0, 0.0], [0.0, 0.0]], [[0.5, 0.5], [0.25, 1.0]], [[1.0, 1.0], [1.0, 0.5]]]
