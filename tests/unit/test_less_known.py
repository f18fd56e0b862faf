"""Laws of inference that need no Keras: of what is not known, nothing is said."""

from __future__ import annotations

from random import Random

import pytest

from specc.ops import OPS
from specc.ops.arguments import resolve
from specc.ops.component import Component
from specc.ops.op import Entering, Inferred, Misfit, Tensor
from specc.source import Where
from specc.tensor import Dim, agree
from specc.testing.layers import CASES, Case, first

FREE = "free length"  # where a number is wanted: that is known, and wrong
UNKNOWN = Tensor(None, None)


def layer_of(case: Case) -> Component:
    found = resolve("layer", case.tree, Where("x").at).value
    assert found is not None, case
    return found


@pytest.mark.parametrize("name", sorted(CASES))
def test_of_an_unknown_shape_nothing_is_refused(name: str) -> None:
    """Whatever the layer, an unknown tensor gives as many unknown tensors as it has results."""
    for case in first(name, 5):
        layer, known = layer_of(case), case.entering
        given = OPS[name].infer(layer, Entering(
            tuple(UNKNOWN for _ in known.args),
            {key: tuple(UNKNOWN for _ in value) if isinstance(value, tuple) else UNKNOWN
             for key, value in known.named.items()}, case.constants))
        if isinstance(given, Misfit):  # only for what is wrong whatever enters
            assert given.param is not None
        else:
            assert len(given.gives) == OPS[name].results_of(layer, case.constants)


@pytest.mark.parametrize("name", sorted(CASES))
def test_knowing_less_never_adds_an_error(name: str) -> None:
    """Lengths that are not known, or free: what fitted still fits, and nothing contradicts."""
    random = Random(name)
    looked = 0
    for case in first(name, 20):
        layer = layer_of(case)
        known = OPS[name].infer(layer, case.entering)
        less = case.reshaped([tuple(less_known(dim, random) for dim in one)
                              for one in case.entered()])
        guess = OPS[name].infer(layer, less.entering)
        if isinstance(known, Misfit) or (isinstance(guess, Misfit) and FREE in guess.reason):
            continue
        assert isinstance(guess, Inferred), guess
        looked += 1
        for a, b in zip(known.gives, guess.gives, strict=True):
            assert a.shape is None or b.shape is None or (
                len(a.shape) == len(b.shape) and all(map(agree, a.shape, b.shape)))
        assert known.flops is None or guess.flops in (known.flops, None)
    assert looked > 1


def less_known(dim: Dim, random: Random) -> Dim:
    """The dimension, or one of which less is known. A 1 is more than a length: it may make room
    for another, so it does not become a name."""
    return random.choice([dim, dim, None, None if dim == 1 else "free"])
