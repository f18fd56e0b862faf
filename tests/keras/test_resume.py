"""Going on with a run: what is compared, what is refused, what a full disk leaves."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
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
from specc.runner.lock import locked
from specc.runner.progress import Silent
from specc.runner.resume import newest, spec_of

pytestmark = pytest.mark.keras

EPOCHS = 5


class Killed(BaseException):
    """A process that ends here: nothing catches it."""


class KillAfter(Silent):
    """Ends the process after some epochs, or after a step of the run's life."""

    def __init__(self, epochs: int = 99, step: str = "-") -> None:
        self.epochs, self.named = epochs, step

    def epoch(self, epoch: int, logs: Any) -> None:
        if epoch + 1 >= self.epochs:
            raise Killed

    def step(self, text: str) -> None:
        if text.startswith(self.named):
            raise Killed


@pytest.fixture(autouse=True)
def _every_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "EVERY", 0.0)
    monkeypatch.setattr(keeper, "SHARE", 0.0)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """The spec, over a table of its own."""
    draw = np.random.default_rng(3)
    x = draw.normal(size=(120, 3))
    rows = np.column_stack([x, x @ [1, -2, 0.5] + 0.1 * draw.normal(size=120)])
    np.savetxt(tmp_path / "rows.csv", rows, delimiter=",", header="a,b,c,y", comments="")
    text = spec(epochs=EPOCHS).replace('source = "diabetes"', 'source = "rows.csv"')
    path = tmp_path / "killed.specc.toml"
    path.write_text(text.replace('target = "target"', 'target = "y"'))
    return path


def begun(path: Path, after: int = 3) -> Path:
    """The folder of a run that was killed in an epoch: the checkpoint is of the one before."""
    with pytest.raises(Killed):
        run(check_file(str(path)), path.parent / "runs", KillAfter(after))
    return newest(path.parent / "runs")


def codes(act: Callable[[], Any]) -> list[str]:
    with pytest.raises(SpecError) as raised:
        act()
    return [one.code for one in raised.value.diagnostics]


def resumed(path: Path, **more: Any) -> Run:
    return run(check_file(str(path)), path.parent / "runs", resume=True, **more)


def same(one: Run, other: Run) -> list[str]:
    """The names of what differs."""
    wrong = [name for name in COMPARED
             if (one.folder / name).read_bytes() != (other.folder / name).read_bytes()]
    pairs = zip(one.model.get_weights(), other.model.get_weights(), strict=True)
    return wrong + ["weights" for a, b in pairs if a.tobytes() != b.tobytes()]


# -- the same ends --------------------------------------------------------------------------------


