"""An editor for tests: a client that starts `specc lsp` and holds documents as editors do.

    with editing(tmp_path) as editor:
        editor.open("a.specc.toml", text)
        assert editor.found("a.specc.toml") == ["PA101"]

It applies edits by the rules of the protocol alone (`applied`), in the encoding that was agreed on,
so that what the server says of places is held against another reading of them. Every question
waits for its answer; nothing waits for time to pass.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

from lsprotocol import types
from pygls.lsp.client import LanguageClient

A = TypeVar("A")
PATIENCE = 60  # seconds that any answer may take; on no machine does one take a tenth of it
COMMAND = (sys.executable, "-m", "specc", "lsp")


class Editor:
    """A client beside the test, on an event loop of its own."""

    def __init__(self, folder: Path, encodings: Iterable[str], command: Iterable[str],
                 options: Any, capabilities: types.ClientCapabilities | None) -> None:
        self.folder, self.command = folder, tuple(command)
        self.encodings = [types.PositionEncodingKind(one) for one in encodings]
        self.options, self.capabilities = options, capabilities
        self.versions: dict[str, int] = {}
        self.texts: dict[str, str] = {}
        self.published: dict[str, types.PublishDiagnosticsParams] = {}
        self.logged: list[types.LogMessageParams] = []
        self.registered: list[types.Registration] = []
        self.refreshed = 0
        self.code: int | None = None
        self.initialized: types.InitializeResult
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._news = self.run(self._event())
        self.client = LanguageClient("editor", "1")
        for name, hear in ((types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, self._publish),
                           (types.WINDOW_LOG_MESSAGE, self._log),
                           (types.CLIENT_REGISTER_CAPABILITY, self._register),
                           (types.WORKSPACE_INLAY_HINT_REFRESH, self._refresh)):
            self.client.feature(name)(partial(hear))

    # -- life -----------------------------------------------------------------------------------

    def start(self) -> None:
        self.run(self.client.start_io(*self.command))
        self.initialized = self.ask(self.client.initialize_async, types.InitializeParams(
            capabilities=self.capabilities or self.usual(),
            process_id=None, root_uri=self.folder.as_uri(), initialization_options=self.options))
        self.tell(self.client.initialized, types.InitializedParams())

    def usual(self) -> types.ClientCapabilities:
        """What most editors can."""
        return types.ClientCapabilities(
            general=types.GeneralClientCapabilities(position_encodings=self.encodings),
            text_document=types.TextDocumentClientCapabilities(
                completion=types.CompletionClientCapabilities(
                    completion_item=types.ClientCompletionItemOptions(snippet_support=True)),
                hover=types.HoverClientCapabilities(
                    content_format=[types.MarkupKind.Markdown])),
            workspace=types.WorkspaceClientCapabilities(
                inlay_hint=types.InlayHintWorkspaceClientCapabilities(refresh_support=True),
                workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True),
                did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(
                    dynamic_registration=True)))

    def stop(self, *, politely: bool = True) -> int:
        """Leave, and the server's exit code."""
        if self.code is None:
            if politely:
                self.ask(self.client.shutdown_async, None)
            self.tell(self.client.exit, None)
            self.code = self.run(self._ended())
        return self.code

    async def _ended(self) -> int:
        process = self.client._server
        assert process is not None
        code = await asyncio.wait_for(process.wait(), PATIENCE)
        await self.client.stop()
        process._transport.close()  # type: ignore[attr-defined]
        return code

    def close_loop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()

    # -- questions ------------------------------------------------------------------------------

    def run(self, work: Coroutine[Any, Any, A]) -> A:
        done: Future[A] = asyncio.run_coroutine_threadsafe(work, self._loop)
        return done.result(PATIENCE)

    def ask(self, request: Callable[[Any], Coroutine[Any, Any, A]], given: Any) -> A:
        async def asked() -> A:
            return await request(given)

        return self.run(asked())

    def tell(self, notification: Callable[[Any], None], given: Any) -> None:
        async def told() -> None:
            notification(given)

        self.run(told())

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait for news from the server until something holds."""
        async def wait() -> None:
            while not holds():
                self._news.clear()
                await self._news.wait()

        self.run(asyncio.wait_for(wait(), PATIENCE))  # type: ignore[arg-type]

    # -- documents ------------------------------------------------------------------------------

    def uri(self, name: str) -> str:
        return name if ":" in name else (self.folder / name).as_uri()

    def open(self, name: str, text: str | None = None) -> None:
        """Open a file, or an unsaved text under its name."""
        content = (self.folder / name).read_text("utf-8") if text is None else text
        self.versions[name], self.texts[name] = 1, content
        self.tell(self.client.text_document_did_open, types.DidOpenTextDocumentParams(
            types.TextDocumentItem(self.uri(name), "toml", 1, content)))

    def change(self, name: str, text: str) -> None:
        self.versions[name] += 1
        self.texts[name] = text
        self.tell(self.client.text_document_did_change, types.DidChangeTextDocumentParams(
            types.VersionedTextDocumentIdentifier(uri=self.uri(name), version=self.versions[name]),
            [types.TextDocumentContentChangeWholeDocument(text)]))

    def close(self, name: str) -> None:
        del self.versions[name], self.texts[name]
        self.tell(self.client.text_document_did_close, types.DidCloseTextDocumentParams(
            types.TextDocumentIdentifier(self.uri(name))))

    def save(self, name: str) -> None:
        self.tell(self.client.text_document_did_save, types.DidSaveTextDocumentParams(
            types.TextDocumentIdentifier(self.uri(name))))

    def files_changed(self, *names: str) -> None:
        self.tell(self.client.workspace_did_change_watched_files,
                  types.DidChangeWatchedFilesParams([
                      types.FileEvent(self.uri(name), types.FileChangeType.Changed)
                      for name in names]))

    def diagnostics(self, name: str) -> list[types.Diagnostic]:
        """What is shown of a file, once the version that is open was looked at."""
        uri, version = self.uri(name), self.versions.get(name)
        self.until(lambda: uri in self.published and (
            version is None or self.published[uri].version == version))
        return list(self.published[uri].diagnostics)

    def found(self, name: str) -> list[str]:
        return [str(one.code) for one in self.diagnostics(name)]

    # -- at a place -----------------------------------------------------------------------------

    def at(self, name: str, offset: int) -> dict[str, Any]:
        return {"text_document": types.TextDocumentIdentifier(self.uri(name)),
                "position": self.position(self.texts[name], offset)}

    def position(self, text: str, offset: int) -> types.Position:
        lines = text[:offset].split("\n")
        return types.Position(len(lines) - 1, len(self.encoded(lines[-1])))

    def encoded(self, text: str) -> list[bytes]:
        """A text as units of the encoding that was agreed on."""
        codec, width = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2),
                        "utf-32": ("utf-32-le", 4)}[self.encodings[0].value]
        raw = text.encode(codec)
        return [raw[at:at + width] for at in range(0, len(raw), width)]

    def decoded(self, units: Iterable[bytes]) -> str:
        codec = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
        return b"".join(units).decode(codec[self.encodings[0].value])

    def cut(self, text: str, at: types.Range) -> str:
        """The text in a range, by the protocol's own words."""
        begin, end = self._offsets(text, at)
        return text[begin:end]

    def _offsets(self, text: str, at: types.Range) -> tuple[int, int]:
        lines = text.split("\n")

        def offset(place: types.Position) -> int:
            before = sum(len(line) + 1 for line in lines[:place.line])
            return before + len(self.decoded(self.encoded(lines[place.line])[:place.character]))

        return offset(at.start), offset(at.end)

    def applied(self, text: str, edits: Iterable[types.TextEdit]) -> str:
        """A text after edits that do not meet."""
        places = [(*self._offsets(text, one.range), one.new_text) for one in edits]
        for begin, end, new in sorted(places, reverse=True):
            text = text[:begin] + new + text[end:]
        return text

    def hover(self, name: str, offset: int) -> types.Hover | None:
        return self.ask(self.client.text_document_hover_async,
                        types.HoverParams(**self.at(name, offset)))

    def complete(self, name: str, offset: int) -> dict[str, types.CompletionItem]:
        done = self.ask(self.client.text_document_completion_async,
                        types.CompletionParams(**self.at(name, offset)))
        assert done is None or isinstance(done, types.CompletionList)
        return {one.label: one for one in done.items} if done else {}

    def resolve(self, item: types.CompletionItem) -> types.CompletionItem:
        return self.ask(self.client.completion_item_resolve_async, item)

    def definition(self, name: str, offset: int) -> types.Location | None:
        done = self.ask(self.client.text_document_definition_async,
                        types.DefinitionParams(**self.at(name, offset)))
        assert done is None or isinstance(done, types.Location)
        return done

    def symbols(self, name: str) -> list[types.DocumentSymbol]:
        done = self.ask(self.client.text_document_document_symbol_async,
                        types.DocumentSymbolParams(types.TextDocumentIdentifier(self.uri(name))))
        return [one for one in done or () if isinstance(one, types.DocumentSymbol)]

    def hints(self, name: str) -> list[types.InlayHint]:
        whole = types.Range(types.Position(0, 0), types.Position(9999, 0))
        return list(self.ask(self.client.text_document_inlay_hint_async, types.InlayHintParams(
            types.TextDocumentIdentifier(self.uri(name)), whole)) or ())

    def actions(self, name: str, about: Iterable[types.Diagnostic] = (),
                only: list[str] | None = None) -> list[types.CodeAction]:
        about = list(about)
        whole = types.Range(types.Position(0, 0), self.position(
            self.texts[name], len(self.texts[name])))
        done = self.ask(self.client.text_document_code_action_async, types.CodeActionParams(
            types.TextDocumentIdentifier(self.uri(name)), about[0].range if about else whole,
            types.CodeActionContext(about, only, types.CodeActionTriggerKind.Invoked)))
        return [one for one in done or () if isinstance(one, types.CodeAction)]

    def accept(self, action: types.CodeAction) -> dict[str, str]:
        """The texts that an action makes, by URI; its versions must be those that are open."""
        assert action.edit is not None
        out = {}
        for one in action.edit.document_changes or ():
            assert isinstance(one, types.TextDocumentEdit)
            uri = one.text_document.uri
            name = next((each for each in self.texts if self.uri(each) == uri), None)
            assert one.text_document.version == (self.versions[name] if name else None)
            old = self.texts[name] if name else Path(uri.removeprefix("file://")).read_text("utf-8")
            out[uri] = self.applied(old, [each for each in one.edits
                                          if isinstance(each, types.TextEdit)])
        return out

    # -- what the server says -------------------------------------------------------------------

    async def _event(self) -> asyncio.Event:
        return asyncio.Event()

    def _publish(self, given: types.PublishDiagnosticsParams) -> None:
        before = self.published.get(given.uri)
        if before and before.version and given.version:
            assert given.version >= before.version, "an older result over a newer one"
        self.published[given.uri] = given
        self._news.set()

    def _log(self, given: types.LogMessageParams) -> None:
        self.logged.append(given)
        self._news.set()

    def _register(self, given: types.RegistrationParams) -> None:
        self.registered += given.registrations
        self._news.set()

    def _refresh(self, _: None) -> None:
        self.refreshed += 1
        self._news.set()


@contextmanager
def editing(folder: Path, encodings: Iterable[str] = ("utf-16",),
            command: Iterable[str] = COMMAND, options: Any = None,
            capabilities: types.ClientCapabilities | None = None) -> Iterator[Editor]:
    """An editor with a server in a folder, which leaves politely at the end."""
    editor = Editor(folder, encodings, command, options, capabilities)
    try:
        editor.start()
        yield editor
        editor.stop()
    finally:
        if editor.code is None and (process := editor.client._server):
            process.kill()
            editor.run(editor._ended())
        editor.close_loop()
