"""What editors offer in a spec: layers by name with what they do, then the arguments of the layer.

VS Code follows the conditions of the schema, so it offers the arguments of the layer that is
written and nothing else. taplo and tombi do not: they offer those of all layers, each with whose
it is. Inside an inline table in a list, as layers mostly are, taplo offers nothing, whatever the
schema; there it completes `[[model.layers]]`.
"""

from __future__ import annotations

from typing import Any

import pytest
from servers import JsonService, Server

from specc.ops import docs, table

pytestmark = pytest.mark.editors

DENSE = ("units", "activation", "use_bias", "kernel_initializer", "bias_regularizer")
ENTRY = ("name", "inputs", "gives", "repeat", "when", "trainable")
OTHERS = ("layers", "block", "call", "model")


def json_layer(entry: str) -> str:
    return f'{{"specc": 1, "model": {{"kind": "sequential", "layers": [{entry}]}}}}'


def labels(items: list[dict[str, Any]]) -> list[str]:
    return [one["label"].strip('"') for one in items]


def text_of(items: list[dict[str, Any]], label: str) -> str:
    """What is shown beside an item."""
    one = next(one for one in items if one["label"].strip('"') == label)
    shown = one.get("documentation") or ""
    return str(shown["value"] if isinstance(shown, dict) else shown)


# --- VS Code, JSON ------------------------------------------------------------------------


@pytest.mark.parametrize("entry", ['{ "type": "|" }', '{ "type": | }'])
def test_all_layers_with_what_they_do(vs_code: JsonService, entry: str) -> None:
    items = vs_code.ask("complete", json_layer(entry))
    found = labels(items)
    names = [name for name in table.names("layer")
             if (one := table.entry("layer", name)) and not one.refused]
    assert len(names) > 100
    assert set(names) <= set(found)
    assert len(found) == len(set(found))
    assert "Lambda" not in found
    for name in names:
        assert text_of(items, name) == docs.of_component("layer", name)


@pytest.mark.parametrize("cursor", ["|", '"un|"'])
def test_the_arguments_of_the_layer_that_is_written(vs_code: JsonService, cursor: str) -> None:
    items = vs_code.ask("complete", json_layer(f'{{ "type": "Dense", {cursor} }}'))
    found = set(labels(items))
    assert found >= {*DENSE, *ENTRY}
    assert not found & {"filters", "kernel_size", "type", *OTHERS}
    assert text_of(items, "units").startswith(docs.of_argument("layer", "Dense", "units"))
    assert all(one["documentation"] for one in items)


def test_an_empty_entry_may_be_anything(vs_code: JsonService) -> None:
    items = vs_code.ask("complete", json_layer("{ | }"))
    assert set(labels(items)) == {"type", *ENTRY, *OTHERS, "with"}
    assert all(one["documentation"] for one in items)


@pytest.mark.parametrize(("entry", "offered", "not_offered"), [
    ('{ "call": "a", | }', {"name", "inputs", "gives"}, {"block", "layers", "model", "units"}),
    ('{ "block": "b", | }', {"name", "repeat", "params"}, {"call", "units"}),
    ('{ "type": "Conv2D", "padding": "|" }', {"valid", "same"}, {"causal"}),
    ('{ "type": "Conv1D", "padding": "|" }', {"valid", "same", "causal"}, set()),
    ('{ "type": "Dense", "activation": "|" }', {"relu", "gelu", "softmax"}, {"rmsprop"}),
    ('{ "type": "Dense", "kernel_initializer": "|" }', {"HeNormal", "he_normal", "zeros"}, set()),
    ('{ "type": "Dense", "kernel_initializer": { "type": "HeNormal", | } }', {"seed"}, {"gain"}),
    ('{ "type": "Bidirectional", "layer": { "type": "LSTM", | } }',
     {"units", "recurrent_dropout"}, {"name", "inputs", "filters"}),
    ('{ "type": "Bidirectional", "layer": { "type": "|" } }', {"LSTM", "GRU"}, {"Dense"}),
    ('{ "type": "TimeDistributed", "layer": { "type": "|" } }', {"Dense", "Conv2D"}, set()),
    ('{ "name": "g", "layers": [{ "type": "Dense", | }] }', {"units"}, {"filters"}),
])
def test_entries(vs_code: JsonService, entry: str, offered: set[str],
                 not_offered: set[str]) -> None:
    found = set(labels(vs_code.ask("complete", json_layer(entry))))
    assert found >= offered
    assert not found & not_offered


