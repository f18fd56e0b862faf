"""Stored results that are damaged: named they are an error, among others they are passed over."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_benchmark.storage.file import FileStorage

from specc.diagnostics import SpecError
from specc.runner.bench import session, stored
from specc.runner.bench.wanted import wanted

SPEC = """
specc = 1
name = "small"
[data]
source = { type = "make_regression", n_samples = 20, n_features = 3 }
split = { validation = 0.2 }
[inputs.x]
[model]
kind = "sequential"
layers = [{ type = "Dense", units = 1, name = "y" }]
[outputs.y]
task = "regression"
target = "y"
"""
ENVIRONMENT = {"platform": "Linux", "backend": "jax", "versions": {"keras": "3.15"}}
NOTE = {"spec": {"name": "small", "hashes": dict.fromkeys(("all", *stored.PARTS), "1")},
        "environment": ENVIRONMENT, "machine": "m", "figure": "import", "noise": 0.05,
        "bytes": {"memory": [5, 6]}}


def result(note: Any = NOTE, data: Any = (1.0, 2.0)) -> dict[str, Any]:
    stats = {"data": list(data) if isinstance(data, tuple) else data, "ops": 1.0}
    return {"datetime": "2026-01-01", "benchmarks": [
        {"extra_info": {"specc": note}, "stats": stats}]}


def without(*keys: str) -> dict[str, Any]:
    """The note without something in it."""
    note = json.loads(json.dumps(NOTE))
    held = note
    for key in keys[:-1]:
        held = held[key]
    del held[keys[-1]]
    return note


DAMAGED = [
    (result({"spec": {"name": "iris"}}), "it lacks `hashes`"),
    (result(without("machine")), "it lacks `machine`"),
    (result(without("environment")), "it lacks `environment`"),
    (result(without("spec", "name")), "it lacks `name`"),
    (result(without("spec", "hashes", "data")), "it lacks `data`"),
    (result(without("noise")), "it lacks `noise`"),
    (result("iris"), "it is not of the form that specc writes"),
    (result({**NOTE, "spec": []}), "it is not of the form that specc writes"),
    (result({**NOTE, "environment": {"versions": 3}}), "it is not of the form that specc writes"),
    (result({**NOTE, "noise": -1}), "it is not of the form that specc writes"),
    (result({**NOTE, "figure": []}), "it is not of the form that specc writes"),
    (result({**NOTE, "bytes": {"memory": []}}), "it is not of the form that specc writes"),
    (result(data=(1.0, 0.0)), "it is not of the form that specc writes"),
    (result(data=(1.0, float("nan"))), "it is not of the form that specc writes"),
    (result(data=()), "it is not of the form that specc writes"),
    (result(data=None), "it is not of the form that specc writes"),
    (json.loads(json.dumps(result()).replace('"data": [1.0, 2.0], ', "")), "it lacks `data`"),
    (json.loads(json.dumps(result()).replace('"stats"', '"status"')), "it lacks `stats`"),
    (result(data=3), "it is not of the form that specc writes"),
]
NONE = [
    ([], "it is not of the form that specc writes"),
    ({}, "it lacks `benchmarks`"),
    (result(None), "specc measured nothing of what is in it"),
]
Begin = Callable[..., session.Bench]


@pytest.fixture
def begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Begin:
    """Begin to measure, up to where Keras would be imported."""
    monkeypatch.chdir(tmp_path)
    Path("small.specc.toml").write_text(SPEC, encoding="utf-8")

    def imported() -> str:
        raise ImportError("Keras")

    monkeypatch.setattr(session, "begin", imported)

    def begun(**options: Any) -> session.Bench:
        bench = session.Bench("small.specc.toml", wanted(**options))
        bench.begin(FileStorage(tmp_path / "stored", logging.getLogger("specc")))
        return bench

    return begun


def write(file: Path, data: Any) -> Path:
    file.parent.mkdir(exist_ok=True)
    file.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return file


def test_a_result_that_is_whole_is_held(tmp_path: Path, begin: Begin) -> None:
    file = write(tmp_path / "stored" / "0001_a.json", result())
    assert stored.why_none(file) == ""
    (found,) = stored.results([(file, result())])
    assert found.figures == {"import": [1.0, 2.0], "memory": [5.0, 6.0]}
    for named in ("0001", str(file)):
        with pytest.raises(ImportError, match="Keras"):
            begin(baseline=named)


@pytest.mark.parametrize(("data", "reason"), [
    *DAMAGED, *NONE, ("{", "it is no JSON"), ("[" * 100_000, "it is no JSON")])
def test_a_named_file_that_is_none_is_said_before_keras_is_imported(
        tmp_path: Path, begin: Begin, data: Any, reason: str) -> None:
    file = write(tmp_path / "stored" / "0001_a.json", data)
    for named in ("0001", str(file)):
        with pytest.raises(SpecError) as raised:
            begin(baseline=named)
        (one,) = raised.value.diagnostics
        assert one.code == "RU303"
        assert one.message.startswith(f"`{file}` is no result of `specc bench`: ")
        assert reason in one.message


def test_a_named_file_that_is_not_there_is_said_as_before(begin: Begin) -> None:
    with pytest.raises(SpecError, match="there is no stored result `0042` in"):
        begin(baseline="0042")


@pytest.mark.parametrize("data", [data for data, _ in DAMAGED])
def test_a_damaged_result_among_others_is_passed_over(data: Any) -> None:
    files = [("damaged", data | {"datetime": "2026-02-01"}), ("whole", result())]
    assert [one.path for one in stored.results(files)] == ["whole"]
