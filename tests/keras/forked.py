"""The other end of `forks.py`: runs in processes of their own, and how they ended."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SERVER = Path(__file__).with_name("forks.py")
COMPARED = ("history.jsonl", "metrics.json", "predictions.csv", "log.csv", "loss.png")

SPEC = """\
specc = 1
name = "killed"
seed = 11
[data]
source = "diabetes"
split = {{ validation = 0.2, test = 0.2 }}
[inputs.x]
scale = "standard"
[model]
kind = "sequential"
layers = [
  {{ type = "Dense", units = 16, activation = "relu" }},
  {{ type = "BatchNormalization" }},
  {{ type = "Dropout", rate = 0.3 }},
  {{ type = "Dense", units = 1, name = "y" }},
]
[outputs.y]
task = "regression"
target = "target"
scale = "standard"
metrics = ["mae"]
[compile]
optimizer = {{ type = "Adam", learning_rate = {rate} }}
[fit]
epochs = {epochs}
batch_size = {batch}
callbacks = [
  {{ type = "EarlyStopping", patience = {patience}, restore_best_weights = true }},
{callbacks}  {{ type = "ModelCheckpoint", filepath = "best.keras", save_best_only = true }},
  {{ type = "CSVLogger", filename = "log.csv" }},
]
"""
PLATEAU = '  { type = "ReduceLROnPlateau", factor = 0.5, patience = 1, cooldown = 1 },\n'
SCHEDULE = '{ type = "CosineDecay", initial_learning_rate = 0.02, decay_steps = 300 }'


def spec(*, schedule: bool = False, epochs: int = 12, patience: int = 8, batch: int = 8) -> str:
    """A spec with everything that a resumed run could forget."""
    return SPEC.format(rate=SCHEDULE if schedule else 0.02, epochs=epochs, patience=patience,
                       callbacks="" if schedule else PLATEAU, batch=batch)


class Server:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def ask(self, **asked: Any) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(asked, default=str) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer


@contextmanager
def server() -> Iterator[Server]:
    with subprocess.Popen([sys.executable, str(SERVER)], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["ready"]
        try:
            yield Server(process)
        finally:
            process.stdin.close()  # type: ignore[union-attr]
            process.wait(60)


def ends(path: Path) -> dict[str, Any]:
    """All that a run leaves behind and that has to be the same: weights, and files byte for
    byte."""
    told = json.loads(path.read_text())
    folder = Path(told["folder"])
    return {"weights": told["weights"], "said": told["said"],
            **{name: (folder / name).read_bytes() for name in COMPARED}}
