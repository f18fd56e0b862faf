"""Exact training: one `fit`, whose every bit is a function of the spec, the seed and the epoch.

specc gives the rows in its own order, sets the seed states of dropout and noise at the start of
each epoch, and lets the model's own steps do the rest: whole epochs at once where that is
possible (`specc.backend.whole`), else by Keras's `fit`. Callbacks keep their meaning in both.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeAlias

import keras

from specc.backend import distribute, errors, state, whole
from specc.backend.build import refusal, refusals
from specc.backend.feed import Feed, Rows, feed, validation_of
from specc.backend.names import Keys, log_keys, monitorable, to_keras, to_specc
from specc.backend.objects import Untrusted, make
from specc.backend.seeds import caller_unmoved, seed_epoch
from specc.backend.start import deterministic
from specc.backend.steps import by_batch, executing, steps_at_once
from specc.diagnostics import Diagnostic, Outcome, nearest
from specc.ir.plan import Plan
from specc.ops.component import Component
from specc.record import Record, field

Observer: TypeAlias = Callable[[int, dict[str, Any]], None]

NEEDED = ("tensorflow", "tensorboard")  # by the callback TensorBoard, on every back end
DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO})  # a disk's own troubles
WRITES = {"ModelCheckpoint": "filepath", "CSVLogger": "filename", "TensorBoard": "log_dir"}


class Trained(Record):
    """What training leaves behind.

    `history` has a list per name, in specc's form (`train.loss`, `val.price.mae`), a value an
    epoch. `epochs` counts the finished ones, those before `initial_epoch` too.
    """

    history: Mapping[str, list[Any]] = field(default_factory=dict)
    epochs: int = 0
    stopped: bool = False  # a callback ended it before `epochs` of the spec
    ordinary: str | None = None  # why Keras's own loop ran; None: whole epochs did


def train(model: Any, plan: Plan, rows: Rows, validation: Rows | None = None, *,
          folder: Path = Path("."), on_epoch: Observer | None = None,
          on_state: Callable[[int, state.State], None] | None = None,
          initial_epoch: int = 0, epochs: int | None = None,
          resumed: state.State | None = None, fast: bool = True,
          trust: frozenset[str] = frozenset()) -> Outcome[Trained]:
    """Train a compiled model as `[fit]` says.

    folder: where callbacks write. on_epoch: called with the epoch (from 0) and its logs in
    specc's names, after the callbacks of the spec have acted. on_state: called after that with
    what a resumed run needs of the callbacks; `resumed` gives it back, with `initial_epoch`.
    fast: whole epochs in one compiled function, where that is possible; the bits are the same.
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
    ordinary = whole.why_not(model, plan, rows, validation) if fast else "it was asked for"
    given = None if ordinary is None else distribute.even(
        feed(model, rows, spec.fit.batch_size, spec.seed, spec.fit.shuffle),
        plan, len(next(iter(rows.inputs.values()))))
    history: dict[str, list[Any]] = {}
    finished = initial_epoch

    def begin(epoch: int, logs: Any = None) -> None:
        if given is not None:
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
    try:
        with caller_unmoved(), deterministic():
            if given is None:
                whole.run(model, plan, rows, validation, [first, *theirs, final],
                          first=initial_epoch, last=last)
            else:
                _fit(model, plan, given, validation, [first, *theirs, final],
                     first=initial_epoch, last=last)
    except KeyboardInterrupt:
        settle(model)
        raise
    except refusals() as raised:
        if getattr(raised, "errno", None) in DISK:
            raise
        return Outcome(None, (refusal(raised, spec.where("fit"), "fit"),))
    finally:
        state.let_go(theirs)
    return Outcome(Trained(history, finished, stopped=finished < last, ordinary=ordinary),
                   (*made.diagnostics, *distribute.judged(plan)))


def _fit(model: Any, plan: Plan, given: Feed, validation: Rows | None, watching: Sequence[Any],
         *, first: int, last: int) -> None:
    """Keras's own loop over specc's feed."""
    given.turn(first)
    size = plan.spec.fit.validation_batch_size
    with executing(model, plan, given.steps), distribute.training(model, plan):
        model.fit(given.source, epochs=last, initial_epoch=first, verbose=0, shuffle=False,
                  callbacks=watching, validation_data=validation_of(model, validation, size),
                  validation_batch_size=size)


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
