"""The table of constants that calls take, compared with Keras."""

from __future__ import annotations

import inspect

import pytest

pytestmark = pytest.mark.keras
keras = pytest.importorskip("keras")

from specc.ops import OPS  # noqa: E402
from specc.ops.calls import LAYERS, constants_of  # noqa: E402

# Tensors: no constants of a spec.
NO_CONSTANTS = {"mask", "count_weights"}


def test_every_layer_of_the_table_has_a_record() -> None:
    assert set().union(*LAYERS.values()) <= set(OPS)
    assert len(OPS) > 100


@pytest.mark.parametrize("name", sorted(OPS))
def test_constants_are_those_of_keras(name: str) -> None:
    takes = list(inspect.signature(getattr(keras.layers, name).call).parameters.values())[2:]
    variable = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
    known = {one.name for one in takes if one.kind not in variable}
    assert set(constants_of(name)) == known & set(LAYERS)
    assert known <= {*LAYERS, *NO_CONSTANTS, *OPS[name].calls}


@pytest.mark.parametrize("name", sorted(one for one in OPS if OPS[one].calls))
def test_calls_bear_the_names_of_keras(name: str) -> None:
    """In their order, so that `inputs = { ... }` by keyword is what Keras is given."""
    takes = list(inspect.signature(getattr(keras.layers, name).call).parameters)[1:]
    tensors = [one for one in takes if one in OPS[name].calls]
    assert tensors == list(OPS[name].calls)
