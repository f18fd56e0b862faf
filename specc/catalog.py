"""Every kind of diagnostic of every stage: what `specc explain` and `specc rules` read.

The modules are listed here, so a reader finds every code by opening them; a test finds the one that
is forgotten. None of them imports Keras or NumPy.
"""

from __future__ import annotations

from types import ModuleType

from specc.backend import errors as backend
from specc.data import errors as data
from specc.data import target_errors as targets
from specc.diagnostics import Kind
from specc.diagnostics.spelling import respelled
from specc.facts import errors as facts
from specc.golden import errors as golden
from specc.ir import errors as ir
from specc.ir import output_errors as outputs
from specc.ir import shape_errors as shapes
from specc.ops import errors as ops
from specc.pipeline import Checked, finish
from specc.record import replace
from specc.rules import RULES
from specc.runner import errors as run
from specc.runner import probe_errors as probes
from specc.runner import tune_errors as tune
from specc.saved import errors as saved
from specc.source import Where
from specc.syntax import errors as syntax
from specc.syntax import form_errors as form
from specc.syntax.form_errors import ignored_error, unknown_ignore

MODULES: tuple[ModuleType, ...] = (
    syntax, form, facts, ops, ir, shapes, outputs, data, targets, backend, run, probes, golden,
    tune, saved)


def kinds(module: ModuleType) -> tuple[Kind, ...]:
    """The kinds that a module declares, in the order they stand in it."""
    return tuple(one for one in vars(module).values() if isinstance(one, Kind))


CATALOG: tuple[Kind, ...] = (
    *(kind for module in MODULES for kind in kinds(module)),
    *(rule.kind for rule in RULES),
)


def with_ignores(checked: Checked) -> Checked:
    """What was checked, with what is wrong with [lint]: unknown codes, and codes of errors."""
    found = []
    spec = checked.plan.spec if checked.plan else None
    for word in spec.ignore if spec else ():
        place = spec.where("lint", "ignore", word).key() if spec else Where(checked.file)
        kind = explain(word)
        if kind is None or word not in (kind.code, kind.name):
            known = [name for one in CATALOG if one.severity != "error"
                     for name in (one.code, one.name)]
            found.append(unknown_ignore(place, code=word, known=known,
                                        fix=respelled(place, word, known)))
        elif kind.severity == "error":
            found.append(ignored_error(place, code=word))
    said = finish(found, checked.plan, checked.sources)
    return replace(checked, diagnostics=(*checked.diagnostics, *said)) if said else checked


def explain(word: str) -> Kind | None:
    """The kind of that code (`PA101`, in any case) or name (`softmax-single-unit`), or None."""
    wanted = word.strip().lower()
    return next((one for one in CATALOG if wanted in (one.code.lower(), one.name)), None)


__all__ = ["CATALOG", "MODULES", "explain", "kinds", "with_ignores"]
