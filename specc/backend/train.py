"""Exact training: one `fit`, whose every bit is a function of the spec, the seed and the epoch.

specc feeds the rows in its own order, sets the seed states of dropout and noise at the start of
each epoch, and lets Keras do the rest, so that callbacks keep their meaning.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeAlias

import keras

from specc.backend import distribute, errors, state
from specc.backend.build import refusal, refusals
from specc.backend.feed import Rows, feed, validation_of
from specc.backend.names import Keys, log_keys, monitorable, to_keras, to_specc
from specc.backend.objects import Untrusted, make
from specc.backend.seeds import caller_unmoved, seed_epoch
from specc.backend.start import deterministic
from specc.diagnostics import Diagnostic, Outcome, nearest
from specc.ir.plan import Plan
from specc.ops.component import Component
from specc.record import Record, field

Observer: TypeAlias = Callable[[int, dict[str, Any]], None]

NEEDED = ("tensorflow", "tensorboard")  # by the callback TensorBoard, on every back end
DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO})  # a disk's own troubles
WRITES = {"ModelCheckpoint": "filepath", "CSVLogger": "filename", "TensorBoard": "log_dir"}
MOST_STEPS = 128  # per execution; measured: more is not faster
WORK = 5e9  # operations in one execution at most, so that Ctrl-C and progress are not late


class Trained(Record):
    """What training leaves behind.

    `history` has a list per name, in specc's form (`train.loss`, `val.price.mae`), a value an
    epoch. `epochs` counts the finished ones, those before `initial_epoch` too.
    """

    history: Mapping[str, list[Any]] = field(default_factory=dict)
    epochs: int = 0
    stopped: bool = False  # a callback ended it before `epochs` of the spec


def train(model: Any, plan: Plan, rows: Rows, validation: Rows | None = None, *,
          folder: Path = Path("."), on_epoch: Observer | None = None,
          on_state: Callable[[int, state.State], None] | None = None,
          initial_epoch: int = 0, epochs: int | None = None,
          resumed: state.State | None = None,
          trust: frozenset[str] = frozenset()) -> Outcome[Trained]:
    """Train a compiled model as `[fit]` says.

    folder: where callbacks write. on_epoch: called with the epoch (from 0) and its logs in
    specc's names, after the callbacks of the spec have acted. on_state: called after that with
    what a resumed run needs of the callbacks; `resumed` gives it back, with `initial_epoch`.
    A KeyboardInterrupt passes through; the model then holds the weights of its last step. So does
    an OSError of a full or failing disk.
    """
    spec, keys = plan.spec, log_keys(plan.heads)
    last = spec.fit.epochs if epochs is None else epochs
    made = callbacks(plan, keys, folder, validation is not None, trust)
    if made.value is None:
        return Outcome(None, made.diagnostics)
    theirs = made.value
    if resumed is not None:
        state.go_on(theirs)
    given = distribute.even(feed(model, rows, spec.fit.batch_size, spec.seed, spec.fit.shuffle),
                            plan, len(next(iter(rows.inputs.values()))))
    history: dict[str, list[Any]] = {}
    finished = initial_epoch

    def begin(epoch: int, logs: Any = None) -> None:
        given.turn(epoch)
        seed_epoch(model, spec.seed, epoch)

    def end(epoch: int, logs: Any = None) -> None:
        nonlocal finished
        finished = epoch + 1
        named = to_specc(keys, logs or {})
        for name, value in named.items():
            history.setdefault(name, []).append(value)
        if on_epoch is not None:
            on_epoch(epoch, named)
        if on_state is not None:
            on_state(epoch, state.take(theirs))

    def resume(logs: Any = None) -> None:
        if resumed is not None:
            state.give(theirs, resumed)

    first = keras.callbacks.LambdaCallback(on_epoch_begin=begin)
    final = keras.callbacks.LambdaCallback(on_train_begin=resume, on_epoch_end=end)
    given.turn(initial_epoch)
    checked = validation_of(model, validation, spec.fit.validation_batch_size)
    try:
        with caller_unmoved(), deterministic(), executing(model, plan, given.steps), \
                distribute.training(model, plan):
            model.fit(given.source, epochs=last, initial_epoch=initial_epoch, verbose=0,
                      shuffle=False, callbacks=[first, *theirs, final], validation_data=checked,
                      validation_batch_size=spec.fit.validation_batch_size)
    except KeyboardInterrupt:
        settle(model)
        raise
    except refusals() as raised:
        if getattr(raised, "errno", None) in DISK:
            raise
        return Outcome(None, (refusal(raised, spec.where("fit"), "fit"),))
    finally:
        state.let_go(theirs)
    return Outcome(Trained(history, finished, stopped=finished < last),
                   (*made.diagnostics, *distribute.judged(plan)))


def callbacks(plan: Plan, keys: Keys, folder: Path, validated: bool,
              trust: frozenset[str]) -> Outcome[list[Any]]:
    """The callbacks of the spec: watching Keras's names, writing inside `folder`."""
    said: list[Diagnostic] = []
    made: list[Any] = []
    for index, one in enumerate(plan.callbacks):
        where = plan.spec.where("fit", "callbacks", index)
        more: dict[str, Any] = {}
        watched = one.get("monitor")
        if isinstance(watched, str):
            key = to_keras(keys, watched)
            names = [name for name in monitorable(keys) if validated or name.startswith("train.")]
            if key is None or (key.startswith("val_") and not validated):
                hint = nearest(watched, names) if key is None else ": there is no validation data"
                if "monitor" in one.args:
                    said.append(errors.unknown_monitor(where.at("monitor"), monitor=watched,
                                                       component=one.name, hint=hint))
                    continue
                if one.name != "ModelCheckpoint" or one.get("save_best_only"):
                    said.append(errors.unknown_monitor(where, monitor=watched,
                                                       component=one.name, hint=hint))
                    continue
            else:
                more["monitor"] = key
                direction = better(plan, keys, key)
                if one.get("mode", "auto") == "auto" and direction is not None:
                    more["mode"] = direction
        if one.name == "TensorBoard" and (lacking := unmet(NEEDED)):
            said.append(errors.callback_needs(where, component=one.name,
                                              packages=" and ".join(lacking)))
            continue
        written = WRITES.get(one.name)
        if written is not None:
            value = str(one.get(written, "logs"))
            path = (folder / value).resolve()
            if not path.is_relative_to(folder.resolve()):
                said.append(errors.path_leaves_run(where.at(written), path=value,
                                                   component=one.name))
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            more[written] = str(path)
        try:
            made.append(make(_without(one, more), trust, **more))
        except Untrusted as refused:
            said.append(errors.module_not_trusted(where, name=str(refused)))
        except refusals() as raised:
            said.append(refusal(raised, where, one.name))
    failed = any(one.severity == "error" for one in said)
    return Outcome(None if failed else made, tuple(said))


