"""`specc import`: a saved Keras model as a spec."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from pathlib import Path

from specc.cli.console import report
from specc.cli.reading import STDIN, exit_code
from specc.diagnostics import Diagnostic
from specc.importer import Imported, as_text, import_model
from specc.pipeline import check_text
from specc.syntax.reader import Format

SCHEMA = "schemas/specc-1.schema.json"


def import_spec(options: Namespace) -> int:
    """Write the spec of a saved model; what was assumed goes to stderr."""
    target = options.output
    reason = unwritable(target, force=options.force) if target != STDIN else None
    if reason is not None:
        print(f"specc: cannot write `{target}`: {reason}", file=sys.stderr)
        return 2
    source = sys.stdin.buffer.read() if options.model == STDIN else options.model
    done = import_model(source, fold=options.fold, training=options.training)
    if done.value is None:
        return _say(done.diagnostics)
    kind: Format = "json" if target.endswith(".json") else "toml"
    text = as_text(done.value.tree, kind, schema_for(target))
    if target == STDIN:
        sys.stdout.write(text)
    else:
        try:
            written(Path(target), text)
        except OSError as refused:
            print(f"specc: cannot write `{target}`: {refused.strerror}", file=sys.stderr)
            return 2
    return _told(done.value, target, text, done.diagnostics)


def _told(imported: Imported, target: str, text: str, said: tuple[Diagnostic, ...]) -> int:
    """What was assumed, and what is wrong with the model itself, where the spec says it."""
    for note in imported.assumed:
        print(f"assumed: {note}", file=sys.stderr)
    if target != STDIN:
        print(f"wrote {target}: {len(text.splitlines())} lines", file=sys.stderr)
    code = _say(said)
    if imported.checked.errors:
        print("specc: the spec says what the model is, and the model has mistakes",
              file=sys.stderr)
        name = "<stdout>" if target == STDIN else target
        kind: Format = "json" if target.endswith(".json") else "toml"
        code = max(code, _say(check_text(text.encode(), name, kind).errors))
    return code


def _say(found: tuple[Diagnostic, ...]) -> int:
    if found:
        report(found, {}, "concise", to=sys.stderr)
    return exit_code(found) if found else 0


def unwritable(target: str, *, force: bool) -> str | None:
    """Why a spec is not written there."""
    if os.path.isdir(target):
        return "it is a folder"
    if os.path.lexists(target) and not force:
        return "it is there already; --force overwrites it"
    return None


def written(path: Path, text: str) -> None:
    """Write whole, or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8", newline="\n")
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def schema_for(target: str) -> str | None:
    """The language's schema as seen from the spec: in the nearest folder upwards that has it."""
    place = Path.cwd() if target == STDIN else Path(target).absolute().parent
    for folder in (place, *place.parents):
        if (folder / SCHEMA).is_file():
            return Path(os.path.relpath(folder / SCHEMA, place)).as_posix()
    return None


__all__ = ["import_spec"]
