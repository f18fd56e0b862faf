"""`specc compile`: a spec's model, built and saved untrained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from specc.diagnostics import Diagnostic, SpecError
from specc.pipeline import Checked
from specc.runner.errors import cannot_write
from specc.source import Where


def compile_plan(checked: Checked) -> tuple[Any, tuple[Diagnostic, ...]]:
    """The compiled `keras.Model` of a checked spec, with its initial weights, and warnings."""
    if not checked.ok or checked.plan is None:
        raise SpecError(checked.diagnostics)
    from specc.backend.start import start

    begun = start()
    if begun.value is None:
        raise SpecError(begun.diagnostics)
    from specc.backend.build import build

    built = build(checked.plan)
    if built.value is None:
        raise SpecError(built.diagnostics)
    return built.value, built.diagnostics


def unwritable(path: Path) -> str | None:
    """Why a model cannot be written there, as far as can be told before it is built."""
    if path.suffix != ".keras":
        return "the name of a model's file ends with .keras"
    if path.is_dir():
        return "it is a folder"
    above = next((one for one in path.parents if one.exists()), None)
    if above is not None and not above.is_dir():
        return f"`{above}` is a file"
    return None


def compile_to(checked: Checked, path: Path) -> tuple[Diagnostic, ...]:
    """Build, and write the untrained model; what was said meanwhile."""
    place = Where(str(path))
    if (reason := unwritable(path)) is not None:
        raise SpecError([cannot_write(place, path=str(path), reason=reason)])
    model, found = compile_plan(checked)
    from specc.backend.save import save

    try:
        save(model, path)
    except (OSError, ValueError) as refused:
        raise SpecError([cannot_write(place, path=str(path), reason=str(refused))]) from None
    return found
