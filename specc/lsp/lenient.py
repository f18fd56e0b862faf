"""TOML and JSON read leniently: whatever the text, every word of it gets its place.

What is wrong ends where a person would end it. A quote that is not closed ends with its line; a
bracket that is not, before a line that can only be a header, or before `key =` on a line that is
not indented further than the one which opened it. A whole document gives the tree that `tomllib`
and `json` give, and every prefix of it is read as the document is up to there
(`tests/lsp/test_outline.py`).
"""

from __future__ import annotations

import re
from typing import Any

from specc.lsp.literals import QUOTES, is_open, scalar, unquoted
from specc.lsp.outline import Outline, Part, Role
from specc.lsp.text import BOM
from specc.record import Record, field
from specc.source import Path, Tree
from specc.syntax.brackets import DEPTH

MISSING: Any = object()  # in place of a value that is not there yet
BRACKETS = ("[", "{")

_BLANK = re.compile(r"[ \t]*")
_SPACE = re.compile(r"\s*")
_COMMENT = re.compile(r"#[^\n]*")
_NAME = r"[A-Za-z0-9_-]+"
_QUOTED = r'"(?:\\.|[^"\\\n])*"?' + r"|'[^'\n]*'?"
_KEY = re.compile(f"{_NAME}|{_QUOTED}")
_TEXT = re.compile(r'"""(?:\\.|[^\\])*?(?:"""+|\Z)' + r"|'''.*?(?:'''+|\Z)|" + _QUOTED, re.DOTALL)
_SCALAR = re.compile(r"""[^\s,\[\]{}"'#=]+""")
# Lines that nothing in brackets can be: a header of words (`[true]` is a list), and a key.
_DOT = r"[ \t]*\.[ \t]*"
_HEADER = re.compile(rf"(?!\[\[?[ \t]*(?:true|false|inf|nan)[ \t]*\])\[\[?[ \t]*[A-Za-z_][\w-]*"
                     rf"(?:{_DOT}(?:{_NAME}|{_QUOTED}))*[ \t]*\]\]?[ \t]*(?:#[^\n]*)?(?:\r?\n|\Z)")
_ASSIGNED = re.compile(rf"(?:{_NAME}|{_QUOTED})(?:{_DOT}(?:{_NAME}|{_QUOTED}))*[ \t]*=")


def read(text: str, json: bool) -> Outline:
    """The outline of a text."""
    reader = _Reader(text, json, len(BOM) if text.startswith(BOM) else 0)
    tree: dict[str, Tree] = {}
    if json:
        reader.fill()
        if text[reader.at:reader.at + 1] == "{":
            tree = reader.table(())
    else:
        reader.section((), tree)
        while reader.at < len(text):
            reader.section(*reader.header(tree))
    return Outline(text, json, tuple(sorted(reader.parts, key=lambda one: one.begin)), tree)


