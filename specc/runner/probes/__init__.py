"""What every spec must be able to do, a function a stage of `specc.stages`.

Each takes a `Subject` and gives findings; none is a good sign. `check` and `golden` are the
harness's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from specc.diagnostics import Diagnostic
from specc.runner.probes import behaving, building, learning, repeating, saving, written
from specc.runner.subject import Subject

Probe: TypeAlias = Callable[[Subject], Iterable[Diagnostic]]

PROBES: Mapping[str, Probe] = {
    "readers": written.readers,
    "canonical": written.canonical,
    "budget": written.budget,
    "compiles": building.compiles,
    "inferred": building.inferred,
    "rows": behaving.rows,
    "range": behaving.in_range,
    "reload": saving.reloads,
    "settings": saving.settings,
    "gradients": learning.gradients,
    "overfit": learning.overfits,
    "descends": learning.descends,
    "deterministic": repeating.deterministic,
    "resumes": repeating.resumes,
    "expect": repeating.lives,
}
