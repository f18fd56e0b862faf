"""A run is watched: the model looked at, rules asked, findings shown as they come.

Everything that rules see is in `history.jsonl`, a line an epoch, and in `signals.jsonl`, a line a
look; both are on disk when the epoch is over. A run that goes on reads them back, up to where it
goes on, and finds what an uninterrupted one finds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from specc.data.baseline import (
    constants,
    few,
    last_values,
    shares,
    spread_out,
)
from specc.data.sample import sample
from specc.data.text import PADDING, UNKNOWN
from specc.diagnostics import Diagnostic
from specc.health import RULES
from specc.health.rule import Baseline, Ground, Words
from specc.health.schedule import Diagnose, derives, due
from specc.health.signals import Signals, from_json, to_json, without_look
from specc.health.watch import Watcher
from specc.ir.plan import Head
from specc.record import replace
from specc.runner.data import Ready
from specc.runner.errors import loss_not_finite
from specc.runner.folder import SIGNALS, Folder
from specc.runner.progress import Progress

MOST_LOOKS = 20  # of `epoch`: each comes after twice as many epochs as the one before


class Watch:
    """One training, watched. `begin` before the first epoch, `epoch` after each, `end` after the
    last; of a run that goes on, `resume` instead of `begin`."""

    def __init__(self, model: Any, ready: Ready, folder: Folder, progress: Progress,
                 diagnose: Diagnose = "epoch") -> None:
        self.model, self.ready, self.folder, self.progress = model, ready, folder, progress
        self.diagnose, self.epochs = diagnose, ready.plan.spec.fit.epochs
        self.watcher: Watcher | None = None
        self.looker: Any = None
        self.kept: Any = None
        self.broken: tuple[int, float] | None = None  # the epoch, from 0, and its loss
        if diagnose != "off":
            from specc.backend.probe import Kept, Looker

            self.kept = Kept(model, ready.plan, len(ready.prepared.train))
            several = self.epochs if diagnose == "full" else MOST_LOOKS
            known = ground(ready)
            self.looker = Looker(model, ready.plan, sample(ready.plan, ready.prepared.train),
                                 several, known.steps)
            self.watcher = Watcher(ready.plan, known, RULES)

    def begin(self) -> None:
        """Look at the model before training."""
        if self.watcher is not None:
            self.kept.keep()
            self._take(self._look(0, {}))

    def resume(self, history: Sequence[Mapping[str, Any]]) -> None:
        """Go on after the epochs of `history`; what lies beyond them in `signals.jsonl` is of a
        run that did not keep it, and is cut off."""
        if self.watcher is None:
            return
        kept = list(read(self.folder, history))
        if not kept:
            self.begin()
            return
        last = float(history[-1].get("train.loss", 0.0)) if history else 0.0
        if np.isfinite(last):
            self.kept.keep()
        else:  # what that epoch began with, if it was not short, is gone
            self.broken = len(history) - 1, last
        self.folder.text(SIGNALS, "".join(json.dumps(to_json(one)) + "\n" for one in kept
                                          if one.probe is not None))
        self.watcher.replay(kept)

    def epoch(self, number: int, logs: Mapping[str, Any]) -> None:
        """After an epoch (from 0), with its logs in specc's names."""
        if self.watcher is None:
            return
        loss = logs.get("train.loss", 0.0)
        if np.isfinite(loss):
            self.kept.keep()
        else:
            self.broken = number, float(loss)
        ends = self.model.stop_training
        if ends or due(number + 1, self.epochs, self.diagnose, self.looker.pace):
            self._take(self._look(number + 1, logs))
        else:
            self._take(without_look(number + 1, logs))

    def end(self) -> list[Diagnostic]:
        """After training: root causes, each with what it explains."""
        if self.watcher is None:
            return []
        if self.broken is not None:
            found = self._where_it_began(*self.broken)
            self.watcher.say(found)
            self._show([found])
        self._show(self.watcher.close())
        return self.watcher.causes()

    def _look(self, epoch: int, logs: Mapping[str, Any]) -> Signals:
        derive = derives(epoch, self.diagnose, self.looker.pace)
        return Signals(epoch, logs, self.looker.rate(), self.looker.look(derive))

    def _where_it_began(self, number: int, loss: float) -> Diagnostic:
        """The loss that is no number, with the layer that gave the first one that is none."""
        from specc.backend.probe import find

        plan = self.ready.plan
        prepared = self.ready.prepared
        origin = find(self.model, plan, prepared.train, self.kept.values(number, prepared), number)
        where, began = plan.spec.where("compile"), ""
        if origin is not None:
            node = plan.graph.node(origin.layer or "") or next(
                (one for one in plan.graph.nodes if one.layer_name == origin.layer), None)
            where = node.where if node is not None else where
            whose = f"`{origin.layer}` {origin.what}" if origin.layer else (
                f"the loss itself, whose {origin.what}")
            began = f"it began in step {origin.step} of that epoch: {whose}"
        return loss_not_finite(where, epoch=number + 1, value=loss, began=began,
                               advice="a smaller learning rate, scaled inputs, or clipping")

    def _take(self, signals: Signals) -> None:
        assert self.watcher is not None
        if signals.probe is not None:
            self.folder.line(SIGNALS, to_json(signals), sync=False)
        self._show(self.watcher.add(signals))

    def _show(self, found: Iterable[Diagnostic]) -> None:
        for one in found:
            if one.severity == "error" or not self.ready.plan.spec.ignores(one.code, one.name):
                self.progress.step(f"{one.severity}: {one.message} [{one.code} {one.name}]")


