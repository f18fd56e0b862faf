"""Laws of inference that need no Keras: of what is not known, nothing is said."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from parity.strategies import CASES, Case
from specc.ops import OPS
from specc.ops.arguments import resolve
from specc.ops.component import Component
from specc.ops.op import Entering, Inferred, Misfit, Tensor
from specc.source import Where
from specc.tensor import agree

NO_SIZE = "flatten-after-rnn-none"  # a weight as long as a free length: known, and wrong


def law(count: int) -> Callable[[Callable[[st.DataObject], None]], Callable[[], None]]:
    """A property that is looked at in as many cases."""
    return lambda check: settings(
        max_examples=count, derandomize=True, deadline=None, database=None,
        suppress_health_check=list(HealthCheck), phases=(Phase.generate, Phase.shrink),
    )(given(st.data())(check))


def layer_of(case: Case) -> Component:
    found = resolve("layer", case.tree, Where("x").at).value
    assume(found is not None)
    assert found is not None
    return found


@pytest.mark.parametrize("name", sorted(CASES))
def test_of_an_unknown_shape_nothing_is_refused(name: str) -> None:
    """Whatever the layer, an unknown tensor gives as many unknown tensors as it has results."""

    @law(3)
    def check(data: st.DataObject) -> None:
        case = data.draw(CASES[name])
        layer, unknown = layer_of(case), Tensor(None, None)
        known = case.entering
        given = OPS[name].infer(layer, Entering(
            tuple(unknown for _ in known.args),
            {key: tuple(unknown for _ in value) if isinstance(value, tuple) else unknown
             for key, value in known.named.items()}, case.constants))
        if isinstance(given, Misfit):  # only for what is wrong whatever enters
            assert given.param is not None
        else:
            assert len(given.gives) == OPS[name].results_of(layer, case.constants)

    check()


@pytest.mark.parametrize("name", sorted(CASES))
def test_knowing_less_never_adds_an_error(name: str) -> None:
    """Lengths that are not known, or free: what fitted still fits, and nothing contradicts."""

    @law(10)
    def check(data: st.DataObject) -> None:
        case = data.draw(CASES[name])
        layer = layer_of(case)
        known = OPS[name].infer(layer, case.entering)
        assume(isinstance(known, Inferred))
        assert isinstance(known, Inferred)
        less = case.reshaped([
            tuple(data.draw(st.sampled_from(  # a 1 is more than a length: it may make room
                [dim, dim, None, None if dim == 1 else "free"])) for dim in one)
            for one in case.entered()])
        guess = OPS[name].infer(layer, less.entering)
        if isinstance(guess, Misfit) and guess.slug == NO_SIZE:
            return
        assert isinstance(guess, Inferred), guess
        for a, b in zip(known.gives, guess.gives, strict=True):
            assert a.shape is None or b.shape is None or (
                len(a.shape) == len(b.shape) and all(map(agree, a.shape, b.shape)))
        assert known.flops is None or guess.flops in (known.flops, None)

    check()
