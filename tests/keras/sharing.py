"""Trains on four devices that are one CPU, and on one of them; prints what came of it as JSON.

A process of its own, as the number of devices must be said before a back end begins:
`python sharing.py FOLDER`, with `KERAS_BACKEND`. Where Keras's own variables say that there are two
hosts (JAX), each has two of the devices.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

HOSTS = int(os.environ.get("KERAS_DISTRIBUTION_NUM_PROCESSES", "1"))
DEVICES = 4 // HOSTS
if __name__ == "__main__":
    os.environ["XLA_FLAGS"] = f"--xla_force_host_platform_device_count={DEVICES}"

import keras  # noqa: E402
import numpy as np  # noqa: E402

if __name__ == "__main__" and keras.backend.backend() == "tensorflow":
    import tensorflow as tf

    cpu = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(
        cpu, [tf.config.LogicalDeviceConfiguration()] * DEVICES)

from plans import Rows, chain, graph, layer, plan  # noqa: E402

from specc.backend import distribute, save  # noqa: E402
from specc.backend.build import build  # noqa: E402
from specc.backend.train import train  # noqa: E402
from specc.data.spool import Spool, Streamed  # noqa: E402
from specc.ops.component import Component  # noqa: E402
from specc.spec import Fit  # noqa: E402

WIDTH = 8


def rows(count: int, seed: int, *, streamed: bool = False) -> Rows:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(count, WIDTH)).astype("float32")
    y = np.tanh(x[:, :1]).astype("float32")
    weights = {"y": rng.random(count).astype("float32")}
    if not streamed:
        return Rows({"x": x}, {"y": y}, weights)
    spool = Spool(count, WIDTH, "float32")
    spool.put(0, 0, x)
    return Rows({"x": Streamed(spool, np.arange(count), (WIDTH,))}, {"y": y}, weights)


def the_plan(distribute: Any, *, drop: bool = False, batch: int = 100) -> Any:
    between = [("drop", layer("Dropout", rate=0.3))] if drop else []
    made = graph(chain(("norm", layer("Normalization")),
                       ("hidden", layer("Dense", units=6, activation="relu")), *between,
                       ("y", layer("Dense", units=1))), {"y": "y"}, {"x": (WIDTH,)})
    return plan(made, optimizer=Component("optimizer", "Adam", {"learning_rate": 0.01}),
                fit=Fit(epochs=3, batch_size=batch, distribute=distribute))


def trained(distribute: Any, folder: Path, count: int = 1600, *, streamed: bool = False,
            keep: bool = False, **more: Any) -> dict[str, Any]:
    """The history of a run and what it predicts; with `keep` what it then measures, and whether
    its saved model predicts the same bits."""
    made = the_plan(distribute, **more)
    given, judged = rows(count, 1, streamed=streamed), rows(577, 2, streamed=streamed)
    built = build(made, given.inputs)
    if built.value is None:
        return {"refused": [one.name for one in built.diagnostics]}
    model = built.value
    done = train(model, made, given, judged, folder=folder)
    assert done.value is not None, done.diagnostics
    values = save.predict(model, judged.inputs, outputs=["y"])["y"]
    told = {"history": done.value.history, "predicted": values[:5, 0].tolist(),
            "said": [one.name for one in done.diagnostics]}
    if keep:
        save.save(model, folder / "model.keras")
        loaded = save.load(folder / "model.keras", compiled=False).value
        again = save.predict(loaded, judged.inputs, outputs=["y"])["y"]
        told["reloads"] = values.tobytes() == again.tobytes()
        told["measured"] = save.evaluate(model, made, judged)
    return told


def main(folder: Path) -> None:
    share = "data_parallel"
    if HOSTS > 1:
        distribute.join()
        print(json.dumps({"devices": len(distribute.devices()), "four": trained(share, folder)}))
        return
    print(json.dumps({
        "devices": len(distribute.devices()),
        "one": trained(None, folder, keep=True), "four": trained(share, folder, keep=True),
        "streamed": trained(share, folder, streamed=True),
        "one streamed": trained(None, folder, streamed=True),
        "odd": trained(share, folder, 1503, drop=True, keep=True),
        "uneven": trained(share, folder, batch=50),
    }))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
