"""Runs side by side, from their folders alone."""

from __future__ import annotations

import json
from pathlib import Path

from specc.runner.compare import as_text, compare


def test_the_numbers_of_a_part_stand_together(tmp_path: Path) -> None:
    for name, output in (("a", "price"), ("b", "digit")):
        folder = tmp_path / name / "20260101-000000-0"
        folder.mkdir(parents=True)
        numbers = {part: {"loss": 1.0, output: {"mae": 2.0}} for part in ("train", "test")}
        (folder / "metrics.json").write_text(json.dumps(numbers))
        (folder / "history.jsonl").write_text('{"epoch": 1, "train.loss": 1.0}\n')
    found = compare(sorted(tmp_path.glob("*/*")), tmp_path / "curves.png")
    head, *rows = as_text(found).splitlines()
    assert head.split() == ["a", "b"]
    assert [row.split()[0] for row in rows] == [
        "train.loss", "train.price.mae", "train.digit.mae",
        "test.loss", "test.price.mae", "test.digit.mae"]
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")
