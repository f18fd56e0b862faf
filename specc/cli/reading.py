"""check, summary: what is wrong with a spec, and what it is, without Keras."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TextIO

import specc
from specc.cli.console import report
from specc.diagnostics import Diagnostic
from specc.pipeline import Checked, held_to
from specc.record import replace
from specc.source import SUFFIXES
from specc.spec import named
from specc.syntax.reader import Format

if TYPE_CHECKING:
    from argparse import Namespace

SKIPPED = frozenset({"__pycache__", "node_modules", "build", "dist", "runs"})
HERE = os.curdir + os.sep
STDIN = "-"
NO_FILE = "<stdin>"  # what findings call it
# The options of `specc check` when none is given; `specc.cli.parser` has them from here.
CHECK: Mapping[str, Any] = {"format": "full", "select": [], "ignore": [], "strict": False,
                            "data": False, "keras": None, "settings": [],
                            "fix": False, "diff": False}
CONFIG = "SX4"  # codes of what is wrong with [tool.specc]
ROWS_NEED = ("numpy", "pandas", "sklearn")


def check(options: Namespace) -> int:
    files = list(dict.fromkeys(found(options.paths)))
    if not files:
        print(f"specc: no spec files in {', '.join(options.paths)}", file=sys.stderr)
        return 2
    wrong = unknown_codes([*options.select, *options.ignore]) or lacking(
        data=options.data) or unknown_keras(options.keras)
    if wrong is not None:
        print(f"specc: {wrong}", file=sys.stderr)
        return 2
    if options.fix or options.diff:
        from specc.cli.fixing import fix

        return fix(files, options)
    return say(files, options)


def say(files: Sequence[str], options: Namespace, *, given: bytes | None = None,
        to: TextIO | None = None) -> int:
    """Check files and print what is found. given: what came from stdin, where it was read."""
    done = [one_file(file, options, given) for file in files]
    if options.keras:
        done = [held_to(one, options.keras) for one in done]
    kept = [one for checked in done for one in checked.diagnostics
            if wanted(one, options) or stopped_by(one, checked)]
    hidden = sum(len(checked.errors) for checked in done) - sum(
        one.severity == "error" for one in kept)
    if any(one.plan is not None and one.plan.spec.control for one in done):
        from specc.cli.projects import with_unused  # most projects have no [tool.specc]

        kept = with_unused(kept, done, options)
    if len(done) > 1:
        kept = list(dict.fromkeys(kept))  # of a file that several specs share
    sources = {name: text for checked in done for name, text in checked.sources.items()}
    sources = read_again(kept) | sources
    several = len(done) > 1
    unchecked = [f"{checked.file}: {note}" if several else note
                 for checked in done for note in checked.unchecked]
    report(kept, sources, options.format, unchecked=unchecked, files=len(done), to=to)
    mendable = sum(one.fix is not None for one in kept)
    if mendable and options.format in ("full", "concise"):
        print(f"--fix mends {mendable} of them" if not options.fix else
              f"{mendable} could be mended, but not without another error", file=to or sys.stdout)
    if hidden:
        print(f"specc: --select leaves out {hidden} error{'s' * (hidden > 1)}", file=sys.stderr)
    return exit_code(kept, strict=options.strict)


def lacking(*, data: bool) -> str | None:
    """What --data needs and is not installed."""
    from importlib.util import find_spec

    missing = [name for name in ROWS_NEED if data and find_spec(name) is None]
    return (f'{missing[0]} is not installed, and --data reads rows; pip install "specc[run]"'
            if missing else None)


def unknown_keras(version: str | None) -> str | None:
    """What is wrong with --keras."""
    if version is None:
        return None
    from specc.ir.versions import unknown_version

    return unknown_version(version)


def stopped_by(one: Diagnostic, checked: Checked) -> bool:
    """Whether an error kept rules from looking at a file at all (its own, or one of [tool.specc]):
    whatever was selected, nobody can say that it was not found."""
    return checked.plan is None and one.severity == "error"


def read_again(found: Iterable[Diagnostic]) -> dict[str, bytes]:
    """The files that findings point into, also where reading them failed."""
    names = {one.where.file for one in found if one.where.span and os.path.isfile(one.where.file)}
    out = {}
    for name in sorted(names):
        with open(name, "rb") as file:
            out[name] = file.read()
    return out


def unknown_codes(texts: Iterable[str]) -> str | None:
    """What is wrong with --select or --ignore: a word that is no code, family or rule's name."""
    texts = list(texts)
    if not all(text.strip(", ") for text in texts):
        return "--select and --ignore take codes, families or names of rules, found none"
    asked = words(texts)
    if not asked:
        return None
    from specc.catalog import CATALOG
    from specc.diagnostics import nearest

    names = [name for one in CATALOG for name in (one.code, one.name)]
    for word in asked:
        if word not in names and not any(one.code.startswith(word) for one in CATALOG):
            return f"no code, family or rule is called `{word}`" + nearest(word, names)
    return None


