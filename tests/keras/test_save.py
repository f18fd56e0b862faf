"""Saved models come back in a fresh process and predict the same bits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import plans
import pytest
from plans import chain, graph, layer

from specc.backend.start import start
from specc.diagnostics import SpecError
from specc.ops.component import Component

pytestmark = pytest.mark.keras
start()

from specc.backend.build import build, compile_model  # noqa: E402
from specc.backend.save import evaluate, load, predict, save  # noqa: E402
from specc.backend.train import train  # noqa: E402

HERE = Path(__file__).parent
KINDS = ("sequential", "functional", "subclassed")
NOISE = (("drop", layer("Dropout", rate=0.3)), ("norm", layer("BatchNormalization")))

# one fresh process: plain Keras first, then specc's class, then a whole training again
FRESH = """
import json, sys
folder, tests = sys.argv[1:]
sys.path.insert(0, tests)
import keras, numpy as np, tensorflow as tf
x = np.load(folder + "/x.npy")
found = {}
def bits(array):
    return np.asarray(array).tobytes().hex()
for kind in ("sequential", "functional"):
    model = keras.saving.load_model(f"{folder}/{kind}.keras", safe_mode=True)
    given = model.predict(x, batch_size=1024, verbose=0)
    found[kind] = bits(given if kind == "sequential" else given["price"])
assert not any(name.split(".")[0] == "specc" for name in sys.modules)
import specc.backend.subclassed
model = keras.saving.load_model(f"{folder}/subclassed.keras", safe_mode=True)
found["subclassed"] = bits(model.predict(x, batch_size=1024, verbose=0)["price"])
model = keras.saving.load_model(f"{folder}/words.keras", safe_mode=True)
found["words"] = bits(model.predict(tf.constant([["b"], ["z"]]), verbose=0)["y"])
import plans
from specc.backend.build import build
from specc.backend.train import train
from specc.backend.save import evaluate
plan = plans.plan(plans.mlp(("drop", plans.layer("Dropout", rate=0.3)),
                            ("norm", plans.layer("BatchNormalization"))), epochs=3)
model = build(plan).value
found["history"] = train(model, plan, plans.rows(), plans.rows(100, seed=1)).value.history
found["weights"] = [bits(one) for one in model.get_weights()]
print(json.dumps(found))
"""


def bits(array):
    return np.asarray(array).tobytes().hex()


@pytest.mark.tensorflow  # string lookups inside a model
def test_a_fresh_process_finds_the_same_bits(tmp_path: Path):
    x = plans.rows(100, seed=1).inputs
    np.save(tmp_path / "x.npy", x["x"])
    wanted = {}
    for kind in KINDS:
        plan = plans.plan(plans.mlp(*NOISE), kind=kind, epochs=3)
        model = build(plan).value
        history = train(model, plan, plans.rows(), plans.rows(100, seed=1)).value.history
        save(model, tmp_path / f"{kind}.keras")
        wanted[kind] = bits(predict(model, x)["price"])
        if kind == "functional":
            wanted["history"] = history
            wanted["weights"] = [bits(one) for one in model.get_weights()]
    nodes = chain(("look", layer("StringLookup", output_mode="one_hot")),
                  ("y", layer("Dense", units=1)))
    words = plans.plan(graph(nodes, {"y": "y"}, {"x": (1,)}, dtype="string"), kind="subclassed")
    model = build(words, {"x": np.array([["a"], ["b"], ["b"], ["c"]])}).value
    save(model, tmp_path / "words.keras")
    wanted["words"] = bits(predict(model, {"x": np.array([["b"], ["z"]])})["y"])
    done = subprocess.run([sys.executable, "-c", FRESH, str(tmp_path), str(HERE)],
                          capture_output=True, text=True, timeout=300, check=False,
                          env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"})
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    assert sorted(found) == sorted(wanted)
    for name in wanted:
        assert found[name] == wanted[name], name


@pytest.mark.parametrize("kind", KINDS)
def test_a_reloaded_model_evaluates_the_same(kind, tmp_path: Path):
    checked = plans.rows(100, seed=1)
    plan = plans.plan(plans.mlp(), kind=kind, epochs=1)
    model = build(plan).value
    train(model, plan, plans.rows(), checked)
    save(model, tmp_path / "m.keras")
    again = load(tmp_path / "m.keras").value
    assert evaluate(again, plan, checked) == evaluate(model, plan, checked)
    names = [one.name for one in tmp_path.iterdir()]
    assert names == ["m.keras"]  # nothing is left beside it


def test_a_loss_is_what_the_plan_says_also_after_reloading(tmp_path: Path):
    plan = plans.plan(plans.mlp(), loss="Huber", epochs=1)
    head = plan.heads[0]
    from specc.record import replace
    narrow = replace(head, loss=Component("loss", "Huber", {"delta": 0.1}))
    plan = replace(plan, heads=(narrow,))
    checked = plans.rows(100, seed=1)
    model = build(plan).value
    wanted = evaluate(model, plan, checked)
    save(model, tmp_path / "m.keras")
    again = load(tmp_path / "m.keras").value
    assert compile_model(again, plan).ok
    assert evaluate(again, plan, checked) == wanted


def test_a_broken_file_is_a_diagnostic_and_a_failed_save_leaves_the_old_one(tmp_path: Path):
    file = tmp_path / "m.keras"
    file.write_bytes(b"not a zip")
    (found,) = load(file).diagnostics
    assert found.code == "IR904"
    (missing,) = load(tmp_path / "none.keras").diagnostics
    assert missing.code == "IR904"

    class Broken:
        def save(self, path: Path) -> None:
            Path(path).write_bytes(b"half")
            raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        save(Broken(), file)
    assert file.read_bytes() == b"not a zip"
    assert [one.name for one in tmp_path.iterdir()] == ["m.keras"]


def test_what_keras_has_no_words_for_is_a_diagnostic(tmp_path: Path):
    class Wordless:
        def save(self, path: Path) -> None:
            raise NotImplementedError("Object ELU was created by passing\nnon-serializable ...")

    with pytest.raises(SpecError) as found:
        save(Wordless(), tmp_path / "m.keras")
    assert [one.code for one in found.value.diagnostics] == ["IR917"]
    assert list(tmp_path.iterdir()) == []


def test_a_penalty_on_outputs_is_saved_of_layers_that_do_not_say_their_arguments(tmp_path: Path):
    """Keras keeps what such a layer was given, and has no words for an object."""
    penalty = Component("regularizer", "L2", {"l2": 0.1})
    nodes = chain(("hidden", layer("Dense", units=4)),
                  ("bend", layer("ELU", activity_regularizer=penalty)),
                  ("price", layer("Dense", units=1)))
    plan, rows = plans.plan(graph(nodes, {"price": "price"})), plans.rows(20, seed=1)
    model = build(plan).value
    save(model, tmp_path / "m.keras")
    again = load(tmp_path / "m.keras").value
    assert again.get_layer("bend").activity_regularizer.get_config() == {"l2": pytest.approx(0.1)}
    assert evaluate(again, plan, rows) == evaluate(model, plan, rows)
