"""`specc run` against the same written by hand, in CPU seconds of fresh processes.

    python tests/bench/compare_run.py [ROUNDS]

The two take turns, so that a busy machine is unfair to neither. What counts is user and system
time of the whole child process, imports and everything it writes included. Exit code 1 where
`specc run` takes more than `MOST` times what the script by hand takes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
ROUNDS = 5
MOST = 1.05
COMMANDS = {
    "by hand": [str(ROOT / "tests" / "bench" / "plain_california.py"), "{out}"],
    "specc run": ["-m", "specc", "run", str(ROOT / "specs/california/sequential.specc.toml"),
                  "--quiet", "--out", "{out}"],
}


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of one process, and the bytes it held at most."""

    cpu: float
    wall: float
    memory: int


def cost(command: list[str]) -> Cost:
    """Run a child; what it used, as the system counted. RuntimeError where it fails."""
    begin = time.perf_counter()
    child = subprocess.Popen([sys.executable, *command], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {child.returncode}")
    size = 1 if sys.platform == "darwin" else 1024
    return Cost(used.ru_utime + used.ru_stime, time.perf_counter() - begin, used.ru_maxrss * size)


def measure(rounds: int) -> dict[str, list[Cost]]:
    found: dict[str, list[Cost]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rounds):
            for name, command in COMMANDS.items():
                out = f"{folder}/{name.replace(' ', '-')}-{number}"
                found[name].append(cost([word.format(out=out) for word in command]))
                print(f"{name:10} {found[name][-1].cpu:6.2f} s", file=sys.stderr, flush=True)
    return found


def main() -> int:
    found = measure(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
    cpu = {name: median(one.cpu for one in costs) for name, costs in found.items()}
    print(f"{'':10} {'CPU':>8} {'least':>8} {'most':>8} {'wall':>8} {'memory':>9}")
    for name, costs in found.items():
        print(f"{name:10} {cpu[name]:6.2f} s {min(one.cpu for one in costs):6.2f} s "
              f"{max(one.cpu for one in costs):6.2f} s {median(one.wall for one in costs):6.2f} s "
              f"{median(one.memory for one in costs) / 2**20:5.0f} MiB")
    ratio = cpu["specc run"] / cpu["by hand"]
    print(f"ratio of CPU medians, {len(found['by hand'])} runs each: {ratio:.3f} (at most {MOST})")
    return 0 if ratio <= MOST else 1


if __name__ == "__main__":
    sys.exit(main())
