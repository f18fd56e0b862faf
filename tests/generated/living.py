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
from specc.ops import table
from specc.testing import written_as
from specc.testing.composing import Document, composed, steered
from specc.testing.filling import as_csv, filled

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
ROWS = 24
# One spec in so many is trained as users train: an epoch, validated, with callbacks, in compiled
# graphs. The others fit one step eagerly, which takes a fifth of the time.
COMPILED = 20


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
        return done.value

    def trained(self, model: Any, ready: Any) -> None:
        rows, size = ready.prepared.train, ready.plan.spec.fit.batch_size
        if not self.compiled:
            stepped(model, rows, size)
            return
        from specc.backend.train import train

        done = train(model, ready.plan, rows, ready.prepared.validation, folder=self.folder,
                     epochs=1)
        need(done.value is not None, "train", done.diagnostics)
        wanted = math.ceil(len(next(iter(rows.inputs.values()))) / size)
        found = int(model.optimizer.iterations)
        need(found == wanted, "steps", [f"{found} steps, not {wanted}"])

    def reloaded(self, model: Any, ready: Any) -> None:
        import numpy as np

        from specc.backend.save import load, save

        rows = ready.prepared.validation.inputs
        before = self.predicted(model, ready, rows)
        save(model, self.folder / "model.keras")
        again = load(self.folder / "model.keras")
        need(again.value is not None, "reload", again.diagnostics)
        after = self.predicted(again.value, ready, rows)
        differ = [number for number, (one, other) in enumerate(zip(before, after, strict=True))
                  if not np.array_equal(one, other, equal_nan=True)]
        need(not differ, "predict", [f"output {one} differs after reloading" for one in differ])
        self.finite = all(np.isfinite(one).all() for one in before)

    def predicted(self, model: Any, ready: Any, rows: Any) -> list[Any]:
        """The outputs, in order."""
        from specc.backend.feed import pack_inputs
        from specc.backend.save import predict

        if self.compiled:
            names = [head.name for head in ready.plan.heads]
            found = predict(model, rows, outputs=names, anew=True)
            return [found[name] for name in sorted(found)]
        import keras

        given = model(pack_inputs(rows), training=False)
        return [keras.ops.convert_to_numpy(one) for one in keras.tree.flatten(given)]


def stepped(model: Any, rows: Any, size: int) -> None:
    """One step on the first batch."""
    import keras

    from specc.backend.build import refusals
    from specc.backend.feed import pack

    packed = pack(model, rows)
    x, y, weight = keras.tree.map_structure(
        lambda one: None if one is None else one[:size], (packed.x, packed.y, packed.weight))
    model.run_eagerly = True
    try:
        model.train_on_batch(x, y, sample_weight=weight)
    except refusals() as raised:
        raise Failed("step", str(raised)[-600:]) from raised
    need(int(model.optimizer.iterations) == 1, "step", ["no step was taken"])


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
            failed, why = "traceback", _short(traceback.format_exc())
    if "keras" in sys.modules:
        sys.modules["keras"].utils.clear_session(free_memory=False)
    return Lived(number, failed, why, tuple(life.said), time.process_time() - begun, life.finite,
                 life.compiled)


def _short(text: str) -> str:
    """A traceback without what it prints of arrays: where it ends, and what was said first."""
    begin = text.rfind('  File "')
    return text[begin:begin + 700]


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
            if table.entry("layer", str(tree.get("type"))) is not None:
                yield tree["type"]
            for one in tree.values():
                yield from inside(one)

    yield from inside(document["model"])


if __name__ == "__main__":
    for word in sys.argv[1:]:
        print(written_as(drawn(int(word)), "toml"))
        print(live(int(word)))
