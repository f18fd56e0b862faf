"""Files that callbacks add to, epoch by epoch: CSVLogger's table, TensorBoard's events.

A checkpoint notes how long they were. Going on from it cuts them back, so that no epoch is in
them twice.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from specc.ir.plan import Plan

ADDS = {"CSVLogger": "filename", "TensorBoard": "log_dir"}


def sizes(folder: Path, plan: Plan) -> dict[str, int]:
    """The size in bytes of every such file, by its path in the run's folder."""
    return {path.relative_to(folder).as_posix(): path.stat().st_size
            for path in files(folder, plan)}


def cut_back(folder: Path, plan: Plan, before: Mapping[str, int]) -> list[str]:
    """Bring the files to the sizes they had; those that were not there go. What is missing of
    them, which nobody can bring back, is returned by name."""
    now = sizes(folder, plan)
    for name, size in now.items():
        if name not in before:
            (folder / name).unlink()
        elif size > before[name]:
            os.truncate(folder / name, before[name])
    return sorted(name for name, size in before.items() if now.get(name, -1) < size)


def files(folder: Path, plan: Plan) -> Iterator[Path]:
    """The files that callbacks of the plan have added to."""
    for one in plan.callbacks:
        key = ADDS.get(one.name)
        if key is None:
            continue
        path = folder / str(one.get(key, "logs"))
        if path.is_file():
            yield path
        elif path.is_dir():
            yield from sorted(inner for inner in path.rglob("*") if inner.is_file())
