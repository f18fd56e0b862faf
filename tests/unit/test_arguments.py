"""Every mistake in a component is found, at its place; everything good comes out canonical."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specc.diagnostics import Diagnostic
from specc.ops import table
from specc.ops.arguments import canonical_args, parts, resolve
from specc.ops.component import Category, Component
from specc.ops.table import Param
from specc.ops.types import (
    CATEGORIES,
    Activation,
    Bool,
    File,
    Number,
    Part,
    Refused,
    Text,
    Times,
    Words,
    options_of,
)
from specc.source import Where

HERE = Where("a.specc.toml", ("model", "layers", 2))
PARAMS = [(category, name, param)
          for category in CATEGORIES for name in table.names(category)
          for entry in [table.entry(category, name)] if entry and not entry.refused
          for param in entry.params.values()]


def found(category: Category, tree: Any, trusted: tuple[str, ...] = ()) -> tuple[Diagnostic, ...]:
    done = resolve(category, tree, HERE.at, trusted=trusted)
    assert (done.value is None) == bool(done.diagnostics)
    return done.diagnostics


def good(category: Category, tree: Any, trusted: tuple[str, ...] = ()) -> Component:
    done = resolve(category, tree, HERE.at, trusted=trusted)
    assert done.value is not None, done.diagnostics
    return done.value


def lines(category: Category, tree: Any) -> list[tuple[str, str, str]]:
    """Slug, place below the component, and text of all that is said."""
    return [(one.name, one.where.pointer.removeprefix("/model/layers/2"), one.message)
            for one in found(category, tree)]


CONV = {"type": "Conv2D", "filters": 8, "kernel_size": 3}


def test_what_is_written_comes_out_canonical() -> None:
    conv = good("layer", {**CONV, "kernel_size": [5, 3], "strides": 2, "activation": "swish",
                          "kernel_initializer": "he_normal",
                          "kernel_regularizer": {"type": "l2", "l2": 1}})
    assert conv.name == "Conv2D"
    assert conv.args["kernel_size"] == (5, 3)
    assert conv.args["strides"] == (2, 2)
    assert conv.args["activation"] == "silu"
    assert conv.args["kernel_initializer"] == Component("initializer", "HeNormal")
    l2 = conv.args["kernel_regularizer"]
    assert (l2.name, l2.args) == ("L2", {"l2": 1.0})
    assert isinstance(l2.args["l2"], float)
    assert conv.get("padding") == "valid"
    assert conv.get("bias_initializer").name == "Zeros"
    assert [one.name for one in parts(conv)] == ["HeNormal", "L2"]


@pytest.mark.parametrize(("category", "a", "b"), [
    ("loss", "mse", {"type": "MeanSquaredError"}),
    ("optimizer", "adam", {"type": "Adam", "learning_rate": 0.001}),
    ("layer", CONV, {**CONV, "kernel_size": [3, 3], "padding": "valid", "strides": 1}),
    ("layer", {"type": "Dense", "units": 3}, {"type": "Dense", "units": 3, "activation": "linear"}),
    ("layer", {"type": "LSTM", "units": 3, "activation": None},
     {"type": "LSTM", "units": 3, "activation": "linear"}),
    ("layer", {"type": "Dense", "units": 3, "kernel_initializer": "glorot_uniform"},
     {"type": "Dense", "units": 3, "kernel_initializer": {"type": "GlorotUniform", "seed": None}}),
    ("layer", {"type": "MaxPool2D"}, {"type": "MaxPooling2D", "pool_size": 2}),
    ("layer", {"type": "ZeroPadding2D", "padding": 2},
     {"type": "ZeroPadding2D", "padding": [[2, 2], [2, 2]]}),
    ("layer", {"type": "Dense", "units": 3, "name": "a"}, {"type": "Dense", "units": 3}),
])
def test_two_ways_to_write_one_thing(category: Category, a: Any, b: Any) -> None:
    one, other = good(category, a), good(category, b)
    assert one.name == other.name
    assert canonical_args(one) == canonical_args(other)


def test_the_canonical_form_is_plain_and_sorted() -> None:
    tree = {"type": "SGD", "momentum": 0, "learning_rate": {
        "type": "CosineDecay", "initial_learning_rate": 1, "decay_steps": 10, "alpha": 0}}
    assert canonical_args(good("optimizer", tree)) == {"learning_rate": {
        "type": "CosineDecay", "decay_steps": 10, "initial_learning_rate": 1.0}}
    wrapped = {"type": "RNN", "cell": [{"type": "LSTMCell", "units": 3}]}
    assert canonical_args(good("layer", wrapped)) == {"cell": [{"type": "LSTMCell", "units": 3}]}


def test_all_mistakes_are_said_at_once_and_each_where_it_is() -> None:
    said = lines("layer", {
        "type": "Conv2D", "filters": -3, "kernel_size": [3, 3, 3], "padding": "sames",
        "activation": "rellu", "kernel_initializer": "henormal", "strides": [1, "a"],
        "kernel_regularizer": "max_norm", "bias_regularizer": {"type": "L2", "l2": -1},
        "wobble": 3, "use_bias": 1})
    assert [(name, place) for name, place, _ in said] == [
        ("argument-range", "/filters"), ("argument-length", "/kernel_size"),
        ("argument-word", "/padding"), ("argument-word", "/activation"),
        ("unknown-component", "/kernel_initializer"), ("argument-type", "/strides/1"),
        ("constraint-as-regularizer", "/kernel_regularizer"),
        ("argument-range", "/bias_regularizer/l2"), ("unknown-argument", "/wobble"),
        ("argument-type", "/use_bias")]


@pytest.mark.parametrize(("category", "tree", "name", "place", "text"), [
    ("layer", {"type": "Densse", "units": 3}, "unknown-component", "/type", "did you mean `Dense`"),
    ("layer", {"type": "CuDNNLSTM", "units": 3}, "unknown-component", "/type", "CuDNNLSTM"),
    ("layer", {"type": "Dense", "unts": 3}, "unknown-argument", "/unts", "did you mean `units`"),
    ("layer", "Dense", "missing-argument", "", "needs `units`: a whole number of at least 1"),
    ("layer", {"type": "Dense", "units": 15.0}, "argument-type", "/units",
     "found 15.0; use // for whole division"),
    ("layer", {"type": "Dense", "units": True}, "argument-type", "/units", "found true"),
    ("layer", {"type": "Dense", "units": None}, "argument-type", "/units", "found none"),
    ("layer", {"type": "Dense", "units": 2**53}, "argument-range", "/units", "below 2^53"),
    ("layer", {"type": "Rescaling", "scale": 10**400}, "argument-range", "/scale", "below 2^53"),
    ("layer", {"type": "Dropout", "rate": float("nan")}, "argument-range", "/rate", "nan"),
    ("layer", {"type": "Dropout", "p": 0.5}, "legacy-argument", "/p", "use `rate`"),
    ("layer", {"type": "Dense", "units": 1, "input_shape": [3]}, "legacy-argument",
     "/input_shape", "[inputs.NAME]"),
    ("optimizer", {"type": "Adam", "lr": 0.1}, "legacy-decay-argument", "/lr", "`learning_rate`"),
    ("optimizer", {"type": "Adam", "decay": 0.1}, "legacy-decay-argument", "/decay", "schedule"),
    ("layer", {"type": "TimeDistributed", "layer": {"type": "Dense", "units": 1, "name": "a"}},
     "nested-key", "/layer/name", "specc names nested layers"),
    ("layer", {"type": "LSTM", "units": 1, "stateful": True}, "stateful-batch", "/stateful",
     "rows are shuffled, so state between batches means nothing"),
    ("layer", {"type": "Lambda", "function": "x"}, "refused-component", "/type",
     'holds code, which a spec may not; write a layer class and name it "module:Class"'),
    ("layer", "TFSMLayer", "refused-component", "", "holds code"),
    ("layer", "InputLayer", "refused-component", "", "[inputs.NAME]"),
    ("layer", {"type": "ResNet50"}, "model-as-layer", "/type",
     'is a model, not a layer; save it once and use { model = "backbones/resnet50.keras" }'),
    ("callback", {"type": "LambdaCallback"}, "refused-component", "/type", "a schedule"),
    ("callback", "RemoteMonitor", "refused-component", "", "network"),
    ("callback", "BackupAndRestore", "refused-component", "", "specc run --resume"),
    ("callback", "History", "refused-component", "", "always there"),
    ("callback", {"type": "CSVLogger", "filename": "/elsewhere/a.csv"}, "path-outside-run",
     "/filename", "/elsewhere/a.csv"),
    ("callback", {"type": "CSVLogger", "filename": "a/../../b"}, "path-outside-run",
     "/filename", "inside the run's folder"),
    ("callback", {"type": "CSVLogger", "filename": "C:\\a.csv"}, "path-outside-run",
     "/filename", "C:"),
    ("layer", {"type": "a.b:C"}, "untrusted-name", "/type", "--trust"),
    ("layer", {"type": "Dense", "units": 3, "activation": "a.b:f"}, "untrusted-name",
     "/activation", "--trust"),
    ("layer", {"type": "Dense", "units": 3, "kernel_constraint": "l2"},
     "constraint-as-regularizer", "/kernel_constraint", "did you mean `kernel_regularizer`"),
    ("optimizer", {"type": "ExponentialDecay"}, "wrong-category", "/type", "is a schedule"),
    ("optimizer", {"learning_rate": 1}, "component-without-type", "", "`learning_rate`"),
    ("loss", 3, "argument-type", "", "found 3"),
    ("loss", {"type": 3}, "argument-type", "/type", "found 3"),
    ("layer", {"type": "RNN", "cell": {"type": "LSTM", "units": 1}}, "unfit-component",
     "/cell/type", "`LSTMCell`"),
    ("layer", {"type": "StackedRNNCells", "cells": []}, "argument-length", "/cells", "at least 1"),
    ("layer", {"type": "Embedding", "input_dim": 1, "output_dim": 1, "weights": [[1]]},
     "refused-value", "/weights", "[model] weights"),
    ("layer", {"type": "StringLookup", "vocabulary": "words.txt"}, "refused-value",
     "/vocabulary", "a list"),
    ("layer", {"type": "Dense", "units": 3, "activation": {"type": "relu", "max_value": 6}},
     "argument-type", "/activation", "a layer of its own"),
    ("loss", {"type": "Huber", "delta": 0}, "argument-range", "/delta", "above 0"),
])
def test_a_mistake_is_said(category: Category, tree: Any, name: str, place: str,
                           text: str) -> None:
    said = lines(category, tree)
    assert [one[:2] for one in said] == [(name, place)]
    assert text in said[0][2]


def test_a_component_travels_to_other_processes() -> None:
    conv = good("layer", {**CONV, "kernel_initializer": "he_normal"})
    assert pickle.loads(pickle.dumps(conv)) == conv


def test_keys_are_underlined_as_keys_and_values_as_values() -> None:
    unknown, wrong = found("layer", {"type": "Dense", "units": 0, "wobble": 1})[::-1]
    assert (unknown.where.part, wrong.where.part) == ("key", "value")


def test_what_is_certain_has_a_fix() -> None:
    for category, tree, text in [
        ("layer", {"type": "dense", "units": 3}, '"Dense"'),
        ("layer", {**CONV, "padding": "SAME"}, '"same"'),
        ("layer", {"type": "Dense", "units": 3, "activation": "ReLU"}, '"relu"'),
        ("optimizer", {"type": "Adam", "lr": 0.1}, "learning_rate"),
    ]:
        one, = found(category, tree)  # type: ignore[arg-type]
        assert one.fix is not None
        assert [edit.text for edit in one.fix.edits] == [text]
    one, = found("layer", {"type": "Densse", "units": 3})
    assert one.fix is None


def test_trusted_modules_may_be_named() -> None:
    tree = {"type": "lab.vae:Sampling", "size": [3, {"a": 1}], "name": "z"}
    assert found("layer", tree, trusted=("lab",))[0].name == "untrusted-name"
    made = good("layer", tree, trusted=("lab.vae",))
    assert made == Component("layer", "lab.vae:Sampling", {"size": (3, {"a": 1})})
    inner = {"type": "TimeDistributed", "layer": {"type": "lab.vae:Sampling"}}
    assert good("layer", inner, trusted=("lab.vae",)).args["layer"].name == "lab.vae:Sampling"


def test_every_parameter_is_looked_at() -> None:
    assert len(PARAMS) > 1800


def sort_of(param: Param) -> set[type]:
    """The sorts of value that one parameter takes, lists looked into."""
    return {type(one.item if isinstance(one, Times) and one.spread else one)
            for one in options_of(param.type)}


def refuse(category: Category, name: str, key: str, value: Any) -> None:
    """One wrong value gives exactly one diagnostic, at or under its argument."""
    said = [one for one in found(category, {"type": name, key: value})
            if one.name != "missing-argument"]
    assert len(said) == 1, (name, key, value, said)
    assert key in said[0].where.path


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(PARAMS), st.text(min_size=3, max_size=8).map(lambda text: f"?{text}"))
def test_a_wrong_word_is_never_taken(one: tuple[Category, str, Param], text: str) -> None:
    category, name, param = one
    if not sort_of(param) & {Text, File} and ":" not in text:
        refuse(category, name, param.name, text)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(PARAMS), st.floats(0.01, 50).filter(lambda x: not x.is_integer()))
def test_a_fraction_is_never_taken_for_a_whole_number(one: tuple[Category, str, Param],
                                                      value: float) -> None:
    category, name, param = one
    numbers = [number for number in options_of(param.type) if isinstance(number, Number)]
    if Times not in sort_of(param) and not any(not number.whole for number in numbers):
        refuse(category, name, param.name, value)


def test_text_true_and_negatives_are_refused_everywhere() -> None:
    """The three commonest slips, in every parameter of every component."""
    counts = dict.fromkeys(("text", "true", "negative", "fraction", "word", "name"), 0)
    for category, name, param in PARAMS:
        options = options_of(param.type)
        sorts = sort_of(param)
        if not sorts & {Text, File}:
            refuse(category, name, param.name, "17")
            counts["text"] += Number in sorts
            counts["word"] += Words in sorts or Activation in sorts
            counts["name"] += Part in sorts
        if Bool not in sorts:
            refuse(category, name, param.name, True)
            counts["true"] += 1
        inside = [one.item if isinstance(one, Times) and one.spread else one for one in options]
        inside = [one.item if isinstance(one, Times) and one.spread else one for one in inside]
        numbers = [one for one in inside if isinstance(one, Number)]
        if all(one.low is not None and one.low > -3 for one in numbers):
            refuse(category, name, param.name, -3)
            counts["negative"] += bool(numbers)
        if all(one.whole for one in numbers):
            refuse(category, name, param.name, 2.5)
            counts["fraction"] += bool(numbers)
    assert min(counts.values()) > 100, counts


def test_arrays_and_objects_are_refused_everywhere() -> None:
    seen = 0
    for category, name, param in PARAMS:
        if Refused in sort_of(param):
            refuse(category, name, param.name, {"a": 1})
            seen += 1
    assert seen > 8


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([(c, n) for c in CATEGORIES for n in table.names(c)]),
       st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
                    lambda inner: st.lists(inner, max_size=3)
                    | st.dictionaries(st.sampled_from(["type", "units", "layer"]), inner)),
       st.data())
def test_nothing_makes_it_raise(one: tuple[Category, str], tree: Any, data: Any) -> None:
    category, name = one
    entry = table.entry(category, name)
    assert entry is not None
    key = data.draw(st.sampled_from([*entry.params, "wobble"]))
    resolve(category, {"type": name, key: tree}, HERE.at)
    resolve(category, tree, HERE.at)
