"""Cells to columns: what is a number, what is text, what is a gap; and files that are broken."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from data_plans import MakeSpec

from specc.data.learn import learn
from specc.data.source import read, read_table
from specc.data.table import categories, gaps, tidy, typed, typed_text

AB = '[inputs.x]\ncolumns = ["a"]\n[outputs.y]\ntask = "regression"\ntarget = "b"\n'


@pytest.mark.parametrize(("words", "dtype", "values"), [
    (["1", "2"], "int64", [1, 2]),
    (["1", None], "float64", [1.0, None]),
    (["1.5", "nan", "NaN"], "float64", [1.5, None, None]),
    (["True", "false"], "bool", [True, False]),
    (["True", None], "object", [True, None]),
    (["NA", "1"], "object", ["NA", "1"]),
    (["None", "null", "n/a"], "object", ["None", "null", "n/a"]),
    (["nan", "nan"], "object", ["nan", "nan"]),
    (["1_000", "2"], "object", ["1_000", "2"]),
    (["0.1", "1e-3"], "float64", [0.1, 0.001]),
    ([None, None], "float64", [None, None]),
    (["9" * 30], "float64", [float("9" * 30)]),
])
def test_csv_cells(words: list[str | None], dtype: str, values: list[object]) -> None:
    found = typed_text(words)
    assert found.dtype == dtype
    assert [None if gap else value for gap, value in zip(gaps(found), found.tolist(), strict=True)
            ] == values


def test_values_of_other_files() -> None:
    assert typed([1, None]).dtype == np.float64
    assert typed([1, 2]).dtype == np.int64
    assert typed(["a", math.nan]).tolist() == ["a", None]
    assert categories(typed([3.0, None, 2.5]), text=False) == [3, None, 2.5]
    frame = pd.DataFrame({"n": pd.array([1, None], dtype="Int64"), "s": ["x", None],
                          "d": pd.to_datetime(["2020-01-01", None]),
                          "c": pd.Categorical(["u", "v"]), "b": [True, False]})
    neat, bad = tidy(frame)
    assert bad is None
    assert [neat[name].dtype.kind for name in neat.columns] == ["f", "O", "O", "O", "b"]
    assert neat["s"].tolist() == ["x", None]
    assert tidy(pd.DataFrame({"l": [[1], [2]]}))[1] == "l"


def test_jsonl_and_parquet_and_arrays_say_the_same(make: MakeSpec, tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": [1.5, np.nan, 3.0], "b": [1, 2, 3], "word": ["x", None, "NA"]})
    frame.to_parquet(tmp_path / "t.parquet")
    (tmp_path / "t.csv").write_text("a,b,word\n1.5,1,x\n,2,\n3.0,3,NA\n")
    (tmp_path / "t.jsonl").write_text('{"a": 1.5, "b": 1, "word": "x"}\n'
                                      '{"b": 2, "a": null}\n{"a": 3, "b": 3, "word": "NA"}\n')
    made = {}
    for ending in ("parquet", "csv", "jsonl"):
        rows = read(make(f'[data]\nsource = "t.{ending}"\n' + AB)).value
        assert rows is not None
        made[ending] = {name: rows.frame[name].tolist() for name in ("a", "b", "word")}
    assert json.dumps(made["csv"]) == json.dumps(made["parquet"]) == json.dumps(made["jsonl"])
    np.savez(tmp_path / "t.npz", a=np.arange(4.0), image=np.arange(24).reshape(4, 2, 3))
    rows = read(make('[data]\nsource = "t.npz"\n' + AB.replace('"b"', '"image5"'))).value
    assert rows is not None
    assert rows.frame["image5"].tolist() == [5, 11, 17, 23]


BROKEN = {
    "header-only.csv": (b"a,b\n", "DA104", "holds no rows"),
    "empty.csv": (b"", "DA104", "holds nothing"),
    "ragged.csv": (b"a,b\n1,2\n1,2,3\n", "DA103", "expected 2 fields in line 3, saw 3"),
    "latin.csv": (b"a,b\n1,\xe4\n", "DA103", "not UTF-8"),
    "cut.parquet": (b"PAR1\x00\x00", "DA103", "cannot be read"),
    "bad.jsonl": (b'{"a": 1, "b": 2}\n{"a": \n', "DA103", "line 2 is no JSON"),
    "list.jsonl": (b'{"a": [1], "b": 2}\n', "DA103", "column `a` holds lists"),
    "cut.npz": (b"PK\x03\x04", "DA103", "is not a whole npz file"),
    "text.npy": (b"hello", "DA103", "is not a whole npy file"),
    "twice.csv": (b"a,a,b\n1,2,3\n", "DA105", "more than one column `a`"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_a_diagnostic(name: str, make: MakeSpec, tmp_path: Path) -> None:
    content, code, words = BROKEN[name]
    (tmp_path / name).write_bytes(content)
    found = learn(make(f'[data]\nsource = "{name}"\n' + AB))
    assert found.value is None
    assert [one.code for one in found.errors] == [code]
    assert words in found.errors[0].message


@pytest.mark.parametrize("ending", ["npy", "npz"])
def test_pickles_are_not_opened(ending: str, make: MakeSpec, tmp_path: Path) -> None:
    objects = np.array([{"a": 1}], dtype=object)
    np.save(tmp_path / "p.npy", objects, allow_pickle=True)
    np.savez(tmp_path / "p.npz", a=np.arange(1.0), b=objects)
    for wrong in (*learn(make(f'[data]\nsource = "p.{ending}"\n' + AB)).errors,
                  *read_table(tmp_path / f"p.{ending}").errors):
        assert wrong.code == "DA103"
        assert wrong.message == (
            f"`p.{ending}` cannot be read: it holds Python objects, which are never opened")


@pytest.mark.parametrize("name", ["base.toml", "rows.csv.gz", "rows"])
def test_a_table_of_no_known_ending_is_said(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("a,b\n1,2\n")
    (wrong,) = read_table(tmp_path / name).errors
    assert wrong.code == "DA103"
    assert wrong.message == (f"`{name}` cannot be read: it does not end in .csv, .parquet, .jsonl, "
                             ".npz or .npy")


def test_a_missing_file_names_the_folders(make: MakeSpec, tmp_path: Path) -> None:
    (wrong,) = learn(make('[data]\nsource = "gone.csv"\n' + AB)).errors
    assert (wrong.code, str(tmp_path) in wrong.message) == ("DA201", True)


def test_one_row_is_enough_to_learn_from(make: MakeSpec, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    found = learn(make('[data]\nsource = "a.csv"\n' + AB))
    assert found.value is not None
    assert found.value.facts.rows == 1


def test_text_columns_keep_their_zeros(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("zip,n\n01234,1\n00001,2\n")
    found = read_table(tmp_path / "a.csv", texts={"zip"}).value
    assert found is not None
    assert found["zip"].tolist() == ["01234", "00001"]


def test_the_digest_is_of_the_bytes(make: MakeSpec, tmp_path: Path) -> None:
    import hashlib

    content = b"a,b\n1,2\n"
    (tmp_path / "a.csv").write_bytes(content)
    rows = read(make('[data]\nsource = "a.csv"\n' + AB)).value
    assert rows is not None
    assert rows.digest == hashlib.sha256(content).hexdigest()


def test_a_column_is_of_one_kind_in_all_parts(make: MakeSpec, tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text("a,b,c\n1,1,x\n2,2,y\n")
    (tmp_path / "two.csv").write_text("a,b,c\nB1,3,7\n")
    rows = read(make('[data]\nsource = { train = "one.csv", test = "two.csv" }\n' + AB)).value
    assert rows is not None
    assert rows.frame["a"].tolist() == ["1", "2", "B1"]
    assert rows.frame["b"].dtype == np.int64
    assert rows.frame["c"].tolist() == ["x", "y", "7"]
    assert rows.parts is not None
    assert rows.parts.tolist() == ["train", "train", "test"]
