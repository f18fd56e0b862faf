"""Golden losses against those obtained: what differs, and whether it may.

Where the environment is the same, nothing may: the bits are equal. Elsewhere a number may differ
by a part of itself that grows with the epochs, up to the tolerance:

    allowed(e) = tolerance * GROWS ^ ((e - 1) / (E - 1) - 1)        e = 1 .. E

What explains a difference is said before it: first the spec, then the environment.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from specc.diagnostics import Diagnostic
from specc.golden import errors
from specc.golden.record import PARTS, Golden, Losses
from specc.record import Record
from specc.source import Tree, Where

LAST = 1e-4  # relative, in the last epoch, unless the spec says otherwise
GROWS = 100.0  # by as much from the first epoch to the last
FIRST = LAST / GROWS
FLOOR = 1e-8  # absolute: what is next to zero has no relative error to speak of
SHOWN = 24  # rows of the table


class Row(Record):
    """One number: of a seed, an epoch (from 1) and a name. None: there is no such number."""

    seed: int
    epoch: int
    name: str
    expected: float | None
    got: float | None
    allowed: float  # relative; 0: the same bits

    @property
    def equal(self) -> bool:
        """The same bits; NaN equals NaN."""
        if self.expected is None or self.got is None:
            return self.expected is self.got
        return self.expected == self.got or (math.isnan(self.expected) and math.isnan(self.got))

    @property
    def absolute(self) -> float:
        if self.expected is None or self.got is None:
            return math.nan
        return 0.0 if self.equal else abs(self.got - self.expected)

    @property
    def relative(self) -> float:
        """The difference as a part of what was expected; infinite where that is zero."""
        if self.equal or not self.expected:
            return 0.0 if self.equal else math.inf
        return self.absolute / abs(self.expected)

    @property
    def within(self) -> bool:
        """Whether the number is as golden as it has to be."""
        if self.equal:
            return True
        if not self.allowed or self.expected is None:
            return False
        return self.absolute <= max(self.allowed * abs(self.expected), FLOOR)


class Comparison(Record):
    """A golden against what was obtained."""

    parts: tuple[str, ...]  # the parts of the spec whose hash changed
    environment: tuple[tuple[str, str, str], ...]  # what changed, then, now
    rows: tuple[Row, ...]
    weights: tuple[str, ...]  # `initial weights`, `final weights`, where they differ
    exact: bool  # whether the environment is the same

    @property
    def differing(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if not row.within)

    @property
    def moved(self) -> tuple[Row, ...]:
        """Every number that is not the same bits, within its band or not."""
        return tuple(row for row in self.rows if not row.equal)


def compare(golden: Golden, got: Golden, tolerance: float | None = None) -> Comparison:
    """What differs. `tolerance` is the relative band of the last epoch in another environment."""
    exact = golden.environment.get("key") == got.environment.get("key")
    same_form = golden.form == got.form  # hashes of another form tell nothing
    parts = tuple(part for part in PARTS
                  if same_form and golden.hashes.get(part) != got.hashes.get(part))
    changes = () if exact else tuple(environment_changes(golden.environment, got.environment))
    rows = tuple(row for seed in sorted({*golden.seeds, *got.seeds})
                 for row in _rows(seed, golden.seeds.get(seed), got.seeds.get(seed),
                                  exact=exact, tolerance=tolerance))
    both = [(golden.seeds[seed], got.seeds[seed]) for seed in golden.seeds if seed in got.seeds]
    initial = any(one.initial != other.initial for one, other in both)
    final = any(one.final != other.final for one, other in both)
    weights = ("initial weights",) * initial + ("final weights",) * final
    return Comparison(parts, changes, rows, weights, exact)


def environment_changes(then: Mapping[str, Tree], now: Mapping[str, Tree]
                        ) -> Iterator[tuple[str, str, str]]:
    """The settings that differ, under dotted names: `("versions.keras", "3.15.0", "3.15.1")`."""
    before, after = dict(_flat(then)), dict(_flat(now))
    for name in sorted({*before, *after} - {"key"}):
        old, new = before.get(name, "absent"), after.get(name, "absent")
        if old != new:
            yield name, old, new


def _flat(tree: Mapping[str, Tree], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)


def _rows(seed: int, golden: Losses | None, got: Losses | None, *, exact: bool,
          tolerance: float | None) -> Iterator[Row]:
    expected = golden.values if golden else {}
    obtained = got.values if got else {}
    names = [*expected, *(name for name in obtained if name not in expected)]
    epochs = max((len(one) for one in (*expected.values(), *obtained.values())), default=0)
    for epoch in range(1, epochs + 1):
        band = 0.0 if exact else allowed(epoch, epochs, tolerance)
        for name in names:
            old, new = _at(expected.get(name), epoch), _at(obtained.get(name), epoch)
            if old is not None or new is not None:
                yield Row(seed, epoch, name, old, new, band)


def _at(values: Sequence[float] | None, epoch: int) -> float | None:
    return values[epoch - 1] if values is not None and epoch <= len(values) else None


def allowed(epoch: int, epochs: int, tolerance: float | None = None) -> float:
    """The relative band of an epoch (from 1). A run of one epoch has its last one first."""
    last = LAST if tolerance is None else tolerance
    if epochs < 2:
        return FIRST if tolerance is None else last
    return float(last * GROWS ** ((epoch - 1) / (epochs - 1) - 1))


def judge(found: Comparison, where: Where) -> tuple[Diagnostic, ...]:
    """What is to be said, in the order in which it explains itself; () for a golden that holds.

    A changed hash is an error even where every number is golden: the file then speaks of another
    spec. Another environment is said only beside something else.
    """
    said = []
    if found.parts:
        said.append(errors.golden_of_another_spec(where, parts=found.parts))
    if found.differing:
        said.append(_losses_differ(found, where))
    elif found.exact and found.weights and not found.parts:
        said.append(errors.weights_differ(where, which=" and the ".join(found.weights)))
    if said and found.environment:
        note = errors.golden_of_another_environment(where, changes=found.environment)
        said.insert(len(found.parts[:1]), note)
    return tuple(said)


def _losses_differ(found: Comparison, where: Where) -> Diagnostic:
    first = found.differing[0]
    same_start = "initial weights" not in found.weights
    advice = ("the initial weights are the golden ones: look at the rows and the training"
              if same_start else "the initial weights differ already: look at the model and seeds")
    return errors.losses_differ(where, differing=len(found.differing), of=len(found.rows),
                                epoch=first.epoch, name=first.name, got=shown(first.got),
                                expected=shown(first.expected), advice=advice)


def table(rows: Sequence[Row]) -> str:
    """Rows as a table: seed, epoch, name, expected, got, absolute, relative, allowed."""
    head = ("seed", "epoch", "name", "expected", "got", "absolute", "relative", "allowed")
    cells = [head, *((str(row.seed), str(row.epoch), row.name, shown(row.expected),
                      shown(row.got), f"{row.absolute:.2e}", f"{row.relative:.2e}",
                      f"{row.allowed:.2e}" if row.allowed else "exact") for row in rows[:SHOWN])]
    widths = [max(len(line[at]) for line in cells) for at in range(len(head))]
    lines = ["  ".join(f"{cell:<{width}}" if at == 2 else f"{cell:>{width}}"
                       for at, (cell, width) in enumerate(zip(line, widths, strict=True))).rstrip()
             for line in cells]
    if len(rows) > SHOWN:
        lines.append(f"... and {len(rows) - SHOWN} more")
    return "\n".join(lines) + "\n"


def shown(value: float | None) -> str:
    """Nine digits, which tell two float32 apart."""
    return "nothing" if value is None else f"{value:.9g}"
