"""What is said where TensorFlow computes a convolution wrongly: no such processor is needed."""

from __future__ import annotations

import numpy as np
import plans
import pytest
from plans import chain, graph, layer

from specc.backend.start import chosen, start
from specc.source import Where

pytestmark = [pytest.mark.keras,
              pytest.mark.skipif(chosen().value != "tensorflow", reason="about TensorFlow")]
start()

from specc.backend import products  # noqa: E402
from specc.backend.build import build  # noqa: E402

DENSE = chain(("y", layer("Dense", units=1)))
CONVOLVED = chain(("wide", layer("Reshape", target_shape=[8, 1])),
                  ("conv", layer("Conv1D", filters=2, kernel_size=2)),
                  ("flat", layer("Flatten")), ("y", layer("Dense", units=1)))
EINSUM = chain(("wide", layer("Reshape", target_shape=[8, 1])),
               ("sum", layer("EinsumDense", equation="axy,xyd->ad", output_shape=[2])),
               ("y", layer("Dense", units=1)))


def found(nodes):
    outcome = build(plans.plan(graph(nodes, {"price": "y"})))
    assert outcome.value is not None, outcome.diagnostics
    return [one.code for one in outcome.diagnostics]


@pytest.fixture
def broken(monkeypatch):
    """A TensorFlow that reads one number beyond what is its own."""
    import tensorflow as tf

    right = tf.nn.conv2d

    def convolve(*args, **kwargs):
        computed = right(*args, **kwargs).numpy()
        computed[-1, -1] = 1.3e36
        return computed

    monkeypatch.setattr(tf.nn, "conv2d", convolve)
    products.wrong_by.cache_clear()
    yield
    monkeypatch.undo()
    products.wrong_by.cache_clear()


def convolved(pictures, kernel, strides, padding):
    """By hand, in float32: right on any processor."""
    assert padding == "VALID"
    down, right = strides
    (high, wide), (_, rows, columns, _) = kernel.shape[:2], pictures.shape
    return np.stack([np.stack([
        (pictures[:, y:y + high, x:x + wide] * kernel[None, ..., 0]).sum(axis=(1, 2))
        for x in range(0, columns - wide + 1, right)], axis=1)
        for y in range(0, rows - high + 1, down)], axis=1)


def test_a_convolution_by_hand_is_right() -> None:
    assert products.error(convolved) < 1e-5


@pytest.mark.parametrize("wrong", [1.3e36, np.nan, np.inf, 1.0])
def test_one_number_that_is_wrong_is_seen(wrong: float) -> None:
    def convolve(*args):
        computed = convolved(*args)
        computed[3, 2] += wrong
        return computed

    assert not products.error(convolve) <= products.ALLOWED


def test_half_precision_is_not_wrong() -> None:
    """As of TensorFlow that was told to compute in bfloat16."""
    import tensorflow as tf

    def halved(one):
        return np.asarray(tf.cast(tf.cast(one, "bfloat16"), "float32"))

    found = products.error(lambda pictures, kernel, *rest: halved(
        convolved(halved(pictures), halved(kernel), *rest)))
    assert 1e-3 < found < products.ALLOWED


def test_what_tensorflow_computes_here_is_asked() -> None:
    """As it is where nothing is replaced; the processor decides which."""
    import tensorflow as tf

    found = products.error(tf.nn.conv2d)
    assert products.wrong_by() == (None if found <= products.ALLOWED else pytest.approx(found))


@pytest.mark.parametrize("nodes", [CONVOLVED, EINSUM], ids=["conv", "einsum"])
def test_a_model_with_such_kernels_is_warned(broken, nodes) -> None:
    assert found(nodes) == ["IR918"]


def test_a_model_without_is_not(broken) -> None:
    assert found(DENSE) == []


@pytest.mark.parametrize("nodes", [CONVOLVED, EINSUM, DENSE], ids=["conv", "einsum", "dense"])
def test_nothing_is_said_where_it_is_right(monkeypatch, nodes) -> None:
    monkeypatch.setattr(products, "wrong_by", lambda: None)
    assert found(nodes) == []


def test_the_message_names_the_way_out(broken) -> None:
    (said,) = products.judged(build(plans.plan(graph(CONVOLVED, {"price": "y"}))).value,
                              Where("a.specc.toml", ("model",)))
    assert "by 1e+36" in said.message
    assert "TF_ENABLE_ONEDNN_OPTS=0" in said.message
    assert said.severity == "warning"
