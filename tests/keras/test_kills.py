"""Runs that are killed at random moments end as if nothing had happened, bit for bit.

SPECC_KILLS says how many (3); `tox run -e kills` does fifty. Moments are drawn from a seed:
before the first epoch, in each, and after the last, some soon after the run went on.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from forked import Server, ends, server, spec

pytestmark = [pytest.mark.keras,
              pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")]

KILLS = int(os.environ.get("SPECC_KILLS", "3"))
SEED = 5
AGAIN = 0.4  # how often a run that goes on is killed again


@pytest.fixture(scope="module")
def forks() -> Iterator[Server]:
    with server() as one:
        yield one


@pytest.fixture(scope="module")
def whole(forks: Server, tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Any]:
    """The uninterrupted runs, with a plateau and with a schedule: their ends, their times."""
    found = {}
    for schedule in (False, True):
        place = tmp_path_factory.mktemp("whole")
        (place / "killed.specc.toml").write_text(spec(schedule=schedule))
        told = forks.ask(spec=place / "killed.specc.toml", out=place / "runs",
                         ends=place / "ends")
        assert told["code"] == 0, (place / "ends.log").read_text()
        found[schedule] = ends(place / "ends"), told["times"]
    return found


@pytest.mark.parametrize("number", range(KILLS))
def test_a_killed_run_ends_as_an_uninterrupted_one(number: int, forks: Server,
                                                   whole: dict[bool, Any],
                                                   tmp_path: Path) -> None:
    draw = random.Random(SEED * 1000 + number)
    schedule, every = draw.random() < 0.5, draw.choice([0.0, 0.2, 1.0])
    wanted, times = whole[schedule]
    file = tmp_path / "killed.specc.toml"
    file.write_text(spec(schedule=schedule))
    asked = {"spec": file, "out": tmp_path / "runs", "ends": tmp_path / "ends", "every": every}
    told = forks.ask(**asked, kill=moment(draw, times, 0))
    deaths = [told["rows"]] if told["code"] == -9 else []
    while told["code"] == -9:
        there = bool(list((tmp_path / "runs").glob("*/*/plan.json")))
        had = told["rows"]
        kill = moment(draw, times, had) if draw.random() < AGAIN else None
        told = forks.ask(**asked, resume=there, had=had, kill=kill)
        deaths += [told["rows"]] if told["code"] == -9 else []
    print(f"kill {number}: schedule {schedule}, every {every}, killed after rows {deaths}")
    assert told["code"] == 0, (tmp_path / "ends.log").read_text()
    found = ends(tmp_path / "ends")
    assert [name for name in wanted if found[name] != wanted[name]] == []
    folder, = (one.parent for one in (tmp_path / "runs").glob("*/*/model.keras"))
    assert not (folder / "checkpoints").exists()
    assert list(folder.glob(".*")) == []


def moment(draw: random.Random, times: list[float], had: int) -> dict[str, Any]:
    """After how many rows to kill, and how many seconds later, as a run takes its time."""
    rows = draw.randint(had, len(times) - 2)
    return {"rows": rows, "after": draw.uniform(0, times[rows + 1] - times[rows])}
