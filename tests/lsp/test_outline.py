"""The lenient reader: a whole document is read as its own parser reads it, every prefix as the
document is up to there, and any text at all somehow."""

from __future__ import annotations

import json
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from patience import in_time

from specc.diagnostics import Diagnostic
from specc.lsp.outline import CONTAINERS, LEAVES, Outline, outline
from specc.lsp.text import text
from specc.source import Where
from specc.syntax.places import locate
from unit.test_places import HOSTILE, TREES, dump, paths

SPECS = sorted((Path(__file__).parents[2] / "specs").rglob("*.specc.*"))
CONFORMING = sorted((Path(__file__).parents[3] / "shared" / "language").glob("*.specc.*"))


def read(content: str) -> Outline:
    return outline(content, content.lstrip().startswith("{"))


def check_places(content: str, tree: Any) -> int:
    """Keys and values stand where `specc.syntax.places` finds them."""
    whole, found = text(content), read(content)
    wanted = [Where("f", path, part) for path in paths(tree) for part in ("key", "value")]
    for one in locate([Diagnostic("SX999", "t", "error", "", where) for where in wanted],
                      {"f": content}):
        path, span = one.where.path, one.where.span
        assert span is not None
        if one.where.part == "key" and isinstance(path[-1], str):
            part = found.key(path)
        elif (part := found.value(path)) is None:  # a table under a header
            assert isinstance(tree, dict)
            continue
        assert part is not None, path
        if one.where.part == "key" and isinstance(path[-1], int):
            continue
        assert (part.begin, part.end) == whole.stretch(span), (path, one.where.part)
    return len(wanted)


@given(TREES, st.lists(st.booleans(), min_size=1, max_size=4))
@settings(max_examples=70)
def test_toml_is_read_as_tomllib_reads_it(tree: dict[str, Any], style: list[bool]) -> None:
    content = dump(tree, style)
    assert read(content).tree == tree
    check_places(content, tree)


@given(TREES, st.sampled_from([None, 0, 2]), st.booleans())
@settings(max_examples=60)
def test_json_is_read_as_json_reads_it(tree: dict[str, Any], indent: int | None,
                                       plain: bool) -> None:
    content = json.dumps(tree, indent=indent, ensure_ascii=plain)
    assert outline(content, True).tree == tree
    check_places(content, tree)


@pytest.mark.parametrize("content", [HOSTILE, HOSTILE.replace("\n", "\r\n"), "\ufeff" + HOSTILE])
def test_a_hostile_layout(content: str) -> None:
    tree = tomllib.loads(content.removeprefix("\ufeff"))
    assert read(content).tree == tree
    assert check_places(content, tree) > 80


@pytest.mark.parametrize("file", [*SPECS, *CONFORMING], ids=lambda file: file.name)
def test_every_spec(file: Path) -> None:
    content = file.read_text(encoding="utf-8-sig")
    tree = json.loads(content) if file.suffix == ".json" else tomllib.loads(content)
    assert read(content).tree == tree
    assert check_places(content, tree) > 5


def where(whole: Outline, offset: int) -> object:
    """The containers around an offset, and the path of what it touches."""
    around = whole.around(offset)
    return [(one.role, one.path) for one in around if one.role in CONTAINERS]


@pytest.mark.parametrize("content", [HOSTILE, *(file.read_text(encoding="utf-8-sig")
                                                for file in SPECS[::4])])
def test_a_prefix_is_read_as_the_document_is_up_to_there(content: str) -> None:
    """What is typed last is in the tables and lists that it will be in; a header that is not
    complete is not a header yet."""
    whole = read(content)
    for cut in range(len(content)):
        line = content[content.rfind("\n", 0, cut) + 1:cut].lstrip()
        if not line.startswith("["):
            assert where(read(content[:cut]), cut) == where(whole, cut), content[cut - 30:cut]


@given(st.lists(st.one_of(st.sampled_from(list("[]{}=,.:'\"#\n\\ a0-")), st.sampled_from(
    ["[a]", "[[a]]", "a = ", '"""', "'''", "true", "\r\n", "\n[b.c]\n", '"x"'])), max_size=40)
       .map("".join), st.booleans())
@settings(max_examples=250)
def test_any_text_is_read(content: str, as_json: bool) -> None:
    found = outline(content, as_json)
    assert all(0 <= one.begin <= one.end <= len(content) for one in found.parts)
    assert [one.begin for one in found.parts] == sorted(one.begin for one in found.parts)
    for offset in range(len(content) + 1):
        found.innermost(offset)


