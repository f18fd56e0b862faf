"""What callbacks remember between epochs, taken out and put back: a resumed run needs it.

Keras's own BackupAndRestore forgets it. The state is plain values and arrays: numbers for JSON,
lists of arrays for the weights that EarlyStopping would restore.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeAlias

import numpy as np

State: TypeAlias = list[dict[str, Any]]  # one table per callback, in the order of the spec

KEPT: Mapping[str, tuple[str, ...]] = {
    "EarlyStopping": ("wait", "stopped_epoch", "best", "best_epoch", "best_weights"),
    "ReduceLROnPlateau": ("wait", "best", "cooldown_counter"),
    "ModelCheckpoint": ("best", "_batches_seen_since_last_saving", "_last_batch_seen"),
    "SwapEMAWeights": ("_ema_weights_in_model",),
    "TensorBoard": ("_global_train_batch", "_global_test_batch", "_previous_epoch_iterations"),
}


def take(callbacks: Sequence[Any]) -> State:
    """The state of every callback after an epoch; an empty table where there is none. What they
    wrote until then is in their files."""
    for one in callbacks:
        for writer in getattr(one, "_writers", {}).values():  # TensorBoard's
            writer.flush()
    return [{key: _out(getattr(one, key)) for key in KEPT.get(type(one).__name__, ())
             if hasattr(one, key)} for one in callbacks]


def go_on(callbacks: Sequence[Any]) -> None:
    """Before a resumed run begins to train: files of earlier epochs are added to."""
    for one in callbacks:
        if type(one).__name__ == "CSVLogger":
            one.append = True


def let_go(callbacks: Sequence[Any]) -> None:
    """After training, however it ended: Keras closes files only where it ended well."""
    for one in callbacks:
        file = getattr(one, "csv_file", None)
        if file is not None:
            with suppress(OSError):  # what a full disk does not take is not in the file
                file.close()


def give(callbacks: Sequence[Any], state: State) -> None:
    """Put the state back, after the callbacks have begun their training."""
    for one, kept in zip(callbacks, state, strict=True):
        for key, value in kept.items():
            setattr(one, key, value)


def split(state: State) -> tuple[State, dict[str, Any]]:
    """The numbers (for JSON), and the arrays by a name of their own (for an npz file)."""
    numbers: State = []
    arrays: dict[str, Any] = {}
    for index, kept in enumerate(state):
        numbers.append({key: value for key, value in kept.items() if not isinstance(value, list)})
        for key, value in kept.items():
            if isinstance(value, list):
                arrays |= {f"{index}/{key}/{i}": one for i, one in enumerate(value)}
    return numbers, arrays


def join(numbers: State, arrays: Mapping[str, Any]) -> State:
    """What `split` was given."""
    state = [dict(kept) for kept in numbers]
    for name in sorted(arrays, key=lambda one: int(one.rpartition("/")[2])):
        index, key, _ = name.split("/")
        state[int(index)].setdefault(key, []).append(arrays[name])
    return state


def _out(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [np.asarray(one) for one in value]
    return value.item() if hasattr(value, "item") else value
