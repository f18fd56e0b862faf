"""Whether a run goes on where it began: versions, back end, machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specc.diagnostics import Diagnostic, SpecError
from specc.runner.checkpoint import paths
from specc.runner.folder import Folder
from specc.runner.resume_errors import machine_changed, versions_changed
from specc.source import Where

ENVIRONMENT = "environment.json"
# Packages whose versions decide what is computed; others only prepare and draw.
COMPUTE = ("specc", "keras")
OF = {"tensorflow": "tensorflow", "tensorflow-cpu": "tensorflow", "jax": "jax", "jaxlib": "jax",
      "torch": "torch"}  # the back end that a package is part of


def held_to(folder: Folder, now: Mapping[str, Any], *, inexact: bool) -> list[Diagnostic]:
    """What is not as the run's environment.json has it. SpecError for other software, unless
    `inexact` allows it."""
    if not paths(folder.path):
        return []  # nothing was computed that is kept
    try:
        before = folder.read(ENVIRONMENT)
    except (OSError, ValueError):
        return []
    found = list(differences(before, now)) if isinstance(before, dict) else []
    where = Where(str(folder / ENVIRONMENT))
    software = [text for grave, text in found if grave]
    if software and not inexact:
        raise SpecError([versions_changed(where, path=str(folder.path), changes=software)])
    texts = [text for _, text in found]
    return [machine_changed(where, path=str(folder.path), changes=texts)] if texts else []


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[tuple[bool, str]]:
    """What differs, in words, and whether it is software that computes."""
    if before.get("backend") != now.get("backend"):
        yield True, f"the back end was {before.get('backend')}, is {now.get('backend')}"
    was, have = before.get("versions") or {}, now.get("versions") or {}
    back_end = now.get("backend")
    for name in sorted(was.keys() | have.keys()):
        if was.get(name) != have.get(name) and OF.get(name, back_end) == back_end:
            yield name in (*COMPUTE, *OF), (f"{name} was {was.get(name, 'not installed')}, "
                                    f"is {have.get(name, 'not installed')}")
    for name in ("python", "platform", "device"):
        one, other = before.get(name), now.get(name)
        if name == "python":  # the last number changes no result
            one, other = (str(one).rpartition(".")[0], str(other).rpartition(".")[0])
        if one != other:
            yield False, f"{name} was {one}, is {other}"
    for name in ("threads", "flags", "cpu"):
        was, have = before.get(name) or {}, now.get(name) or {}
        for key in sorted(was.keys() | have.keys()):
            if was.get(key) != have.get(key):
                yield False, f"{name}.{key} was {was.get(key)}, is {have.get(key)}"


def history_of(folder: Folder, now: Mapping[str, Any]) -> dict[str, Any]:
    """What environment.json is to hold: the present, and what was before where that differs."""
    try:
        before = folder.read(ENVIRONMENT)
    except (OSError, ValueError):
        return dict(now)
    if not isinstance(before, dict):
        return dict(now)
    earlier = before.pop("before", [])
    if before.get("key") != now.get("key"):
        earlier = [*earlier, before]
    return {**now, **({"before": earlier} if earlier else {})}
