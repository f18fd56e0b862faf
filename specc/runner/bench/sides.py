"""A spec that is measured, with its rows; models of it are made where a measure needs them."""

from __future__ import annotations

from typing import Any

from specc.diagnostics import SpecError
from specc.identity import hashes
from specc.pipeline import check_file
from specc.record import Record, as_dict
from specc.runner.data import Ready, read_rows
from specc.runner.errors import nothing_to_run


class Side(Record):
    """One of the things that take turns. `label`: `this`, `control` (this again), `other`."""

    label: str
    file: str
    settings: tuple[str, ...]
    ready: Ready

    @property
    def spec(self) -> dict[str, Any]:
        """What a stored result is found by."""
        return {"name": self.ready.plan.spec.name, "file": self.file,
                "settings": list(self.settings), "hashes": as_dict(hashes(self.ready.plan))}


def side(label: str, file: str, settings: tuple[str, ...] = ()) -> Side:
    """A spec with its rows; SpecError for one that cannot be trained."""
    checked, ready = read_rows(check_file(file, settings))
    if not checked.ok:
        raise SpecError(checked.diagnostics)
    if ready is None:
        assert checked.plan is not None
        raise SpecError([nothing_to_run(checked.plan.spec.where())])
    return Side(label, file, settings, ready)


def begin() -> str:
    """Import Keras; the back end's name."""
    from specc.backend.start import start

    begun = start()
    if begun.value is None:
        raise SpecError(begun.diagnostics)
    return begun.value


def model_of(ready: Ready) -> Any:
    """A new compiled model of a spec."""
    from specc.backend.build import build

    built = build(ready.plan, ready.prepared.train.inputs)
    if built.value is None:
        raise SpecError(built.diagnostics)
    return built.value
