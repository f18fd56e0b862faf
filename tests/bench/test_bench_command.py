"""`specc bench`: what it measures, as JSON and as text. No time is held against anything here."""

from __future__ import annotations

import json

import pytest

from specc.cli import main
from specc.runner.bench import peak_memory, shown, timing

pytestmark = pytest.mark.keras

SPEC = """
specc = 1
name = "small"
[data]
source = { type = "make_regression", n_samples = 100, n_features = 3 }
split = { validation = 0.2 }
[inputs.x]
scale = "standard"
[model]
kind = "sequential"
layers = [{ type = "Dense", units = 1, name = "y" }]
[outputs.y]
task = "regression"
target = "y"
[fit]
callbacks = [{ type = "CSVLogger", filename = "log.csv" }]
"""


@pytest.fixture
def spec(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "small.specc.toml"
    path.write_text(SPEC, encoding="utf-8")
    return path


def test_it_measures_every_step_of_a_life(spec, capsys):
    assert main(["bench", str(spec), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["name"], found["rows"], found["batch_size"]) == ("small", 80, 32)
    assert list(found["times"]) == ["check", "rows", "keras", "build", "first_step", "step",
                                    "first_epoch", "epoch", "predict"]
    for name, one in found["times"].items():
        assert 0 <= one["least"] <= one["median"] <= one["most"], name
        assert one["count"] >= 1
    assert found["times"]["first_step"]["median"] > found["times"]["step"]["median"]  # tracing
    assert found["rows_per_second"]["epoch"] == 80 / found["times"]["epoch"]["median"]
    assert found["memory"]["peak"] == pytest.approx(peak_memory(), rel=0.5)
    assert found["environment"]["key"]
    assert sorted(path.name for path in spec.parent.iterdir()) == [spec.name]  # nothing is left


def test_people_get_a_table(spec, capsys):
    assert main(["bench", str(spec)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("small  80 rows in batches of 32")
    assert any(line.startswith("first step") for line in lines)
    assert lines[-1].endswith("MiB at most")


def test_a_spec_without_rows_cannot_be_measured(spec, capsys):
    begin, end = SPEC.index("[data]"), SPEC.index("[inputs.x]")
    text = SPEC[:begin] + SPEC[end:].replace('scale = "standard"', "shape = [3]")
    spec.write_text(text, encoding="utf-8")
    assert main(["bench", str(spec)]) == 1
    assert "RU107" in capsys.readouterr().err


def test_a_spec_with_mistakes_is_not_measured(spec, capsys):
    spec.write_text(SPEC.replace("units = 1", "units = 0"), encoding="utf-8")
    assert main(["bench", str(spec)]) == 1
    captured = capsys.readouterr()
    assert "error[" in captured.err
    assert captured.out == ""


@pytest.mark.parametrize(("seconds", "text"), [(1.5, "1.5 s"), (0.0125, "12.5 ms"),
                                               (0.00000125, "1.25 µs")])
def test_times_have_a_unit(seconds, text):
    assert shown(seconds) == text


def test_a_timing_is_a_median_with_its_ends():
    one = timing([3.0, 1.0, 2.0])
    assert (one.median, one.least, one.most, one.count) == (2.0, 1.0, 3.0, 3)
