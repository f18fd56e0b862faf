"""The documents that are open, each checked again when its text or a base's changes.

Checks run one after the other in one thread beside the event loop, so that what needs none is
answered meanwhile; one cannot be stopped, but takes 2 to 130 ms (700 layers). Typing is waited out
(`DELAY`), unless somebody asks for what the check would tell. A result counts only if every text
that it is made of is still the text of now; otherwise another check is on its way already.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

from specc.diagnostics import Diagnostic
from specc.lsp.board import Board, Said
from specc.lsp.views import Open, View, view
from specc.record import Record

A = TypeVar("A")
DELAY = 0.1  # seconds without a change that a check waits for


class Bulletin(Record):
    """All that is to be shown of a file."""

    file: str  # its real path
    document: Open | None  # if it is open
    found: tuple[tuple[Diagnostic, Said], ...]  # each with what it is part of


class Desk:
    """Opened and closed documents go in, bulletins come out; views can be asked for."""

    def __init__(self, publish: Callable[[Bulletin], None], failed: Callable[[Exception], None],
                 renewed: Callable[[], None], delay: float = DELAY) -> None:
        """renewed: is told when a document that stayed as it was has another view, since a base
        has another text."""
        self.documents: dict[str, Open] = {}  # by URI
        self._worker = ThreadPoolExecutor(1, "specc-check")
        self._publish, self._failed, self._renewed = publish, failed, renewed
        self._delay = delay
        self._views: dict[str, View] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._hurry: dict[str, asyncio.Event] = {}
        self._board = Board()

    # -- what happens to documents --------------------------------------------------------------

    def put(self, document: Open) -> None:
        """A document was opened, or has another text."""
        fresh = document.uri not in self.documents
        self.documents[document.uri] = document
        self._ask(document.uri, 0 if fresh else self._delay)
        self._ask_heirs(document)

    def close(self, uri: str) -> None:
        """What it said is taken back; what extends it is made of the file on the disk now."""
        document = self.documents.pop(uri, None)
        if document is None:
            return
        if task := self._tasks.pop(uri, None):
            task.cancel()
        self._hurry.pop(uri, None)
        self._views.pop(uri, None)
        self._show(self._board.drop(uri))
        self._ask_heirs(document)

    def touch(self) -> None:
        """Files on the disk have changed: bases, data, a pyproject.toml."""
        for uri in self.documents:
            self._ask(uri, self._delay)

    def spec(self, uri: str) -> Open | None:
        """A document that is a spec, or that a spec is made of; None for any other."""
        found = self.documents.get(uri)
        if found is None or found.is_spec or any(
                found.real in one.bases() for one in self._views.values()):
            return found
        return None

    async def view(self, uri: str) -> View | None:
        """The view of a document as it is now; None for one that has none."""
        while (task := self._tasks.get(uri)) is not None and not task.done():
            self._hurry[uri].set()
            await asyncio.wait([task])
        found = self._views.get(uri)
        return found if found is not None and found.document is self.documents.get(uri) else None

    def texts(self) -> dict[str, bytes]:
        """What stands for files, by real path: the documents that are open."""
        return {real: one.source for real, one in self._by_path().items()}

    async def beside(self, work: Callable[..., A], *given: object) -> A:
        """Work that takes as long as a check, done where checks are done."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, work, *given)

    def stop(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        self._worker.shutdown(wait=False, cancel_futures=True)

    # -- checks ---------------------------------------------------------------------------------

    def _ask_heirs(self, base: Open) -> None:
        for uri, one in tuple(self._views.items()):
            if uri != base.uri and base.real in one.made_of():
                self._ask(uri, self._delay)

    def _ask(self, uri: str, delay: float) -> None:
        """Check a spec after a while, instead of whatever was to be done with it."""
        if not self.documents[uri].is_spec:
            return
        if uri in self._tasks:
            self._tasks[uri].cancel()
        self._hurry[uri] = asyncio.Event()
        self._tasks[uri] = asyncio.ensure_future(self._check(uri, delay, self._hurry[uri]))

    async def _check(self, uri: str, delay: float, hurry: asyncio.Event) -> None:
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(hurry.wait(), delay)
        try:
            while not await self._checked(uri):
                pass
        except Exception as bug:
            self._failed(bug)

    async def _checked(self, uri: str) -> bool:
        """Check a spec as it is now; whether the result is still of the texts of now."""
        document, used, before = self.documents[uri], self._by_path(), self._views.get(uri)
        done = await self.beside(view, document, self.texts(), before)
        now = self._by_path()
        if any(now.get(real) is not used.get(real) for real in done.made_of()):
            return False
        self._views[uri] = done
        self._show(self._board.put(uri, done.said))
        if before is not None and before.document is document:
            self._renewed()
        return True

    def _by_path(self) -> dict[str, Open]:
        return {one.real: one for one in self.documents.values()}

    # -- bulletins ------------------------------------------------------------------------------

    def _show(self, files: frozenset[str]) -> None:
        for bulletin in self._bulletins(files):
            self._publish(bulletin)

    def _bulletins(self, files: frozenset[str]) -> Iterator[Bulletin]:
        open_ = self._by_path()
        for file in sorted(files):
            document = open_.get(file)
            found = self._board.of(file, document.text if document else None)
            yield Bulletin(file, document, tuple(found))


__all__ = ["DELAY", "Bulletin", "Desk"]
