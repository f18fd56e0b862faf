"""Several devices: the losses of one, to 1e-5; on TensorFlow and JAX, chosen by `KERAS_BACKEND`."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import keras
import pytest
from plans import chain, graph, layer, plan
from sharing import rows, the_plan

from specc.backend import distribute
from specc.backend.build import build
from specc.backend.train import steps_at_once, train
from specc.record import replace
from specc.spec import Fit

pytestmark = pytest.mark.keras
SCRIPT = Path(__file__).with_name("sharing.py")
BACK_END = keras.backend.backend()
shares = pytest.mark.skipif(BACK_END == "torch", reason="torch is refused")


def started(folder: Path, **more: str) -> subprocess.Popen[str]:
    env = {key: value for key, value in os.environ.items() if key != "XLA_FLAGS"}
    return subprocess.Popen([sys.executable, str(SCRIPT), str(folder)], text=True,
                            env=env | {"KERAS_BACKEND": BACK_END} | more,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def found(process: subprocess.Popen[str]) -> Any:
    try:
        said, wrong = process.communicate(timeout=900)
    finally:
        process.kill()
    assert process.returncode == 0, wrong[-3000:]
    return json.loads(said.splitlines()[-1])


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return found(started(tmp_path_factory.mktemp("shared")))


def near(one: Any, other: Any) -> None:
    assert one["history"].keys() == other["history"].keys()
    for name, values in one["history"].items():
        assert other["history"][name] == pytest.approx(values, rel=1e-5), name
    assert other["predicted"] == pytest.approx(one["predicted"], rel=1e-4, abs=1e-6)


@shares
def test_four_devices_train_as_one(shared: Any) -> None:
    assert shared["devices"] == 4
    near(shared["one"], shared["four"])
    assert shared["four"]["measured"] == pytest.approx(shared["one"]["measured"], rel=1e-5)
    assert shared["four"]["said"] == []


@shares
def test_streamed_rows_are_shared_too(shared: Any) -> None:
    near(shared["one streamed"], shared["streamed"])


@shares
def test_odd_rows_and_layers_that_draw_train_on_several_devices(shared: Any) -> None:
    """The rows of the last batch that do not go round are left out; validation has them all."""
    odd = shared["odd"]
    assert len(odd["history"]["train.loss"]) == 3
    assert odd["history"]["train.loss"][-1] < odd["history"]["train.loss"][0]
    assert odd["measured"]["loss"] == pytest.approx(odd["history"]["val.loss"][-1], rel=1e-5)


@shares
def test_what_was_trained_is_saved_for_one_device(shared: Any) -> None:
    assert shared["four"]["reloads"]
    assert shared["odd"]["reloads"]


@shares
def test_a_batch_that_cannot_be_shared_is_refused(shared: Any) -> None:
    assert shared["uneven"] == {"refused": ["uneven-batch"]}


@pytest.mark.skipif(BACK_END != "jax", reason="hosts are joined on JAX")
def test_two_hosts_train_as_one(shared: Any, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    hosts = []
    for host in ("0", "1"):
        (tmp_path / host).mkdir()
        hosts.append(started(tmp_path / host, KERAS_DISTRIBUTION_NUM_PROCESSES="2",
                             KERAS_DISTRIBUTION_PROCESS_ID=host,
                             KERAS_DISTRIBUTION_JOB_ADDRESSES=f"127.0.0.1:{port}"))
    first, second = map(found, hosts)
    assert first == second
    assert first["devices"] == 4
    near(shared["one"], first["four"])


@shares
def test_one_device_trains_as_ever_and_says_so(tmp_path: Path) -> None:
    if len(distribute.devices()) > 1:
        pytest.skip("there are several devices here")
    asked = the_plan("data_parallel")
    model = build(asked, rows(200, 1).inputs).value
    done = train(model, asked, rows(200, 1), folder=tmp_path)
    assert done.value is not None
    assert [one.name for one in done.diagnostics] == ["nothing-to-share"]
    plain = the_plan(None)
    alone = train(build(plain, rows(200, 1).inputs).value, plain, rows(200, 1), folder=tmp_path)
    assert alone.value is not None
    assert alone.value.history == done.value.history


def test_steps_are_not_run_together_where_they_are_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    made = graph(chain(("y", layer("Dense", units=1))), {"y": "y"}, {"x": (8,)})
    asked = plan(made, fit=Fit(batch_size=8, distribute="data_parallel"))
    monkeypatch.setattr(distribute, "devices", lambda: ["a", "b"])
    assert steps_at_once(asked, 100) == 1


@pytest.mark.parametrize(("size", "count", "names"), [(8, 4, []), (9, 4, ["uneven-batch"]),
                                                      (9, 1, ["nothing-to-share"])])
def test_what_is_said_of_devices(size: int, count: int, names: list[str],
                                 monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distribute, "devices", lambda: ["a"] * count)
    monkeypatch.setattr(keras.backend, "backend", lambda: "jax")
    asked = replace(the_plan("data_parallel"), spec=the_plan("data_parallel", batch=size).spec)
    assert [one.name for one in distribute.judged(asked)] == names


def test_torch_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keras.backend, "backend", lambda: "torch")
    assert [one.name for one in distribute.judged(the_plan("data_parallel"))] == ["cannot-share"]
