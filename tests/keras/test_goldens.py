"""Every spec of this repository gives its golden losses: all of them in one process.

A spec whose data file is not on this machine is skipped, with that reason; one with [golden] and
no golden file fails.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from specc.backend.start import start
from specc.golden import golden_path, table, unused
from specc.pipeline import check_file
from specc.runner import goldens
from specc.runner.data import read_rows

pytestmark = pytest.mark.keras
ROOT = Path(__file__).parents[2]
SPECS = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "specs").rglob("*.specc.*"))
NO_FILE = ("missing-source", "download-failed")  # the data is not on this machine
start()


def test_there_are_specs():
    assert len(SPECS) >= 10


@pytest.mark.parametrize("spec", SPECS)
def test_a_spec_that_trains_has_a_golden(spec):
    plan = check_file(str(ROOT / spec)).plan
    assert plan is not None
    if plan.spec.golden is not None:
        assert golden_path(str(ROOT / spec)).is_file(), goldens.shown(
            golden_path(str(ROOT / spec)), str(ROOT / spec))


@pytest.mark.parametrize("spec", SPECS)
def test_losses_are_golden(spec):
    checked = check_file(str(ROOT / spec))
    assert checked.ok, [one.message for one in checked.errors]
    if checked.plan is None or checked.plan.spec.golden is None:
        pytest.skip("the spec has no [golden]")
    with_rows, ready = read_rows(checked)
    if absent := [one for one in with_rows.errors if one.name in NO_FILE]:
        pytest.skip(absent[0].message)
    assert ready is not None, [one.message for one in with_rows.errors]
    held = goldens.hold(ready)
    assert held.value is not None, [one.message for one in held.diagnostics]
    found = held.value.comparison
    said = "\n".join(one.message for one in held.value.diagnostics)
    assert not held.value.diagnostics, f"{said}\n{table(found.differing) if found else ''}"


def test_no_golden_is_unused():
    assert [one.message for one in unused(ROOT)] == []
