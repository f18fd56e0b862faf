"""`specc backends`: what is compared, and when it counts; the back end at hand against itself."""

from __future__ import annotations

import json
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc.backend import agree
from specc.backend.start import start
from specc.cli import main
from specc.diagnostics import SpecError
from specc.runner import backends
from specc.runner.backends import Compared, Place, shown, table, worker
from specc.runner.backends.table import KINDS, OWN, ROWS, far_apart

pytestmark = pytest.mark.keras
BACK_END = start().value

SPEC = """
specc = 1
name = "small"
[data]
source = { type = "make_regression", n_samples = 90, n_features = 3 }
split = { validation = 0.2 }
[inputs.x]
scale = "standard"
[model]
kind = "functional"
layers = [
  { type = "Dense", units = 8, activation = "tanh" },
  { type = "BatchNormalization" },
  { type = "Dense", units = 1, name = "y" },
]
[outputs.y]
task = "regression"
target = "y"
scale = "standard"
metrics = ["mae"]
[fit]
epochs = 2
"""
DROPOUT = '{ type = "BatchNormalization" },\n  { type = "Dropout", rate = 0.5 }'
NUMBERS = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20).map(np.array)


@pytest.fixture
def spec(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "small.specc.toml"
    path.write_text(SPEC, encoding="utf-8")
    return path


def done(path, weights=None):
    """What a worker computes, in this process."""
    answer = path.parent / "answer.npz"
    told = worker.work({"file": str(path), "settings": [], "epochs": 2, "answer": str(answer),
                        "weights": None if weights is None else str(weights)})
    with np.load(answer, allow_pickle=False) as held:
        return told, {name: held[name] for name in held.files}


def test_from_the_same_weights_a_back_end_finds_what_it_found(spec):
    told, found = done(spec)
    assert not told["random"]
    assert set(found) >= {"before/y", "after/y", "step/loss", "epoch/train.loss",
                          "epoch/val.y.mae", "gradient/0 `dense/kernel`"}
    assert len(found["step/loss"]) == 10
    assert len(found["epoch/train.loss"]) == 2
    assert found["step/loss"][-1] < found["step/loss"][0]
    given = spec.parent / "weights.npz"
    np.savez(given, **{name: one for name, one in found.items() if name.startswith("weight/")})
    _, again = done(spec, given)
    rows = table.compared({"tensorflow": found, "jax": again}, {"tensorflow": "a", "jax": "a"})
    assert [one.what for one in rows] == [ROWS, OWN, *(kind.title for kind in KINDS)]
    assert all(one.same and not one.far for one in rows)


def test_a_weight_that_is_another_shows_in_every_number(spec):
    _, found = done(spec)
    weights = {name: one for name, one in found.items() if name.startswith("weight/")}
    weights["weight/0"] = weights["weight/0"] * 1.001
    given = spec.parent / "weights.npz"
    np.savez(given, **weights)
    _, again = done(spec, given)
    rows = table.compared({"tensorflow": found, "jax": again}, {"tensorflow": "a", "jax": "b"})
    assert [one.what for one in rows if shown.wrong(one)] == [ROWS, *(k.title for k in KINDS)]


def test_the_gradient_is_that_of_the_loss(spec):
    """By a step of SGD without momentum: what a weight moves by is the rate times the gradient."""
    import keras

    from specc.runner.bench.sides import model_of, side
    from specc.runner.subject import first

    ready = side("this", str(spec), ('compile.optimizer={ type = "SGD", learning_rate = 0.01 }',
                                     )).ready
    rows = first(ready.prepared.train, 32)
    model = model_of(ready)
    agree.steps(model, rows)  # metrics exist
    model.optimizer.learning_rate = 0.1
    before = [np.array(keras.ops.convert_to_numpy(one)) for one in model.trainable_variables]
    found = list(agree.gradients(model, rows).values())
    packed = agree.pack(model, rows)
    model.train_on_batch(packed.x, packed.y)
    agree.sync(model)
    for was, gradient, one in zip(before, found, model.trainable_variables, strict=True):
        moved = (was - np.array(keras.ops.convert_to_numpy(one))) / 0.1
        assert np.abs(moved - gradient).max() < 1e-4 * max(1.0, np.abs(gradient).max())


def test_of_a_model_that_draws_a_twin_is_trained(spec):
    plain = spec.parent / "plain.specc.toml"
    plain.write_text(SPEC, encoding="utf-8")
    _, known = done(plain)
    spec.write_text(SPEC.replace('{ type = "BatchNormalization" }', DROPOUT), encoding="utf-8")
    told, found = done(spec)
    assert (told["random"], told["twin"]) == (False, True)
    assert set(found) == set(known)
    for name in ("step/loss", "epoch/train.loss", "after/y"):
        np.testing.assert_array_equal(found[name], known[name])
    said = shown.as_text(Compared("a", ("jax",), (), random=False, twin=True, versions={}))
    assert "twin, with nothing drawn" in said


def test_a_model_without_a_twin_is_only_asked_to_predict(spec, monkeypatch):
    monkeypatch.setattr(agree, "can_be_alike", lambda model: False)
    spec.write_text(SPEC.replace('{ type = "BatchNormalization" }', DROPOUT), encoding="utf-8")
    told, found = done(spec)
    assert told["random"]
    assert {name.partition("/")[0] for name in found} == {"own", "weight", "before"}


def test_a_recurrent_layer_that_drops_nothing_draws_nothing(spec):
    gru = '{ type = "Reshape", target_shape = [3, 1] },\n  { type = "GRU", units = 4 }'
    spec.write_text(SPEC.replace('{ type = "BatchNormalization" }', gru).replace(
        "units = 8", "units = 3"), encoding="utf-8")
    told, found = done(spec)
    assert not told["random"]
    assert "after/y" in found


@pytest.mark.slow
def test_a_worker_is_a_process_of_its_own(spec):
    asked = {"file": str(spec), "settings": ["fit.batch_size=10"], "epochs": 1, "weights": None,
             "answer": str(spec.parent / "answer.npz")}
    told = backends._worked(Place(BACK_END), str(spec), asked)
    assert (told["name"], told["backend"]) == ("small", BACK_END)
    assert told["versions"]["keras"]
    wrong = Place(BACK_END, str(spec.parent / "no-python"))
    with pytest.raises(SpecError, match="cannot be started"):
        backends._worked(wrong, str(spec), asked)


@pytest.mark.skipif(sys.platform == "win32", reason="a script that starts by its first line")
@pytest.mark.parametrize("says", ["", "hello", "3", "{}", '{"name": "small"}', "\\377"])
def test_a_program_that_is_no_python_is_said(spec, capsys, says):
    program = spec.parent / "no-python"
    program.write_text(f"#!/bin/sh\nprintf '{says}'\n", encoding="utf-8")
    program.chmod(0o755)
    other = next(name for name in backends.NAMES if name != BACK_END)
    assert main(["backends", str(spec), "--backends", f"{other},{BACK_END}", "--python",
                 f"{other}={program}"]) == 2
    assert (f"error[RU313] back-end-failed: {other} could not do it: `{program}` does not answer "
            "as a Python that has specc") in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="a script that starts by its first line")