@pytest.mark.parametrize(("content", "tree"), [
    ('layers = [{ type = "De\n[fit]\nepochs = 3', {"layers": [{"type": "De"}],
                                                  "fit": {"epochs": 3}}),
    ('layers = [\n  { type = "Dense",\n  { type = "ReLU" },\n]\na = 1',
     {"layers": [{"type": "Dense"}, {"type": "ReLU"}], "a": 1}),
    ('split = { validation = 0.2, te\norder = "x"\n', {"split": {"validation": 0.2}, "order": "x"}),
    ('columns = ["a", "b\nscale = "standard"', {"columns": ["a", "b"], "scale": "standard"}),
    ("[inputs.x]\nscale = \n[model]\nkind = ", {"inputs": {"x": {}}, "model": {}}),
    ("a = [[1, 2], [3\n[[b]]\nc = 1\n[[b]]\n", {"a": [[1, 2], [3]], "b": [{"c": 1}, {}]}),
    ("a = { b = [1, 2 }\nc = 3", {"a": {"b": [1, 2]}, "c": 3}),
    ("a = [\n[true],\n]\n[inputs.]\nb = 1", {"a": [[True]], "inputs": {}}),
    ("a.b. = 1\nd = 2", {"a": {"b": {}}, "d": 2}),
    ("a =\nb = 2 what\n= 3\n]\nc = 4", {"b": 2, "c": 4}),
    ('{"a": [{"type": "De\n], "b": {"c": 1', {"a": [{"type": "De"}], "b": {"c": 1}}),
    ('{"a": {"type": , "units": 3}, "b": "x": 1}', {"a": {"units": 3}, "x": 1}),
    ('{"a": \n"b": 2}', {"b": 2}),
    ("", {}), ("{", {}), ("[", {}), ("[[", {}), ("[a", {"a": {}}),
])
def test_half_written(content: str, tree: Any) -> None:
    assert read(content).tree == tree


@pytest.mark.parametrize(("content", "role", "path"), [
    ('[model]\nlayers = [{ type = "De|', "text", ("model", "layers", 0, "type")),
    ('[model]\nlayers = [{ type = |', "value", ("model", "layers", 0, "type")),
    ('[model]\nlayers = [{ type = | }]', "value", ("model", "layers", 0, "type")),
    ('[model]\nlayers = [{ type = "A" }, |\n[fit]', "gap", ("model", "layers", 1)),
    ('[model]\nlayers = [{ type = "A", |', "gap", ("model", "layers", 0)),
    ('[model]\nlayers = [{ type = "A", un|', "key", ("model", "layers", 0, "un")),
    ('[[model.layers]]\ntype = "A"\n|\n[[model.layers]]', "gap", ("model", "layers", 0)),
    ("[fit]\nepochs = 3\n|", "gap", ("fit",)), ("|", "gap", ()), ("[fi|", "key", ("fi",)),
    ("[|", "key", ("",)), ("[inputs.|]", "key", ("inputs", "")), ("a = 1 # b|c", "comment", ()),
    ("a = 1 |\n", None, None), ("a = { b = 1 | }", None, None), ("a = [1, 2|]", "value", ("a", 1)),
    ('{"a": {|', "gap", ("a",)), ('{"a": {"b": 1, "|', "key", ("a", "")),
    ('{"a": {"b": |}}', "value", ("a", "b")), ("a = '''b\n|c'''", "text", ("a",)),
])
def test_what_a_cursor_is_in(content: str, role: str | None, path: Any) -> None:
    offset = content.index("|")
    part = read(content.replace("|", "")).innermost(offset)
    assert (part and part.role, part and part.path) == (role, path)


def test_leaves_and_containers_are_roles() -> None:
    found = read('a = [{ b = 1 }]\nc = "x"\n[d]\n')
    assert {*CONTAINERS, *LEAVES} <= {one.role for one in found.parts}


def test_a_thousand_layers_are_quick() -> None:
    entry = '  { type = "Dense", units = 64, activation = "relu", name = "layer_%d" },\n'
    content = "[model]\nlayers = [\n" + "".join(entry % n for n in range(1000)) + "]\n"
    begun = time.process_time()
    assert len(read(content).tree["model"]["layers"]) == 1000
    assert in_time(time.process_time() - begun, 1)
