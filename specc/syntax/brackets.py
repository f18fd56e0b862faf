"""One linear look at the brackets of a text before any parser sees it.

Parsers recurse at brackets and take quadratic time over long dotted keys; and newer readers of
TOML let an inline table go over several lines, which TOML 1.0 does not. All three show in the
brackets, the strings and the comments alone.
"""

from __future__ import annotations

import re

from specc.record import Record

DEPTH = 100  # tables and lists in one another, and parts of one dotted key


class Brackets(Record):
    """What the brackets of a text say. Positions are indices of characters."""

    open: tuple[int, ...]  # the brackets that never close, outermost first
    too_deep: int | None = None
    broken: tuple[int, int] | None = None  # an inline table's `{` and the line end inside it

    @property
    def stops(self) -> bool:
        """Whether no parser may see the text."""
        return self.too_deep is not None or self.broken is not None


# Compiled when a text must be looked at; most are shallow.
TOML = (
    r'"""(?:[^"\\]|\\[\s\S]|"(?!""))*+(?:"{3,5}+)?|'
    r"'''(?:[^']|'(?!''))*+(?:'{3,5}+)?|"
    r'"(?:[^"\\\n]|\\.)*+"?|'
    r"'[^'\n]*+'?|"
    r"\#[^\n]*+|"
    r"[\[\]{}\n.,=]"
)
JSON = r'"(?:[^"\\]|\\[\s\S])*+"?|[\[\]{}]'


def shallow(text: str) -> bool:
    """Whether nothing in a text can be too deep, so that its parser may see it as it is."""
    return text.count("[") + text.count("{") <= DEPTH and text.count(".") < DEPTH


def scan_toml(text: str) -> Brackets:
    """Depth, dotted keys and unclosed brackets; strings and comments do not count."""
    stack: list[int] = []
    dots = 0
    for token in re.finditer(TOML, text):
        at = token.start()
        match text[at]:
            case "[" | "{":
                stack.append(at)
                dots = 0
                if len(stack) > DEPTH:
                    return Brackets(tuple(stack), too_deep=at)
            case "]" | "}":
                if stack:
                    stack.pop()
                dots = 0
            case ".":
                dots += 1
                if dots >= DEPTH:
                    return Brackets(tuple(stack), too_deep=at)
            case "\n":
                dots = 0
                if stack and text[stack[-1]] == "{":
                    return Brackets(tuple(stack), broken=(stack[-1], at))
            case "," | "=":
                dots = 0
            case _:
                pass
    return Brackets(tuple(stack))


def scan_json(text: str) -> Brackets:
    stack: list[int] = []
    for token in re.finditer(JSON, text):
        at = token.start()
        if text[at] in "[{":
            stack.append(at)
            if len(stack) > DEPTH:
                return Brackets(tuple(stack), too_deep=at)
        elif text[at] in "]}" and stack:
            stack.pop()
    return Brackets(tuple(stack))
