"""What may be wished for: the names that are drawn, and what goes together."""

from __future__ import annotations

from specc.diagnostics import nearest
from specc.testing.composing import KINDS, Wish, chainable, layers
from specc.testing.endings import losses, serving, tasks
from specc.testing.training import allowed

FEW = 25  # names that are listed where none is near


def refused(wish: Wish) -> str | None:
    """Why nothing has all that is wished for, in words; None where it can be drawn."""
    for what, word, known in (
            ("kind", wish.kind, KINDS), ("layer", wish.layer, layers()),
            ("loss", wish.loss, losses()), ("task", wish.task, tasks()),
            ("optimizer", wish.optimizer, allowed("optimizer"))):
        if word is not None and word not in known:
            there = f"; there are {', '.join(known)}" if len(known) <= FEW else ""
            return f"no {what} that is drawn is called {word}{nearest(str(word), known) or there}"
    if wish.loss is not None and wish.loss not in serving(wish.task):
        return f"the loss {wish.loss} serves no {wish.task} output"
    if wish.kind == "sequential" and wish.layer not in (None, *chainable()):
        return f"no sequential model holds {wish.layer}, which is not called with one tensor alone"
    return None


__all__ = ["refused"]
