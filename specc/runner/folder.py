"""A run's folder: `runs/<name>/<time>-<hash>/`, every file written whole or not at all."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
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

    def line(self, name: str, value: Mapping[str, Any]) -> None:
        """Add one JSON line, on disk when this returns."""
        with (self.path / name).open("a", encoding="utf-8") as file:
            file.write(json.dumps(value) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def read(self, name: str) -> Any:
        return json.loads((self.path / name).read_text(encoding="utf-8"))

    def history(self) -> list[dict[str, Any]]:
        """The finished epochs; a torn last line is no epoch."""
        rows = []
        for line in (self.path / "history.jsonl").read_text(encoding="utf-8").splitlines():
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
