"""Bytes and settings that nobody meant: always a diagnostic, never an exception."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from data_plans import MakeSpec, plan
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from specc.data import errors as row_errors
from specc.data.learn import learn
from specc.data.prepare import apply, prepare
from specc.diagnostics import Kind
from specc.facts import check_columns, written
from specc.facts import errors as header_errors

QUICK = settings(max_examples=60, deadline=None,
                 suppress_health_check=[HealthCheck.function_scoped_fixture])
TEXT = '[data]\nsource = "f.{}"\n[inputs.x]\ncolumns = ["a"]\n[outputs.y]\n' \
       'task = "regression"\ntarget = "y"\n'
KINDS = tuple(one for module in (header_errors, row_errors) for one in vars(module).values()
              if isinstance(one, Kind))


def npy(header: bytes) -> bytes:
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header


@pytest.mark.parametrize("ending", ["csv", "jsonl", "npy", "npz", "parquet"])
@QUICK
@given(content=st.binary(max_size=80) | st.text(max_size=60).map(str.encode)
       | st.lists(st.sampled_from(["a", "y", ",", "\n", '"', "1", "\0", "nan", "{", "}", ":"]),
                  max_size=30).map(lambda words: "".join(words).encode()))
@example(content=b"a,y\n1,2\n")
@example(content=b'{"a": 1, "y": 2}\n')
@example(content=b'{"a": 1e999, "y": 12345678901234567890123}\n')
@example(content=npy(b"{'descr': '<f8', 'fortran_order': False, 'shape': (9999999999999, 2)}"))
@example(content=npy(b"{'descr': '<f8', 'fortran_order': False, 'shape': ()}"))
@example(content=npy(b"(" * 3000))
@example(content=b"PAR1" + b"\0" * 20 + b"PAR1")
def test_no_bytes_raise(ending: str, content: bytes, make: MakeSpec, tmp_path: Path) -> None:
    (tmp_path / f"f.{ending}").write_bytes(content)
    spec = make(TEXT.format(ending))
    found = check_columns(spec, written(spec))
    rows = learn(spec)
    assert rows.ok or rows.errors
    if any(one.severity == "error" for one in found):
        assert not rows.ok


@pytest.mark.parametrize("arguments", [
    "n_samples = 1000000000000", "n_samples = -5", 'n_samples = "many"', "n_features = 10",
    "random_state = 1.5", 'noise = "loud"', "n_samples = [3, 4]",
    "n_samples = [1000000000, 1]",
])
def test_no_arguments_raise(arguments: str, make: MakeSpec) -> None:
    spec = make(f'[data]\nsource = {{ type = "make_moons", {arguments} }}\n[inputs.x]\n'
                '[outputs.y]\ntask = "binary"\ntarget = "y"\n')
    check_columns(spec, written(spec))
    found = learn(spec)
    assert found.ok == (arguments == "n_samples = [3, 4]")
    assert found.ok or len(found.errors) == 1


@pytest.mark.parametrize("arguments", [
    "n_features = 1000000000000", "n_classes = 1000000000000", "n_features = 2, n_informative = 3",
])
def test_no_sizes_are_allocated(arguments: str, make: MakeSpec) -> None:
    spec = make(f'[data]\nsource = {{ type = "make_classification", {arguments} }}\n[inputs.x]\n'
                '[outputs.y]\ntask = "multiclass"\ntarget = "y"\n')
    written(spec)
    (wrong,) = learn(spec).errors
    assert wrong.code in ("DA116", "DA223")


def test_a_text_that_no_memory_holds(make: MakeSpec, tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text("a,y\nx,1\nx y,2\n")
    text = TEXT.format("csv").replace(
        'columns = ["a"]', 'columns = ["a"]\ntext = {{ tokens = 9, length = {} }}')
    assert learn(make(text.format(7))).ok
    assert [one.code for one in learn(make(text.format(2**30 + 1))).errors] == ["DA116"]


def frame(folder: Path, **columns: list[object]) -> None:
    rows = zip(*columns.values(), strict=True)
    lines = [",".join("" if cell is None else str(cell) for cell in row) for row in rows]
    (folder / "f.csv").write_text(",".join(columns) + "\n" + "\n".join(lines) + "\n")


def said(make: MakeSpec, text: str) -> list[str]:
    spec = make(text)
    found = learn(spec).then(lambda data: prepare(plan(spec), data))
    return [one.code for one in found.diagnostics]


def test_rarer_mistakes(make: MakeSpec, tmp_path: Path) -> None:
    plain = TEXT.format("csv")
    frame(tmp_path, a=[None, None, 1], y=[1, 2, 3], part=["train", "train", "test"])
    assert said(make, plain.replace("[inputs", 'split = { column = "part" }\n[inputs').replace(
        'columns = ["a"]', 'columns = ["a"]\nmissing = "mean"')) == ["DA221"]
    frame(tmp_path, a=[1, 2], y=[1, 2], d=["31/12/2019", "1/1/2020"])
    assert said(make, plain.replace("[inputs", 'order = "d"\n[inputs')) == ["DA217"]
    frame(tmp_path, a=[1, 2], y=[1, 2], d=[1, None])
    assert said(make, plain.replace("[inputs", 'order = "d"\n[inputs')) == ["DA205"]
    frame(tmp_path, a=[1, 2], y=[1, 2], w=[0, 0])
    assert said(make, plain + 'sample_weight = "w"\n') == ["TR130"]
    frame(tmp_path, a=[1, 2], y=[1, 2], w=[0, -1])
    assert said(make, plain + 'sample_weight = "w"\n') == ["DA214"]
    frame(tmp_path, a=[1, 2], y=[1, 2])
    assert said(make, plain + "shape = [3]\n") == ["DA225"]
    assert said(make, plain.replace("[inputs", 'split = { test = 0.5, column = "y" }\n[inputs')
                ) == ["DA115"]
    frame(tmp_path, a=[1, 1e300, 3], y=[1, 2, 3])
    for scale in ("none", "standard"):
        assert said(make, plain.replace('["a"]', f'["a"]\nscale = "{scale}"')) == ["DA202"], scale
    frame(tmp_path, a=[1, 2], y=[1, 1e300])
    assert said(make, plain) == ["DA202"]
    frame(tmp_path, a=["u", "v"], y=[1, 2])
    assert said(make, plain.replace('["a"]', '["a"]\nencode = "index"\nvalues = ["u"]')
                ) == ["DA211"]
    frame(tmp_path, a=[1, 2], y=["low", "high"])
    assert said(make, plain) == ["DA208"]
    (tmp_path / "g.csv").write_text("y\n1\n")
    assert said(make, plain.replace('"f.csv"', '{ train = "f.csv", test = "g.csv" }')
                ) == ["DA218"]


def test_no_data_and_no_network(make: MakeSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = make('[inputs.x]\nshape = [3]\n[outputs.y]\ntask = "regression"\n')
    assert [one.code for one in learn(spec).errors] == ["DA222"]

    def offline(**_: object) -> None:
        raise OSError("no route to host")

    monkeypatch.setattr("sklearn.datasets.fetch_california_housing", offline)
    (wrong,) = learn(make('[data]\nsource = "california_housing"\n[inputs.x]\n[outputs.y]\n'
                          'task = "regression"\ntarget = "MedHouseVal"\n')).errors
    assert wrong.code == "DA220"
    assert "no route to host" in wrong.message
    assert "SPECC_DATA" in wrong.message


def test_one_hot_columns_are_classes(make: MakeSpec, tmp_path: Path) -> None:
    frame(tmp_path, a=[1, 2, 3], u=[1, 0, 0], v=[0, 0, 1], w=[0, 1, 0])
    spec = make('[data]\nsource = "f.csv"\n[inputs.x]\ncolumns = ["a"]\n[outputs.y]\n'
                'task = "multiclass"\ntarget = ["u", "v", "w"]\n')
    data = learn(spec).value
    assert data is not None
    assert data.facts.classes == {"y": ("u", "v", "w")}
    made = prepare(plan(spec, {"y": "onehot"}), data).value
    assert made is not None
    assert made.train.targets["y"].tolist() == [[1, 0, 0], [0, 0, 1], [0, 1, 0]]
    assert made.train.targets["y"].dtype == np.float32


@pytest.mark.parametrize("kind", KINDS, ids=lambda one: one.code)
def test_every_kind_has_its_page(kind: Kind) -> None:
    assert kind.code.startswith("DA")
    assert all(part in kind.page for part in ("Why:", "Example:", "Use instead:"))


def test_codes_are_unique() -> None:
    assert len(KINDS) > 30
    assert len({one.code for one in KINDS}) == len(KINDS)


def test_a_new_category_is_unknown_and_said(make: MakeSpec, tmp_path: Path) -> None:
    frame(tmp_path, a=["u", "v"], y=[1, 2])
    data = learn(make(TEXT.format("csv").replace('["a"]', '["a"]\nencode = "index"'))).value
    assert data is not None
    made = apply(data.preparation, pd.DataFrame({"a": ["v", "new", "u"]}), "new.csv").value
    assert made is not None
    assert made.inputs["x"].tolist() == [[2], [0], [1]]
    assert made.notes == ("1 values of `a` are not in its vocabulary and count as unknown",)


def test_rows_with_gaps_are_left_out_where_that_was_asked(make: MakeSpec, tmp_path: Path) -> None:
    frame(tmp_path, a=[1, 2], y=[1, 2])
    data = learn(make(TEXT.format("csv").replace('["a"]', '["a"]\nmissing = "drop"'))).value
    assert data is not None
    made = apply(data.preparation, pd.DataFrame({"a": [1.0, None, 3.0]}), "new.csv").value
    assert made is not None
    assert made.rows.tolist() == [0, 2]
    assert made.notes == ("1 of 3 rows have gaps and are not predicted",)
