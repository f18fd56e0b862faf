"""What random layers look like: for each operator a strategy of cases."""

from parity.strategies.dense import DENSE
from parity.strategies.encodings import ENCODINGS
from parity.strategies.images import IMAGES
from parity.strategies.recurrent import RECURRENT
from parity.strategies.several import SEVERAL
from parity.strategies.shapes import Case, Cases
from parity.strategies.windows import WINDOWS

CASES: dict[str, Cases] = {**DENSE, **WINDOWS, **SEVERAL, **RECURRENT, **IMAGES, **ENCODINGS}

__all__ = ["CASES", "Case", "Cases"]
