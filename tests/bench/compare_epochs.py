"""Epochs of specc against the same work in a script by hand, side by side.

    python tests/bench/compare_epochs.py [ROUNDS]             # on what KERAS_BACKEND names
    python tests/bench/compare_epochs.py --command [ROUNDS]

By hand is what one writes in Keras: layers, `compile`, and `fit` over NumPy arrays, once with
Keras's own batch of validation (32, as in training) and once with specc's (1024), which is the
very same work. All start from the same weights and train in turns, so that a busy machine is
unfair to none. What counts is the median of the CPU milliseconds of an epoch, all threads, the
first two of each training (which compile) left out. `wall` is the ratio of the medians of time on
the clock, which says more on a machine with nothing else to do: threads that wait for each other
use the processor too.

`same`: whether the last loss is the same bits: of specc's two ways, and of a `fit` by hand that
is given specc's order of rows. Dropout's masks are drawn otherwise there, so not for `digits`.

Exit code 1 where a ratio to Keras's defaults is less than `LEAST` on TensorFlow, or specc's two
ways differ. `--command` measures the whole of `specc run` for 100 epochs of California, imports
included, against `plain_california.py` with as many.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parents[2]
EPOCHS = 8
ROUNDS = 2
LEAST = {"california/sequential": 10, "california/wide_and_deep_aux": 6, "digits": 2,
         "recurrent": 2}
FILES = {"recurrent": ROOT / "tests" / "bench" / "recurrent.specc.toml"}
COMMAND_LEAST = 1.5
HAND, LIKE, SLOW, FAST = "by hand", "by hand, 1024", "--no-fast", "specc"


def prepared(name: str) -> Any:
    import specc
    from specc.runner.data import read_rows

    file = FILES.get(name, ROOT / "specs" / f"{name}.specc.toml")
    _, ready = read_rows(specc.check(str(file), {}))
    if ready is None:
        raise SystemExit(f"no rows for {file}: set SPECC_DATA")
    return ready


def by_hand(name: str, ready: Any) -> Any:
    """The models as one writes them in Keras, compiled; their names are those of the specs."""
    import keras
    from keras import layers

    if name == "california/sequential":
        model = keras.Sequential([
            keras.Input((8,)), layers.Dense(30, activation="relu"),
            layers.Dense(10, activation="relu"), layers.Dense(1)])
        model.compile(keras.optimizers.SGD(0.01), loss="mse", metrics=["mae"])
    elif name == "california/wide_and_deep_aux":
        shapes = {key: one.shape[1:] for key, one in ready.prepared.train.inputs.items()}
        wide, deep = (keras.Input(shapes[key], name=key) for key in ("wide", "deep"))
        hidden = layers.Dense(30, activation="relu")(deep)
        hidden = layers.Dense(30, activation="relu")(hidden)
        price = layers.Dense(1, name="price")(layers.Concatenate()([wide, hidden]))
        aux = layers.Dense(1, name="aux_price")(hidden)
        model = keras.Model({"wide": wide, "deep": deep}, {"price": price, "aux_price": aux})
        model.compile(keras.optimizers.SGD(0.005), loss={"price": "mse", "aux_price": "mse"},
                      loss_weights={"price": 0.9, "aux_price": 0.1},
                      metrics={"price": ["mae"], "aux_price": ["mae"]})
    elif name == "digits":
        model = keras.Sequential([
            keras.Input((8, 8, 1)),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(), layers.Dropout(0.25), layers.Flatten(),
            layers.Dense(64, activation="relu"), layers.Dense(10, activation="softmax")])
        model.compile(keras.optimizers.Adam(1e-3), loss="sparse_categorical_crossentropy",
                      metrics=["accuracy"])
    else:
        model = keras.Sequential([keras.Input((12, 1)), layers.LSTM(16), layers.Dense(1)])
        model.compile(keras.optimizers.Adam(0.005), loss="mse", metrics=["mae"])
    return model


def packed(rows: Any) -> tuple[Any, Any]:
    x = dict(rows.inputs) if len(rows.inputs) > 1 else next(iter(rows.inputs.values()))
    y = dict(rows.targets) if len(rows.targets) > 1 else next(iter(rows.targets.values()))
    return x, y


def hand_fit(name: str, ready: Any, weights: Any, checked: int, tick: Callable[[], None],
             ordered: bool = False) -> float:
    """The last loss of a training by hand; `ordered`: over the batches that specc gives."""
    import keras

    fit = ready.plan.spec.fit
    model = by_hand(name, ready)
    model.set_weights(weights)
    watch = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: tick())
    more = {"epochs": EPOCHS, "verbose": 0, "validation_batch_size": checked,
            "validation_data": packed(ready.prepared.validation)}
    if ordered:
        batches = in_order(packed(ready.prepared.train), fit.batch_size, ready.plan.spec.seed)
        begin = keras.callbacks.LambdaCallback(on_epoch_begin=lambda epoch, logs:
                                               batches.turn(epoch))
        found = model.fit(batches, shuffle=False, callbacks=[begin, watch], **more)
    else:
        x, y = packed(ready.prepared.train)
        found = model.fit(x, y, batch_size=fit.batch_size, callbacks=[watch], **more)
    return float(found.history["loss"][-1])


def in_order(parts: Any, batch: int, seed: int) -> Any:
    """A data set of Keras that gives rows in specc's order."""
    import keras

    from specc.data.order import permutation

    count = len(keras.tree.flatten(parts)[0])

    class Batches(keras.utils.PyDataset):  # type: ignore[misc]
        def turn(self, epoch: int) -> None:
            self.order = permutation(count, seed, epoch)

        def __len__(self) -> int:
            return -(-count // batch)

        def __getitem__(self, at: int) -> Any:
            rows = self.order[at * batch:(at + 1) * batch]
            return keras.tree.map_structure(lambda one: one[rows], parts)

    batches = Batches()
    batches.turn(0)
    return batches


def specc_fit(ready: Any, weights: Any, fast: bool, tick: Callable[[], None]) -> float:
    from specc.backend.build import build
    from specc.backend.train import train

    model = build(ready.plan, ready.prepared.train.inputs).value
    model.set_weights(weights)
    done = train(model, ready.plan, ready.prepared.train, ready.prepared.validation, fast=fast,
                 epochs=EPOCHS, on_epoch=lambda epoch, logs: tick())
    if done.value is None or (done.value.ordinary is None) != fast:
        raise SystemExit(str(done))
    return float(done.value.history["train.loss"][-1])


def timed(work: Callable[[Callable[[], None]], float]) -> tuple[float, list[tuple[float, float]]]:
    """The loss that a training ends with, and the milliseconds of its epochs but the first two: of
    the processor, and on the clock."""
    ticks: list[tuple[float, float]] = []
    loss = work(lambda: ticks.append((1e3 * time.process_time(), 1e3 * time.perf_counter())))
    return loss, [(after[0] - before[0], after[1] - before[1])
                  for before, after in pairwise(ticks[1:])]


def compare(name: str, rounds: int) -> tuple[dict[str, float], dict[str, float], bool, bool]:
    """Milliseconds of each way, of the processor and on the clock; whether specc's ways, and the
    script in order, are equal."""
    from specc.backend.build import build

    ready = prepared(name)
    weights = build(ready.plan, ready.prepared.train.inputs).value.get_weights()
    batch, checked = ready.plan.spec.fit.batch_size, ready.plan.spec.fit.validation_batch_size
    ways: dict[str, Callable[[Callable[[], None]], float]] = {
        HAND: lambda tick: hand_fit(name, ready, weights, batch, tick),
        LIKE: lambda tick: hand_fit(name, ready, weights, checked, tick),
        SLOW: lambda tick: specc_fit(ready, weights, False, tick),
        FAST: lambda tick: specc_fit(ready, weights, True, tick),
    }
    times: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
    losses: dict[str, float] = {}
    for _ in range(rounds):
        for way, work in ways.items():
            losses[way], found = timed(work)
            times[way] += found
    ordered = hand_fit(name, ready, weights, checked, lambda: None, ordered=True)
    processor, clock = ({way: median(one[at] for one in found) for way, found in times.items()}
                        for at in (0, 1))
    return (processor, clock,
            losses[SLOW] == losses[FAST], ordered == losses[FAST])


def epochs(rounds: int) -> int:
    from specc.backend.start import start

    back_end = start().value
    print(f"{back_end}; CPU milliseconds of an epoch, medians of {rounds} x {EPOCHS - 2} epochs")
    print(f"{'':30} {HAND:>9} {LIKE:>14} {SLOW:>10} {FAST:>8} {'ratio':>6} {'like':>6} "
          f"{'wall':>6}  same")
    short = False
    for name, least in LEAST.items():
        took, clock, equal, ordered = compare(name, rounds)
        ratio, like = took[HAND] / took[FAST], took[LIKE] / took[FAST]
        print(f"{name:30} {took[HAND]:9.1f} {took[LIKE]:14.1f} {took[SLOW]:10.1f} "
              f"{took[FAST]:8.1f} {ratio:6.1f} {like:6.1f} "
              f"{clock[HAND] / clock[FAST]:6.1f}  "
              f"{'yes' if equal else 'NO'}, by hand {'yes' if ordered else 'no'}", flush=True)
        short |= not equal or (back_end == "tensorflow" and ratio < least)
    return int(short)


def command(rounds: int) -> int:
    """The whole command, and the script by hand, for 100 epochs of California."""
    from compare_run import COMMANDS, ROOT, cost

    found: dict[str, list[Any]] = {"by hand": [], "specc run": [], "--no-fast": []}
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "by_hand.py"
        plain = (ROOT / "tests" / "bench" / "plain_california.py").read_text(encoding="utf-8")
        assert "epochs=20" in plain
        script.write_text(plain.replace("epochs=20", "epochs=100"), encoding="utf-8")
        run = [*COMMANDS["specc run"], "--set", "fit.epochs=100"]
        commands = {"by hand": [str(script), "{out}"], "specc run": run,
                    "--no-fast": [*run, "--no-fast"]}
        for number in range(rounds):
            for name, words in commands.items():
                out = f"{folder}/{name.replace(' ', '-')}-{number}"
                found[name].append(cost([word.format(out=out) for word in words]))
                print(f"{name:10} {found[name][-1].cpu:6.2f} s", file=sys.stderr, flush=True)
    cpu = {name: median(one.cpu for one in costs) for name, costs in found.items()}
    for name, costs in found.items():
        print(f"{name:10} {cpu[name]:6.2f} s CPU  {median(one.wall for one in costs):6.2f} s wall")
    ratio = cpu["by hand"] / cpu["specc run"]
    print(f"ratio of CPU medians, {rounds} runs each: {ratio:.2f} (at least {COMMAND_LEAST})")
    return int(ratio < COMMAND_LEAST)


def main() -> int:
    words = [word for word in sys.argv[1:] if word != "--command"]
    rounds = int(words[0]) if words else ROUNDS
    return command(rounds) if "--command" in sys.argv else epochs(rounds)


if __name__ == "__main__":
    sys.exit(main())
