"""What mutants change: one thing, in a copy, and nothing where there is nothing of the kind."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import pytest

from specc.data.prepare import Arrays
from specc.pipeline import check_file
from specc.runner.data import ready
from specc.runner.mutants import MUTANTS, Power, Tried, document, text
from specc.runner.mutants.documents import DOCUMENTS
from specc.runner.mutants.edits import plus, put, times
from specc.runner.mutants.training import (
    FAULTS,
    labels_shifted,
    scaled_on_all_rows,
    some_labels_swapped,
    taken,
    validation_in_training,
    validation_is_training,
)

ROOT = Path(__file__).parents[2]
SPECS = sorted((ROOT / "specs").rglob("*.specc.toml"))
EVERYTHING = {  # something of every kind, which need not be a model
    "seed": 1,
    "data": {"split": {"validation": 0.2, "stratify": "y"}, "window": {"length": 4, "horizon": 1}},
    "inputs": {"x": {"columns": ["a", {"name": "b", "missing": "median"}], "scale": "standard"}},
    "model": {"layers": [
        {"type": "Embedding", "output_dim": 2}, {"type": "Conv2D", "filters": 2, "kernel_size": 3},
        {"type": "MaxPooling2D"}, {"type": "BatchNormalization"}, {"type": "Dropout", "rate": 0.1},
        {"type": "LSTM", "units": 3}, {"type": "Dense", "units": "=units", "activation": "relu"},
        {"type": "Dense", "units": 1}]},
    "outputs": {"a": {"task": "regression", "scale": "standard", "weight": 0.9},
                "b": {"task": "binary", "class_weight": "balanced"}},
    "compile": {"optimizer": {"type": "SGD", "momentum": 0.9, "learning_rate": {
        "type": "ExponentialDecay", "initial_learning_rate": 0.1}}},
    "fit": {"batch_size": 8},
}
ONLY_OF_ADAPTIVE = "epsilon"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_change_is_one_in_a_copy(name):
    before = copy.deepcopy(EVERYTHING)
    if name == ONLY_OF_ADAPTIVE:
        before["compile"]["optimizer"]["type"] = "RMSprop"
    given = copy.deepcopy(before)
    changed = DOCUMENTS[name][1](given)
    assert given == before
    assert changed is not None
    assert changed != before
    assert len(differences(before, changed)) <= 2  # two weights are swapped


def differences(one, other, path=()):
    """The tables and lists in which two trees differ themselves."""
    if isinstance(one, dict) and isinstance(other, dict):
        own = {key for key in one.keys() | other.keys()
               if not (isinstance(one.get(key), dict | list)
                       and isinstance(other.get(key), dict | list))
               and one.get(key) != other.get(key)}
        inner = [found for key in one.keys() & other.keys() if key not in own
                 for found in differences(one[key], other[key], (*path, key))]
        return ([path] if own else []) + inner
    if isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            return [path]
        return [found for at, pair in enumerate(zip(one, other, strict=True))
                for found in differences(*pair, (*path, at))]
    return [path] if one != other else []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_where_there_is_nothing_of_the_kind_nothing_is_changed(name):
    plain = {"model": {"layers": [{"type": "Flatten"}]}, "compile": {"optimizer": "SGD"},
             "outputs": {"y": {"task": "mine"}}, "fit": {}}
    changed = DOCUMENTS[name][1](copy.deepcopy(plain))
    always = {"learning-rate-higher", "learning-rate-lower", "other-optimizer", "weight-decay",
              "clipped-gradients", "batch-doubled", "batch-one-less", "shuffle-off",
              "lower-precision"}
    assert (changed is not None) == (name in always)


def test_numbers_and_expressions_move_alike():
    assert (plus(3, 1), plus("=units", 1), plus(None, 1)) == (4, "=(units) + 1", None)
    assert (times(0.5, 2), times("=rate", 1.1), times({}, 2)) == (1.0, "=(rate) * 1.1", None)
    table = {"a": False}
    assert not put(table, "a", False)
    assert put(table, "b", False)


@pytest.fixture(scope="module")
def iris():
    plan = check_file(str(ROOT / "specs" / "iris.specc.toml")).plan
    return ready(plan.spec).value


def test_there_are_forty_kinds_and_example_specs_have_most():
    assert len(MUTANTS) >= 40
    assert len(set(MUTANTS)) == len(DOCUMENTS) + len(FAULTS)
    trees = [check_file(str(path)).plan.spec.tree for path in SPECS]
    found = {name for name, (_, change) in DOCUMENTS.items() for tree in trees
             if change(copy.deepcopy(tree)) is not None}
    assert len(found) >= 40


def test_scaling_on_all_rows_is_what_scaling_on_all_rows_gives(iris):
    """All parts together have mean 0 and deviation 1 then, and the training rows no longer do."""
    changed = scaled_on_all_rows(iris).prepared
    whole = np.concatenate([part.inputs["flower"] for part in
                            (changed.train, changed.validation, changed.test)]).astype(float)
    assert whole.mean(axis=0) == pytest.approx(0, abs=1e-6)
    assert whole.std(axis=0) == pytest.approx(1, abs=1e-6)
    assert np.abs(changed.train.inputs["flower"].mean(axis=0)).max() > 1e-3


def test_faults_of_rows_change_rows_and_not_the_original(iris):
    before = copy.deepcopy(iris.prepared.train.targets["species"])
    train = iris.prepared.train
    shifted = labels_shifted(train).targets["species"]
    assert np.array_equal(shifted[1:], before[:-1])
    swapped = some_labels_swapped(train).targets["species"]
    assert 1 <= (swapped != before).sum() <= max(2, len(before) // 100)
    assert len(validation_in_training(iris).prepared.train) == len(train) + 1
    leaked = validation_is_training(iris).prepared
    assert np.array_equal(leaked.validation.inputs["flower"],
                          train.inputs["flower"][:len(leaked.validation)])
    assert np.array_equal(iris.prepared.train.targets["species"], before)


def test_rows_are_taken_with_all_that_belongs_to_them():
    rows = Arrays({"x": np.arange(4.0)}, {"y": np.arange(4)}, {"y": np.ones(4)}, np.arange(4))
    some = taken(rows, [2, 0])
    assert some.inputs["x"].tolist() == [2.0, 0.0]
    assert some.targets["y"].tolist() == some.rows.tolist() == [2, 0]
    assert len(some.weights["y"]) == 2


def test_what_was_missed_is_named_and_counted():
    found = [Power("a.specc.toml", "bits", True, (
        Tried("unit-more", "one unit more", "caught", "train.loss of epoch 1"),
        Tried("shuffle-off", "rows in their own order", "missed"),
        Tried("strides", "a stride of 2", "none"))), Power("b.specc.toml", "paired", False)]
    said = text(found)
    assert "a.specc.toml (bits): 1 caught, 1 missed, 0 refused" in said
    assert "  missed: shuffle-off: rows in their own order" in said
    assert "1 of 2 mutants caught (50.0%), of 2 kinds" in said
    assert "b.specc.toml: its golden does not hold here" in said
    assert "strides" in said.splitlines()[-1]  # never tried
    made = document(found)
    assert (made["caught"], made["missed"]) == (1, 1)
    assert [one["name"] for one in made["specs"][0]["mutants"]] == ["unit-more", "shuffle-off"]
