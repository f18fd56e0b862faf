"""explain, rules, schema: the reference, from the tables that check."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from specc.catalog import CATALOG, families, family
from specc.catalog import explain as look_up
from specc.diagnostics import Kind

if TYPE_CHECKING:
    from argparse import Namespace


def explain(options: Namespace) -> int:
    kind = look_up(options.code)
    if kind is None:
        from specc.diagnostics import nearest

        words = [word for one in CATALOG for word in (one.code, one.name)]
        print(f"specc: no code is called `{options.code}`" + nearest(options.code, words),
              file=sys.stderr)
        return 2
    print(f"{kind.code} {kind.name} ({kind.severity})\n\n{kind.page}")
    return 0


def rules(options: Namespace) -> int:
    if options.format == "json":
        from json import dumps

        print(dumps({"rules": [as_json(one) for kinds in families().values() for one in kinds]},
                    indent=1))
        return 0
    from shutil import get_terminal_size

    # One rule is one line in a pipe, where it is searched; a terminal has its own width.
    width = get_terminal_size().columns if sys.stdout.isatty() else 0
    print("\n".join(listing(width)))
    return 0


def as_json(kind: Kind) -> dict[str, str]:
    return {"code": kind.code, "name": kind.name, "severity": kind.severity,
            "family": family(kind.code), "claim": kind.claim, "page": kind.page}


def listing(width: int = 0) -> Iterator[str]:
    """Every code with its severity, name and claim, in columns; claims wrapped at `width`."""
    from textwrap import wrap

    longest = max(len(one.name) for one in CATALOG)
    for name, kinds in families().items():
        yield f"{name} ({kinds[0].code[:2]})"
        for one in kinds:
            head = f"  {one.code}  {one.severity:7}  {one.name:{longest}}  "
            lines = wrap(one.claim, max(width - len(head), 24)) if width else [one.claim]
            yield from (f"{head if line is lines[0] else ' ' * len(head)}{line}" for line in lines)
        yield ""
    yield f"{len(CATALOG)} codes; `specc explain CODE` says more of each"


def schema(options: Namespace) -> int:
    from json import dumps

    from specc.schema import schema as made

    print(dumps(made(), indent=1))
    return 0