def unmet(packages: Sequence[str]) -> list[str]:
    """Those of the packages that are not installed."""
    return [name for name in packages if find_spec(name) is None]


def better(plan: Plan, keys: Keys, key: str) -> str | None:
    """`min` or `max`: which way a logged value gets better; None where Keras does not say.

    Keras finds the direction only of metrics of a single output.
    """
    name = keys.get(key) or keys.get(key.removeprefix("val_"), "")
    if name.rpartition(".")[2] == "loss":
        return "min"
    for head in plan.heads:
        for metric, component in head.metrics:
            if name == f"{head.name}.{metric}":
                direction = getattr(make(component), "_direction", None)
                return {"up": "max", "down": "min"}.get(direction or "")
    return None


def _without(component: Component, keys: Mapping[str, Any]) -> Component:
    kept = {key: value for key, value in component.args.items() if key not in keys}
    return Component(component.category, component.name, kept)


@contextmanager
def executing(model: Any, plan: Plan, steps: int) -> Iterator[None]:
    """Run several steps in one call of TensorFlow while training, where nobody can tell.

    The bits are the same (measured), the time two to three times less for small models. The
    model's own setting comes back afterwards.
    """
    before = model.steps_per_execution
    several = steps_at_once(plan, steps)
    if several == before:
        yield
        return
    _set_steps(model, several)
    try:
        yield
    finally:
        _set_steps(model, before)


def steps_at_once(plan: Plan, steps: int) -> int:
    """How many steps to run in one call: the spec's own number where it says one."""
    spec = plan.spec
    written = "steps_per_execution" in ((spec.tree or {}).get("compile") or {})
    alone = spec.compile.steps_per_execution == 1 and not written
    alone = alone and not distribute.shared(plan)
    if keras.backend.backend() != "tensorflow" or not alone or any(map(by_batch, plan.callbacks)):
        return spec.compile.steps_per_execution
    flops = [cost.flops for cost in plan.graph.costs.values()]
    known = sum(one for one in flops if one is not None)
    if not flops or None in flops:
        return max(1, min(8, steps))
    return max(1, min(MOST_STEPS, steps, int(WORK / max(1, 3 * known * spec.fit.batch_size))))


def by_batch(callback: Component) -> bool:
    """Whether a callback looks at single batches, so that steps must not be run together."""
    if callback.name == "TerminateOnNaN" or ":" in callback.name:
        return True
    if callback.name == "ModelCheckpoint":
        return bool(callback.get("save_freq", "epoch") != "epoch")
    if callback.name == "TensorBoard":
        return bool(callback.get("update_freq", "epoch") != "epoch"
                    or callback.get("profile_batch", 0)
                    or callback.get("write_steps_per_second", False))
    return False


def _set_steps(model: Any, steps: int) -> None:
    model.steps_per_execution = steps
    model.train_function = model.test_function = model.predict_function = None


def settle(model: Any) -> None:
    """After an interruption: what the back end holds outside the model's variables goes back."""
    sync = getattr(model, "jax_state_sync", None)
    if sync is not None and getattr(model, "_jax_state", None) is not None:
        sync()


def names_logged(plan: Plan) -> Sequence[str]:
    """Every name a run logs for a part: `loss`, `price.mae`."""
    return list(log_keys(plan.heads).values())


__all__ = ["Observer", "Trained", "by_batch", "callbacks", "names_logged", "steps_at_once",
           "train"]
