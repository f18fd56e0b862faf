"""Cases of an operator judged, and counted: what the tests of parity look at."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cache
from itertools import islice

from parity.oracle import Verdict, breaks, judge, keras
from specc.ops import OPS, table
from specc.ops.types import Nothing, Refused, Type, Words, options_of
from specc.testing.layers import Case, cases

SWEEP = os.environ.get("HYPOTHESIS_PROFILE") == "sweep"
WANTED = 200 if SWEEP else 12
MOST = 40 * WANTED  # cases that are looked at to find as many that are taken
# Parameters that take one value: what a spec cannot say, besides what the types say themselves.
EXEMPT = {"stateful": "rows are shuffled, so state between batches means nothing"}


@dataclass
class Sample:
    """What came of the cases of one operator."""

    hows: Counter[str] = field(default_factory=Counter)
    taken: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    differs: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def note(self, number: int, case: Case, verdict: Verdict) -> None:
        self.hows[verdict.how] += 1
        if verdict.how == "both take it":
            assert verdict.layer is not None
            self.differs |= verdict.differs
            for key in several_values(case.name):
                self.taken[key].add(repr(verdict.layer.get(key)))
        elif verdict.how == "specc refuses" and verdict.layer is not None:
            if not breaks(case, verdict.layer):
                self.differs.add("stricter")
                if "stricter" not in OPS[case.name].differs:
                    self.wrong.append(f"{number}: {verdict.why}: {case}")
        elif verdict.how not in ("both refuse", "not here"):
            self.wrong.append(f"{number}: {verdict.how}: {verdict.why}{verdict.refusal}: {case}")

    @property
    def few(self) -> list[str]:
        return [key for key, values in self.taken.items() if len(values) < 2]


@cache
def several_values(name: str) -> tuple[str, ...]:
    """The parameters of which a spec can say more than one thing."""
    entry = table.entry("layer", name)
    assert entry is not None
    return tuple(key for key, param in entry.params.items()
                 if key not in EXEMPT and not single(param.type))


def single(kind: Type) -> bool:
    """Whether there is but one value, such as none where all else cannot be written."""
    left = [one for one in options_of(kind) if not isinstance(one, Refused)]
    return len(left) == 1 and (isinstance(left[0], Nothing) or (
        isinstance(left[0], Words) and len(left[0].words) == 1))


@cache
def sample(name: str) -> Sample:
    """Cases until as many are taken as are wanted, and every parameter took two values."""
    found = Sample()
    for number, case in islice(cases(name), MOST):
        found.note(number, case, judge(case))
        if (found.hows["both take it"] >= WANTED and not found.few) or len(found.wrong) > 5:
            break
    keras.utils.clear_session(free_memory=False)
    return found