@pytest.mark.parametrize(("text", "offered"), [
    ('{ "specc": 1, | }', {"inputs", "model", "outputs", "compile", "fit", "tune", "extends"}),
    ('{ "specc": 1, "model": { "kind": "|" } }', {"sequential", "functional", "subclassed"}),
    ('{ "specc": 1, "outputs": { "y": { | } } }', {"task", "loss", "metrics", "classes"}),
    ('{ "specc": 1, "outputs": { "y": { "task": "|" } } }', {"binary", "multiclass", "count"}),
    ('{ "specc": 1, "outputs": { "y": { "loss": "|" } } }', {"Huber", "mse"}),
    ('{ "specc": 1, "outputs": { "y": { "loss": { "type": "Huber", | } } } }', {"delta"}),
    ('{ "specc": 1, "outputs": { "y": { "metrics": ["|"] } } }', {"AUC", "accuracy", "mae"}),
    ('{ "specc": 1, "compile": { "optimizer": "|" } }', {"Adam", "AdamW", "sgd"}),
    ('{ "specc": 1, "compile": { "optimizer": { "type": "SGD", | } } }', {"momentum", "nesterov"}),
    ('{ "specc": 1, "compile": { "optimizer": { "type": "SGD", "learning_rate": '
     '{ "type": "CosineDecay", | } } } }', {"decay_steps", "warmup_target"}),
    ('{ "specc": 1, "fit": { "callbacks": [{ "type": "EarlyStopping", | }] } }', {"patience"}),
    ('{ "specc": 1, "fit": { | } }', {"epochs", "batch_size", "callbacks"}),
    ('{ "specc": 1, "tune": { "space": { "u": { | } } } }', {"int", "float", "log", "when"}),
    ('{ "specc": 1, "data": { "source": { | } } }', {"type", "train", "test"}),
])
def test_the_rest_of_a_spec(vs_code: JsonService, text: str, offered: set[str]) -> None:
    """Each with what it is."""
    items = vs_code.ask("complete", text)
    assert set(labels(items)) >= offered
    assert all(text_of(items, one) for one in offered)


def test_sources(vs_code: JsonService) -> None:
    found = labels(vs_code.ask("complete", '{ "specc": 1, "data": { "source": "|" } }'))
    assert {"iris", "california_housing"} <= set(found)


@pytest.mark.parametrize(("text", "shown"), [
    (json_layer('{ "type": "Den|se" }'), docs.of_component("layer", "Dense")),
    (json_layer('{ "type": "Dense", "un|its": 3 }'), docs.of_argument("layer", "Dense", "units")),
    (json_layer('{ "type": "Dense", "activation": "re|lu" }'),
     docs.of_component("activation", "relu")),
    ('{ "specc": 1, "compile": { "optimizer": "Ad|am" } }', docs.of_component("optimizer", "Adam")),
    ('{ "specc": 1, "model": { "kind": "func|tional" } }', "a graph of layers"),
])
def test_under_the_pointer(vs_code: JsonService, text: str, shown: str) -> None:
    """What a word is, when the pointer rests on it."""
    said = " ".join(vs_code.ask("hover", text)).replace("\\", "")
    assert shown in said


@pytest.mark.parametrize(("entry", "marked", "said"), [
    ('{ "type": "Dense", "unit": 3, "units": 3 }', '"unit"', "not allowed"),
    ('{ "type": "Dense" }', "{", 'Missing property "units"'),
    ('{ "type": "Dense", "units": "3" }', '"3"', "a whole number, or an expression"),
    ('{ "type": "Dens", "units": 3 }', '"Dens"', '"Dense"'),
    ('{ "type": "Bidirectional", "layer": { "type": "LSTM", "units": 3, "name": "a" } }', '"a"',
     "a key of entries"),
])
def test_a_mistake_is_marked_where_it_is(vs_code: JsonService, entry: str, marked: str,
                                         said: str) -> None:
    head = '{ "specc": 1, "inputs": { "x": {} }, "outputs": { "y": { "task": "count" } }, "model": '
    text = f'{head}{{ "kind": "sequential", "layers": [{entry}] }} }}'
    found = vs_code.ask("validate", text)
    assert [text[one["range"]["start"]["character"]:one["range"]["end"]["character"]]
            for one in found] == [marked]
    assert said in found[0]["message"]


