"""Golden losses against those obtained: what differs, and whether it may.

Where the environment is the same, nothing may: the bits are equal (`specc.golden.rows`). Elsewhere
the numbers have to be equivalent over the seeds, and the last loss must not be worse
(`specc.golden.statistics`). What explains a difference is said before it: first the spec, then
the environment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from specc.diagnostics import Diagnostic
from specc.golden import errors
from specc.golden.record import PARTS, Golden
from specc.golden.rows import Row, Way, rows
from specc.golden.show import numbers
from specc.record import Record
from specc.source import Tree, Where

JUDGED = ("val.loss", "train.loss")  # whose last epoch must not be worse: the first there is


class Comparison(Record):
    """A golden against what was obtained."""

    parts: tuple[str, ...]  # the parts of the spec whose hash changed
    environment: tuple[tuple[str, str, str], ...]  # what changed, then, now
    rows: tuple[Row, ...]
    weights: tuple[str, ...]  # `initial weights`, `final weights`, where they differ
    way: Way
    seeds: tuple[int, ...]  # those that both have

    @property
    def exact(self) -> bool:
        """Whether the environment is the same."""
        return self.way == "bits"

    @property
    def differing(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if not row.within)

    @property
    def undecided(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.verdict == "undecided")

    @property
    def moved(self) -> tuple[Row, ...]:
        """Every number that is not the same bits, within its band or not."""
        return tuple(row for row in self.rows if row.verdict != "equal")

    @property
    def regressed(self) -> Row | None:
        """The last epoch's loss, on validation rows where there are any, if it is worse."""
        for name in JUDGED:
            named = [row for row in self.rows if row.name == name and row.seed is None]
            if named:
                return named[-1] if named[-1].worse else None
        return None


def way_of(golden: Golden, environment: Mapping[str, Tree]) -> Way:
    """How a golden is held in an environment."""
    if golden.environment.get("key") == environment.get("key"):
        return "bits"
    elsewhere = golden.environment.get("backend") != environment.get("backend")
    return "unpaired" if golden.otherwise and elsewhere else "paired"


def compare(golden: Golden, got: Golden, tolerance: float | None = None) -> Comparison:
    """What differs. `tolerance` is the relative band of the last epoch in another environment."""
    way = way_of(golden, got.environment)
    same_form = golden.form == got.form  # hashes of another form tell nothing
    parts = tuple(part for part in PARTS
                  if same_form and golden.hashes.get(part) != got.hashes.get(part))
    changes = (() if way == "bits"
               else tuple(environment_changes(golden.environment, got.environment)))
    both = tuple(seed for seed in golden.seeds if seed in got.seeds)
    pairs = [(golden.seeds[seed], got.seeds[seed]) for seed in both]
    initial = any(one.initial != other.initial for one, other in pairs)
    final = any(one.final != other.final for one, other in pairs)
    weights = ("initial weights",) * initial + ("final weights",) * final
    return Comparison(parts, changes, rows(golden, got, way, tolerance), weights, way, both)


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


def judge(found: Comparison, where: Where) -> tuple[Diagnostic, ...]:
    """What is to be said, in the order in which it explains itself; () for a golden that holds.

    A changed hash is an error even where every number is golden: the file then speaks of another
    spec. Another environment is said only beside something else.
    """
    said = []
    if found.parts:
        said.append(errors.golden_of_another_spec(where, parts=found.parts))
    if found.way == "unpaired" and len(found.seeds) < 2:
        said.append(errors.golden_of_one_seed(where))
    elif found.differing:
        said.append(_numbers_differ(found, where))
    elif found.exact and found.weights and not found.parts:
        said.append(errors.weights_differ(where, which=" and the ".join(found.weights)))
    if said and found.environment:
        note = errors.golden_of_another_environment(where, changes=found.environment)
        said.insert(len(found.parts[:1]), note)
    return tuple(said)


def _numbers_differ(found: Comparison, where: Where) -> Diagnostic:
    """Of bits, the first that differs; elsewhere the last loss, if that is worse, says most."""
    differing, of, advice = len(found.differing), len(found.rows), _advice(found.weights)
    if found.exact:
        row = found.differing[0]
        expected, got = numbers(row)
        return errors.losses_differ(where, differing=differing, of=of, epoch=row.epoch,
                                    name=row.name, got=got, expected=expected, advice=advice)
    worse = found.regressed
    row, kind = ((found.differing[0], errors.losses_not_equivalent) if worse is None
                 else (worse, errors.losses_worse))
    expected, got = numbers(row)
    return kind(where, differing=differing, of=of, epoch=row.epoch, name=row.name,
                got=got, expected=expected, seeds=len(found.seeds),
                interval=f"{row.interval:.1e}", allowed=f"{row.allowed:.1e}", advice=advice)


def _advice(weights: Sequence[str]) -> str:
    if "initial weights" in weights:
        return "the initial weights differ already: look at the model and seeds"
    return "the initial weights are the golden ones: look at the rows and the training"
