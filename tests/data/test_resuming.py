"""The parts of going on with a run that need no Keras: files, differences, locks, signals."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from specc.cli import main
from specc.diagnostics import SpecError
from specc.pipeline import check_text
from specc.runner import checkpoint
from specc.runner.appended import cut_back, sizes
from specc.runner.checkpoint import Checkpoint, Damaged
from specc.runner.folder import Folder
from specc.runner.interrupt import Interrupts, Stopped
from specc.runner.keeper import heard, told
from specc.runner.lock import locked
from specc.runner.machine import held_to, history_of
from specc.runner.resume import changes, newest
from specc.runner.resume_errors import spec_changed
from specc.runner.verify import differing
from specc.source import Where

SPEC = b"""\
specc = 1
name = "a"
[data]
source = "diabetes"
[inputs.x]
[model]
kind = "sequential"
layers = [{ type = "Dense", units = 1, name = "y" }]
[outputs.y]
task = "regression"
target = "target"
[fit]
epochs = 9
callbacks = [{ type = "CSVLogger", filename = "log.csv" }, { type = "TensorBoard" }]
"""


def arrays() -> dict[str, Any]:
    return {"model/0": np.arange(6, dtype="float32").reshape(2, 3),
            "model/1": np.array(7, dtype="int64"), "optimizer/0": np.zeros((0, 4), dtype="float16"),
            "callbacks/0/best_weights/0": np.array([True, False])}


def kept(epoch: int, run: str = "r") -> Checkpoint:
    return Checkpoint(run, epoch, history=[{"epoch": epoch, "train.loss": float("nan")}],
                      callbacks=[{"wait": 2, "best": 0.1}], files={"log.csv": 12},
                      arrays=arrays())


# -- the file of a checkpoint ---------------------------------------------------------------------


def test_a_checkpoint_comes_back_as_it_was(tmp_path: Path) -> None:
    found = checkpoint.read(checkpoint.write(tmp_path, kept(3)))
    assert (found.run, found.epoch, found.stopped, found.files) == ("r", 3, False, {"log.csv": 12})
    assert found.callbacks == [{"wait": 2, "best": 0.1}]
    assert np.isnan(found.history[0]["train.loss"])
    assert found.arrays.keys() == arrays().keys()
    for name, one in arrays().items():
        assert found.arrays[name].dtype == one.dtype
        assert found.arrays[name].shape == one.shape
        assert found.arrays[name].tobytes() == one.tobytes()


def test_the_two_newest_are_kept(tmp_path: Path) -> None:
    for epoch in (1, 2, 9, 10):
        checkpoint.write(tmp_path, kept(epoch))
    assert [path.name for path in checkpoint.paths(tmp_path)] == [
        "epoch-00000010.checkpoint", "epoch-00000009.checkpoint"]
    (tmp_path / checkpoint.FOLDER / ".half.checkpoint").touch()
    checkpoint.remove(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_torn_or_damaged_file_is_known_wherever_it_is_hurt(tmp_path: Path) -> None:
    path = checkpoint.write(tmp_path, kept(1))
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at])
        with pytest.raises(Damaged):
            checkpoint.read(path)
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 8]) + whole[at + 1:])
        with pytest.raises(Damaged):
            checkpoint.read(path)


def test_the_one_before_a_damaged_one_is_used(tmp_path: Path) -> None:
    checkpoint.write(tmp_path, kept(1))
    newer = checkpoint.write(tmp_path, kept(2))
    newer.write_bytes(newer.read_bytes()[:-5])
    found, refused = checkpoint.newest(tmp_path, "r")
    assert found is not None
    assert found.epoch == 1
    assert [(one.path, one.damaged) for one in refused] == [(newer, True)]
    assert checkpoint.newest(tmp_path, "other")[0] is None


def test_a_checkpoint_that_cannot_be_written_leaves_the_others(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for epoch in (1, 2):
        checkpoint.write(tmp_path, kept(epoch))
    before = sorted(tmp_path.rglob("*"))

    def full(*rest: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        checkpoint.write(tmp_path, kept(3))
    assert sorted(tmp_path.rglob("*")) == before


def test_a_line_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Folder(tmp_path)
    folder.line("a.jsonl", {"epoch": 1})

    def full(*rest: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("specc.runner.folder.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        folder.line("a.jsonl", {"epoch": 2})
    assert (tmp_path / "a.jsonl").read_text() == '{"epoch": 1}\n'


def test_what_was_said_is_kept() -> None:
    one = spec_changed(Where("a.toml", ("fit", "callbacks", 0)), path="p", changes=["x"],
                       advice="do y")
    assert heard(json.loads(json.dumps(told(one)))) == one


def test_files_that_callbacks_add_to_are_cut_back(tmp_path: Path) -> None:
    plan = check_text(SPEC).plan
    assert plan is not None
    (tmp_path / "log.csv").write_text("a\nb\n")
    (tmp_path / "logs" / "train").mkdir(parents=True)
    (tmp_path / "logs" / "train" / "events").write_text("12")
    (tmp_path / "other.csv").write_text("stays")
    before = sizes(tmp_path, plan)
    assert before == {"log.csv": 4, "logs/train/events": 2}
    (tmp_path / "log.csv").write_text("a\nb\nc")
    (tmp_path / "logs" / "train" / "events").write_text("1")
    (tmp_path / "logs" / "train" / "later").write_text("1")
    assert cut_back(tmp_path, plan, before) == ["logs/train/events"]
    assert (tmp_path / "log.csv").read_text() == "a\nb\n"
    assert not (tmp_path / "logs" / "train" / "later").exists()
    assert (tmp_path / "other.csv").read_text() == "stays"


# -- what is no longer the same -------------------------------------------------------------------


def form(**canonical: Any) -> dict[str, Any]:
    return {"hashes": {"all": json.dumps(canonical)}, "canonical": canonical}


def test_changes_are_named_as_the_spec_says_them(tmp_path: Path) -> None:
    plan = check_text(SPEC).plan
    assert plan is not None
    before = form(model={"layers": {"a": {"units": 3}}}, data={"source": {"sha256": "1"}},
                  training={"epochs": 2, "optimizer": {"learning_rate": 0.1}, "seed": 3})
    (tmp_path / "spec.json").write_text(json.dumps(before))
    assert changes(tmp_path, before, plan.spec) == []
    data, spec = changes(tmp_path, form(
        model={"layers": {"a": {"units": 4}}}, data={"source": {"sha256": "2"}},
        training={"epochs": 3, "optimizer": {}, "batch_size": 8}), plan.spec)
    assert (data.code, spec.code) == ("RU113", "RU112")
    assert data.message == f"`diabetes` changed since `{tmp_path}` began"
    assert spec.message.endswith(
        "`model.layers.a.units` was 3, is 4; `fit.batch_size` was not said, is 8; "
        "`fit.epochs` was 2, is 3; `compile.optimizer.learning_rate` was 0.1, is not said; "
        "and 1 more")


@pytest.mark.parametrize("text", ["{", "[]", "{}"])
def test_a_form_that_is_none_is_no_other_spec(text: str, tmp_path: Path) -> None:
    plan = check_text(SPEC).plan
    assert plan is not None
    (tmp_path / "spec.json").write_text(text)
    (found,) = changes(tmp_path, form(), plan.spec)
    assert (found.code, found.message) == (
        "RU105", f"`{tmp_path / 'spec.json'}` cannot be used: it is not what specc wrote")


ENVIRONMENT = {"backend": "tensorflow", "python": "3.11.7", "key": "k", "device": "cpu",
               "versions": {"keras": "3.15.0", "tensorflow": "2.20", "numpy": "2.0", "specc": "1"},
               "threads": {"processors": 2}, "flags": {}, "cpu": {"name": "x"}}


@pytest.mark.parametrize(("change", "says"), [
    ({"backend": "jax"}, "the back end was tensorflow, is jax"),
    ({"versions": {**ENVIRONMENT["versions"], "keras": "3.16"}}, "keras was 3.15.0, is 3.16"),
    ({"versions": {**ENVIRONMENT["versions"], "specc": "2"}}, "specc was 1, is 2"),
    ({"versions": {**ENVIRONMENT["versions"], "tensorflow": "2.21"}}, "tensorflow was 2.20"),
])
def test_other_software_is_refused_unless_it_is_allowed(
        change: dict[str, Any], says: str, tmp_path: Path) -> None:
    folder, now = Folder(tmp_path), {**ENVIRONMENT, **change, "key": "other"}
    folder.json("environment.json", ENVIRONMENT)
    assert held_to(folder, now, inexact=False) == []  # killed before an epoch was kept
    checkpoint.write(tmp_path, kept(1))
    with pytest.raises(SpecError) as raised:
        held_to(folder, now, inexact=False)
    (one,) = raised.value.diagnostics
    assert (one.code, one.severity) == ("RU114", "error")
    assert says in one.message
    (one,) = held_to(folder, now, inexact=True)
    assert (one.code, one.severity) == ("RU115", "warning")
    assert history_of(folder, now) == {**now, "before": [ENVIRONMENT]}


@pytest.mark.parametrize("change", [
    {"python": "3.12.1"}, {"threads": {"processors": 8}}, {"cpu": {"name": "y"}},
    {"versions": {**ENVIRONMENT["versions"], "numpy": "2.1"}}, {"flags": {"XLA_FLAGS": "x"}}])
def test_another_machine_is_only_said(change: dict[str, Any], tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    checkpoint.write(tmp_path, kept(1))
    folder.json("environment.json", ENVIRONMENT)
    (one,) = held_to(folder, {**ENVIRONMENT, **change}, inexact=False)
    assert one.code == "RU115"


@pytest.mark.parametrize("change", [
    {"python": "3.11.9"}, {"versions": {**ENVIRONMENT["versions"], "jax": "0.7"}}])
def test_what_changes_no_bit_is_not_said(change: dict[str, Any], tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.json("environment.json", ENVIRONMENT)
    checkpoint.write(tmp_path, kept(1))
    assert held_to(folder, {**ENVIRONMENT, **change}, inexact=False) == []


# -- which run ------------------------------------------------------------------------------------


def test_the_newest_unfinished_run_is_taken(tmp_path: Path) -> None:
    for name, status in (("a/20260101-000000-1", "interrupted"), ("b/20260103-000000-1", "running"),
                         ("a/20260104-000000-1", "finished"), ("b/20260105-000000-1", None)):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        if status:  # one that was killed before it said what it is cannot go on
            (folder / "spec.json").write_text("{}")
            (folder / "plan.json").write_text("{}")
            (folder / "status.json").write_text(json.dumps({"status": status}))
    assert newest(tmp_path) == tmp_path / "b/20260103-000000-1"


def test_there_may_be_nothing_to_resume(tmp_path: Path,
                                        capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.specc.toml").write_bytes(SPEC)
    out = ["--out", str(tmp_path / "runs")]
    assert main(["run", "--resume", *out]) == 2
    assert "no run is there" in capsys.readouterr().err
    assert main(["run", str(tmp_path), "--resume", *out]) == 2
    assert "RU104" in capsys.readouterr().err
    assert main(["run", str(tmp_path / "a.specc.toml"), "--resume", *out, "--quiet"]) == 2
    assert "no run of `a` is there" in capsys.readouterr().err


@pytest.mark.parametrize("wrong", [
    ["run"], ["run", "a.toml", "--inexact"], ["run", "--verify"],
    ["run", "a.toml", "--verify", "0"], ["run", "a.toml", "--verify", "b.toml"],
    ["run", os.curdir, "--resume", "--set", "seed=1"]])
def test_misuse_is_said(wrong: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(wrong)
    assert ended.value.code == 2


@pytest.mark.parametrize("ignored", [
    ["--out", "elsewhere"], ["--out", "runs"], ["--diagnose", "full"], ["--diagnose", "epoch"],
    ["--inexact"]])
def test_what_means_nothing_with_verify_is_said(ignored: list[str],
                                                capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["run", "a.toml", "--verify", *ignored])
    assert ended.value.code == 2
    assert f"{ignored[0]} means nothing with --verify" in capsys.readouterr().err


# -- one at a time, and signals -------------------------------------------------------------------


def test_a_folder_is_held_by_one_process_and_free_when_it_dies(tmp_path: Path) -> None:
    holder = ("import sys, time; from pathlib import Path; from specc.runner.lock import locked\n"
              "with locked(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)")
    command = [sys.executable, "-c", holder, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(SpecError) as raised, locked(tmp_path):
            pass
        assert [one.code for one in raised.value.diagnostics] == ["RU111"]
        other.kill()
    with locked(tmp_path), pytest.raises(SpecError), locked(tmp_path):  # nor one of this process
        pass


@pytest.mark.skipif(os.name != "posix", reason="signals are sent")
@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_the_first_signal_waits_and_the_second_does_not(
        name: str, code: int, capfd: pytest.CaptureFixture[str]) -> None:
    number, before = getattr(signal, name), signal.getsignal(getattr(signal, name))
    seen = []

    def train(presses: int) -> None:
        with Interrupts() as pressed, pressed.training():
            for _ in range(presses):
                os.kill(os.getpid(), number)
                seen.append(pressed.asked)
            pressed.check()

    for presses in (1, 2):
        with pytest.raises(Stopped) as stopped:
            train(presses)
        assert stopped.value.code == code
    assert seen == [number, number]
    assert capfd.readouterr().err.count("at once") == 2
    assert signal.getsignal(number) is before


@pytest.mark.skipif(os.name != "posix", reason="signals are sent")
def test_outside_training_the_first_signal_ends_the_run() -> None:
    with Interrupts(), pytest.raises(Stopped):
        os.kill(os.getpid(), signal.SIGTERM)


# -- verify ---------------------------------------------------------------------------------------


def test_the_first_epoch_that_differs_is_named_weights_first() -> None:
    one = [{"`a/kernel`": "1"}, {"`a/kernel`": "2", "train.loss": "0.5"},
           {"`a/kernel`": "3", "train.loss": "0.25"}]
    assert differing(one, one) == (0, [])
    other = [one[0], one[1], {"`a/kernel`": "4", "train.loss": "0.26"}]
    assert differing(one, other) == (2, ["`a/kernel`", "`train.loss` is 0.25 and 0.26"])
    assert differing(one, one[:2]) == (2, ["one ended after 2 epochs, the other after 1"])
