"""Shapes that were spoilt: does specc take and refuse what Keras takes and refuses?

A decision agrees when both take the case and give the same, or both refuse it: Keras when the
layer is built, or at the latest when it runs on zeros. The records say where specc is stricter
(`Op.differs`); nothing else may differ, and that no more often than once in a hundred.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from itertools import islice

import pytest

from parity.mutation import mutated
from parity.oracle import breaks, judge, keras
from parity.samples import SWEEP, sample
from specc.ops import OPS
from specc.testing.layers import CASES

pytestmark = pytest.mark.keras

LOOKED = 200 if SWEEP else 6
LEAST = 0.99 if SWEEP else 0.98  # of a few cases one weighs more
AGREED = ("both take it", "both refuse", "Keras refuses later")


@dataclass
class Decisions:
    """What was decided of the spoilt cases of one operator."""

    hows: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    @property
    def all(self) -> int:
        return sum(count for how, count in self.hows.items() if how != "not here")

    @property
    def agreed(self) -> int:
        return sum(self.hows[how] for how in AGREED)


@cache
def decisions(name: str) -> Decisions:
    found = Decisions()
    for number, case in islice(mutated(name), LOOKED):
        verdict = judge(case)
        how: str = verdict.how
        if how == "specc refuses" and verdict.layer is not None:
            how = "Keras refuses later" if breaks(case, verdict.layer) else "stricter"
        found.hows[how] += 1
        if how not in (*AGREED, "not here", *OPS[name].differs):
            found.wrong.append(f"{number}: {how}: {verdict.why}{verdict.refusal}: {case}")
    keras.utils.clear_session(free_memory=False)
    return found


@pytest.mark.parametrize("name", sorted(CASES))
def test_like_keras(name: str) -> None:
    found = decisions(name)
    assert not found.wrong, "\n".join(found.wrong)
    assert found.agreed > 0


def test_decisions_agree() -> None:
    """Over all operators; the figures are shown by `pytest -rP`."""
    hows: Counter[str] = sum((decisions(name).hows for name in CASES), Counter())
    agreed = sum(decisions(name).agreed for name in CASES)
    decided = sum(decisions(name).all for name in CASES)
    print(f"{decided} decisions, {agreed / decided:.2%} agree: {dict(hows)}")
    for name in sorted(CASES):
        found = decisions(name)
        if found.agreed < found.all:
            print(f"{name}: {found.agreed} of {found.all}: {OPS[name].note}")
    assert decided > 0.9 * LOOKED * len(CASES)
    assert agreed / decided >= LEAST


@pytest.mark.skipif(not SWEEP, reason="a few cases show few differences")
@pytest.mark.parametrize("note", sorted({OPS[name].note or "" for name in CASES} - {""}))
def test_no_difference_is_declared_in_vain(note: str) -> None:
    """What records declare in the same words occurs in one of them."""
    names = [name for name in CASES if OPS[name].note == note]
    found = {how for name in names for how in (*sample(name).differs, *decisions(name).hows)}
    assert {how for name in names for how in OPS[name].differs} <= found
