"""What a spec costs: check, rows, build, first step, step, epochs, predict, by pytest-benchmark.

    pytest -m bench tests/bench --benchmark-autosave --benchmark-compare

The rows are made up, so it runs everywhere; `compare_run.py` measures the whole of `specc run`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from specc.backend.start import start
from specc.pipeline import check_file
from specc.runner.bench.measures import epoch_seconds, stepping
from specc.runner.bench.sides import model_of
from specc.runner.data import Ready, read_rows

pytestmark = [pytest.mark.bench, pytest.mark.keras]

SPEC = """
specc = 1
name = "bench"
seed = 1

[data]
source = { type = "make_regression", n_samples = 12_000, n_features = 8, n_targets = 1 }
split = { validation = 0.2, test = 0.2 }

[inputs.x]
scale = "standard"

[model]
kind = "sequential"
layers = [
  { type = "Dense", units = 30, activation = "relu" },
  { type = "Dense", units = 10, activation = "relu" },
  { type = "Dense", units = 1, name = "y" },
]

[outputs.y]
task = "regression"
target = "y"
scale = "standard"
metrics = ["mae"]

[compile]
optimizer = { type = "SGD", learning_rate = 0.01 }

[fit]
epochs = 4
batch_size = 32
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bench") / "bench.specc.toml"
    path.write_text(SPEC, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def ready(file: Path) -> Ready:
    with_rows, found = read_rows(check_file(str(file)))
    assert found is not None, [one.message for one in with_rows.errors]
    start()
    return found


def test_check(benchmark, file):
    assert benchmark(lambda: check_file(str(file))).ok


def test_rows(benchmark, file):
    checked = check_file(str(file))
    assert benchmark(lambda: read_rows(checked))[1] is not None


def test_build(benchmark, ready):
    assert benchmark(lambda: model_of(ready)).count_params() == 8 * 30 + 30 + 310 + 11


def test_compile_and_first_step(benchmark, ready):
    """Tracing comes with the first step."""
    benchmark.pedantic(lambda: stepping(model_of(ready), ready)(), rounds=5)


def test_step(benchmark, ready):
    step = stepping(model_of(ready), ready)
    step()
    benchmark(step)


def test_epochs(benchmark, ready):
    """Twenty epochs with validation, as `specc run` trains, on a new model: tracing included."""
    taken = benchmark.pedantic(lambda: epoch_seconds(model_of(ready), ready, 20),
                               rounds=3)
    assert len(taken) == 20
    benchmark.extra_info["epoch"] = sorted(taken[1:])[len(taken) // 2]


def test_predict(benchmark, ready):
    from specc.backend.save import predict

    model, rows = model_of(ready), ready.prepared.train
    predict(model, rows.inputs, outputs=["y"])
    found = benchmark(lambda: predict(model, rows.inputs, outputs=["y"]))
    assert len(found["y"]) == len(rows)
