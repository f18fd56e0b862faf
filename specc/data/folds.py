"""Cross-validation: the rows of train and validation cut into folds, test left alone."""

from __future__ import annotations

import numpy as np

from specc.data import errors
from specc.data.learn import Dataset, relearn
from specc.data.order import permutation
from specc.data.split import Index, PartIndex, first_seen
from specc.data.table import cells
from specc.diagnostics import Outcome
from specc.spec import Spec


def fold_parts(spec: Spec, dataset: Dataset, folds: int) -> list[PartIndex]:
    """Train and validation of each fold, by the spec's own way of splitting.

    In an order: the rows are cut into `folds` + 1 stretches, each fold is validated on a stretch
    and trained on all before it. Else every row is validated once; groups stay whole, and classes
    are spread if the split is stratified.
    """
    assert spec.data is not None
    rows = np.sort(np.concatenate([dataset.parts["train"], dataset.parts["validation"]]))
    test = dataset.parts["test"]
    if spec.data.order is not None:
        pieces = np.array_split(rows, folds + 1)
        return [{"train": np.concatenate(pieces[:i]), "validation": pieces[i], "test": test}
                for i in range(1, folds + 1)]
    fold = fold_of(spec, dataset, rows, folds)
    return [{"train": rows[fold != i], "validation": rows[fold == i], "test": test}
            for i in range(folds)]


def fold_of(spec: Spec, dataset: Dataset, rows: Index, folds: int) -> Index:
    """The fold in which each row is validated; sizes differ by one row (groups: as they allow)."""
    assert spec.data is not None
    split = spec.data.split
    order = permutation(len(rows), split.seed, 1)
    out = np.empty(len(rows), dtype=np.int64)
    if split.group is not None:
        codes = first_seen(cells(dataset.frame, split.group)[rows])
        counts = np.bincount(codes)
        loads, of_group = [0] * folds, [0] * len(counts)
        drawn = permutation(len(counts), split.seed, 1)
        for group in sorted(drawn.tolist(), key=lambda one: -int(counts[one])):
            lightest = loads.index(min(loads))
            of_group[group] = lightest
            loads[lightest] += int(counts[group])
        return np.array(of_group, dtype=np.int64)[codes]
    if split.stratify is not None:
        codes = first_seen(cells(dataset.frame, split.stratify)[rows])
        order = order[np.argsort(codes[order], kind="stable")]
    out[order] = np.arange(len(rows)) % folds
    return out


def folded(spec: Spec, dataset: Dataset, folds: int) -> Outcome[tuple[Dataset, ...]]:
    """A dataset for each fold, everything learned anew from its own training rows."""
    cuts = fold_parts(spec, dataset, folds)
    if any(not len(parts[part]) for parts in cuts for part in ("train", "validation")):
        have = sum(len(dataset.parts[part]) for part in ("train", "validation"))
        return Outcome(None, (errors.empty_part(
            spec.where("tune", "folds"), part="a fold",
            reason=f"{have} rows cannot be cut into {folds} folds"),))
    made = [relearn(spec, dataset, parts) for parts in cuts]
    said = tuple(d for one in made for d in one.diagnostics)
    values = tuple(one.value for one in made if one.value is not None)
    return Outcome(values if len(values) == len(made) else None, said)
