"""A run ends with a page that holds its numbers; one that was interrupted has one too."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from specc.pipeline import check_file
from specc.report.scale import written
from specc.runner.lifecycle import run
from specc.runner.progress import Silent

pytestmark = pytest.mark.keras


def numbers(tree: Mapping[str, Any]) -> list[float]:
    return [one for value in tree.values()
            for one in (numbers(value) if isinstance(value, Mapping) else [value])]


def test_the_page_of_a_run_holds_its_numbers(root: Path, tmp_path: Path) -> None:
    done = run(check_file(str(root / "specs/iris.specc.toml"), ["fit.epochs=15"]), tmp_path)
    html = (done.folder / "report.html").read_text(encoding="utf-8")
    found = numbers(json.loads((done.folder / "metrics.json").read_text()))
    assert found
    for value in found:
        assert written(value, 6) in html
    known = json.loads((done.folder / "environment.json").read_text())
    for text in (*known["hashes"].values(), "15 of 15 epochs", "What was taken for what",
                 "Calibration", "setosa", "virginica", "--set fit.epochs=15"):
        assert text in html


class Impatient(Silent):
    """Presses Ctrl-C in an epoch."""

    def epoch(self, epoch: int, logs: Mapping[str, Any]) -> None:
        if epoch == 1:
            raise KeyboardInterrupt


def test_an_interrupted_run_has_a_page(root: Path, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(check_file(str(root / "specs/iris.specc.toml"), ["fit.epochs=15"]), tmp_path,
            Impatient())
    (html,) = tmp_path.glob("*/*/report.html")
    text = html.read_text(encoding="utf-8")
    assert "Interrupted" in text
    assert "2 of 15 epochs" in text
