"""Every spec that checks clean builds, fits its steps, saves, reloads and predicts the same.

Sixty in the test command; `tox run -e generated` lives 2,000 (`SPECC_GENERATED`), and then every
layer, kind and loss has to occur often enough.
"""

from __future__ import annotations

import os

import pytest

from generated.living import drawn, live_all
from generated.sweep import FULL, counted, short, spread, told
from specc.ops import table
from specc.testing.composing import KINDS, layers
from specc.testing.endings import ENDINGS, losses
from specc.testing.placing import exempt

COUNT = int(os.environ.get("SPECC_GENERATED", "60"))


@pytest.mark.keras
@pytest.mark.slow
def test_every_drawn_spec_lives() -> None:
    lived = sorted(spread(live_all, COUNT), key=lambda one: one.number)
    found = counted(COUNT)
    print(told(lived, found))
    assert [(one.number, one.failed, one.why) for one in lived if one.failed] == []
    assert len(lived) == COUNT
    if COUNT >= FULL:
        assert short(found) == []


def test_two_thousand_hold_everything_often() -> None:
    """What the full sweep is made of, counted without living it."""
    assert short(counted(FULL)) == []


def test_a_number_is_always_the_same_spec() -> None:
    assert [drawn(number) for number in range(30)] == [drawn(number) for number in range(30)]


def test_every_layer_of_the_table_is_drawn_or_refused() -> None:
    """In the table's own words."""
    assert set(layers()) | set(exempt()) == set(table.names("layer"))
    assert set(exempt()) == {"InputLayer", "Lambda", "TFSMLayer", "TorchModuleWrapper", "JaxLayer",
                             "FlaxLayer"}
    print("; ".join(f"{name} {why}" for name, why in exempt().items()))


def test_every_loss_has_an_ending() -> None:
    assert set(ENDINGS) == set(losses())
    assert len(KINDS) == 4
