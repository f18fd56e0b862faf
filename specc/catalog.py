"""Every kind of diagnostic of every stage: what `specc explain` and `specc rules` read.

The modules are listed here, so a reader finds every code by opening them; a test finds the one that
is forgotten. None of them imports Keras or NumPy.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType

from specc.backend import errors as backend
from specc.config import errors as config
from specc.data import errors as data
from specc.data import target_errors as targets
from specc.diagnostics import FAMILIES, Kind
from specc.facts import class_errors as classes
from specc.facts import errors as facts
from specc.golden import errors as golden
from specc.health import FAMILIES as HEALTH
from specc.health.rule import Rule as HealthRule
from specc.ir import errors as ir
from specc.ir import output_errors as outputs
from specc.ir import shape_errors as shapes
from specc.ops import component_errors as components
from specc.ops import errors as arguments
from specc.rules import RULES
from specc.runner import bench_errors as benching
from specc.runner import errors as run
from specc.runner import probe_errors as probes
from specc.runner import resume_errors as resuming
from specc.runner import tune_errors as tune
from specc.saved import errors as saved
from specc.syntax import errors as syntax
from specc.syntax import form_errors as form

MODULES: tuple[ModuleType, ...] = (
    syntax, form, config, facts, classes, components, arguments, ir, shapes, outputs, data, targets,
    backend, run, resuming, probes, benching, *HEALTH, golden, tune, saved)
LATER = (  # what `specc check` never finds
    backend, run, resuming, probes, benching, *HEALTH, golden, tune, saved)


def kinds(module: ModuleType) -> tuple[Kind, ...]:
    """The kinds that a module declares, in the order they stand in it."""
    return tuple(one.kind if isinstance(one, HealthRule) else one
                 for one in vars(module).values() if isinstance(one, Kind | HealthRule))


CATALOG: tuple[Kind, ...] = (
    *(kind for module in MODULES for kind in kinds(module)),
    *(rule.kind for rule in RULES),
)


def family(code: str) -> str:
    """What the codes of a family are about: `PA101` is `pairing`."""
    return FAMILIES[code[:2]]


def families() -> Mapping[str, tuple[Kind, ...]]:
    """Every kind by its family, in the order of their codes."""
    return {name: tuple(sorted((one for one in CATALOG if one.code[:2] == letters),
                               key=lambda one: one.code)) for letters, name in FAMILIES.items()}


def explain(word: str) -> Kind | None:
    """The kind of that code (`PA101`, in any case) or name (`softmax-single-unit`), or None."""
    wanted = word.strip().lower()
    return next((one for one in CATALOG if wanted in (one.code.lower(), one.name)), None)


__all__ = ["CATALOG", "LATER", "MODULES", "explain", "families", "family", "kinds"]
