"""`specc` as a whole process, with what it used: exit code, output, CPU seconds, memory."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
STUB = """import os, sys
sys.stderr.write("keras was imported")
sys.stderr.flush()
os._exit(97)
"""
IMPORTED = 97  # the exit code of a process that came to import Keras


@dataclass(frozen=True, slots=True)
class Ran:
    """`cpu`: seconds of user and system time; `memory`: the largest resident set in bytes."""

    code: int
    out: str
    cpu: float
    memory: int


def specc(*arguments: str, folder: Path, text: bytes = b"", seconds: float = 120,
          environment: Mapping[str, str] | None = None) -> Ran:
    """Run one command in a fresh interpreter; stdout and stderr together."""
    path = os.pathsep.join(filter(None, [(environment or {}).get("PYTHONPATH"), str(ROOT)]))
    child = subprocess.Popen(
        [sys.executable, "-m", "specc", *arguments], cwd=folder, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={**os.environ, "NO_COLOR": "1", **(environment or {}), "PYTHONPATH": path})
    assert child.stdin is not None
    assert child.stdout is not None
    timer = threading.Timer(seconds, child.kill)
    timer.start()
    try:
        child.stdin.write(text)
        child.stdin.close()
        out = child.stdout.read().decode("utf-8", "replace")
        child.stdout.close()
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    finally:
        timer.cancel()
    unit = 1 if sys.platform == "darwin" else 1024
    return Ran(child.returncode, out, used.ru_utime + used.ru_stime, used.ru_maxrss * unit)


def without_keras(folder: Path) -> dict[str, str]:
    """An environment in which importing Keras ends the process with `IMPORTED`."""
    stub = folder / "stub" / "keras"
    stub.mkdir(parents=True, exist_ok=True)
    (stub / "__init__.py").write_text(STUB, encoding="utf-8")
    return {"PYTHONPATH": str(stub.parent)}
