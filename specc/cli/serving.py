"""`specc lsp`: an editor's language server on stdin and stdout."""

from __future__ import annotations

import os
import signal
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import Namespace


def lsp(options: Namespace) -> int:
    """The command: 0 if the editor shut it down before it left, 1 if it just left."""
    if find_spec("pygls") is None or find_spec("pygls.lsp.server") is None:
        print('specc: pygls 2 is not installed, which `specc lsp` needs; pip install "specc[lsp]"',
              file=sys.stderr)
        return 2
    from importlib.metadata import version

    from specc.lsp.server import serve

    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it, whatever it waits for
    # Only the protocol goes to stdout: whatever prints, prints to stderr.
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as protocol:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        return serve(version("specc"), sys.stdin.buffer, protocol)
