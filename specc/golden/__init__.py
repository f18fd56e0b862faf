"""Golden losses: what a spec's first epochs gave once, held to it from then on.

Pure: no Keras and no NumPy. `record` is the file, `rows` the numbers side by side, `statistics` the
tests they are held to, `compare` what is said of them, `show` how; `specc.runner.goldens` trains.
"""

from __future__ import annotations

from specc.golden.compare import Comparison, compare, judge, way_of
from specc.golden.record import (
    FORMAT,
    Golden,
    Losses,
    golden_path,
    obtained_path,
    owner,
    read,
    text,
    unused,
)
from specc.golden.rows import Row
from specc.golden.show import plot, table

__all__ = ["FORMAT", "Comparison", "Golden", "Losses", "Row", "compare", "golden_path", "judge",
           "obtained_path", "owner", "plot", "read", "table", "text", "unused",
           "way_of"]
