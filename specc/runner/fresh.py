"""Models loaded in a fresh process, which serves all specs of a session: it imports Keras once.

    fresh = Fresh()
    answer = fresh.predict(path, inputs, names)     # arrays by output, or why there are none
    fresh.close()

A question is a line of JSON on the worker's stdin, an answer one on its stdout; arrays go through
files. The worker ends when its stdin does, so it outlives nobody, however the asking process ends.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

GRACE = 5.0  # seconds that it has to end by itself


class Fresh:
    """The worker, started at the first question; anew, if it has died."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def predict(self, model: Path, inputs: Mapping[str, NDArray[Any]],
                outputs: Sequence[str]) -> dict[str, NDArray[Any]] | str:
        """What a saved model predicts there, by output; or, in words, why it does not."""
        with tempfile.TemporaryDirectory(dir=model.parent) as folder:
            taken, given = Path(folder, "taken"), Path(folder, "given")
            write(taken, inputs)
            given.mkdir()
            told = self._ask({"model": str(model), "taken": str(taken), "given": str(given),
                              "outputs": list(outputs)})
            if told is None:
                self.close()
                return "the process that loads it died"
            return read(given) if "refused" not in told else str(told["refused"])

    def _ask(self, question: Mapping[str, Any]) -> dict[str, Any] | None:
        """The answer; None where the worker died over it."""
        if self._process is not None and self._process.poll() is not None:
            self.close()
        process = self._process
        if process is None:
            process = self._process = subprocess.Popen(
                [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL)
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps(question).encode() + b"\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:
            return None
        told: dict[str, Any] | None = json.loads(line) if line.endswith(b"\n") else None
        return told

    def close(self) -> None:
        """End the worker; what it was asked last has been answered, or nobody waits for it."""
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()
        try:
            process.wait(GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def write(folder: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Arrays by name, a file each; texts as texts. Nothing is pickled."""
    folder.mkdir(exist_ok=True)
    names = list(arrays)
    (folder / "names.json").write_text(json.dumps(names), encoding="utf-8")
    for index, name in enumerate(names):
        one = np.asarray(arrays[name])
        np.save(folder / f"{index}.npy", one.astype(str) if one.dtype.kind == "O" else one,
                allow_pickle=False)


def read(folder: Path) -> dict[str, NDArray[Any]]:
    names = json.loads((folder / "names.json").read_text(encoding="utf-8"))
    return {name: np.load(folder / f"{index}.npy", allow_pickle=False)
            for index, name in enumerate(names)}


def answered(question: Mapping[str, Any]) -> dict[str, Any]:
    """Load and predict, in this process."""
    from specc.backend.start import start

    begun = start()
    if begun.value is None:
        return {"refused": begun.diagnostics[0].message}
    from specc.backend.save import load, predict

    loaded = load(Path(question["model"]))
    if loaded.value is None:
        return {"refused": loaded.diagnostics[0].message}
    found = predict(loaded.value, read(Path(question["taken"])), outputs=question["outputs"])
    write(Path(question["given"]), found)
    return {}


def main() -> None:
    """Answer until nobody asks. What libraries print goes to stderr, never among the answers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever asks
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for line in sys.stdin:
        try:
            told = answered(json.loads(line))
        except Exception as raised:  # the next spec is served all the same
            first = str(raised).strip().partition("\n")[0]
            told = {"refused": f"{type(raised).__name__}: {first}"}
        try:
            print(json.dumps(told), file=answers, flush=True)
        except BrokenPipeError:
            break
    os._exit(0)  # what libraries do at the end takes seconds, and nobody waits for it


if __name__ == "__main__":
    main()
