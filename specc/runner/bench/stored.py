"""Results of earlier runs, in pytest-benchmark's own files: `.benchmarks/.../0001_NAME.json`.

What a result is of stands in the `extra_info` of each of its benchmarks, under `specc`: the spec
with its hashes, the environment, and the fingerprint of the machine. Versions of Keras and specc
are not in the fingerprint, since what a new one costs is a thing to be found; they are shown.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from math import isfinite
from pathlib import Path
from typing import Any

from specc.record import Record
from specc.runner.machine import differences

OF_DEVICE = frozenset({"CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "JAX_PLATFORMS"})
MACHINE = ("platform", "backend", "device", "threads", "cpu", "flags")
PARTS = ("model", "data", "training")  # of a spec, each with a hash


class Stored(Record):
    """What an earlier run measured of one spec."""

    path: str
    spec: Mapping[str, Any]
    environment: Mapping[str, Any]
    machine: str
    figures: Mapping[str, list[float]]
    noise: Mapping[str, float]

    @property
    def name(self) -> str:
        return Path(self.path).name


def machine_key(environment: Mapping[str, Any], timer: str) -> str:
    """The fingerprint of a machine, of what computes on it, and of the clock: equal means
    comparable times."""
    kept: dict[str, Any] = {key: environment.get(key) for key in MACHINE}
    kept["flags"] = {key: value for key, value in (kept["flags"] or {}).items()
                     if key not in OF_DEVICE}  # `device` says what they did
    kept["timer"] = timer
    return sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:16]


def note(spec: Mapping[str, Any], environment: Mapping[str, Any], machine: str, figure: str,
         noise: float, more: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept with a benchmark, beside its times."""
    return {"specc": {"figure": figure, "spec": dict(spec), "machine": machine,
                      "environment": dict(environment), "noise": noise, **more}}


def results(files: Iterable[tuple[Any, Mapping[str, Any]]]) -> Iterator[Stored]:
    """What files of pytest-benchmark hold of specs, the newest first. Others are passed over, and
    damaged ones."""
    for path, data in sorted(files, key=lambda one: str(one[1].get("datetime")), reverse=True):
        try:
            yield from _held(str(path), data)
        except ValueError:
            continue


def why_none(path: Path) -> str:
    """Why a file holds no result, in words."""
    try:
        found = _held(str(path), json.loads(path.read_text(encoding="utf-8")))
    except OSError as refused:
        return refused.strerror or str(refused)
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError):
        return "it is no JSON"
    except ValueError as wrong:
        return str(wrong)
    return "" if found else "specc measured nothing of what is in it"


def _held(path: str, data: Any) -> list[Stored]:
    """What a file of pytest-benchmark holds of specs; ValueError, in words, for a damaged one."""
    try:
        return _read(path, data)
    except KeyError as lacks:
        raise ValueError(f"it lacks `{lacks.args[0]}`") from None
    except (TypeError, AttributeError, ValueError, OverflowError):
        raise ValueError("it is not of the form that specc writes") from None


def _read(path: str, data: Any) -> list[Stored]:
    by_spec: dict[str, dict[str, Any]] = {}
    for one in data["benchmarks"]:
        told = (one.get("extra_info") or {}).get("specc")
        if not told:
            continue
        kept = by_spec.setdefault(told["spec"]["hashes"]["all"] + told["machine"], {
            "told": told, "figures": {}, "noise": {}})
        kept["figures"][told["figure"]] = _positive(one["stats"]["data"])
        kept["noise"][told["figure"]] = float(told["noise"])
        for name, values in (told.get("bytes") or {}).items():
            kept["figures"][name] = _positive(values)
            kept["noise"][name] = 0.0
    return [_stored(path, **kept) for kept in by_spec.values()]


def _positive(values: Iterable[Any]) -> list[float]:
    """Seconds or bytes; ValueError for what is none."""
    found = [float(value) for value in values]
    if not found or not all(isfinite(value) and value > 0 for value in found):
        raise ValueError
    return found


def _stored(path: str, told: Mapping[str, Any], figures: Mapping[str, list[float]],
            noise: Mapping[str, float]) -> Stored:
    """A result in which everything is that will be looked at; KeyError or the like where not."""
    found = Stored(path, told["spec"], told["environment"], told["machine"], figures, noise)
    _ = found.spec["name"], [found.spec["hashes"][part] for part in PARTS]
    list(differences(found.environment, {}))
    if not all(isfinite(value) and value >= 0 for value in noise.values()):
        raise ValueError
    return found


def fitting(found: Iterable[Stored], spec: Mapping[str, Any], machine: str, *,
            named: bool = False) -> tuple[Stored | None, str]:
    """The first result that can be compared with; or why there is none, in words.

    Of the same machine. Of the same spec, bit for bit, unless it was `named`: then of one of the
    same name, or the only one in there.
    """
    everything = list(found)
    same = [one for one in everything if one.spec["hashes"]["all"] == spec["hashes"]["all"]]
    if named and not same:
        same = ([one for one in everything if one.spec["name"] == spec["name"]]
                or (everything if len(everything) == 1 else []))
    here = [one for one in same if one.machine == machine]
    if here:
        return here[0], ""
    if same:
        return None, "it was measured on another machine, or by another timer"
    if any(one.spec["name"] == spec["name"] for one in everything):
        return None, "the spec has changed since; --baseline names a result of the old one"
    return None, "nothing is stored of this spec"
