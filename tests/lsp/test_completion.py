"""Completion: what is offered where, what it replaces, and that nothing anywhere breaks it."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from patience import in_time

from lsp.documents import EVERY, SPECS, content, cursor, here, leaves, tree_of
from specc.lsp.completion import Choice, Completion, complete
from specc.lsp.definition import definition
from specc.lsp.hover import hover
from specc.lsp.lenient import read
from specc.lsp.outline import outline
from specc.lsp.scene import scene
from specc.lsp.slots import slot
from specc.lsp.snippets import escaped, plain
from specc.lsp.symbols import symbols
from specc.source import dig
from unit.test_places import paths

HEAD = """specc = 1
[params]
units = 3
rate = "=units / 2"
[data]
source = "iris"
[inputs.a]
[inputs.b]
"""
BLOCK = "[blocks.unit]\nparams = { filters = 64 }\n"


def offered(text: str, suffix: str = "toml") -> tuple[Completion, str]:
    whole, offset = cursor(text)
    found = complete(here(whole, f"/nowhere/a.specc.{suffix}"), offset)
    assert found is not None
    return found, whole[found.begin:found.end]


def labels(text: str, suffix: str = "toml") -> list[str]:
    found, _ = offered(text, suffix)
    return [one.label for one in sorted(found.choices, key=lambda one: one.order)]


def accepted(text: str, label: str, suffix: str = "toml") -> str:
    """The text after a choice, what stands for the author left as it is."""
    found, _ = offered(text, suffix)
    return with_choice(text, found, next(one for one in found.choices if one.label == label))


def with_choice(text: str, found: Completion, choice: Choice) -> str:
    whole = text.replace("|", "", 1)
    put = plain(choice.text) if choice.snippet else choice.text
    return whole[:found.begin] + put + whole[found.end:]


@pytest.mark.parametrize(("text", "some", "none"), [
    ("|", "specc seed extends data model", "units epochs"),
    (HEAD + "na|", "name", "epochs"),  # still [inputs.b] for the reader, but that is its keys
    (HEAD + "[fit]\nep|", "epochs batch_size callbacks", "loss"),
    (HEAD + "[fit]\nepochs = 3\n|\n[golden]\n", "batch_size", "epochs"),
    (HEAD + "[|", "data model outputs compile", "seed name"),
    (HEAD + "[compile.|", "optimizer", "jit_compile"),
    (HEAD + "[[model.|", "layers head aux", "kind"),
    (HEAD + '[model]\nlayers = [{ type = "De|', "Dense DepthwiseConv2D", "Lambda Adam"),
    (HEAD + '[model]\nlayers = [{ type = |', "Dense LSTM", "Adam"),
    (HEAD + '[model]\nlayers = [{ t|', "type block call layers name", "units"),
    (HEAD + '[model]\nlayers = [{ type = "Dense", | }]', "units activation name", "type filters"),
    (HEAD + '[model]\nlayers = [{ | type = "Dense" }]', "units activation", "type filters"),
    (HEAD + '[[model.layers]]\ntype = "LSTM"\n|', "units return_sequences", "type kernel_size"),
    (HEAD + '[model]\nlayers = [{ type = "Dense", activation = "|" }]', "relu softmax", "Dense"),
    (HEAD + '[model]\nlayers = [{ type = "Conv2D", padding = "|" }]', "same valid", "causal"),
    (HEAD + '[model]\nlayers = [{ type = "Dense", use_bias = | }]', "true false", "relu"),
    (HEAD + '[model]\nlayers = [{ type = "Dense", kernel_initializer = "|', "he_normal", "adam"),
    (HEAD + '[model]\nlayers = [{ type = "Dense", kernel_initializer = { type = "|" } }]',
     "HeNormal he_normal", "L2"),
    (HEAD + '[model]\nlayers = [{ type = "Bidirectional", layer = { type = "|" } }]',
     "LSTM GRU", "Dense"),
    (HEAD + '[model]\nlayers = [{ type = "Bidirectional", layer = { type = "LSTM", | } }]',
     "units", "name repeat"),
    (HEAD + BLOCK + '[model]\nlayers = [{ block = "|', "unit", "Dense"),
    (HEAD + BLOCK + '[model]\nlayers = [{ block = "unit", | }]', "filters repeat", "units type"),
    (HEAD + BLOCK + '[model]\nlayers = [ | ]', "Dense Conv2D", "Adam"),
    (HEAD + '[compile]\noptimizer = "|', "adam sgd Adam", "relu"),
    (HEAD + '[compile]\noptimizer = |', "adam", "relu"),
    (HEAD + '[compile.optimizer]\ntype = "Adam"\n|', "learning_rate", "momentum"),
    (HEAD + '[compile.optimizer]\ntype = "Adam"\nlearning_rate = { type = "|" }', "CosineDecay",
     "Adam"),
    (HEAD + '[outputs.y]\ntask = "|"', "regression binary", "relu"),
    (HEAD + '[outputs.y]\nmetrics = ["|"]', "mae accuracy", "adam"),
    (HEAD + '[outputs.y]\nloss = "|"', "mse huber", "adam"),
    (HEAD + '[fit]\ncallbacks = [{ type = "|" }]', "EarlyStopping", "LambdaCallback"),
    (HEAD + '[lint]\nignore = { | }', "TR120 SX318", "PA101"),
    (HEAD + '[lint.ignore]\nT|', "TR120", "PA101"),
    (HEAD + "[tune.space]\n|", "units rate", "a"),
    (HEAD + "[tune]\nsearch = '|'", "grid random halving", "relu"),
    (HEAD + '[data]\nsplit = { stratify = "|" }', "species", "y"),
])
def test_what_is_offered(text: str, some: str, none: str) -> None:
    found = labels(text)
    assert set(some.split()) - {"name"} <= set(found), found
    assert not set(none.split()) & set(found)


@pytest.mark.parametrize(("text", "first"), [
    (HEAD + '[model]\nlayers = [{ type = "Dense", |', "units"),
    (HEAD + '[model]\nlayers = [{ |', "type"),
    (HEAD + '[compile.optimizer]\n|', "type"),
    (HEAD + '[compile]\noptimizer = { type = "|" }', "Adadelta"),
    (HEAD + '[compile]\noptimizer = "|"', "adadelta"),
    (HEAD + '[model]\nlayers = [{ type = "Dense", name = "q" }, { type = "Add", inputs = ["|"] }]',
     "q"),
])
def test_what_is_wanted_most_comes_first(text: str, first: str) -> None:
    assert labels(text)[0] == first


NAMES = HEAD + """[model]
kind = "functional"
layers = [
  { type = "LSTM", units = 3, inputs = "a", gives = ["seq", "h"], return_state = true },
  { type = "Dense", units = 3 },
  { name = "g", layers = [{ type = "Dense", units = 1, name = "deep", inputs = "%s" }] },
  { type = "Add", name = "late", inputs = ["%s", "b"] },
]
[outputs.y]
from = "%s"
"""


def test_references_look_upwards_only() -> None:
    inside = labels(NAMES % ("|", "x", "x"))
    assert inside[0] == "dense"
    assert {"lstm", "seq", "h", "a", "b", "@in"} <= set(inside)
    assert not {"deep", "late", "g"} & set(inside)
    outside = labels(NAMES % ("x", "|", "x"))
    assert {"g", "dense", "@prev"} <= set(outside)
    assert not {"deep", "late"} & set(outside)
    assert labels(NAMES % ("x", "x", "|"))[0] == "late"


def test_expressions() -> None:
    text = HEAD + ("[blocks.b]\nparams = { width = 2 }\n"
                   'layers = [{ type = "Dense", units = "=wi| * 2", repeat = 2 }]\n')
    found, replaced = offered(text)
    assert replaced == "wi"
    assert [one.label for one in found.choices][:4] == ["i", "width", "units", "rate"]
    assert {"min", "round", "none", "true"} <= set(labels(text))
    assert accepted(text, "width").count('"=width * 2"') == 1
    assert accepted(text, "min").count('"=min() * 2"') == 1
    assert "width" not in labels(HEAD + '[fit]\nepochs = "=|"')
    assert "=units" in labels(HEAD + "[fit]\nepochs = |")


@pytest.mark.parametrize(("text", "label", "suffix", "after"), [
    ("[fit]\nep|", "epochs", "toml", "[fit]\nepochs = "),
    ("[fit]\nep|ochs = 3", "batch_size", "toml", "[fit]\nbatch_size = 3"),
    ("[fit]\n|", "callbacks", "toml", "[fit]\ncallbacks = []"),
    ("|", "fit", "toml", "[fit]\n"), ("|", "inputs", "toml", "[inputs.name]\n"),
    ("[outputs.y]\ntask = |", "binary", "toml", '[outputs.y]\ntask = "binary"'),
    ("[outputs.y]\ntask = '|'", "binary", "toml", '[outputs.y]\ntask = "binary"'),
    ('[outputs.y]\ntask = "|, x', "binary", "toml", '[outputs.y]\ntask = "binary", x'),
    ("[lint.ignore]\n|", "TR120", "toml", '[lint.ignore]\nTR120 = "why"'),
    ("[model]\nlayers = [|]", "Dense", "toml",
     '[model]\nlayers = [{ type = "Dense", units = 32 }]'),
    ("[model]\nlayers = [De|", "Dense", "toml",
     '[model]\nlayers = [{ type = "Dense", units = 32 }'),
    ("[expect]\n|", "test.loss", "toml", '[expect]\n"test.loss" = {  }'),
    ('{"fit": {"|"}}', "epochs", "json", '{"fit": {"epochs": }}'),
    ('{"fit": {"ep|": 3}}', "epochs", "json", '{"fit": {"epochs": 3}}'),
    ('{"fit": {|}}', "callbacks", "json", '{"fit": {"callbacks": []}}'),
    ('{"model": {"layers": [|]}}', "Dense", "json",
     '{"model": {"layers": [{"type": "Dense", "units": 32}]}}'),
    ('{"outputs": {"y": {"task": "|', "binary", "json", '{"outputs": {"y": {"task": "binary"'),
])
def test_what_is_written(text: str, label: str, suffix: str, after: str) -> None:
    assert accepted(text, label, suffix) == after


@pytest.mark.parametrize("text", ["a = 1 # |", "specc = 1 |", "a = { b = 1 | }",
                                  "description = '''\nx |'''", '{"a": 1 |}'])
def test_where_nothing_can_be_written(text: str) -> None:
    whole, offset = cursor(text)
    found = complete(here(whole, "/nowhere/a.specc.toml"), offset)
    assert found is None or not found.choices


def test_names_of_a_base_and_columns_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "base.specc.toml").write_text(HEAD.replace("iris", "rows.csv") + BLOCK)
    (tmp_path / "rows.csv").write_text("age,wage,ca$h\n1,2,3\n")
    file = str(tmp_path / "a.specc.toml")
    text = 'extends = "base.specc.toml"\n[outputs.y]\ntarget = "|"\n[model]\nlayers = [{block="|"}]'
    first, second = (match.start() for match in re.finditer(r"\|", text))
    whole = text.replace("|", "")
    found = complete(scene(file, whole, {}), first)
    assert found is not None
    assert [(one.label, one.text, one.snippet) for one in found.choices] == [
        ("age", '"age"', False), ("wage", '"wage"', False), ("ca$h", '"ca$h"', False)]
    found = complete(scene(file, whole, {}), second - 1)
    assert found is not None
    assert [one.label for one in found.choices] == ["unit"]
    typed = scene(file, 'extends = "', {})
    found = complete(typed, 11)
    assert found is not None
    assert [one.label for one in found.choices] == ["base.specc.toml"]


# -- laws -----------------------------------------------------------------------------------------


# Texts that an author makes up, or that name what need not be there.
FREE = {"name", "description", "gives", "when", "$schema", "weights", "source", "objective"}


@pytest.mark.parametrize("file", EVERY, ids=lambda file: file.name)
def test_what_a_spec_says_is_what_is_offered(file: Path) -> None:
    """Every key is offered where it stands, and every text that could have been chosen."""
    text = content(file)
    tree, seen = tree_of(text), 0
    there, found = here(text, file), outline(text, file.suffix == ".json")
    for path in paths(tree):
        part = found.key(path)
        trusted = ":" in str((dig(there.tree, path[:-1]) or {}).get("type", "")) if isinstance(
            path[-1], str) else True
        if part and slot(path[:-1], there.tree).keys and not trusted:
            offer = complete(there, part.end)
            assert offer is not None
            assert path[-1] in [one.label for one in offer.choices], path
            seen += 1
    for path, value in leaves(tree):
        part = found.value(path)
        if not isinstance(value, str) or part is None or FREE & set(path) or "*" in value:
            continue
        offer = complete(there, part.end - 1)
        if value.startswith("="):
            assert offer is not None
            assert offer.choices
        elif offer is not None and offer.choices and ":" not in value:
            assert value in [one.label for one in offer.choices], (path, value)
            seen += 1
    assert seen > 4


@pytest.mark.parametrize("file", SPECS, ids=lambda file: file.name)
def test_every_position_of_every_spec(file: Path) -> None:
    text = content(file)
    there = here(text, file)
    for offset in range(len(text) + 1):
        found = complete(there, offset)
        if found is not None:
            assert found.begin <= offset <= found.end
            assert "\n" not in text[found.begin:found.end]


PIECES = ["[", "]", "{", "}", '"', "'", "=", ".", ",", "\n", "type = ", '{ type = "', "inputs = [",
          "[model]", "[[model.layers]]", "=units", ":", '{"', "repeat = ", "#", "params", "0"]


@given(st.sampled_from(EVERY), st.data())
@settings(max_examples=100)
def test_mutilated_documents(file: Path, data: st.DataObject) -> None:
    """Something cut out and something put in, anywhere; then at the place and all over."""
    text = content(file)
    begin = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(begin, min(len(text), begin + 60)))
    put = "".join(data.draw(st.lists(st.sampled_from(PIECES), max_size=4)))
    rest = data.draw(st.booleans())
    whole = text[:begin] + put + (text[end:] if rest else "")
    there = here(whole, file)
    for offset in {begin, begin + len(put), *range(0, len(whole) + 1, 97)}:
        complete(there, offset)


@pytest.mark.parametrize("text", [
    '{"model": ' + '{"layers": [' * 300, '{' + '"layers": [{' * 300 + '"inputs": "',
    "[model]\nlayers = " + "[{ layers = " * 300, "[" * 5000, "a." * 5000, '{"a":' * 5000,
    "[model.layers.layers.layers]\n" * 500, "x = { " * 3000 + "\n[fit]\n",
])
def test_hostile_texts_take_no_time(text: str) -> None:
    file = "/nowhere/a.specc.json" if text.startswith("{") else "/nowhere/a.specc.toml"
    begun = time.process_time()
    there = here(text, file)
    for offset in (0, len(text) // 2, len(text)):
        complete(there, offset)
        hover(there, None, offset)
        definition(there, offset)
    symbols(there.outline)
    assert in_time(time.process_time() - begun, 5)


@given(st.text())
def test_what_is_escaped_is_written_as_it_is(text: str) -> None:
    assert plain(escaped(text)) == text


def test_plain_texts_of_snippets() -> None:
    assert plain(r'{ a = ${1:"x"}, b = $1 \}') == '{ a = "x", b =  }'
    assert plain(r"\$schema: ${2:[1, 2]}") == "$schema: [1, 2]"


@pytest.mark.parametrize("suffix", ["toml", "json"])
def test_every_layer_that_is_offered_can_be_read(suffix: str) -> None:
    text = "[model]\nlayers = [|]\n" if suffix == "toml" else '{"model": {"layers": [|]}}'
    found, _ = offered(text, suffix)
    assert len(found.choices) > 130
    for one in found.choices:
        whole = with_choice(text, found, one)
        tree = tree_of(whole)
        assert tree["model"]["layers"][0]["type"] == one.label
        assert tree == read(whole, suffix == "json").tree
