"""A spec's whole life: the folder, exactness, and use in a fresh process."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_diabetes

from specc.diagnostics import SpecError
from specc.ops.values import RUN_FILES
from specc.pipeline import check_file, check_text
from specc.runner.lifecycle import Run, run
from specc.runner.progress import Silent
from specc.runner.score import number

pytestmark = pytest.mark.keras

FILES = {"spec.json", "spec.toml", "model.keras", "preprocess.json", "history.jsonl",
         "metrics.json", "predictions.csv", "loss.png", "graph.png", "summary.txt",
         "environment.json", "log.txt", "status.json", "plan.json"}

KINDS = """\
specc = 1
name = "kinds"
seed = 4
[data]
source = "diabetes"
split = {{ validation = 0.2, test = 0.2 }}
[inputs.x]
scale = "standard"
[model]
kind = "{kind}"
layers = [
  {{ type = "Dense", units = 16, activation = "relu" }},
  {{ type = "BatchNormalization" }},
  {{ type = "Dropout", rate = 0.2 }},
  {{ type = "Dense", units = 1, name = "y" }},
]
[outputs.y]
task = "regression"
target = "target"
scale = "standard"
metrics = ["mae"]
[compile]
optimizer = {{ type = "Adam", learning_rate = 0.01 }}
[fit]
epochs = 5
"""


@pytest.fixture(scope="module")
def diabetes(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    spec = check_file(str(root / "specs/diabetes.specc.toml"), ["fit.epochs=4"])
    return run(spec, tmp_path_factory.mktemp("runs"))


def weights(one: Run) -> list[bytes]:
    return [np.asarray(value).tobytes() for value in one.model.get_weights()]


def test_the_folder_holds_everything(diabetes: Run) -> None:
    assert {path.name for path in diabetes.folder.iterdir()} >= FILES
    assert not [path for path in diabetes.folder.iterdir() if path.name.startswith(".")]
    assert json.loads((diabetes.folder / "status.json").read_text())["status"] == "finished"
    lines = (diabetes.folder / "history.jsonl").read_text().splitlines()
    assert [json.loads(line)["epoch"] for line in lines] == [1, 2, 3, 4]


def test_the_environment_names_the_hashes(diabetes: Run) -> None:
    known = json.loads((diabetes.folder / "environment.json").read_text())["hashes"]
    assert known == json.loads((diabetes.folder / "spec.json").read_text())["hashes"]


def test_true_numbers_are_those_of_the_source(diabetes: Run) -> None:
    table = pd.read_csv(diabetes.folder / "predictions.csv")
    source = load_diabetes().target
    assert (table["progression.truth"] == source[table["row"] - 1]).all()


def test_a_finished_run_predicts_from_raw_columns(diabetes: Run, tmp_path: Path) -> None:
    raw = load_diabetes(as_frame=True).frame
    raw.to_csv(tmp_path / "raw.csv", index=False)
    kept = pd.read_csv(diabetes.folder / "predictions.csv")
    for table in (raw, tmp_path / "raw.csv", str(tmp_path / "raw.csv")):
        found = diabetes.predict(table)
        assert len(found) == len(raw)
        ours = found["progression.prediction"][kept["row"] - 1]
        np.testing.assert_allclose(ours, kept["progression.prediction"], rtol=1e-6)
    with pytest.raises(SpecError) as wrong:
        diabetes.predict(raw.drop(columns="bmi"))
    assert [one.code for one in wrong.value.diagnostics] == ["DA218"]


def test_pictures_are_pictures(diabetes: Run) -> None:
    for name in ("loss.png", "graph.png"):
        data = (diabetes.folder / name).read_bytes()
        assert data.startswith(b"\x89PNG")
        assert len(data) > 5_000


def test_numbers_are_in_the_targets_own_units(diabetes: Run) -> None:
    table = pd.read_csv(diabetes.folder / "predictions.csv")
    off = (table["progression.truth"] - table["progression.prediction"]).abs().mean()
    assert diabetes.number("test.progression.mae") == pytest.approx(off, rel=1e-5)
    assert off > 10  # the target runs from 25 to 346; its scaled form from -2 to 3


def test_a_run_repeats_bit_for_bit(diabetes: Run, root: Path, tmp_path: Path) -> None:
    again = run(check_file(str(root / "specs/diabetes.specc.toml"), ["fit.epochs=4"]), tmp_path)
    assert list(again.history) == list(diabetes.history)
    assert weights(again) == weights(diabetes)
    assert ((again.folder / "predictions.csv").read_bytes()
            == (diabetes.folder / "predictions.csv").read_bytes())


def test_kinds_of_model_agree_bit_for_bit(tmp_path: Path) -> None:
    runs = [run(check_text(KINDS.format(kind=kind).encode(), f"{kind}.specc.toml"), tmp_path)
            for kind in ("sequential", "functional", "subclassed")]
    assert len(runs[0].history) == 5
    for other in runs[1:]:
        assert list(other.history) == list(runs[0].history)
        assert weights(other) == weights(runs[0])


def test_a_failed_expectation_is_said_and_the_run_kept(tmp_path: Path) -> None:
    text = KINDS.format(kind="sequential") + '[expect]\n"test.y.mae" = { max = 0.001 }\n'
    text = text.replace("epochs = 5", "epochs = 12")  # fewer are warned of
    done = run(check_text(text.encode(), "a.specc.toml"), tmp_path)
    assert [one.name for one in done.diagnostics] == ["failed-expectation"]
    assert done.diagnostics[0].span is not None
    assert (done.folder / "model.keras").exists()


@pytest.mark.parametrize("when", ["epoch", "measuring"])
def test_an_interrupt_keeps_what_was_trained(when: str, root: Path, tmp_path: Path,
                                             monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*rest: object) -> None:
        raise KeyboardInterrupt

    progress = Silent()
    if when == "epoch":
        progress.epoch = interrupt  # type: ignore[method-assign]
    else:
        monkeypatch.setattr("specc.runner.lifecycle.keep", interrupt)
    spec = check_file(str(root / "specs/diabetes.specc.toml"), ["fit.epochs=2"])
    with pytest.raises(KeyboardInterrupt):
        run(spec, tmp_path, progress)
    (folder,) = tmp_path.glob("diabetes/*")
    assert json.loads((folder / "status.json").read_text())["status"] == "interrupted"
    epochs = len((folder / "history.jsonl").read_text().splitlines())
    assert epochs == (1 if when == "epoch" else 2)
    assert (folder / "interrupted.keras").is_file()


def test_another_signal_lets_the_run_say_how_it_ended(root: Path, tmp_path: Path,
                                                      monkeypatch: pytest.MonkeyPatch) -> None:
    """The second Ctrl-C, which ends at once what goes on, comes while that end is noted."""
    import specc.runner.lifecycle as whole

    honest = whole.close
    pressed: list[str] = []

    def press(*asked: object) -> None:
        pressed.append("again")
        signal.raise_signal(signal.SIGINT)

    def close(folder: Any, status: str, said: Any) -> None:
        press()
        honest(folder, status, said)

    progress = Silent()
    progress.epoch = press  # type: ignore[method-assign]
    monkeypatch.setattr(whole, "close", close)
    spec = check_file(str(root / "specs/diabetes.specc.toml"), ["fit.epochs=2"])
    with pytest.raises(KeyboardInterrupt):
        run(spec, tmp_path, progress)
    (folder,) = tmp_path.glob("diabetes/*")
    assert len(pressed) == 2
    assert json.loads((folder / "status.json").read_text())["status"] == "interrupted"
    assert (folder / "interrupted.keras").is_file()


@pytest.mark.parametrize("where", ["specc.backend.start.start", "specc.backend.build.build"])
def test_an_interrupt_before_training_says_where_the_run_is(
        where: str, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*rest: object) -> None:
        raise KeyboardInterrupt

    told: list[str] = []
    progress = Silent()
    progress.step = told.append  # type: ignore[method-assign]
    spec = check_file(str(root / "specs/diabetes.specc.toml"), ["fit.epochs=2"])
    with monkeypatch.context() as patched:
        patched.setattr(where, interrupt)
        with pytest.raises(KeyboardInterrupt):
            run(spec, tmp_path, progress)
    (folder,) = tmp_path.glob("diabetes/*")
    assert told[-1] == (
        f"interrupted before its first epoch; specc run --resume {folder} goes on")
    assert json.loads((folder / "status.json").read_text())["status"] == "interrupted"
    assert len(run(spec, tmp_path, resume=True).history) == 2


def test_a_run_calls_its_files_as_the_table_says(diabetes: Run) -> None:
    assert {path.name for path in diabetes.folder.iterdir() if path.is_file()} <= RUN_FILES


def test_a_loss_that_is_not_a_number_stops_the_run(tmp_path: Path) -> None:
    text = KINDS.format(kind="sequential").replace(
        '{ type = "Adam", learning_rate = 0.01 }', '{ type = "SGD", learning_rate = 9.0 }')
    text = text.replace('  { type = "BatchNormalization" },\n', "")
    done = run(check_text(text.encode(), "a.specc.toml"), tmp_path)
    assert "loss-not-finite" in [one.name for one in done.diagnostics]
    assert len(done.history) < 5


FRESH = """\
import json, sys
from pathlib import Path
from specc.cli import main
from specc.runner.use import evaluate
run, data, out = map(Path, sys.argv[1:])
assert main(["predict", str(run), str(data), "-o", str(out)]) == 0
assert main(["predict", str(run), str(data.with_name("none.csv"))]) == 2
print(json.dumps({"own": evaluate(run), "data": evaluate(run, data)}))
"""


def test_a_fresh_process_predicts_and_measures_the_same(diabetes: Run, tmp_path: Path) -> None:
    from sklearn.datasets import load_diabetes

    frame = load_diabetes(as_frame=True, scaled=False).frame
    raw = load_diabetes(as_frame=True).frame
    assert len(frame) == len(raw)
    raw.to_csv(tmp_path / "new.csv", index=False)
    done = subprocess.run(
        [sys.executable, "-c", FRESH, diabetes.folder, tmp_path / "new.csv", tmp_path / "out.csv"],
        capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    for part in ("train", "validation", "test"):
        assert number(found["own"], f"{part}.progression.mae") == pytest.approx(
            diabetes.number(f"{part}.progression.mae"), rel=1e-6)
    own = pd.read_csv(diabetes.folder / "predictions.csv")
    new = pd.read_csv(tmp_path / "out.csv").set_index("row")
    ours = new.loc[own["row"], "progression.prediction"].to_numpy()
    np.testing.assert_allclose(ours, own["progression.prediction"], rtol=1e-5)
    assert found["data"]["data"]["progression"]["mae"] > 0
