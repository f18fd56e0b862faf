"""Going on with a run: the same ends, what is refused, what a full disk and a signal leave."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from forked import COMPARED, Server, ends, server, spec

from specc.cli import main
from specc.diagnostics import SpecError
from specc.pipeline import check_file
from specc.runner import checkpoint, keeper
from specc.runner.lifecycle import Run, run
from specc.runner.progress import Silent
from specc.runner.resume import newest, spec_of

pytestmark = pytest.mark.keras

EPOCHS = 5


class Killed(BaseException):
    """A process that ends here: nothing catches it."""


class KillAfter(Silent):
    """Ends the process after some epochs, or before a step of the run's life."""

    def __init__(self, epochs: int = 99, step: str = "-") -> None:
        self.epochs, self.named = epochs, step

    def epoch(self, epoch: int, logs: Any) -> None:
        if epoch + 1 >= self.epochs:
            raise Killed

    def step(self, text: str) -> None:
        if text.startswith(self.named):
            raise Killed


@pytest.fixture(autouse=True, scope="module")
def _every_epoch() -> Iterator[None]:
    """A checkpoint an epoch; the picture of the graph, which is slow, is not drawn."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keeper, "EVERY", 0.0)
        patch.setattr(keeper, "SHARE", 0.0)
        patch.setattr("specc.runner.pictures.graph", lambda path, plan: path.touch())
        yield


def write_spec(place: Path, **more: Any) -> Path:
    """The spec, over a table of its own."""
    draw = np.random.default_rng(3)
    x = draw.normal(size=(120, 3))
    rows = np.column_stack([x, x @ [1, -2, 0.5] + 0.1 * draw.normal(size=120)])
    np.savetxt(place / "rows.csv", rows, delimiter=",", header="a,b,c,y", comments="")
    text = spec(epochs=EPOCHS, **more).replace('source = "diabetes"', 'source = "rows.csv"')
    path = place / "killed.specc.toml"
    path.write_text(text.replace('target = "target"', 'target = "y"'))
    return path


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The uninterrupted run."""
    place = tmp_path_factory.mktemp("whole")
    return run(check_file(str(write_spec(place))), place / "runs")


