"""What the last check knows of a document's model, as far as it is sure to hold.

A text that cannot be read has no plan, and while somebody types most cannot. The plan of the last
good text still tells what stands in the model's list before the change, and everything if the
change is in a table that decides no shape: what comes out of a layer depends on what is above it,
and on no training. Blocks and groups are left out, since what follows in them may enter them again.
"""

from __future__ import annotations

from collections.abc import Mapping

from specc.ir.graph import Stamp
from specc.ir.plan import Plan
from specc.lsp.outline import Outline, outline
from specc.lsp.scene import LISTS
from specc.lsp.text import Change, difference
from specc.pipeline import Checked
from specc.record import Record, replace
from specc.source import Path

# Tables that decide what the layers of a model are and what enters them; outputs, since an input
# may take all columns but the targets.
SHAPING = ("extends", "unset", "params", "data", "inputs", "blocks", "model", "outputs")


class Known(Record):
    """A plan, and what was changed in the text since."""

    plan: Plan
    stamps: Mapping[Path, tuple[Stamp, ...]]  # of the entries that the document itself writes
    sources: Mapping[str, bytes]  # the texts that the plan was made of, by file
    old: Outline  # of the document's own
    change: Change | None = None  # what was changed in it since; None: nothing

    def holds(self, path: Path) -> bool:
        """Whether what is known of an entry, or of a table, is still so."""
        if self.change is None:
            return True
        changed = _common(self.old, self.change)
        if changed is None:
            return False
        if changed[:1] and changed[0] not in SHAPING:
            return path[:1] != changed[:1]
        for one in LISTS:
            if path[:len(one)] == changed[:len(one)] == one:
                mine, other = path[len(one):len(one) + 1], changed[len(one):len(one) + 1]
                return () < mine < other and not self._used_again()
        return False

    def _used_again(self) -> bool:
        """Whether something of the model may be stamped further down once more."""
        return any(one.role == "key" and one.path[-1] == "call" for one in self.old.parts)


def known(checked: Checked, text: str) -> Known | None:
    """What is known of a document that was checked; None if it has no plan."""
    if checked.plan is None:
        return None
    found: dict[Path, list[Stamp]] = {}
    for one in checked.plan.graph.stamps:
        where = one.place()
        if where.file == checked.file:
            found.setdefault(where.path, []).append(one)
    stamps = {path: tuple(several) for path, several in found.items()}
    return Known(checked.plan, stamps, checked.sources,
                 outline(text, checked.file.endswith(".json")))


def carried(before: Known, text: str) -> Known | None:
    """What is known, for a text that has no plan of its own; None where nothing can be."""
    change = difference(before.old.text, text)
    below = change.text.split("\n")[1:]
    if not before.old.json and any(line.lstrip().startswith("[") for line in below):
        return None  # another header: what follows may be in another table
    return replace(before, change=change)


def _common(old: Outline, change: Change) -> Path | None:
    """The path of what a change lies in, both ends of it; None for the name of a table, which
    decides what all below it is."""
    ends = [old.around(at) for at in (change.begin, change.end)]
    if any(one.role == "header" or (one.role == "key" and len(one.path) == 1)
           for around in ends for one in around):
        return None
    first, last = (around[-1].path if around else () for around in ends)
    end = next((at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b),
               min(len(first), len(last)))
    return first[:end]


__all__ = ["Known", "carried", "known"]
