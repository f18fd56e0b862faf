"""How much goldens see: one thing at a time is changed, in a spec or in its training, and counted
is whether the golden losses tell.

A mutant is caught when its numbers do not hold (`specc.golden`); that the hash of a changed spec
differs too would be no art, and does not count. What `specc check` refuses, and what is equal to
the original by its hashes, is no mutant.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from specc.diagnostics import Outcome, SpecError
from specc.golden import Comparison, Golden, compare, golden_path, read, way_of
from specc.identity import FORM, hashes
from specc.record import Record
from specc.runner import goldens
from specc.runner.data import Ready, ready
from specc.runner.mutants.documents import DOCUMENTS
from specc.runner.mutants.training import FAULTS, Fault
from specc.syntax.document import Document
from specc.syntax.parse import parse

Fate: TypeAlias = Literal["caught", "missed", "refused", "none"]
MUTANTS = (*DOCUMENTS, *FAULTS)


class Tried(Record):
    """What became of one mutant of one spec. none: the spec has nothing of the kind."""

    name: str
    says: str
    fate: Fate
    by: str = ""  # the first number that tells; why it was refused


class Power(Record):
    """What the goldens of one spec saw."""

    spec: str
    way: str  # bits, paired or unpaired
    holds: bool  # whether the original does; if not, mutants tell nothing and none was tried
    tried: tuple[Tried, ...] = ()

    def count(self, fate: Fate) -> int:
        return sum(one.fate == fate for one in self.tried)


def power(original: Ready, names: Iterable[str] = MUTANTS,
          on_each: Callable[[Tried], None] | None = None) -> Power:
    """Try every mutant of a spec against its golden file. SpecError where that cannot be read."""
    from specc.backend.start import environment, start

    spec = original.plan.spec
    known = read(golden_path(spec.file), goldens.shown(golden_path(spec.file), spec.file))
    begun = start()
    if known.value is None or begun.value is None:
        raise SpecError((*known.diagnostics, *begun.diagnostics))
    way = way_of(known.value, environment())
    seeds = goldens.seeds(original)
    trial = _Trial(original, known.value, seeds[:1] if way == "bits" else seeds)
    if not trial.holds():
        return Power(spec.file, way, holds=False)
    tried = []
    for name in names:
        one = trial.document(name) if name in DOCUMENTS else trial.fault(name)
        tried.append(one)
        if on_each is not None:
            on_each(one)
    return Power(spec.file, way, holds=True, tried=tuple(tried))


class _Trial(Record):
    """A spec, its golden, and the seeds it is held to here."""

    original: Ready
    golden: Golden
    seeds: Sequence[int]

    def holds(self) -> bool:
        done = self.compared(self.original, None)
        return done.value is not None and not done.value.differing

    def document(self, name: str) -> Tried:
        """A changed spec, checked, its rows read, and trained."""
        says, change = DOCUMENTS[name]
        spec = self.original.plan.spec
        tree = change(copy.deepcopy(spec.tree))
        if tree is None:
            return Tried(name, says, "none")
        owners: Mapping[Any, str] = spec.owners
        parsed = parse(Document(spec.file, tree, owners))
        changed = parsed.then(ready)
        if changed.value is None:
            wrong = next(one for one in changed.diagnostics if one.severity == "error")
            return Tried(name, says, "refused", f"{wrong.code} {wrong.message}")
        if _hashes(changed.value) == _hashes(self.original):
            return Tried(name, says, "none")
        return self.judged(name, says, changed.value, None)

    def fault(self, name: str) -> Tried:
        fault = FAULTS[name]
        if not fault.applies(self.original):
            return Tried(name, fault.says, "none")
        changed = fault.rows(self.original) if fault.rows is not None else self.original
        if changed is None:
            return Tried(name, fault.says, "none")
        return self.judged(name, fault.says, changed, fault)

    def judged(self, name: str, says: str, changed: Ready, fault: Fault | None) -> Tried:
        done = self.compared(changed, fault)
        if done.value is None:
            wrong = done.diagnostics[0]
            return Tried(name, says, "refused", f"{wrong.code} {wrong.message}")
        found = done.value.differing
        if found:
            first = found[0]
            return Tried(name, says, "caught", f"{first.name} of epoch {first.epoch}")
        if done.value.exact and done.value.weights:
            return Tried(name, says, "caught", " and ".join(done.value.weights))
        return Tried(name, says, "missed")

    def compared(self, changed: Ready, fault: Fault | None) -> Outcome[Comparison]:
        """The numbers of a training beside the golden ones."""
        from specc.backend.start import environment

        runs = {}
        twins = way_of(self.golden, environment()) == "unpaired"
        for seed in self.seeds:
            done = goldens.losses(changed, seed, twins=twins, tamper=fault.model if fault else None,
                                  loop=fault.loop if fault else None)
            if done.value is None:
                return Outcome(None, done.diagnostics)
            runs[seed] = done.value[0]
        spec = self.original.plan.spec
        got = Golden(self.golden.spec, FORM, self.golden.hashes, environment(), runs,
                     self.golden.otherwise)
        return Outcome(compare(self.golden, got, spec.golden.tolerance if spec.golden else None))


def _hashes(one: Ready) -> Any:
    return hashes(one.plan, one.dataset.digest)


def text(found: Sequence[Power]) -> str:
    """What was missed, spec by spec, and the count."""
    lines: list[str] = []
    for one in found:
        if not one.holds:
            lines.append(f"{one.spec}: its golden does not hold here, so no mutant was tried")
            continue
        lines.append(f"{one.spec} ({one.way}): {one.count('caught')} caught, "
                     f"{one.count('missed')} missed, {one.count('refused')} refused by specc")
        lines += [f"  missed: {tried.name}: {tried.says}" for tried in one.tried
                  if tried.fate == "missed"]
    caught, missed = (sum(one.count(fate) for one in found) for fate in ("caught", "missed"))
    kinds = {tried.name for one in found for tried in one.tried
             if tried.fate in ("caught", "missed")}
    of = caught + missed
    share = f" ({caught / of:.1%})" if of else ""
    lines += ["", f"{caught} of {of} mutants caught{share}, of {len(kinds)} kinds"]
    never = sorted(set(MUTANTS) - kinds)
    if never:
        lines.append(f"not tried, as no spec has anything of the kind: {', '.join(never)}")
    return "\n".join(lines)


def document(found: Sequence[Power]) -> dict[str, Any]:
    """The same for programs."""
    fates = Counter(tried.fate for one in found for tried in one.tried)
    return {"caught": fates["caught"], "missed": fates["missed"], "specs": [
        {"spec": one.spec, "way": one.way, "holds": one.holds, "mutants": [
            {"name": tried.name, "says": tried.says, "fate": tried.fate, "by": tried.by}
            for tried in one.tried if tried.fate != "none"]} for one in found]}
