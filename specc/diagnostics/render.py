"""Diagnostics to text: for people (full, concise), for tools (json), for CI (github, sarif).

Pure: text out, nothing printed, colors only when told. What comes from a file never reaches the
terminal raw: control characters, direction marks and lone surrogates are shown as signs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Literal, TypeAlias

from specc.diagnostics import Diagnostic, Related
from specc.diagnostics.terminal import clip, safe, split
from specc.source import Span, Where

Format: TypeAlias = Literal["full", "concise", "json", "github", "sarif"]
Sources: TypeAlias = Mapping[str, bytes | str]

_COLORS = {"error": "1;31", "warning": "1;33", "info": "1;36", "gutter": "1;34", "help": "1;32",
           "bold": "1", "fine": "32"}


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
    paint = partial(_paint, color)
    lines = {file: split(source) for file, source in sources.items()} if format == "full" else {}
    shown = [_full(one, lines, paint) if format == "full" else _concise(one, paint)
             for one in found]
    return "".join(f"{one}\n" for one in [*shown, *_summary(found, unchecked, files, paint)])


def _order(found: Diagnostic) -> tuple[str, int, int, str, str]:
    span = found.span or Span(0, 0, 0, 0)
    return found.where.file, span.line, span.column, found.code, found.message


def _concise(found: Diagnostic, paint: Callable[[str, str], str]) -> str:
    return f"{_place(found.where)}: {paint(found.severity, found.code)} {safe(found.message)}"


def _full(found: Diagnostic, lines: Mapping[str, list[str]],
          paint: Callable[[str, str], str]) -> str:
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
             paint: Callable[[str, str], str]) -> list[str]:
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
             label: str, paint: Callable[[str, str], str]) -> list[str]:
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


def _summary(found: Sequence[Diagnostic], unchecked: Sequence[str], files: int,
             paint: Callable[[str, str], str]) -> Iterator[str]:
    counts = [_count(sum(one.severity == severity for one in found), word)
              for severity, word in (("error", "error"), ("warning", "warning"),
                                     ("info", "note"))]
    told = [one for one in counts if not one.startswith("0 ")]
    if told:
        worst = "error" if not counts[0].startswith("0 ") else "warning"
        listed = " and ".join([", ".join(told[:-1]), told[-1]] if told[1:] else told)
        wrong = min(files, len({one.where.file for one in found}))
        checked = f" (checked {_count(files, 'file')})" if wrong < files else ""
        yield paint(worst, f"found {listed} in {_count(wrong, 'file')}") + checked
    else:
        yield paint("fine", "all clear: ") + _count(files, "file")
    yield from (paint("warning", "not checked: ") + safe(one) for one in unchecked)


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _paint(color: bool, style: str, text: str) -> str:
    return f"\x1b[{_COLORS[style]}m{text}\x1b[0m" if color else text


__all__ = ["Format", "render"]
