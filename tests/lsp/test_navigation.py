"""Symbols, definitions and hints: where things are."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp.documents import EVERY, SMALL, at, content, here, plan_of
from specc.lsp.definition import definition
from specc.lsp.hints import hints
from specc.lsp.outline import outline
from specc.lsp.scene import scene
from specc.lsp.symbols import Symbol, symbols

FILE = "/nowhere/a.specc.toml"
TEXT = SMALL.replace("[model]", """[blocks.unit]
params = { width = 2, units = 3 }
inputs = ["a"]
layers = [{ type = "Dense", units = "=width + units" }]
[model]""").replace('  { type = "Dense", units = 1,', '''  { block = "unit", inputs = "x" },
  { call = "hidden", inputs = "x" },
  { name = "g", layers = [
    { type = "LSTM", units = "=units", gives = ["seq", "h", "c"] },
    { type = "Dense", inputs = "seq", units = 2 },
  ] },
  { type = "Dense", inputs = "g", units = 1,''')


def shown(several: tuple[Symbol, ...]) -> list[object]:
    return [(one.kind, one.name, one.detail, shown(one.inner)) if one.inner
            else (one.kind, one.name, one.detail) for one in several]


def test_symbols() -> None:
    assert shown(symbols(outline(TEXT, False))) == [
        ("table", "params", "", [("param", "units", "8"), ("param", "depth", "2")]),
        ("table", "inputs", "", [("input", "x", "")]),
        ("table", "blocks", "", [("block", "unit", "", [("layer", "Dense", "")])]),
        ("table", "model", "functional", [
            ("layer", "hidden", "Dense"), ("layer", "unit", ""), ("layer", "hidden", ""),
            ("layer", "g", "group", [("layer", "LSTM", ""), ("layer", "Dense", "")]),
            ("layer", "y", "Dense")]),
        ("table", "outputs", "", [("output", "y", "regression")])]


@pytest.mark.parametrize("file", EVERY, ids=lambda file: file.name)
def test_symbols_lie_in_one_another(file: Path) -> None:
    found = symbols(outline(content(file), file.suffix == ".json"))
    todo = [(one, (0, len(content(file)))) for one in found]
    assert todo
    while todo:
        one, outer = todo.pop()
        assert outer[0] <= one.whole[0] < one.whole[1] <= outer[1]
        todo += [(inner, one.whole) for inner in one.inner]


@pytest.mark.parametrize(("word", "inside", "target"), [
    ('block = "unit"', 10, "unit"), ('call = "hidden"', 9, '"hidden"'),
    ('inputs = "x" },\n  { call', 10, "x"), ('inputs = "seq"', 11, '"LSTM"'),
    ('inputs = "g"', 10, '"g"'), ('"=depth"', 3, "depth"),
    ('"=width + units"', 4, "width"), ('"=width + units"', 12, "units"),
])
def test_definitions(word: str, inside: int, target: str) -> None:
    found = definition(here(TEXT, FILE), at(TEXT, word, inside))
    assert found is not None
    assert found.text[found.begin:found.end] == target
    assert found.begin != at(TEXT, word, 0)


def test_the_nearest_param_is_meant() -> None:
    inner = definition(here(TEXT, FILE), at(TEXT, '"=width + units"', 12))
    outer = definition(here(TEXT, FILE), at(TEXT, 'units = "=units", gives', 11))
    assert inner is not None
    assert outer is not None
    assert inner.begin == TEXT.index("units = 3 }")
    assert outer.begin == TEXT.index("units = 8")


def test_definitions_in_a_base(tmp_path: Path) -> None:
    base = tmp_path / "base.specc.toml"
    base.write_text(SMALL)
    text = 'specc = 1\nextends = "base.specc.toml"\n[fit]\nepochs = "=depth"\n'
    there = scene(str(tmp_path / "a.specc.toml"), text, {})
    found = definition(there, at(text, "base.specc", 3))
    assert found is not None
    assert (found.file, found.begin) == (str(base), 0)
    found = definition(there, at(text, "=depth", 3))
    assert found is not None
    assert (found.file, found.text[found.begin:found.end + 4]) == (str(base), "depth = 2")
    unsaved = SMALL.replace("depth = 2", "\ndepth = 2").encode()
    again = definition(scene(there.file, text, {str(base): unsaved}), at(text, "=depth", 3))
    assert again is not None
    assert again.begin == found.begin + 1


def test_what_is_no_name_leads_nowhere() -> None:
    for word in ("units = 8", '"functional"', '"small"', '"regression"', "[model]"):
        assert definition(here(TEXT, FILE), at(TEXT, word, 2)) is None


def test_hints_stand_behind_their_entries() -> None:
    found = list(hints(outline(SMALL, False), plan_of(SMALL, FILE), 0, len(SMALL)))
    out = SMALL
    for one in sorted(found, key=lambda one: -one.offset):
        out = f"{out[:one.offset]}<{one.label}>{out[one.offset:]}"
    assert 'repeat = "=depth" },<2 x (batch, 8)  112 params>\n' in out
    assert 'name = "y" },<(batch, 1)  9 params>\n' in out
    assert len(found) == 2
    assert list(hints(outline(SMALL, False), plan_of(SMALL, FILE), 0, 10)) == []
    assert list(hints(outline(SMALL, False), None, 0, 999)) == []


def test_hints_of_headers() -> None:
    text = SMALL[:SMALL.index("layers")] + (
        '[[model.layers]]  # one\ntype = "Dense"\nunits = 1\nname = "y"\n'
        '[outputs.y]\ntask = "regression"\n')
    one, = hints(outline(text, False), plan_of(text, FILE), 0, len(text))
    assert text[:one.offset].endswith("[[model.layers]]  # one")


@given(st.sampled_from(EVERY), st.data())
def test_no_text_breaks_any(file: Path, data: st.DataObject) -> None:
    text = content(file)
    cut = data.draw(st.integers(0, len(text)))
    whole = text[:cut] + data.draw(st.sampled_from(["", '"', "[", "{", "= ", "\n["])) + data.draw(
        st.sampled_from(["", text[cut:]]))
    there = here(whole, file)
    symbols(there.outline)
    for offset in range(max(0, cut - 3), min(len(whole), cut + 3)):
        definition(there, offset)
