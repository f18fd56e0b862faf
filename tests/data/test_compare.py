"""Runs side by side, from their folders alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from run_folders import a_run, epochs, spec_of
from test_report import judged

from specc.diagnostics import SpecError
from specc.runner.compare import as_text, compare, leaves, write_page


def runs(folder: Path, *changes: tuple[str, str], **more: Any) -> list[Path]:
    """Runs of one spec, each with a change in its text."""
    text = spec_of({"price": "regression"})
    return [a_run(folder / "a-run" / f"2026-{at}", text.replace(*change),
                  history=epochs(3, "train.loss", "val.loss", "val.price.mae"),
                  metrics={"test": {"loss": 2.0 - at, "price": {"mae": 1.0 + at, "loss": 1.0}}},
                  **more)
            for at, change in enumerate((("", ""), *changes))]


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
    assert [row.split()[0] for row in rows[:7]] == [
        "epochs", "train.loss", "train.price.mae", "train.digit.mae",
        "test.loss", "test.price.mae", "test.digit.mae"]
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")


def test_the_best_is_marked_where_it_is_known(tmp_path: Path) -> None:
    found = compare(runs(tmp_path, ("seed = 3", "seed = 4")))
    assert found.best == {"test.loss": ["2026-1"], "test.price.mae": ["2026-0"]}
    rows = {line.split()[0]: line.split()[1:] for line in as_text(found).splitlines() if line}
    assert rows["test.loss"] == ["2", "1*"]
    assert rows["test.price.mae"] == ["1*", "2"]
    assert rows["test.price.loss"] == ["1", "1"]  # the same: neither is better


@pytest.mark.parametrize(("metric", "best"), [("accuracy", ["b"]), ("mae", ["a"]), ("odd", None)])
def test_larger_is_better_of_some(tmp_path: Path, metric: str, best: list[str] | None) -> None:
    for name, value in (("a", 0.5), ("b", 0.75), ("c", float("nan"))):
        folder = tmp_path / name / "1"
        folder.mkdir(parents=True)
        (folder / "metrics.json").write_text(json.dumps({"test": {"y": {metric: value}}}))
        (folder / "history.jsonl").write_text("")
    assert compare(sorted(tmp_path.glob("*/*"))).best.get(f"test.y.{metric}") == best


def test_what_differs_is_said_key_by_key(tmp_path: Path) -> None:
    found = compare(runs(tmp_path, ("units = 8", "units = 16"), ("epochs = 3", "epochs = 30"),
                         ('description = "words"', 'description = "other words"')))
    assert found.differences == {
        "model.layers.hidden.units": {"2026-0": 8, "2026-1": 16, "2026-2": 8, "2026-3": 8},
        "fit.epochs": {"2026-0": 3, "2026-1": 3, "2026-2": 30, "2026-3": 3}}
    assert "model.layers.hidden.units" in as_text(found)
    same = compare(runs(tmp_path / "same", ("", "")))
    assert "their specs, data and versions are the same" in as_text(same)


def test_layers_are_called_by_their_names() -> None:
    tree = {"layers": [{"type": "Dense", "name": "a"}, {"type": "Flatten"}], "split": {},
            "words": ["x", "y"]}
    assert dict(leaves(tree)) == {"layers.a.type": "Dense", "layers.a.name": "a",
                                  "layers.1.type": "Flatten", "split": {}, "words": ["x", "y"]}


def test_three_and_three_point_nought_are_one(tmp_path: Path) -> None:
    one, two = runs(tmp_path, ("", ""))
    planned = json.loads((two / "plan.json").read_text())
    planned["tree"]["seed"] = 3.0
    (two / "plan.json").write_text(json.dumps(planned))
    assert compare([one, two]).differences == {}


def test_as_json(tmp_path: Path) -> None:
    found = compare(runs(tmp_path, ("seed = 3", "seed = 4"))).as_json()
    assert json.loads(json.dumps(found)) == found
    assert found["runs"]["2026-1"]["metrics"]["test.price.mae"] == 2.0
    assert found["differences"] == {"seed": {"2026-0": 3, "2026-1": 4}}


def test_as_a_page(tmp_path: Path) -> None:
    found = compare(runs(tmp_path, ("seed = 3", "seed = 4")))
    write_page(found, tmp_path / "all.html")
    strict = judged((tmp_path / "all.html").read_text(encoding="utf-8"))
    assert [one for one in strict.texts if one.strip() in ("seed", "test.price.mae")] == [
        "test.price.mae", "seed"]
    with pytest.raises(SpecError, match="RU106"):
        write_page(found, tmp_path / "nowhere" / "all.html")


@pytest.mark.parametrize("left", ["{", "[1]", "3", "{}"])
def test_metrics_that_cannot_be_read_are_said(tmp_path: Path, left: str) -> None:
    (one,) = runs(tmp_path)
    (one / "metrics.json").write_text(left)
    with pytest.raises(SpecError, match="RU105"):
        compare([one])


@pytest.mark.parametrize(("row", "says"), [
    ('{"epoch": 1, "train.loss": "x"}', "`train.loss` in line 4 is no number"),
    ('{"epoch": 1, "val.loss": null}', "`val.loss` in line 4 is no number"),
    ('{"train.loss": 1.0}', "`epoch` in line 4 is no number"),
    (f'{{"epoch": 1{"0" * 400}}}', "`epoch` in line 4 is no number"),
    ("[3]", "line 4 is no object"), ("junk", "line 4 is no JSON")])
def test_a_bad_row_is_said_of_its_history(tmp_path: Path, row: str, says: str) -> None:
    good, bad = runs(tmp_path, ("seed = 3", "seed = 4"))
    with (bad / "history.jsonl").open("a") as history:
        history.write(row + "\n")
    with pytest.raises(SpecError) as raised:
        compare([good, bad], tmp_path / "curves.png")
    (wrong,) = raised.value.diagnostics
    assert (wrong.code, wrong.where.file) == ("RU105", str(bad / "history.jsonl"))
    assert f"`{bad / 'history.jsonl'}` cannot be used: {says}" in wrong.message


def test_epochs_without_a_loss_and_losses_that_are_none_are_drawn(tmp_path: Path) -> None:
    (one,) = runs(tmp_path)
    with (one / "history.jsonl").open("a") as history:
        history.write('{"epoch": 4}\n{"epoch": 5, "train.loss": NaN, "val.loss": 3}\n')
    compare([one], tmp_path / "curves.png")
    assert (tmp_path / "curves.png").is_file()


def test_a_picture_of_no_known_format_is_said(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="RU106"):
        compare(runs(tmp_path), tmp_path / "nowhere" / "a.png")
