"""`import_model`: a saved model to a spec, every stage on one screen.

    file -> config -> parts -> unfolded spec, checked -> tasks -> folded spec, compared
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from specc.diagnostics import Diagnostic, Outcome
from specc.importer.entries import folded
from specc.importer.masks import wrong_masks
from specc.importer.meant import spelled_out
from specc.importer.same import same
from specc.importer.write import as_text
from specc.ir.graph import Graph
from specc.pipeline import Checked, check_text
from specc.record import Record
from specc.saved import archive
from specc.saved.call import Folded
from specc.saved.component import Unsaid
from specc.saved.config import tree_of
from specc.saved.document import document
from specc.saved.errors import config_malformed, cut, not_folded
from specc.saved.parts import Parts
from specc.saved.plain import unfolded
from specc.saved.tasks import Said, guesses, loss_name
from specc.saved.training import Judged, Training, training_of
from specc.saved.walk import take_apart
from specc.source import Tree, Where
from specc.syntax.errors import no_such_file, unreadable_file

MOST_TRIED = 8  # guesses of tasks that are checked


class Imported(Record):
    """A spec, what checking says of it, and what had to be assumed."""

    tree: Mapping[str, Tree]
    checked: Checked
    assumed: tuple[str, ...]


def import_model(source: str | os.PathLike[str] | bytes, *, fold: bool = True,
                 training: bool = True) -> Outcome[Imported]:
    """A `.keras` archive, its config.json, or the text of `model.to_json()` as a spec.

    source: a path, or the bytes themselves. fold: repeats become `repeat`, groups and blocks.
    training: how the model was compiled is imported too. Never raises for what the file holds.
    """
    name = "<model>" if isinstance(source, bytes) else os.fspath(source)
    found = _read(source, name)
    if found.value is None:
        return Outcome(None, found.diagnostics)
    version = found.value.keras or ""
    if version.startswith(("1.", "2.")):
        reason = f"Keras {cut(version)} wrote it; load it in Keras 3 and save it again"
        return Outcome(None, (config_malformed(Where(name), layer="", reason=reason),))
    tree = tree_of(found.value.text, Where(name))
    if tree.value is None:
        return Outcome(None, tree.diagnostics)
    try:
        parts = take_apart(tree.value, name)
        compiled = tree.value.get("compile_config") if training else None
        trained = training_of(compiled, parts.outputs, name)
    except Unsaid as why:
        return Outcome(None, (why.found,))
    return _spec(parts, trained, name, fold=fold)


def _read(source: str | os.PathLike[str] | bytes, name: str) -> Outcome[archive.Found]:
    if isinstance(source, bytes):
        return archive.read_bytes(source, Where(name))
    try:
        with open(source, "rb") as file:
            return archive.read(file, Where(name))
    except FileNotFoundError:
        return Outcome(None, (no_such_file(Where(name), path=name),))
    except (OSError, ValueError) as refused:
        reason = getattr(refused, "strerror", None) or str(refused)
        return Outcome(None, (unreadable_file(Where(name), path=name, reason=reason.lower()),))


def _spec(parts: Parts, training: Training, name: str, *, fold: bool) -> Outcome[Imported]:
    """The spec of a model, checked; folded where that is exactly equal."""
    plain = unfolded(parts)
    first = _check(document(parts, plain, Training(), {}))
    if first.plan is None:
        return Outcome(None, first.diagnostics)
    masked = wrong_masks(parts, first.plan.graph, name)
    if masked:
        return Outcome(None, masked)
    tasks, assumed = _tasks(parts, plain, training, first.plan.graph)
    tree = document(parts, plain, training, tasks)
    checked = _check(tree)
    if any(one.name == "missing-nonlinearity" for one in checked.errors):
        parts = spelled_out(parts)
        tree = document(parts, unfolded(parts), training, tasks)
        checked = _check(tree)
    said: tuple[Diagnostic, ...] = ()
    if fold and checked.plan is not None:
        shorter = document(parts, folded(parts), training, tasks)
        again = _check(shorter)
        if again.plan is not None and same(checked.plan.graph, again.plan.graph) and (
                len(again.errors) <= len(checked.errors)):
            tree, checked = shorter, again
        else:
            worse = len(again.errors) > len(checked.errors)
            reason = again.errors[0].message if worse else "its layers differ"
            said = (not_folded(Where(name), reason=reason),)
    notes = (*parts.notes, *training.notes, *assumed)
    return Outcome(Imported(tree, checked, tuple(dict.fromkeys(notes))), said)


def _check(tree: Mapping[str, Tree]) -> Checked:
    return check_text(as_text(tree, "toml", None).encode(), "spec.toml")


def _tasks(parts: Parts, plain: Folded, training: Training,
           graph: Graph) -> tuple[Mapping[str, Said], list[str]]:
    """The task of every output: the likeliest that checks without errors."""
    choices = {one.name: guesses(graph, graph.outputs[one.name],
                                 loss_name(training.judged.get(one.name, Judged())))
               for one in parts.outputs if one.name in graph.outputs}
    chosen = dict.fromkeys(choices, 0)
    tried = 0

    def errors() -> int:
        tasks = {name: choices[name][at][0] for name, at in chosen.items()}
        return len(_check(document(parts, plain, training, tasks)).errors)

    least = errors()
    for name, found in choices.items():
        for at in range(1, len(found)):
            if not least or tried >= MOST_TRIED:
                break
            tried += 1
            before, chosen[name] = chosen[name], at
            if (now := errors()) < least:
                least = now
            else:
                chosen[name] = before
    notes = [f"output `{name}`: task = \"{choices[name][at][0]['task']}\", since "
             f"{choices[name][at][1]}" for name, at in chosen.items()]
    return {name: choices[name][at][0] for name, at in chosen.items()}, notes
