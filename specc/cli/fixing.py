"""`specc check --fix` and `--diff`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import specc
from specc.cli.reading import NO_FILE, STDIN, check_stdin, exit_code, say, wanted, words
from specc.diagnostics import Diagnostic
from specc.fixes.files import difference, write
from specc.fixes.rounds import Change, Mended, Texts, mend
from specc.pipeline import Checked

if TYPE_CHECKING:
    from argparse import Namespace


def fix(files: Sequence[str], options: Namespace) -> int:
    """Mend what can be mended for certain: written, or with --diff only shown.

    Specs are judged as they are written: `--set` counts for what is said afterwards.
    """
    if options.diff and options.format != "full":
        print("specc: --diff prints a diff; leave --format out", file=sys.stderr)
        return 2
    given = sys.stdin.buffer.read() if STDIN in files else None
    mended = mended_files(files, options, given)
    return show(mended) if options.diff else apply(mended, files, options, given)


def mended_files(files: Sequence[str], options: Namespace, given: bytes | None) -> Mended:
    here = os.path.realpath(NO_FILE)

    def check(file: str, texts: Texts) -> Checked:
        if file == STDIN:
            return check_stdin(texts[here], (), words(options.select))
        return specc.check(file, (), texts, words(options.select))

    own = {os.path.realpath(NO_FILE if file == STDIN else file) for file in files}

    def chosen(one: Diagnostic) -> bool:
        """What came through a pipe changes no file beside it."""
        edits = one.fix.edits if one.fix else ()
        return wanted(one, options) and (given is None or all(
            os.path.realpath(edit.where.file) in own for edit in edits))

    return mend(files, check, chosen, {} if given is None else {here: given})


def show(mended: Mended) -> int:
    """Print what would change; 1 if anything would."""
    for one in mended.changes.values():
        put(difference(one.name, one.before, one.after).encode("utf-8"))
    fixed = [one for change in mended.changes.values() for one in change.fixed]
    print(f"would fix {counted(fixed, mended.changes.values())}", file=sys.stderr)
    unread = (one for checked in mended.checked.values() for one in checked.diagnostics)
    return 2 if exit_code(unread) == 2 else int(bool(fixed))


def apply(mended: Mended, files: Sequence[str], options: Namespace, given: bytes | None) -> int:
    """Write what changed, and say what is left."""
    done, failed = [], False
    for file, change in mended.changes.items():
        if given is not None and file == os.path.realpath(NO_FILE):
            given = change.after
        elif reason := write(file, change.after, change.before):
            print(f"specc: cannot write `{change.name}`: {reason}", file=sys.stderr)
            failed = True
            continue
        done.append(change)
    if given is not None:
        put(given)
    stream = sys.stderr if given is not None else sys.stdout
    code = say(files, options, given=given, to=stream)
    fixed = [one for change in done for one in change.fixed]
    machine = options.format not in ("full", "concise")
    print(f"fixed {counted(fixed, done)}", file=sys.stderr if machine else stream)
    return 2 if failed else code


def counted(fixed: Sequence[Diagnostic], changes: Iterable[Change]) -> str:
    several = len(list(changes))
    where = f" in {several} file{'' if several == 1 else 's'}" if fixed else ""
    return f"{len(fixed)} finding{'' if len(fixed) == 1 else 's'}{where}"


def put(text: bytes) -> None:
    """Bytes to stdout as they are: no other ends of lines, no other encoding."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text)
    sys.stdout.buffer.flush()
