"""The saved parts of a spec, `{ model = "backbones/x.keras" }`, read as data for checking.

A part that cannot be read is no error here: it may be saved later, and building says what Keras
says. What was not looked at is listed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from specc.diagnostics import Diagnostic, Outcome
from specc.facts import Facts
from specc.facts.files import locate_source
from specc.ir.graph import Graph
from specc.ir.infer import infer
from specc.ir.kinds import lower
from specc.ir.saved import Part
from specc.saved import archive
from specc.saved.component import Unsaid
from specc.saved.config import tree_of
from specc.saved.document import document
from specc.saved.plain import unfolded
from specc.saved.training import Training
from specc.saved.walk import take_apart
from specc.source import Where
from specc.spec import Spec
from specc.syntax.document import from_text
from specc.syntax.parse import parse

KEPT = 8  # parts that are remembered: tuning plans a spec once a trial


def read_parts(spec: Spec, graph: Graph) -> Outcome[Mapping[str, Part]]:
    """The parts of a graph by the file as written, and a note for each that was not read."""
    found: dict[str, Part] = {}
    unread: list[str] = []
    for node in graph.nodes:
        file = node.model_file
        if file is None or file in found:
            continue
        path = locate_source(spec, file, node.at("model"))
        if isinstance(path, Diagnostic) or not path.endswith(".keras"):
            continue  # said when the spec was lowered
        part = _part(Path(path), file)
        if isinstance(part, Part):
            found[file] = part
        else:
            unread.append(f"{file}: not read {part}")
    return Outcome(found, (), tuple(dict.fromkeys(unread)))


def _part(path: Path, file: str) -> Part | str:
    """A part; or why it was not read."""
    try:
        stamp = path.stat()
        return _read(path, file, stamp.st_mtime_ns, stamp.st_size)
    except FileNotFoundError:
        return "(there is no such file yet)"
    except OSError as refused:
        return f"({(refused.strerror or str(refused)).lower()})"


@lru_cache(maxsize=KEPT)
def _read(path: Path, file: str, time: int, size: int) -> Part | str:
    """A part as it was saved at this time."""
    with path.open("rb") as opened:
        found = archive.read(opened, Where(file))
    tree = found.then(lambda one: tree_of(one.text, Where(file)))
    if tree.value is None:
        return f"({tree.diagnostics[0].message})"
    try:
        parts = take_apart(tree.value, file)
    except Unsaid as why:
        return f"({why.found.message})"
    text = json.dumps(document(parts, unfolded(parts), Training(), {})).encode()
    graph = (from_text(file, text, "json").then(parse)
             .then(lambda one: lower(one, Facts())).then(infer))
    if graph.value is None or graph.errors:
        return f"({graph.errors[0].message})"
    return Part(graph.value, parts.policy)
