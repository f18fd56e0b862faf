"""What is seen of a search: its journal, read while it grows; a live table, and trials.csv.

Each finished fold is a line of `journal.jsonl`, written by the process that trained it. One
thread of the first process reads it; it trains nothing and draws nothing.
"""

from __future__ import annotations

import json
import math
import sys
import threading
from collections.abc import Mapping
from statistics import fmean, pstdev
from typing import Any

import pandas as pd

from specc.diagnostics import number_of
from specc.record import Record, field
from specc.runner.folder import Folder
from specc.runner.tune.space import Point, key
from specc.runner.tune.study import shown

JOURNAL = "journal.jsonl"
TABLE = "trials.csv"
SHOWN = 20  # rows of the live table
OFTEN = 0.2  # seconds between looks


class Trial(Record, frozen=False):
    """One trial: its number from 1, its point, and what each of its folds gave."""

    number: int
    point: Point
    given: int | None = None  # epochs that halving gave
    scores: dict[int, float] = field(default_factory=dict)
    seconds: float = 0.0
    epochs: list[int] = field(default_factory=list)

    @property
    def mean(self) -> float:
        return fmean(self.scores.values()) if self.scores else math.nan

    @property
    def deviation(self) -> float:
        """Over the folds; 0 for one."""
        finite = all(math.isfinite(one) for one in self.scores.values())
        return pstdev(self.scores.values()) if self.scores and finite else math.nan


class Ledger(Record, frozen=False):
    """All trials of a search, as far as the journal goes."""

    points: list[Point]
    folds: int
    larger: bool
    trials: dict[tuple[str, int | None], Trial] = field(default_factory=dict)
    finished: list[Trial] = field(default_factory=list)

    def add(self, line: Mapping[str, Any]) -> Trial | None:
        """Take in a fold; the trial, if that was its last one."""
        numbers = {key(point): at for at, point in enumerate(self.points, 1)}
        name = (line["point"], line["given"])
        trial = self.trials.get(name)
        if trial is None:
            number = numbers[line["point"]]
            trial = Trial(number, self.points[number - 1], line["given"])
            self.trials[name] = trial
        trial.scores[line["fold"]] = line["score"]
        trial.seconds += line["seconds"]
        trial.epochs.append(line["epochs"])
        if len(trial.scores) < self.folds:
            return None
        self.finished.append(trial)
        return trial

    def ranked(self) -> list[Trial]:
        """Finished trials, the best first; of halving those that got furthest; NaN last.

        Means that differ in their last bits are equal: then the earlier trial is the better.
        """
        def order(trial: Trial) -> tuple[bool, int, float, int]:
            mean = float(f"{trial.mean:.12g}")
            return (not math.isfinite(mean), -(trial.given or 0),
                    -mean if self.larger else mean, trial.number)

        return sorted(self.finished, key=order)

    def said(self, trial: Trial) -> str:
        """The parameters of a trial that are not the same in all trials."""
        same = [name for name in trial.point
                if len({json.dumps(one.get(name), sort_keys=True) for one in self.points}) == 1]
        told = {name: value for name, value in trial.point.items() if name not in same}
        given = "" if trial.given is None else f" ({number_of(trial.given, 'epoch')})"
        return shown(told) + given

    def table(self, objective: str) -> pd.DataFrame:
        """A row a finished trial, in the order of their numbers."""
        ranks = {id(trial): rank for rank, trial in enumerate(self.ranked(), 1)}
        names = list(dict.fromkeys(name for point in self.points for name in point))
        rows = []
        for one in sorted(self.finished, key=lambda trial: (trial.given or 0, trial.number)):
            row: dict[str, Any] = {"trial": one.number, "rank": ranks[id(one)]}
            row |= {name: _cell(one.point.get(name)) for name in names}
            row |= {objective: one.mean, "deviation": one.deviation}
            row |= {f"fold_{at + 1}": one.scores[at] for at in range(self.folds)}
            row |= {"epochs": fmean(one.epochs), "seconds": round(one.seconds, 3)}
            rows.append(row | ({} if one.given is None else {"given_epochs": one.given}))
        columns = ["trial", "rank", *names, objective, "deviation",
                   *(f"fold_{at + 1}" for at in range(self.folds)), "epochs", "seconds"]
        return pd.DataFrame(rows) if rows else pd.DataFrame(columns=columns)


def _cell(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict | list) else value


class Watch:
    """Looks at the journal of a search until it is closed."""

    def __init__(self, folder: Folder, record: Ledger, objective: str, show: bool) -> None:
        self.folder, self.record, self.objective = folder, record, objective
        self._read, self._half = 0, ""
        self._closing = threading.Event()
        self._live: Any = None
        self._show = show
        if show and sys.stderr.isatty():
            from rich.console import Console
            from rich.live import Live

            self._live = Live(console=Console(stderr=True), auto_refresh=False)
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Watch:
        (self.folder / JOURNAL).touch()
        if self._live is not None:
            self._live.start()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._thread.join()
        self._look()
        self._write()
        if self._live is not None:
            self._live.stop()

    def _watch(self) -> None:
        while not self._closing.wait(OFTEN):
            self._look()

    def _look(self) -> None:
        with (self.folder / JOURNAL).open(encoding="utf-8") as file:
            file.seek(self._read)
            text = file.read()
            self._read = file.tell()
        *lines, self._half = (self._half + text).split("\n")
        for line in lines:
            if (trial := self.record.add(json.loads(line))) is not None:
                self._write()
                self._tell(trial)

    def _write(self) -> None:
        table = self.record.table(self.objective)
        self.folder.file(TABLE, lambda path: table.to_csv(path, index=False))

    def _tell(self, trial: Trial) -> None:
        if self._live is not None:
            self._live.update(self._drawn(), refresh=True)
        elif self._show:
            best = self.record.ranked()[0]
            print(f"trial {trial.number}/{len(self.record.points)}  {self.record.said(trial)}  "
                  f"{self.objective} {trial.mean:.5g} ± {trial.deviation:.2g}  "
                  f"{trial.seconds:.1f} s  best {best.mean:.5g} (trial {best.number})",
                  file=sys.stderr, flush=True)

    def _drawn(self) -> Any:
        """The table: the newest trials, the best in bold."""
        from rich.table import Table

        ranked, newest = self.record.ranked(), self.record.finished[-SHOWN:]
        finished = number_of(len(self.record.finished), "trial")
        table = Table(title=f"{finished} of {len(self.record.points)} finished; best "
                      f"{ranked[0].mean:.5g} (trial {ranked[0].number})")
        for name in ("trial", "parameters", self.objective, "deviation", "seconds"):
            table.add_column(name)
        for one in newest:
            table.add_row(str(one.number), self.record.said(one), f"{one.mean:.5g}",
                          f"{one.deviation:.2g}", f"{one.seconds:.1f}",
                          style="bold" if one is ranked[0] else None)
        return table


__all__ = ["JOURNAL", "Ledger", "Trial", "Watch"]
