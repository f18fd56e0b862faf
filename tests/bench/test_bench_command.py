"""`specc bench`: what it measures, stores and compares. No time is held against anything here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from specc.cli import main
from specc.runner.bench.figures import FIGURES

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
TWIN = """
import keras

def model():
    made = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    made.compile("sgd", "mse")
    return made
"""
STEPS = ("--figures", "build,step", "--rounds", "1", "--max-time", "0")
SHORT = ("--figures", "check,build", "--rounds", "9", "--max-time", "0")


@pytest.fixture
def spec(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "small.specc.toml"
    path.write_text(SPEC, encoding="utf-8")
    return path


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def memory_of_importing() -> int:
    """Bytes that a new process holds at most which imports Keras and does nothing with it."""
    code = ("import keras; from specc.runner.bench.fresh import peak_memory; "
            "keras.ops.ones(1); print(peak_memory())")
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return int(done.stdout.split()[-1])


def test_it_measures_every_step_of_a_life(spec, capsys):
    done = main(["bench", str(spec), "--format", "json", "--rounds", "1", "--processes", "1",
                 "--max-time", "0"])
    assert done == 0
    captured = capsys.readouterr()
    found = json.loads(captured.out)  # one document, and nothing else
    assert (found["name"], found["rows"], found["batch_size"]) == ("small", 80, 32)
    assert [*found["times"], *found["memory"], "device_memory"] == list(FIGURES)
    for name, one in (found["times"] | found["memory"]).items():
        assert 0 < one["least"] <= one["median"] <= one["most"], name
        assert one["count"] == len(one["data"]) >= 1
    times = {name: one["median"] for name, one in found["times"].items()}
    assert times["first_step"] > times["step"]  # it compiles
    assert found["compile"] == pytest.approx(times["first_step"] - times["step"])
    assert found["rows_per_second"]["epoch"] == 80 / times["epoch"]
    assert found["rows_per_second"]["predict_4096"] == 4096 / times["predict_4096"]
    # Of a process of its own, whatever this one holds: what Keras takes, and a small model's more.
    imported = memory_of_importing()
    assert 0.9 * imported < found["memory"]["memory"]["median"] < 2 * imported
    assert found["twin"]["ratio"] == pytest.approx(times["twin_epoch"] / times["epoch"])
    assert found["environment"]["key"]
    assert len(found["machine"]) == 16
    assert found["against"] is None
    assert "first step" in captured.err  # what is measured next
    assert files(spec.parent) == [spec.name]  # nothing is left


def test_people_get_a_table(spec, capsys):
    assert main(["bench", str(spec), *STEPS, "--quiet"]) == 0
    captured = capsys.readouterr()
    lines = captured.out.splitlines()
    assert lines[0].startswith("small  80 rows in batches of 32")
    assert [line.split()[0] for line in lines[3:5]] == ["build", "step"]
    assert captured.err == ""


def test_two_specs_are_measured_in_turns(spec, capsys):
    other = spec.with_name("wide.specc.toml")
    deep = '{ type = "Dense", units = 9, repeat = 30, activation = "tanh" }'
    other.write_text(SPEC.replace('"small"', '"wide"').replace("layers = [", f"layers = [{deep}, "),
                     encoding="utf-8")
    arguments = ["bench", str(spec), str(other), *SHORT, "--format", "json", "--timer", "cpu"]
    assert main([*arguments, "--fail-slower", "50"]) == 1
    captured = capsys.readouterr()
    found = json.loads(captured.out)
    assert (found["against"]["kind"], found["against"]["name"]) == ("spec", "wide")
    assert found["against"]["hash"] != found["hash"]
    built = found["against"]["verdicts"]["build"]  # 31 layers against one
    assert built["word"] == "slower"
    assert built["ratio"] > built["interval"]["low"] > 1 + built["bound"]
    assert len(found["against"]["data"]["build"]) == found["times"]["build"]["count"] >= 9
    assert "error[RU304]" in captured.err
    assert "build is" in captured.err
    assert main([*arguments, "--fail-slower", "1000000"]) == 0


def test_a_result_is_stored_and_compared_with(spec, capsys):
    assert main(["bench", str(spec), *SHORT, "--compare", "--format", "json",
                 "--fail-slower", "0"]) == 0  # no baseline is no failure
    against = json.loads(capsys.readouterr().out)["against"]
    assert {one["word"] for one in against["verdicts"].values()} == {"no baseline"}
    assert against["file"] is None

    assert main(["bench", str(spec), *SHORT, "--save", "--compare"]) == 0
    (stored,) = [name for name in files(spec.parent) if name.endswith(".json")]
    folder, _, name = stored.split("/")
    assert folder == ".benchmarks"
    assert name.startswith("0001_small-")
    kept = json.loads((spec.parent / stored).read_text())
    assert [one["extra_info"]["specc"]["figure"] for one in kept["benchmarks"]] == [
        "check", "build"]
    capsys.readouterr()

    assert main(["bench", str(spec), *SHORT, "--compare", "--format", "json"]) == 0
    against = json.loads(capsys.readouterr().out)["against"]
    assert Path(against["file"]).name == name
    assert {one["word"] for one in against["verdicts"].values()} <= {
        "faster", "slower", "no difference shown"}
    assert all(one["bound"] >= 0.1 for one in against["verdicts"].values())

    # Made a hundred times as fast by hand, the stored result is missed by as much.
    for one in kept["benchmarks"]:
        one["stats"]["data"] = [value / 100 for value in one["stats"]["data"]]
    (spec.parent / stored).write_text(json.dumps(kept))
    assert main(["bench", str(spec), *SHORT, "--baseline", "0001", "--fail-slower", "20"]) == 1
    captured = capsys.readouterr()
    assert captured.out.count("slower") == 2
    assert captured.err.count("error[RU304]") == 2


def test_a_changed_spec_has_no_baseline_unless_one_is_named(spec, capsys):
    assert main(["bench", str(spec), *SHORT, "--save"]) == 0
    spec.write_text(SPEC.replace("units = 1", "units = 1, use_bias = false"), encoding="utf-8")
    capsys.readouterr()
    assert main(["bench", str(spec), *SHORT, "--compare"]) == 0
    assert "no baseline: the spec has changed since" in capsys.readouterr().out
    assert main(["bench", str(spec), *SHORT, "--baseline", "0001"]) == 0
    out = capsys.readouterr().out
    assert "the spec's model changed" in out
    assert "no baseline" not in out


def test_a_result_of_another_machine_is_no_baseline(spec, capsys):
    assert main(["bench", str(spec), *SHORT, "--save"]) == 0
    capsys.readouterr()
    assert main(["bench", str(spec), *SHORT, "--compare", "--timer", "cpu"]) == 0
    assert "no baseline: it was measured on another machine" in capsys.readouterr().out


def test_a_named_result_that_is_not_there_is_an_error(spec, capsys):
    assert main(["bench", str(spec), *SHORT, "--baseline", "0042"]) == 2
    assert "RU303" in capsys.readouterr().err


def test_a_twin_by_hand_is_trained_beside(spec, capsys):
    twin = spec.with_name("by_hand.py")
    twin.write_text(TWIN, encoding="utf-8")
    asked = ["bench", str(spec), "--figures", "epoch,twin_epoch", "--rounds", "1", "--format",
             "json", "--twin", str(twin)]
    assert main(asked) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["twin"]["is"] == str(twin)
    assert found["twin"]["ratio"] > 0


@pytest.mark.parametrize(("text", "reason"), [
    (None, "there is no such file"),
    ("def model():\n    return 3\n", "it has no `model()` that returns a compiled keras.Model"),
    ("1 / 0\n", "ZeroDivisionError"),
    (TWIN.replace("(3,)", "(4,)"), "it cannot be trained on the spec's rows"),
])
def test_a_twin_that_cannot_be_trained_is_an_error(spec, capsys, text, reason):
    twin = spec.with_name("by_hand.py")
    if text is not None:
        twin.write_text(text, encoding="utf-8")
    assert main(["bench", str(spec), "--figures", "epoch", "--rounds", "1", "--twin",
                 str(twin)]) == 2
    err = capsys.readouterr().err
    assert "RU302" in err
    assert reason in err


def test_a_twin_that_is_not_there_is_said_before_anything_is_measured(spec, capsys, monkeypatch):
    from specc.runner.bench import session

    def imported():
        raise AssertionError("Keras")

    monkeypatch.setattr(session, "begin", imported)
    for figures in ([], ["--figures", "step"]):
        assert main(["bench", str(spec), "--twin", "none.py", *figures]) == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        assert "RU302" in captured.err
        assert "`none.py` cannot be measured beside the spec: there is no such file" in captured.err


def test_no_gpu_is_said_and_is_no_success(spec, capsys):
    from specc.backend.devices import device
    from specc.backend.start import start

    start()
    if device() != "cpu":
        pytest.skip("there is a GPU here")
    assert main(["bench", str(spec), *STEPS, "--device", "gpu"]) == 2
    captured = capsys.readouterr()
    assert "no GPU here" in captured.err
    assert captured.out == ""
    assert main(["bench", str(spec), *STEPS, "--device", "cpu", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["device"] == "cpu"


def test_ctrl_c_ends_it(spec, capsys, monkeypatch):
    from specc.runner.bench import measures

    def pressed(*args):
        raise KeyboardInterrupt

    monkeypatch.setitem(measures.HERE, "step", pressed)
    assert main(["bench", str(spec), *STEPS]) == 130
    assert capsys.readouterr().out == ""


def test_ctrl_c_before_there_is_anything_to_save_says_no_more(spec, capsys, monkeypatch):
    from specc.runner.bench import measures

    def pressed(*args):
        raise KeyboardInterrupt

    monkeypatch.setitem(measures.HERE, "step", pressed)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        assert main(["bench", str(spec), "--figures", "step", "--save"]) == 130
    assert [str(one.message) for one in warned if "saving" in str(one.message)] == []
    assert capsys.readouterr().err.splitlines() == ["step", "specc: interrupted"]


def test_old_objects_are_set_aside_in_every_round_and_come_back(spec, monkeypatch):
    """A full collection in one of few rounds would be the whole noise bound of a first step."""
    import gc

    from specc.runner.bench import measures

    aside = []

    def measure(*args):
        def one():
            aside.append(gc.get_freeze_count())
            return {"first_step": 0.1}

        return one

    monkeypatch.setitem(measures.HERE, "first_step", measure)
    assert main(["bench", str(spec), "--figures", "first_step", "--rounds", "2",
                 "--max-time", "0", "--quiet"]) == 0
    assert len(aside) == 3  # with the one that is not counted
    assert min(aside) > 1000
    assert gc.get_freeze_count() < 1000


def test_an_error_of_our_own_is_not_swallowed(spec, monkeypatch):
    from specc.runner.bench import measures

    def broken(*args):
        raise ZeroDivisionError("ours")

    monkeypatch.setitem(measures.HERE, "step", broken)
    with pytest.raises(RuntimeError, match="ours"):
        main(["bench", str(spec), *STEPS])


@pytest.mark.parametrize(("words", "says"), [
    (["--figures", "stp"], "there is no figure `stp`"),
    (["--fail-slower", "5"], "--fail-slower needs something to compare with"),
    (["small.specc.toml", "--compare"], "not both at once"),
    (["missing.specc.toml"], "there is no `missing.specc.toml`"),
    (["--rounds", "0"], "--rounds is at least 1"),
])
def test_options_that_make_no_sense_are_refused(spec, capsys, words, says):
    assert main(["bench", str(spec), *words]) == 2
    assert says in capsys.readouterr().err


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


def test_the_environment_of_a_fresh_process_hides_no_error(spec, capsys, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "nonsense")
    assert os.environ["KERAS_BACKEND"] == "nonsense"
    assert main(["bench", str(spec), "--figures", "memory", "--processes", "1"]) == 2
    assert "RU306" in capsys.readouterr().err
