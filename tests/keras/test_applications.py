"""Every model of keras.applications, read back as a spec: the same shapes, the same weights in the
same order, the same output to the last bit.

All forty are slow (`tox run -e applications`, a minute of CPU each at most, 3 GB at the peak) and
print a table; three small ones are in the default run.
"""

from __future__ import annotations

import gc
import math
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import pytest

import specc
from specc.importer import Imported, as_text, import_model
from specc.ir.graph import Graph

pytestmark = pytest.mark.keras

SMALL = ("MobileNet", "MobileNetV3Small", "ResNet50")
ALL = tuple(sorted(name for name in vars(keras.applications) if name[0].isupper()))
Row = tuple[str, int, int, int, int]  # name, layers, parameters, lines unfolded and folded


@pytest.fixture(autouse=True)
def memory() -> Iterator[None]:
    """The models are large: nothing of one is left when the next is built."""
    yield
    keras.backend.clear_session()
    gc.collect()


def imported(model: Any, *, fold: bool) -> Imported:
    done = import_model(model.to_json().encode(), fold=fold)
    assert done.diagnostics == ()
    assert done.value is not None
    assert done.value.checked.errors == ()
    return done.value


def recompiled(spec: Imported) -> Any:
    checked = specc.check_text(as_text(spec.tree, "toml", None).encode())
    assert checked.ok
    return specc.compile(checked)


def numbers(shape: Any) -> tuple[int | None, ...]:
    return tuple(one if isinstance(one, int) else None for one in shape)


def graph_of(spec: Imported) -> Graph:
    assert spec.checked.plan is not None
    return spec.checked.plan.graph


def compare_layers(model: Any, graph: Graph) -> int:
    """Every layer of Keras's against what inference says of it; how many were compared.

    A nested model is the layers that its name begins; a private layer those it was rewritten to.
    """
    nodes = {node.name: node for node in graph.nodes}
    for at, layer in enumerate(model.layers):
        if isinstance(layer, keras.layers.InputLayer):
            assert numbers(graph.inputs[0].tensor.shape) == layer.output.shape
            continue
        inside = [one.name for one in layer.layers if not isinstance(
            one, keras.layers.InputLayer)] if isinstance(layer, keras.Model) else [layer.name]
        names = [name if name in nodes else f"{layer.name}_{name}" for name in inside]
        assert all(name in nodes for name in names), (at, layer.name)
        (given,) = graph.costs[names[-1]].gives
        assert given.shape is not None
        assert numbers(given.shape) == tuple(layer.output.shape), layer.name
        counts = [graph.costs[name].count() for name in names]
        assert None not in counts
        assert sum(one or 0 for one in counts) == layer.count_params(), layer.name
        trainable = sum(graph.costs[name].count(trainable_only=True) or 0 for name in names)
        assert trainable == sum(math.prod(one.shape) for one in layer.trainable_weights), layer.name
    return len(model.layers)


def move(model: Any) -> list[np.ndarray]:
    """The model's own initial weights, every number of them moved a little."""
    draw = np.random.default_rng(0)
    for weight in model.weights:
        if weight.dtype == "float32":
            noise = draw.random(weight.shape, dtype=np.float32)
            weight.assign_add((noise - 0.5) * 0.002)
    return list(model.get_weights())


def batch(model: Any, size: int) -> np.ndarray:
    shape = [one or size for one in model.input_shape[1:]]
    return np.random.default_rng(1).random((1, *shape), dtype=np.float32)


def check(name: str, size: int = 96) -> Row:
    """One model: layers compared, recompiled unfolded and folded."""
    model = getattr(keras.applications, name)(weights=None)
    plain, folded = imported(model, fold=False), imported(model, fold=True)
    layers = compare_layers(model, graph_of(plain))
    shapes = [tuple(one.shape) for one in model.weights]
    weights, x = move(model), batch(model, size)
    wanted = keras.ops.convert_to_numpy(model(x, training=False))
    assert np.isfinite(wanted).all()
    params = model.count_params()
    del model
    for spec in (plain, folded):
        keras.backend.clear_session()
        gc.collect()
        again = recompiled(spec)
        assert [tuple(one.shape) for one in again.weights] == shapes
        again.set_weights(weights)
        given = again(x, training=False)
        (only,) = given.values() if isinstance(given, dict) else (given,)
        assert np.array_equal(keras.ops.convert_to_numpy(only), wanted)
        assert again.count_params() == params
        del again
    lines = [len(as_text(spec.tree, "toml", None).splitlines()) for spec in (plain, folded)]
    return name, layers, params, lines[0], lines[1]


@pytest.mark.parametrize("name", SMALL)
def test_a_small_application_comes_back(name: str) -> None:
    *_, lines = check(name)
    if name == "ResNet50":
        assert lines < 150


@pytest.mark.slow
@pytest.mark.applications
@pytest.mark.parametrize("name", ALL)
def test_an_application_comes_back(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    found, layers, params, plain, folded = check(name)
    with capsys.disabled():
        print(f"{found:20} {layers:5} layers {params:12,} parameters, all equal; "
              f"{plain:5} lines, folded {folded:4}")


def test_there_are_forty() -> None:
    assert len(ALL) == 40
