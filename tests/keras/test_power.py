"""Whether goldens see what they should, and nothing else: mutants, and false alarms.

The first tests are quick. The measurement (`tox -e power`) tries every mutant of the example
specs, and trains each twenty times; the environment says in which of three ways goldens are held.
SPECC_POWER names the specs, by commas; SPECC_ALARMS how often each is trained.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from specc.backend.start import environment, start
from specc.cli import main
from specc.golden import compare, golden_path, read, way_of
from specc.pipeline import check_file
from specc.runner import goldens
from specc.runner.data import read_rows
from specc.runner.mutants import power, text

pytestmark = pytest.mark.keras
ROOT = Path(__file__).parents[2]
NAMES = os.environ.get("SPECC_POWER", "iris,wine,diabetes,penguins,titanic,dowjones,digits,"
                                      "california/wide_and_deep_aux").split(",")
ALARMS = int(os.environ.get("SPECC_ALARMS", "20"))
LEAST = 0.95
start()

SPEC = """
specc = 1
name = "line"
seed = 7

[data]
source = "rows.csv"
split = { validation = 0.25, test = 0.25 }

[inputs.x]
columns = ["a", "b"]
scale = "standard"

[model]
kind = "sequential"
layers = [
  { type = "Dense", units = 4, activation = "tanh" },
  { type = "Dense", units = 1, name = "y" },
]

[outputs.y]
task = "regression"
target = "c"

[compile]
optimizer = { type = "SGD", learning_rate = 0.05 }

[fit]
epochs = 2
batch_size = 8

[golden]
seeds = [7, 8]
"""


@pytest.fixture
def spec(tmp_path, monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "rows.csv").write_text("a,b,c\n" + "".join(
        f"{i % 7 / 7:.3f},{i % 5 / 5:.3f},{2 * (i % 7 / 7) - i % 5 / 5:.3f}\n"
        for i in range(54)), encoding="utf-8")
    path = tmp_path / "line.specc.toml"
    path.write_text(SPEC, encoding="utf-8")
    ready = read_rows(check_file(str(path)))[1]
    assert ready is not None
    assert goldens.renew(ready).value is not None
    return path


def test_mutants_of_every_sort_are_caught(spec):
    ready = read_rows(check_file(str(spec)))[1]
    names = ("unit-more", "other-initializer", "scaled-on-all-rows", "biases-moved",
             "last-batch-dropped", "epoch-skipped", "dropout-removed")
    found = power(ready, names)
    assert (found.holds, found.way) == (True, "bits")
    assert {one.name: one.fate for one in found.tried} == \
        dict.fromkeys(names, "caught") | {"dropout-removed": "none"}


def test_a_golden_that_does_not_hold_tells_nothing_of_mutants(spec, capsys):
    path = golden_path(str(spec))
    first = read(path).value.seeds[7].values["train.loss"][0]
    path.write_text(path.read_text(encoding="utf-8").replace(repr(first), repr(first * 2)),
                    encoding="utf-8")
    assert main(["test", "--mutants", str(spec)]) == 1
    assert "its golden does not hold here" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["--format", "json"], ["--mutants", "--quick"],
                                   ["--mutants", "--update-golden", "a.specc.toml"]])
def test_options_that_would_be_ignored_are_refused(words, capsys):
    assert main(["test", "a.specc.toml", *words]) == 2
    assert "means nothing" in capsys.readouterr().err


@pytest.mark.power
def test_mutants_are_caught():
    found = []
    for name in NAMES:
        _, ready = read_rows(check_file(str(ROOT / "specs" / f"{name}.specc.toml")))
        assert ready is not None, name
        found.append(power(ready, on_each=lambda one, name=name: print(
            name, one.name, one.fate, one.by, flush=True) if one.fate != "none" else None))
    print(text(found))
    assert all(one.holds for one in found)
    caught, missed = (sum(one.count(fate) for one in found) for fate in ("caught", "missed"))
    kinds = {tried.name for one in found for tried in one.tried
             if tried.fate in ("caught", "missed")}
    assert len(kinds) >= 40
    assert caught >= LEAST * (caught + missed)


@pytest.mark.power
@pytest.mark.parametrize("name", NAMES)
def test_there_is_no_false_alarm(name):
    file = str(ROOT / "specs" / f"{name}.specc.toml")
    known = read(golden_path(file)).value
    _, ready = read_rows(check_file(file))
    seeds = goldens.seeds(ready)
    wanted = seeds[:1] if way_of(known, environment()) == "bits" else seeds
    for _ in range(ALARMS):
        found = compare(known, goldens.make(ready, wanted).value, ready.plan.spec.golden.tolerance)
        assert not found.differing
        assert not (found.exact and found.weights)
