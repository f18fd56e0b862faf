"""What checking cannot know alone, against the built model: saved parts and learned widths."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

keras = pytest.importorskip("keras")

import numpy as np  # noqa: E402

import specc  # noqa: E402
from specc.backend.build import build  # noqa: E402
from specc.ir.cost import totals  # noqa: E402

pytestmark = pytest.mark.keras

SPEC = """
specc = 1
name = "parts"
[inputs.a]
shape = [6]
[inputs.b]
shape = [4]
[model]
kind = "functional"
layers = [
  { model = "two.keras", name = "two", TRAINED, gives = ["p", "q"], inputs = { b = "b", a = "a" } },
  { type = "Dense", units = 1, name = "y", inputs = "q" },
]
[outputs.y]
task = "regression"
[compile]
optimizer = { type = "Adam", amsgrad = true }
"""


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """A folder with a saved model of two inputs and two outputs."""
    a, b = keras.Input((6,), name="a"), keras.Input((4,), name="b")
    joined = keras.layers.Concatenate()([keras.layers.Dense(3)(a), b])
    normal = keras.layers.BatchNormalization()(joined)
    keras.Model({"a": a, "b": b}, {
        "u": keras.layers.Dense(2, name="u")(normal),
        "v": keras.layers.Dense(5, name="v")(normal)}).save(tmp_path / "two.keras")
    return tmp_path


def count(variables: Any) -> int:
    return sum(math.prod(one.shape) for one in variables if one.shape != ())


@pytest.mark.parametrize("trainable", ["true", "false"])
def test_shapes_and_memory_are_those_of_the_built_model(two: Path, trainable: str) -> None:
    (two / "a.specc.toml").write_text(SPEC.replace("TRAINED", f"trainable = {trainable}"))
    loaded = specc.load(two / "a.specc.toml")
    assert loaded.plan is not None
    graph, model = loaded.plan.graph, specc.compile(loaded)
    assert [one.shape for one in graph.costs["two"].gives] == [("batch", 2), ("batch", 5)]
    sums = totals(graph, loaded.plan.optimizer)
    assert sums.params == model.count_params()
    assert sums.trainable_params == count(model.trainable_variables)
    model.optimizer.build(model.trainable_variables)
    assert sums.optimizer_bytes == 4 * count(model.optimizer.variables)


LOOKUP = """
specc = 1
name = "lookup"
[inputs.x]
shape = [1]
dtype = "int64"
[model]
kind = "functional"
layers = [
  { type = "IntegerLookup", output_mode = "multi_hot", output_shape = [WIDTH], name = "look" },
  { type = "Dense", units = 1, name = "y" },
]
[outputs.y]
task = "regression"
"""


@pytest.mark.tensorflow  # lookups
@pytest.mark.parametrize(("width", "says"), [
    (4, []), (16, ["declared as (batch, 16), but it is (batch, 4)"])])
def test_a_declared_width_is_held_against_what_was_learned(width: int, says: list[str]) -> None:
    """Three numbers, and one for all others."""
    plan = specc.check_text(LOOKUP.replace("WIDTH", str(width)).encode()).plan
    assert plan is not None
    assert plan.graph.costs["y"].count() == width + 1
    done = build(plan, {"x": np.array([[3], [5], [7], [5]])})
    assert [one.message for one in done.diagnostics if one.severity == "error"] == says
    if not says:
        assert done.value.count_params() == width + 1
