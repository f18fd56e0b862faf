"""What Keras takes and cannot run is refused, in words that say the way out, and no more than that.

That it breaks is proved in tests/parity/test_it_breaks.py.
"""

from __future__ import annotations

import pytest

from parity.breaking import BREAKS, RUNS
from specc.ops import OPS
from specc.ops.arguments import resolve
from specc.ops.op import Inferred, Misfit
from specc.source import Where
from specc.testing.layers import Case


def inferred(case: Case) -> Inferred | Misfit:
    layer = resolve("layer", case.tree, Where("x").at).value
    assert layer is not None
    return OPS[case.name].infer(layer, case.entering)


@pytest.mark.parametrize(("case", "param", "said"), BREAKS)
def test_what_breaks_is_refused(case: Case, param: str | None, said: str) -> None:
    found = inferred(case)
    assert isinstance(found, Misfit)
    assert found.param == param
    assert said in found.reason


@pytest.mark.parametrize("case", RUNS)
def test_what_runs_is_not(case: Case) -> None:
    assert isinstance(inferred(case), Inferred)


def test_what_a_lookup_gives_is_whole_but_where_it_is_weighted() -> None:
    words = {"vocabulary": ["a", "b"]}
    for more, dtype in (({}, "int64"), ({"output_mode": "multi_hot"}, "int64"), (
            {"output_mode": "tf_idf", "idf_weights": [0.5, 0.5]}, "float32")):
        for name in ("StringLookup", "TextVectorization"):
            found = inferred(Case(name, {**words, **more}, ((1,),), "string"))
            assert isinstance(found, Inferred)
            assert found.gives[0].dtype == dtype
    turned = inferred(Case("StringLookup", {**words, "invert": True}, ((1,),), "int64"))
    assert isinstance(turned, Inferred)
    assert turned.gives[0].dtype == "string"
