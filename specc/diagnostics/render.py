"""Diagnostics to text: for people (full, concise), for tools (json), for CI (github, sarif).

Pure: text out, nothing printed, colors only when told. What comes from a file never reaches the
terminal raw: control characters, direction marks and lone surrogates are shown as signs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

from specc.diagnostics import Diagnostic, Related
from specc.diagnostics.closing import Paint, closing, painter
from specc.diagnostics.terminal import clip, safe, split
from specc.source import Span, Where

Format: TypeAlias = Literal["full", "concise", "json", "github", "sarif"]
Sources: TypeAlias = Mapping[str, bytes | str]

def render(diagnostics: Iterable[Diagnostic], sources: Sources, format: Format, color: bool,
           unchecked: Sequence[str] = (), files: int = 1,
           pages: Mapping[str, str] | None = None) -> str:
    """All that was found, sorted by file, line, column and code, in one of five formats.

    `sources` gives the text of files for source lines (full); `pages` the page of each code
    (sarif). The spans are those of the diagnostics (`specc.syntax.places.locate`).
    """
    found = sorted(diagnostics, key=_order)
    if format in ("json", "sarif", "github"):
        from specc.diagnostics import machine  # slow to import

        return (machine.as_json(found, unchecked, files) if format == "json"
                else machine.as_sarif(found, pages or {}) if format == "sarif"
                else "".join(machine.as_github(one) + "\n" for one in found))
    paint = painter(color)
    lines = {file: split(source) for file, source in sources.items()} if format == "full" else {}
    shown = [_full(one, lines, paint) if format == "full" else _concise(one, paint)
             for one in found]
    return "".join(f"{one}\n" for one in [*shown, *closing(found, unchecked, files, paint)])


def _order(found: Diagnostic) -> tuple[str, int, int, str, str]:
    span = found.span or Span(0, 0, 0, 0)
    return found.where.file, span.line, span.column, found.code, found.message


def _concise(found: Diagnostic, paint: Paint) -> str:
    return f"{_place(found.where)}: {paint(found.severity, found.code)} {safe(found.message)}"


def _full(found: Diagnostic, lines: Mapping[str, list[str]],
          paint: Paint) -> str:
    """The sentence, the lines it is about with carets under the value, what helps."""
    numbers = [where.span.line for where in (found.where, *(one.where for one in found.related))
               if where.span]
    gutter = len(str(max(numbers, default=0)))
    edge = " " * gutter + paint("gutter", " |")
    out = [paint(found.severity, f"{found.severity}[{found.code}]")
           + paint("bold", f" {found.name}: {safe(found.message)}")]
    if found.where.file:  # what is wrong with the machine has no place
        out.append(" " * gutter + paint("gutter", "--> ") + _place(found.where))
    snippet = _snippet(found.where, lines, gutter, "^", found.severity, "", paint)
    out += [edge, *snippet, edge] if snippet else []
    for one in found.related:
        out += _related(one, found.where, lines, gutter, paint)
    out += [" " * gutter + paint("gutter", " = ") + paint("help", f"{label}: ") + safe(text)
            for label, text in _helps(found)]
    return "\n".join(out) + "\n"


def _related(one: Related, main: Where, lines: Mapping[str, list[str]], gutter: int,
             paint: Paint) -> list[str]:
    snippet = _snippet(one.where, lines, gutter, "-", "gutter", safe(one.message), paint)
    edge = " " * gutter + paint("gutter", " |")
    if not snippet:
        return [" " * gutter + paint("gutter", " = ") + paint("help", "note: ")
                + f"{safe(one.message)} ({_place(one.where)})"]
    head = [] if one.where.file == main.file else [
        " " * gutter + paint("gutter", "::: ") + _place(one.where), edge]
    return [*head, *snippet, edge]


def _helps(found: Diagnostic) -> Iterator[tuple[str, str]]:
    if found.advice and not (found.fix and found.fix.title == found.advice):
        yield "help", found.advice
    if found.fix:
        texts = list(dict.fromkeys(edit.text for edit in found.fix.edits))
        yield "fix", found.fix.title + (
            f": `{texts[0]}`" if len(texts) == 1 and texts[0] and texts[0] not in found.fix.title
            else "")
    yield "help", f"specc explain {found.code}"


def _snippet(where: Where, lines: Mapping[str, list[str]], gutter: int, mark: str, style: str,
             label: str, paint: Paint) -> list[str]:
    """The line of a place and the marks below it; of a place of many lines the first."""
    span = where.span
    source = lines.get(where.file)
    if span is None or source is None or not 0 < span.line <= len(source):
        return []
    text = source[span.line - 1]
    more = span.end_line > span.line
    end = len(text) + 1 if more else span.end_column
    line = clip(text, span.column - 1, max(end - span.column, 1))
    marks = mark * line.length + ("..." if more else "") + (f" {label}" if label else "")
    bar = paint("gutter", " |")
    return [paint("gutter", f"{span.line:>{gutter}}") + bar + (f" {line.text}".rstrip()),
            " " * gutter + bar + " " * (line.begin + 1) + paint(style, marks)]


def _place(where: Where) -> str:
    span = where.span
    if where.file.startswith("--"):  # an option of the command line, which has no lines
        return safe(f"{where.file} {'.'.join(map(str, where.path))}".rstrip())
    return safe(where.file) + (f":{span.line}:{span.column}" if span else "")


__all__ = ["Format", "render"]
