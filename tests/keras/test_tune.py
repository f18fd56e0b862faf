"""Searches: scikit-learn's, over scikeras's wrapper, over models that specc builds and trains."""

from __future__ import annotations

import inspect
import json
import math
import pickle
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.model_selection import (
    GridSearchCV,
    PredefinedSplit,
    RandomizedSearchCV,
    StratifiedKFold,
    check_cv,
)

import specc
from specc.backend.start import chosen, start
from specc.cli import main
from specc.diagnostics import SpecError
from specc.pipeline import Checked, check_file
from specc.record import replace
from specc.runner.data import read_rows, ready
from specc.runner.folder import Folder
from specc.runner.tune import rows, tune
from specc.runner.tune.space import Point
from specc.runner.tune.study import LARGER, SMALLER, Study, study_of, trials
from specc.runner.tune.whole import Tuned
from specc.runner.tune.whole import _write as write_best
from specc.spec import Spec

start()

import keras  # noqa: E402
from scikeras.wrappers import BaseWrapper  # noqa: E402

from specc.backend.build import build  # noqa: E402
from specc.backend.train import train  # noqa: E402
from specc.runner.score import score  # noqa: E402
from specc.runner.tune import estimator as wrapped  # noqa: E402
from specc.runner.tune import model as held  # noqa: E402
from specc.runner.tune.search import in_order, searcher  # noqa: E402

pytestmark = pytest.mark.keras

IRIS = """specc = 1
name = "iris-search"   # the flowers
seed = 5

[params]
units = 4      # how wide
rate = 0.1
optimizer = "sgd"

[data]
source = "iris"
split = { validation = 0.2, test = 0.2 }

[inputs.x]
scale = "standard"

[model]
kind = "sequential"
layers = [
  { type = "Dense", units = "=units", activation = "relu" },
  { type = "Dropout", rate = 0.1 },
  { type = "Dense", units = 3, activation = "softmax", name = "species" },
]

[outputs.species]
task = "multiclass"
target = "species"

[compile]
optimizer = { type = "=optimizer", learning_rate = "=rate" }

[fit]
epochs = 3
batch_size = 16

[tune]   # small
search = "grid"
folds = 3
objective = "validation.species.accuracy"

[tune.space]
units = [4, 8]
rate = [0.01, 0.1]
"""

TWO = """specc = 1
name = "two"
[params]
units = 3
[data]
source = "diabetes"
split = { validation = 0.2, test = 0.2 }
[inputs.a]
columns = ["age", "bmi", "bp"]
scale = "standard"
[inputs.b]
columns = ["s*"]
scale = "standard"
[model]
kind = "functional"
layers = [
  { type = "Dense", units = "=units", activation = "relu", inputs = "a", name = "left" },
  { type = "Dense", units = "=units", activation = "relu", inputs = "b", name = "right" },
  { type = "Concatenate", inputs = ["left", "right"], name = "both" },
  { type = "Dense", units = 1, name = "target", inputs = "both" },
  { type = "Dense", units = 1, name = "aux", inputs = "right" },
]
[outputs.target]
task = "regression"
target = "target"
scale = "standard"
metrics = ["mae"]
[outputs.aux]
task = "regression"
target = "target"
scale = "standard"
weight = 0.2
[compile]
optimizer = { type = "Adam", learning_rate = 0.01 }
[fit]
epochs = 30
callbacks = [
  { type = "EarlyStopping", patience = 1, min_delta = 0.05, restore_best_weights = true },
]
[tune]
search = "random"
trials = 2
folds = 2
objective = "validation.target.mae"
[tune.space]
units = { int = [2, 5] }
"""


@pytest.fixture
def spec(tmp_path: Path) -> Any:
    """Writes a spec file into a project of its own; the checked spec."""
    (tmp_path / "pyproject.toml").touch()

    def write(text: str, name: str = "a.specc.toml") -> Checked:
        path = tmp_path / "specs" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        checked = check_file(str(path))
        assert not checked.errors, [one.message for one in checked.errors]
        return checked

    return write


