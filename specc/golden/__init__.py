"""Golden losses: what a spec's first epochs gave once, held to it from then on.

Pure: no Keras and no NumPy. `record` is the file, `compare` what differs and whether it may,
`specc.runner.goldens` trains.
"""

from __future__ import annotations

from specc.golden.compare import Comparison, Row, compare, judge, table
from specc.golden.record import (
    FORMAT,
    Golden,
    Losses,
    golden_path,
    obtained_path,
    read,
    text,
    unused,
)

__all__ = ["FORMAT", "Comparison", "Golden", "Losses", "Row", "compare", "golden_path", "judge",
           "obtained_path", "read", "table", "text", "unused"]
