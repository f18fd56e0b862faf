"""The table of benchmarks of the example specs, for docs/benchmarks.md.

    pytest --specc-bench specs --specc-bench-processes=0 --benchmark-timer=time.process_time \\
        --benchmark-json=found.json
    python tests/bench/table_specs.py found.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from specc.runner.bench.shown import shown

COLUMNS = ("build", "first_step", "step", "epoch", "predict_1", "predict_32", "predict_4096")
HEADS = ("", *(name.replace("_", " ") for name in COLUMNS), "rows/s", "twin", "noise")


def by_spec(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The benchmarks of each spec by their figures."""
    found: dict[str, dict[str, Any]] = {}
    for one in document["benchmarks"]:
        told = one["extra_info"]["specc"]
        found.setdefault(told["spec"]["file"], {})[told["figure"]] = one
    return found


def row(file: str, found: dict[str, Any]) -> str:
    middle = {name: one["stats"]["median"] for name, one in found.items()}
    told = {name: one["extra_info"]["specc"] for name, one in found.items()}
    name = file.removeprefix("specs/").removesuffix(".specc.toml")
    cells = [name, *(shown(middle[figure]) for figure in COLUMNS),
             f"{told['epoch']['rows'] / middle['epoch']:,.0f}",
             f"{middle['twin_epoch'] / middle['epoch']:.1f}",
             f"{max(told[figure]['noise'] for figure in ('step', 'epoch')):.0%}"]
    return f"| {' | '.join(cells)} |"


def main(*paths: str) -> None:
    print(f"| {' | '.join(HEADS)} |\n|---|{'---:|' * (len(HEADS) - 1)}")
    for path in paths:
        for file, found in by_spec(json.loads(Path(path).read_text(encoding="utf-8"))).items():
            if found.keys() >= {*COLUMNS, "twin_epoch"}:  # an interrupted run has less of its last
                print(row(file, found))


if __name__ == "__main__":
    main(*sys.argv[1:])
