"""The files that callbacks write: TR146 and TR147."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from string import Formatter

from specc.diagnostics import Related, nearest
from specc.ir.training import UNMONITORED, keeps, monitors
from specc.ops import table
from specc.ops.component import Component
from specc.rules.extent import at_callback, callbacks
from specc.rules.pairing import Subject
from specc.rules.rule import Finding, Rule, error

LONG = re.compile(r"\d{4}")  # a width that no file name has, and that would take gigabytes


def writes(one: Component) -> str | None:
    """The argument that says which file a callback writes."""
    entry = table.entry("callback", one.name)
    return next((key for key, param in (entry.params if entry else {}).items()
                 if param.text == "file"), None)


@error("TR146")
def file_written_twice(about: Subject) -> Iterator[Finding]:
    """Two callbacks write the same file.

    Why: the later one writes over what the earlier one kept, every epoch and in silence; two tables
    in one file cannot be read.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1 }]
        [outputs.y]
        task = "regression"
        [fit]
        epochs = 20
        callbacks = [
          { type = "ModelCheckpoint", filepath = "a.keras", save_best_only = true },
          { type = "ModelCheckpoint", filepath = "a.keras" },    # error: [TR146]
        ]

    Use instead: a file for each, `best.keras` and `last.keras`.

    Source: own judgement.
    """
    before: dict[PurePosixPath, int] = {}
    for index, one in callbacks(about):
        key = writes(one)
        if key is None:
            continue
        path = PurePosixPath(str(one.get(key)))
        if one.name == "ModelCheckpoint":
            path = PurePosixPath(filled(str(path), numbers(about, index))[0])
        first = before.setdefault(path, index)
        if first != index:
            yield Finding(at_callback(about, index, key), f"`{one.get(key)}` is written by two "
                          "callbacks", advice="give each a file of its own", related=(Related(
                              at_callback(about, first), "the other is here"),))


@error("TR147")
def file_name_unfillable(about: Subject) -> Iterator[Finding]:
    """A checkpoint's file is named after a number that is not there when it is written.

    Why: Keras fills in the name when the first checkpoint is due, and raises then. What it knows
    is `epoch` and, under Keras's names, what the epoch reports: `val_loss` where there are rows of
    validation; with a `save_freq` in batches `batch` too, and nothing of validation.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1 }]
        [outputs.y]
        task = "regression"
        [fit]
        epochs = 20
        callbacks = [{ type = "ModelCheckpoint", filepath = "{val_acc}.keras" }]  # error: [TR147]

    Use instead: `filepath = "{epoch:02d}-{val_loss:.3f}.keras"`. A brace that is meant is doubled.

    Source: measured with Keras 3.15.
    """
    for index, one in callbacks(about):
        if one.name != "ModelCheckpoint":
            continue
        _, wrong = filled(str(one.get("filepath")), numbers(about, index))
        if wrong:
            yield Finding(at_callback(about, index, "filepath"), wrong,
                          advice="use {epoch} or a number that the epoch reports, or double a "
                          "brace that is meant")


def numbers(about: Subject, index: int) -> dict[str, float]:
    """What a checkpoint's file can be named after, each with a value that it could have."""
    spec, (_, one) = about.plan.spec, callbacks(about)[index]
    by_epoch = one.get("save_freq") == "epoch"
    reported = monitors(spec, about.plan.heads, validated=by_epoch and keeps(spec, "validation"))
    rate = by_epoch and any(each.name == "ReduceLROnPlateau"  # which adds it, for those after it
                            for _, each in callbacks(about)[:index])
    names = [name for name in reported if "." not in name and (rate or name not in UNMONITORED)]
    values = {name: 0.5 + 1.37 * at for at, name in enumerate(names)}
    return {"epoch": 1} | ({} if by_epoch else {"batch": 1}) | values


def filled(path: str, known: Mapping[str, float]) -> tuple[str, str | None]:
    """What Keras's `path.format(epoch=..., **logs)` makes of a path, and why it would raise.

    The path as it is, where that would, or where a number says how wide another is written.
    """
    try:
        fields = [(name, style or "") for _, name, style, _ in Formatter().parse(path)
                  if name is not None]
        for name, _ in fields:
            if re.split(r"[.\[]", name)[0] not in known:
                return path, (f"`{{{name}}}` is not known when the file is written"
                              + nearest(name, known))
        if any(LONG.search(style) for _, style in fields):
            return path, f"`{path}` is longer than a file's name can be"
        nested = any("{" in style for _, style in fields)
        return path if nested else path.format(**known), None
    except (ValueError, LookupError, AttributeError, TypeError) as wrong:
        return path, f"`{path}` cannot be filled in: {wrong}"


RULES: tuple[Rule, ...] = (file_written_twice, file_name_unfillable)

__all__ = ["RULES"]