class _Reader(Record, frozen=False):
    """A text, and how far it has been read."""

    text: str
    json: bool
    at: int = 0
    parts: list[Part] = field(default_factory=list)
    margin: int = 0  # the indentation of the line that the value being read began on
    halted: int = -1  # where a line begins that ended all brackets
    awaited: list[str] = field(default_factory=list)  # brackets that are to come, inner ones last

    # -- what a document is made of -------------------------------------------------------------

    def section(self, path: Path, into: dict[str, Tree]) -> None:
        """All pairs up to the next header."""
        body = self.note("section", path, self.at) if self.line_begins() else None
        while True:
            begin = self.at
            wanted = self.line_begins()
            self.fill()
            if wanted:
                self.note("gap", path, begin)
            if self.at >= len(self.text) or self.text[self.at] == "[":
                break
            self.margin = self.indentation()
            self.pair(path, into)
            if self.at != self.halted:
                self.rest_of_line()
        if body is not None:
            self.close(body)

    def header(self, tree: dict[str, Tree]) -> tuple[Path, dict[str, Tree]]:
        """`[a.b]` or `[[a.b]]`: the path and the table that what follows is in."""
        begin = self.at
        several = self.text.startswith("[[", begin)
        self.at += 2 if several else 1
        part = self.note("header", (), self.at)
        path, into = self.keys((), tree, several=several)
        self.skip(_BLANK)
        self.close(part)
        self.rest_of_line()
        return path, into

    def keys(self, path: Path, into: dict[str, Tree], *,
             several: bool) -> tuple[Path, dict[str, Tree]]:
        """The dotted key of a header; the last of `[[...]]` gets another item."""
        while True:
            self.skip(_BLANK)
            name = self.key(path)
            last = not self.after_dot(path)
            if last and several and name is not None:
                known = into.get(name)
                into[name] = [*known, {}] if isinstance(known, list) else [{}]
            path, into = _entered(path, into, name)
            if last:
                return path, into

    def pair(self, path: Path, into: dict[str, Tree]) -> None:
        """`a.b = value`, or in JSON `"a": value`; the value may be missing, or all but a dot."""
        name = self.key(path)
        while not self.json and self.after_dot(path):
            self.skip(_BLANK)
            path, into = _entered(path, into, name)
            name = self.key(path)
        self.skip(_SPACE if self.json else _BLANK)
        if self.text[self.at:self.at + 1] != (":" if self.json else "="):
            return
        self.at += 1
        value = self.value((*path, name or ""))
        if value is not MISSING and name is not None:
            into[name] = value

    def key(self, path: Path) -> str | None:
        """One simple key, noted; None where none stands."""
        begin, found = self.at, _KEY.match(self.text, self.at)
        if found is None:
            self.note("key", (*path, ""), begin)
            return None
        self.at = found.end()
        name = found[0] if found[0][0] not in QUOTES else unquoted(found[0], self.json)
        self.note("key", (*path, name), begin, closed=not is_open(found[0]))
        return name

    def value(self, path: Path) -> Tree:
        """A value, or MISSING."""
        begin = self.at
        self.skip(_SPACE if self.json else _BLANK)
        first = self.text[self.at:self.at + 1]
        if first in BRACKETS and len(self.awaited) < DEPTH:
            return self.array(path) if first == "[" else self.table(path)
        if first in QUOTES:
            return self.quoted(path, begin)
        found = _SCALAR.match(self.text, self.at)
        if found is None:
            self.note("value", path, begin)
            return MISSING
        begin, self.at = self.at, found.end()
        self.note("value", path, begin)
        return scalar(found[0], self.json)

    def quoted(self, path: Path, before: int) -> Tree:
        """A text; in JSON, one before a colon is the next key, and the value is missing."""
        found = _TEXT.match(self.text, self.at)
        assert found is not None  # a quote alone is matched
        if self.json and self.text.startswith(":", _end(_SPACE, self.text, found.end())):
            self.at = _end(_BLANK, self.text, before)
            self.note("value", path, before)
            return MISSING
        begin, self.at = self.at, found.end()
        self.note("text", path, begin, closed=not is_open(found[0]))
        return unquoted(found[0], self.json)

    def array(self, path: Path) -> list[Tree]:
        """`[a, b]`, closed or not."""
        items: list[Tree] = []
        part = self.open("list", path, "]")
        while self.goes_on((*path, len(items)), part, strange="}"):
            before = self.at
            value = self.value((*path, len(items)))
            if value is not MISSING:
                items.append(value)
            self.at += self.at == before
        self.shut(part, "]")
        return items

    def table(self, path: Path) -> dict[str, Tree]:
        """`{ a = 1, b = 2 }`, closed or not."""
        into: dict[str, Tree] = {}
        part = self.open("table", path, "}")
        while self.goes_on(path, part, strange="[]{"):
            before = self.at
            self.pair(path, into)
            self.at += self.at == before
        self.shut(part, "}")
        return into

    def goes_on(self, path: Path, part: int, strange: str) -> bool:
        """Whether another key or item of brackets begins here: what lies before it is skipped, and
        noted where one might be written. strange: signs that none begins with."""
        wanted = self.at == self.parts[part].begin + 1
        while True:
            begin = self.at
            self.fill()
            if wanted:
                self.note("gap", path, begin)
            sign = self.text[self.at:self.at + 1]
            if not sign or sign == self.awaited[-1] or self.stopped(begin):
                return False
            if sign in strange and self.outer(sign):
                return False
            if sign != "," and sign not in strange:
                return True
            self.at += 1
            wanted = True

    def outer(self, sign: str) -> bool:
        """Whether a sign speaks to brackets further out: it ends them, or begins their next item,
        so that the inner ones were not closed."""
        return ("]" if sign in BRACKETS else sign) in self.awaited[:-1]

    def stopped(self, begin: int) -> bool:
        """Whether a line began between an offset and here that nothing in brackets can be."""
        if self.at == self.halted:  # and inner brackets ended there already
            return True
        if self.json or "\n" not in self.text[begin:self.at]:
            return False
        if _HEADER.match(self.text, self.at) or (
                self.indentation() <= self.margin and _ASSIGNED.match(self.text, self.at)):
            self.halted = self.at
            return True
        return False

    # -- steps ----------------------------------------------------------------------------------

    def open(self, role: Role, path: Path, closer: str) -> int:
        part = self.note(role, path, self.at, closed=False)
        self.at += 1
        self.awaited.append(closer)
        return part

    def shut(self, part: int, closer: str) -> None:
        closed = self.text.startswith(closer, self.at)
        self.at += closed
        self.awaited.pop()
        self.close(part, closed=closed)

    def note(self, role: Role, path: Path, begin: int, *, closed: bool = True) -> int:
        """Note a part that ends here; its number, to end it later."""
        self.parts.append(Part(role, path, begin, self.at, closed))
        return len(self.parts) - 1

    def close(self, part: int, *, closed: bool = True) -> None:
        one = self.parts[part]
        self.parts[part] = Part(one.role, one.path, one.begin, self.at, closed)

    def skip(self, pattern: re.Pattern[str]) -> None:
        self.at = _end(pattern, self.text, self.at)

    def fill(self) -> None:
        """Past blanks, ends of lines and comments."""
        self.skip(_SPACE)
        while not self.json and (found := _COMMENT.match(self.text, self.at)):
            begin, self.at = self.at, found.end()
            self.note("comment", (), begin)
            self.skip(_SPACE)

    def rest_of_line(self) -> None:
        """Past what is left of a line, which nobody can make out unless it is a comment."""
        end = self.text.find("\n", self.at)
        end = len(self.text) if end < 0 else end
        found = _COMMENT.search(self.text, self.at, end)
        self.at = end
        if found:
            self.note("comment", (), found.start())
        self.at = min(end + 1, len(self.text))

    def after_dot(self, path: Path) -> bool:
        """Past the dot of a dotted key, if there is one; no key is deeper than any document."""
        at = _end(_BLANK, self.text, self.at)
        if not self.text.startswith(".", at) or len(path) > DEPTH:
            return False
        self.at = at + 1
        return True

    def line_begins(self) -> bool:
        return self.at == 0 or self.text[self.at - 1] in ("\n", BOM)

    def indentation(self) -> int:
        return self.at - self.text.rfind("\n", 0, self.at) - 1


def _entered(path: Path, into: dict[str, Tree],
             name: str | None) -> tuple[Path, dict[str, Tree]]:
    """The table that a part of a header or dotted key leads into: of a list the last one."""
    if name is None:
        return (*path, ""), {}
    found = into.get(name)
    if isinstance(found, list) and found and isinstance(found[-1], dict):
        return (*path, name, len(found) - 1), found[-1]
    if not isinstance(found, dict):
        found = into[name] = {}
    return (*path, name), found


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


__all__ = ["read"]
