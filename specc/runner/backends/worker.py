"""One back end's share of `specc backends`: `KERAS_BACKEND=jax python -m ...worker < asked.json`.

The last line of stdout is a JSON object about what was done; the arrays go to the file that
`answer` names.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import numpy as np

from specc.diagnostics import SpecError
from specc.runner.bench.sides import begin, side
from specc.runner.subject import first


def main() -> None:
    asked = json.load(sys.stdin)
    try:
        told = work(asked)
    except SpecError as wrong:
        told = {"wrong": [{"code": one.code, "message": one.message} for one in wrong.diagnostics
                          if one.severity == "error"]}
    print(json.dumps(told))


def work(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Do what is asked; what is to be known beside the arrays."""
    name = begin()
    from specc.backend.agree import computed
    from specc.backend.start import environment

    ready = side("this", asked["file"], tuple(asked["settings"])).ready
    weights = None
    if asked["weights"]:
        with np.load(asked["weights"], allow_pickle=False) as held:
            weights = [held[f"weight/{index}"] for index in range(len(held.files))]
    rows = ready.prepared.train
    done = computed(ready.plan, rows, ready.prepared.validation,
                    first(rows, ready.plan.spec.fit.batch_size), weights=weights,
                    epochs=asked["epochs"])
    if done.value is None:
        raise SpecError(done.diagnostics)
    arrays: dict[str, Any] = dict(done.value)
    np.savez(asked["answer"], **arrays)
    return {"name": ready.plan.spec.name, "digest": digest(rows), "backend": name,
            "random": "step/loss" not in done.value, "twin": bool(done.value.get("twin")),
            "versions": environment()["versions"]}


def digest(rows: Any) -> str:
    """Of the bits of prepared rows."""
    found = sha256()
    for table in (rows.inputs, rows.targets, rows.weights):
        for name in sorted(table):
            array = np.asarray(table[name])
            kept = array.astype(str) if array.dtype.kind == "O" else np.ascontiguousarray(array)
            found.update(f"{name} {kept.dtype} {kept.shape}".encode() + kept.tobytes())
    return found.hexdigest()[:16]


if __name__ == "__main__":
    main()