# --- taplo and tombi, TOML ----------------------------------------------------------------

HEAD = "#:schema ./specc-1.schema.json\nspecc = 1\n"
TABLE = HEAD + '[model]\nkind = "sequential"\n[[model.layers]]\n'
INLINE = HEAD + '[model]\nkind = "sequential"\nlayers = [%s]\n'
BOTH: tuple[tuple[str, set[str]], ...] = (
    (HEAD + "|\n", {"inputs", "model", "outputs", "fit"}),
    (HEAD + "[|]\n", {"model", "compile", "fit"}),
    (HEAD + "[fit]\n|\n", {"epochs", "batch_size", "callbacks"}),
    (HEAD + '[model]\nkind = "|"\n', {"sequential", "functional"}),
    (HEAD + "[outputs.y]\n|\n", {"task", "loss", "metrics"}),
    (HEAD + '[outputs.y]\ntask = "|"\n', {"binary", "multiclass"}),
    (HEAD + '[outputs.y]\nloss = "|"\n', {"Huber", "mse"}),
    (HEAD + '[compile]\noptimizer = { type = "|" }\n', {"Adam", "SGD"}),
    (HEAD + '[compile.optimizer]\ntype = "SGD"\n|\n', {"momentum", "learning_rate"}),
    (TABLE + 'type = "|"\n', {"Dense", "Conv2D", "LSTM"}),
    (TABLE + "|\n", {"type", "name", "inputs", "units", "filters", "block"}),
    (TABLE + 'type = "Dense"\n|\n', {"units", "activation", "kernel_initializer", "name"}),
    (TABLE + 'type = "Dense"\nactivation = "|"\n', {"relu", "softmax"}),
    (TABLE + 'type = "Dense"\nkernel_initializer = "|"\n', {"HeNormal", "he_normal"}),
)


@pytest.mark.parametrize(("text", "offered"), BOTH)
def test_taplo(taplo: Server, text: str, offered: set[str]) -> None:
    items = taplo.complete(text)
    assert set(labels(items)) >= offered
    assert all(text_of(items, one) for one in offered)


@pytest.mark.parametrize(("text", "offered"), [
    *BOTH,
    (INLINE % '{ type = "|" }', {"Dense", "Conv2D"}),
    (INLINE % '{ type = "Dense", | }', {"units", "activation", "name"}),
    (INLINE % '{ type = "Dense", un| }', {"units"}),
    (INLINE % '{ type = "Dense", activation = "|" }', {"relu", "softmax"}),
    (INLINE % '{ type = "Bidirectional", layer = { type = "|" } }', {"LSTM", "GRU"}),
    (INLINE % '{ type = "Bidirectional", layer = { type = "LSTM", | } }', {"units"}),
    (HEAD + '[outputs.y]\nmetrics = ["|"]\n', {"AUC", "accuracy"}),
    (HEAD + '[fit]\ncallbacks = [{ type = "EarlyStopping", | }]\n', {"patience", "monitor"}),
    (HEAD + '[data]\nsource = "|"\n', {"iris", "wine"}),
])
def test_tombi(tombi: Server, text: str, offered: set[str]) -> None:
    items = tombi.complete(text)
    assert set(labels(items)) >= offered
    assert all(text_of(items, one) for one in offered)


def test_words_of_an_argument(taplo: Server, tombi: Server) -> None:
    for server in (taplo, tombi):
        found = labels(server.complete(TABLE + 'type = "Conv2D"\npadding = "|"\n'))
        assert {"valid", "same"} <= set(found)


def test_an_argument_says_whose_it_is(taplo: Server, tombi: Server) -> None:
    for server in (taplo, tombi):
        items = server.complete(TABLE + 'type = "Dense"\n|\n')
        assert "Dense" in text_of(items, "units")
        assert docs.of_argument("layer", "Dense", "units") in text_of(items, "units")
    layers = taplo.complete(TABLE + 'type = "|"\n')
    assert text_of(layers, "Dense") == docs.of_component("layer", "Dense")


def test_taplo_offers_each_key_once(taplo: Server) -> None:
    """But for `layers`, which makes a group and is an argument of Pipeline."""
    found = labels(taplo.complete(TABLE + 'type = "Dense"\n|\n'))
    assert sorted(one for one in set(found) if found.count(one) > 1) == ["layers"]
