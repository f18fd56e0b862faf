"""The language server: requests of an editor to one call each, over stdin and stdout.

Everything that answers is elsewhere and knows no editor. What needs a check awaits it
(`Desk.view`); what does not answers at once, also in a document that cannot be read.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO, TypeAlias, get_args

from lsprotocol import types
from pygls import uris
from pygls.lsp.server import LanguageServer

from specc.diagnostics import Diagnostic
from specc.lsp import actions, wire
from specc.lsp.completion import complete
from specc.lsp.definition import definition
from specc.lsp.desk import Bulletin, Desk
from specc.lsp.hints import hints
from specc.lsp.hover import hover
from specc.lsp.outline import outline
from specc.lsp.scene import Scene, scene
from specc.lsp.symbols import symbols
from specc.lsp.text import Encoding, Text, text
from specc.lsp.views import Open, View

# Files whose change on the disk asks for another check.
WATCHED = ("**/*.specc.toml", "**/*.specc.json", "**/pyproject.toml", "**/*.csv")
TRIGGERS = ('"', "'", "=", ":", "[", "{", ",", ".", "@", " ")
MOST_ACTED_ON = 20  # findings of one question; each takes a check or two
SELDOM = 10_000  # new objects, after which the collector looks for garbage; checks make none
TURN = 0.001  # seconds; Python's own 0.005 is felt where two threads take turns ten times


class Server(LanguageServer):
    """pygls's server with a desk of open documents."""

    def __init__(self, version: str) -> None:
        # Whole texts: pygls ends lines where editors do not (form feeds, U+2028); specs are small.
        super().__init__("specc", version, types.TextDocumentSyncKind.Full)
        self.desk = Desk(self.publish, self.report_bug, self.refresh)
        self.shows_hints = True
        self.ended = False  # whether the editor has said that this is the end
        self._uris: dict[str, str] = {}  # what the editor calls a file, by real path

    # -- what the editor can -------------------------------------------------------------------

    @property
    def encoding(self) -> Encoding:
        agreed = self.workspace.position_encoding
        return next((one for one in get_args(Encoding) if one == agreed), "utf-16")

    def can(self, *names: str) -> Any:
        """What the editor says of a capability: `can("text_document", "hover")`."""
        found: Any = self.client_capabilities
        for name in names:
            found = getattr(found, name, None)
        return found

    # -- documents and files ----------------------------------------------------------------------

    def whole(self, document: Open) -> Text:
        return text(document.text, self.encoding)

    def scene(self, document: Open) -> Scene:
        return scene(document.path, document.text, self.desk.texts())

    def opened(self, item: types.TextDocumentItem | types.VersionedTextDocumentIdentifier,
               content: str) -> None:
        path = uris.to_fs_path(item.uri) or os.path.basename(item.uri)  # `untitled:` has no path
        document = Open(item.uri, path, item.version, content)
        self._uris[document.real] = item.uri
        self.desk.put(document)

    def uri(self, file: str) -> str:
        """What the editor calls a file, if it ever did."""
        return self._uris.get(os.path.realpath(file)) or str(
            uris.from_fs_path(os.path.abspath(file)))

    def versions(self) -> dict[str, int]:
        return {one.real: one.version for one in self.desk.documents.values()}

    # -- what the editor is told ----------------------------------------------------------------

    def publish(self, bulletin: Bulletin) -> None:
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(
            self.uri(bulletin.file),
            [wire.diagnostic(one, said, self.encoding, self.uri) for one, said in bulletin.found],
            bulletin.document.version if bulletin.document else None))

    def refresh(self) -> None:
        """Hints have changed in a document that did not: the editor has no reason to ask again."""
        if self.shows_hints and self.can("workspace", "inlay_hint", "refresh_support"):
            self.workspace_inlay_hint_refresh(None)

    def report_bug(self, bug: BaseException) -> None:
        """A mistake of specc itself: for the editor's log, and life goes on."""
        told = getattr(bug, "data", None)  # pygls keeps the way to it apart
        way = "".join(told.get("traceback", ())) if isinstance(told, dict) else ""
        message = way + "".join(traceback.format_exception(bug))
        self.window_log_message(types.LogMessageParams(types.MessageType.Error, message))

    def report_server_error(self, error: Exception, source: Any) -> None:
        self.report_bug(error)


# -- the life of the server -----------------------------------------------------------------------