def read(folder: Folder, history: Sequence[Mapping[str, Any]]) -> Iterator[Signals]:
    """The signals of the epochs of `history`, and of what was before them; a torn line is none."""
    path = folder / SIGNALS
    looks: dict[int, Mapping[str, Any]] = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
        try:
            tree = json.loads(line)
            looks[tree["epoch"]] = tree
        except (json.JSONDecodeError, KeyError, TypeError):
            break
    if 0 not in looks:
        return
    yield from_json(looks[0], {})
    for row in history:
        epoch, logs = int(row["epoch"]), {key: one for key, one in row.items() if key != "epoch"}
        yield from_json(looks[epoch], logs) if epoch in looks else without_look(epoch, logs)


def ground(ready: Ready) -> Ground:
    """What is known before training: how many rows, and what is reached without a model."""
    plan, prepared = ready.plan, ready.prepared
    train, judged = prepared.train, prepared.validation
    return Ground(
        rows=len(train), judged_rows=0 if judged is None else len(judged),
        steps=-(-len(train) // plan.spec.fit.batch_size),
        baselines={head.name: baseline(ready, head) for head in plan.heads},
        gaps=tuple(name for name, one in train.inputs.items()
                   if isinstance(one, np.ndarray) and one.dtype.kind == "f"
                   and not np.isfinite(one).all()),  # streamed rows are not read for it
        weighted=frozenset(train.weights),
        texts={one.name: words(train.inputs[one.name]) for one in plan.spec.inputs.values()
               if one.text is not None and isinstance(train.inputs.get(one.name), np.ndarray)
               and len(train)})


def words(codes: Any) -> Words:
    """What of a text's codes (n, length) is words; padding stands at the end."""
    count = (codes != PADDING).sum(axis=1)
    return Words(codes.shape[1], float(1 - count.sum() / codes.size),
                 int(np.quantile(count, 0.95, method="higher")),
                 float((codes == UNKNOWN).sum() / max(1, count.sum())))


def baseline(ready: Ready, head: Head) -> Baseline:
    """What an output reaches without a model: learned from the training rows, measured on the
    validation rows, or on the training rows where there are no others."""
    plan, train = ready.plan, ready.prepared.train
    part = "train" if ready.prepared.validation is None else "validation"
    judged = train if ready.prepared.validation is None else ready.prepared.validation
    fit = ready.prepared.preparation.targets[head.name]
    rows, some = few(judged, head), few(train, head)
    truth, learned = judged.targets[head.name][rows], train.targets[head.name][some]
    found = shares(head, train.targets[head.name], len(fit.names) if fit.classes else 0)
    there = shares(head, judged.targets[head.name], len(found))
    made = [(constant.by, _loss(head, truth, spread_out(constant.value, truth, head.labels)),
             _loss(head, learned, spread_out(constant.value, learned, head.labels)))
            for constant in constants(plan, head, learned)]
    by, loss, own = min(made, key=lambda one: one[1], default=("", None, None))
    last = last_values(plan, ready.dataset, head, part)
    return Baseline(
        by, loss, own, max(found) if found else None, max(there) if there else None, found,
        None if last is None else _loss(head, truth, last[rows]))


def _loss(head: Head, truth: Any, values: Any) -> float:
    from specc.backend.measure import measure

    return float(measure(replace(head, metrics=()), truth, values)["loss"])
