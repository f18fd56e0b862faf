"""What is measured. A figure is a number of seconds or bytes; less is better for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from specc.record import Record

Unit: TypeAlias = Literal["s", "B"]
Smaller: TypeAlias = Literal["faster", "less"]
Larger: TypeAlias = Literal["slower", "more"]
LATENCIES = (1, 32, 4096)  # rows that are predicted at once


class Figure(Record):
    """`by`: the measure (`specc.runner.bench.measures`) that gives it."""

    name: str
    by: str
    says: str
    unit: Unit = "s"

    @property
    def words(self) -> tuple[Smaller, Larger]:
        """How a smaller and a larger one are called."""
        return ("faster", "slower") if self.unit == "s" else ("less", "more")


FIGURES: Mapping[str, Figure] = {one.name: one for one in (
    Figure("check", "check", "checking the file, without rows"),
    Figure("rows", "rows", "reading, splitting and preparing the rows"),
    Figure("build", "build", "building and compiling the model"),
    Figure("first_step", "first_step", "the first training step, in which the model is compiled"),
    Figure("step", "step", "a training step on one batch"),
    Figure("first_epoch", "epoch", "the first epoch, in which the epoch is compiled"),
    Figure("epoch", "epoch", "an epoch as `specc run` trains, validation included"),
    Figure("twin_epoch", "epoch", "an epoch of the twin, by Keras's `fit`"),
    *(Figure(f"predict_{rows}", "predict", f"predicting {rows:,} row{'s' * (rows > 1)} at once")
      for rows in LATENCIES),
    Figure("import", "fresh", "importing Keras and its back end, in a fresh process"),
    Figure("memory", "fresh", "the most memory of a process that trains and predicts", "B"),
    Figure("device_memory", "fresh", "the same on the accelerator", "B"),
)}
MEASURES = tuple(dict.fromkeys(one.by for one in FIGURES.values()))


def of_measure(name: str) -> tuple[Figure, ...]:
    """The figures that a measure gives."""
    return tuple(one for one in FIGURES.values() if one.by == name)
