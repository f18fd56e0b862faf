"""Training on streamed rows: the same bits as on rows in memory, in the same order."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
import pytest
from plans import chain, graph, layer, plan

from specc.backend import adapt, save
from specc.backend import train as training
from specc.backend.build import build
from specc.backend.feed import feed
from specc.backend.stream import stream
from specc.data.order import Blocks
from specc.data.spool import BLOCK, Spool, Streamed
from specc.pipeline import check_file
from specc.runner.lifecycle import Run, run
from specc.spec import Fit

pytestmark = pytest.mark.keras
ROWS, WIDTH = 5000, 8

SPEC = """\
specc = 1
name = "{name}"
seed = 5
[data]
source = "rows.parquet"
stream = {stream}
split = {{ validation = 0.2, test = 0.2 }}
[inputs.x]
columns = ["a*"]
scale = "standard"
[inputs.town]
columns = [{{ name = "town", encode = "index" }}]
[model]
kind = "functional"
layers = [
  {{ type = "Embedding", input_dim = 4, output_dim = 2, inputs = "town" }},
  {{ type = "Flatten", name = "place" }},
  {{ type = "Normalization", name = "norm", inputs = "x" }},
  {{ type = "Concatenate", inputs = ["norm", "place"] }},
  {{ type = "Dense", units = 8, activation = "relu" }},
  {{ type = "Dropout", rate = 0.2 }},
  {{ type = "Dense", units = 1, name = "y" }},
]
[outputs.y]
task = "regression"
target = "y"
scale = "standard"
metrics = ["mae"]
[fit]
epochs = 3
batch_size = 64
shuffle = {shuffle}
"""


class Held:
    """Rows of a model with one input, in memory or streamed."""

    def __init__(self, streamed: bool, seed: int = 1, rows: int = ROWS) -> None:
        rng = np.random.default_rng(seed)
        x = rng.normal(size=(rows, WIDTH)).astype("float32")
        y = (x @ rng.normal(size=(WIDTH, 1))).astype("float32")
        self.inputs: dict[str, Any] = {"x": spooled(x) if streamed else x}
        self.targets = {"y": y}
        self.weights = {"y": rng.random(rows).astype("float32")}


def spooled(x: np.ndarray[Any, Any]) -> Streamed:
    spool = Spool(len(x), x.shape[1], "float32")
    for begin in range(0, len(x), BLOCK):
        spool.put(begin, 0, x[begin:begin + BLOCK])
    return Streamed(spool, np.arange(len(x), dtype=np.int64), x.shape[1:])


def small(shuffle: bool, batch: int = 100) -> Any:
    made = graph(chain(("hidden", layer("Dense", units=6, activation="relu")),
                       ("drop", layer("Dropout", rate=0.1)), ("y", layer("Dense", units=1))),
                 {"y": "y"}, {"x": (WIDTH,)})
    return plan(made, epochs=3, fit=Fit(epochs=3, batch_size=batch, shuffle=shuffle))


def trained(streamed: bool, shuffle: bool, **more: Any) -> tuple[Any, Any]:
    made = small(shuffle)
    model = build(made).value
    done = training.train(model, made, Held(streamed), Held(streamed, 2, 1300), **more)
    assert done.value is not None, done.diagnostics
    return model, done.value


def same_bits(a: Any, b: Any) -> bool:
    return all(one.tobytes() == other.tobytes()
               for one, other in zip(a.get_weights(), b.get_weights(), strict=True))


def test_streamed_rows_in_their_order_give_the_bits_of_rows_in_memory() -> None:
    held, first = trained(False, False)
    lazy, second = trained(True, False)
    assert second.history == first.history
    assert same_bits(held, lazy)
    rows = {streamed: Held(streamed) for streamed in (False, True)}
    one = save.evaluate(held, small(False), rows[False], batch_size=512)
    assert save.evaluate(held, small(False), rows[True], batch_size=512) == one
    left, right = (save.predict(held, rows[streamed].inputs, outputs=["y"])["y"]
                   for streamed in (False, True))
    assert left.tobytes() == right.tobytes()


def test_a_later_epoch_begins_without_the_ones_before() -> None:
    """What resuming needs: the order is a function of (seed, epoch), not of what was drawn."""
    whole, history = trained(True, True)
    again, first = trained(True, True, epochs=2)
    assert first.history["train.loss"] == history.history["train.loss"][:2]
    assert trained(False, True)[1].history != history.history  # in memory the order is another
    done = training.train(again, small(True), Held(True), Held(True, 2, 1300), initial_epoch=2)
    assert done.value is not None
    assert done.value.history["train.loss"] == history.history["train.loss"][2:]
    assert same_bits(whole, again)


@pytest.mark.parametrize("batch", [100, 64, 7000])
@pytest.mark.parametrize("shuffle", [False, True])
def test_batches_are_cut_from_windows_without_a_gap(batch: int, shuffle: bool,
                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Blocks, "of", staticmethod(lambda rows, width: Blocks(rows, 70)))
    rows = Held(True)
    given = stream((rows.inputs["x"], rows.targets["y"]), ROWS, batch, 9, shuffle)
    for epoch in (3, 0):
        given.turn(epoch)
        taken = list(given.source) if keras.backend.backend() == "tensorflow" else \
            [given.source[step] for step in range(len(given.source))]
        assert len(taken) == given.steps
        assert {len(one[0]) for one in taken[:-1]} <= {batch}
        x, y = (np.concatenate([np.asarray(one[i]) for one in taken]) for i in (0, 1))
        order = np.concatenate(list(Blocks(ROWS, 70).windows(9, epoch, shuffle)))
        assert x.tobytes() == rows.inputs["x"][order].tobytes()
        assert y.tobytes() == rows.targets["y"][order].tobytes()
    if keras.backend.backend() != "tensorflow":  # any order is right, only slower
        assert np.array_equal(given.source[0][0], taken[0][0])


def test_rows_in_memory_are_fed_as_before() -> None:
    made = small(True)
    model = build(made).value
    assert not hasattr(feed(model, Held(False), 10, 1, True), "_windows")
    assert hasattr(feed(model, Held(True), 10, 1, True), "_windows")


@pytest.mark.tensorflow  # Keras adapts by it
@pytest.mark.parametrize("name", ["Normalization", "Discretization"])
def test_layers_learn_from_streamed_rows(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    held, lazy = Held(False).inputs["x"], Held(True).inputs["x"]

    def learned(rows: Any) -> np.ndarray[Any, Any]:
        one = keras.layers.Normalization() if name == "Normalization" else \
            keras.layers.Discretization(num_bins=5)
        adapt.adapt(one, rows)
        return np.concatenate([np.ravel(np.asarray(keras.ops.convert_to_numpy(part)))
                               for part in ((one.mean, one.variance) if name == "Normalization"
                                            else (one.bin_boundaries,))])

    wanted = learned(held)
    assert learned(lazy).tobytes() == wanted.tobytes()
    monkeypatch.setattr(adapt, "MOST_BYTES", 10)
    monkeypatch.setattr(adapt, "PIECE", 700)
    assert learned(lazy) == pytest.approx(wanted, abs=1e-5 if name == "Normalization" else 0.1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("stream")
    rng = np.random.default_rng(0)
    a = rng.normal(10.0, 3.0, size=(6000, 3))
    frame = pd.DataFrame({f"a{i}": a[:, i] for i in range(3)})
    frame["town"] = np.array(["Ulm", "Bonn", "Kiel"])[rng.integers(0, 3, 6000)]
    frame["y"] = a.sum(axis=1) + (frame["town"] == "Ulm") * 5
    frame.to_parquet(made / "rows.parquet")
    return made


def lived(folder: Path, name: str, stream: str, shuffle: str) -> Run:
    file = folder / f"{name}.specc.toml"
    file.write_text(SPEC.format(name=name, stream=stream, shuffle=shuffle), encoding="utf-8")
    return run(check_file(str(file)), folder / "runs")


def test_a_whole_life_is_the_same_streamed_and_in_memory(folder: Path) -> None:
    held, lazy = (lived(folder, "life", word, "false") for word in ("false", "true"))
    assert lazy.history == held.history
    assert lazy.metrics == held.metrics
    left, right = ((one.folder / "predictions.csv").read_bytes() for one in (held, lazy))
    assert left == right
    first, second = (json.loads((one.folder / "preprocess.json").read_text())["preparation"]
                     for one in (held, lazy))
    assert first == second


def test_two_processes_give_the_same_bits(folder: Path) -> None:
    here = lived(folder, "again", "true", "true")
    script = ("import sys; from pathlib import Path; from specc.pipeline import check_file; "
              "from specc.runner.lifecycle import run; "
              "one = run(check_file(sys.argv[1]), Path(sys.argv[2])); print(one.folder)")
    done = subprocess.run([sys.executable, "-c", script, str(folder / "again.specc.toml"),
                           str(folder / "others")], capture_output=True, text=True, check=True)
    there = Path(done.stdout.strip())
    assert (there / "history.jsonl").read_bytes() == (here.folder / "history.jsonl").read_bytes()
    assert (there / "predictions.csv").read_bytes() == \
        (here.folder / "predictions.csv").read_bytes()


def test_a_finished_run_is_measured_again(folder: Path) -> None:
    from specc.runner.use import evaluate, predict

    one = lived(folder, "used", "true", "true")
    assert evaluate(one.folder) == one.metrics
    found, _ = predict(one.folder, folder / "rows.parquet")
    written = pd.read_csv(one.folder / "predictions.csv").set_index("row")
    assert np.allclose(found.set_index("row").loc[written.index, "y.prediction"],
                       written["y.prediction"], rtol=1e-5)
