"""What a checkpoint costs, of a small and of a middle-sized model with Adam.

    python tests/bench/checkpoint_cost.py
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from specc.backend.start import start

start()

import keras  # noqa: E402

from specc.backend.snapshot import take  # noqa: E402
from specc.runner.checkpoint import Checkpoint, read, write  # noqa: E402

HISTORY = [{"epoch": epoch, "train.loss": 0.1, "val.loss": 0.2} for epoch in range(1, 101)]


def main() -> None:
    for units in ([30, 10], [3000, 3000]):
        hidden = [keras.layers.Dense(width, activation="relu") for width in units]
        model = keras.Sequential([keras.Input((8,)), *hidden, keras.layers.Dense(1)])
        model.compile("adam", "mse")
        model.optimizer.build(model.trainable_variables)
        with tempfile.TemporaryDirectory() as folder:
            walls, cpus = [], []
            for epoch in range(1, 6):
                wall, cpu = time.perf_counter(), time.process_time()
                path = write(Path(folder), Checkpoint("", epoch, history=HISTORY,
                                                      arrays=take(model)))
                walls.append(time.perf_counter() - wall)
                cpus.append(time.process_time() - cpu)
            begun = time.perf_counter()
            read(path)
            print(f"{model.count_params():,} weights, {path.stat().st_size / 1e6:.2f} MB: "
                  f"written in {min(walls) * 1e3:.0f} ms ({min(cpus) * 1e3:.0f} ms of CPU), "
                  f"read in {(time.perf_counter() - begun) * 1e3:.0f} ms")


if __name__ == "__main__":
    main()