def studied(checked: Checked) -> tuple[Study, rows.Pool, Spec]:
    assert checked.plan is not None
    study = rows.value(study_of(checked))
    dataset = rows.value(ready(checked.plan.spec)).dataset
    pool = rows.value(rows.pool_of(study, checked.plan.spec, dataset))
    rows.hold(study, pool)
    return study, pool, checked.plan.spec


def at(study: Study, pool: rows.Pool, point: Point) -> wrapped.FromSpec:
    params = {f"{wrapped.ROUTE}{name}": value for name, value in point.items()}
    return wrapped.estimator(study, pool).set_params(**params)


def fitted(study: Study, pool: rows.Pool, point: Point, fold: int) -> tuple[Any, float]:
    inside, outside = pool.folds[fold]
    made = at(study, pool, point).fit(pool.x[inside], pool.y[inside])
    return made, made.score(pool.x[outside], pool.y[outside])


# --- the estimator


def test_the_estimator_is_scikeras_s_and_knows_that_it_classifies(spec: Any) -> None:
    study, pool, _ = studied(spec(IRIS))
    made = wrapped.estimator(study, pool)
    assert isinstance(made, BaseWrapper)
    assert is_classifier(made)
    assert not is_regressor(made)
    assert isinstance(check_cv(3, pool.y, classifier=is_classifier(made)), StratifiedKFold)


def test_a_regression_gets_a_regressor(spec: Any) -> None:
    study, pool, _ = studied(spec(TWO))
    made = wrapped.estimator(study, pool)
    assert is_regressor(made)
    assert not is_classifier(made)


def test_classes_are_spread_over_shuffled_seeded_folds(spec: Any) -> None:
    study, pool, one = studied(spec(IRIS))
    counts = [np.bincount(pool.y[outside]) for _, outside in pool.folds]
    assert np.ptp(counts, axis=0).max() <= 1
    assert sorted(np.concatenate([outside for _, outside in pool.folds])) == list(range(120))
    assert any(np.diff(outside).max() > 1 for _, outside in pool.folds)  # not blocks
    again = rows.value(rows.pool_of(study, one, rows.value(ready(one)).dataset))
    assert all(np.array_equal(a[1], b[1]) for a, b in zip(pool.folds, again.folds, strict=True))


