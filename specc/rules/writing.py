"""The files that callbacks write: TR146 and TR147."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from string import Formatter

from specc.diagnostics import Related, nearest
from specc.ir.training import keeps, monitors
from specc.ops import table
from specc.ops.component import Component
from specc.rules.extent import at_callback, callbacks
from specc.rules.pairing import Subject
from specc.rules.rule import Finding, Rule, error

COUNTS = ("epoch", "batch")
LONGEST = 6  # characters of a format that is tried: `{epoch:999999999}` would take a gigabyte


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
        first = before.setdefault(path, index)
        if first != index:
            yield Finding(at_callback(about, index, key), f"`{path}` is written by two callbacks",
                          advice="give each a file of its own", related=(Related(
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
    spec = about.plan.spec
    for index, one in callbacks(about):
        if one.name != "ModelCheckpoint":
            continue
        by_epoch = one.get("save_freq") == "epoch"
        reported = monitors(spec, about.plan.heads,
                            validated=by_epoch and keeps(spec, "validation"))
        known = (*COUNTS[:1 if by_epoch else 2], *(name for name in reported if "." not in name))
        for wrong in _unfilled(str(one.get("filepath")), known):
            yield Finding(at_callback(about, index, "filepath"), wrong,
                          advice="use {epoch} or a number that the epoch reports, or double a "
                          "brace that is meant")


def _unfilled(path: str, known: tuple[str, ...]) -> Iterator[str]:
    """What Keras's `path.format(epoch=..., **logs)` would raise for, if it would."""
    try:
        fields = list(Formatter().parse(path))
    except ValueError as broken:
        yield f"the braces of `{path}` cannot be filled in: {broken}"
        return
    named = [(name, style) for _, name, style, _ in fields if name is not None]
    for name, style in named:
        if name not in known:
            yield (f"`{{{name}}}` is not known when the file is written"
                   + nearest(name, known))
        elif style and len(style) <= LONGEST and not _takes(name, style):
            yield f"`{{{name}:{style}}}` is no format of a number"


def _takes(name: str, style: str) -> bool:
    """Whether a number of this name can be written so."""
    try:
        format(1 if name in COUNTS else 0.5, style)
    except ValueError:
        return False
    return True


RULES: tuple[Rule, ...] = (file_written_twice, file_name_unfillable)

__all__ = ["RULES"]
