"""The command line: arguments to one call to print. No decisions, and no Keras until a model
is really built."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

INTERRUPTED = 130  # what a shell gives a program that Ctrl-C ended
# What has threads, processes or temporary files to end.
NEED_AN_END = frozenset({"numpy", "concurrent.futures", "multiprocessing", "tempfile", "pytest"})


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code: 0 nothing found, 1 something found, 2 could not work."""
    try:
        options = parse(sys.argv[1:] if arguments is None else arguments)
        code = int(options.command(options))
        sys.stdout.flush()
        return code
    except KeyboardInterrupt as stopped:
        print("specc: interrupted", file=sys.stderr, flush=True)
        return getattr(stopped, "code", INTERRUPTED)  # 143 after SIGTERM
    except BrokenPipeError:  # the reader of a pipe has gone, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def parse(arguments: Sequence[str]) -> Any:
    """The options of a command. `specc check PATH...` is read by hand: it is what hooks call, and
    argparse takes as long as checking a spec."""
    command, *paths = arguments or [""]
    if command == "check" and paths and not any(path.startswith("-") for path in paths):
        from specc.cli.reading import CHECK, check

        return SimpleNamespace(**CHECK, paths=paths, command=check)
    from specc.cli.parser import parser

    return parser().parse_args(arguments)


def entry() -> None:
    """The program.

    Starting makes many objects and no garbage, so the collector is told to look seldom; and where
    only specs were read, nobody takes Python's modules apart again. Both are a tenth of the time.
    """
    if sys.argv[1:2] == ["check"]:
        gc.set_threshold(50_000)
    code = main()
    if sys.modules.keys() & NEED_AN_END:
        sys.exit(code)
    os._exit(code)
