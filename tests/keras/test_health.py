"""What goes wrong in training is found, what is well is left alone, and looking changes no bit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from health_cases import CASES, PLAIN, TEMPLATE, rows, stack

from specc.backend.probe import Looker
from specc.backend.probe.losses import losses
from specc.cli import main
from specc.data.sample import sample
from specc.diagnostics import Diagnostic
from specc.health.schedule import Diagnose
from specc.pipeline import check_file
from specc.record import replace
from specc.runner.data import Ready, read_rows
from specc.runner.folder import Folder
from specc.runner.interrupt import Interrupts
from specc.runner.lifecycle import fit
from specc.runner.progress import Silent
from specc.runner.rate import wrong_range
from specc.runner.resume import Past
from specc.runner.watch import SIGNALS, Watch

pytestmark = pytest.mark.keras

# Those that issue and manual name first; all of them, in all seeds, with `tox run -e health`.
FIRST = ("dead-relu", "vanishing-gradient", "exploding-gradient", "saturated-activation",
         "loss-not-decreasing", "loss-not-finite", "constant-predictions", "overfitting",
         "overtraining", "worse-than-baseline", "lr-too-high", "lr-too-low")
NOISY = TEMPLATE.format(**{
    **PLAIN, "seed": 3, "epochs": 6, "layers": stack(
        'type = "Dense", units = 16, activation = "relu", kernel_regularizer = "l2"',
        'type = "BatchNormalization"', 'type = "Dropout", rate = 0.3',
        'type = "Dense", units = 1, name = "y"')})


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    rows(folder)
    return folder


def ready_of(text: str, tables: Path) -> Ready:
    path = tables / "case.specc.toml"
    path.write_text(text)
    from specc.backend.start import start

    assert start().ok
    checked = check_file(str(path))
    assert checked.ok, checked.errors
    found, ready = read_rows(checked)
    assert ready is not None, found.diagnostics
    return ready


def trained(text: str, tables: Path, to: Path, diagnose: Diagnose = "epoch"
            ) -> tuple[Any, list[dict[str, Any]], list[Diagnostic]]:
    return watched(ready_of(text, tables), to, diagnose)


def watched(ready: Ready, to: Path, diagnose: Diagnose = "epoch"
            ) -> tuple[Any, list[dict[str, Any]], list[Diagnostic]]:
    to.mkdir(exist_ok=True)
    with Interrupts() as pressed:
        return fit(ready, Folder(to), Silent(), Past(), pressed, "test", diagnose)


def names(found: list[Diagnostic]) -> tuple[list[str], set[str]]:
    """The root causes, and all that was seen."""
    roots = [one.name for one in found]
    also = {one.message.split(":")[1].split()[0] for each in found for one in each.related}
    return roots, {*roots, *also}


def hold(name: str, tables: Path, to: Path, *, healthy: bool, seed: int) -> None:
    case = CASES[name]
    _, _, found = trained(case.text(healthy=healthy, seed=seed), tables, to)
    roots, all_seen = names(found)
    if healthy:
        assert roots == [], [one.message for one in found]
    else:
        assert name in all_seen
        assert len(roots) == 1
        assert roots[0] in (name, *case.root)


@pytest.mark.parametrize("name", FIRST)
def test_what_goes_wrong_is_found(name: str, tables: Path, tmp_path: Path) -> None:
    hold(name, tables, tmp_path, healthy=False, seed=1)


@pytest.mark.parametrize("name", ["dead-relu", "worse-than-baseline"])
def test_what_is_well_is_left_alone(name: str, tables: Path, tmp_path: Path) -> None:
    hold(name, tables, tmp_path, healthy=True, seed=1)


@pytest.mark.health
@pytest.mark.filterwarnings("ignore:Gradients do not exist")  # Keras, of zero-gradient-layer
@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("healthy", [False, True], ids=["wrong", "healthy"])
def test_every_rule_in_every_seed(name: str, seed: int, healthy: bool, tables: Path,
                                  tmp_path: Path) -> None:
    hold(name, tables, tmp_path, healthy=healthy, seed=seed)


@pytest.mark.health
@pytest.mark.parametrize("spec", sorted(
    path.relative_to(Path(__file__).parents[2]).as_posix()
    for path in Path(__file__).parents[2].glob("specs/**/*.specc.toml")))
def test_examples_are_well(spec: str, root: Path, tmp_path: Path) -> None:
    checked = check_file(str(root / spec))
    _, ready = read_rows(checked)
    assert ready is not None
    _, _, found = watched(ready, tmp_path)
    assert [one.name for one in found] == [], [one.message for one in found]


def test_looking_changes_no_bit(tables: Path, tmp_path: Path) -> None:
    ends = []
    for diagnose in ("off", "epoch", "full"):
        model, history, _ = trained(NOISY, tables, tmp_path / diagnose,
                                    diagnose)  # type: ignore[arg-type]
        states = [keras.ops.convert_to_numpy(one.value).tobytes() for one in
                  (*model.variables, *model.optimizer.variables, *model.metrics_variables)]
        ends.append((states, history))
    assert ends[0] == ends[1] == ends[2]
    assert not (tmp_path / "off" / SIGNALS).exists()
    looks = {name: [json.loads(line)["epoch"] for line in
                    (tmp_path / name / SIGNALS).read_text().splitlines()
                    if json.loads(line)["probe"] is not None] for name in ("epoch", "full")}
    assert looks == {"epoch": [0, 1, 2, 4, 6], "full": [0, 1, 2, 3, 4, 5, 6]}


def test_signals_repeat_to_the_last_digit(tables: Path, tmp_path: Path) -> None:
    text = CASES["overfitting"].text(healthy=False, seed=2)
    first = trained(text, tables, tmp_path / "a")
    second = trained(text, tables, tmp_path / "b")
    assert (tmp_path / "a" / SIGNALS).read_text() == (tmp_path / "b" / SIGNALS).read_text()
    assert first[2] == second[2]


def test_a_run_that_goes_on_finds_the_same(tables: Path, tmp_path: Path) -> None:
    ready = ready_of(CASES["dead-relu"].text(healthy=False, seed=1), tables)
    whole = tmp_path / "whole"
    model, history, found = watched(ready, whole)
    cut = tmp_path / "cut"
    cut.mkdir()
    lines = (whole / SIGNALS).read_text().splitlines(keepends=True)
    (cut / SIGNALS).write_text("".join(lines[:4]) + lines[4][:40])  # killed in the middle of one
    watch = Watch(model, ready, Folder(cut), Silent())
    watch.resume(history[:5])
    assert (cut / SIGNALS).read_text() == "".join(lines[:4])  # before, after 1, 2 and 4
    assert watch.watcher is not None
    watch.watcher.replay(_rest(whole, history, 6))
    assert watch.end() == found


def test_a_run_goes_on_that_no_epoch_is_kept_of(tables: Path, tmp_path: Path) -> None:
    ready = ready_of(CASES["dead-relu"].text(healthy=False, seed=1), tables)
    model, _, _ = watched(ready, tmp_path)
    watch = Watch(model, ready, Folder(tmp_path), Silent())
    watch.resume([])
    assert [json.loads(line)["epoch"] for line in (
        tmp_path / SIGNALS).read_text().splitlines()] == [0]


def _rest(folder: Path, history: list[dict[str, Any]], begin: int) -> list[Any]:
    from specc.runner.watch import read

    return list(read(Folder(folder), history))[begin:]


@pytest.mark.tensorflow
def test_a_look_is_the_same_compiled_and_eager(tables: Path) -> None:
    from specc.backend.build import build

    ready = ready_of(NOISY, tables)
    model = build(ready.plan, ready.prepared.train.inputs).value
    few = sample(ready.plan, ready.prepared.train)
    eager, compiled = Looker(model, ready.plan, few, 5), Looker(model, ready.plan, few, 500)
    assert (eager.way.compiled, compiled.way.compiled) == (False, True)
    for one, other in zip(flat(eager.look()), flat(compiled.look()), strict=True):
        assert one == other or np.isclose(one, other, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("layer", ['type = "Dense", units = 4', 'type = "LSTM", units = 4'])
def test_a_look_without_gradients_sees_all_else(layer: str, tables: Path) -> None:
    from specc.backend.build import build

    reshape = ('type = "Reshape", target_shape = [4, 1]', layer) if "LSTM" in layer else (layer,)
    text = TEMPLATE.format(**{**PLAIN, "seed": 3, "layers": stack(
        *reshape, 'type = "BatchNormalization"', 'type = "Dense", units = 1, name = "y"')})
    ready = ready_of(text, tables)
    model = build(ready.plan, ready.prepared.train.inputs).value
    looker = Looker(model, ready.plan, sample(ready.plan, ready.prepared.train), 5)
    whole, lean = looker.look(), looker.look(derive=False)
    assert whole.gradient_norm is not None
    assert whole.gradient_norm > 0
    assert lean.gradient_norm is None
    without = replace(whole, weights=tuple(replace(
        one, gradient=None, gradient_norm=None, gradient_most=None) for one in whole.weights))
    for one, other in zip(flat(without), flat(lean), strict=True):
        assert one == other or np.isclose(one, other, rtol=1e-4, atol=1e-6)


def test_an_index_and_a_one_hot_are_the_same_loss(tables: Path) -> None:
    import keras

    ready = ready_of(CASES["loss-at-chance"].text(healthy=True, seed=1).replace(
        'task = "multiclass"', 'task = "multiclass"\nlabels = "index"'), tables)
    assert ready.plan.heads[0].loss.name == "SparseCategoricalCrossentropy"
    few = sample(ready.plan, ready.prepared.train)
    loss, truth = losses(ready.plan, few.targets)["y"]
    assert isinstance(loss, keras.losses.CategoricalCrossentropy)
    predicted = keras.ops.softmax(np.random.default_rng(1).normal(size=(len(few), 3)))
    wanted = keras.losses.SparseCategoricalCrossentropy()(few.targets["y"], predicted)
    assert np.isclose(float(loss(truth, predicted)), float(wanted), rtol=1e-6)


@pytest.mark.parametrize(("asked", "says"), [
    (["--min", "nan"], "rates grow from one above 0"), (["--max", "nan"], "rates grow from"),
    (["--max", "inf"], "--max inf: a rate is a number of float32, 1.2e-38 to 3.4e+38"),
    (["--max", "1e300"], "a number of float32"), (["--max", "3.5e38"], "a number of float32"),
    (["--min", "1e-300"], "a number of float32"), (["--steps", "19"], "20 steps")])
def test_a_range_that_cannot_be_tried_is_said(asked: list[str], says: str,
                                              capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lr", "a.specc.toml", *asked]) == 2
    assert says in capsys.readouterr().err
    assert wrong_range({"low": 1.2e-38, "high": 3.4e38, "steps": 20}) is None


def flat(value: Any) -> list[Any]:
    """All numbers and words of signals, in order."""
    from specc.record import as_dict

    if isinstance(value, dict):
        return [one for each in value.values() for one in flat(each)]
    if isinstance(value, list | tuple):
        return [one for each in value for one in flat(each)]
    return flat(as_dict(value)) if hasattr(value, "__fields__") else [
        0.0 if value is None else value]
