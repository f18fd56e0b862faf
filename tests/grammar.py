"""What no message says: `a elu`, `an unit`, `1 layers`, `3 class`."""

from __future__ import annotations

import re

from specc.diagnostics import Diagnostic

THINGS = ("channel", "class", "column", "dimension", "epoch", "filter", "finding", "fold", "group",
          "input", "label", "layer", "number", "parameter", "position", "row", "step", "target",
          "tensor", "token", "trial", "unit", "value", "weight", "window")
ONE = "|".join(THINGS)
MANY = "|".join("classes" if one == "class" else f"{one}s" for one in THINGS)
SLIPS = tuple(map(re.compile, (
    r"\ba (?:8|11\b|18\b|11x|18x)",
    r"\ba (?!uni|use|one)[aeiou]",
    r"\ba (?:[AEIO]|[FHLMNRSX][A-Z0-9])",
    r"\ban (?!8|11|18|[aeioAEIO]|un(?!i)|[FHLMNRSX][A-Z0-9])",
    rf"(?<![\w.,`])1 (?:(?:more|other|relu|hidden|target|prepared) )?(?:{MANY})\b",
    rf"(?<![\w.,`x])(?:0|[2-9]|\d\d[\d,]*) (?:more )?(?:{ONE})\b(?! \w+s\b)",
)))


def slips(said: Diagnostic) -> list[str]:
    """What is wrong with the language of a finding."""
    texts = [said.message, said.advice or "", *(one.message for one in said.related)]
    return [text for text in texts if any(slip.search(text) for slip in SLIPS)]
