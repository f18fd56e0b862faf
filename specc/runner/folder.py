"""A run's folder: `runs/<name>/<time>-<hash>/`, every file written whole or not at all."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from errno import ENOSPC
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from specc.facts.files import locate_source
from specc.identity import saved_files
from specc.ir.plan import Plan
from specc.record import Record

if TYPE_CHECKING:
    import pandas as pd

MODEL = "model.keras"
PREPARED = "preprocess.json"
HISTORY = "history.jsonl"
SIGNALS = "signals.jsonl"
STATUS = "status.json"
INTERRUPTED = "interrupted.keras"


class Folder(Record):
    """Where the files of one run are."""

    path: Path

    def __truediv__(self, name: str) -> Path:
        return self.path / name

    def text(self, name: str, text: str) -> None:
        """Write a text file, atomically."""
        self.file(name, lambda path: path.write_text(text, encoding="utf-8"))

    def json(self, name: str, value: Any) -> None:
        self.text(name, json.dumps(value, indent=1, allow_nan=True) + "\n")

    def file(self, name: str, write: Callable[[Path], object]) -> None:
        """Let `write` make a file beside the place, then move it there."""
        handle, beside = tempfile.mkstemp(dir=self.path, prefix=".", suffix=Path(name).suffix)
        os.close(handle)
        try:
            write(Path(beside))
            os.chmod(beside, 0o644)
            os.replace(beside, self.path / name)
        finally:
            Path(beside).unlink(missing_ok=True)

    def log(self, text: str, *, dated: bool = True) -> None:
        """Add to log.txt: a line with the time (UTC) before it, or lines as they are."""
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        with (self.path / "log.txt").open("a", encoding="utf-8") as log:
            log.write(f"{stamp} {text}\n" if dated else text)

    def sync(self) -> None:
        """Have every file of the run on the disk."""
        for path in sorted(self.path.rglob("*")):
            if path.is_dir():
                sync_folder(path)
            else:
                synced(path)
        sync_folder(self.path)

    def line(self, name: str, value: Mapping[str, Any], *, sync: bool = True) -> None:
        """Add one JSON line, whole or not at all; on the disk when this returns, with `sync`."""
        text = (json.dumps(value) + "\n").encode()
        with (self.path / name).open("ab", buffering=0) as file:
            size = file.tell()
            try:
                if file.write(text) < len(text):  # the disk is full: what is left says so
                    raise OSError(ENOSPC, os.strerror(ENOSPC), str(self.path / name))
                if sync:
                    os.fsync(file.fileno())
            except OSError:
                file.truncate(size)
                raise

    def sweep(self) -> None:
        """Take away what a process that was killed had begun to write beside a file."""
        for path in self.path.glob(".*"):
            if path.is_file():
                path.unlink(missing_ok=True)

    def read(self, name: str) -> Any:
        return json.loads((self.path / name).read_text(encoding="utf-8"))

    def status(self) -> str | None:
        """`running`, `interrupted`, `finished`; None where it does not say."""
        try:
            told = self.read(STATUS)
        except (OSError, ValueError):
            return None
        return told.get("status") if isinstance(told, dict) else None

    def history(self) -> list[dict[str, Any]]:
        """The finished epochs; a torn last line is no epoch, and without the file there is none."""
        rows: list[dict[str, Any]] = []
        path = self.path / HISTORY
        lines = path.read_text("utf-8", "replace").splitlines() if path.is_file() else []
        for line in lines:
            try:
                row = json.loads(line)
            except json.JSONDecodeError:
                break
            if not isinstance(row, dict):
                break
            rows.append(row)
        return rows


def new(out: Path, name: str, digest: str) -> Folder:
    """A folder of its own for a run that starts now (UTC)."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    number = 0
    while True:
        suffix = f"-{number}" if number else ""
        path = out / name / f"{stamp}-{digest[:8]}{suffix}"
        try:
            path.mkdir(parents=True)
        except FileExistsError:
            number += 1
            continue
        return Folder(path)


def write_csv(table: pd.DataFrame, to: Path | TextIO) -> None:
    """Predictions as csv: with as many digits as tell any two float32 apart."""
    table.to_csv(to, index=False, float_format="%.9g")


def digests(plan: Plan) -> dict[str, str]:
    """The digests of the saved parts that a plan takes weights from, by the names it gives."""
    found = {}
    for name in saved_files(plan):
        path = locate_source(plan.spec, name, plan.spec.where("model"))
        if isinstance(path, str) and os.path.isfile(path):
            found[name] = digest_of(Path(path))
    return found


def digest_of(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    return sha256(path.read_bytes()).hexdigest()


def synced(path: Path) -> None:
    """Have a file's bytes on the disk, whoever wrote them; a file that is not there has none."""
    if path.is_file():
        _fsync(path, os.O_RDWR)


def sync_folder(path: Path) -> None:
    """Have a folder's own entries on the disk, where the system can (Windows does so itself)."""
    if os.name == "posix":
        _fsync(path, os.O_RDONLY)


def _fsync(path: Path, flags: int) -> None:
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
