"""`specc report` and `specc compare`: a page or a sentence, never a traceback."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from test_report import regression

from specc.cli import main


def test_the_page_is_written_and_its_place_printed(tmp_path: Path,
                                                   capsys: pytest.CaptureFixture[str]) -> None:
    regression(tmp_path / "run")
    assert main(["report", str(tmp_path / "run")]) == 0
    place = tmp_path / "run" / "report.html"
    assert capsys.readouterr().out == f"{place}\n"
    assert place.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert not [path for path in (tmp_path / "run").iterdir() if path.name.startswith(".")]
    assert main(["report", str(tmp_path / "run"), "-o", str(tmp_path / "a.html")]) == 0
    assert (tmp_path / "a.html").read_bytes() == place.read_bytes()


@pytest.mark.parametrize("command", ["report", "compare"])
def test_a_folder_that_is_no_run(tmp_path: Path, command: str, monkeypatch: pytest.MonkeyPatch,
                                 capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    for path in (tmp_path, tmp_path / "none", tmp_path / "file"):
        assert main([command, str(path)]) == 2
        assert "RU104" in capsys.readouterr().err


def test_a_place_that_cannot_be_written(tmp_path: Path,
                                        capsys: pytest.CaptureFixture[str]) -> None:
    regression(tmp_path)
    assert main(["report", str(tmp_path), "-o", str(tmp_path / "nowhere" / "a.html")]) == 2
    assert "RU106" in capsys.readouterr().err


def test_one_file_has_one_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    regression(tmp_path)
    assert main(["report", str(tmp_path), str(tmp_path), "-o", str(tmp_path / "a.html")]) == 2
    assert "one run" in capsys.readouterr().err


def test_compare_as_json_is_one_document(tmp_path: Path, capsys: pytest.CaptureFixture[str],
                                         monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    regression(tmp_path / "one" / "1")
    regression(tmp_path / "two" / "1")
    assert main(["compare", os.fspath("one/1"), "two/1", "--json", "--html", "both.html"]) == 0
    assert set(json.loads(capsys.readouterr().out)) == {"runs", "best", "differences"}
    assert (tmp_path / "both.html").is_file()
    assert (tmp_path / "compare.png").is_file()
