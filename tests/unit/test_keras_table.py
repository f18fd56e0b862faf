"""The table by itself, and the notation of its types. No Keras."""

from __future__ import annotations

import subprocess
import sys

import pytest

from specc.ops import component_errors, table
from specc.ops.arguments import canonical_args, resolve
from specc.ops.component import Category
from specc.ops.types import (
    CATEGORIES,
    Either,
    Many,
    Nothing,
    Number,
    Part,
    Refused,
    Times,
    Type,
    Words,
    describe,
    nullable,
    options_of,
    parse,
)
from specc.source import Where

COUNTS: dict[Category, int] = {
    "layer": 141, "optimizer": 16, "schedule": 6, "loss": 22, "metric": 45, "callback": 15,
    "initializer": 16, "regularizer": 4, "constraint": 4,
}


def test_everything_of_keras_3_15_is_there() -> None:
    assert {one: len(table.names(one)) for one in CATEGORIES} == COUNTS
    assert len(table.names("activation")) == 30
    assert table.version() == "3.15"
    assert "ResNet50" in table.models()


def test_every_type_can_be_read_and_said() -> None:
    seen = 0
    for category in CATEGORIES:
        for name in table.names(category):
            entry = table.entry(category, name)
            assert entry is not None
            assert entry.refused is None or entry.refused in component_errors.REASONS
            for param in entry.params.values():
                seen += 1
                assert describe(param.type)
                for one in options_of(param.type):
                    assert not isinstance(one, Refused) or one.why in component_errors.REASONS
                    if isinstance(one, Part) and one.names:
                        assert set(one.names) <= set(table.names(one.category))
    assert seen > 1850


def test_every_default_is_a_good_value_and_leaves_no_trace() -> None:
    """What is written and equals the default is what is not written."""
    seen = 0
    for category in CATEGORIES:
        for name in table.names(category):
            entry = table.entry(category, name)
            assert entry is not None
            if entry.refused or any(one.required for one in entry.params.values()):
                continue
            written = {key: param.default for key, param in entry.params.items()}
            done = resolve(category, {"type": name, **written}, Where("a").at)
            assert done.value is not None, (name, done.diagnostics)
            assert canonical_args(done.value) == {}
            assert dict(done.value.args) == dict(table.defaults(category, name)), name
            seen += 1
    assert seen > 150


@pytest.mark.parametrize(("category", "word", "name"), [
    ("layer", "AvgPool2D", "AveragePooling2D"),
    ("layer", "GroupedQueryAttention", "GroupQueryAttention"),
    ("optimizer", "adam", "Adam"),
    ("optimizer", "RMSPROP", "RMSprop"),
    ("loss", "mse", "MeanSquaredError"),
    ("loss", "kl_divergence", "KLDivergence"),
    ("metric", "acc", "Accuracy"),
    ("metric", "MAE", "MeanAbsoluteError"),
    ("initializer", "he_normal", "HeNormal"),
    ("initializer", "uniform", "RandomUniform"),
    ("regularizer", "l2", "L2"),
    ("regularizer", "l1_l2", "L1L2"),
    ("constraint", "max_norm", "MaxNorm"),
    ("activation", "swish", "silu"),
    ("layer", "dense", None),
    ("loss", "mes", None),
])
def test_words_come_to_one_name(category: Category, word: str, name: str | None) -> None:
    assert table.canonical(category, word) == name


def test_every_word_comes_to_a_name_and_every_name_to_itself() -> None:
    for category in (*CATEGORIES, "activation"):
        for word in table.words(category):
            name = table.canonical(category, word)
            assert name in table.names(category)
            assert table.canonical(category, name) == name


def test_what_is_not_there_is_none() -> None:
    assert table.entry("layer", "Dance") is None
    assert dict(table.defaults("layer", "Dance")) == {}


@pytest.mark.parametrize(("text", "kind", "said"), [
    ("int", Number(whole=True), "a whole number"),
    ("int >= 1", Number(whole=True, low=1), "a whole number of at least 1"),
    ("number > 0", Number(low=0, open_low=True), "a number above 0"),
    ("0 <= number < 1", Number(low=0, high=1, open_high=True), "a number from 0 below 1"),
    ("0 < number", Number(low=0, open_low=True), "a number above 0"),
    ("-1 <= number <= 1", Number(low=-1, high=1), "a number from -1 to 1"),
    ("number <= 0", Number(high=0), "a number of at most 0"),
    ('"valid" | "same"', Words(("valid", "same")), "one of `valid`, `same`"),
    ("(int >= 1) | None", Either((Number(whole=True, low=1), Nothing())),
     "a whole number of at least 1, or none"),
    ("times[2, number]", Times(2, Number()), "2 numbers"),
    ("spread[2, int]", Times(2, Number(whole=True), spread=True), "a whole number, or a list of 2"),
    ("many[int, 1]", Many(Number(whole=True), 1), "a list of whole numbers, at least 1"),
    ('layer["LSTM"]', Part("layer", ("LSTM",)), "a layer (LSTM)"),
    ("optimizer", Part("optimizer"), "an optimizer"),
    ('refused["weights"] | None', Either((Refused("weights"), Nothing())), "none"),
])
def test_the_notation(text: str, kind: Type, said: str) -> None:
    assert parse(text) == kind
    assert describe(kind) == said
    assert nullable(kind) == text.endswith("None")


@pytest.mark.parametrize("text", [
    "integer", "text >= 1", "times[int]", "1 < 2", "int + 1", "f(int)", 'widget["a"]'])
def test_what_is_no_type_is_a_bug_in_the_table(text: str) -> None:
    with pytest.raises(ValueError, match="no type"):
        parse(text)


def test_keras_is_not_imported() -> None:
    code = ("import sys; from specc.ops import arguments, table; table.entry('layer', 'Dense');"
            "print(sorted({'keras', 'numpy', 'tensorflow', 'pydantic'} & set(sys.modules)))")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_is_newer_than_keras_3_8_says_so() -> None:
    dense, muon = table.entry("layer", "Dense"), table.entry("optimizer", "Muon")
    assert dense is not None
    assert muon is not None
    assert (dense.since, dense.params["units"].since) == (None, None)
    assert dense.params["lora_alpha"].since == "3.10"
    assert muon.since == "3.10"
