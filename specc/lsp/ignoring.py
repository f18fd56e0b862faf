"""The edit that ignores a warning in a document, `[lint] ignore = { CODE = "why" }`.

It goes where such words stand already, in the layout that is there; the reason is the author's to
write.
"""

from __future__ import annotations

from json import dumps

from specc.lsp.outline import Outline, Part, outline
from specc.record import Record
from specc.source import Path

REASON = "why"
LINT: Path = ("lint",)
IGNORE: Path = ("lint", "ignore")


class Insertion(Record):
    """A text that comes at an offset."""

    offset: int
    text: str


def ignoring(found: Outline, code: str) -> Insertion:
    """What is to be put into a document, which can be read, so that a code is ignored."""
    if not found.json and not found.text.endswith("\n"):
        end = _end_of_line(found)
        put = ignoring(outline(found.text + end, False), code)
        inside = put.offset <= len(found.text)
        return put if inside else Insertion(len(found.text), end + put.text)
    reason = _pair(found, code, dumps(REASON))
    table = _pair(found, "ignore", _braced(found, reason))
    if inline := next(found.of(IGNORE, "table"), None):
        return _into(found, inline, reason)
    if last := _last_line(found, IGNORE):
        return _below(found, last, reason)
    if header := next(found.of(IGNORE, "section"), None):
        return Insertion(header.begin, reason + _end_of_line(found))
    if inline := next(found.of(LINT, "table"), None):
        return _into(found, inline, table)
    if header := next(found.of(LINT, "section"), None):
        return Insertion(header.begin, table + _end_of_line(found))
    if found.json:
        whole = next(found.of((), "table"))
        return _into(found, whole, _pair(found, "lint", _braced(found, table)))
    end = _end_of_line(found)
    return Insertion(len(found.text), f"{end}[lint]{end}{table}{end}")


def _pair(found: Outline, key: str, value: str) -> str:
    return f"{dumps(key)}: {value}" if found.json else f"{key} = {value}"


def _braced(found: Outline, pair: str) -> str:
    return f"{{{pair}}}" if found.json else f"{{ {pair} }}"


def _into(found: Outline, table: Part, pair: str) -> Insertion:
    """Behind the last pair of an inline table, on a line of its own if that has one."""
    inside = [one for one in found.parts if table.begin < one.begin and one.end <= table.end
              and len(one.path) > len(table.path) and one.role not in ("gap", "comment")]
    if not inside:
        blank = found.text[table.begin + 1:table.end - 1]
        space = "" if found.json else " "
        return Insertion(table.begin + 1, f"{space}{pair}{'' if blank else space}")
    end = max(one.end for one in inside)
    last = max((one for one in inside if one.role == "key"
                and len(one.path) == len(table.path) + 1), key=lambda one: one.begin)
    before = found.text[table.begin:last.begin]
    indent = before.rpartition("\n")[2]
    alone = "\n" in before and not indent.strip()
    return Insertion(end, f",{_end_of_line(found)}{indent}{pair}" if alone else f", {pair}")


def _last_line(found: Outline, path: Path) -> Part | None:
    """The last key of a table that has its pairs on lines of their own, by a header or dots."""
    keys = [one for one in found.parts if one.role == "key" and one.path[:-1] == path]
    return keys[-1] if keys and not found.json else None


def _below(found: Outline, key: Part, pair: str) -> Insertion:
    """On the line below a key's, with what stands before the key there."""
    begin = found.text.rfind("\n", 0, key.begin) + 1
    line = f"{found.text[begin:key.begin]}{pair}{_end_of_line(found)}"
    return Insertion(found.text.index("\n", key.end) + 1, line)


def _end_of_line(found: Outline) -> str:
    return "\r\n" if "\r\n" in found.text else "\n"


__all__ = ["REASON", "Insertion", "ignoring"]
