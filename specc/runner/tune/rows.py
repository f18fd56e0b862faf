"""The rows a search may see, cut into folds. Test rows are taken out before anything else.

Rows are read once in a process; what a fold's training rows teach is learned once for all trials
that prepare their columns in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import PredefinedSplit, StratifiedKFold

from specc.data import errors as data_errors
from specc.data.folds import fold_parts
from specc.data.learn import Dataset, learn, relearn
from specc.data.split import Index, PartIndex
from specc.diagnostics import Diagnostic, Outcome, SpecError, number_of
from specc.facts.errors import stream_unsuited
from specc.record import Record, replace
from specc.runner import tune_errors as errors
from specc.runner.data import Ready, with_dataset
from specc.runner.tune.space import Point
from specc.runner.tune.study import Study, spec_at
from specc.spec import Spec

NONE = np.empty(0, dtype=np.int64)
HELD = 64  # prepared folds in memory


class Pool(Record):
    """Rows of training and validation, numbered from 0, and the folds as positions in them.

    y (n,): what scikit-learn is told; class numbers if `classes`, else numbers.
    """

    dataset: Dataset
    folds: tuple[tuple[Index, Index], ...]
    y: NDArray[Any]
    classes: bool
    head: str

    @property
    def x(self) -> NDArray[np.int64]:
        """Row numbers (n, 1): what scikit-learn takes for features and gives to the estimator."""
        return np.arange(len(self.y), dtype=np.int64)[:, None]


_POOLS: dict[str, Pool] = {}
_LEARNED: dict[tuple[str, int, str], Dataset] = {}


def without_test(dataset: Dataset) -> Dataset:
    """The dataset as if its test rows did not exist."""
    rows = np.sort(np.concatenate([dataset.parts["train"], dataset.parts["validation"]]))
    parts = {part: np.searchsorted(rows, dataset.parts[part]) for part in ("train", "validation")}

    def taken(arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        return {name: one[rows] for name, one in arrays.items()}

    return replace(dataset, frame=dataset.frame.iloc[rows].reset_index(drop=True),
                   numbers=dataset.numbers[rows], parts={**parts, "test": NONE},
                   inputs=taken(dataset.inputs), answers=taken(dataset.answers),
                   weights=taken(dataset.weights))


def pool_of(study: Study, spec: Spec, dataset: Dataset) -> Outcome[Pool]:
    """The pool of a study, from rows that were read; streamed rows have no folds."""
    if spec.data is not None and spec.data.stream:
        return Outcome(None, (stream_unsuited(spec.where("data", "stream"), what="a search",
                                              instead="search on a part of the rows, in memory"),))
    kept = without_test(dataset)
    head = study.output or next(iter(spec.outputs))
    fit, answers = kept.preparation.targets[head], kept.answers.get(head)
    classes = fit.classes is not None and answers is not None and answers.shape[1:] == (1,)
    y = answers[:, 0] if answers is not None else np.zeros(len(kept.frame))
    folds = _folds(study, spec, kept, y if classes else None)
    if folds.value is None:
        return Outcome(None, folds.diagnostics)
    return Outcome(Pool(kept, tuple(folds.value), y, classes, head))


def _folds(study: Study, spec: Spec, dataset: Dataset,
           codes: NDArray[Any] | None) -> Outcome[list[tuple[Index, Index]]]:
    """Train and held-out rows of each fold.

    One fold is the validation split. Classes are spread evenly, unless the spec splits by groups,
    in an order, or by a column of its own choice; then folds are cut as it splits.
    """
    assert spec.data is not None
    count = len(dataset.frame)
    if study.folds == 1:
        if not len(dataset.parts["validation"]):
            return Outcome(None, (errors.no_validation_rows(spec.where("tune", "folds")),))
        where = np.full(count, -1)
        where[dataset.parts["validation"]] = 0
        return Outcome(list(PredefinedSplit(where).split()))
    own = spec.data.split.group is not None or spec.data.order is not None
    if codes is not None and not own and np.bincount(codes.astype(int)).max() >= study.folds and \
            min(np.unique(codes, return_counts=True)[1]) >= study.folds:
        cut = StratifiedKFold(study.folds, shuffle=True, random_state=study.seed % 2**32)
        return Outcome(list(cut.split(np.zeros((count, 1)), codes)))
    parts = fold_parts(spec, dataset, study.folds)
    if any(not len(one[part]) for one in parts for part in ("train", "validation")):
        reason = f"{number_of(count, 'row')} cannot be cut into {study.folds} folds"
        return Outcome(None, (data_errors.empty_part(spec.where("tune", "folds"), part="a fold",
                                                     reason=reason),))
    return Outcome([(one["train"], one["validation"]) for one in parts])


def hold(study: Study, pool: Pool) -> None:
    """Keep the rows of a study in this process."""
    _POOLS.clear()
    _LEARNED.clear()
    _POOLS[study.key] = pool


def pool(study: Study) -> Pool:
    """The rows of a study: those that are held, else read."""
    if study.key not in _POOLS:
        spec = value(spec_at(study, {}))
        hold(study, value(pool_of(study, spec, value(learn(spec)))))
    return _POOLS[study.key]


def fold_number(pool: Pool, rows: NDArray[Any]) -> int:
    """Which fold is trained on these rows. ValueError for other rows than a fold's."""
    wanted = _digest(rows)
    for number, (train, _) in enumerate(pool.folds):
        if len(train) == len(rows) and _digest(train) == wanted:
            return number
    raise ValueError(f"{len(rows)} rows are the training rows of none of {len(pool.folds)} folds")


def _digest(rows: NDArray[Any]) -> bytes:
    return sha256(np.sort(rows).astype(np.int64).tobytes()).digest()


def ready(study: Study, point: Point, fold: int, held_out: Index | None = None) -> Outcome[Ready]:
    """A trial's plan and arrays for a fold, all of it learned from the fold's training rows.

    held_out: other rows in place of the fold's own held-out ones.
    """
    found = spec_at(study, point)
    if found.value is None or found.errors:
        return Outcome(None, found.diagnostics)
    spec, rows = found.value, pool(study)
    train, validation = rows.folds[fold]
    parts: PartIndex = {"train": train, "test": NONE,
                        "validation": validation if held_out is None else held_out}
    preparing = repr((spec.data, spec.inputs, spec.outputs))
    key = (study.key, fold, preparing)
    if key not in _LEARNED:
        learned = relearn(spec, rows.dataset, parts)
        if learned.value is None:
            return Outcome(None, learned.diagnostics)
        while len(_LEARNED) >= HELD:
            del _LEARNED[next(iter(_LEARNED))]
        _LEARNED[key] = learned.value
    return with_dataset(spec, replace(_LEARNED[key], parts=parts))


def value(outcome: Outcome[Any]) -> Any:
    """The value of an outcome; SpecError where there is none, or an error beside it."""
    if outcome.value is None or outcome.errors:
        raise SpecError(outcome.diagnostics)
    return outcome.value


__all__ = ["Diagnostic", "Pool", "fold_number", "hold", "pool", "pool_of", "ready", "value",
           "without_test"]
