"""Every operator against Keras, on random arguments that fit: shapes, dtypes, masks, weights.

Keras is the oracle (`parity.oracle`). Every parameter of the table takes two values or more. More
configurations: `HYPOTHESIS_PROFILE=sweep`.
"""

from __future__ import annotations

import warnings
from collections import Counter

import pytest

from parity.oracle import compare, keras
from parity.samples import EXEMPT, WANTED, sample, several_values
from specc.ops import OPS, table
from specc.ops.arguments import resolve
from specc.ops.component import Component
from specc.ops.op import Entering, Inferred, Tensor
from specc.source import Where
from specc.testing.layers import CASES, Case

pytestmark = pytest.mark.keras


def test_every_operator_has_a_strategy() -> None:
    assert set(CASES) == set(OPS)
    assert len(OPS) == 135


@pytest.mark.parametrize("name", sorted(CASES))
def test_like_keras(name: str) -> None:
    found = sample(name)
    assert not found.wrong, "\n".join(found.wrong)
    assert found.hows["both take it"] >= WANTED


@pytest.mark.parametrize("name", sorted(CASES))
def test_every_parameter_takes_two_values(name: str) -> None:
    assert not sample(name).few


def test_no_parameter_is_exempt_in_vain() -> None:
    entries = [entry for name in OPS if (entry := table.entry("layer", name))]
    assert set(EXEMPT) <= {key for entry in entries for key in entry.params}


@pytest.mark.parametrize("name", sorted(CASES))
def test_what_differs_is_noted(name: str) -> None:
    """A record says that it differs from Keras where it does, and (in a sweep) nowhere else."""
    op = OPS[name]
    assert sample(name).differs <= set(op.differs)
    assert (op.note is not None) == bool(op.differs)


def test_figures() -> None:
    """Shown by `pytest -rP`."""
    hows: Counter[str] = sum((sample(name).hows for name in CASES), Counter())
    print(f"{len(CASES)} operators, {sum(hows.values())} configurations: {dict(hows)}")
    params = sum(len(several_values(name)) for name in CASES)
    print(f"{params} parameters, each with two values or more")
    assert hows["both take it"] >= WANTED * len(CASES)


MASKED = {
    "Dense": {"units": 3}, "Activation": {"activation": "relu"}, "Dropout": {"rate": 0.5},
    "BatchNormalization": {}, "LayerNormalization": {}, "RMSNormalization": {},
    "UnitNormalization": {}, "Softmax": {}, "PReLU": {}, "Flatten": {}, "Identity": {},
    "Reshape": {"target_shape": [4, 5]}, "Permute": {"dims": [2, 1]},
    "Conv1D": {"filters": 2, "kernel_size": 2}, "MaxPooling1D": {}, "ZeroPadding1D": {},
    "GlobalAveragePooling1D": {}, "GlobalMaxPooling1D": {}, "Rescaling": {"scale": 2.0},
    "LSTM": {"units": 2}, "GRU": {"units": 2, "return_sequences": True},
    "Bidirectional": {"layer": {"type": "LSTM", "units": 2, "return_sequences": True}},
    "TimeDistributed": {"layer": {"type": "Dense", "units": 2}},
    "SpatialDropout1D": {"rate": 0.5}, "Normalization": {}, "Masking": {},
    "EinsumDense": {"equation": "abc,cd->abd", "output_shape": [None, 2]},
}


def test_there_are_masked_layers() -> None:
    assert set(MASKED) <= set(OPS)


@pytest.mark.parametrize("name", sorted(MASKED))
def test_masks_go_where_keras_sends_them(name: str) -> None:
    """Masks that Keras's own Masking layer sets, through a real graph."""
    from specc.backend.objects import make

    layer = resolve("layer", {"type": name, **MASKED[name]}, Where("x").at).value
    assert layer is not None
    ours = OPS[name].infer(layer, Entering((Tensor(("batch", 5, 4), masked=True),)))
    assert isinstance(ours, Inferred)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a mask is lost
        theirs = make(layer)(keras.layers.Masking()(keras.KerasTensor((None, 5, 4))))
    assert ours.gives[0].masked == (getattr(theirs, "_keras_mask", None) is not None)


@pytest.mark.slow
@pytest.mark.parametrize("model", ["MobileNetV2", "ResNet50"])
def test_whole_models(model: str) -> None:
    """Every layer of a published model, with the arguments Keras itself writes down."""
    layers = [one for one in getattr(keras.applications, model)(weights=None).layers
              if type(one).__name__ in OPS]
    assert len(layers) > 100
    for theirs in layers:
        name = type(theirs).__name__
        entry = table.entry("layer", name)
        assert entry is not None
        args = {key: value for key, value in theirs.get_config().items()
                if key in entry.params and not isinstance(value, dict)}
        layer = Component("layer", name, args, table.defaults("layer", name))
        ours = OPS[name].infer(layer, Entering(tuple(
            Tensor(("batch", *one.shape[1:])) for one in keras.tree.flatten(theirs.input))))
        assert isinstance(ours, Inferred)
        assert not list(compare(Case(name, {}), layer, ours, theirs, [theirs.output]))