def initialize(server: Server, given: types.InitializeParams) -> None:
    options = given.initialization_options
    server.shows_hints = not isinstance(options, dict) or options.get("inlayHints") is not False


async def initialized(server: Server, _: types.InitializedParams) -> None:
    """Ask to be told of files; and make what the first questions take, before they come."""
    if server.can("workspace", "did_change_watched_files", "dynamic_registration"):
        watchers = [types.FileSystemWatcher(pattern) for pattern in WATCHED]
        await server.client_register_capability_async(types.RegistrationParams([
            types.Registration("files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
                               types.DidChangeWatchedFilesRegistrationOptions(watchers))]))
    server.thread_pool.submit(_warm)


def _warm() -> None:
    """Read the tables, and tell the collector that they stay: looking through them for garbage
    would stop everything for a quarter of a second, again and again."""
    import specc.catalog  # noqa: F401
    from specc.lsp.slots import language
    from specc.ops import docs

    language()
    docs.lines()
    gc.freeze()


def shutdown(server: Server, _: None) -> None:
    server.ended = True
    server.desk.stop()


# -- documents ------------------------------------------------------------------------------------


def did_open(server: Server, given: types.DidOpenTextDocumentParams) -> None:
    server.opened(given.text_document, given.text_document.text)


def did_change(server: Server, given: types.DidChangeTextDocumentParams) -> None:
    if given.text_document.uri in server.desk.documents:
        server.opened(given.text_document,
                      server.workspace.get_text_document(given.text_document.uri).source)


def did_close(server: Server, given: types.DidCloseTextDocumentParams) -> None:
    server.desk.close(given.text_document.uri)


def did_save(server: Server, given: types.DidSaveTextDocumentParams) -> None:
    """Editors that watch no files still tell what they write."""
    document = server.desk.documents.get(given.text_document.uri)
    if document is None or not document.is_spec:
        server.desk.touch()


def files_changed(server: Server, _: types.DidChangeWatchedFilesParams) -> None:
    server.desk.touch()


# -- questions ------------------------------------------------------------------------------------


async def on_hover(server: Server, given: types.HoverParams) -> types.Hover | None:
    uri = given.text_document.uri
    seen = await server.desk.view(uri)
    document = server.desk.spec(uri)
    if document is None:
        return None
    whole = server.whole(document)
    found = hover(server.scene(document), seen.known if seen else None, _offset(whole, given))
    formats = server.can("text_document", "hover", "content_format") or ("markdown",)
    return wire.hover(found, whole, markdown="markdown" in formats) if found else None


def on_completion(server: Server, given: types.CompletionParams) -> types.CompletionList | None:
    document = server.desk.spec(given.text_document.uri)
    if document is None:
        return None
    whole = server.whole(document)
    found = complete(server.scene(document), _offset(whole, given))
    snippets = server.can("text_document", "completion", "completion_item", "snippet_support")
    return wire.completion(found, whole, snippets=bool(snippets)) if found else None


def on_resolve(server: Server, item: types.CompletionItem) -> types.CompletionItem:
    """The page of a component, for the one that is looked at."""
    if isinstance(item.data, list):
        from specc.ops.page import page

        category, name = item.data
        shown = f"```text\n{page(category, name)}\n```" if category != "activation" else ""
        if shown:
            item.documentation = types.MarkupContent(types.MarkupKind.Markdown, shown)
    return item


def on_definition(server: Server, given: types.DefinitionParams) -> types.Location | None:
    document = server.desk.spec(given.text_document.uri)
    if document is None:
        return None
    found = definition(server.scene(document), _offset(server.whole(document), given))
    return wire.location(found, server.uri, server.encoding) if found else None