def test_groups_stay_whole(spec: Any, tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    frame = pd.DataFrame({"a": draw.normal(size=60), "who": np.arange(60) // 5,
                          "y": draw.integers(0, 3, size=60)})
    (tmp_path / "specs").mkdir()
    frame.to_csv(tmp_path / "specs" / "rows.csv", index=False)
    text = IRIS.replace('source = "iris"', 'source = "rows.csv"').replace(
        "test = 0.2 }", 'test = 0.2, group = "who" }').replace(
        'target = "species"', 'target = "y"\nclasses = [0, 1, 2]').replace(
        "[inputs.x]", '[inputs.x]\ncolumns = ["a"]')
    _, pool, _ = studied(spec(text))
    who = pool.dataset.frame["who"].to_numpy()
    assert len(pool.folds) == 3
    assert all(not set(who[inside]) & set(who[outside]) for inside, outside in pool.folds)


def test_clone_pickle_and_routed_parameters(spec: Any) -> None:
    """What specc relies on of scikeras and scikit-learn."""
    study, pool, _ = studied(spec(IRIS))
    made = at(study, pool, {"units": 4, "optimizer": {"type": "Adam"}})
    copied = pickle.loads(pickle.dumps(clone(made)))
    assert copied.point == {"units": 4, "optimizer": {"type": "Adam"}}
    assert copied.study == study
    assert clone(made).set_params(model__rate_=1).point["rate_"] == 1
    with pytest.raises(ValueError, match="Invalid parameter"):
        made.set_params(units=3)


def test_a_fit_is_equal_to_a_run_on_the_same_rows(spec: Any) -> None:
    """To the last bit, whether the model was built for it or used before."""
    study, pool, _ = studied(spec(IRIS))
    held.release()
    fresh = []
    for fold in range(3):
        found = rows.value(rows.ready(study, {"rate": 0.01}, fold))
        model = build(found.plan, found.prepared.train.inputs).value
        train(model, found.plan, found.prepared.train, found.prepared.validation)
        fresh.append(score(model, found.plan, found.prepared.preparation,
                           found.prepared.validation))
    used = [fitted(study, pool, {"rate": rate}, fold)
            for rate in (0.1, 0.01) for fold in range(3)]
    for fold in range(3):
        assert used[3 + fold][1] == fresh[fold]["species.accuracy"]
    again = chosen().value == "tensorflow"  # elsewhere each is built anew
    assert len({id(made.model_) for made, _ in used}) == (1 if again else len(used))
    _, pool_again, _ = studied(spec(IRIS))
    held.release()
    last, _ = fitted(study, pool_again, {"rate": 0.01}, 2)
    assert score(last.model_, last.ready_.plan, last.ready_.prepared.preparation,
                 last.ready_.prepared.validation) == fresh[2]


def test_a_fold_is_prepared_by_its_own_training_rows(spec: Any) -> None:
    study, pool, _ = studied(spec(IRIS))
    means = []
    for fold in range(3):
        found = rows.value(rows.ready(study, {}, fold))
        assert found.prepared.train.inputs["x"].mean() == pytest.approx(0, abs=1e-6)
        assert abs(float(found.prepared.validation.inputs["x"].mean())) > 1e-4
        means.append(float(pool.dataset.frame.iloc[pool.folds[fold][0], 0].mean()))
    assert len(set(means)) == 3


def test_test_rows_are_not_there(spec: Any) -> None:
    checked = spec(IRIS)
    study, pool, one = studied(checked)
    whole = rows.value(ready(one)).dataset
    test = set(whole.numbers[whole.parts["test"]])
    assert len(test) == 30
    assert not test & set(pool.dataset.numbers)
    assert len(pool.dataset.frame) == 120
    changed = whole.frame.copy()
    changed.iloc[whole.parts["test"], 0] = np.nan  # would break whatever looked at it
    rows.hold(study, rows.value(rows.pool_of(study, one, replace(whole, frame=changed))))
    assert math.isfinite(fitted(study, rows.pool(study), {}, 0)[1])


def test_rows_are_read_once_in_a_process(spec: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    study, pool, _ = studied(spec(IRIS))
    monkeypatch.setattr(rows, "learn", lambda spec: pytest.fail("rows were read again"))
    assert rows.pool(study) is pool
    fitted(study, pool, {}, 0)


def test_other_rows_than_a_fold_s_are_refused(spec: Any) -> None:
    study, pool, _ = studied(spec(IRIS))
    with pytest.raises(ValueError, match="training rows of none of 3 folds"):
        at(study, pool, {}).fit(pool.x[:7], pool.y[:7])


def test_several_inputs_and_outputs_and_early_stopping(spec: Any) -> None:
    study, pool, _ = studied(spec(TWO))
    made, number = fitted(study, pool, {"units": 4}, 0)
    epochs = len(made.history_["val.loss"])
    assert 1 < epochs < 30
    predicted = made.predict(pool.x[pool.folds[0][1]])
    truth = pool.y[pool.folds[0][1]]
    deviation = made.ready_.prepared.preparation.targets["target"].center
    assert deviation
    scale = np.abs(predicted.ravel() - truth).mean()  # in units of the scaled target
    assert 0.3 < scale < 1.0
    assert 20 < -number < 80  # in the target's own units, more is better for scikit-learn


def test_predictions_are_class_numbers(spec: Any) -> None:
    study, pool, _ = studied(spec(IRIS))
    made, number = fitted(study, pool, {"rate": 0.1}, 0)
    outside = pool.folds[0][1]
    assert (made.predict(pool.x[outside]) == pool.y[outside]).mean() == pytest.approx(number)
    assert made.predict_proba(pool.x[outside]).shape == (40, 3)


# --- the searches


@pytest.mark.parametrize(("search", "kind"), [("grid", GridSearchCV),
                                              ("random", RandomizedSearchCV)])
def test_the_search_is_scikit_learn_s(spec: Any, search: str, kind: type) -> None:
    checked = spec(IRIS.replace('search = "grid"', f'search = "{search}"\ntrials = 3'))
    study, pool, one = studied(checked)
    assert one.tune is not None
    points = rows.value(trials(one, one.tune))
    made = searcher(study, one.tune, points, pool, 1, 3)
    assert type(made) is kind
    assert isinstance(made.estimator, BaseWrapper)
    assert made.error_score == "raise"
    ordered = in_order(points, one.tune)
    assert len(ordered) == (4 if search == "grid" else 3)
    assert all(one in points for one in ordered)


def the_best(done: Tuned) -> Spec:
    assert done.spec.plan is not None
    return done.spec.plan.spec


def test_a_grid_from_a_file_to_a_run(spec: Any, tmp_path: Path,
                                     capsys: pytest.CaptureFixture[str]) -> None:
    done = tune(spec(IRIS), tmp_path / "runs")
    shown = capsys.readouterr().err
    assert shown.count("trial ") >= 4
    table = pd.read_csv(done.folder / "trials.csv")
    assert [(one.units, one.rate) for one in table.itertuples()] == [
        (4, 0.01), (4, 0.1), (8, 0.01), (8, 0.1)]
    score_of = table["validation.species.accuracy"]
    assert np.allclose(table[["fold_1", "fold_2", "fold_3"]].mean(axis=1), score_of)
    best = table[table["rank"] == 1].iloc[0]
    assert best["validation.species.accuracy"] == score_of.max()
    assert done.point == {"units": best.units, "rate": best.rate}
    assert done.folder.parent == tmp_path / "runs" / "iris-search"
    assert done.folder.name.startswith("tune-")
    # the best spec: the original, with other params
    text = done.file.read_text(encoding="utf-8")
    changed = [(old, new) for old, new in zip(IRIS.splitlines(), text.splitlines(), strict=True)
               if old != new]
    assert changed
    assert all(old.split("=")[0] in ("units ", "rate ") for old, _ in changed)
    assert "# how wide" in text
    assert check_file(str(done.file)).ok
    assert the_best(done).params["units"] == best.units
    assert specc.compile(done.spec).count_params() == done.run.model.count_params()
    assert "+rate" in shown or "+units" in shown
    # its run
    assert (done.run.folder / "model.keras").is_file()
    assert 0 < done.run.metrics["test"]["species"]["loss"] < 3
    told = json.loads((done.folder / "tune.json").read_text(encoding="utf-8"))
    assert (done.folder / told["run"]).resolve() == done.run.folder.resolve()
    assert done.run.ok


@pytest.mark.slow
def test_twice_is_the_same_and_processes_change_nothing(spec: Any, tmp_path: Path) -> None:
    text = IRIS.replace('search = "grid"', 'search = "random"\ntrials = 2\nseed = 3').replace(
        "rate = [0.01, 0.1]", "rate = { log = [1e-3, 1e-1] }").replace("folds = 3", "folds = 2")
    checked = spec(text)
    tables = [tune(checked, tmp_path / "runs", jobs=jobs, show=False).table for jobs in (1, 2)]
    pd.testing.assert_frame_equal(tables[0].drop(columns="seconds"),
                                  tables[1].drop(columns="seconds"), check_exact=True)
    assert len(tables[0]) == 2


def test_one_fold_is_the_validation_split(spec: Any) -> None:
    _, pool, one = studied(spec(IRIS.replace("folds = 3", "folds = 1")))
    whole = rows.value(ready(one)).dataset
    assert len(pool.folds) == 1
    inside, outside = pool.folds[0]
    assert set(pool.dataset.numbers[outside]) == set(whole.numbers[whole.parts["validation"]])
    assert set(pool.dataset.numbers[inside]) == set(whole.numbers[whole.parts["train"]])
    where = np.full(120, -1)
    where[outside] = 0
    assert len(list(PredefinedSplit(where).split())) == 1


def test_one_fold_without_validation_rows_is_said(spec: Any, tmp_path: Path) -> None:
    text = IRIS.replace("folds = 3", "folds = 1").replace("validation = 0.2, ", "")
    with pytest.raises(SpecError) as raised:
        tune(spec(text), tmp_path / "runs", show=False)
    assert [one.code for one in raised.value.diagnostics] == ["TU107"]


def test_folds_without_a_space_cross_validate_the_spec(spec: Any, tmp_path: Path) -> None:
    done = tune(spec(IRIS[:IRIS.index("[tune.space]")]), tmp_path / "runs", show=False)
    assert len(done.table) == 1
    assert done.file.read_text(encoding="utf-8") == IRIS[:IRIS.index("[tune.space]")]


def test_halving_gives_out_epochs(spec: Any, tmp_path: Path) -> None:
    text = IRIS.replace('search = "grid"', 'search = "halving"\ntrials = 3').replace(
        "folds = 3", "folds = 2")
    done = tune(spec(text), tmp_path / "runs", show=False)
    given = done.table.groupby("given_epochs").size().to_dict()
    assert given == {1: 3, 3: 1}
    assert (done.table["epochs"] == done.table["given_epochs"]).all()
    assert done.table[done.table["rank"] == 1]["given_epochs"].tolist() == [3]


def test_halving_over_epochs_is_refused(spec: Any, tmp_path: Path) -> None:
    text = IRIS.replace('search = "grid"', 'search = "halving"').replace(
        "epochs = 3", 'epochs = "=n"').replace("units = 4 ", "n = 2\nunits = 4 ").replace(
        "units = [4, 8]", "n = [2, 4]")
    with pytest.raises(SpecError) as raised:
        tune(spec(text), tmp_path / "runs", show=False)
    assert {one.code for one in raised.value.diagnostics} == {"TU109"}


@pytest.mark.filterwarnings("ignore:.*encountered in:RuntimeWarning")
def test_a_trial_that_diverges_is_the_worst_and_not_the_end(spec: Any, tmp_path: Path) -> None:
    text = TWO.replace('"Adam", learning_rate = 0.01', '"SGD", learning_rate = "=rate"').replace(
        "units = 3", "units = 3\nrate = 0.01").replace("units = { int = [2, 5] }",
                                                       "rate = [9.9, 0.01]").replace(
        'search = "random"', 'search = "grid"').replace("epochs = 30", "epochs = 2")
    done = tune(spec(text), tmp_path / "runs", show=False)
    assert done.point == {"rate": 0.01}
    assert done.table["rank"].tolist() == [2, 1]


def test_wrong_values_fail_before_the_first_fit(spec: Any, tmp_path: Path,
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wrapped, "train", lambda *_, **__: pytest.fail("trained"))
    with pytest.raises(SpecError) as raised:
        tune(spec(IRIS.replace("units = [4, 8]", "units = [4, 0]")), tmp_path / "runs", show=False)
    assert [one.code for one in raised.value.diagnostics] == ["TU101"]
    path = tmp_path / "specs" / "b.specc.toml"
    path.write_text(IRIS.replace("units = [4, 8]", "unitz = [4, 8]"), encoding="utf-8")
    assert main(["tune", str(path), "--out", str(tmp_path / "runs")]) == 1
    assert not (tmp_path / "runs").exists()


def test_interrupted_the_finished_trials_are_kept(
        spec: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str]) -> None:
    checked, fits = spec(IRIS), 0

    def interrupted(*given: Any, **more: Any) -> Any:
        nonlocal fits
        fits += 1
        if fits == 5:
            raise KeyboardInterrupt
        return train(*given, **more)

    monkeypatch.setattr(wrapped, "train", interrupted)
    assert main(["tune", checked.file, "--out", str(tmp_path / "runs")]) == 130
    (kept,) = (tmp_path / "runs").rglob("trials.csv")
    assert len(pd.read_csv(kept)) == 1
    assert str(kept) in capsys.readouterr().err
    assert len((kept.parent / "journal.jsonl").read_text().splitlines()) == 4


def test_interrupted_before_the_first_trial_nothing_is_left(
        spec: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr("specc.backend.start.start", interrupted)
    assert main(["tune", spec(IRIS).file, "--out", str(tmp_path / "runs")]) == 130
    assert [one for one in (tmp_path / "runs").rglob("*") if one.name.startswith("tune-")] == []


def test_a_base_s_params_and_settings_are_written_into_the_best_spec(
        spec: Any, tmp_path: Path) -> None:
    base = IRIS[:IRIS.index("[tune]")]
    spec(base + '[tune]\nobjective = "validation.loss"\n', "base.specc.toml")
    path = tmp_path / "specs" / "c.specc.toml"
    path.write_text('extends = "base.specc.toml"\nname = "child"  # mine\n[tune]\nfolds = 2\n'
                    'search = "grid"\n[tune.space]\noptimizer = ["adam", { type = "SGD", '
                    'momentum = { float = [0.0, 0.9], step = 0.9 } }]\n', encoding="utf-8")
    text = path.read_text(encoding="utf-8").replace("[tune]\n", '[compile]\noptimizer = '
                                                    '"=optimizer"\n[tune]\n', 1)
    path.write_text(text, encoding="utf-8")
    done = tune(check_file(str(path), ["fit.epochs=1"]), tmp_path / "runs", show=False)
    written = done.file.read_text(encoding="utf-8")
    assert 'name = "child"  # mine' in written
    assert the_best(done).fit.epochs == 1
    assert the_best(done).params["optimizer"] == done.point["optimizer"]
    assert the_best(done).compile.optimizer == done.point["optimizer"]
    assert len(done.table) == 3


def test_a_json_spec_gets_a_json_best_spec(spec: Any, tmp_path: Path) -> None:
    tree = tomllib.loads(IRIS)
    checked = spec(json.dumps(tree, indent=2), "a.specc.json")
    folder = Folder(tmp_path)
    file, said = write_best(checked, {"units": 8}, folder, show=False)
    assert said == []
    assert file.name == "best.specc.json"
    tree["params"]["units"] = 8
    assert json.loads(file.read_text(encoding="utf-8")) == tree


def test_a_best_spec_outside_the_project_is_warned_of(spec: Any, tmp_path: Path) -> None:
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "base.specc.toml").write_text(IRIS, encoding="utf-8")
    checked = spec('extends = "base.specc.toml"\n')
    place = tmp_path / "elsewhere"
    place.mkdir()
    (place / "pyproject.toml").touch()
    file, said = write_best(checked, {"units": 8}, Folder(place), show=False)
    assert [one.code for one in said] == ["TU201"]
    assert file.is_file()


def test_directions_agree_with_keras() -> None:
    told = {}
    for name, kind in inspect.getmembers(keras.metrics, inspect.isclass):
        if name in LARGER | SMALLER and not inspect.signature(kind).parameters.keys() & {
                "num_classes", "target_class_ids", "recall", "precision", "sensitivity",
                "specificity"}:
            direction = getattr(kind(), "_direction", None)
            if direction is not None:
                told[name] = direction
    assert len(told) >= 15
    assert {name for name, direction in told.items() if direction == "up"} <= LARGER
    assert {name for name, direction in told.items() if direction == "down"} <= SMALLER


def test_rows_of_the_whole_are_read(spec: Any) -> None:
    checked, found = read_rows(spec(IRIS))
    assert checked.ok
    assert found is not None
    assert len(found.dataset.frame) == 150
