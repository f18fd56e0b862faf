"""A server that imports Keras once and forks for every run: a process to kill costs milliseconds.

    python tests/keras/forks.py

Reads a JSON line a run, answers with a JSON line:

    spec, out, resume, every, ends      what is run; `ends`: where the child writes how it ended
    kill: {"rows": n, "after": s}       SIGKILL, s seconds after history.jsonl has n rows
    signals: [["SIGINT", n, s], ...]    signals likewise

TensorFlow and JAX start their threads with the first operation, not when they are imported: a
fork before that is as good as a new process.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

POLL = 0.001


def main() -> None:
    from specc.backend.start import start

    start()
    import matplotlib.pyplot  # noqa: F401
    import sklearn.model_selection  # noqa: F401

    import specc.backend.build
    import specc.backend.save
    import specc.backend.train
    import specc.runner.lifecycle
    import specc.runner.pictures  # noqa: F401

    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        print(json.dumps(one(json.loads(line))), flush=True)


def one(asked: dict[str, Any]) -> dict[str, Any]:
    """Fork, run, kill if asked to; the exit code, negative for a signal, and what was seen."""
    begun = time.monotonic()
    pid = os.fork()
    if pid == 0:
        child(asked)
    due = [*asked.get("signals", ())]
    if asked.get("kill"):
        due.append(["SIGKILL", asked["kill"]["rows"], asked["kill"]["after"]])
    seen: list[float] = [begun]  # when each row of history.jsonl came
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            break
        rows = rows_of(asked)
        while rows >= len(seen):
            seen.append(time.monotonic())
        if due and rows >= due[0][1]:
            there = seen[due[0][1]] if due[0][1] >= asked.get("had", 0) else begun
            if time.monotonic() - there >= due[0][2]:
                os.kill(pid, getattr(signal, due[0][0]))
                del due[0]
        time.sleep(POLL)
    return {"code": os.waitstatus_to_exitcode(status), "rows": rows_of(asked),
            "times": [one - begun for one in seen] + [time.monotonic() - begun]}


def rows_of(asked: dict[str, Any]) -> int:
    found = list(Path(asked["out"]).glob("*/*/history.jsonl"))
    return max((one.read_bytes().count(b"\n") for one in found), default=0)


def child(asked: dict[str, Any]) -> None:
    """Run; write how it ended; never return."""
    code = 70
    log = os.open(asked["ends"] + ".log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    try:
        from specc.runner import keeper, pictures

        pictures.graph = lambda path, plan: path.touch()  # slow, and the same whatever happens
        keeper.EVERY = asked.get("every", keeper.EVERY)
        if keeper.EVERY == 0.0:  # with each epoch
            keeper.SHARE = 0.0
        code = live(asked)
    except KeyboardInterrupt as stopped:
        code = getattr(stopped, "code", 130)
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def live(asked: dict[str, Any]) -> int:
    from specc.backend.snapshot import digests
    from specc.diagnostics import SpecError
    from specc.pipeline import check_file
    from specc.runner.lifecycle import run
    from specc.runner.progress import Lines

    try:
        done = run(check_file(asked["spec"]), Path(asked["out"]), Lines(),
                   resume=asked.get("resume", False))
    except SpecError as wrong:
        Path(asked["ends"]).write_text(json.dumps({"codes": [one.code for one in
                                                             wrong.diagnostics]}))
        return 2
    Path(asked["ends"]).write_text(json.dumps({
        "folder": str(done.folder), "weights": digests(done.model),
        "said": [one.code for one in done.diagnostics]}))
    return 0


if __name__ == "__main__":
    main()
