"""Many numbers lived in worker processes, which are renewed: Keras keeps what it once built.

`python -m generated.sweep 2000` in `tests/` runs the whole of it and prints the counts; a second
number says where to begin.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import contextmanager
from multiprocessing import active_children, get_context
from typing import TypeVar

from generated.living import Lived, components, drawn, live_all
from specc.spec import Kind
from specc.testing.composing import KINDS, layers
from specc.testing.endings import losses

WORKERS = 2
AT_ONCE = 20  # numbers of a task
TASKS = 20  # of a process, before all are renewed
SECONDS = 60 * AT_ONCE  # until some task ends, which takes less than one a number
FULL = 2000
SWITCH = "TF_ENABLE_ONEDNN_OPTS"
# What the full sweep has to have, at least.
LAYER, KIND, LOSS = 5, 200, 20

T = TypeVar("T")


def spread(run: Callable[[Sequence[int]], list[T]], count: int, begin: int = 0) -> Iterator[T]:
    """The results of numbers `begin` to `count`, as they come.

    RuntimeError for a process that dies, and for tasks of which none ends in time; it names the
    numbers that were lived then. The processes of a pool that renews them one by one either wait
    for ever for the last (CPython 115634) or lose the task of one that died: here all are renewed.
    """
    parts = [range(at, min(at + AT_ONCE, count)) for at in range(begin, count, AT_ONCE)]
    renewed = WORKERS * TASKS
    for at in range(0, len(parts), renewed):
        yield from _in_new_processes(run, parts[at:at + renewed])


def _in_new_processes(run: Callable[[Sequence[int]], list[T]],
                      parts: Sequence[range]) -> Iterator[T]:
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        waiting: dict[Future[list[T]], range] = {pool.submit(run, one): one for one in parts}
        while waiting:
            done, _ = wait(waiting, SECONDS, FIRST_COMPLETED)
            if not done:
                for one in active_children():
                    one.kill()
                raise RuntimeError(f"no end of one of {[*waiting.values()][:WORKERS]}")
            for future in done:
                try:
                    found = future.result()
                except BrokenExecutor:  # whatever runs and waits then has it, in no order
                    raise RuntimeError("a process died in one of "
                                       f"{[*waiting.values()][:WORKERS]}") from None
                del waiting[future]
                yield from found


@contextmanager
def heeded() -> Iterator[None]:
    """Where TensorFlow computes wrongly with oneDNN (IR918), processes are started without it."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        wrong = pool.submit(_wrong_by).result()
    if wrong is None:
        yield
        return
    print(f"TensorFlow is wrong by {wrong:.1g} on this processor: lived without oneDNN", flush=True)
    before = os.environ.get(SWITCH)
    os.environ[SWITCH] = "0"
    try:
        yield
    finally:
        del os.environ[SWITCH]
        if before is not None:
            os.environ[SWITCH] = before


def _wrong_by() -> float | None:
    from specc.backend.start import start

    if start().value != "tensorflow":
        return None
    from specc.backend.products import wrong_by

    return wrong_by()


def counted(count: int) -> dict[str, Counter[str]]:
    """What the specs of numbers 0 to `count` hold: how many specs have each."""
    found: dict[str, Counter[str]] = {"layers": Counter(), "kinds": Counter(), "losses": Counter(),
                                      "tasks": Counter(), "optimizers": Counter(),
                                      "callbacks": Counter(), "metrics": Counter()}
    for number in range(count):
        document = drawn(number)
        found["layers"].update(set(components(document)))
        found["kinds"][document["model"]["kind"]] += 1
        outputs = document["outputs"].values()
        found["losses"].update({_name(one["loss"]) for one in outputs})
        found["tasks"].update({one["task"] for one in outputs})
        found["metrics"].update({_name(m) for one in outputs for m in one.get("metrics", ())})
        found["optimizers"][_name(document["compile"]["optimizer"])] += 1
        found["callbacks"].update({_name(one) for one in document["fit"].get("callbacks", ())})
    return found


def _name(tree: object) -> str:
    return str(tree["type"] if isinstance(tree, dict) else tree)


def short(found: dict[str, Counter[str]]) -> list[str]:
    """What a full sweep has too little of."""
    kinds: tuple[Kind, ...] = KINDS
    wanted = [("layers", layers(), LAYER), ("kinds", kinds, KIND), ("losses", losses(), LOSS)]
    return [f"{name}: {one} in {found[name][one]}, not {least}"
            for name, ones, least in wanted for one in ones if found[name][one] < least]


def told(lived: Sequence[Lived], found: dict[str, Counter[str]]) -> str:
    """The counts, for people."""
    lines = [f"{len(lived)} specs, {sum(not one.failed for one in lived)} lived, "
             f"{sum(one.compiled for one in lived)} of them as compiled graphs; "
             f"{sum(not one.finite for one in lived)} predict NaN or infinity; "
             f"{sum(one.seconds for one in lived):.0f} s of CPU time"]
    for name, counts in found.items():
        few = min(counts, key=lambda one: counts[one])
        lines.append(f"{name}: {len(counts)}, the fewest specs have {few} ({counts[few]})")
    said = Counter(one for spec in lived for one in set(spec.warnings))
    lines.append("warnings: " + (", ".join(f"{n} {c}" for n, c in said.most_common()) or "none"))
    lines += [f"FAILED {one.number} {one.failed}: {one.why}" for one in lived if one.failed]
    return "\n".join(lines)


def main(count: int, begin: int = 0) -> int:
    lived: list[Lived] = []
    with heeded():
        for one in spread(live_all, count, begin):
            lived.append(one)
            if one.failed:
                print(f"{one.number} {one.failed}: {one.why}", flush=True)
            if len(lived) % AT_ONCE == 0:
                print(f"{len(lived)} lived", flush=True)
    found = counted(count)
    print(told(sorted(lived, key=lambda one: one.number), found))
    lacking = short(found) if count >= FULL else []
    print("\n".join(lacking))
    return int(bool(lacking) or any(one.failed for one in lived))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
