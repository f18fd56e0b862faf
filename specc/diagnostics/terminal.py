"""Source text as a terminal may have it: nothing it would obey, and columns that line up.

Control characters, direction marks and lone surrogates are shown as signs; tabs are widened;
wide characters count two columns; long lines are clipped around what matters.
"""

from __future__ import annotations

import re

from specc.record import Record

WIDTH = 100  # columns of a source line that are shown
TAB = 4
BOM = "\ufeff"
JOINER = "\u200d"
AS_EMOJI = "\ufe0f"
TONES = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
PARTS = frozenset(map(chr, range(0x1160, 0x1200)))  # of a Hangul syllable, after its first letter

# C0 and C1 controls, marks that reorder text, separators that break lines, lone surrogates
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069"
                     "\ufeff\ud800-\udfff]")


class Line(Record):
    """A source line as it is shown: safe, tabs widened, clipped around a stretch of it."""

    text: str
    begin: int  # cells before the stretch
    length: int  # cells of the stretch, at least one


def split(source: bytes | str) -> list[str]:
    """Lines as every parser here counts them: they end at a line feed and nothing else."""
    text = source.decode("utf-8", "replace") if isinstance(source, bytes) else source
    return [line.removesuffix("\r") for line in text.removeprefix(BOM).split("\n")]


def clip(text: str, at: int, length: int) -> Line:
    """The cells around `length` characters from the index `at`, `…` where something is left out.

    Only the neighborhood is looked at, so that a line of a million characters costs nothing.
    """
    at = min(at, len(text))
    begin = max(0, at - WIDTH)
    near = text[begin:at + WIDTH * 2]
    before = "".join(map(_cell, near[:at - begin]))
    inside = "".join(map(_cell, near[at - begin:at - begin + length]))
    after = "".join(map(_cell, near[at - begin + length:]))
    if begin == 0 and at + WIDTH * 2 >= len(text) and cells(before + inside + after) <= WIDTH:
        return Line(before + inside + after, cells(before), max(cells(inside), 1))
    inside, cut = _take(inside, WIDTH - 2)
    if cut:
        after = ""
    room = WIDTH - 2 - cells(inside)
    kept, left_cut = _take(before[::-1], max(room // 3, room - cells(after)))
    tail, right_cut = _take(after, room - cells(kept))
    left_cut = left_cut or begin > 0
    right_cut = right_cut or cut or at + WIDTH * 2 < len(text)
    before = ("…" if left_cut else "") + kept[::-1]
    return Line(before + inside + tail + ("…" if right_cut else ""), cells(before),
                 max(cells(inside), 1))


def _take(text: str, room: int) -> tuple[str, bool]:
    """As many characters from the front as fit into `room` cells, and whether some did not."""
    used = 0
    for at, char in enumerate(text):
        used += cells(char)
        if used > room:
            return text[:at], True
    return text, False


def cells(text: str) -> int:
    """Columns that a text takes on a terminal.

    Wide characters take two, marks that combine none. A sequence that is one emoji (joined people,
    a skin tone, a heart that is told to be one) takes two, as terminals of today draw it.
    """
    if text.isascii():
        return len(text)
    import unicodedata  # only what is not ASCII needs it

    total = width = 0  # width: of the character that marks would join
    base, joins = "", False
    for char in text:
        if char == JOINER or char in PARTS or unicodedata.category(char) in ("Mn", "Me"):
            if char == AS_EMOJI and width == 1 and not base.isalpha():
                total, width = total + 1, 2
            joins = char == JOINER
            continue
        own = 2 if unicodedata.east_asian_width(char) in "WF" else 1
        if width == 2 and (joins or char in TONES):
            own = 0
        total += own
        width, base, joins = own or width, char, False
    return total


def _cell(char: str) -> str:
    return " " * TAB if char == "\t" else safe(char)


def safe(text: str) -> str:
    """A text that a terminal shows and does not obey."""
    return _UNSAFE.sub(lambda found: _sign(found[0]), text)


def _sign(char: str) -> str:
    code = ord(char)
    return chr(0x2400 + code) if code < 0x20 else "\u2421" if code == 0x7f else "\ufffd"
