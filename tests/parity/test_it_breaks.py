"""What specc refuses and Keras takes breaks in a step of training; what is next to it does not."""

from __future__ import annotations

import warnings

import pytest

from parity.breaking import BREAKS, RUNS
from parity.oracle import call, keras, refusals, symbolic, training, zeros
from specc.backend.objects import make
from specc.ops.arguments import resolve
from specc.source import Where
from specc.testing.layers import Case

pytestmark = [pytest.mark.keras, pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="other back ends cast and pad otherwise")]


def trained(case: Case) -> None:
    """The layer as a step of training calls it, once Keras has taken it."""
    layer = resolve("layer", case.tree, Where("x").at).value
    assert layer is not None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = make(layer)
        call(made, case, symbolic)
    call(made, training(case), zeros(3))


@pytest.mark.parametrize("case", [case for case, _, _ in BREAKS])
def test_it_breaks(case: Case) -> None:
    with pytest.raises(refusals()):
        trained(case)


@pytest.mark.parametrize("case", RUNS)
def test_what_is_next_to_it_runs(case: Case) -> None:
    trained(case)
