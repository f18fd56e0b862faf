"""`specc check --data`: what reading rows adds, and what it settles."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from specc.cli import main

SPEC = """specc = 1
name = "gaps"
[data]
source = "rows.csv"
split = { validation = 0.2, test = 0.2 }
[inputs.x]
missing = "drop"
[model]
kind = "sequential"
layers = [{ type = "Dense", units = 1, activation = "sigmoid", name = "y" }]
[outputs.y]
task = "binary"
target = "y"
"""


def test_rows_settle_what_was_not_checked(tmp_path: Path,
                                          capsys: pytest.CaptureFixture[str]) -> None:
    rows = [f"{i if i else ''},{i % 2}" for i in range(20)]
    (tmp_path / "rows.csv").write_text("\n".join(["x,y", *rows]) + "\n")
    spec = tmp_path / "a.specc.toml"
    spec.write_text(SPEC)
    assert main(["check", str(spec), "--format", "json"]) == 0
    without = json.loads(capsys.readouterr().out)
    assert without["unchecked"] == ["outputs.y.classes: rows were not read"]
    assert main(["check", "--data", str(spec), "--format", "json"]) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)["unchecked"] == []
    assert shown.err == f"{spec}: 1 of 20 rows dropped: gaps in x\n"
