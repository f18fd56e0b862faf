"""One drawn spec, lived: checked, its rows read, built, a step fitted, saved, reloaded, predicted.

Drawn by number, so that a failure is drawn again by itself:
`python -m generated.living 123` in `tests/` lives spec 123 and shows it.
"""

from __future__ import annotations

import math
import os
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import specc
from specc.testing import written_as
from specc.testing.composing import Document, composed, steered
from specc.testing.filling import as_csv, filled

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
ROWS = 24
COMPILED = 10  # one spec in so many is trained as users train, whole graphs compiled; the others
#                eagerly, which takes a tenth of the time


@dataclass(frozen=True)
class Lived:
    """How a spec went: the stage it did not pass (none: all), and why."""

    number: int
    failed: str = ""
    why: str = ""
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0
    finite: bool = True
    compiled: bool = False


class Failed(Exception):
    """A stage that a spec did not pass."""


@dataclass
class Life:
    """What came of a spec so far."""

    number: int
    folder: Path
    said: list[str] = field(default_factory=list)
    finite: bool = True

    @property
    def compiled(self) -> bool:
        return self.number % COMPILED == 0

    def live(self) -> None:
        ready = self.ready()
        model = self.built(ready)
        self.trained(model, ready)
        self.reloaded(model, ready)

    def ready(self) -> Any:
        from specc.runner.data import read_rows

        random = Random(f"spec {self.number}")
        file = self.folder / "drawn.specc.toml"
        file.write_text(written_as(composed(random, steered(self.number)), "toml"))
        checked = specc.check(file)
        need(checked.ok and checked.plan, "check", checked.errors)
        (self.folder / "rows.csv").write_text(as_csv(filled(random, checked.plan, ROWS)))
        checked = specc.check(file)
        need(checked.ok, "check beside its rows", checked.errors)
        self.said = [one.name for one in checked.diagnostics if one.severity == "warning"]
        with_rows, ready = read_rows(checked)
        need(with_rows.ok and ready, "rows", with_rows.errors)
        return ready

    def built(self, ready: Any) -> Any:
        from specc.backend.start import start

        start()
        from specc.backend.build import build

        done = build(ready.plan, ready.prepared.train.inputs)
        need(done.value is not None, "build", done.diagnostics)
        done.value.run_eagerly = not self.compiled
        return done.value

    def trained(self, model: Any, ready: Any) -> None:
        from specc.backend.train import train

        done = train(model, ready.plan, ready.prepared.train, ready.prepared.validation,
                     folder=self.folder, epochs=1)
        need(done.value is not None, "train", done.diagnostics)
        count = len(next(iter(ready.prepared.train.inputs.values())))
        wanted = math.ceil(count / ready.plan.spec.fit.batch_size)
        found = int(model.optimizer.iterations)
        need(found == wanted, "steps", [f"{found} steps of {count} rows, not {wanted}"])

    def reloaded(self, model: Any, ready: Any) -> None:
        import numpy as np

        from specc.backend.save import load, predict, save

        rows = ready.prepared.validation.inputs
        names = [head.name for head in ready.plan.heads]
        before = predict(model, rows, outputs=names, anew=True)
        save(model, self.folder / "model.keras")
        again = load(self.folder / "model.keras")
        need(again.value is not None, "reload", again.diagnostics)
        again.value.run_eagerly = not self.compiled
        after = predict(again.value, rows, outputs=names, anew=True)
        differ = [name for name in before
                  if not np.array_equal(before[name], after[name], equal_nan=True)]
        need(not differ, "predict", [f"{name} differs after reloading" for name in differ])
        self.finite = all(np.isfinite(one).all() for one in before.values())


def need(good: Any, stage: str, said: Sequence[Any]) -> None:
    if not good:
        raise Failed(stage, "; ".join(f"{one.code} {one.message}" if hasattr(one, "code")
                                      else str(one) for one in said))


def live(number: int) -> Lived:
    """Never raises: a traceback is a failure too."""
    begun = time.process_time()
    failed = why = ""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras warns of casts and of lost masks
        life = Life(number, Path(folder))
        try:
            life.live()
        except Failed as found:
            failed, why = found.args
        except Exception:
            failed, why = "traceback", traceback.format_exc()[-1500:]
    if "keras" in sys.modules:
        sys.modules["keras"].utils.clear_session(free_memory=False)
    return Lived(number, failed, why, tuple(life.said), time.process_time() - begun, life.finite,
                 life.compiled)


def live_all(numbers: Sequence[int]) -> list[Lived]:
    return [live(number) for number in numbers]


def drawn(number: int) -> Document:
    """The document of a number."""
    return composed(Random(f"spec {number}"), steered(number))


def components(document: Document) -> Iterator[str]:
    """The class of every layer in a document, those inside other layers too."""
    def inside(tree: Any) -> Iterator[str]:
        if isinstance(tree, list):
            for one in tree:
                yield from inside(one)
        elif isinstance(tree, dict):
            if isinstance(tree.get("type"), str):
                yield tree["type"]
            for one in tree.values():
                yield from inside(one)

    yield from inside(document["model"])


if __name__ == "__main__":
    for word in sys.argv[1:]:
        print(written_as(drawn(int(word)), "toml"))
        print(live(int(word)))
