"""`specc backends`: the same spec on TensorFlow, JAX and torch, from the same weights.

Each back end is a process of its own (`worker`), in this environment or in another one's Python;
weights and results go to and fro as `.npz` files without pickles. What one computes is compared
with the first one (`table`).
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from specc.diagnostics import SpecError
from specc.record import Record
from specc.runner.backends.table import Row, compared
from specc.runner.bench_errors import back_end_failed, back_end_not_here
from specc.source import Where

NAMES = ("tensorflow", "jax", "torch")
MISSING = "IR902"  # what a worker says where its back end is not installed
# What a Python says that has no specc, or only its sources in the working folder.
WITHOUT = re.compile(r"No module named '?(specc|numpy)(?![\w.])")


class Place(Record):
    """A back end, and the Python that has it."""

    name: str
    python: str = sys.executable


class Compared(Record):
    """`rows` of the table, against the first of `names`. `random`: layers draw whether they are
    trained or not, so nothing was. `twin`: what was trained is the model's twin."""

    name: str
    names: tuple[str, ...]
    rows: tuple[Row, ...]
    random: bool
    twin: bool
    versions: Mapping[str, Mapping[str, str]]


def places(names: Sequence[str], pythons: Mapping[str, str]) -> list[Place]:
    """Where each back end is to run: those named, each once, else all that are installed here or
    elsewhere."""
    asked = names or [name for name in NAMES if name in pythons or find_spec(name)]
    return [Place(name, pythons.get(name, sys.executable)) for name in dict.fromkeys(asked)]


def compare(file: str, settings: Sequence[str], where: Sequence[Place], epochs: int,
            say: Callable[[str], None] = lambda text: None) -> Compared:
    """Run a spec on each back end; SpecError for what stands in the way of one."""
    import numpy as np

    for one in where:
        if one.python == sys.executable and not find_spec(one.name):
            raise SpecError([back_end_not_here(Where(""), name=one.name, python=one.python)])
    found: dict[str, Mapping[str, Any]] = {}
    told: dict[str, dict[str, Any]] = {}
    with TemporaryDirectory() as folder:
        given = Path(folder) / "weights.npz"
        for one in where:
            say(one.name)
            answer = Path(folder) / f"{one.name}.npz"
            asked = {"file": file, "settings": list(settings), "epochs": epochs,
                     "weights": str(given) if found else None, "answer": str(answer)}
            told[one.name] = _worked(one, file, asked)
            with np.load(answer, allow_pickle=False) as arrays:
                found[one.name] = {name: arrays[name] for name in arrays.files}
            if not given.exists():
                first = found[one.name]
                np.savez(given, **{name: value for name, value in first.items()
                                   if name.startswith("weight/")})
    names = tuple(found)
    rows = compared(found, {name: one["digest"] for name, one in told.items()})
    base = told[names[0]]
    return Compared(base["name"], names, rows, base["random"], base["twin"],
                    {name: one["versions"] for name, one in told.items()})


def _worked(place: Place, file: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """What a worker says of itself; its arrays lie in the answer's file."""
    environment = os.environ | {"KERAS_BACKEND": place.name, "PYTHONWARNINGS": "ignore"}
    try:
        done = subprocess.run([place.python, "-m", "specc.runner.backends.worker"],
                              input=json.dumps(asked), capture_output=True, text=True,
                              errors="replace", check=False, env=environment)
    except OSError as raised:
        raise SpecError([back_end_failed(
            Where(place.python), name=place.name,
            reason=f"`{place.python}` cannot be started: {raised.strerror}")]) from None
    if done.returncode != 0:
        text = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        if WITHOUT.search(text):
            raise _no_specc(place)
        raise SpecError([back_end_failed(Where(file), name=place.name, reason=text[:300])])
    told = _answer(done.stdout)
    if told is None:
        raise _no_specc(place)
    if wrong := told.get("wrong"):
        if wrong[0]["code"] == MISSING:
            raise SpecError([back_end_not_here(Where(""), name=place.name, python=place.python)])
        raise SpecError([back_end_failed(Where(file), name=place.name,
                                         reason=wrong[0]["message"])])
    return told


def _no_specc(place: Place) -> SpecError:
    return SpecError([back_end_failed(
        Where(place.python), name=place.name,
        reason=f"`{place.python}` does not answer as a Python that has specc")])


def _answer(said: str) -> dict[str, Any] | None:
    """The last line of what a worker said; None where that is none of a worker's."""
    try:
        told = json.loads((said.strip().splitlines() or [""])[-1])
    except ValueError:
        return None
    return told if isinstance(told, dict) and told.keys() & {"digest", "wrong"} else None


__all__ = ["NAMES", "Compared", "Place", "compare", "places"]
