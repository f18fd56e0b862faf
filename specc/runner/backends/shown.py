"""What back ends agree on, as a table for people and as JSON, and what they do not, as findings."""

from __future__ import annotations

from typing import Any

from specc.diagnostics import Diagnostic
from specc.record import as_dict
from specc.runner.backends import Compared
from specc.runner.backends.table import Row
from specc.runner.bench_errors import back_ends_differ
from specc.source import Where

RANDOM = "it has layers that draw whenever they are called: only what it predicts is compared"
TWIN = ("back ends train it otherwise (masks are drawn, or rows looked up): what is trained here "
        "is its twin, with nothing drawn and gradients summed")
SHOWN = ("keras", "tensorflow", "tensorflow-cpu", "jax", "torch", "numpy")


def as_json(found: Compared) -> dict[str, Any]:
    """One document; `far` is null where numbers cannot be compared at all."""
    rows = [as_dict(one) for one in found.rows]
    for one in rows:
        if one["far"] == float("inf"):
            one["far"] = None
    return {"name": found.name, "backends": list(found.names), "random": found.random,
            "twin": found.twin,
            "agree": not any(map(wrong, found.rows)), "rows": rows,
            "versions": {name: dict(one) for name, one in found.versions.items()}}


def as_text(found: Compared) -> str:
    first, *_ = found.names
    versions = "; ".join(f"{name}: " + ", ".join(
        f"{package} {number}" for package, number in one.items() if package in SHOWN)
        for name, one in found.versions.items())
    lines = [f"{found.name}  against {first}, from its weights", versions, "",
             f"{'':32} {'back end':11} {'apart':>9} {'allowed':>9}"]
    for row in found.rows:
        lines.append(f"{row.what:32} {row.other:11} {_far(row):>9} {_allowed(row):>9}  "
                     f"{_word(row)}{f' in {row.where}' if wrong(row) and row.where else ''}")
    said = [RANDOM] * found.random + [TWIN] * found.twin
    return "\n".join([*lines, *([""] if said else []), *said])


def _far(row: Row) -> str:
    return "" if row.far is None else f"{row.far:.1e}" if row.far else "0"


def _allowed(row: Row) -> str:
    return f"{row.tolerance:.0e}" if row.judged and row.far is not None else ""


def _word(row: Row) -> str:
    if row.far is None or not row.judged:
        return "same bits" if row.same else "other bits"
    return "agrees" if row.same else "differs"


def wrong(row: Row) -> bool:
    return row.judged and not row.same


def differences(found: Compared, file: str) -> list[Diagnostic]:
    """A finding for each row that differs."""
    first = found.names[0]
    return [back_ends_differ(Where(file), what=row.what, first=first, other=row.other,
                             far=float("inf") if row.far is None else row.far,
                             allowed=row.tolerance)
            for row in found.rows if wrong(row)]
