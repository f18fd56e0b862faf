"""report, compare: the commands that look at the folders of runs. They need no Keras."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Callable
from functools import wraps
from importlib.util import find_spec
from pathlib import Path

from specc.cli.running import said
from specc.diagnostics import SpecError

NEEDED = ("numpy", "pandas", "matplotlib", "jinja2", "pygments")


def with_tables(command: Callable[[Namespace], int]) -> Callable[[Namespace], int]:
    """A command that needs the run extra, but no back end; prints what it raises for a mistake."""
    @wraps(command)
    def guarded(options: Namespace) -> int:
        missing = [name for name in NEEDED if find_spec(name) is None]
        if missing:
            print(f"specc: {missing[0]} is not installed, and this command makes pictures and "
                  'pages; pip install "specc[run]"', file=sys.stderr)
            return 2
        try:
            return command(options)
        except SpecError as wrong:
            return said(wrong.diagnostics)

    return guarded


@with_tables
def report(options: Namespace) -> int:
    from specc.runner.reporting import report as write

    if options.output and len(options.runs) > 1:
        print("specc: --output is the page of one run", file=sys.stderr)
        return 2
    for run in options.runs:
        print(write(Path(run), Path(options.output) if options.output else None))
    return 0


@with_tables
def compare(options: Namespace) -> int:
    from specc.runner.compare import as_text, write_page
    from specc.runner.compare import compare as beside

    found = beside([Path(one) for one in options.runs], Path(options.output))
    print(json.dumps(found.as_json(), indent=1) if options.format == "json" else as_text(found))
    print(f"wrote {options.output}", file=sys.stderr)
    if options.html:
        write_page(found, Path(options.html))
        print(f"wrote {options.html}", file=sys.stderr)
    return 0
