"""What the other modules say, in the words of the protocol.

This module and `specc.lsp.server` are the only ones that know them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from lsprotocol import types

from specc.diagnostics import Diagnostic, Severity
from specc.lsp.actions import Action, Edited
from specc.lsp.board import Said
from specc.lsp.completion import Choice, Completion
from specc.lsp.completion import Kind as ChoiceKind
from specc.lsp.definition import Target
from specc.lsp.hints import Hint
from specc.lsp.hover import Hover
from specc.lsp.snippets import plain
from specc.lsp.symbols import Kind as SymbolKind
from specc.lsp.symbols import Symbol
from specc.lsp.text import Encoding, Stretch, Text, text

Uri: TypeAlias = Callable[[str], str]  # of a path

SOURCE = "specc"  # whose findings these are

SEVERITIES: Mapping[Severity, types.DiagnosticSeverity] = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "info": types.DiagnosticSeverity.Information,
}
# Findings that something is there in vain: editors show it faded.
UNNECESSARY = frozenset(("disconnected-layer", "unused-input", "unused-ignore"))
CHOICES: Mapping[ChoiceKind, types.CompletionItemKind] = {
    "key": types.CompletionItemKind.Property,
    "word": types.CompletionItemKind.EnumMember,
    "component": types.CompletionItemKind.Class,
    "name": types.CompletionItemKind.Reference,
    "param": types.CompletionItemKind.Variable,
    "function": types.CompletionItemKind.Function,
    "value": types.CompletionItemKind.Value,
}
SYMBOLS: Mapping[SymbolKind, types.SymbolKind] = {
    "table": types.SymbolKind.Namespace,
    "input": types.SymbolKind.Field,
    "block": types.SymbolKind.Function,
    "layer": types.SymbolKind.Class,
    "output": types.SymbolKind.Event,
    "param": types.SymbolKind.Variable,
}


def range_of(whole: Text, begin: int, end: int) -> types.Range:
    return types.Range(types.Position(*whole.point(begin)), types.Position(*whole.point(end)))


# -- findings -------------------------------------------------------------------------------------


def diagnostic(found: Diagnostic, said: Said, encoding: Encoding, uri: Uri) -> types.Diagnostic:
    """A finding, in the text that it is about."""
    whole = text(said.text, encoding)
    advice = found.advice if not found.fix or found.fix.title != found.advice else None
    return types.Diagnostic(
        range=range_of(whole, *stretch(found, whole)),
        message=found.message + (f"\n{advice}" if advice else ""),
        severity=SEVERITIES[found.severity],
        code=found.code,
        source=SOURCE,
        tags=[types.DiagnosticTag.Unnecessary] if found.name in UNNECESSARY else None,
        related_information=list(_related(found, said, whole, uri)) or None,
        data=key_of(found))


def key_of(found: Diagnostic) -> list[str]:
    """What a finding is known by when the editor asks what can be done about it."""
    return [found.code, found.where.pointer, found.where.part]


def stretch(found: Diagnostic, whole: Text) -> Stretch:
    return whole.stretch(found.span) if found.span else (0, 0)


def _related(found: Diagnostic, said: Said, whole: Text,
             uri: Uri) -> Iterator[types.DiagnosticRelatedInformation]:
    for one in found.related:
        where = one.where
        source = said.sources.get(where.file)
        if where.file == found.where.file:
            there = whole
        elif source is not None:
            there = text(source.decode("utf-8-sig", "replace"), whole.encoding)
        else:
            continue
        if where.span is not None:
            place = range_of(there, *there.stretch(where.span))
            yield types.DiagnosticRelatedInformation(
                types.Location(uri(where.file), place), one.message)


# -- what is asked for ----------------------------------------------------------------------------


def hover(found: Hover, whole: Text, *, markdown: bool) -> types.Hover:
    kind = types.MarkupKind.Markdown if markdown else types.MarkupKind.PlainText
    return types.Hover(types.MarkupContent(kind, found.markdown),
                       range_of(whole, found.begin, found.end))


def completion(found: Completion, whole: Text, *, snippets: bool) -> types.CompletionList:
    place = range_of(whole, found.begin, found.end)
    choices = sorted(found.choices, key=lambda one: one.order)
    return types.CompletionList(is_incomplete=False, items=[
        _item(one, at, place, found.quote, snippets=snippets) for at, one in enumerate(choices)])


def _item(one: Choice, at: int, place: types.Range, quote: str, *,
          snippets: bool) -> types.CompletionItem:
    """A choice. Editors match what is typed with `filter_text`, quotes and all."""
    snippet = one.snippet and snippets
    return types.CompletionItem(
        label=one.label, kind=CHOICES[one.kind], detail=one.detail or None,
        documentation=types.MarkupContent(types.MarkupKind.Markdown, one.doc) if one.doc else None,
        sort_text=f"{at:04}", filter_text=f"{quote}{one.label}" if quote else None,
        text_edit=types.TextEdit(place, one.text if snippet or not one.snippet
                                 else plain(one.text)),
        insert_text_format=types.InsertTextFormat.Snippet if snippet
        else types.InsertTextFormat.PlainText,
        data=list(one.component) if one.component else None)


def action(one: Action, diagnostics: Sequence[types.Diagnostic], uri: Uri,
           versions: Mapping[str, int], encoding: Encoding, *,
           versioned: bool) -> types.CodeAction:
    return types.CodeAction(
        title=one.title, kind=one.kind, diagnostics=list(diagnostics) or None,
        is_preferred=one.preferred or None,
        edit=_workspace_edit(one.edits, uri, versions, encoding, versioned=versioned))


def _workspace_edit(edits: Mapping[str, Edited], uri: Uri, versions: Mapping[str, int],
                    encoding: Encoding, *, versioned: bool) -> types.WorkspaceEdit:
    """Edits of the texts that were judged: where the editor knows versions, of no other."""
    made = {file: _text_edits(one, encoding) for file, one in edits.items()}
    if not versioned:
        return types.WorkspaceEdit(changes={uri(file): one for file, one in made.items()})
    return types.WorkspaceEdit(document_changes=[
        types.TextDocumentEdit(
            types.OptionalVersionedTextDocumentIdentifier(uri(file), versions.get(file)), [*one])
        for file, one in made.items()])


def _text_edits(one: Edited, encoding: Encoding) -> list[types.TextEdit]:
    whole = text(one.text, encoding)
    return [types.TextEdit(range_of(whole, each.begin, each.end), each.text)
            for each in one.changes]


def symbols(found: Iterable[Symbol], whole: Text) -> list[types.DocumentSymbol]:
    return [types.DocumentSymbol(
        name=one.name or '""', kind=SYMBOLS[one.kind], detail=one.detail or None,
        range=range_of(whole, *one.whole), selection_range=range_of(whole, *one.whole),
        children=symbols(one.inner, whole)) for one in found]


def location(found: Target, uri: Uri, encoding: Encoding) -> types.Location:
    whole = text(found.text, encoding)
    return types.Location(uri(found.file), range_of(whole, found.begin, found.end))


def hints(found: Iterable[Hint], whole: Text) -> list[types.InlayHint]:
    return [types.InlayHint(types.Position(*whole.point(one.offset)), one.label, padding_left=True)
            for one in found]


__all__ = ["SOURCE", "action", "completion", "diagnostic", "hints", "hover", "key_of", "location",
           "range_of", "stretch", "symbols"]
