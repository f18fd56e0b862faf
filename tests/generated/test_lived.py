"""Every spec that checks clean builds, fits its steps, saves, reloads and predicts the same.

Sixty in the test command; `tox run -e generated` lives 2,000 (`SPECC_GENERATED`), and then every
layer, kind and loss has to occur often enough.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

import pytest

from generated import sweep
from generated.living import drawn, live_all
from generated.sweep import FULL, counted, heeded, short, spread, told
from specc.ops import table
from specc.testing.composing import KINDS, layers
from specc.testing.endings import ENDINGS, losses
from specc.testing.placing import exempt

COUNT = int(os.environ.get("SPECC_GENERATED", "60"))


@pytest.mark.keras
@pytest.mark.slow
def test_every_drawn_spec_lives() -> None:
    with heeded():
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


def _ends(numbers: Sequence[int]) -> list[int]:
    """What a task of a process that dies does."""
    if 45 in numbers:
        os._exit(3)
    return list(numbers)


def test_numbers_come_whole_through_processes_that_are_renewed(
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "TASKS", 1)  # two tasks of 20 for both, then new ones
    assert sorted(spread(list, 70, 10)) == list(range(10, 70))


def test_a_process_that_dies_is_said_at_once() -> None:
    with pytest.raises(RuntimeError, match=r"a process died in one of .*range\(40, 60\)"):
        list(spread(_ends, 80))


@pytest.mark.parametrize("before", [None, "1"])
def test_without_onednn_where_it_computes_wrongly(
        before: str | None, monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv(sweep.SWITCH, raising=False)
    if before is not None:
        monkeypatch.setenv(sweep.SWITCH, before)
    monkeypatch.setattr(sweep, "_wrong_by", _wrong)
    with heeded():
        assert list(spread(_switches, 1)) == ["0"]
    assert os.environ.get(sweep.SWITCH) == before
    assert "wrong by 1e+36" in capsys.readouterr().out


def _wrong() -> float:
    return 1.3e36


def _switches(numbers: Sequence[int]) -> list[str | None]:
    """How the process was started."""
    return [os.environ.get(sweep.SWITCH) for _ in numbers]
