"""The same training by Keras alone, beside which specc's is measured.

Either the spec's own compiled model, trained by `fit` in Keras's order of rows; or a model that
somebody wrote by hand: a Python file with `def model()` that returns a compiled `keras.Model`.
Both get the prepared arrays of the spec.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

from specc.diagnostics import SpecError
from specc.record import Record
from specc.runner.bench.sides import model_of
from specc.runner.bench_errors import twin_unusable
from specc.runner.data import Ready
from specc.source import Where


class Twin(Record):
    """file: where it is written by hand; None: the spec's model."""

    file: Path | None = None

    @property
    def says(self) -> str:
        return f"{self.file}" if self.file else "the same model, by plain `fit`"

    def found(self) -> None:
        """SpecError where there is no such file."""
        if self.file is not None and not self.file.is_file():
            raise _unusable(self.file, "there is no such file")

    def model(self, ready: Ready) -> Any:
        return model_of(ready) if self.file is None else by_hand(self.file)

    def fit(self, model: Any, ready: Ready, epochs: int,
            now: Callable[[], float]) -> list[float]:
        """Seconds of each epoch, validation in the batches of training as Keras does it unless
        told."""
        from specc.backend.settle import epoch_watch

        spec, marks = ready.plan.spec, [now()]
        x, y, weight = self._parts(model, ready.prepared.train)
        held = ready.prepared.validation
        watch = epoch_watch(model, lambda: marks.append(now()))
        try:
            model.fit(x, y, sample_weight=weight, batch_size=spec.fit.batch_size, epochs=epochs,
                      shuffle=spec.fit.shuffle, verbose=0, callbacks=[watch],
                      validation_data=None if held is None else self._parts(model, held))
        except Exception as raised:
            if self.file is None:
                raise
            raise _unusable(self.file, f"it cannot be trained on the spec's rows: {raised}"
                            ) from None
        return [after - before for before, after in pairwise(marks)]

    def _parts(self, model: Any, rows: Any) -> tuple[Any, ...]:
        """Arrays as `fit` takes them. A model by hand has names of its own, so what is one array
        goes as one."""
        from specc.backend.feed import pack, pack_inputs

        if self.file is None:
            packed = pack(model, rows)
            return packed.x, packed.y, packed.weight
        alone = len(rows.targets) == 1
        y = next(iter(rows.targets.values())) if alone else dict(rows.targets)
        weights = (next(iter(rows.weights.values())) if alone else dict(rows.weights)
                   ) if rows.weights else None
        return pack_inputs(rows.inputs), y, weights


def by_hand(file: Path) -> Any:
    """The compiled model that a file gives; SpecError where it gives none."""
    import runpy

    try:
        make = runpy.run_path(str(file)).get("model")
        found = make() if callable(make) else None
    except Exception as raised:
        raise _unusable(file, f"{type(raised).__name__}: {raised}") from None
    if not callable(getattr(found, "fit", None)) or not getattr(found, "compiled", False):
        raise _unusable(file, "it has no `model()` that returns a compiled keras.Model")
    return found


def _unusable(file: Path, reason: str) -> SpecError:
    text = reason.strip().splitlines()[0][:300]
    return SpecError([twin_unusable(Where(str(file)), path=str(file), reason=text)])
