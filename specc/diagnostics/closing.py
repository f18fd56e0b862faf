"""The last lines of a check: how much was found, and what was not looked at.

Where nothing was found they are all that is printed, so they need nothing else of the renderers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from specc.diagnostics import Diagnostic

Paint: TypeAlias = Callable[[str, str], str]  # a style and a text to the text in its colors

_COLORS = {"error": "1;31", "warning": "1;33", "info": "1;36", "gutter": "1;34", "help": "1;32",
           "bold": "1", "fine": "32"}


def closing(found: Sequence[Diagnostic], unchecked: Sequence[str], files: int,
            paint: Paint) -> Iterator[str]:
    """One line of counts, then a line for each thing that was not looked at."""
    counts = [_count(sum(one.severity == severity for one in found), word)
              for severity, word in (("error", "error"), ("warning", "warning"),
                                     ("info", "note"))]
    told = [one for one in counts if not one.startswith("0 ")]
    if told:
        worst = "error" if not counts[0].startswith("0 ") else "warning"
        listed = " and ".join([", ".join(told[:-1]), told[-1]] if told[1:] else told)
        wrong = min(files, len({one.where.file for one in found}))
        checked = f" (checked {_count(files, 'file')})" if wrong < files else ""
        yield paint(worst, f"found {listed} in {_count(wrong, 'file')}") + checked
    else:
        yield paint("fine", "all clear: ") + _count(files, "file")
    yield from (paint("warning", "not checked: ") + _safe(one) for one in unchecked)


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def painter(color: bool) -> Paint:
    """What colors texts, or leaves them."""
    return lambda style, text: f"\x1b[{_COLORS[style]}m{text}\x1b[0m" if color else text


def _safe(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    from specc.diagnostics.terminal import safe

    return safe(text)