def found(paths: Iterable[str]) -> Iterator[str]:
    """The spec files that paths name; folders are searched, hidden ones left out."""
    for path in paths:
        if path == STDIN or not os.path.isdir(path):
            yield path
            continue
        for folder, inner, names in os.walk(path):
            inner[:] = sorted(one for one in inner if one not in SKIPPED and one[0] != ".")
            yield from (os.path.join(folder, one).removeprefix(HERE) for one in sorted(names)
                        if one.endswith(SUFFIXES))


def one_file(file: str, options: Namespace, given: bytes | None = None) -> Checked:
    if file == STDIN:
        text = sys.stdin.buffer.read() if given is None else given
        done = check_stdin(text, options.settings, words(options.select))
        return replace(done, sources={NO_FILE: text, **done.sources})
    if options.data:
        from specc.runner.data import read_rows

        checked, ready = read_rows(specc.check(
            file, options.settings, select=words(options.select)))
        for note in ready.dataset.notes if ready else ():
            print(f"{file}: {note}", file=sys.stderr)
        if ready is not None and ready.plan.spec.ignore:
            from specc.controls import controlled

            return controlled(checked, as_written=not options.settings, rows=True)
        return checked
    return specc.check(file, options.settings, select=words(options.select))


def check_stdin(text: bytes, settings: Sequence[str] = (), select: Sequence[str] = ()) -> Checked:
    kind: Format = "json" if text.lstrip()[:1] == b"{" else "toml"
    return specc.check_text(text, NO_FILE, kind, settings, select)


def words(texts: Iterable[str]) -> list[str]:
    """What --select or --ignore names: texts of words with commas between them."""
    return [word for text in texts for word in text.split(",") if word]


def wanted(one: Diagnostic, options: Namespace) -> bool:
    """Whether --select and --ignore let a finding through; errors always pass --ignore."""
    if options.select and not named(words(options.select), one.code, one.name):
        return False
    return one.severity == "error" or not named(words(options.ignore), one.code, one.name)


def exit_code(kept: Iterable[Diagnostic], *, strict: bool = False) -> int:
    found = tuple(kept)
    if not found:
        return 0
    from specc.syntax.errors import UNREADABLE

    code = 0
    for one in found:
        if one.code in UNREADABLE or one.code.startswith(CONFIG):
            return 2
        if one.severity == "error" or (strict and one.severity == "warning"):
            code = 1
    return code


def summary(options: Namespace) -> int:
    checked = specc.check(options.spec, options.settings)
    if checked.plan is None or checked.errors:
        sources = read_again(checked.diagnostics) | dict(checked.sources)
        report(checked.diagnostics, sources, "full", to=sys.stderr)
        return exit_code(checked.diagnostics)
    from specc.summary import as_json, as_text

    if options.format == "json":
        from json import dumps

        print(dumps(as_json(checked.plan), indent=1))
    else:
        print(as_text(checked.plan))
    return 0