@pytest.fixture(scope="module")
def dead(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that was killed in its fourth epoch."""
    place = tmp_path_factory.mktemp("dead")
    with pytest.raises(Killed):
        run(check_file(str(write_spec(place))), place / "runs", KillAfter(4))
    return place


@pytest.fixture
def begun(dead: Path, tmp_path: Path) -> Path:
    """The same of one's own: the spec of it, under `runs` beside it."""
    shutil.copytree(dead, tmp_path / "begun")
    return tmp_path / "begun" / "killed.specc.toml"


def folder_of(path: Path) -> Path:
    return newest(path.parent / "runs")


def resumed(path: Path, progress: Silent | None = None, **more: Any) -> Run:
    return run(check_file(str(path)), path.parent / "runs", progress, resume=True, **more)


def refused(act: Callable[[], Any]) -> tuple[str, str]:
    """The code and the message of the one thing that is said."""
    with pytest.raises(SpecError) as raised:
        act()
    (one,) = raised.value.diagnostics
    return one.code, one.message


def ours(done: Run) -> list[str]:
    return [one.code for one in done.diagnostics if one.code.startswith("RU")]


def differing(one: Run, other: Run) -> list[str]:
    """The names of what is not the same."""
    wrong = [name for name in COMPARED
             if (one.folder / name).read_bytes() != (other.folder / name).read_bytes()]
    pairs = zip(one.model.get_weights(), other.model.get_weights(), strict=True)
    return wrong + ["weights" for a, b in pairs if a.tobytes() != b.tobytes()]


# -- the same ends --------------------------------------------------------------------------------


def test_a_damaged_checkpoint_is_known_and_the_one_before_is_used(begun: Path,
                                                                  whole: Run) -> None:
    folder = folder_of(begun)
    newer, older = checkpoint.paths(folder)
    assert (newer.name, older.name) == ("epoch-00000003.checkpoint", "epoch-00000002.checkpoint")
    data = bytearray(newer.read_bytes())
    data[len(data) // 2] ^= 1
    newer.write_bytes(bytes(data))
    with (folder / "history.jsonl").open("a") as file:
        file.write('{"epoch": 5, "tra')  # torn
    told: list[str] = []
    progress = Silent()
    progress.step = told.append  # type: ignore[method-assign]
    done = resumed(begun, progress)
    assert ours(done) == ["RU116"]
    (said,) = (one.message for one in done.diagnostics if one.code == "RU116")
    assert "the run goes on after epoch 2" in said
    assert told.index(f"warning: {said} [RU116 checkpoint-damaged]") < told.index(
        f"goes on with {folder} after 2 of 5 epochs (2 more have no checkpoint: trained again)")
    assert differing(done, whole) == []
    assert {path.name for path in done.folder.iterdir()} == {
        path.name for path in whole.folder.iterdir()}
    assert refused(lambda: spec_of(folder))[0] == "RU110"  # finished
    assert refused(lambda: resumed(begun))[0] == "RU110"


def interrupt(epoch: int, logs: Any) -> None:
    raise KeyboardInterrupt


def test_that_all_checkpoints_were_damaged_outlives_the_next_interrupt(begun: Path) -> None:
    folder = folder_of(begun)
    for path in checkpoint.paths(folder):
        path.write_bytes(b"junk")
    progress = Silent()
    progress.epoch = interrupt  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        resumed(begun, progress)
    said = [one["code"] for one in json.loads((folder / "status.json").read_text())["diagnostics"]]
    assert said == ["RU116", "RU116"]


def test_epochs_whose_checkpoints_somebody_took_away_are_counted(begun: Path, whole: Run) -> None:
    folder = folder_of(begun)
    shutil.rmtree(folder / "checkpoints")
    told: list[str] = []
    progress = Silent()
    progress.step = told.append  # type: ignore[method-assign]
    assert differing(resumed(begun, progress), whole) == []
    assert (f"goes on with {folder} after 0 of 5 epochs (4 more have no checkpoint: trained again)"
            in told)


@pytest.mark.parametrize("name", ["log.txt", "history.jsonl", "checkpoints"])
def test_what_stands_in_the_way_of_a_file_is_named(name: str, begun: Path) -> None:
    folder = folder_of(begun)
    if name == "checkpoints":
        shutil.rmtree(folder / name)
        (folder / name).write_text("x")
    else:
        (folder / name).unlink()
        (folder / name).mkdir()
    code, message = refused(lambda: resumed(begun))
    assert code == "RU117"
    assert name in message


def test_what_building_warns_of_is_said_once(tmp_path: Path) -> None:
    path = write_spec(tmp_path)
    path.write_text(path.read_text().replace('"sequential"', '"functional"').replace(
        "rate = 0.3", "rate = 0.3, with = { training = true }"))
    for _ in range(2):
        with pytest.raises(Killed):
            run(check_file(str(path)), tmp_path / "runs", KillAfter(step="evaluate"),
                resume=(tmp_path / "runs").exists())
    done = resumed(path)
    assert [one.code for one in done.diagnostics].count("IR910") == 1
    assert (done.folder / "status.json").read_text().count("IR910") == 1


def test_a_run_that_stopped_early_and_died_later_trains_no_more(tmp_path: Path) -> None:
    path = write_spec(tmp_path, patience=1)
    path.write_text(path.read_text().replace("learning_rate = 0.02", "learning_rate = 0.5"))
    alive = run(check_file(str(path)), tmp_path / "alive")
    assert len(alive.history) < EPOCHS
    with pytest.raises(Killed):
        run(check_file(str(path)), tmp_path / "runs", KillAfter(step="evaluate"))
    assert differing(resumed(path), alive) == []  # the best weights came back too


def test_tensorboard_has_each_epoch_once(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_file_loader import EventFileLoader

    path = write_spec(tmp_path)
    path.write_text(path.read_text().replace(
        "callbacks = [", 'callbacks = [\n  { type = "TensorBoard", log_dir = "board" },'))
    with pytest.raises(Killed):
        run(check_file(str(path)), tmp_path / "runs", KillAfter(3))
    files = sorted((resumed(path).folder / "board").rglob("events*"))
    steps = [event.step for file in files if file.parent.name == "validation"
             for event in EventFileLoader(str(file)).Load()
             for value in event.summary.value if value.tag == "epoch_loss"]
    assert sorted(steps) == list(range(EPOCHS))


# -- what is refused, with nothing lost -----------------------------------------------------------


def test_a_changed_spec_is_refused_by_its_keys(begun: Path) -> None:
    folder, text = folder_of(begun), begun.read_text()
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    begun.write_text(text.replace("rate = 0.3", "rate = 0.4").replace("epochs = 5", "epochs = 6"))
    code, message = refused(lambda: resumed(begun))
    assert code == "RU112"
    assert "`model.layers.dropout.rate` was 0.3, is 0.4" in message
    assert "`fit.epochs` was 5, is 6" in message
    assert main(["run", str(begun), "--resume", "--out", str(begun.parent / "runs"),
                 "--quiet"]) == 2
    assert {path: path.read_bytes() for path in before} == before
    checked = spec_of(folder)  # the folder has the spec that it began with
    assert checked.plan is not None
    assert checked.plan.spec.fit.epochs == EPOCHS


def test_changed_data_are_refused(begun: Path) -> None:
    with begun.with_name("rows.csv").open("a") as file:
        file.write("0.1,0.2,0.3,0.4\n")
    code, message = refused(lambda: resumed(begun))
    assert code == "RU113"
    assert message.startswith("`rows.csv` changed since")


def test_other_software_is_refused(begun: Path) -> None:
    file = folder_of(begun) / "environment.json"
    told = json.loads(file.read_text())
    was = {**told, "versions": {**told["versions"], "keras": "3.15.0", "specc": "0.0.9"}}
    for other, says in ((was, "keras was 3.15.0, is "), (was, "specc was 0.0.9, is "),
                        ({**told, "backend": "another"}, "the back end was another, is ")):
        file.write_text(json.dumps(other))
        code, message = refused(lambda: resumed(begun))
        assert code == "RU114"
        assert says in message
        assert json.loads(file.read_text()) == other


def test_the_unfinished_run_of_this_very_spec_is_taken(begun: Path, whole: Run) -> None:
    first, text = folder_of(begun), begun.read_text()
    begun.write_text(text.replace("seed = 11", "seed = 12"))
    with pytest.raises(Killed):
        run(check_file(str(begun)), begun.parent / "runs", KillAfter(step="import Keras"))
    assert folder_of(begun) != first
    begun.write_text(text)
    done = resumed(begun)
    assert done.folder == first
    assert differing(done, whole) == []


# -- disks ----------------------------------------------------------------------------------------


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes, where one may be mounted."""
    place = tmp_path / "disk"
    place.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)],
                          capture_output=True, check=False) if os.name == "posix" else None
    if done is None or done.returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


class Fill(Silent):
    """Fills a disk after an epoch, or before a step."""

    def __init__(self, disk: Path, epoch: int = 99, step: str = "-") -> None:
        self.disk, self.at, self.named = disk, epoch, step

    def fill(self) -> None:
        free = os.statvfs(self.disk)
        (self.disk / "full").write_bytes(b"x" * (free.f_bavail * free.f_frsize))

    def epoch(self, epoch: int, logs: Any) -> None:
        if epoch + 1 == self.at:
            self.fill()

    def step(self, text: str) -> None:
        if text.startswith(self.named):
            self.fill()


@pytest.mark.parametrize(("filled", "kept"), [("epoch", 2), ("step", 5)])
def test_a_full_disk_stops_a_run_that_goes_on_when_there_is_room(
        filled: str, kept: int, disk: Path, tmp_path: Path, whole: Run) -> None:
    path = write_spec(tmp_path)
    filling = Fill(disk, epoch=3) if filled == "epoch" else Fill(disk, step="evaluate")
    code, message = refused(lambda: run(check_file(str(path)), disk, filling))
    assert code == "RU117"
    assert "No space left on device" in message
    assert message.endswith(f"the state after {kept} epochs is kept")
    (disk / "full").unlink()
    done = run(check_file(str(path)), disk, resume=True)
    assert differing(done, whole) == []


def test_a_folder_that_became_read_only_is_said(begun: Path, disk: Path) -> None:
    shutil.copytree(begun.parent / "runs", disk / "runs")
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    for resume in (True, False):
        code, message = refused(lambda how=resume: run(  # type: ignore[misc]
            check_file(str(begun)), disk / "runs", resume=how))
        assert code in ("RU106", "RU117")
        assert "Read-only file system" in message


# -- signals, in processes of their own -----------------------------------------------------------


@pytest.fixture(scope="module")
def forks() -> Iterator[Server]:
    if not hasattr(os, "fork"):
        pytest.skip("needs fork")
    with server() as one:
        yield one


@pytest.mark.parametrize(("signals", "code", "says"), [
    ([["SIGTERM", 2, 0.0]], 143, "a second SIGTERM to stop at once"),
    ([["SIGINT", 2, 0.0], ["SIGINT", 2, 0.01]], 130, "Ctrl-C again to stop at once"),
])
def test_signals_end_a_run_that_can_go_on(signals: list[Any], code: int, says: str, whole: Run,
                                          forks: Server, tmp_path: Path) -> None:
    path = write_spec(tmp_path, batch=8)
    asked = {"spec": path, "out": tmp_path / "runs", "ends": tmp_path / "ends", "every": 60.0}
    assert forks.ask(**asked, signals=signals)["code"] == code
    folder = newest(tmp_path / "runs")
    assert says in (tmp_path / "ends.log").read_text()
    assert json.loads((folder / "status.json").read_text())["status"] == "interrupted"
    assert (folder / "interrupted.keras").is_file()
    rows = len((folder / "history.jsonl").read_text().splitlines())
    if len(signals) == 1:  # the epoch was trained to its end, and kept
        assert checkpoint.paths(folder)[0].name == f"epoch-{rows:08}.checkpoint"
    assert forks.ask(**asked, resume=True)["code"] == 0
    found = ends(tmp_path / "ends")
    assert [name for name in COMPARED
            if found[name] != (whole.folder / name).read_bytes()] == []


# -- twice the same -------------------------------------------------------------------------------


def test_verify_says_that_all_bits_are_the_same_or_which_are_not(
        tmp_path: Path, capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_spec(tmp_path)
    assert main(["run", str(path), "--verify", "2", "--quiet"]) == 0
    assert capsys.readouterr().out == (
        "the same bits twice: 2 epochs, 23 weights of model and optimizer, 5 numbers an epoch\n")

    import specc.backend.train as training

    honest = training.seed_epoch

    def touched(model: Any, seed: int, epoch: int) -> None:
        """Only here, not in the second process: the second epoch begins with another weight."""
        honest(model, seed, epoch)
        if epoch == 1:
            kernel = model.layers[0].kernel
            kernel.assign(kernel * 1.0000002)

    monkeypatch.setattr(training, "seed_epoch", touched)
    assert main(["run", str(path), "--verify", "3", "--quiet"]) == 1
    told = capsys.readouterr().err
    assert "RU118" in told
    assert "epoch 2 came out otherwise the second time: `dense/kernel`" in told


def test_verify_takes_no_fast_in_both_processes(tmp_path: Path,
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    from specc.backend import whole as fast
    from specc.runner import verify

    begin = verify.subprocess.Popen

    def seen(command: list[str], **more: Any) -> Any:
        """The second process, whose question is kept."""
        shutil.copy(command[-2], tmp_path / "asked.json")
        return begin(command, **more)

    def looked(*_: Any) -> None:
        raise AssertionError("the fast way was thought of")

    monkeypatch.setattr(verify.subprocess, "Popen", seen)
    monkeypatch.setattr(fast, "why_not", looked)
    assert main(["run", str(write_spec(tmp_path)), "--verify", "1", "--quiet", "--no-fast"]) == 0
    verify.main(str(tmp_path / "asked.json"), str(tmp_path / "answer.json"))
    assert len(json.loads((tmp_path / "answer.json").read_text())) == 2
