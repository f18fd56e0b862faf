"""Elements of SVG as text: a few lines instead of a library, and nothing that is not escaped.

A `Markup` is text that a template takes as it stands (`__html__`); every other text is escaped.
Colours are classes, never values: `style.css` says what they are in light and in dark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

# What neither HTML nor XML has a place for: controls, halves of pairs, what is no character.
UNSAID = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")

KEPT = frozenset(("viewBox", "refX", "refY", "markerWidth", "markerHeight"))


class Markup(str):
    """Text that is markup already."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def clean(text: str) -> str:
    """Text with a sign in the place of every character that a page cannot hold."""
    return UNSAID.sub("\N{REPLACEMENT CHARACTER}", text)


def safe(text: str) -> str:
    return text if isinstance(text, Markup) else escape(clean(text))


def tag(name: str, *children: str, **attributes: str | float | None) -> Markup:
    """An element. A trailing `_` of an attribute is dropped, others become `-`: `class_`,
    `text_anchor`. What is None is left out; numbers are written to a hundredth of a pixel."""
    said = "".join(f' {_attribute(key)}="{_value(value)}"'
                   for key, value in attributes.items() if value is not None)
    inside = "".join(safe(child) for child in children)
    return Markup(f"<{name}{said}>{inside}</{name}>")


def _attribute(key: str) -> str:
    return key if key in KEPT else key.rstrip("_").replace("_", "-")


def _value(value: str | float) -> str:
    return number(value) if isinstance(value, int | float) else escape(clean(value))


def number(value: float) -> str:
    """A coordinate, short."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def points(pairs: Iterable[tuple[float, float]]) -> str:
    """The `d` of a path through points."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in pairs)


def picture(width: float, height: float, *children: str, label: str, class_: str = "chart"
            ) -> Markup:
    """A whole picture that scales with the page and that screen readers name."""
    return tag("svg", *children, class_=class_, width=width, height=height,
               viewBox=f"0 0 {number(width)} {number(height)}", role="img", aria_label=label)
