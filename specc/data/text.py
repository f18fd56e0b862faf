"""Text to integers: lower case, no punctuation, split at spaces. 0 is padding, 1 is unknown."""

from __future__ import annotations

import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

PADDING, UNKNOWN, FIRST = 0, 1, 2
SYMBOLS = "$+<=>^`|~"  # ASCII's punctuation that Unicode counts among symbols


@cache
def _punctuation() -> dict[int, None]:
    """Every character that is taken out, not replaced: `don't` is one token, `dont`."""
    return {code: None for code in range(sys.maxunicode + 1)
            if chr(code) in SYMBOLS or unicodedata.category(chr(code)).startswith("P")}


def tokens(text: str) -> list[str]:
    """The words of a text."""
    return text.lower().translate(_punctuation()).split()


def vocabulary(texts: Iterable[str], size: int) -> tuple[str, ...]:
    """The most frequent tokens, ties letter by letter; `size` counts padding and unknown too."""
    counts = Counter(token for text in texts for token in tokens(text))
    ranked = sorted(counts, key=lambda token: (-counts[token], token))
    return tuple(ranked[:max(size - FIRST, 0)])


def encode(texts: Sequence[str | None], words: Sequence[str], length: int) -> NDArray[np.int64]:
    """(n, length) integers: the first `length` tokens of each text, padded at the end."""
    numbers = {word: i for i, word in enumerate(words, start=FIRST)}
    out = np.full((len(texts), length), PADDING, dtype=np.int64)
    for row, text in enumerate(texts):
        found = [numbers.get(token, UNKNOWN) for token in tokens(text or "")[:length]]
        out[row, :len(found)] = found
    return out
