"""TensorFlow, JAX and torch find the same numbers of a spec, from the same initial weights.

`same_numbers.json` holds the first epochs on TensorFlow; `SPECC_UPDATE=1 pytest
tests/keras/test_same_numbers.py` writes it anew there. Models with random layers are left out,
since dropout masks differ between back ends.

Close means 1e-6 of the number an epoch, or of one where it is smaller: a loss near zero is a sum
of terms of that size, which cancel (Poisson), and has no more digits than they. Rounding adds up:
of one spec and processor (AVX-512) the fifth epoch is 2.1e-6 from the file on TensorFlow itself.
"""

from __future__ import annotations

import json
import math
import os
from pathlib import Path

import numpy as np
import plans
import pytest
from plans import layer

import specc
from specc.backend.start import start
from specc.ops.component import Component
from specc.runner.data import read_rows

pytestmark = pytest.mark.keras
start()

import keras  # noqa: E402

from specc.backend.build import build  # noqa: E402
from specc.backend.train import train  # noqa: E402

UPDATE = os.environ.get("SPECC_UPDATE") == "1" and keras.backend.backend() == "tensorflow"
FILE = Path(__file__).with_name("same_numbers.json")
SPECS = Path(__file__).parents[2] / "specs"
CLOSE = 1e-6  # for each epoch
EPOCHS = 5
NAMES = ("breast_cancer", "count", "diabetes", "iris", "multilabel", "wine", "dowjones",
         "california/sequential", "california/functional", "california/subclassed",
         "california/wide_and_deep_aux")
ADAM = Component("optimizer", "Adam", {"learning_rate": 0.003})


def of_spec(name):
    """A plan and its rows; skipped where the data is not at hand."""
    with_rows, ready = read_rows(specc.check(str(SPECS / f"{name}.specc.toml"), {}))
    if ready is None:
        pytest.skip(f"no rows of {name}: {[one.code for one in with_rows.diagnostics]}")
    return ready.plan, ready.prepared.train, ready.prepared.validation


def pictures(count, seed):
    x = np.random.default_rng(seed).random((count, 8, 8, 1)).astype("float32")
    return plans.Rows({"x": x}, {"price": x.mean((1, 2)).astype("float32")})


def series(count, seed):
    x = np.random.default_rng(seed).normal(size=(count, 12, 2)).astype("float32")
    return plans.Rows({"x": x}, {"price": x[:, -1, :1].copy()})


def convolutional():
    nodes = plans.chain(
        ("conv", layer("Conv2D", filters=8, kernel_size=3, padding="same", activation="relu")),
        ("norm", layer("BatchNormalization")), ("pool", layer("MaxPooling2D")),
        ("flat", layer("Flatten")), ("price", layer("Dense", units=1)))
    made = plans.graph(nodes, {"price": "price"}, {"x": (8, 8, 1)})
    return plans.plan(made, optimizer=ADAM, epochs=EPOCHS), pictures(200, 0), pictures(50, 1)


def recurrent():
    nodes = plans.chain(("gru", layer("GRU", units=8, return_sequences=True)),
                        ("lstm", layer("LSTM", units=8)), ("price", layer("Dense", units=1)))
    made = plans.graph(nodes, {"price": "price"}, {"x": (12, 2)})
    return plans.plan(made, optimizer=ADAM, epochs=EPOCHS), series(200, 0), series(50, 1)


MADE = {"convolutional": convolutional, "recurrent": recurrent}


def logged(plan, rows, checked):
    """The history; of several outputs, without the loss of each.

    Keras on TensorFlow counts a smaller last batch as a whole one in it, elsewhere by its rows.
    """
    model = build(plan, rows.inputs).value
    done = train(model, plan, rows, checked, epochs=EPOCHS).value
    return {name: [float(one) for one in values] for name, values in done.history.items()
            if len(plan.heads) == 1 or not (name.endswith(".loss") and name.count(".") == 2)}


def reference():
    return json.loads(FILE.read_text(encoding="utf-8")) if FILE.is_file() else {}


@pytest.mark.parametrize("name", [*NAMES, *MADE])
def test_every_back_end_finds_the_numbers_of_tensorflow(name):
    found = logged(*(MADE[name]() if name in MADE else of_spec(name)))
    if UPDATE:
        kept = dict(sorted((reference() | {name: found}).items()))
        FILE.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    wanted = reference()[name]
    assert found.keys() == wanted.keys()
    far = {key: (epoch + 1, one, other, abs(one - other) / abs(other))
           for key in wanted for epoch, (one, other) in enumerate(zip(found[key], wanted[key],
                                                                      strict=True))
           if not math.isclose(one, other, rel_tol=CLOSE * (epoch + 1), abs_tol=CLOSE)}
    assert not far


def test_the_reference_names_what_is_tested():
    assert set(reference()) == {*NAMES, *MADE}
