"""`specc ops`: names, a line on each, a page on one; the lines and the examples behind it."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

import pytest

from specc.cli import main
from specc.cli.components import ALL, category_of, everything, lines_of, named
from specc.ops import OPS, docs, examples, table
from specc.ops.arguments import resolve
from specc.ops.page import page
from specc.ops.types import CATEGORIES
from specc.source import Where

EVERY = [(category, name) for category in ALL for name in table.names(category)]


def shown(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["ops", *words]) == 0
    return capsys.readouterr().out


def test_all_names_on_a_screen(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys)
    assert "layer (141)" in text
    assert "activation (30)" in text
    words = set(text.split())
    assert all(name in words for _, name in EVERY)
    assert len(text.splitlines()) < 110
    assert max(map(len, text.splitlines())) <= 100


@pytest.mark.parametrize("category", ALL)
def test_a_category_has_a_line_on_each(category: table.Named,
                                       capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, category)
    assert max(map(len, text.splitlines())) <= 100
    assert [line.split()[0] for line in text.splitlines() if line[0] != " "] == list(
        table.names(category))
    assert text == shown(capsys, f"{category}es" if category == "loss" else f"{category}s")


def test_no_component_is_called_like_a_category() -> None:
    assert all(category_of(word) is None for one in ALL for word in table.words(one))


def test_a_page_says_all_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, "LSTM")
    assert text.startswith("LSTM: layer\n  ")
    assert "units" in text
    assert "a whole number of at least 1; required" in text
    assert 'default "auto"' in text
    assert "takes tensors by name: sequences, initial_state, mask" in text
    assert "gives one tensor; 3 tensors with return_state = true" in text
    assert "called with = { ... }: training" in text
    assert text.rstrip().endswith('layers = [{ type = "LSTM", units = 32 }]')


@pytest.mark.parametrize(("word", "begin"), [
    ("mse", "MeanSquaredError: loss"), ("AvgPool2D", "AveragePooling2D: layer"),
    ("adam", "Adam: optimizer"), ("swish", "silu: activation"), ("Muon", "Muon: optimizer, since "
                                                                 "Keras 3.10"),
    ("sparse_sigmoid", "sparse_sigmoid: activation, since Keras 3.10"),
    ("accuracy", "`accuracy` is BinaryAccuracy, CategoricalAccuracy or SparseCategoricalAccuracy"),
])
def test_a_word_comes_to_its_page(word: str, begin: str,
                                  capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, word).startswith(begin)


def test_one_name_of_two_things_has_two_pages(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, "BinaryCrossentropy")
    assert "BinaryCrossentropy: loss" in text
    assert "BinaryCrossentropy: metric" in text


def test_an_unknown_word_gets_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ops", "Conv3"]) == 2
    assert "has no component `Conv3`; did you mean `Conv3D`?" in capsys.readouterr().err


def test_what_is_refused_says_why() -> None:
    text = page("layer", "Lambda")
    assert "holds code, which a spec may not" in text.replace("\n", " ")
    assert "example" not in text
    assert "; not in a spec" in next(line for line in lines_of("layer").splitlines()
                                     if line.startswith("Lambda "))


@pytest.mark.parametrize(("category", "name"), EVERY, ids=[f"{c}-{n}" for c, n in EVERY])
def test_every_page_is_readable(category: table.Named, name: str) -> None:
    text = page(category, name)
    assert max(map(len, text.splitlines())) <= 100
    assert text == "\n".join(line.rstrip() for line in text.splitlines())
    entry = table.entry(category, name) if category != "activation" else None
    if entry is None or entry.refused:
        return
    for key, param in entry.params.items():
        assert re.search(rf"^  {key} ", text, re.MULTILINE)
        assert param.since is None or f"since Keras {param.since}" in " ".join(text.split())
    if category == "layer" and (note := OPS[name].note):
        assert note.split(maxsplit=1)[0] in text


def test_for_tools(capsys: pytest.CaptureFixture[str]) -> None:
    one: dict[str, Any] = json.loads(shown(capsys, "Dense", "--format", "json"))
    assert one["keras"] == "3.15"
    dense, = one["components"]
    assert (dense["category"], dense["name"], dense["takes"]) == ("layer", "Dense", "one")
    lora = next(param for param in dense["params"] if param["name"] == "lora_alpha")
    assert lora == {"name": "lora_alpha", "type": "(number > 0) | None", "required": False,
                    "words": "a number above 0, or none", "default": None, "since": "3.10",
                    "doc": docs.of_argument("layer", "Dense", "lora_alpha")}
    whole = json.loads(shown(capsys, "--format", "json"))
    assert len(whole["components"]) == len(EVERY)
    assert all(entry["doc"] for entry in whole["components"])


def test_everything_that_is_known_has_a_page() -> None:
    assert len(everything()) > 350
    assert all(named(word) for word in everything())


# ------------------------------------------------------------------------------------ the lines


def test_every_component_and_every_argument_has_a_line() -> None:
    for category, name in EVERY:
        assert docs.of_component(category, name), (category, name)
        if category != "activation":
            entry = table.entry(category, name)
            assert entry is not None
            for key in entry.params:
                assert docs.of_argument(category, name, key), (category, name, key)


def test_every_line_belongs_to_something() -> None:
    lines = docs.lines()
    assert set(lines) == {"any", *ALL}
    for category in CATEGORIES:
        entries = {name: table.entry(category, name) for name in table.names(category)}
        keys = {key for entry in entries.values() if entry for key in entry.params}
        for key, value in lines[category].items():
            if isinstance(value, str):
                assert key in keys, f"[{category}] {key}"
                continue
            entry = entries[key]
            assert entry is not None
            assert set(value) - {docs.OWN} <= set(entry.params), f"[{category}.{key}]"
    assert set(lines["activation"]) == set(table.names("activation"))


def test_lines_are_lines() -> None:
    """One line, no full stop, of a length that can be read at a glance."""
    for category, name in EVERY:
        entry = table.entry(category, name) if category != "activation" else None
        keys = entry.params if entry else ()
        for line in (docs.of_component(category, name),
                     *(docs.of_argument(category, name, key) for key in keys)):
            assert 8 <= len(line) <= 110, line
            assert line == line.strip()
            assert not line.endswith(".")
            assert "\n" not in line


def test_the_most_exact_line_wins() -> None:
    lines = docs.lines()
    assert docs.of_argument("optimizer", "RMSprop", "rho") == lines["optimizer"]["RMSprop"]["rho"]
    assert docs.of_argument("layer", "Dense", "dtype") == lines["layer"]["dtype"]
    assert docs.of_argument("loss", "Huber", "dtype") == lines["any"]["dtype"]
    assert docs.of_argument("loss", "Huber", "wobble") == docs.of_component("loss", "Hubert") == ""


# --------------------------------------------------------------------------------- the examples


@pytest.mark.parametrize(("category", "name"), EVERY, ids=[f"{c}-{n}" for c, n in EVERY])
def test_every_example_is_good(category: table.Named, name: str) -> None:
    written = tomllib.loads(examples.example(category, name))
    if category == "activation":
        return
    entry = table.entry(category, name)
    assert entry is not None
    if entry.refused:
        return
    tree = {key: one for key, one in examples.entry_of(category, name).items() if key != "inputs"}
    done = resolve(category, tree, Where("a").at)
    assert done.value is not None, done.diagnostics
    assert name in str(written)
