"""`specc test --mutants`: how much the goldens of specs see."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Sequence

import specc
from specc.cli.reading import found
from specc.cli.running import NEEDED, needing
from specc.diagnostics import SpecError


@needing(NEEDED, "trains models", "tensorflow")
def mutants(options: Namespace) -> int:
    """0: every mutant was caught; 1: some were missed, or a golden does not hold."""
    if not options.paths:
        print("specc: name the specs to test", file=sys.stderr)
        return 2
    from specc.runner.mutants import Power, Tried, document, power, text

    tried: list[Power] = []
    for file in _with_golden(options.paths):
        from specc.runner.data import read_rows

        checked, ready = read_rows(specc.load(file))
        if ready is None:
            raise SpecError(checked.errors)

        def told(one: Tried, file: str = file) -> None:
            if one.fate != "none":
                by = f" by {one.by}" if one.fate == "caught" else ""
                print(f"{file}: {one.name} {one.fate}{by}", file=sys.stderr)

        tried.append(power(ready, on_each=told))
    if not tried:
        print("specc: no spec with [golden] was found, and mutants are held against one",
              file=sys.stderr)
        return 2
    print(json.dumps(document(tried), indent=1) if options.format == "json" else text(tried))
    return 1 if any(not one.holds or one.count("missed") for one in tried) else 0


def _with_golden(paths: Sequence[str]) -> list[str]:
    """The specs of paths that have [golden]; one that cannot be read is not left out."""
    files = list(dict.fromkeys(found(paths)))
    return [file for file in files
            if (plan := specc.check(file).plan) is None or plan.spec.golden is not None]