@pytest.mark.parametrize(("says", "good"), [
    ("(ModuleNotFoundError: No module named 'specc')", True),
    ("python2: No module named specc", True),
    ("ModuleNotFoundError: No module named 'numpy'", True),  # specc lies in the working folder
    ("ModuleNotFoundError: No module named 'numpy.core'", False),
    ("ModuleNotFoundError: No module named 'jaxlib'", False), ("Killed", False)])
def test_a_python_without_specc_is_said(spec, says, good):
    program = spec.parent / "bare-python"
    program.write_text(f'#!/bin/sh\necho "{says}" >&2\nexit 1\n', encoding="utf-8")
    program.chmod(0o755)
    with pytest.raises(SpecError) as raised:
        backends._worked(Place("jax", str(program)), str(spec), {})
    reason = f"`{program}` does not answer as a Python that has specc" if good else says
    assert raised.value.diagnostics[0].message == f"jax could not do it: {reason}"


def computed(factor=1.0, own=1.0):
    return {"own/0": np.array([own]), "before/y": np.array([1.0, 2.0]) * factor,
            "gradient/0 k": np.array([3.0]) * factor, "step/loss": np.array([5.0]) * factor,
            "epoch/train.loss": np.array([4.0]) * factor, "after/y": np.array([1.0]) * factor}


