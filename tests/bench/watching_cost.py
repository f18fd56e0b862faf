"""What watching a training costs: `--diagnose epoch` and `full` beside `off`.

    SPECC_DATA=... python tests/bench/watching_cost.py [ROUNDS] [NAME[=EPOCHS] ...]

Each training has a process of its own, as a command has; they take turns. `fit` is the CPU time
of building and training, imports left out, with watching off. `epoch` and `full` are what the
calls of the watch take, tracing and first calls included, which training pays for where nobody
looks; `more` is by how much `fit` was longer with `epoch`, which two equal trainings differ by as
well. Medians; `full` is measured once. Exit code 1 where `epoch` costs more than a tenth of `fit`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parents[2]
NAMES = ("iris", "dowjones", "digits", "california/sequential", "california/sequential=100",
         "california/functional")
MOST = 0.1
CALLS = ("__init__", "begin", "epoch", "end")


def one(name: str, diagnose: Any) -> dict[str, float]:
    """Seconds of a training in this process."""
    import specc
    from specc.backend.start import start
    from specc.runner import lifecycle, watch
    from specc.runner.data import read_rows
    from specc.runner.folder import Folder
    from specc.runner.interrupt import Interrupts
    from specc.runner.progress import Silent
    from specc.runner.resume import Past

    spec, _, epochs = name.partition("=")
    start()
    file = ROOT / "specs" / f"{spec}.specc.toml"
    _, ready = read_rows(specc.check(str(file), [f"fit.epochs={epochs}"] if epochs else []))
    if ready is None:
        raise SystemExit(f"no rows for {file}: set SPECC_DATA")
    spent = {"watching": 0.0}

    def timed(call: Any) -> Any:
        def whole(*args: Any, **more: Any) -> Any:
            begun = time.process_time()
            try:
                return call(*args, **more)
            finally:
                spent["watching"] += time.process_time() - begun
        return whole

    for key in CALLS:
        setattr(watch.Watch, key, timed(getattr(watch.Watch, key)))
    with tempfile.TemporaryDirectory() as folder, Interrupts() as pressed:
        begun, wall = time.process_time(), time.perf_counter()
        lifecycle.fit(ready, Folder(Path(folder)), Silent(), Past(), pressed, "bench", diagnose)
        return {"fit": time.process_time() - begun, "wall": time.perf_counter() - wall,
                "watching": spent["watching"]}


def main() -> int:
    words = sys.argv[1:]
    if words[:1] == ["--one"]:
        print(json.dumps(one(words[1], words[2])))
        return 0
    rounds = int(words[0]) if words else 3
    costly = False
    print(f"CPU seconds, medians of {rounds} processes each")
    print(f"{'':26} {'fit, off':>9} {'epoch':>7} {'part':>7} {'more':>7} {'full':>7}")
    for name in words[1:] or NAMES:
        found: dict[str, list[dict[str, float]]] = {"off": [], "epoch": [], "full": []}
        for turn in range(rounds):
            for diagnose, several in list(found.items())[:3 if turn == 0 else 2]:
                done = subprocess.run([sys.executable, __file__, "--one", name, diagnose],
                                      check=True, capture_output=True, text=True)
                several.append(json.loads(done.stdout.splitlines()[-1]))
        fit = median(each["fit"] for each in found["off"])
        took = {key: median(each["watching"] for each in several)
                for key, several in found.items()}
        more = median(each["fit"] for each in found["epoch"]) - fit
        costly |= took["epoch"] > MOST * fit
        print(f"{name:26} {fit:9.2f} {took['epoch']:7.3f} {took['epoch'] / fit:7.1%} "
              f"{more / fit:7.1%} {took['full']:7.3f}", flush=True)
    return int(costly)


if __name__ == "__main__":
    sys.exit(main())
