"""`[fit] distribute = "data_parallel"`: every device takes its share of each batch.

The model is built with a copy of its variables on each device; gradients are averaged, so that a
step is the step of the whole batch. TensorFlow does it by `tf.distribute.MirroredStrategy`, JAX by
`keras.distribution.DataParallel`, there on several hosts as well. The order of rows is the one of
a single device. Of an epoch's last, smaller batch as many rows are left out as do not go round.

What is not training is done by a copy of the model on one device, so what is measured and predicted
hangs on no number of devices, and a batch of it may be of any size.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from weakref import WeakKeyDictionary

import keras

from specc.backend import errors
from specc.backend.feed import Feed
from specc.diagnostics import Diagnostic
from specc.ir.plan import Plan

_ALONE: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()  # shared model: its copy on one device
HOSTS = "KERAS_DISTRIBUTION_NUM_PROCESSES"


def join() -> None:
    """Join the other hosts of a run, where the environment says that there are any (JAX)."""
    if os.environ.get(HOSTS, "1") not in ("", "1") and keras.backend.backend() == "jax":
        import jax

        if not jax.distributed.is_initialized():
            keras.distribution.initialize()


def devices() -> list[Any]:
    """The devices that share a batch: all accelerators, or where there is none the CPU's own. Names
    on TensorFlow; JAX counts those of all hosts."""
    if keras.backend.backend() == "jax":
        import jax

        return list(jax.devices())
    if keras.backend.backend() != "tensorflow":
        return []
    import tensorflow as tf

    found = tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU")
    return [one.name for one in found]


def judged(plan: Plan) -> Iterator[Diagnostic]:
    """What is to be said of a plan that asks for several devices, on those that are here."""
    spec = plan.spec
    if spec.fit.distribute is None:
        return
    if keras.backend.backend() == "torch":
        yield errors.cannot_share(spec.where("fit", "distribute"), back_end="PyTorch")
        return
    count, size = len(devices()), spec.fit.batch_size
    if count == 1:
        yield errors.nothing_to_share(spec.where("fit", "distribute"))
    elif size % count:
        yield errors.uneven_batch(spec.where("fit", "batch_size"), size=size, devices=count,
                                  instead=-(-size // count) * count)


def shared(plan: Plan) -> bool:
    """Whether a plan is trained on more than one device here."""
    return plan.spec.fit.distribute is not None and len(devices()) > 1


def building(plan: Plan) -> AbstractContextManager[Any]:
    """Where a model is built and compiled: its variables are then on every device."""
    if not shared(plan):
        return nullcontext()
    if keras.backend.backend() == "jax":
        found: AbstractContextManager[Any] = _parallel().scope()
        return found
    import tensorflow as tf

    inside: AbstractContextManager[Any] = tf.distribute.MirroredStrategy(devices()).scope()
    return inside


def shared_by(model: Any) -> AbstractContextManager[Any]:
    """Where variables are made for a model that was built on several devices of TensorFlow."""
    strategy = getattr(model, "distribute_strategy", None)
    return nullcontext() if strategy is None else strategy.scope()


@contextmanager
def training(model: Any, plan: Plan) -> Iterator[None]:
    """Where `fit` of a shared model is called: devices share its steps, one of them validates."""
    if not shared(plan):
        yield
        return
    _ALONE[model] = _copy(model, plan)
    parallel = _parallel() if keras.backend.backend() == "jax" else None

    def evaluate(x: Any = None, y: Any = None, *, sample_weight: Any = None,
                 batch_size: int | None = None, **_: Any) -> Any:
        with _unshared():
            return alone(model).evaluate(x, y, sample_weight=sample_weight, batch_size=batch_size,
                                         verbose=0, return_dict=True)

    object.__setattr__(model, "evaluate", evaluate)  # what `fit` calls, past Keras's own tracking
    try:
        with nullcontext() if parallel is None else parallel.scope():
            yield
    finally:
        object.__delattr__(model, "evaluate")


def alone(model: Any) -> Any:
    """A model of one device with the weights of a shared one; other models as they are."""
    one = _ALONE.get(model)
    if one is None:
        return model
    one.set_weights(model.get_weights())
    return one


def _copy(model: Any, plan: Plan) -> Any:
    """The same model on one device, through a file: so comes whatever its layers have learned."""
    from specc.backend.build import compile_model, load_part

    with TemporaryDirectory() as folder, _unshared():
        path = Path(folder, "model.keras")
        model.save(path)
        made = compile_model(load_part(path), plan)
    if made.value is None:
        raise RuntimeError(made.diagnostics[0].message)
    return made.value


@contextmanager
def _unshared() -> Iterator[None]:
    """What JAX computes inside is not shared."""
    before = keras.distribution.distribution()
    keras.distribution.set_distribution(None)
    try:
        yield
    finally:
        keras.distribution.set_distribution(before)


def even(given: Feed, plan: Plan, rows: int) -> Feed:
    """A feed whose batches go round; the same feed where nothing is shared."""
    if not shared(plan):
        return given
    count = len(devices())
    if keras.backend.backend() == "jax":
        return _EvenArrays(given, plan.spec.fit.batch_size, rows, count)
    return _EvenTensors(given, plan.spec.fit.batch_size, rows, count)


def _steps(batch: int, rows: int, count: int) -> int:
    """Batches of an epoch without rows that do not go round."""
    return -(-(rows - rows % count) // batch)


def _parallel() -> Any:
    return keras.distribution.DataParallel(devices=keras.distribution.list_devices(),
                                           auto_shard_dataset=False)


class _EvenTensors:
    """Batches of a `tf.data` pipeline, the last one cut."""

    def __init__(self, given: Feed, batch: int, rows: int, count: int) -> None:
        import tensorflow as tf

        self._given, self.steps = given, _steps(batch, rows, count)

        def cut(*parts: Any) -> Any:
            return tf.nest.map_structure(
                lambda one: one[:tf.shape(one)[0] // count * count], parts)

        self.source = given.source.take(self.steps).map(cut)

    def turn(self, epoch: int) -> None:
        self._given.turn(epoch)


class _EvenArrays(keras.utils.PyDataset):  # type: ignore[misc]
    """Batches of a `PyDataset`, the last one cut; of several hosts, each takes its share."""

    def __init__(self, given: Feed, batch: int, rows: int, count: int) -> None:
        import jax

        super().__init__()
        self._given, self._count, self.source = given, count, self
        self.steps = _steps(batch, rows, count)
        self._hosts, self._host = jax.process_count(), jax.process_index()

    def turn(self, epoch: int) -> None:
        self._given.turn(epoch)

    def __len__(self) -> int:
        return self.steps

    def __getitem__(self, step: int) -> Any:
        return keras.tree.map_structure(self._share, self._given.source[step])

    def _share(self, whole: Any) -> Any:
        each = len(whole) // self._count * self._count // self._hosts
        return whole[self._host * each:(self._host + 1) * each]


__all__ = ["alone", "building", "devices", "even", "join", "judged", "shared", "shared_by",
           "training"]