def answering(monkeypatch, found):
    """Workers that answer with made-up arrays."""
    def worked(place, file, asked):
        np.savez(asked["answer"], **found[place.name])
        return {"name": "small", "digest": "a", "random": False, "twin": False,
                "versions": {"keras": "3"}}

    monkeypatch.setattr(backends, "_worked", worked)
    monkeypatch.setattr(backends, "find_spec", lambda name: True)


def test_back_ends_that_agree_pass(spec, capsys, monkeypatch):
    answering(monkeypatch, {"jax": computed(), "torch": computed(1 + 5e-7, own=2.0)})
    asked = ["backends", str(spec), "--backends", "jax,torch"]
    assert main(asked) == 0
    out = capsys.readouterr().out
    assert out.count("agrees") == len(KINDS)
    assert "other bits" in out  # initial weights of its own are no difference
    assert main([*asked, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["agree"]
    assert [one["tolerance"] for one in found["rows"]][2:] == [kind.tolerance for kind in KINDS]


def test_back_ends_that_differ_fail(spec, capsys, monkeypatch):
    answering(monkeypatch, {"jax": computed(), "torch": computed(1 + 2e-6)})
    assert main(["backends", str(spec), "--backends", "jax,torch"]) == 1
    captured = capsys.readouterr()
    assert captured.out.count("differs") == 2  # predictions untrained, losses of steps
    assert captured.err.count("error[RU311]") == 2


@pytest.mark.parametrize("words", [
    ["--backends", "numpy"], ["--python", "jax"], ["--python", "keras=x"], ["--epochs", "0"]])
def test_options_that_make_no_sense_are_refused(spec, capsys, words):
    assert main(["backends", str(spec), *words]) == 2
    assert "is not understood" in capsys.readouterr().err


def test_a_back_end_that_is_missing_is_said(spec, capsys, monkeypatch):
    monkeypatch.setattr(backends, "find_spec", lambda name: name == BACK_END)
    other = next(name for name in backends.NAMES if name != BACK_END)
    assert main(["backends", str(spec), "--backends", f"{BACK_END},{other}"]) == 2
    assert f"error[RU312] back-end-not-here: {other}" in capsys.readouterr().err
    assert main(["backends", str(spec)]) == 2
    assert f"only {BACK_END} is installed here" in capsys.readouterr().err


def test_places_are_those_named_or_all_there_are(monkeypatch):
    monkeypatch.setattr(backends, "find_spec", lambda name: name == "tensorflow")
    assert backends.places((), {"torch": "/t"}) == [Place("tensorflow", sys.executable),
                                                    Place("torch", "/t")]
    assert backends.places(("jax",), {}) == [Place("jax", sys.executable)]
    assert backends.places(("torch", "jax", "torch"), {"torch": "/t"}) == [
        Place("torch", "/t"), Place("jax", sys.executable)]


@given(NUMBERS, st.booleans())
def test_nothing_is_apart_from_itself(values, whole):
    assert far_apart({"a": values}, {"a": values}, whole=whole) == (0.0, "")


@given(NUMBERS, st.floats(1e-6, 0.5))
def test_apart_is_a_part_of_the_largest(values, part):
    largest = float(np.abs(values).max())
    moved = values.copy()
    moved[0] += part * largest
    far, _ = far_apart({"a": values}, {"a": moved}, whole=True)
    assert far == pytest.approx(
        part * largest / max(largest, abs(moved[0])) if largest else 0.0, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize(("one", "two"), [
    ({"a": np.ones(2)}, {"a": np.ones(3)}), ({"a": np.ones(2)}, {"b": np.ones(2)}),
    ({"a": np.array([1.0, np.nan])}, {"a": np.array([1.0, 1.0])}),
    ({"a": np.array([1.0])}, {"a": np.array([np.inf])})])
def test_what_cannot_be_compared_is_infinitely_apart(one, two):
    assert far_apart(one, two, whole=True)[0] == float("inf")


def test_losses_near_zero_are_held_to_one():
    assert far_apart({"l": np.array([1e-9])}, {"l": np.array([3e-9])}, whole=False)[0] < 1e-8
    assert far_apart({"l": np.array([10.0])}, {"l": np.array([10.1])}, whole=False
                     )[0] == pytest.approx(0.01)
