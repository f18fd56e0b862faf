"""Predicted classes: what was taken for what, whether probabilities are true, the worst rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specc.report import charts, numbers
from specc.report.answers import Answers, chance_of
from specc.report.panel import Cell, Figure, Panel, Table
from specc.report.scale import written

MOST_CLASSES = 16  # in a table of mix-ups; of more, those that are mixed up most
MOST_LISTED = 60
WORST = 12
SHORT = 24  # letters of a class above a column
WIDEST = 60  # letters of all columns of a table of mix-ups, beside one another
REST = "(others)"
NO = ("0", "0.0", "false", "no")  # words that say of a label that it is not there


def panel(found: Answers) -> Panel:
    return _labels(found) if found.task == "multilabel" else _one_of(found)


def _one_of(found: Answers) -> Panel:
    """One class a row (or a position)."""
    truth, predicted = found.truth.ravel(), found.prediction.ravel()
    names = class_names(found)
    counts = numbers.confusion(truth, predicted, names)
    rows = numbers.by_class(counts, names)
    right, total = int(np.trace(counts)), int(counts.sum())
    common = max(rows, key=lambda row: row.count)
    facts = [("right", f"{right:,} of {total:,} ({written(right / total, 3)})"),
             ("always the commonest class",
              f"{written(common.count / total, 3)} would be right ({common.name})")]
    figures, said = _calibration(found)
    return Panel(found.output, found.task, [*facts, *said],
                 [_mixed_up(counts, names), *figures, _by_class(rows), *_pairs(counts, names),
                  *_worst(found)])


def class_names(found: Answers) -> list[str]:
    """The classes in the order of their probabilities; sorted, where those have other names."""
    there = {*found.truth.ravel().tolist(), *found.prediction.ravel().tolist()}
    if len(found.columns) == 1 and there <= set(found.names):
        return list(found.names)
    return sorted(there, key=_order)


def _order(name: str) -> tuple[int, float, str]:
    """Numbers by size, then words."""
    try:
        return 0, float(name), name
    except ValueError:
        return 1, 0.0, name


def _mixed_up(counts: NDArray[np.int64], names: Sequence[str]) -> Table:
    """The confusion matrix: truth down, prediction across."""
    note = "A cell's colour is its share of the row: of what is true of it."
    if len(names) > MOST_CLASSES:
        wrong = counts.sum(0) + counts.sum(1) - 2 * np.diag(counts)
        kept = sorted(np.argsort(-wrong, kind="stable")[:MOST_CLASSES].tolist())
        rest = [at for at in range(len(names)) if at not in set(kept)]
        note += (f" The {MOST_CLASSES} classes that are mixed up most; the other {len(rest):,} "
                 "are one.")
        groups = [[one] for one in kept] + [rest]
        counts = np.array([[counts[np.ix_(a, b)].sum() for b in groups] for a in groups])
        names = [*(names[at] for at in kept), REST]
    rows: list[list[Cell | str]] = []
    for name, row in zip(names, counts, strict=True):
        total = max(1, int(row.sum()))
        cells = [Cell(f"{int(one):,}", int(one) / total,
                      "hit" if name == other else "miss" if one else "none")
                 for other, one in zip(names, row, strict=True)]
        rows.append([name, *cells])
    return Table("What was taken for what", ["truth", *map(_cut, names)], rows, note=note,
                 kind="confusion tall" if _upright(names) else "confusion", over="prediction")


def _upright(names: Sequence[str]) -> bool:
    """Whether names above columns would make a table too wide, and stand upright."""
    return len(names) > 4 and sum(max(5, len(_cut(name))) for name in names) > WIDEST


def _cut(name: str) -> str:
    return name if len(name) <= SHORT else f"{name[:SHORT - 1]}…"


def _pairs(counts: NDArray[np.int64], names: Sequence[str]) -> Iterator[Table]:
    """The commonest mix-ups, where a matrix does not show them at a glance."""
    if len(names) <= 3:
        return
    off = counts.copy()
    np.fill_diagonal(off, 0)
    order = np.argsort(-off, axis=None, kind="stable")[:10]
    rows = []
    for at in order:
        i, j = divmod(int(at), len(names))
        if off[i, j]:
            rows.append([names[i], names[j], f"{int(off[i, j]):,}",
                         written(int(off[i, j]) / int(counts[i].sum()), 3)])
    if rows:
        yield Table("Commonest mix-ups", ["truth", "taken for", "rows", "share of the class"],
                    rows, words=2)


def _by_class(rows: Sequence[numbers.ClassRow]) -> Table:
    shown = rows if len(rows) <= MOST_LISTED else sorted(
        rows, key=lambda row: 2.0 if row.f1 is None else row.f1)[:MOST_LISTED]
    note = ("Precision: of what was said to be it, how much is. Recall: of what is it, how much "
            "was said.")
    if len(shown) < len(rows):
        note += f" The {MOST_LISTED} of {len(rows):,} with the lowest F1."
    return Table("By class", ["class", "rows", "predicted", "precision", "recall", "F1"],
                 [[row.name, f"{row.count:,}", f"{row.predicted:,}", written(row.precision, 3),
                   written(row.recall, 3), written(row.f1, 3)] for row in shown], note=note)


def _calibration(found: Answers) -> tuple[list[Figure], list[tuple[str, str]]]:
    """Of two classes the probability of the second; of more, that of the class that was said."""
    if found.probability is None or len(found.columns) > 1:
        return [], []
    truth = found.truth[:, 0]
    if len(found.names) == 2:
        second = found.names[1]
        chance = found.probability[:, 1]
        came = _is(found, truth, second)
        return _reliability(chance, came, f"probability of {_cut(second)}",
                            f"share that is {_cut(second)}")
    said = chance_of(found, found.prediction[:, 0])
    if said is None:
        return [], []
    return _reliability(said, truth == found.prediction[:, 0], "probability of the class said",
                        "share that is right")


def _is(found: Answers, truth: NDArray[Any], name: str) -> NDArray[np.bool_]:
    """Whether each truth is a class, under the name that its probability has."""
    only = Answers(found.output, found.task, True, found.columns, [name], found.truth,
                   found.prediction, np.ones((len(truth), 1)), found.rows)
    chance = chance_of(only, truth)
    assert chance is not None
    return np.asarray(np.isfinite(chance))


def _reliability(chance: NDArray[np.float64], came: NDArray[np.bool_], x: str, y: str
                 ) -> tuple[list[Figure], list[tuple[str, str]]]:
    bins, off = numbers.calibration(chance, came)
    if off is None:
        return [], []
    known = np.isfinite(chance)
    brier = float(((chance[known] - came[known]) ** 2).mean())
    figure = Figure("Calibration", charts.reliability(bins, "calibration", x, y),
                    "On the diagonal probabilities come true as often as they say. Whiskers: where "
                    "a share may be by chance (95 %). Below: how many rows each tenth holds.")
    return [figure], [("calibration error", written(off, 3)), ("Brier score", written(brier, 3))]


def _worst(found: Answers) -> Iterator[Table]:
    """By the probability that the truth was given; where there is none, the rows that are wrong."""
    truth, predicted = found.truth, found.prediction
    chance = chance_of(found, truth[:, 0]) if len(found.columns) == 1 else None
    note = "A row has the number it has in the source."
    if chance is not None:
        loss = numbers.surprise(chance)
        rows = [[str(found.rows[at]), truth[at, 0],
                 Cell(predicted[at, 0], kind="" if truth[at, 0] == predicted[at, 0] else "wrong"),
                 written(float(chance[at]), 3), written(float(loss[at]))]
                for at in numbers.largest(loss, WORST)]
        yield Table("Worst rows", ["row", "truth", "prediction", "probability of the truth",
                                   "cross-entropy"], rows, words=3,
                    note=f"The rows with the largest loss. {note}")
        return
    wrong = (truth != predicted).mean(axis=1)
    places = [at for at in numbers.largest(wrong, WORST) if wrong[at] > 0]
    if places:
        several = len(found.columns) > 1
        yield Table("Worst rows", ["row", "truth", "prediction", *(["wrong"] if several else [])],
                    [[str(found.rows[at]), _some(truth[at]), _some(predicted[at]),
                      *([written(float(wrong[at]), 3)] if several else [])] for at in places],
                    words=3, note=f"Rows that are wrong. {note}")


def _some(words: NDArray[Any]) -> str:
    shown = " ".join(map(str, words[:12]))
    return f"{shown} …" if len(words) > 12 else shown


def _labels(found: Answers) -> Panel:
    """Several labels a row, each there or not."""
    there, said = _there(found)
    rows = [numbers.class_row(name, int((there[:, at] & said[:, at]).sum()),
                              int(there[:, at].sum()), int(said[:, at].sum()))
            for at, name in enumerate(found.columns)]
    hits = int((there == said).sum())
    exact = float((there == said).all(axis=1).mean())
    facts = [("labels right", f"{hits:,} of {there.size:,} ({written(hits / there.size, 3)})"),
             ("rows with every label right", written(exact, 3))]
    shown = rows[:MOST_LISTED]
    table = Table(
        "By label", ["label", "there", "predicted", "found", "missed", "false", "precision",
                     "recall", "F1"],
        [[row.name, f"{row.count:,}", f"{row.predicted:,}", *_hits(row),
          written(row.precision, 3), written(row.recall, 3), written(row.f1, 3)]
         for row in shown],
        note="" if len(shown) == len(rows) else f"The first {MOST_LISTED} of {len(rows):,}.")
    figures: list[Figure] = []
    if found.probability is not None and found.probability.shape == there.shape:
        figures, more = _reliability(found.probability.ravel(), there.ravel(),
                                     "probability of a label", "share that is there")
        facts += more
    return Panel(found.output, found.task, facts, [table, *figures, *_worst_labels(found)])


def _hits(row: numbers.ClassRow) -> list[str]:
    hit = round((row.recall or 0) * row.count)
    return [f"{hit:,}", f"{row.count - hit:,}", f"{row.predicted - hit:,}"]


def _there(found: Answers) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(n, k) each: which labels are true and which were said. The second of two words, sorted, is
    the one that says so: 1 of 0 and 1, True of False and True."""
    there, said = (np.zeros(found.truth.shape, dtype=bool) for _ in range(2))
    words = [sorted({*found.truth[:, at].tolist(), *found.prediction[:, at].tolist()}, key=_order)
             for at in range(len(found.columns))]
    every = sorted({word for two in words for word in two}, key=_order)
    general = every[-1] if len(every) > 1 or every[0].lower() not in NO else None
    for at, two in enumerate(words):
        yes = two[-1] if len(two) > 1 else general
        there[:, at], said[:, at] = found.truth[:, at] == yes, found.prediction[:, at] == yes
    return there, said


def _worst_labels(found: Answers) -> Iterator[Table]:
    there, said = _there(found)
    chances = found.probability
    if chances is None or chances.shape != there.shape:
        return
    loss = numbers.surprise(np.where(there, chances, 1 - chances)).mean(axis=1)
    names = np.array(found.columns)
    rows: list[list[Cell | str]] = [
        [str(found.rows[at]), _some(names[there[at]]) or "–",
         Cell(_some(names[said[at]]) or "–",
              kind="" if (there[at] == said[at]).all() else "wrong"), written(float(loss[at]))]
        for at in numbers.largest(loss, WORST)]
    yield Table("Worst rows", ["row", "labels that are there", "predicted", "mean cross-entropy"],
                rows, words=3, note="The rows with the largest loss; a row has the number it has "
                "in the source.")
