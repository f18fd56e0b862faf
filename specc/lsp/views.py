"""A document that is open, and what a check of it gave. Pure: texts in, a view out."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress

import specc
from specc.diagnostics import Diagnostic
from specc.lsp.board import Said
from specc.lsp.plans import Known, carried, known
from specc.pipeline import Checked
from specc.record import Record
from specc.source import SUFFIXES


class Open(Record):
    """A document as the editor has it. Another version is another record."""

    uri: str
    path: str
    version: int
    text: str

    @property
    def is_spec(self) -> bool:
        """Whether it is checked for itself; any other may still be a base."""
        return self.path.endswith(SUFFIXES)

    @property
    def real(self) -> str:
        return os.path.realpath(self.path)

    @property
    def source(self) -> bytes:
        return self.text.encode("utf-8", "surrogatepass")


class View(Record):
    """What is known of a spec, as it was when it was checked."""

    document: Open
    texts: Mapping[str, bytes]  # what stood for files then, by real path
    checked: Checked
    known: Known | None
    said: Mapping[str, Said]  # its findings, by real path of the file they lie in

    def bases(self) -> frozenset[str]:
        """The files that it was read from, its own among them."""
        return frozenset((self.document.real, *map(os.path.realpath, self.checked.sources)))

    def made_of(self) -> frozenset[str]:
        """The same, and the files that something is wrong with."""
        return self.bases() | self.said.keys()


def view(document: Open, texts: Mapping[str, bytes], before: View | None) -> View:
    """Check a document; `before` is the view of an earlier text of it."""
    checked = specc.check(document.path, texts=texts)
    found = known(checked, document.text)
    if found is None and before is not None and before.known is not None and _same_bases(
            document, before.known, texts):
        found = carried(before.known, document.text)
    return View(document, texts, checked, found, _said(document, checked, texts))


def _same_bases(document: Open, before: Known, texts: Mapping[str, bytes]) -> bool:
    """Whether the files below a document are what they were."""
    return all(_source(file, texts) == source for file, source in before.sources.items()
               if os.path.realpath(file) != document.real)


def _said(document: Open, checked: Checked, texts: Mapping[str, bytes]) -> dict[str, Said]:
    """The findings by file, each with the text that its places are of; what has no file, or is
    about the command line, is about the document."""
    found: dict[str, list[Diagnostic]] = {document.real: []}
    names: dict[str, str] = {document.real: document.path}
    for one in checked.diagnostics:
        file = one.where.file
        real = os.path.realpath(file) if os.path.isfile(file) else document.real
        names.setdefault(real, file)
        found.setdefault(real, []).append(one)
    return {real: Said(document.text if real == document.real
                       else _text(checked.sources.get(names[real]) or _source(real, texts)),
                       tuple(several), checked.sources) for real, several in found.items()}


def _source(file: str, texts: Mapping[str, bytes]) -> bytes:
    """A file as the editor has it, or as it lies there; nothing where it cannot be read."""
    known = texts.get(os.path.realpath(file))
    if known is not None:
        return known
    with suppress(OSError), open(file, "rb") as stream:
        return stream.read()
    return b""


def _text(source: bytes) -> str:
    return source.decode("utf-8-sig", "replace")


__all__ = ["Open", "View", "view"]
