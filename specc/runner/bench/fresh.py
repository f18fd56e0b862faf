"""What only a new process can tell: how long Keras takes to be imported, and how much memory a
process holds that trains and predicts.

    python -m specc.runner.bench.fresh ASKED.json ANSWER.json
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from specc.diagnostics import SpecError
from specc.runner.bench.sides import Side
from specc.runner.bench.wanted import Timer
from specc.runner.bench_errors import process_failed
from specc.source import Where

EPOCHS = 2


def measured(side: Side, timer: Timer) -> dict[str, float]:
    """The figures of one fresh process."""
    with tempfile.TemporaryDirectory() as folder:
        asked, answer = Path(folder) / "asked.json", Path(folder) / "answer.json"
        asked.write_text(json.dumps({"file": side.file, "settings": side.settings, "timer": timer}))
        done = subprocess.run([sys.executable, "-m", __name__, str(asked), str(answer)],
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                              check=False, env=os.environ | {"PYTHONWARNINGS": "ignore"})
        if done.returncode != 0 or not answer.is_file():
            last = done.stderr.strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
            raise SpecError([process_failed(Where(side.file), reason=last[0][:300])])
        found: dict[str, float] = json.loads(answer.read_text())
    return found


def life(file: str, settings: tuple[str, ...], timer: Timer = "wall") -> Mapping[str, float | None]:
    """A short life of a spec in this process, which must not have imported Keras."""
    from specc.runner.bench.sides import begin, model_of, side

    now = time.perf_counter if timer == "wall" else time.process_time
    start = now()
    begin()
    imported = now() - start
    from specc.backend.devices import device_peak
    from specc.runner.bench.measures import epoch_seconds, many

    this = side("this", file, settings)
    model = model_of(this.ready)
    epoch_seconds(model, this.ready, EPOCHS)
    from specc.backend.feed import pack_inputs

    model.predict_on_batch(pack_inputs({name: many(one, 32) for name, one
                                        in this.ready.prepared.train.inputs.items()}))
    return {"import": imported, "memory": peak_memory(), "device_memory": device_peak()}


def peak_memory() -> int | None:
    """Bytes of memory this process held at most; None where the system does not say.

    Linux counts in `ru_maxrss` what the process that started this one held too, so not there.
    """
    try:
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def main(asked: str, answer: str) -> None:
    told: dict[str, Any] = json.loads(Path(asked).read_text())
    found = life(told["file"], tuple(told["settings"]), told["timer"])
    kept = {name: value for name, value in found.items() if value is not None}
    Path(answer).write_text(json.dumps(kept))


if __name__ == "__main__":
    main(*sys.argv[1:])
