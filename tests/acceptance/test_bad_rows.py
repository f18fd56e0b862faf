"""Broken rows: one clear answer before Keras is imported, soon, and never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from patience import in_time
from ran import IMPORTED, Ran, specc, without_keras

pytestmark = pytest.mark.keras

SECONDS = 15.0
SPEC = """specc = 1
[data]
source = "rows.csv"
split = { validation = 0.25, test = 0.25 }
[inputs.x]
columns = ["a", "b"]
[model]
kind = "sequential"
layers = [{ type = "Flatten" }, { type = "Dense", units = 3, activation = "softmax" }]
[outputs.y]
task = "multiclass"
target = "y"
classes = ["p", "q", "r"]
"""
ROWS = ["a,b,y", *(f"{i},{i * 2 % 7}.5,{'pqr'[i % 3]}" for i in range(40))]


def row(number: int, text: str) -> str:
    """The rows, one of them another."""
    return "\n".join([*ROWS[:number], text, *ROWS[number + 1:]]) + "\n"


GOOD = "\n".join(ROWS) + "\n"
WINDOW = ('split = { validation', 'order = "a"\nwindow = { length = 500 }\nsplit = { validation')
BY_COLUMN = ("split = { validation = 0.25, test = 0.25 }", 'split = { column = "y" }')
# rows (None: no file), what is replaced in the spec, the family or code of the finding
CASES: dict[str, tuple[str | bytes | None, tuple[str, str], str]] = {
    "a missing file": (None, ("", ""), "DA"),
    "an empty file": ("", ("", ""), "DA"),
    "only a header": ("a,b,y\n", ("", ""), "DA"),
    "one row": ("a,b,y\n1,2,p\n", ("", ""), "DA"),
    "binary": (bytes(range(256)) * 20, ("", ""), "DA"),
    "zero bytes": ("a,b,y\n" + "\0" * 1000, ("", ""), "DA"),
    "an open quote": (row(3, '1,"2,p'), ("", ""), "DA"),
    "too few cells": (row(3, "1"), ("", ""), "DA"),
    "too many cells": (row(3, "1,2,p,4"), ("", ""), "DA"),
    "two columns of one name": (GOOD.replace("a,b,y", "a,a,y"), ("", ""), "DA"),
    "text in a number column": (row(3, "many,2,p"), ("", ""), "DA"),
    "infinity": (row(3, "inf,2,p"), ("", ""), "DA"),
    "a number out of range": (row(3, "1e400,2,p"), ("", ""), "DA"),
    "a gap": (row(3, ",2,p"), ("", ""), "DA"),
    "a gap in the target": (row(3, "1,2,"), ("", ""), "DA"),
    "a class nobody named": (row(3, "1,2,z"), ("", ""), "DA"),
    "a class that no training row has": (
        GOOD, ('["p", "q", "r"]', '["p", "q", "s"]'), "DA"),
    "an unknown column": (GOOD, ('["a", "b"]', '["a", "c"]'), "DA106"),
    "an unknown target": (GOOD, ('target = "y"', 'target = "z"'), "DA106"),
    "the target among the inputs": (GOOD, ('["a", "b"]', '["a", "y"]'), "DA"),
    "a split that leaves no training rows": (
        GOOD, ("validation = 0.25, test = 0.25", "validation = 0.5, test = 0.499"), "DA"),
    "a column that splits with other words": (GOOD, BY_COLUMN, "DA"),
    "a window longer than the series": (GOOD, WINDOW, "DA"),
    "a folder": (GOOD, ('"rows.csv"', '"folder.csv"'), "DA"),
    "no numpy file": (b"\x93NUMPY" + b"\1" * 90, ('"rows.csv"', '"rows.npy"'), "DA"),
    "no zip": (b"PK\3\4" + b"\1" * 90, ('"rows.csv"', '"rows.npz"'), "DA"),
    "no parquet": (b"PAR1" + b"\1" * 90, ('"rows.csv"', '"rows.parquet"'), "DA"),
    "no json": ('{"a": 1, "b": 2, "y": "p"}\n{"a": oh}\n', ('"rows.csv"', '"rows.jsonl"'), "DA"),
}


def tried(folder: Path, rows: str | bytes | None, change: tuple[str, str],
          *command: str) -> Ran:
    """Run a spec on rows where Keras must not be imported."""
    assert change[0] in SPEC
    text = SPEC.replace(change[0], change[1]) if change[0] else SPEC
    ending = next((one for one in (".npy", ".npz", ".parquet", ".jsonl") if one in change[1]),
                  ".csv")
    (folder / "spec.specc.toml").write_text(text, encoding="utf-8")
    for name in ("folder.csv", "folder.keras"):
        (folder / name).mkdir(exist_ok=True)
    if rows is not None:
        (folder / f"rows{ending}").write_bytes(rows if isinstance(rows, bytes) else rows.encode())
    return specc(*(command or ("run", "spec.specc.toml", "--quiet")), folder=folder,
                 environment=without_keras(folder))


def test_there_are_cases() -> None:
    assert len(CASES) >= 20


@pytest.mark.parametrize("name", CASES)
def test_rows_are_judged_before_keras(name: str, tmp_path: Path) -> None:
    rows, change, code = CASES[name]
    ran = tried(tmp_path, rows, change)
    assert "Traceback" not in ran.out
    assert ran.code in (1, 2), ran.out
    assert f"error[{code}" in ran.out
    assert in_time(ran.cpu, SECONDS)
    assert not list(tmp_path.glob("runs/*/*/metrics.json"))


def test_good_rows_come_to_keras(tmp_path: Path) -> None:
    """So the stand-in for Keras does end a process, and the cases above never met it."""
    ran = tried(tmp_path, GOOD, ("", ""))
    assert ran.code == IMPORTED, ran.out


def test_check_reads_rows_when_asked(tmp_path: Path) -> None:
    broken = row(3, "many,2,p")
    assert tried(tmp_path, broken, ("", ""), "check", "spec.specc.toml").code == 0
    ran = tried(tmp_path, broken, ("", ""), "check", "--data", "spec.specc.toml")
    assert ran.code == 1
    assert "error[DA" in ran.out


COMMANDS: dict[str, tuple[tuple[str, ...], int]] = {
    "predict with no run": (("predict", "nothing", "rows.csv"), 2),
    "predict with a folder that is no run": (("predict", "folder.csv", "rows.csv"), 2),
    "evaluate no run": (("evaluate", "nothing"), 2),
    "compare no runs": (("compare", "nothing", "nowhere"), 2),
    "compile into a file": (("compile", "spec.specc.toml", "-o", "rows.csv/m.keras"), 2),
    "compile to a folder": (("compile", "spec.specc.toml", "-o", "folder.keras"), 2),
    "compile to what is no model": (("compile", "spec.specc.toml", "-o", "model.h5"), 2),
    "run into a file": (("run", "spec.specc.toml", "--quiet", "--out", "rows.csv"), 2),
}


def test_there_are_commands() -> None:
    assert len(COMMANDS) >= 5


@pytest.mark.parametrize("name", COMMANDS)
def test_command_says_what_it_lacks_before_keras(name: str, tmp_path: Path) -> None:
    command, code = COMMANDS[name]
    ran = tried(tmp_path, GOOD, ("", ""), *command)
    assert "Traceback" not in ran.out
    assert ran.code == code, ran.out
    assert in_time(ran.cpu, SECONDS)
