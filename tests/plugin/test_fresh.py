"""The fresh process: it serves question after question, outlives what fails, and nobody else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from specc.backend.start import start
from specc.runner.fresh import Fresh

KERAS_WARNS = "__array__ implementation doesn't accept a copy keyword"  # Keras 3.15 on NumPy 2
pytestmark = [pytest.mark.keras,
              pytest.mark.filterwarnings(f"ignore:{KERAS_WARNS}:DeprecationWarning")]
start()

import keras  # noqa: E402

LONG = 120  # seconds until a process is given up
SPEC = """
specc = 1
name = "endless"
[data]
source = { type = "make_regression", n_samples = 64, n_features = 2 }
[inputs.x]
columns = ["x0"]
[model]
kind = "sequential"
layers = [{ type = "Dense", units = 1, name = "y" }]
[outputs.y]
task = "regression"
target = "x1"
[fit]
epochs = 1000000
[expect]
"train.y.loss" = { max = 1e9 }
"""


@pytest.fixture(scope="module")
def fresh() -> Iterator[Fresh]:
    made = Fresh()
    yield made
    made.close()


def saved(folder: Path) -> tuple[Path, np.ndarray, np.ndarray]:
    """A small model, rows, and what it predicts."""
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, name="y")])
    rows = np.linspace(-1, 1, 12, dtype="float32").reshape(4, 3)
    model.save(path := folder / "model.keras")
    return path, rows, model.predict(rows, verbose=0)


def test_a_failure_is_said_and_the_next_question_answered(fresh: Fresh, tmp_path: Path) -> None:
    path, rows, wanted = saved(tmp_path)
    torn = tmp_path / "torn.keras"
    torn.write_bytes(path.read_bytes()[:100])
    assert "torn.keras" in fresh.predict(torn, {"x": rows}, ["y"])
    assert isinstance(fresh.predict(path, {"x": rows[:, :2]}, ["y"]), str)  # another shape
    process = fresh._process
    found = fresh.predict(path, {"x": rows}, ["y"])
    assert not isinstance(found, str)
    assert list(found) == ["y"]
    assert np.array_equal(found["y"], wanted)
    assert fresh._process is process
    assert sorted(one.name for one in tmp_path.iterdir()) == ["model.keras", "torn.keras"]


def test_one_that_died_is_said_and_begun_anew(fresh: Fresh, tmp_path: Path) -> None:
    path, rows, wanted = saved(tmp_path)
    assert fresh._process is not None
    fresh._process.kill()
    fresh._process.wait()
    found = fresh.predict(path, {"x": rows}, ["y"])
    assert not isinstance(found, str)
    assert np.array_equal(found["y"], wanted)


def test_it_ends_with_whoever_asked(tmp_path: Path) -> None:
    """Also where that one is killed."""
    asker = subprocess.Popen(
        [sys.executable, "-c", "import pathlib, sys, time\nfrom specc.runner.fresh import Fresh\n"
         "fresh = Fresh()\nfresh._ask({})\nprint(fresh._process.pid, flush=True)\n"
         "time.sleep(600)"], stdout=subprocess.PIPE, text=True)
    assert asker.stdout is not None
    worker = psutil.Process(int(asker.stdout.readline()))
    asker.kill()
    asker.wait()
    asker.stdout.close()
    worker.wait(LONG)


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_an_interrupted_session_leaves_nothing(tmp_path: Path) -> None:
    """Ctrl-C while a spec is trained: no process, no folder, exit code 2 as pytest's."""
    project, scratch = tmp_path / "project", tmp_path / "scratch"
    project.mkdir()
    scratch.mkdir()
    (project / "pyproject.toml").write_text("")
    (project / "a.specc.toml").write_text(SPEC)
    environment = {**os.environ, "TMPDIR": str(scratch)}
    session = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:benchmark", "-v",
         "--specc-stage", "reload", "--specc-stage", "expect"], cwd=project, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment)
    begun = time.monotonic()
    while not list(scratch.rglob("history.jsonl")):  # the endless run is at its first epochs
        assert session.poll() is None
        assert time.monotonic() - begun < LONG * 2
        time.sleep(0.2)
    inside = psutil.Process(session.pid).children(recursive=True)
    assert len(inside) == 1
    session.send_signal(signal.SIGINT)
    said, _ = session.communicate(timeout=LONG)
    assert session.returncode == pytest.ExitCode.INTERRUPTED, said
    assert "reload PASSED" in said
    psutil.wait_procs(inside, LONG)
    assert not any(one.is_running() for one in inside)
    assert [one.name for one in scratch.rglob("*") if one.is_file()] == []
    assert [one.name for one in scratch.iterdir() if one.name.startswith("specc-")] == []
    assert sorted(one.name for one in project.iterdir()) == ["a.specc.toml", "pyproject.toml"]
