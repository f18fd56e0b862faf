"""report, compare: the commands that look at the folders of runs. They need no Keras."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from pathlib import Path

from specc.cli.running import needing

with_tables = needing(("numpy", "pandas", "matplotlib", "jinja2", "pygments"),
                      "makes pictures and pages", "run")


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
