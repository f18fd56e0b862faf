"""Where the name at a cursor is defined: an entry, an input, a param, a block, a base file."""

from __future__ import annotations

import os
import re

from specc.lsp import names
from specc.lsp.outline import Outline, Part, outline
from specc.lsp.scene import Name, Scene, params
from specc.record import Record
from specc.source import Path
from specc.syntax.expression import is_expression

_WORD = re.compile(r"[A-Za-z_][\w.]*")


class Target(Record):
    """A stretch of a file's text."""

    file: str
    text: str
    begin: int
    end: int


def definition(here: Scene, offset: int) -> Target | None:
    """Where what is named at an offset is written; None for what is no name of the document."""
    part = here.outline.innermost(offset)
    if part is None or part.role != "text":
        return None
    word = str(here.outline.text[part.begin + 1:part.end - part.closed])
    if part.path[:1] == ("extends",):
        return _base(here, word)
    if is_expression(word):
        found = _in_expression(here, part, offset)
    else:
        found = next((one for one in names.words(here, part.path)
                      if one.word == word and one.path), None)
    return _target(here, found.path) if found and found.path else None


def _in_expression(here: Scene, part: Part, offset: int) -> Name | None:
    """The param whose name an offset is in."""
    for found in _WORD.finditer(here.outline.text, part.begin + 1, part.end):
        if found.start() <= offset <= found.end():
            return next((one for one in params(here, part.path) if one.word == found[0]), None)
    return None


def _base(here: Scene, word: str) -> Target | None:
    path = os.path.normpath(os.path.join(os.path.dirname(here.file), word))
    text = here.document.sources.get(path)
    return None if text is None else Target(path, text.decode("utf-8", "replace"), 0, 0)


def _target(here: Scene, path: Path) -> Target | None:
    """Where a path is written, in the file that writes it: the key, or the name of an entry."""
    file = here.document.where(*path).file
    source = here.document.sources.get(file)
    if source is None:
        return None
    text = source.decode("utf-8", "replace")
    found = here.outline if file == here.file else outline(text, file.endswith(".json"))
    part = _place(found, path)
    return None if part is None else Target(file, found.text, part.begin, part.end)


def _place(found: Outline, path: Path) -> Part | None:
    if isinstance(path[-1], str):
        return found.key(path)
    return (found.value((*path, "name")) or found.value((*path, "type")) or found.value(path)
            or next(found.of(path), None))


__all__ = ["Target", "definition"]
