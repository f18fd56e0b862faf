"""`specc` as a whole process, with what it used: exit code, output, CPU seconds, memory."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
STUB = """import os, sys
sys.stderr.write("keras was imported")
sys.stderr.flush()
os._exit(97)
"""
# The largest resident set of a process counts that of the one it was forked from, so a small
# interpreter stands between pytest and the process that is measured.
LAUNCH = """import os, sys
pid = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
_, status, used = os.wait4(pid, 0)
with open(sys.argv[1], "w") as report:
    report.write(f"{os.waitstatus_to_exitcode(status)} {used.ru_utime + used.ru_stime} "
                 f"{used.ru_maxrss}")
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
    with tempfile.NamedTemporaryFile("r") as report:
        launch = [sys.executable, "-I", "-S", "-c", LAUNCH, report.name]
        child = subprocess.Popen(
            [*launch, sys.executable, "-m", "specc", *arguments], cwd=folder,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, "NO_COLOR": "1", **(environment or {}), "PYTHONPATH": path})
        try:
            out, _ = child.communicate(text, timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            raise
        code, cpu, memory = report.read().split()
    unit = 1 if sys.platform == "darwin" else 1024
    return Ran(int(code), out.decode("utf-8", "replace"), float(cpu), int(memory) * unit)


def without_keras(folder: Path) -> dict[str, str]:
    """An environment in which importing Keras ends the process with `IMPORTED`."""
    stub = folder / "stub" / "keras"
    stub.mkdir(parents=True, exist_ok=True)
    (stub / "__init__.py").write_text(STUB, encoding="utf-8")
    return {"PYTHONPATH": str(stub.parent)}
