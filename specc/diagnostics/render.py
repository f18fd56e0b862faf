"""Diagnostics to text: for people (full, concise), for tools (json), for CI (github, sarif).

Pure: text out, nothing printed, colors only when told. What comes from a file never reaches the
terminal raw: control characters, direction marks and lone surrogates are shown as signs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

from specc.diagnostics import Diagnostic
from specc.diagnostics.closing import Paint, closing, painter
from specc.diagnostics.terminal import clip, safe, split
from specc.record import Record, replace
from specc.source import Span, Where

Format: TypeAlias = Literal["full", "concise", "json", "github", "sarif"]
Sources: TypeAlias = Mapping[str, bytes | str]

LONGEST = 400  # letters of a sentence that are shown
ENDING = 100  # of them, from its end, where what helps stands


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
                else machine.as_sarif(found, pages or {}, unchecked) if format == "sarif"
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
    return f"{_place(found.where)}: {paint(found.severity, found.code)} {_message(found.message)}"


def _full(found: Diagnostic, lines: Mapping[str, list[str]],
          paint: Paint) -> str:
    """The sentence, the lines it is about with marks under the values, what helps."""
    numbers = [where.span.line for where in (found.where, *(one.where for one in found.related))
               if where.span]
    gutter = len(str(max(numbers, default=0)))
    edge = " " * gutter + paint("gutter", " |")
    out = [paint(found.severity, f"{found.severity}[{found.code}]")
           + paint("bold", f" {found.name}: {_message(found.message)}")]
    if found.where.file:  # what is wrong with the machine has no place
        out.append(" " * gutter + paint("gutter", "--> ") + _place(found.where))
    file = found.where.file
    for at, shown in enumerate(_snippets(found, lines, paint)):
        if shown.where.file != file:
            out.append(" " * gutter + paint("gutter", "::: ") + _place(shown.where))
        if shown.where.file != file or at == 0:
            out.append(edge)
        file = shown.where.file
        out += [paint("gutter", f"{shown.line:>{gutter}} |") + f" {shown.text}".rstrip(),
                *(edge + mark for mark in shown.marks), edge]
    out += [" " * gutter + paint("gutter", " = ") + paint("help", f"{label}: ") + text
            for label, text in (*_notes(found, lines), *_helps(found))]
    return "\n".join(out) + "\n"


class _Snippet(Record):
    """A source line, and the marks below it."""

    where: Where
    line: int
    text: str
    marks: tuple[str, ...]


def _snippets(found: Diagnostic, lines: Mapping[str, list[str]],
              paint: Paint) -> list[_Snippet]:
    """The line that a finding is about and those of its related places: of one file in their
    order, each once."""
    out: list[_Snippet] = []
    for where, mark, style, label in (
            (found.where, "^", found.severity, ""),
            *((one.where, "-", "gutter", _message(one.message)) for one in found.related)):
        new = _snippet(where, lines, mark, style, label, paint)
        same = next((at for at, one in enumerate(out) if new and _line(one) == _line(new)), None)
        if new and same is not None:
            out[same] = replace(out[same], marks=(*out[same].marks, *new.marks))
        elif new:
            out.append(new)
    files = list(dict.fromkeys(one.where.file for one in out))
    return sorted(out, key=lambda one: (files.index(one.where.file), one.line))


def _line(shown: _Snippet) -> tuple[str, int, str]:
    """A line of a file, or the stretch of it that is shown."""
    return shown.where.file, shown.line, shown.text


def _snippet(where: Where, lines: Mapping[str, list[str]], mark: str, style: str, label: str,
             paint: Paint) -> _Snippet | None:
    """The line of a place and the mark below it; of a place of many lines the first."""
    span = where.span
    source = lines.get(where.file)
    if span is None or source is None or not 0 < span.line <= len(source):
        return None
    text = source[span.line - 1]
    more = span.end_line > span.line
    end = len(text) + 1 if more else span.end_column
    line = clip(text, span.column - 1, max(end - span.column, 1))
    marks = mark * line.length + ("..." if more else "") + (f" {label}" if label else "")
    return _Snippet(where, span.line, line.text, (" " * (line.begin + 1) + paint(style, marks),))


def _notes(found: Diagnostic, lines: Mapping[str, list[str]]) -> Iterator[tuple[str, str]]:
    """Related places that no line can be shown of."""
    for one in found.related:
        if _snippet(one.where, lines, "", "bold", "", painter(False)) is None:
            yield "note", f"{_message(one.message)} ({_place(one.where)})"


def _helps(found: Diagnostic) -> Iterator[tuple[str, str]]:
    """What is advised, what --fix would write, where to read on."""
    if found.advice and not (found.fix and found.fix.title == found.advice):
        yield "help", _message(found.advice)
    if found.fix:
        texts = list(dict.fromkeys(edit.text for edit in found.fix.edits))
        text = (f": `{texts[0]}`" if len(texts) == 1 and texts[0]
                and texts[0] not in found.fix.title else "")
        elsewhere = dict.fromkeys(_place(edit.where) for edit in found.fix.edits
                                  if edit.where.file != found.where.file)
        yield "fix", _message(found.fix.title + text) + (
            f" ({', '.join(elsewhere)})" if elsewhere else "")
    yield "help", f"specc explain {found.code}"


def _message(text: str) -> str:
    """A sentence; of one that quotes a very long value, begin and end."""
    if len(text) > LONGEST:
        text = f"{text[:LONGEST - ENDING]} … {text[-ENDING:]}"
    return safe(text)


def _place(where: Where) -> str:
    span = where.span
    if where.file.startswith("--"):  # an option of the command line, which has no lines
        return safe(f"{where.file} {'.'.join(map(str, where.path))}".rstrip())
    return safe(where.file) + (f":{span.line}:{span.column}" if span else "")


__all__ = ["Format", "render"]