def test_damaged_checkpoints_are_known_and_the_one_before_is_used(written: Path,
                                                                  tmp_path: Path) -> None:
    whole = run(check_file(str(written)), tmp_path / "whole")
    folder = begun(written, 4)
    newer, older = checkpoint.paths(folder)
    assert (newer.name, older.name) == ("epoch-00000003.checkpoint", "epoch-00000002.checkpoint")
    data = bytearray(newer.read_bytes())
    data[len(data) // 2] ^= 1
    newer.write_bytes(bytes(data))
    (folder / "history.jsonl").open("a").write('{"epoch": 4, "tra')  # torn
    told: list[str] = []
    progress = Silent()
    progress.step = told.append  # type: ignore[method-assign]
    done = run(check_file(str(written)), tmp_path / "runs", progress, resume=True)
    assert [one.code for one in done.diagnostics] == ["RU116"]
    assert "after epoch 2" in done.diagnostics[0].message
    assert f"goes on with {folder} after 2 of 5 epochs" in told
    assert same(done, whole) == []
    assert {path.name for path in done.folder.iterdir()} == {
        path.name for path in whole.folder.iterdir()}


@pytest.mark.parametrize("ended", [KillAfter(1), KillAfter(step="evaluate")],
                         ids=["before the first checkpoint", "after the last epoch"])
def test_wherever_it_was_killed_it_goes_on(ended: KillAfter, written: Path,
                                           tmp_path: Path) -> None:
    text = written.read_text().replace("patience = 8", "patience = 1")  # stops before its last
    written.write_text(text.replace("learning_rate = 0.02", "learning_rate = 0.5"))
    whole = run(check_file(str(written)), tmp_path / "whole")
    assert len(whole.history) < EPOCHS
    with pytest.raises(Killed):
        run(check_file(str(written)), tmp_path / "runs", ended)
    done = resumed(written)
    assert same(done, whole) == []


def test_tensorboard_has_each_epoch_once(written: Path, tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_file_loader import EventFileLoader

    text = written.read_text()
    written.write_text(text.replace(
        'callbacks = [', 'callbacks = [\n  { type = "TensorBoard", log_dir = "board" },'))
    begun(written, 3)
    done = resumed(written)
    files = sorted((done.folder / "board").rglob("events*"))
    steps = [event.step for file in files if file.parent.name == "validation"
             for event in EventFileLoader(str(file)).Load()
             for value in event.summary.value if value.tag == "epoch_loss"]
    assert sorted(steps) == list(range(EPOCHS))


# -- what is refused, with nothing lost -----------------------------------------------------------


def test_a_changed_spec_is_refused_by_its_keys(written: Path) -> None:
    folder = begun(written)
    before = (folder / "history.jsonl").read_bytes()
    text = written.read_text()
    written.write_text(text.replace("rate = 0.3", "rate = 0.4").replace("epochs = 5", "epochs = 6"))
    with pytest.raises(SpecError) as raised:
        resumed(written)
    (one,) = raised.value.diagnostics
    assert one.code == "RU112"
    assert "`model.layers.dropout.rate` was 0.3, is 0.4" in one.message
    assert "`fit.epochs` was 5, is 6" in one.message
    assert (folder / "history.jsonl").read_bytes() == before
    assert main(["run", str(written), "--resume", "--out", str(written.parent / "runs"),
                 "--quiet"]) == 2
    checked = spec_of(folder)  # the folder has the spec it began with
    done = run(checked, folder.parent, resume=folder)
    assert len(done.history) == EPOCHS
    assert codes(lambda: spec_of(folder)) == ["RU110"]
    assert codes(lambda: resumed(written)) == ["RU110"]


def test_changed_data_are_refused(written: Path) -> None:
    begun(written)
    rows = written.with_name("rows.csv")
    kept = rows.read_text()
    rows.write_text(kept + "0.1,0.2,0.3,0.4\n")
    assert codes(lambda: resumed(written)) == ["RU113"]
    rows.write_text(kept)
    assert len(resumed(written).history) == EPOCHS


def test_other_software_is_refused_and_another_machine_said(written: Path) -> None:
    folder = begun(written)
    file = folder / "environment.json"
    told = json.loads(file.read_text())
    was = {**told, "versions": {**told["versions"], "keras": "3.15.0", "specc": "0.0.9"},
           "threads": {**told["threads"], "processors": 512}}
    file.write_text(json.dumps(was))
    with pytest.raises(SpecError) as raised:
        resumed(written)
    (one,) = raised.value.diagnostics
    assert one.code == "RU114"
    assert "keras was 3.15.0, is " in one.message
    assert "specc was 0.0.9, is " in one.message
    assert json.loads(file.read_text()) == was
    file.write_text(json.dumps({**told, "backend": "another"}))
    assert codes(lambda: resumed(written)) == ["RU114"]
    file.write_text(json.dumps(was))
    done = resumed(written, inexact=True)
    assert [one.code for one in done.diagnostics] == ["RU115"]
    assert json.loads((done.folder / "environment.json").read_text())["before"] == [was]


def test_two_processes_do_not_share_a_folder(written: Path) -> None:
    folder = begun(written)
    holder = ("import sys, time; from pathlib import Path; from specc.runner.lock import locked\n"
              "with locked(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)")
    with subprocess.Popen([sys.executable, "-c", holder, str(folder)], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        assert codes(lambda: resumed(written)) == ["RU111"]
        other.kill()
    with locked(folder):  # what the dead process held is free
        pass


def test_there_may_be_nothing_to_resume(written: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert codes(lambda: resumed(written)) == ["RU110"]
    out = ["--out", str(written.parent / "runs")]
    assert main(["run", "--resume", *out]) == 2
    assert "no run is there" in capsys.readouterr().err
    assert main(["run", str(written.parent), "--resume", *out]) == 2
    assert "RU104" in capsys.readouterr().err
    for wrong in (["run"], ["run", str(written), "--inexact"], ["run", "--verify"],
                  ["run", str(written.parent), "--resume", "--set", "seed=1"]):
        with pytest.raises(SystemExit) as ended:
            main(wrong)
        assert ended.value.code == 2


# -- disks ----------------------------------------------------------------------------------------


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte, where this may be mounted."""
    place = tmp_path / "disk"
    place.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)],
                          capture_output=True, check=False) if os.name == "posix" else None
    if done is None or done.returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


class Fill(Silent):
    """Fills a disk before an epoch or a step, but for some bytes."""

    def __init__(self, disk: Path, epoch: int = 99, step: str = "-", left: int = 0) -> None:
        self.disk, self.at, self.named, self.left = disk, epoch, step, left

    def fill(self) -> None:
        free = os.statvfs(self.disk)
        with (self.disk / "full").open("wb") as file:
            file.write(b"x" * max(0, free.f_bavail * free.f_frsize - self.left))

    def epoch(self, epoch: int, logs: Any) -> None:
        if epoch + 1 == self.at:
            self.fill()

    def step(self, text: str) -> None:
        if text.startswith(self.named):
            self.fill()


@pytest.mark.parametrize("when", ["epoch", "saving"])
def test_a_full_disk_stops_a_run_that_goes_on_when_there_is_room(
        when: str, written: Path, disk: Path, tmp_path: Path) -> None:
    filling = Fill(disk, epoch=3) if when == "epoch" else Fill(disk, step="evaluate")
    with pytest.raises(SpecError) as raised:
        run(check_file(str(written)), disk, filling)
    (one,) = raised.value.diagnostics
    assert one.code == "RU117"
    assert "No space left on device" in one.message
    assert f"the state after {2 if when == 'epoch' else 5} epochs is kept" in one.message
    (disk / "full").unlink()
    done = run(check_file(str(written)), disk, resume=True)
    assert same(done, run(check_file(str(written)), tmp_path / "whole")) == []


def test_a_folder_that_became_read_only_is_said(written: Path, disk: Path) -> None:
    with pytest.raises(Killed):
        run(check_file(str(written)), disk, KillAfter(3))
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    assert codes(lambda: run(check_file(str(written)), disk, resume=True)) == ["RU106"]
    assert codes(lambda: run(check_file(str(written)), disk)) == ["RU106"]
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    assert len(run(check_file(str(written)), disk, resume=True).history) == EPOCHS


def test_a_line_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from specc.runner.folder import Folder

    folder = Folder(tmp_path)
    folder.line("a.jsonl", {"epoch": 1})

    def full(*rest: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        folder.line("a.jsonl", {"epoch": 2})
    assert (tmp_path / "a.jsonl").read_text() == '{"epoch": 1}\n'


# -- signals, in processes of their own -----------------------------------------------------------


@pytest.fixture(scope="module")
def forks() -> Iterator[Server]:
    if not hasattr(os, "fork"):
        pytest.skip("needs fork")
    with server() as one:
        yield one


@pytest.mark.parametrize(("signals", "code", "says"), [
    ([["SIGINT", 2, 0.0]], 130, "Ctrl-C again to stop at once"),
    ([["SIGTERM", 2, 0.0]], 143, "a second SIGTERM to stop at once"),
    ([["SIGINT", 2, 0.0], ["SIGINT", 2, 0.01]], 130, "interrupted"),
])
def test_signals_end_a_run_that_can_go_on(signals: list[Any], code: int, says: str,
                                          forks: Server, tmp_path: Path) -> None:
    file = tmp_path / "killed.specc.toml"
    file.write_text(spec(epochs=6, batch=2))
    asked = {"spec": file, "out": tmp_path / "runs", "ends": tmp_path / "ends", "every": 60.0}
    assert forks.ask(**asked, signals=signals)["code"] == code
    folder = newest(tmp_path / "runs")
    assert says in (tmp_path / "ends.log").read_text()
    assert json.loads((folder / "status.json").read_text())["status"] == "interrupted"
    assert (folder / "interrupted.keras").is_file()
    rows = len((folder / "history.jsonl").read_text().splitlines())
    if len(signals) == 1:  # the epoch was trained to its end, and kept
        assert checkpoint.paths(folder)[0].name == f"epoch-{rows:08}.checkpoint"
    assert forks.ask(**asked, resume=True)["code"] == 0
    other = tmp_path / "other"
    other.mkdir()
    assert forks.ask(spec=file, out=other / "runs", ends=other / "ends")["code"] == 0
    assert ends(tmp_path / "ends") == ends(other / "ends")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_the_newest_unfinished_run_of_this_very_spec_is_taken(written: Path) -> None:
    first = begun(written)
    text = written.read_text()
    written.write_text(text.replace("seed = 11", "seed = 12"))
    second = begun(written)
    assert newest(written.parent / "runs") == second != first
    written.write_text(text)
    done = resumed(written)
    assert done.folder == first
