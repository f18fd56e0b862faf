"""Specs with one mistake: from the cases of the rules, said in other ways, and from drawn specs.

A case of a page is changed in what cannot matter: the order of tables, TOML or JSON, a name, a
seed, a description, numbers moved into `[params]`. So whatever a rule looks at has to be the
meaning, not the writing.
"""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Literal

from specc.catalog import CATALOG, LATER, explain, kinds
from specc.importer.write import as_text
from specc.record import Record, replace
from specc.source import Tree
from specc.testing.composing import Document, composed
from specc.testing.draws import Chance
from specc.testing.filling import filled, plan_of
from specc.testing.pages import PageCase, page_cases
from specc.testing.spoiled import SPOILERS
from specc.testing.spoiled_rows import ROW_SPOILERS, RowSpoiler
from specc.testing.spoilers import Raw, Spoiler

# Codes that no document has by itself, and where they come from instead.
ELSEWHERE: Mapping[str, str] = {
    "SX001": "a path on the command line", "SX002": "a path on the command line",
    "SX003": "a file's permissions", "SX004": "a file of more than is read",
    "SX024": "more than a thousand findings", "SX313": "`--set` on the command line",
    "SX401": "pyproject.toml", "SX402": "pyproject.toml", "SX403": "pyproject.toml",
    "SX404": "pyproject.toml", "SX405": "pyproject.toml",
    "OP121": "`--keras` on the command line",
    "DA103": "the bytes of a file", "DA213": "windows, which no drawn spec has",
    "DA218": "`specc predict`", "DA219": "`specc predict`", "DA220": "the network",
    "DA215": "class weights of which PA152 says so first",
    "DA221": "a part without rows, which other rules say first", "DA222": "a spec without data",
    "DA225": "targets of many axes, which no drawn spec has", "DA226": "the memory of a machine",
}


ROWS = 24


class Mistake(Record):
    """A spec with one mistake.

    `text` is what a file NAME.specc.toml (or .json) holds, `code` and `name` the rule that has to
    say so. `reads`: only when rows are read (`specc check --data`); `rows` is what stands in
    `rows.csv` beside it then, None if there is no such file.
    """

    text: bytes
    form: Literal["toml", "json"]
    code: str
    name: str
    rows: str | None = None
    reads: bool = False


@cache
def decidable() -> tuple[str, ...]:
    """The codes that a document can have, and that a mistake can be drawn for."""
    said = {*(one.code for one in SPOILERS), *(one.code for one in ROW_SPOILERS)} | set(_by_code())
    return tuple(sorted(said))


@cache
def undrawn() -> Mapping[str, str]:
    """The other codes of checking, each with why."""
    later = {one.code for module in LATER for one in kinds(module)}
    return {one.code: ELSEWHERE.get(one.code, "the rows, when they are read")
            for one in CATALOG if one.code not in later and one.code not in decidable()}


@cache
def _by_code() -> Mapping[str, tuple[PageCase, ...]]:
    """The cases with exactly one mark, by its code."""
    found: dict[str, list[PageCase]] = {}
    for case in page_cases():
        if len(case.marks) == 1:
            found.setdefault(case.marks[0][2], []).append(case)
    return {code: tuple(cases) for code, cases in found.items()}


def mistake(random: Chance, code: str) -> Mistake:
    """A spec with one mistake of that code."""
    kind = explain(code)
    assert kind is not None, code
    ways: list[PageCase | Spoiler | RowSpoiler] = [
        *_by_code().get(kind.code, ()),
        *(one for one in SPOILERS if one.code == kind.code),
        *(one for one in ROW_SPOILERS if one.code == kind.code)]
    way = random.choice(ways)
    if isinstance(way, PageCase):
        return _varied(random, way, kind.code, kind.name)
    document = copy.deepcopy(composed(random, way.wish))
    if isinstance(way, RowSpoiler):
        table = filled(random, plan_of(document), ROWS)
        rows = way.spoil(random, document, table)
        made = _written(random, document, kind.code, kind.name)
        return replace(made, rows=rows, reads=True)
    done = way.spoil(random, document)
    if isinstance(done, Raw):
        return Mistake(done.text, done.form, kind.code, kind.name)
    return _written(random, done, kind.code, kind.name)


def _written(random: Chance, document: Document, code: str, name: str) -> Mistake:
    form: Literal["toml", "json"] = random.choice(["toml", "json"])
    return Mistake(as_text(document, form, None).encode(), form, code, name)


# ------------------------------------------------------------------ the same, said otherwise

def _varied(random: Chance, case: PageCase, code: str, name: str) -> Mistake:
    document = tomllib.loads(case.text)
    for key, values in (("description", ["", "drawn"]), ("seed", [0, 7, 99])):
        if key not in document and random.random() < 0.5:
            document[key] = random.choice(values)
    if random.random() < 0.3:
        _with_params(random, document)
    made = _written(random, permuted(random, document), code, name)
    return replace(made, rows=case.rows, reads=True) if case.rows else made


def permuted(random: Chance, tree: Any, depth: int = 0) -> Any:
    """The document with the keys of its tables in another order; lists stay as they are."""
    if isinstance(tree, list):
        return [permuted(random, one, depth) for one in tree]
    if not isinstance(tree, dict):
        return tree
    keys = list(tree)
    order = random.sample(keys, len(keys))
    return {key: permuted(random, tree[key], depth + 1) for key in order}


def _with_params(random: Chance, document: Document) -> None:
    """A number of a layer said in `[params]`."""
    if "params" in document or "extends" in document or "blocks" in document:
        return
    places = [(entry, key) for entry in _entries(document.get("model", {})) for key in entry
              if isinstance(entry[key], int) and not isinstance(entry[key], bool)
              and key in ("units", "filters", "kernel_size", "pool_size")]
    if places:
        entry, key = random.choice(places)
        document["params"] = {"size": entry[key]}
        entry[key] = "=size"


def _entries(tree: Tree) -> Iterator[dict[str, Any]]:
    if isinstance(tree, list):
        for one in tree:
            yield from _entries(one)
    elif isinstance(tree, dict):
        if "type" in tree:
            yield tree
        for one in tree.values():
            if isinstance(one, list | dict):
                yield from _entries(one)


__all__ = ["ELSEWHERE", "Mistake", "decidable", "mistake", "permuted", "undrawn"]
