"""`specc check` as a command: what its options let through, and what it says on which stream."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from specc.cli import main

SPEC = """specc = 1
name = "a"
[inputs.x]
shape = [4]
[model]
kind = "sequential"
layers = [{ type = "Dense", units = 1, activation = "softmax", name = "y" }]
[outputs.y]
task = "binary"
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "a.specc.toml"
    path.write_text(SPEC)
    return path


def test_a_selection_says_what_it_leaves_out(
        spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(spec), "--select", "GO"]) == 0
    assert "--select leaves out 1 error\n" in capsys.readouterr().err


def test_what_keeps_a_file_from_being_looked_at_passes_every_selection(
        spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec.write_text("specc = 1\nname =\n")
    assert main(["check", str(spec), "--select", "PA"]) == 1
    assert "SX012" in capsys.readouterr().out


@pytest.mark.parametrize("word", ["", ",", "XX"])
def test_a_selection_of_nothing_is_wrong_usage(spec: Path, word: str) -> None:
    assert main(["check", str(spec), "--select", word]) == 2


@pytest.mark.parametrize("stdin", [False, True])
def test_a_syntax_error_shows_its_line(spec: Path, stdin: bool, monkeypatch: pytest.MonkeyPatch,
                                       capsys: pytest.CaptureFixture[str]) -> None:
    spec.write_text("specc = 1\nname = what\n")
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(spec.read_bytes())))
    main(["check", "-" if stdin else str(spec)])
    assert "2 | name = what" in capsys.readouterr().out


def test_a_wrong_setting_is_named(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(spec), "--set", "fit.epochs=many"]) == 1
    assert "--> --set fit.epochs\n" in capsys.readouterr().out


def test_rows_need_more_than_the_checker(spec: Path, monkeypatch: pytest.MonkeyPatch,
                                         capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert main(["check", "--data", str(spec)]) == 2
    assert 'numpy is not installed, and --data reads rows; pip install "specc[run]"' in \
        capsys.readouterr().err
