"""What `specc run` runs: a spec, the unfinished run of a spec, or that in a folder."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path
from typing import NoReturn

from specc.cli.running import checked, said
from specc.pipeline import Checked


def to_run(options: Namespace, out: Path) -> tuple[Checked, bool | Path]:
    """The checked spec, and how `specc.runner.lifecycle.run` is to resume it."""
    if not options.resume:
        if options.inexact:
            misused("--inexact goes with --resume")
        if options.spec is None:
            misused("the following arguments are required: SPEC")
        return checked(options), False
    if options.spec is not None and not Path(options.spec).is_dir():
        return checked(options), True
    if options.settings:
        misused("--set goes with a SPEC; a run's folder has the settings it began with")
    from specc.runner.resume import newest, spec_of

    path = newest(out) if options.spec is None else Path(options.spec)
    return spec_of(path), path


def verify(options: Namespace) -> int:
    """`specc run SPEC --verify [EPOCHS]`."""
    from specc.runner.progress import on_stderr
    from specc.runner.verify import EPOCHS
    from specc.runner.verify import verify as train_twice

    told = options.verify
    if options.spec is None and told and not told.isdecimal():  # `--verify SPEC`
        options.spec, told = told, ""
    if options.resume or options.spec is None or (told and not told.isdecimal()) or told == "0":
        misused("it is: specc run SPEC --verify [EPOCHS]")
    if unread := [*options.given, *["--inexact"] * options.inexact]:
        misused(f"{unread[0]} means nothing with --verify")
    done = train_twice(checked(options), int(told or EPOCHS), on_stderr(quiet=options.quiet),
                       fast=options.fast)
    if done.found:
        return said(done.found)
    print(f"the same bits twice: {done.epochs} epochs, {done.weights} weights of model and "
          f"optimizer, {done.numbers} numbers an epoch")
    return 0


def misused(text: str) -> NoReturn:
    print(f"specc run: {text}", file=sys.stderr)
    raise SystemExit(2)
