"""The cases beside the rules, read as data: what `specc/**/*.md` says is wrong, and with what.

A marked line (`# error: [PA101]`) gets exactly that diagnostic; a block of a page with marks that
has none itself is clean. A `csv` block above, under the same heading, is `rows.csv` beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from specc.catalog import explain
from specc.record import Record

PACKAGE = Path(__file__).parents[1]
MARK = re.compile(r"# (error|warning|info): \[([\w-]+(?:, *[\w-]+)*)\]\s*$")
BLOCK = re.compile(r"^## (?P<title>[^\n]+)$|^```csv\n(?P<rows>.*?)^```$"
                   r"|^```toml\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


class PageCase(Record):
    page: str
    title: str
    text: str
    rows: str = ""  # what stands in `rows.csv` beside the spec

    @property
    def marks(self) -> list[tuple[int, str, str]]:
        """(line, severity, code) of every diagnostic that is wanted."""
        found = []
        for number, line in enumerate(self.text.splitlines(), 1):
            if mark := MARK.search(line):
                for word in mark[2].split(","):
                    kind = explain(word)
                    assert kind is not None, f"{self.page}: no code is called {word}"
                    found.append((number, mark[1], kind.code))
        return found


def read_pages(pages: Iterable[Path], root: Path) -> Iterator[PageCase]:
    """The `toml` blocks of every page that has a mark, each under the heading above it."""
    for page in pages:
        text, title, rows = page.read_text(encoding="utf-8"), "", ""
        if not any(MARK.search(line) for line in text.splitlines()):
            continue
        for match in BLOCK.finditer(text):
            rows = "" if match["title"] else match["rows"] or rows
            title = match["title"] or title
            if match["text"]:
                yield PageCase(str(page.relative_to(root)), title, match["text"], rows)


@cache
def page_cases() -> tuple[PageCase, ...]:
    """The cases that specc itself brings."""
    return tuple(read_pages(sorted(PACKAGE.glob("**/*.md")), PACKAGE.parent))


__all__ = ["PageCase", "page_cases", "read_pages"]