def on_symbols(server: Server, given: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
    document = server.desk.spec(given.text_document.uri)
    if document is None:
        return []
    whole = server.whole(document)
    return wire.symbols(symbols(outline(document.text, document.path.endswith(".json"))), whole)


async def on_hints(server: Server, given: types.InlayHintParams) -> list[types.InlayHint]:
    uri = given.text_document.uri
    seen = await server.desk.view(uri) if server.shows_hints else None
    document = server.desk.spec(uri)
    if document is None or seen is None:
        return []
    whole = server.whole(document)
    begin, end = _stretch(whole, given.range)
    found = outline(document.text, document.path.endswith(".json"))
    return wire.hints(hints(found, seen.known, begin, end), whole)


async def on_action(server: Server, given: types.CodeActionParams) -> list[types.CodeAction]:
    """Fixes and ignores of what is found here; all fixes, where somebody asks for them."""
    seen = await server.desk.view(given.text_document.uri)
    versions = server.versions()  # of the texts that are judged
    if seen is None:
        return []
    only, automatic = given.context.only, types.CodeActionTriggerKind.Automatic
    out = []
    if _asked(only, actions.FIX):
        for one, at in _pointed(server, seen, given):
            for make in (actions.fixing, actions.ignored):
                out.append((await server.desk.beside(make, seen.checked, seen.texts, one), [at]))
    if _asked(only, actions.FIX_ALL) and (only or given.context.trigger_kind != automatic):
        out.append((await server.desk.beside(actions.fixing_all, seen.checked, seen.texts), []))
    versioned = bool(server.can("workspace", "workspace_edit", "document_changes"))
    return [wire.action(one, about, server.uri, versions, server.encoding,
                        versioned=versioned) for one, about in out if one is not None]


def _asked(only: Sequence[str] | None, kind: str) -> bool:
    """Whether actions of a kind are wanted: `source` asks for all of `source.fixAll.specc`."""
    return only is None or any(f"{kind}.".startswith("".join((one, "."))) for one in only)


def _pointed(server: Server, seen: View,
             given: types.CodeActionParams) -> list[tuple[Diagnostic, types.Diagnostic]]:
    """The findings that the editor asks about: those it names, or else those in the range."""
    named = [one.data for one in given.context.diagnostics
             if one.source == wire.SOURCE and one.data is not None]
    whole, said = server.whole(seen.document), seen.said[seen.document.real]
    begin, end = _stretch(whole, given.range)

    def pointed(one: Diagnostic) -> bool:
        first, last = wire.stretch(one, whole)
        return wire.key_of(one) in named if named else first <= end and begin <= last

    return [(one, wire.diagnostic(one, said, server.encoding, server.uri))
            for one in filter(pointed, said.found)][:MOST_ACTED_ON]


def _offset(whole: Text, given: Any) -> int:
    return whole.offset(given.position.line, given.position.character)


def _stretch(whole: Text, given: types.Range) -> tuple[int, int]:
    return (whole.offset(given.start.line, given.start.character),
            whole.offset(given.end.line, given.end.character))


Feature: TypeAlias = tuple[str, Callable[..., Any], Any]
FEATURES: tuple[Feature, ...] = (
    (types.INITIALIZE, initialize, None),
    (types.INITIALIZED, initialized, None),
    (types.SHUTDOWN, shutdown, None),
    (types.TEXT_DOCUMENT_DID_OPEN, did_open, None),
    (types.TEXT_DOCUMENT_DID_CHANGE, did_change, None),
    (types.TEXT_DOCUMENT_DID_CLOSE, did_close, None),
    (types.TEXT_DOCUMENT_DID_SAVE, did_save, None),
    (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, files_changed, None),
    (types.TEXT_DOCUMENT_HOVER, on_hover, None),
    (types.TEXT_DOCUMENT_COMPLETION, on_completion,
     types.CompletionOptions(trigger_characters=TRIGGERS, resolve_provider=True)),
    (types.COMPLETION_ITEM_RESOLVE, on_resolve, None),
    (types.TEXT_DOCUMENT_DEFINITION, on_definition, None),
    (types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, on_symbols, None),
    (types.TEXT_DOCUMENT_INLAY_HINT, on_hints, None),
    (types.TEXT_DOCUMENT_CODE_ACTION, on_action,
     types.CodeActionOptions([actions.FIX, actions.FIX_ALL])),
)


def server(version: str) -> Server:
    """A server that answers, and is not started."""
    made = Server(version)
    for name, answer, options in FEATURES:
        made.feature(name, options)(answer)
    return made


def serve(version: str, stdin: BinaryIO, stdout: BinaryIO) -> int:
    """Answer one editor until it leaves; 0 if it said so before, as the protocol wants it."""
    logging.getLogger("pygls").setLevel(logging.CRITICAL)  # what matters goes to the editor
    sys.setswitchinterval(TURN)
    gc.set_threshold(SELDOM)
    made = server(version)
    made.start_io(stdin, stdout)
    made.desk.stop()
    return 0 if made.ended else 1


__all__ = ["FEATURES", "Server", "serve", "server"]
