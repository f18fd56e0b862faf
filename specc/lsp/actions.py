"""What an editor offers to do about findings: fixes, all fixes at once, a warning ignored.

Nothing is offered on trust. A fix is what `specc check --fix` would do, judged in the same way
(`specc.fixes.rounds`): the document is checked again with it, in memory. So is an ignore.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Literal, TypeAlias

import specc
from specc.diagnostics import Diagnostic
from specc.fixes.rounds import Mended, Texts, mend
from specc.lsp.ignoring import ignoring
from specc.lsp.outline import outline
from specc.lsp.text import BOM, Change, difference
from specc.pipeline import Checked
from specc.record import Record
from specc.syntax.form_errors import unused_ignore

Kind: TypeAlias = Literal["quickfix", "source.fixAll.specc"]
FIX: Kind = "quickfix"
FIX_ALL: Kind = "source.fixAll.specc"


class Edited(Record):
    """The changes of one file, and the text that their offsets are of."""

    text: str
    changes: tuple[Change, ...]


class Action(Record):
    """Something to do, and what it would write."""

    title: str
    kind: Kind
    edits: Mapping[str, Edited]  # by real path
    preferred: bool = False
    about: Diagnostic | None = None  # the finding that it takes away


def fixing(checked: Checked, texts: Texts, one: Diagnostic) -> Action | None:
    """The fix of a finding, if it has one and that does good."""
    if one.fix is None:
        return None
    mended = _mended(checked, texts, one)
    edits = _edits(mended, texts)
    return Action(one.fix.title, FIX, edits, preferred=True, about=one) if edits else None


def fixing_all(checked: Checked, texts: Texts) -> Action | None:
    """All that `specc check --fix` would write for a document."""
    if not any(one.fix for one in checked.diagnostics):
        return None
    edits = _edits(_mended(checked, texts, None), texts)
    return Action("fix all that is certain", FIX_ALL, edits) if edits else None


def ignored(checked: Checked, texts: Texts, one: Diagnostic) -> Action | None:
    """A warning or a note ignored in the document; None for what cannot be, or would not be."""
    from specc.catalog import explain  # every code there is: a tenth of a second

    kind = explain(one.code)
    if kind is None or one.severity == "error" or not kind.yields or kind is unused_ignore:
        return None
    path = os.path.realpath(checked.file)
    text = texts[path].decode("utf-8", "surrogatepass")
    put = ignoring(outline(text, checked.file.endswith(".json")), one.code)
    after = text[:put.offset] + put.text + text[put.offset:]
    done = specc.check(checked.file, texts={**texts, path: after.encode("utf-8", "surrogatepass")})
    if done.plan is None or any(other.code == one.code and other.where.path == one.where.path
                                for other in done.diagnostics):
        return None
    change = Change(put.offset, put.offset, put.text)
    return Action(f"ignore {one.code} in [lint]", FIX, {path: Edited(text, (change,))}, about=one)


def _mended(checked: Checked, texts: Texts, only: Diagnostic | None) -> Mended:
    def check(file: str, now: Texts) -> Checked:
        return checked if file == checked.file and now == texts else specc.check(file, texts=now)

    return mend([checked.file], check, lambda one: only is None or one == only, texts)


def _edits(mended: Mended, texts: Texts) -> dict[str, Edited]:
    """The edits of each file. A byte order mark on the disk is no part of what editors hold."""
    out = {}
    for file, one in mended.changes.items():
        mark = "" if file in texts else BOM
        old, new = (text.decode("utf-8").removeprefix(mark) for text in (one.before, one.after))
        out[file] = Edited(old, tuple(changes(old, new)))
    return out


def changes(old: str, new: str) -> Iterator[Change]:
    """What to change in a text to have another: by lines, and of lines only what differs."""
    lines, others = old.splitlines(keepends=True), new.splitlines(keepends=True)
    begins = [0]
    for line in lines:
        begins.append(begins[-1] + len(line))
    for tag, a, b, c, d in SequenceMatcher(None, lines, others, autojunk=False).get_opcodes():
        if tag != "equal":
            one = difference(old[begins[a]:begins[b]], "".join(others[c:d]))
            yield Change(begins[a] + one.begin, begins[a] + one.end, one.text)


__all__ = ["FIX", "FIX_ALL", "Action", "Edited", "Kind", "changes", "fixing", "fixing_all",
           "ignored"]
