"""Rows into train, validation and test.

The algorithm, which decides what every number of a run was measured on and therefore may not
change: of n rows (those dropped for gaps not counted), test gets round_half_up(n * test) and
validation round_half_up(n * validation), fractions read as the decimals that are written. Rows
stand in the order of `permutation(n, split.seed, 0)`; test takes the first, validation the next,
train the rest. Within a part rows keep the order of the source.

- `order`: no permutation; train comes first in time, then validation, then test.
- `stratify`: the sizes of the parts are shared out among the classes by largest remainder (ties:
  the class that comes first in the source), then each class is cut as above. Sizes stay exact.
- `group`: whole groups in permuted order; a group joins a part if that brings the part's size
  nearer to what was asked. Sizes are exact where groups allow it.
- `column`: the column says it.
- parts from files: a fraction is one of the train file.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from specc.data.order import permutation
from specc.data.source import PARTS
from specc.data.table import Cells, categories

Index: TypeAlias = NDArray[np.int64]
PartIndex: TypeAlias = dict[str, Index]


def portion(n: int, fraction: float) -> int:
    """`fraction` of `n` rows, rounded half up; 0.145 of 100 is 15, as it is written."""
    return int((Decimal(n) * Decimal(repr(fraction))).quantize(Decimal(1), ROUND_HALF_UP))


def cut(rows: Index, sizes: tuple[int, int]) -> PartIndex:
    """Test from the front, then validation, the rest is train; each in the source's order."""
    test, validation = sizes
    return {"train": np.sort(rows[test + validation:]),
            "validation": np.sort(rows[test:test + validation]),
            "test": np.sort(rows[:test])}


def at_random(n: int, sizes: tuple[int, int], seed: int) -> PartIndex:
    """Rows in permuted order. `sizes`: rows of test, of validation."""
    return cut(permutation(n, seed, 0), sizes)


def by_time(n: int, sizes: tuple[int, int]) -> PartIndex:
    """Rows are in order already: the last are test, those before them validation."""
    return cut(np.arange(n, dtype=np.int64)[::-1], sizes)


def stratified(strata: Cells, sizes: tuple[int, int], seed: int) -> PartIndex:
    """Every class in the same proportion in every part, as near as whole rows allow."""
    codes = first_seen(strata)
    order = permutation(len(codes), seed, 0)
    counts = np.bincount(codes).tolist()
    tests = shares(counts, sizes[0])
    validations = shares([n - t for n, t in zip(counts, tests, strict=True)], sizes[1])
    parts: dict[str, list[Index]] = {part: [] for part in PARTS}
    for code, (test, validation) in enumerate(zip(tests, validations, strict=True)):
        for part, rows in cut(order[codes[order] == code], (test, validation)).items():
            parts[part].append(rows)
    return {part: np.sort(np.concatenate(rows)) for part, rows in parts.items()}


def shares(counts: list[int], total: int) -> list[int]:
    """`total` shared out in proportion to `counts` by largest remainder; never above a count."""
    whole = sum(counts)
    if not whole:
        return [0] * len(counts)
    floors = [total * count // whole for count in counts]
    remainders = [total * count % whole for count in counts]
    by_remainder = sorted(range(len(counts)), key=lambda i: (-remainders[i], i))
    for i in by_remainder[:total - sum(floors)]:
        floors[i] += 1
    return floors


def grouped(groups: Cells, sizes: tuple[int, int], seed: int) -> PartIndex:
    """Whole groups only, test first."""
    codes = first_seen(groups)
    counts = np.bincount(codes)
    left = permutation(len(counts), seed, 0).tolist()
    of_part: list[str] = ["train"] * len(counts)
    for part, wanted in zip(("test", "validation"), sizes, strict=True):
        have = 0
        for group in list(left):
            size = int(counts[group])
            if abs(wanted - have - size) < abs(wanted - have):
                have += size
                of_part[group] = part
                left.remove(group)
    rows = np.array(of_part)[codes]
    return {part: np.flatnonzero(rows == part).astype(np.int64) for part in PARTS}


def by_label(labels: Cells | NDArray[np.str_]) -> PartIndex:
    """The rows of each part, where a column or the files say it."""
    return {part: np.flatnonzero(labels == part).astype(np.int64) for part in PARTS}


def first_seen(values: Cells) -> NDArray[np.int64]:
    """Different values numbered in the order in which they first stand."""
    numbers: dict[object, int] = {}
    return np.array([numbers.setdefault(one, len(numbers))
                     for one in categories(values, text=False)], dtype=np.int64)
